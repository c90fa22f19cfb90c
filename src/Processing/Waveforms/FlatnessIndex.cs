using System.Globalization;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Waveforms;

/// <summary>Pulsatility flatness index (PFI), held as whole thousandths as it is printed and graded: 1.000 is flat, 0 is a pulse without end.</summary>
/// <remarks>
/// [D], descriptive and not validated: <c>4 / (4 + amplitude)</c>, three decimals half up, with the amplitude in millimetres at 100 % gain. At 4 mm or less the
/// odds ratio for rest pain or skin lesions was 4.3 [V] Carter and Tate 1996: there the index is exactly 0.500. It falls as the amplitude grows and does not
/// depend on the gain. <c>amplitude = mm × device factor / (gain / 100)</c>: 8 mm at 20 % equals 40 mm at 100 %.
/// </remarks>
/// <param name="Thousandths">0 to 1000.</param>
/// <param name="IsUpperBound">The amplitude was clipped: the index lies below this, rounded up.</param>
public readonly record struct FlatnessIndex(int Thousandths, bool IsUpperBound = false)
{
    /// <summary>The same number for charts and messages.</summary>
    public double Value => Thousandths / 1000.0;

    public static FlatnessIndex Of(StandardAmplitude amplitude, FlatnessRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Int128 half = (Int128)rule.HalfAtMm * amplitude.Bottom;
        Int128 whole = half + amplitude.Top;
        return amplitude.IsLowerBound
            ? new((int)((1000 * half + whole - 1) / whole), true)
            : new(WrittenNumber.RatioHalfUp(half, whole, 1000));
    }

    /// <summary>Three decimals with a point, in every culture: <c>0.333</c>, <c>&lt;0.040</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsUpperBound ? "<" : "")}{Thousandths / 1000}.{Thousandths % 1000:000}");
}
