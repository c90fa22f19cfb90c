using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>The one clock all links of a station stamp with: monotonic, untouched by any step of the wall clock.</summary>
public sealed class StationClock : ITapeClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly TimeProvider time;
    private readonly long zero;

    /// <summary>Zero is now.</summary>
    public StationClock(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        zero = time.GetTimestamp();
        UtcZeroNs = UtcNowNs();
    }

    /// <summary>Nanoseconds since the clock was made; never goes back.</summary>
    public long NowNs => (long)((Int128)(time.GetTimestamp() - zero) * NanosecondsPerSecond / time.TimestampFrequency);

    /// <summary>UTC of this clock's zero, ns since 1970, as the wall clock said it then: what the anchor record says.</summary>
    public long UtcZeroNs { get; }

    /// <summary>How far the wall clock has stepped or drifted since zero, ns; positive when it now runs ahead. A large change is a new anchor record.</summary>
    public long WallStepNs => UtcNowNs() - NowNs - UtcZeroNs;

    private long UtcNowNs() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
