namespace Vascular.Processing.Staging;

/// <summary>Fontaine stage that stands beside a Rutherford category.</summary>
/// <remarks>[R]: 0 I, 1 IIa, 2 and 3 IIb, 4 III, 5 and 6 IV. To be checked by a clinician. One way only: Fontaine has fewer stages, so nothing leads back.</remarks>
public static class FontaineStage
{
    private static readonly string[] Stages = ["I", "IIa", "IIb", "IIb", "III", "IV", "IV"];

    /// <param name="rutherford">Category as the clinician entered it, 0 to 6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The category is outside 0 to 6.</exception>
    public static string Of(int rutherford)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rutherford);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rutherford, RutherfordObjective.HighestCategory);
        return Stages[rutherford];
    }
}
