using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>The rule of the toe-brachial index, for one toe.</summary>
/// <remarks>
/// Toe systolic pressure over the higher arm; abnormal at the limit of the rule set (0.70) and below. [V] ACC/AHA 2016, 2024. [S] 32 over 114 prints 0.28.
/// "No PPG signal" means not measured by PPG, never 0 and never a grade: in 19 legs only laser Doppler could measure. [V] de Graaff 2000.
/// </remarks>
public static class ToeBrachialIndex
{
    /// <summary>The index of one toe. Total: every combination of inputs has an answer.</summary>
    public static ToeBrachialResult Of(ArmPressures arms, VesselPressure toe, PressureRule rule)
    {
        ArgumentNullException.ThrowIfNull(arms);
        ArgumentNullException.ThrowIfNull(toe);
        int? mmHg = (toe as VesselPressure.Measured)?.MmHg;
        PressureRange? pressure = PressureRange.Of(toe);
        PressureIndex? index = mmHg is { } numerator && arms.Used is { } arm ? IndexRounding.HalfUp(numerator, arm) : null;
        IndexRange? range = toe is VesselPressure.BelowLimit below && arms.Used is { } under ? new(default, IndexRounding.Ceiling(below.LimitMmHg, under)) : null;
        return new ToeBrachialResult
        {
            BrachialUsed = arms.Used,
            ToeState = toe.State,
            Reported = Reported(toe),
            Index = index,
            Range = range,
            Category = index is { } known ? ToeCategories.Of(known, rule) : range is { } bounded ? ToeCategories.Of(bounded, rule) : WithoutIndex(toe),
            WifiGrade = pressure is { } graded ? ToePressureGrade.Of(graded) : null,
            Limits = pressure is { } limited ? ToePressureLimits.Of(limited) : null,
            Flags = [.. Flags(arms, toe, index)],
        };
    }

    private static string? Reported(VesselPressure toe) => toe switch
    {
        VesselPressure.Measured measured => PressureText.Print(measured.MmHg),
        VesselPressure.AboveLimit above => $">{PressureText.Print(above.LimitMmHg)}",
        VesselPressure.BelowLimit below => $"<{PressureText.Print(below.LimitMmHg)}",
        _ => null,
    };

    private static ToeCategory WithoutIndex(VesselPressure toe) => toe switch
    {
        VesselPressure.Measured or VesselPressure.BelowLimit => ToeCategory.NotComputable,
        VesselPressure.AboveLimit => ToeCategory.NoncompressibleToe,
        VesselPressure.Absent => ToeCategory.NoPulsatileSignal,
        { State: MeasurementState.NotDone } => ToeCategory.NotDone,
        _ => ToeCategory.NotMeasurable,
    };

    private static IEnumerable<string> Flags(ArmPressures arms, VesselPressure toe, PressureIndex? index)
    {
        if (arms.Single)
        {
            yield return IndexFlags.SingleArm;
        }

        if (index >= ToeCategories.CutoffZoneFrom && index <= ToeCategories.CutoffZoneTo)
        {
            yield return IndexFlags.CutoffZone;
        }

        if (index > ToeCategories.PlausibleTo)
        {
            yield return IndexFlags.ImplausiblyHigh;
        }

        string? ofState = toe.State switch
        {
            MeasurementState.Absent => IndexFlags.UseTcpo2OrLaserDoppler,
            MeasurementState.Amputated => IndexFlags.UseNextToeOrTcpo2,
            MeasurementState.AboveLimit => IndexFlags.UseTcpo2,
            MeasurementState.Unreliable => IndexFlags.ToeUnreliable,
            _ => null,
        };
        if (ofState is not null)
        {
            yield return ofState;
        }
    }
}
