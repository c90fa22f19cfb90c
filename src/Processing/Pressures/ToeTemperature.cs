namespace Vascular.Processing.Pressures;

/// <summary>Whether a toe was too cold to be measured as others are.</summary>
/// <remarks>Sources disagree on the direction: cold reads low (Sawka and Carter, Circulation 1992;85:1097 [V]; Settembre 2017 [V]) and high (digital pressures of 17 patients [V]). So the
/// number is never corrected; below the limit it carries a flag, the toe is warmed, and like is compared with like. The limit is from Sawka and Carter. [D]</remarks>
public static class ToeTemperature
{
    /// <summary>Warm the toe and repeat.</summary>
    public const string ColdToe = "cold_toe";

    /// <summary>Readings taken for a skin temperature, °C. [D]</summary>
    public const int LowestCelsius = 5;
    public const int HighestCelsius = 45;

    /// <param name="celsius">Skin of the toe; null where nobody measured it, which is no flag: unknown is not cold.</param>
    /// <exception cref="ArgumentOutOfRangeException">No temperature of living skin.</exception>
    public static IReadOnlyList<string> Flags(double? celsius, PressureRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return celsius switch
        {
            null => [],
            < LowestCelsius or > HighestCelsius or double.NaN => throw new ArgumentOutOfRangeException(nameof(celsius), celsius, $"{LowestCelsius} to {HighestCelsius} °C."),
            { } skin => skin < rule.ColdToeCelsius ? [ColdToe] : [],
        };
    }
}
