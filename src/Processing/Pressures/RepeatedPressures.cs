namespace Vascular.Processing.Pressures;

/// <summary>What several readings of one artery come to, where a reading may be a bound or say that no flow was found.</summary>
/// <remarks>
/// Numbers alone: <see cref="RepeatedReadings"/> of the printed integers, so that a reader can check the result with what stands beside it. [D]
/// Where a reading is no number, all are put in order (no flow, under a floor, numbers, not occluded) and the middle one holds; of two that are not of one kind nothing
/// is said until there is a third: a mean of 102 and "above 254" is no pressure. [D]
/// </remarks>
/// <param name="Together">Null while two readings contradict each other and have no mean.</param>
/// <param name="MmHg">The number before rounding; null where the result is none.</param>
/// <param name="Middle">Index of the reading that the result is; null for a mean and without a result.</param>
/// <param name="NeedsThird">Take another reading.</param>
/// <param name="Flags"><see cref="RepeatedReadings.Disagree"/> or nothing.</param>
public sealed record RepeatedPressures(VesselPressure? Together, double? MmHg, int? Middle, bool NeedsThird, IReadOnlyList<string> Flags)
{
    /// <param name="readings">In the order they were taken; each makes a statement.</param>
    /// <exception cref="ArgumentException">No reading, or one that makes no statement.</exception>
    public static RepeatedPressures Of(IReadOnlyList<VesselPressure> readings, PressureRule rule)
    {
        ArgumentNullException.ThrowIfNull(readings);
        if (readings.Count == 0 || readings.Any(r => r is VesselPressure.Without))
        {
            throw new ArgumentException("Each reading is a number, a bound, or no flow; and there is one at least.", nameof(readings));
        }

        int[] order = [.. Enumerable.Range(0, readings.Count).OrderBy(i => Rank(readings[i])).ThenBy(i => Number(readings[i]) ?? 0)];
        (int lower, int upper) = (order[(order.Length - 1) / 2], order[order.Length / 2]);
        return readings.All(r => r is VesselPressure.Measured) ? OfNumbers(readings, rule, lower == upper ? lower : null)
            : lower == upper ? new(readings[lower], Number(readings[lower]), lower, false, [])
            : OfMiddle(readings, lower, upper);
    }

    private static RepeatedPressures OfNumbers(IReadOnlyList<VesselPressure> readings, PressureRule rule, int? middle)
    {
        RepeatedReadings together = RepeatedReadings.Of([.. readings.Select(r => (double)Number(r)!.Value)], rule)!;
        bool unreliable = readings.Any(r => r is VesselPressure.Measured { Unreliable: true });
        return new(new VesselPressure.Measured(together.Printed, unreliable), together.MmHg, middle, together.NeedsThird, together.Flags);
    }

    /// <summary>Two readings stand in the middle: of one kind the newer holds, else they contradict each other.</summary>
    private static RepeatedPressures OfMiddle(IReadOnlyList<VesselPressure> readings, int lower, int upper)
    {
        int newer = Math.Max(lower, upper);
        return Rank(readings[lower]) == Rank(readings[upper]) && readings[newer] is not VesselPressure.Measured
            ? new(readings[newer], null, newer, false, [])
            : new(null, null, null, true, [RepeatedReadings.Disagree]);
    }

    private static int Rank(VesselPressure reading) => reading switch
    {
        VesselPressure.Absent => 0,
        VesselPressure.BelowLimit => 1,
        VesselPressure.Measured => 2,
        _ => 3,
    };

    private static int? Number(VesselPressure reading) => (reading as VesselPressure.Measured)?.MmHg;
}
