namespace Vascular.Acquisition.Publishing;

/// <summary>When each row is published next on this connection: at once, then after one minute, doubling to one hour.</summary>
/// <remarks>Lives as long as the connection: a new one owes everything at once again. Bounded by the rows owed.</remarks>
public sealed class ResendTimes(TimeProvider time)
{
    public static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<long, (long Since, TimeSpan Wait)> rows = [];

    /// <summary>Of the rows owed (oldest first), those to publish now, in the same order.</summary>
    public IReadOnlyList<long> Due(IReadOnlyList<long> owed)
    {
        Forget(owed);
        return [.. owed.Where(row => !rows.TryGetValue(row, out (long, TimeSpan) turn) || Left(turn) <= TimeSpan.Zero)];
    }

    /// <summary>The row was just published.</summary>
    public void Published(long row)
    {
        TimeSpan wait = rows.TryGetValue(row, out (long, TimeSpan Wait) last) ? Doubled(last.Wait) : First;
        rows[row] = (time.GetTimestamp(), wait);
    }

    /// <summary>The row is wanted now, whatever its turn.</summary>
    public void Hurry(long row) => rows.Remove(row);

    /// <summary>Every row is wanted now, whatever its turn.</summary>
    public void HurryAll() => rows.Clear();

    /// <summary>Time until the next row is due, never negative; null when nothing waits.</summary>
    public TimeSpan? UntilNext()
    {
        if (rows.Count == 0)
        {
            return null;
        }

        TimeSpan wait = rows.Values.Min(Left);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>On the monotonic clock: a step of the wall clock neither floods the broker nor silences the station.</summary>
    private TimeSpan Left((long Since, TimeSpan Wait) turn) => turn.Wait - time.GetElapsedTime(turn.Since);

    private void Forget(IReadOnlyList<long> owed)
    {
        foreach (long settled in rows.Keys.Except(owed).ToList())
        {
            rows.Remove(settled);
        }
    }

    private static TimeSpan Doubled(TimeSpan wait) => wait + wait < Longest ? wait + wait : Longest;
}
