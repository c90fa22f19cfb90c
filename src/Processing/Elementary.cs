namespace Vascular.Processing;

/// <summary>Exponential and natural logarithm, the same to the last bit on every machine.</summary>
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
    private const int ExpTerms = 14;
    private const int LogTerms = 21;

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

    /// <summary>2 to a whole power from -1022 to 1023, exact.</summary>
    private static double TwoTo(int power) => BitConverter.Int64BitsToDouble((long)(power + 1023) << 52);
}
