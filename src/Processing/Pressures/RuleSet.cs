namespace Vascular.Processing.Pressures;

/// <summary>Names the set of clinical rules and limits in this room, so that every derived number can say what computed it.</summary>
public static class RuleSet
{
    /// <summary>Travels with every derived finding as its rule version. Rises whenever a limit, a rounding or a flag condition changes.</summary>
    public const string Version = "2026.1";
}
