namespace Vascular.Processing.Pressures;

/// <summary>A level at which a limb's cuff sits, from above.</summary>
public enum LimbLevel
{
    /// <summary>Below the groin, where two cuffs sit on the thigh.</summary>
    HighThigh,

    /// <summary>The only cuff of the thigh, or the one above the knee.</summary>
    Thigh,
    Calf,
    Ankle,
}

/// <summary>A fall between two neighbouring levels of a limb, or the reason there is none.</summary>
/// <param name="FallMmHg">Printed upper pressure less printed lower one; null where either has no number.</param>
/// <param name="Suggests">The fall reaches the limit; null without a fall.</param>
public readonly record struct SegmentGradient(LimbLevel Upper, LimbLevel Lower, int? FallMmHg, bool? Suggests);

/// <summary>A difference between the sides at one level.</summary>
/// <param name="RightLessLeftMmHg">Printed; null where either has no number.</param>
/// <param name="Suggests">The difference reaches the limit; null without one.</param>
public readonly record struct SideDifference(LimbLevel Level, int? RightLessLeftMmHg, bool? Suggests);

/// <summary>Pressures at thigh, calf and ankle of one limb; with two cuffs on the thigh four levels.</summary>
/// <remarks>
/// Taken when the ABI is abnormal; ankle alone with waveforms is a single-level study, three levels are a multi-level one [V] SVU. A fall of
/// 20 mmHg or more between neighbouring levels, or as much between the sides at one level, suggests disease [V] angiologist.com; 30 in textbooks [R]. Gradients across a level that was
/// not occluded, or has no number, are not computed [D]. A normal pressure outranks an abnormal tracing when both disagree, after a technical check [V] angiologist.com.
/// </remarks>
/// <param name="Ankle">The higher of both arteries; <see cref="VesselPressure.AboveLimit"/> when either stayed open.</param>
public sealed record SegmentalPressures(VesselPressure Thigh, VesselPressure Calf, VesselPressure Ankle)
{
    /// <summary>Null where one cuff sits on the thigh.</summary>
    public VesselPressure? HighThigh { get; init; }

    /// <summary>From above.</summary>
    public IReadOnlyList<LimbLevel> Levels => HighThigh is null ? [LimbLevel.Thigh, LimbLevel.Calf, LimbLevel.Ankle] : [LimbLevel.HighThigh, LimbLevel.Thigh, LimbLevel.Calf, LimbLevel.Ankle];

    public VesselPressure At(LimbLevel level) => level switch
    {
        LimbLevel.HighThigh => HighThigh ?? VesselPressure.NotDone,
        LimbLevel.Thigh => Thigh,
        LimbLevel.Calf => Calf,
        LimbLevel.Ankle => Ankle,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a level."),
    };

    /// <summary>From each level to the next below.</summary>
    public IReadOnlyList<SegmentGradient> Gradients(PressureRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return [.. Levels.Zip(Levels.Skip(1), (upper, lower) => Gradient(upper, lower, rule))];
    }

    /// <summary>Right against left at each level, from above.</summary>
    public static IReadOnlyList<SideDifference> Sides(SegmentalPressures right, SegmentalPressures left, PressureRule rule)
    {
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(rule);
        return [.. (right.Levels.Count > left.Levels.Count ? right : left).Levels.Select(level => Side(level, Number(right.At(level)) - Number(left.At(level)), rule))];
    }

    private SegmentGradient Gradient(LimbLevel upper, LimbLevel lower, PressureRule rule)
    {
        int? fall = Number(At(upper)) - Number(At(lower));
        return new(upper, lower, fall, fall is null ? null : fall >= rule.SegmentDropMmHg);
    }

    private static SideDifference Side(LimbLevel level, int? difference, PressureRule rule) =>
        new(level, difference, difference is { } mmHg ? Math.Abs(mmHg) >= rule.SideDifferenceMmHg : null);

    private static int? Number(VesselPressure level) => (level as VesselPressure.Measured)?.MmHg;
}
