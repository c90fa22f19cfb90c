using System.Collections.Immutable;

namespace Vascular.Simulators.Record;

/// <summary>One examination as a consumer holds it: the highest version whose report has come, and parts of higher ones that wait for theirs.</summary>
/// <param name="Messages">By version, then by part. Bounded: a version lower than <see cref="Version"/> is let go.</param>
public sealed record ChartedExamination(ImmutableSortedDictionary<int, ImmutableSortedDictionary<int, ChartBundle>> Messages)
{
    public static ChartedExamination Empty { get; } = new(ImmutableSortedDictionary<int, ImmutableSortedDictionary<int, ChartBundle>>.Empty);

    /// <summary>Version on the chart; null before the first report has come.</summary>
    public int? Version => Messages.Where(v => v.Value.ContainsKey(1)).Select(v => (int?)v.Key).Max();

    /// <summary>Part 1 of it, which has the report.</summary>
    public ChartBundle? Report => Version is { } version ? Messages[version][1] : null;

    /// <summary>Parts of it that have not come.</summary>
    public IReadOnlyList<int> Missing => Report is { } report ? [.. Enumerable.Range(1, report.Parts).Where(part => !Messages[report.Version].ContainsKey(part))] : [];

    /// <summary>A higher version is known of, but its report has not come: what is shown is about to change.</summary>
    public bool IsOutdated => Messages.Count > 0 && Messages.Keys.Last() > Version;

    /// <summary>What stands on the chart: nothing that was withdrawn, and nothing the version does not hold, whatever a lower one held.</summary>
    public IEnumerable<ChartedObservation> Observations => Report is { Status: not "entered-in-error" } report
        ? Messages[report.Version].Values.SelectMany(m => m.Observations).Where(o => !o.Withdrawn)
        : [];

    /// <summary>Takes one message. A repeat and a version lower than held change nothing.</summary>
    public ChartedExamination Next(ChartBundle message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Version < Version)
        {
            return this;
        }

        ImmutableSortedDictionary<int, ChartBundle> parts = Messages.GetValueOrDefault(message.Version) ?? ImmutableSortedDictionary<int, ChartBundle>.Empty;
        ChartedExamination next = new(Messages.SetItem(message.Version, parts.SetItem(message.Part, message)));
        return new ChartedExamination(next.Messages.RemoveRange(next.Messages.Keys.Where(version => version < next.Version)));
    }
}
