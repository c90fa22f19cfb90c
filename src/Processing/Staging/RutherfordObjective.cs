using Vascular.Processing.Pressures;

namespace Vascular.Processing.Staging;

/// <summary>Whether a number meets a criterion.</summary>
public enum Criterion
{
    /// <summary>Not measured, or a range that reaches over the limit.</summary>
    Unknown,
    Met,
    NotMet,
}

/// <summary>What was measured for the objective column.</summary>
/// <param name="Ankle">Printed ankle pressure at rest; null where there is none, and for a limb that cannot be compressed.</param>
/// <param name="Toe">Printed toe pressure.</param>
/// <param name="FlatPvr">The ankle or metatarsal PVR is flat or barely pulsatile; null where nobody recorded it. A toe PPG is not this.</param>
/// <param name="CompletesTreadmill">Null without a treadmill test.</param>
/// <param name="AnkleAfterExercise">Printed; null without one.</param>
public readonly record struct RutherfordMeasures(PressureRange? Ankle, PressureRange? Toe, bool? FlatPvr, bool? CompletesTreadmill = null, int? AnkleAfterExercise = null);

/// <summary>Do the numbers meet the objective column of a Rutherford category that a clinician chose? The category itself is clinical and never assigned here.</summary>
/// <remarks>
/// [V] PMC4232437 table 2. 1: completes the treadmill, ankle after exercise above 50 but at least 20 below rest; 2: between 1 and 3; 3: cannot complete, ankle after exercise below 50;
/// 4: ankle below 40, flat or barely pulsatile PVR, toe below 30; 5 and 6: ankle below 60, flat or barely pulsatile PVR, toe below 40. For 4 to 6 any of the three
/// is enough and all three must be known for "not met" [D]; for 3 both parts are needed [D]. 0 and 2 have no criterion of their own in numbers: 0 asks for a normal treadmill or hyperaemia test.
/// </remarks>
/// <param name="Category">As the clinician entered it, 0 to 6.</param>
/// <param name="Column">The column as a whole.</param>
/// <param name="Ankle">Its parts; unknown where the category asks for none.</param>
public sealed record RutherfordObjective(int Category, Criterion Column, Criterion Ankle, Criterion Pvr, Criterion Toe)
{
    public const int HighestCategory = 6;

    /// <exception cref="ArgumentOutOfRangeException">The category is outside 0 to 6.</exception>
    public static RutherfordObjective Of(int category, in RutherfordMeasures measured)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(category);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(category, HighestCategory);
        return category switch
        {
            4 => AtRest(category, measured, ankleBelow: 40, toeBelow: 30),
            5 or 6 => AtRest(category, measured, ankleBelow: 60, toeBelow: 40),
            1 or 3 => new(category, Exercise(category, measured), Criterion.Unknown, Criterion.Unknown, Criterion.Unknown),
            _ => new(category, Criterion.Unknown, Criterion.Unknown, Criterion.Unknown, Criterion.Unknown),
        };
    }

    private static RutherfordObjective AtRest(int category, in RutherfordMeasures measured, int ankleBelow, int toeBelow)
    {
        Criterion ankle = Below(measured.Ankle, ankleBelow);
        Criterion toe = Below(measured.Toe, toeBelow);
        Criterion pvr = Of(measured.FlatPvr);
        Criterion[] all = [ankle, pvr, toe];
        Criterion column = all.Contains(Criterion.Met) ? Criterion.Met : all.Contains(Criterion.Unknown) ? Criterion.Unknown : Criterion.NotMet;
        return new(category, column, ankle, pvr, toe);
    }

    private static Criterion Exercise(int category, in RutherfordMeasures measured)
    {
        bool? pressure = category == 3
            ? measured.AnkleAfterExercise < 50
            : measured is { AnkleAfterExercise: { } after, Ankle: { } rest } ? after > 50 && rest.Lowest - after >= 20 : null;
        pressure = measured.AnkleAfterExercise is null ? null : pressure;
        bool? treadmill = category == 3 ? !measured.CompletesTreadmill : measured.CompletesTreadmill;
        return pressure == false || treadmill == false ? Criterion.NotMet : pressure == true && treadmill == true ? Criterion.Met : Criterion.Unknown;
    }

    private static Criterion Below(PressureRange? mmHg, int limit) => mmHg switch
    {
        { } known when known.Highest < limit => Criterion.Met,
        { } known when known.Lowest >= limit => Criterion.NotMet,
        _ => Criterion.Unknown,
    };

    private static Criterion Of(bool? yes) => yes switch { true => Criterion.Met, false => Criterion.NotMet, null => Criterion.Unknown };
}
