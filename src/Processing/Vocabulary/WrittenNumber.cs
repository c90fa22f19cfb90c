using System.Globalization;

namespace Vascular.Processing.Vocabulary;

/// <summary>A number as it is written: decimal digits, held exactly as whole billionths.</summary>
/// <remarks>[D] Limits and rounding fall on decimal digits (39.5 prints 40; 0.90 less 0.75 is 0.15), which binary fractions do not hold.</remarks>
public readonly record struct WrittenNumber : IComparable<WrittenNumber>
{
    /// <summary>Digits held behind the point. Further ones must be 0.</summary>
    public const int Decimals = 9;

    /// <summary>Largest magnitude.</summary>
    public const int Highest = 1_000_000;

    private const long One = 1_000_000_000;

    private WrittenNumber(long units) => Units = units;

    /// <summary>Billionths.</summary>
    public long Units { get; }

    public static WrittenNumber Zero => default;

    /// <summary>The same as a binary fraction, for what is not judged by a limit.</summary>
    public double Value => (double)Units / One;

    public bool IsNegative => Units < 0;

    /// <exception cref="ArgumentOutOfRangeException">Beyond <see cref="Highest"/>.</exception>
    public static WrittenNumber Of(int whole)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(whole, Highest);
        ArgumentOutOfRangeException.ThrowIfLessThan(whole, -Highest);
        return new(whole * One);
    }

    /// <summary>The decimal a device wrote before it became a double: the nearest millionth.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite, or beyond <see cref="Highest"/>.</exception>
    public static WrittenNumber Near(double value) => value >= -Highest && value <= Highest
        ? new((long)Math.Floor(value * 1e6 + 0.5) * 1000)
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"A finite number up to {Highest}.");

    /// <summary>Reads digits with an optional minus sign and an optional decimal point and fraction. No plus, no exponent, no thousands mark, no comma.</summary>
    /// <returns>False when the text is no such number, has more than nine decimals, or is beyond <see cref="Highest"/>.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out WrittenNumber number)
    {
        number = default;
        bool negative = text is ['-', ..];
        text = negative ? text[1..] : text;
        int point = text.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<char> fraction = point < 0 ? [] : text[(point + 1)..].TrimEnd('0');
        bool written = whole.Length > 0 && point != text.Length - 1 && AllDigits(whole) && AllDigits(fraction);
        if (!written || fraction.Length > Decimals)
        {
            return false;
        }

        long units = 0;
        foreach (char digit in whole)
        {
            units = units * 10 + (digit - '0');
            if (units > Highest)
            {
                return false;
            }
        }

        for (int k = 0; k < Decimals; k++)
        {
            units = units * 10 + (k < fraction.Length ? fraction[k] - '0' : 0);
        }

        number = new(negative ? -units : units);
        return units <= Highest * One;
    }

    /// <summary>The integer that is printed and graded, half up: 39.5 gives 40, -0.5 gives 0.</summary>
    public int HalfUp => (int)FloorDivide(2 * (Int128)Units + One, 2 * One);

    /// <summary>Whole hundredths, half up: 0.905 gives 91.</summary>
    public int Hundredths => (int)FloorDivide(200 * (Int128)Units + One, 2 * One);

    public int CompareTo(WrittenNumber other) => Units.CompareTo(other.Units);

    public static WrittenNumber operator -(WrittenNumber left, WrittenNumber right) => new(left.Units - right.Units);

    public static bool operator <(WrittenNumber left, WrittenNumber right) => left.Units < right.Units;

    public static bool operator >(WrittenNumber left, WrittenNumber right) => left.Units > right.Units;

    public static bool operator <=(WrittenNumber left, WrittenNumber right) => left.Units <= right.Units;

    public static bool operator >=(WrittenNumber left, WrittenNumber right) => left.Units >= right.Units;

    /// <summary><c>scale × top / bottom</c>, half up, exact.</summary>
    /// <param name="bottom">Above 0.</param>
    public static int RatioHalfUp(Int128 top, Int128 bottom, int scale) => (int)FloorDivide(2 * scale * top + bottom, 2 * bottom);

    /// <summary>All its digits and no more, in every culture: 57.5, 4, -0.25.</summary>
    public override string ToString()
    {
        string fraction = (Math.Abs(Units) % One).ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
        string whole = (Math.Abs(Units) / One).ToString(CultureInfo.InvariantCulture);
        return $"{(Units < 0 ? "-" : "")}{whole}{(fraction.Length > 0 ? "." : "")}{fraction}";
    }

    /// <summary>Division rounded down, also below zero. The divisor is above 0.</summary>
    private static Int128 FloorDivide(Int128 top, Int128 bottom)
    {
        Int128 quotient = top / bottom;
        return top % bottom < 0 ? quotient - 1 : quotient;
    }

    private static bool AllDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
