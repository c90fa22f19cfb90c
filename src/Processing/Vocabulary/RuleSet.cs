using Vascular.Processing.Outcomes;
using Vascular.Processing.Oxygen;
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

    public required PlateauRule Plateau { get; init; }

    public required OxygenRule Oxygen { get; init; }

    public required FlatnessRule Flatness { get; init; }

    public required SurveillanceRule Surveillance { get; init; }

    public required SurvivalRule Survival { get; init; }
}
