using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>ABI, TBI, RPI and ischaemia grade of what was accepted. Version 0: the ledger numbers them; a changed input is a new version.</summary>
public static class DerivedIndices
{
    /// <param name="accepted">Accepted step findings of this binding, in protocol order.</param>
    /// <param name="entries">What was entered of the patient; null: nothing.</param>
    public static IReadOnlyList<Finding> Of(Guid examination, int binding, ExaminationSettings settings, IReadOnlyList<Finding> accepted, PatientEntries? entries = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var derived = new List<Finding>();
        var inputs = new DerivedInputs(examination, binding, accepted);
        foreach (Side side in (Side[])[Side.Right, Side.Left])
        {
            Limb(inputs, side, derived);
        }

        foreach (Finding toe in accepted.Where(f => f.Measure == "toe-sys"))
        {
            if (Toe(inputs, toe, settings.Rules) is { } index)
            {
                derived.Add(index);
            }
        }

        derived.AddRange(SegmentFindings.Of(inputs, settings.Rules));
        derived.AddRange(ExerciseFindings.Of(inputs, settings, [.. accepted.Where(DerivedInputs.IsAfterExercise)]));
        derived.AddRange(ProvocationFindings.Of(inputs, settings.Rules));
        derived.AddRange(FootPerfusionFindings.Of(inputs, settings.Rules, derived, entries ?? PatientEntries.None));
        return derived;
    }

    private static void Limb(DerivedInputs inputs, Side side, List<Finding> derived)
    {
        Finding? pt = inputs.At(side, Place.PosteriorTibial), dp = inputs.At(side, Place.DorsalisPedis);
        Finding[] ankles = [.. ((Finding?[])[pt, dp]).OfType<Finding>()];
        if (ankles.Length == 0 || ankles.All(f => f.State == MeasurementState.Amputated))
        {
            return;
        }

        AnkleBrachialResult result = AnkleBrachialIndex.Of(
            inputs.Arms, pt is null ? VesselPressure.NotDone : VesselPressure.Of(pt), dp is null ? VesselPressure.NotDone : VesselPressure.Of(dp));
        var members = new List<Finding>();
        Vessel(inputs, "abi-pt", pt, result.PosteriorTibialIndex, members);
        Vessel(inputs, "abi-dp", dp, result.DorsalisPedisIndex, members);
        derived.AddRange(members);
        derived.Add(LimbIndex(inputs, side, ankles, members, result));
    }

    private static void Vessel(DerivedInputs inputs, string measure, Finding? ankle, VesselIndex? index, List<Finding> members)
    {
        if (ankle is null || index is null)
        {
            return;
        }

        Finding draft = inputs.Draft(measure, ankle.Site, Methods.AnkleBrachialIndex, index.ToString()!, [ankle, .. inputs.ArmFindings]);
        members.Add(index switch
        {
            VesselIndex.Exact exact => draft with
            {
                State = ankle.State,
                Value = exact.Index.Value,
                Uncertainty = inputs.HalfWidth(ankle),
                Parts = inputs.Uncertain(ankle),
            },
            VesselIndex.Above above => draft with
            {
                State = MeasurementState.Interval,
                Lower = above.Bound.Value,
                Category = AnkleCategory.Noncompressible.Word(),
                Reason = "the artery was not occluded at the cuff limit",
            },
            VesselIndex.Below below => draft with
            {
                State = MeasurementState.Interval,
                Upper = below.Bound.Value,
                Reason = "the ankle pressure lies below the floor of the method",
            },
            _ => throw new InvalidOperationException("An index is exact or a bound."),
        });
    }

    private static Finding LimbIndex(DerivedInputs inputs, Side side, Finding[] ankles, List<Finding> members, AnkleBrachialResult result)
    {
        Finding draft = inputs.Draft("abi", new Site(side, Place.Ankle), Methods.AnkleBrachialIndex, result.Display, [.. ankles, .. inputs.ArmFindings]) with
        {
            Category = result.Category.Word(),
            Flags = result.Flags,
        };
        bool openAbove = result.PosteriorTibialIndex is VesselIndex.Above || result.DorsalisPedisIndex is VesselIndex.Above;
        if (openAbove)
        {
            return draft with
            {
                State = MeasurementState.Interval,
                Lower = members.Max(m => m.Lower),
                Reason = "an artery of the limb was not occluded at the cuff limit: the limb has no single index",
            };
        }

        if (result.Range is { } range)
        {
            return draft with
            {
                State = MeasurementState.Interval,
                Lower = range.Lowest.Hundredths > 0 ? range.Lowest.Value : null,
                Upper = range.Highest.Value,
                Reason = "an ankle pressure lies below the floor of the method",
            };
        }

        if (result.Index is { } index)
        {
            Finding higher = ankles.Where(a => a.Value is not null).MaxBy(a => a.Value)!;
            return draft with { State = higher.State, Value = index.Value, Uncertainty = inputs.HalfWidth(higher), Parts = inputs.Uncertain(higher) };
        }

        return result.Category == AnkleCategory.AbsentFlow
            ? draft with { State = MeasurementState.Absent, Printed = "no pulse found", Reason = "no flow signal at the ankle" }
            : draft with { State = MeasurementState.NotDone, Printed = "not computable", Reason = inputs.ArmUsed is null ? "no arm pressure was accepted" : "no ankle pressure was measured" };
    }

    private static Finding? Toe(DerivedInputs inputs, Finding toe, RuleSet rules)
    {
        ToeBrachialResult result = ToeBrachialIndex.Of(inputs.Arms, VesselPressure.Of(toe), rules.Pressures);
        if (inputs.ArmUsed is not { Value: { } arm } || toe.State is not (MeasurementState.Measured or MeasurementState.Unreliable or MeasurementState.AboveLimit or MeasurementState.BelowLimit or MeasurementState.Absent))
        {
            return null;
        }

        Finding draft = inputs.Draft("tbi", toe.Site, Methods.ToeBrachialIndex, result.Index?.ToString() ?? result.Range?.ToString() ?? toe.Printed, [toe, .. inputs.ArmFindings]) with
        {
            Category = result.Category.Word(),
            Flags = [.. result.Flags, .. toe.Flags.Where(f => f == ToeTemperature.ColdToe), .. rules.FlagsOf("pressures.toe_index_abnormal_to_hundredths")],
        };
        return toe.State switch
        {
            MeasurementState.AboveLimit => draft with { State = MeasurementState.Interval, Lower = Math.Floor(100 * (toe.Limit ?? 0) / arm) / 100, Reason = "the toe's artery was not occluded" },
            MeasurementState.BelowLimit => draft with { State = MeasurementState.Interval, Upper = result.Range!.Value.Highest.Value, Reason = "the toe pressure lies below the floor of the method" },
            MeasurementState.Absent => draft with { State = MeasurementState.Absent, Reason = "no pulse was found at the toe" },
            _ => draft with { State = toe.State, Value = result.Index!.Value.Value, Uncertainty = inputs.HalfWidth(toe), Parts = inputs.Uncertain(toe) },
        };
    }
}
