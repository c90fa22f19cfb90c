namespace Vascular.Processing.Pressures;

/// <summary>Severity words for an abnormal ankle-brachial index.</summary>
/// <remarks>A teaching convention ([V] only in a protocol page; other pages cut at 0.31 or 0.50), so it is computed but not shown unless a site asks.</remarks>
public enum AnkleSeverity
{
    Mild,
    Moderate,
    Severe,
}

/// <summary>Limits and words of <see cref="AnkleSeverity"/>.</summary>
public static class AnkleSeverities
{
    /// <summary>0.40 and below is severe by the convention.</summary>
    public static readonly PressureIndex SevereTo = new(40);

    /// <summary>0.41 to 0.70 is moderate by the convention; above it, up to the abnormal limit, mild.</summary>
    public static readonly PressureIndex ModerateTo = new(70);

    /// <param name="index">Of a limb whose category is abnormal.</param>
    public static AnkleSeverity Of(PressureIndex index) =>
        index <= SevereTo ? AnkleSeverity.Severe
        : index <= ModerateTo ? AnkleSeverity.Moderate
        : AnkleSeverity.Mild;

    public static string Word(this AnkleSeverity severity) => severity switch
    {
        AnkleSeverity.Mild => "mild",
        AnkleSeverity.Moderate => "moderate",
        AnkleSeverity.Severe => "severe",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "Not a severity."),
    };
}
