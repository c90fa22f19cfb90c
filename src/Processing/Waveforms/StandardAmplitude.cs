using System.Globalization;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Waveforms;

/// <summary>Foot-to-peak height of a pulse in millimetres at 100 % gain, exact as a fraction.</summary>
/// <remarks>[D] Only from a front end whose gain is known and fixed. The device factor maps the recorder's millimetres to those of the literature; a
/// site sets it.</remarks>
public readonly record struct StandardAmplitude
{
    /// <summary>Largest inputs taken for ones [D].</summary>
    public const int HighestMm = 10_000;
    public const int HighestGainPercent = 10_000;
    public const int HighestFactor = 1_000;

    private StandardAmplitude(Int128 top, Int128 bottom, bool isLowerBound) => (Top, Bottom, IsLowerBound) = (top, bottom, isLowerBound);

    internal Int128 Top { get; }

    internal Int128 Bottom { get; }

    /// <summary>The trace was clipped: the true amplitude is larger.</summary>
    public bool IsLowerBound { get; }

    public double Mm => (double)Top / (double)Bottom;

    /// <param name="mm">Height as printed, 0 or more.</param>
    /// <param name="gainPercent">Gain of the front end, above 0.</param>
    /// <param name="factor">Device factor, above 0.</param>
    /// <param name="clipped">The print ends at this height.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static StandardAmplitude Of(WrittenNumber mm, WrittenNumber gainPercent, WrittenNumber factor, bool clipped = false)
    {
        Check(mm, HighestMm, zero: true, nameof(mm));
        Check(gainPercent, HighestGainPercent, zero: false, nameof(gainPercent));
        Check(factor, HighestFactor, zero: false, nameof(factor));
        return new((Int128)mm.Units * factor.Units * 100, (Int128)gainPercent.Units * WrittenNumber.Of(1).Units, clipped);
    }

    /// <summary>A measured height that is already at 100 % gain, to the nearest millionth of a millimetre.</summary>
    public static StandardAmplitude OfMm(double mm) =>
        Of(WrittenNumber.Near(Math.Min(mm, HighestMm)), WrittenNumber.Of(100), WrittenNumber.Of(1));

    /// <summary>Up to three decimals, half up, no zeros at the end: <c>26.667</c>, <c>40</c>, <c>&gt;96</c>.</summary>
    public override string ToString()
    {
        Int128 thousandths = (2000 * Top + Bottom) / (2 * Bottom);
        string fraction = ((int)(thousandths % 1000)).ToString("000", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{(IsLowerBound ? ">" : "")}{(thousandths / 1000).ToString(CultureInfo.InvariantCulture)}{(fraction.Length > 0 ? "." : "")}{fraction}";
    }

    private static void Check(WrittenNumber value, int highest, bool zero, string name)
    {
        if (value.IsNegative || (!zero && value == WrittenNumber.Zero) || value > WrittenNumber.Of(highest))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{(zero ? "0" : "Above 0")} up to {highest}.");
        }
    }
}
