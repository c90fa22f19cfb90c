using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>What several readings of one artery come to.</summary>
/// <remarks>[D] One reading stands alone; two that agree give their mean; two more than <see cref="PressureRule.ReadingsApartMmHg"/> apart ask for a third, and until it is
/// there (or if it cannot be taken) give their mean with a flag; three or more give the median, however far apart. The mean of two is rounded half up once, from the
/// readings as they were, and what is printed is what is graded.</remarks>
/// <param name="MmHg">Not rounded.</param>
/// <param name="NeedsThird">Take another reading.</param>
/// <param name="Flags"><see cref="Disagree"/> or nothing.</param>
public sealed record RepeatedReadings(double MmHg, bool NeedsThird, IReadOnlyList<string> Flags)
{
    /// <summary>Two readings disagree and there is no third.</summary>
    public const string Disagree = "repeat_disagrees";

    public int Printed => Pressure.FromMmHg(MmHg).Printed;

    /// <param name="mmHg">Readings in any order, each 0 or more.</param>
    /// <returns>Null without a reading.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A reading is no pressure.</exception>
    public static RepeatedReadings? Of(IReadOnlyList<double> mmHg, PressureRule rule)
    {
        ArgumentNullException.ThrowIfNull(mmHg);
        ArgumentNullException.ThrowIfNull(rule);
        foreach (double reading in mmHg)
        {
            if (!(reading >= 0 && reading <= VesselPressure.HighestMmHg))
            {
                throw new ArgumentOutOfRangeException(nameof(mmHg), reading, $"0 to {VesselPressure.HighestMmHg} mmHg.");
            }
        }

        double[] sorted = [.. mmHg.Order()];
        bool apart = sorted.Length == 2 && sorted[1] - sorted[0] > rule.ReadingsApartMmHg;
        return sorted.Length == 0 ? null : new(Median(sorted), apart, apart ? [Disagree] : []);
    }

    /// <summary>Of two, their mean.</summary>
    private static double Median(double[] sorted) => sorted.Length % 2 == 1
        ? sorted[sorted.Length / 2]
        : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
