namespace Vascular.Acquisition.Records;

/// <summary>The database's time: whole nanoseconds since 1970 UTC. Reaches to the year 2262.</summary>
public static class UtcNs
{
    private const long NanosecondsPerTick = 100;

    public static long Of(DateTimeOffset time) => checked((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick);

    /// <summary>UTC, to the 100 ns a <see cref="DateTimeOffset"/> holds.</summary>
    public static DateTimeOffset ToTime(long utcNs) => DateTimeOffset.UnixEpoch.AddTicks(utcNs / NanosecondsPerTick);
}
