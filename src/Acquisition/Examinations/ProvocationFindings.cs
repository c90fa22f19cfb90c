using System.Globalization;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>How far TcPO2 of each place moved from rest: on oxygen, with the leg raised, with the leg down.</summary>
/// <remarks>Both values are of one electrode that did not move, so what its calibration is off is in both; it is counted twice, which is too much rather than too little. [D]</remarks>
internal static class ProvocationFindings
{
    private static readonly string[] Measures = ["tcpo2-oxygen", "tcpo2-elevated", "tcpo2-dependent"];

    public static IEnumerable<Finding> Of(DerivedInputs inputs, RuleSet rules)
    {
        Side[] sides = [Side.Right, Side.Left];
        foreach (Finding now in sides.SelectMany(side => Measures.SelectMany(measure => inputs.Of(measure, side))))
        {
            if (inputs.Of("tcpo2-plateau", now.Site.Side).LastOrDefault(f => f.Site == now.Site) is { } rest
                && FootPerfusionFindings.Tension(rest, rules) is { } before && FootPerfusionFindings.Tension(now, rules) is { } then)
            {
                yield return Change(inputs, rules, rest, now, before, then);
            }
        }
    }

    private static Finding Change(DerivedInputs inputs, RuleSet rules, Finding rest, Finding now, OxygenTension before, OxygenTension then)
    {
        (string measure, int mmHg, string? category, IReadOnlyList<string> flags) = now.Measure switch
        {
            "tcpo2-oxygen" => Rise(OxygenChallenge.Of(before, then)),
            "tcpo2-elevated" => Fall(LegElevation.Of(before, then, rules.Oxygen), rules),
            _ => ("dependency-rise", LegDependency.Of(before, then).RiseMmHg, null, []),
        };
        bool doubtful = rest.State == MeasurementState.Unreliable || now.State == MeasurementState.Unreliable;
        return inputs.Draft(measure, now.Site, Methods.ProvocationResponse, mmHg.ToString(CultureInfo.InvariantCulture), [rest, now], "mm[Hg]") with
        {
            State = doubtful ? MeasurementState.Unreliable : MeasurementState.Measured,
            Reason = doubtful ? "a TcPO2 behind it is marked doubtful" : null,
            Value = mmHg,
            Uncertainty = rest.Uncertainty is { } a && now.Uncertainty is { } b ? Math.Sqrt((a * a) + (b * b)) : null,
            Category = category,
            Flags = flags,
        };
    }

    private static (string, int, string?, IReadOnlyList<string>) Rise(OxygenChallenge challenge) =>
        ("oxygen-rise", challenge.RiseMmHg, challenge.RiseBelow10 ? "rise_below_10" : "rise_10_or_more", challenge.Above100 ? ["above_100"] : []);

    private static (string, int, string?, IReadOnlyList<string>) Fall(LegElevation elevation, RuleSet rules) =>
        ("elevation-fall", elevation.FallMmHg, elevation.SmallFall switch { null => null, true => "small_fall", false => "large_fall" },
            rules.FlagsOf("oxygen.elevation_supine_from_mmHg", "oxygen.elevation_supine_to_mmHg", "oxygen.elevation_drop_mmHg"));
}
