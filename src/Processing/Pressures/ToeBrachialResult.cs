using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Toe pressure and toe-brachial index of one toe. Made by <see cref="ToeBrachialIndex"/>.</summary>
public sealed record ToeBrachialResult
{
    /// <summary>The denominator, mmHg; null without a usable arm.</summary>
    public required int? BrachialUsed { get; init; }

    public required MeasurementState ToeState { get; init; }

    /// <summary>The toe pressure as printed: <c>32</c>, <c>>254</c>, <c>&lt;30</c>; null without one.</summary>
    public required string? Reported { get; init; }

    public required PressureIndex? Index { get; init; }

    /// <summary>Where the index lies when the toe pressure is only known to lie under a floor; null otherwise.</summary>
    public required IndexRange? Range { get; init; }

    public required ToeCategory Category { get; init; }

    /// <summary>WIfI ischaemia grade 0 to 3 of the toe pressure, or the grades a floor leaves possible; null without either. A toe without signal gets none.</summary>
    public required GradeRange? WifiGrade { get; init; }

    /// <summary>Null unless the toe pressure was measured or lies under a floor.</summary>
    public required ToePressureLimits? Limits { get; init; }

    /// <summary>Of <see cref="IndexFlags"/>; their order means nothing.</summary>
    public required IReadOnlyList<string> Flags { get; init; }
}
