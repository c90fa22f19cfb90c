namespace Vascular.Processing.Staging;

/// <summary>The four words of the WIfI grids.</summary>
public enum WifiLevel
{
    VeryLow,
    Low,
    Moderate,
    High,
}

/// <summary>Words of <see cref="WifiLevel"/>, and how a grid is looked up.</summary>
public static class WifiLevels
{
    public const int HighestGrade = 3;

    public static string Word(this WifiLevel level) => level switch
    {
        WifiLevel.VeryLow => "very low",
        WifiLevel.Low => "low",
        WifiLevel.Moderate => "moderate",
        WifiLevel.High => "high",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a level."),
    };

    /// <param name="grid">Four rows (wound) of four groups (ischaemia) of four letters (foot infection): V very low, L low, M moderate, H high.</param>
    internal static WifiLevel At(string[] grid, int wound, int ischaemia, int infection)
    {
        Check(wound, nameof(wound));
        Check(ischaemia, nameof(ischaemia));
        Check(infection, nameof(infection));
        return (WifiLevel)"VLMH".IndexOf(grid[wound][5 * ischaemia + infection], StringComparison.Ordinal);
    }

    private static void Check(int grade, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(grade, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grade, HighestGrade, name);
    }
}
