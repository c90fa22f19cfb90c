using System.Globalization;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>Falls from level to level of a leg, and differences between the legs, of accepted pressures.</summary>
/// <remarks>Only where a cuff above the ankle was measured: the ankles alone are a single-level study. Of the ankle the higher artery counts; an artery that stayed open leaves
/// the limb without a fall to its ankle. Both pressures of a fall are taken as independent, although one gauge read them: its tolerance counts twice, which is too much rather than too little. [D]</remarks>
internal static class SegmentFindings
{
    public const string Gradient = "segment-gradient";
    public const string Difference = "side-difference";

    private static readonly (LimbLevel Level, Place Place)[] Places =
        [(LimbLevel.HighThigh, Place.HighThigh), (LimbLevel.Thigh, Place.LowThigh), (LimbLevel.Calf, Place.Calf), (LimbLevel.Ankle, Place.Ankle)];

    public static IEnumerable<Finding> Of(DerivedInputs inputs, RuleSet rules)
    {
        Limb right = new(inputs, Side.Right), left = new(inputs, Side.Left);
        return [.. right.Gradients(rules), .. left.Gradients(rules), .. Differences(right, left, inputs, rules)];
    }

    private static IEnumerable<Finding> Differences(Limb right, Limb left, DerivedInputs inputs, RuleSet rules)
    {
        if (!right.IsSegmental || !left.IsSegmental)
        {
            yield break;
        }

        foreach (SideDifference difference in SegmentalPressures.Sides(right.Pressures, left.Pressures, rules.Pressures))
        {
            if (right.At(difference.Level) is [_, ..] there && left.At(difference.Level) is [_, ..] here)
            {
                string? lower = difference.RightLessLeftMmHg switch { null => null, < 0 => "right", _ => "left" };
                yield return Number(
                    inputs.Draft(Difference, new Site(Side.Right, PlaceOf(difference.Level)), Methods.SegmentalPressures, "not computed", [.. there, .. here], "mm[Hg]"),
                    difference.RightLessLeftMmHg,
                    difference.Suggests,
                    $"suggests_disease_{lower}",
                    there,
                    here,
                    rules.FlagsOf("pressures.side_difference_mmHg"));
            }
        }
    }

    private static Finding Number(Finding draft, int? mmHg, bool? suggests, string suggestion, Finding[] one, Finding[] other, IReadOnlyList<string> flags) => mmHg is { } number
        ? draft with
        {
            State = one.Concat(other).Any(f => f.State == MeasurementState.Unreliable) ? MeasurementState.Unreliable : MeasurementState.Measured,
            Reason = one.Concat(other).FirstOrDefault(f => f.State == MeasurementState.Unreliable)?.Reason,
            Value = number,
            Printed = number.ToString(CultureInfo.InvariantCulture),
            Uncertainty = Half(one) is { } a && Half(other) is { } b ? Math.Sqrt((a * a) + (b * b)) : null,
            Category = suggests == true ? suggestion : "within_limit",
            Flags = flags,
        }
        : draft with { Reason = "a pressure of the two has no number, or an artery was not occluded" };

    private static double? Half(Finding[] level) => level.Where(f => f.Value is not null).MaxBy(f => f.Value)?.Uncertainty;

    private static Place PlaceOf(LimbLevel level) => Array.Find(Places, p => p.Level == level).Place;

    /// <summary>The accepted levels of one leg.</summary>
    private sealed class Limb
    {
        private readonly DerivedInputs _inputs;
        private readonly Side _side;

        public Limb(DerivedInputs inputs, Side side)
        {
            (_inputs, _side) = (inputs, side);
            bool one = At(Place.HighThigh).Length == 0 || At(Place.LowThigh).Length == 0;
            Pressures = new SegmentalPressures(one ? Pressure([.. At(Place.HighThigh), .. At(Place.LowThigh)]) : Pressure(At(Place.LowThigh)), Pressure(At(Place.Calf)), Pressure(At(Place.Ankle)))
            {
                HighThigh = one ? null : Pressure(At(Place.HighThigh)),
            };
        }

        public SegmentalPressures Pressures { get; }

        /// <summary>A level above the ankle was measured.</summary>
        public bool IsSegmental => Places.Any(p => p.Place != Place.Ankle && At(p.Place).Length > 0);

        /// <summary>The findings a level's pressure is of. The only cuff of a thigh is the thigh, wherever on it.</summary>
        public Finding[] At(LimbLevel level) => level == LimbLevel.Thigh && At(Place.LowThigh).Length == 0 ? At(Place.HighThigh) : At(PlaceOf(level));

        public IEnumerable<Finding> Gradients(RuleSet rules)
        {
            if (!IsSegmental)
            {
                yield break;
            }

            foreach (SegmentGradient gradient in Pressures.Gradients(rules.Pressures))
            {
                if (At(gradient.Upper) is [_, ..] above && At(gradient.Lower) is [_, ..] below)
                {
                    yield return Number(
                        _inputs.Draft(Gradient, new Site(_side, PlaceOf(gradient.Lower)), Methods.SegmentalPressures, "not computed", [.. above, .. below], "mm[Hg]"),
                        gradient.FallMmHg,
                        gradient.Suggests,
                        "suggests_disease",
                        above,
                        below,
                        rules.FlagsOf("pressures.segment_drop_mmHg"));
                }
            }
        }

        private Finding[] At(Place place) => place == Place.Ankle
            ? [.. new[] { _inputs.At(_side, Place.PosteriorTibial), _inputs.At(_side, Place.DorsalisPedis) }.OfType<Finding>()]
            : [.. _inputs.Of(place == Place.Calf ? "calf-sys" : "thigh-sys", _side).Where(f => f.Site.Place == place)];

        private static VesselPressure Pressure(Finding[] level)
        {
            VesselPressure[] pressures = [.. level.Select(VesselPressure.Of)];
            return pressures.FirstOrDefault(p => p is VesselPressure.AboveLimit) ?? pressures.OfType<VesselPressure.Measured>().MaxBy(p => p.MmHg) ?? pressures.FirstOrDefault() ?? VesselPressure.NotDone;
        }
    }
}
