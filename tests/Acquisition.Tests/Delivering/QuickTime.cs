namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>The system's clock, some times as fast: the station's minutes are the test's seconds, while brokers and consumers keep their own time.</summary>
/// <param name="times">Seconds of this clock in one of the system's.</param>
public sealed class QuickTime(int times) : TimeProvider
{
    private readonly long startTimestamp = System.GetTimestamp();
    private readonly DateTimeOffset start = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => start + (System.GetElapsedTime(startTimestamp) * times);

    public override long GetTimestamp() => startTimestamp + ((System.GetTimestamp() - startTimestamp) * times);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(System.CreateTimer(callback, state, Quick(dueTime), Quick(period)), this);

    private TimeSpan Quick(TimeSpan wait) => wait > TimeSpan.Zero ? wait / times : wait;

    private sealed class Timer(ITimer inner, QuickTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(time.Quick(dueTime), time.Quick(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
