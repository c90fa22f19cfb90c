using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Vascular.Devices.Tests.Links;

/// <summary>Time that stands. A wait up to <see cref="Elapses"/> is over as soon as the code begins it; of a longer one the test is told, and moves time itself.</summary>
public sealed class WaitingTime : FakeTimeProvider
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    public TimeSpan Elapses { get; set; } = TimeSpan.FromMilliseconds(100);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= Elapses)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }
        else if (dueTime > TimeSpan.Zero)
        {
            waits.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>The next longer wait the code begins that lies in a range.</summary>
    public async Task<TimeSpan> NextWaitAsync(TimeSpan from, TimeSpan to)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (true)
        {
            TimeSpan wait = await waits.Reader.ReadAsync(deadline.Token);
            if (wait >= from && wait <= to)
            {
                return wait;
            }
        }
    }

    /// <summary>Waits for the code to begin a wait of that range, and ends it.</summary>
    public async Task PassAsync(TimeSpan from, TimeSpan to) => Advance(await NextWaitAsync(from, to));
}
