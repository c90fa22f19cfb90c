namespace Vascular.Acquisition.Station;

/// <summary>Simulated time beside the clock on the wall, at a speed that may change.</summary>
public sealed class PacedTime
{
    /// <summary>The caller looks at its cancellation at least this often.</summary>
    private const double LongestWaitMs = 250;

    private readonly TimeProvider _time;
    private long _since;
    private long _fromNs;
    private double _speed;

    /// <summary>Simulated 0 is now.</summary>
    public PacedTime(double speed, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        (_speed, _time, _since) = (speed, time, time.GetTimestamp());
    }

    /// <summary>Simulated time now, ns.</summary>
    public long NowNs => _fromNs + (long)(_time.GetElapsedTime(_since).TotalNanoseconds * _speed);

    /// <summary>True when simulated time has come so far, to the millisecond.</summary>
    public bool HasCome(long atNs) => (atNs - NowNs) / 1e6 / _speed <= 1;

    /// <summary>Where the simulated world stood at a real moment that passed. While its owner hung (a slow disk), the world stood still: what was not simulated was not seen.</summary>
    /// <param name="agoNs">Real time since; below 0 where the one who says it has a clock that runs ahead.</param>
    /// <param name="worldNs">How far the world has come by now.</param>
    public long Was(long agoNs, long worldNs)
    {
        long back = (long)(agoNs * _speed);
        return back > 0 ? Math.Min(worldNs, NowNs - back) : worldNs - back;
    }

    /// <summary>Goes on from <paramref name="atNs"/> at another speed.</summary>
    public void Change(double speed, long atNs) => (_speed, _fromNs, _since) = (speed, atNs, _time.GetTimestamp());

    /// <summary>Waits on the caller's thread until simulated <paramref name="atNs"/> has come, or until something is asked before it.</summary>
    /// <returns>What was asked; null: the time has come, or the longest wait is over.</returns>
    public Action? WaitUntil(long atNs, AskedQueue asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        double ahead = (atNs - NowNs) / 1e6 / _speed;
        // Less than a millisecond is not waited for: the system's timers are no finer.
        return asked.Take(ahead > 1 ? (int)Math.Min(ahead, LongestWaitMs) : 0);
    }
}
