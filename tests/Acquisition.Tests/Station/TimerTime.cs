using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Time that stands until the test moves it, and tells the test each wait the code begins: no test guesses when to move it.</summary>
public sealed class TimerTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Waits begun and not yet looked at.</summary>
    public int PendingWaits => waits.Reader.Count;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
        {
            waits.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>The next wait the code begins.</summary>
    public async Task<TimeSpan> NextWaitAsync() => await waits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
