namespace Vascular.Processing.Outcomes;

/// <summary>Constants of the survival estimates. [D]</summary>
public sealed record SurvivalRule
{
    /// <summary>Months at which a curve is read: those of the registry. [S]</summary>
    public required IReadOnlyList<int> Months { get; init; }

    /// <summary>Standard normal deviate of a two-sided 95 % interval.</summary>
    public required double NormalDeviate { get; init; }
}
