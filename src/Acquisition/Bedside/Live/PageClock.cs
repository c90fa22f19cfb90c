namespace Vascular.Acquisition.Bedside.Live;

/// <summary>The clock of one page (<c>performance.now()</c>, ms) against the station's: so that a key counts from when it was pressed, not from when it was heard of.</summary>
/// <remarks>A measurement is the best of <see cref="Rounds"/> round trips, kept with half that round trip. Two of them give the rate; before the second the rate is taken as 1.
/// Pure: who measures says what was read. Source: the offset and rate rule of the tape's time.</remarks>
public sealed class PageClock
{
    /// <summary>Round trips of one measurement; the shortest counts.</summary>
    public const int Rounds = 8;

    /// <summary>Between two measurements.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>A clock not measured for so long is not believed: a laptop slept, or the line hangs.</summary>
    public const long LongestAgeNs = 35_000_000_000;

    /// <summary>Two clocks of quartz differ by less than this: a measurement that says more was disturbed.</summary>
    private const double MostRate = 0.0005;

    private readonly Lock _gate = new();
    private Measured? _round;
    private Measured? _before;
    private Measured? _newest;
    private int _rounds;

    /// <summary>One round trip.</summary>
    /// <param name="sentNs">Station's clock when the question left.</param>
    /// <param name="heardNs">Station's clock when the answer came.</param>
    /// <param name="pageMs">What the page read in between.</param>
    /// <returns>True when it completed a measurement.</returns>
    public bool Add(long sentNs, long heardNs, double pageMs)
    {
        if (heardNs < sentNs || !double.IsFinite(pageMs))
        {
            return false;
        }

        lock (_gate)
        {
            var one = new Measured(pageMs, sentNs + ((heardNs - sentNs) / 2), (heardNs - sentNs) / 2);
            _round = _round is { } best && best.HalfNs <= one.HalfNs ? best : one;
            if (++_rounds < Rounds)
            {
                return false;
            }

            (_before, _newest, _round, _rounds) = (_newest, _round, null, 0);
            return true;
        }
    }

    /// <summary>An event's <c>timeStamp</c> on the station's clock.</summary>
    /// <param name="nowNs">Station's clock now.</param>
    /// <returns>When it was, and half the round trip it was mapped with; null while the clock is not measured, or no longer.</returns>
    public (long AtNs, long UncertaintyNs)? Map(double pageMs, long nowNs)
    {
        lock (_gate)
        {
            if (_newest is not { } newest || nowNs - newest.AtNs > LongestAgeNs || !double.IsFinite(pageMs))
            {
                return null;
            }

            double sinceNs = (pageMs - newest.PageMs) * 1e6;
            return (newest.AtNs + (long)(sinceNs * Rate(newest)), newest.HalfNs);
        }
    }

    /// <summary>Station's nanoseconds to one of the page, by the last two measurements.</summary>
    private double Rate(in Measured newest)
    {
        if (_before is not { } before || newest.PageMs <= before.PageMs)
        {
            return 1;
        }

        double rate = (newest.AtNs - before.AtNs) / ((newest.PageMs - before.PageMs) * 1e6);
        return Math.Abs(rate - 1) <= MostRate ? rate : 1;
    }

    private readonly record struct Measured(double PageMs, long AtNs, long HalfNs);
}
