using System.Globalization;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What exercise did to each leg: index and fall of the ankle pressure at each planned time after it.</summary>
/// <remarks>[D] Like is compared with like: of the arteries read both at rest and at that time the higher counts, at each. The index after exercise is over an arm read at that same time, never
/// over a resting arm, since exercise raises it, nor over one read after another exercise. A leg with an artery that was not occluded has neither.</remarks>
internal static class ExerciseFindings
{
    public const string Index = "abi-exercise";
    public const string Fall = "exercise-fall";

    /// <summary>What is lost in adding and taking away seconds, with room to spare; two exercises lie further apart.</summary>
    private const double SameEndNs = 1e6;

    private static readonly (Place Place, string Measure)[] Arteries = [(Place.PosteriorTibial, "ankle-ex-pt"), (Place.DorsalisPedis, "ankle-ex-dp")];

    /// <param name="after">Accepted findings read after exercise, in protocol order.</param>
    public static IEnumerable<Finding> Of(DerivedInputs inputs, ExaminationSettings settings, IReadOnlyList<Finding> after)
    {
        foreach (IGrouping<int, Finding> time in after.GroupBy(f => settings.Step(ProtocolStep.Of(f))?.AfterExerciseS ?? 0))
        {
            foreach (Side side in (Side[])[Side.Right, Side.Left])
            {
                (Finding Before, Finding After)[] arteries = [.. Arteries
                    .Select(a => (Before: inputs.At(side, a.Place), After: time.LastOrDefault(f => f.Measure == a.Measure && f.Site.Side == side)))
                    .Where(a => a is { Before: not null, After: not null }).Select(a => (a.Before!, a.After!))];
                foreach (Finding finding in arteries.Length > 0 ? Leg(inputs, settings.Rules, side, time.Key, arteries, [.. time.Where(f => f.Measure == "brachial-ex" && f.Value is not null)]) : [])
                {
                    yield return finding;
                }
            }
        }
    }

    private static IEnumerable<Finding> Leg(DerivedInputs inputs, RuleSet rules, Side side, int seconds, (Finding Before, Finding After)[] arteries, Finding[] arms)
    {
        Finding[] behind = [.. arteries.Select(a => a.Before), .. arteries.Select(a => a.After)];
        Finding? rest = Higher(arteries.Select(a => a.Before)), after = Higher(arteries.Select(a => a.After));
        arms = [.. arms.Where(f => after is not null && SameExercise(f, after))];
        Finding? arm = arms.MaxBy(f => f.Value);
        if (rest is null || after is null || behind.Any(f => f.State == MeasurementState.AboveLimit))
        {
            yield break;
        }

        PressureIndex? restIndex = inputs.ArmUsed is { } restArm ? IndexRounding.HalfUp((int)rest.Value!.Value, (int)restArm.Value!.Value) : null;
        PressureIndex? afterIndex = arm is null ? null : IndexRounding.HalfUp((int)after.Value!.Value, (int)arm.Value!.Value);
        ExerciseResponse response = ExerciseResponse.Of((int)rest.Value!.Value, (int)after.Value!.Value, restIndex, afterIndex, rules.Pressures);
        MeasurementState state = behind.Concat(arms).Any(f => f.State == MeasurementState.Unreliable) ? MeasurementState.Unreliable : MeasurementState.Measured;
        string step = string.Create(CultureInfo.InvariantCulture, $"{ProtocolStep.Derived}.exercise-{seconds}s");
        FindingPart read = new("after-exercise", after.Parts.FirstOrDefault(p => p.Name == "after-exercise")?.Value, "s", "the exercise was taken back");
        Site site = new(side, Place.Ankle);
        if (afterIndex is { } index)
        {
            yield return inputs.Draft(Index, site, Methods.ExerciseResponse, index.ToString(), [after, .. arms], step: step) with
            {
                State = state,
                Value = index.Value,
                Uncertainty = IndexUncertainty.HalfWidth(after.Value.Value, after.Uncertainty, arm!.Value!.Value, arm.Uncertainty),
                Parts = [read, .. Attempt.Uncertain(IndexUncertainty.Parts(after.Value.Value, after.Uncertainty, arm.Value.Value, arm.Uncertainty), "{ratio}")],
            };
        }

        yield return inputs.Draft(Fall, site, Methods.ExerciseResponse, string.Create(CultureInfo.InvariantCulture, $"{response.FallMmHg}"), [.. behind, .. arms, .. restIndex is null ? [] : inputs.ArmFindings], "mm[Hg]", step) with
        {
            State = state,
            Value = response.FallMmHg,
            Uncertainty = rest.Uncertainty is { } a && after.Uncertainty is { } b ? Math.Sqrt((a * a) + (b * b)) : null,
            Category = response.Positive == true ? "positive" : "negative",
            Flags = rules.FlagsOf("pressures.exercise_fall_mmHg", "pressures.exercise_fall_percent"),
            Parts = [new FindingPart("index-fall", response.FallPercent, "%", response.FallPercent is null ? "no index at both times" : null), read],
        };
    }

    /// <summary>Whether two readings follow the end of the same exercise; not where one's exercise was taken back.</summary>
    private static bool SameExercise(Finding one, Finding other) =>
        EndedAtNs(one) is { } end && EndedAtNs(other) is { } otherEnd && Math.Abs(end - otherEnd) < SameEndNs;

    /// <summary>End of the exercise a reading follows, ns of tape time; null where the exercise was taken back.</summary>
    private static double? EndedAtNs(Finding finding) =>
        ((finding.FromAtNs + finding.ToAtNs) / 2) - (finding.Parts.FirstOrDefault(p => p.Name == "after-exercise")?.Value * 1e9);

    private static Finding? Higher(IEnumerable<Finding> arteries) => arteries.Where(f => f.Value is not null).MaxBy(f => f.Value);
}
