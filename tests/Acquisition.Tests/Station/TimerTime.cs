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

    /// <summary>Waits for what is wanted and moves time to the end of each wait the code begins meanwhile, if it is no longer than <paramref name="longest"/>.</summary>
    public async Task<T> UntilAsync<T>(Task<T> wanted, TimeSpan longest)
    {
        while (!wanted.IsCompleted)
        {
            await Task.WhenAny(wanted, waits.Reader.WaitToReadAsync().AsTask()).WaitAsync(TimeSpan.FromSeconds(30));
            if (!wanted.IsCompleted && waits.Reader.TryRead(out TimeSpan wait) && wait <= longest)
            {
                Advance(wait);
            }
        }

        return await wanted;
    }
}
