using Vascular.Processing.Outcomes;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Waveforms;

namespace Vascular.Processing.Vocabulary;

/// <summary>One version of the rules: every limit that a source only recalls [R] or that this project defined [D], so that a clinician can review them
/// in one place and a derived number can say what computed it.</summary>
/// <remarks>The values are in <c>config/rules.json</c>, which the service carries inside it and hands in; this room reads no file and holds no second
/// copy. Limits that are published [V], [S] stand in the code of their rule, and so do the older project limits of the indices. A limit, a rounding or a
/// flag condition that changes, here or there, is a new version. docs/decisions/0016.</remarks>
public sealed record RuleSet
{
    /// <summary>Travels with every derived finding as its rule version.</summary>
    public required string Version { get; init; }

    /// <summary>Constants that a site set otherwise than this version has them; empty as delivered.</summary>
    public IReadOnlyList<RuleOverride> Overrides { get; init; } = [];

    public required PressureRule Pressures { get; init; }

    public required PlateauRule Plateau { get; init; }

    public required OxygenRule Oxygen { get; init; }

    public required FlatnessRule Flatness { get; init; }

    public required SurveillanceRule Surveillance { get; init; }

    public required SurvivalRule Survival { get; init; }

    /// <summary>What stands beside a result: <c>2026.3</c>, or <c>2026.3, but plateau.hold_s 90 instead of 60</c>.</summary>
    public string Named => Overrides.Count == 0 ? Version : $"{Version}, but {string.Join("; ", Overrides.Select(o => $"{o.Constant} {o.To} instead of {o.From}"))}";

    /// <summary>Flags of a result that rests on these sections (<c>plateau</c>) or constants (<c>oxygen.chest_low_mmHg</c>): each constant of them that the site set otherwise, and from what.</summary>
    public IReadOnlyList<string> FlagsOf(params IReadOnlyList<string> sections) =>
        [.. Overrides.Where(o => sections.Any(s => o.Constant == s || o.Constant.StartsWith(s + ".", StringComparison.Ordinal))).Select(o => $"site-rule {o.Constant} {o.To} instead of {o.From}")];
}

/// <summary>A constant of the rule set that a site set otherwise.</summary>
/// <param name="Constant">Section and name as in the file: <c>plateau.hold_s</c>.</param>
/// <param name="From">As delivered.</param>
/// <param name="To">As the site has it.</param>
public sealed record RuleOverride(string Constant, string From, string To);
