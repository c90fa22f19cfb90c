namespace Vascular.Processing;

/// <summary>Exponential, natural logarithm, sine, cosine and log-gamma, the same to the last bit on every machine.</summary>
/// <remarks>
/// The library's own differ between processors in the last bit (about 0.07 % of arguments), and a finding must be the same everywhere. Here only
/// the basic operations of IEEE 754 are used, in one order. Accuracy: within 2 units in the last place, tested against values computed to 40 digits.
/// Every such function of this room lives in this file.
/// </remarks>
public static class Elementary
{
    /// <summary>ln 2 in two parts: the first has 21 zero bits at its end, so that a whole multiple of it is exact.</summary>
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double HalfRoot2 = 0.70710678118654752440;
    private const double LargestExponent = 709.782712893384;
    private const double SmallestExponent = -708.39;

    /// <summary>A quarter of a turn in three parts: the first two have 20 zero bits at their end.</summary>
    private const double HalfPiHigh = 1.57079632673412561417e+00;
    private const double HalfPiMiddle = 6.07710050630396597660e-11;
    private const double HalfPiLow = 2.02226624879595063154e-21;
    private const double LargestAngle = 10_000;
    private const double HalfLog2Pi = 0.91893853320467274178;
    private const int ExpTerms = 14;
    private const int LogTerms = 21;

    /// <summary>Half a turn, radians.</summary>
    public const double Pi = 3.14159265358979323846;

    /// <summary>e to the power <paramref name="x"/>. Infinite above 709.78; 0 below -708.39, where a double loses digits; NaN for NaN.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x) || x > LargestExponent)
        {
            return x + double.PositiveInfinity;
        }

        if (x < SmallestExponent)
        {
            return 0;
        }

        double whole = Math.Floor(x / (Ln2High + Ln2Low) + 0.5);
        double high = x - whole * Ln2High;
        double low = whole * Ln2Low;
        double rest = high - low;
        double lost = high - rest - low;

        // Taylor from the last term; the rest is at most ln 2 / 2, the first term left out 1e-18 of the sum
        double series = 1;
        for (int k = ExpTerms; k >= 2; k--)
        {
            series = 1 + series * rest / k;
        }

        double power = 1 + (rest * series + lost);
        return whole > 1023 ? power * 2 * TwoTo((int)whole - 1) : power * TwoTo((int)whole);
    }

    /// <summary>Natural logarithm. Minus infinity for 0, NaN below it.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        int shift = x < double.BitIncrement(0) * (1L << 52) ? 54 : 0;
        long bits = BitConverter.DoubleToInt64Bits(x * (1L << shift));
        int exponent = (int)(bits >> 52) - 1022;
        double fraction = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | (1022L << 52));
        if (fraction < HalfRoot2)
        {
            fraction *= 2;
            exponent--;
        }

        exponent -= shift;

        // ln m = 2 artanh s with s = (m - 1) / (m + 1), at most 0.172: s + s^3/3 + s^5/5 ...
        double above = fraction - 1;
        double s = above / (2 + above);
        double square = s * s;
        double series = 0;
        for (int odd = LogTerms; odd >= 3; odd -= 2)
        {
            series = square * (1.0 / odd + series);
        }

        // 2s = above - s * above, which keeps the digits of above
        double ofFraction = above - s * (above - 2 * series);
        return exponent * Ln2High + (ofFraction + exponent * Ln2Low);
    }

    /// <summary>Sine of an angle in radians, -10,000 to 10,000. Absolute error below 2e-16 times (1 + |x| / 1000).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The angle lies outside.</exception>
    public static double Sin(double x) => Quarter(x, 0);

    /// <summary>Cosine of an angle in radians, -10,000 to 10,000. Error as <see cref="Sin"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The angle lies outside.</exception>
    public static double Cos(double x) => Quarter(x, 1);

    /// <summary>Natural logarithm of the gamma function for x above 0. Absolute error below 4e-15 times (1 + |value|).</summary>
    /// <exception cref="ArgumentOutOfRangeException">x is not above 0.</exception>
    public static double LogGamma(double x)
    {
        if (!(x > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "The logarithm of the gamma function is asked for above 0 only.");
        }

        // Stirling's series from 16 on, where six terms are enough; below it by Gamma(x) = Gamma(x + 1) / x
        double passed = 1;
        while (x < 16)
        {
            passed *= x;
            x += 1;
        }

        double inverse = 1 / x, square = inverse * inverse;
        double series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188 - square * (691.0 / 360360))))));
        return (x - 0.5) * Log(x) - x + HalfLog2Pi + series - Log(passed);
    }

    /// <summary>Takes whole quarters of a turn off and sums Taylor's series of what is left, at most an eighth of a turn.</summary>
    private static double Quarter(double x, int ahead)
    {
        if (!(Math.Abs(x) <= LargestAngle))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "An angle lies between -10,000 and 10,000 radians.");
        }

        double whole = Math.Floor(x / (HalfPiHigh + HalfPiMiddle) + 0.5);
        double high = x - whole * HalfPiHigh;
        double middle = whole * HalfPiMiddle;
        double rest = high - middle;
        double tail = high - rest - middle - whole * HalfPiLow;
        rest += tail;
        int quarter = (int)(((long)whole + ahead) & 3);
        double square = rest * rest;
        double sum = 1;
        bool odd = (quarter & 1) == 0;
        for (int k = odd ? 19 : 18; k >= 2; k -= 2)
        {
            sum = 1 - square * sum / (k * (k - 1));
        }

        double value = odd ? rest * sum : sum;
        return (quarter & 2) == 0 ? value : -value;
    }

    /// <summary>2 to a whole power from -1022 to 1023, exact.</summary>
    private static double TwoTo(int power) => BitConverter.Int64BitsToDouble((long)(power + 1023) << 52);
}
