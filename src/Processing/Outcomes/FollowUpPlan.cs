namespace Vascular.Processing.Outcomes;

/// <summary>Where a visit of the plan stands.</summary>
public enum VisitStanding
{
    Done,

    /// <summary>Its days have begun, nothing was measured in them yet.</summary>
    Due,

    /// <summary>Its days are over and nothing was measured in them.</summary>
    Overdue,
    Ahead,
}

/// <summary>A visit of the plan.</summary>
/// <param name="FromDay">First day after the procedure that counts as it; below 0 before.</param>
/// <param name="ToDay">Last one.</param>
public sealed record PlannedVisit(string Name, int FromDay, int ToDay)
{
    /// <summary>The plan of this project. [D] SVS after femoropopliteal work for critical ischaemia: within the first month, 3 months, then every 6 [V]; GVG at least 2 years [V]; weeks
    /// of close watch after pDVA [S]. Month = 30.4375 days; each visit takes the days up to the middle between it and its neighbours.</summary>
    public static IReadOnlyList<PlannedVisit> Plan { get; } =
    [
        new("before", -90, -1), new("day 1 to 3", 1, 3), new("2 weeks", 10, 20), new("4 weeks", 21, 34), new("6 weeks", 35, 44), new("day 45 and later", 45, 68),
        new("3 months", 69, 136), new("6 months", 137, 227), new("9 months", 228, 319), new("12 months", 320, 456), new("18 months", 457, 638), new("24 months", 639, 821),
    ];

    /// <param name="measuredDays">Days after the procedure on which anything was measured.</param>
    /// <param name="today">Days after the procedure.</param>
    public VisitStanding Standing(IEnumerable<int> measuredDays, int today)
    {
        ArgumentNullException.ThrowIfNull(measuredDays);
        return measuredDays.Any(d => d >= FromDay && d <= ToDay) ? VisitStanding.Done
            : today > ToDay ? VisitStanding.Overdue
            : today >= FromDay ? VisitStanding.Due
            : VisitStanding.Ahead;
    }
}
