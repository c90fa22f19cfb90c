using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Toe pressure and toe-brachial index of one toe. Made by <see cref="ToeBrachialIndex"/>.</summary>
public sealed record ToeBrachialResult
{
    /// <summary>The denominator, mmHg; null without a usable arm.</summary>
    public required int? BrachialUsed { get; init; }

    public required MeasurementState ToeState { get; init; }

    /// <summary>The toe pressure as printed: <c>32</c>, <c>>254</c>; null without one.</summary>
    public required string? Reported { get; init; }

    public required PressureIndex? Index { get; init; }

    public required ToeCategory Category { get; init; }

    /// <summary>WIfI ischaemia grade 0 to 3 of the toe pressure; null unless it was measured. A toe without signal gets none.</summary>
    public required int? WifiGrade { get; init; }

    /// <summary>Null unless the toe pressure was measured.</summary>
    public required ToePressureLimits? Limits { get; init; }

    /// <summary>Of <see cref="IndexFlags"/>; their order means nothing.</summary>
    public required IReadOnlyList<string> Flags { get; init; }
}
