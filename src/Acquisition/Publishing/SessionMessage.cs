namespace Vascular.Acquisition.Publishing;

/// <summary>One message of a report: all of it, or one part of a report that was too large for one message.</summary>
/// <remarks>Part 1 holds the report and every observation that did not move; each further part holds waveforms and all they refer to but inputs.</remarks>
public sealed record SessionMessage
{
    private SessionMessage(SessionReport report, int number, int count, IReadOnlyList<ReportedFinding> findings)
    {
        (Report, Number, Count, Findings) = (report, number, count, findings);
        Id = number == 1 ? report.MessageId : Identifiers.Version5(report.MessageId, FormattableString.Invariant($"part/{number}"));
    }

    /// <summary>The whole report, of which this message says a part.</summary>
    public SessionReport Report { get; }

    /// <summary>CloudEvent id: that of the report for part 1, and made from it and the number for the others.</summary>
    public Guid Id { get; }

    /// <summary>From 1.</summary>
    public int Number { get; }

    /// <summary>Messages of the report; 1 when it was not split.</summary>
    public int Count { get; }

    /// <summary>The findings whose observations are in this message.</summary>
    public IReadOnlyList<ReportedFinding> Findings { get; }

    public bool IsSplit => Count > 1;

    public bool HoldsReport => Number == 1;

    /// <summary><c>i/n</c>, for instance <c>2/3</c>.</summary>
    public string Part => FormattableString.Invariant($"{Number}/{Count}");

    public static SessionMessage Whole(SessionReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new SessionMessage(report, 1, 1, report.Findings);
    }

    internal static SessionMessage PartOf(SessionReport report, int number, int count, IReadOnlyList<ReportedFinding> findings) => new(report, number, count, findings);
}
