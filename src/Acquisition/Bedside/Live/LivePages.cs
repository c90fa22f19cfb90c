using System.Collections.Concurrent;

namespace Vascular.Acquisition.Bedside.Live;

/// <summary>Pages that are connected to <c>/live</c>, by the name each gave itself, with their clocks.</summary>
public sealed class LivePages(TimeProvider time)
{
    /// <summary>One station has a screen or two and a visitor; more are refused.</summary>
    public const int Most = 16;

    private readonly ConcurrentDictionary<string, PageClock> _clocks = new(StringComparer.Ordinal);
    private readonly long _zero = time.GetTimestamp();

    /// <summary>The clock all pages are measured against, ns.</summary>
    public long NowNs => (long)time.GetElapsedTime(_zero).TotalNanoseconds;

    public int Count => _clocks.Count;

    /// <returns>Null when too many pages are there already.</returns>
    internal PageClock? Enter(string page)
    {
        if (_clocks.Count >= Most)
        {
            return null;
        }

        var clock = new PageClock();
        _clocks[page] = clock;
        return clock;
    }

    internal void Leave(string page, PageClock clock) => _clocks.TryRemove(new KeyValuePair<string, PageClock>(page, clock));

    /// <summary>How long ago a page's event was, and half the round trip of its clock; null when that clock is not known.</summary>
    public (long AgoNs, long UncertaintyNs)? Ago(string page, double timeStampMs)
    {
        long now = NowNs;
        return _clocks.TryGetValue(page, out PageClock? clock) && clock.Map(timeStampMs, now) is { } at ? (now - at.AtNs, at.UncertaintyNs) : null;
    }
}
