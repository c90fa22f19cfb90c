using System.Runtime.CompilerServices;

namespace Vascular.Devices.Links;

/// <summary>The link to a device that is read once a period. Each read is one arrival, stamped when it is done.</summary>
/// <remarks>
/// <para>Polls stand on a grid of whole periods after the opening, the first one a period after it. A poll that takes longer than a period, or a reader
/// that does not fetch in time, costs the polls it covers: they are left out, never caught up and never filled with an old value.</para>
/// <para>Everything is read by the one who enumerates; there is no thread, no queue and no buffer of its own.</para>
/// </remarks>
public sealed class PolledLink : ILink
{
    private readonly IPolled polled;
    private readonly TimeSpan period;
    private readonly ITapeClock clock;
    private readonly TimeProvider time;
    private readonly long opened;
    private readonly CancellationTokenSource lost = new();      // never disposed: a call that was abandoned may still come back
    private string? lostBecause;
    private long slot;
    private int disposed;

    /// <param name="polled">Owned by the link from here on.</param>
    /// <param name="period">10 ms to an hour.</param>
    public PolledLink(IPolled polled, TimeSpan period, ITapeClock clock, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(polled);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, TimeSpan.FromHours(1));
        (this.polled, this.period, this.clock, this.time) = (polled, period, clock, time);
        opened = time.GetTimestamp();
    }

    public string Path => polled.Path;

    public string? Identity => polled.Identity;

    public async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, lost.Token);
        while (await WaitForSlotAsync(ending.Token, cancel))
        {
            IAsyncEnumerator<ReadOnlyMemory<byte>> lines = polled.PollAsync(ending.Token).GetAsyncEnumerator(ending.Token);
            try
            {
                while (await NextAsync(lines, cancel))
                {
                    yield return new Arrival(clock.NowNs, lines.Current);
                }
            }
            finally
            {
                await lines.DisposeAsync();
            }
        }
    }

    /// <summary>Fails always: nothing is written to a device that is polled.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromException(lost.IsCancellationRequested ? LostLine(null) : new IOException($"{Path} is only read; it takes no bytes"));
    }

    public async ValueTask DisposeAsync()
    {
        Lose("it was closed");
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            await polled.DisposeAsync();
        }
    }

    /// <summary>False when stopped.</summary>
    private async ValueTask<bool> WaitForSlotAsync(CancellationToken ending, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            return false;
        }

        ThrowIfLost();
        TimeSpan now = time.GetElapsedTime(opened);
        slot = Math.Max(slot + 1, (now.Ticks / period.Ticks) + 1);
        try
        {
            await Task.Delay(new TimeSpan(slot * period.Ticks) - now, time, ending);
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw LostLine(null);
        }
    }

    /// <summary>False at the end of the poll, or when stopped.</summary>
    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> lines, CancellationToken cancel)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Lose(failure is IOException ? failure.Message : "it went away");
            throw LostLine(failure);
        }
    }

    private void Lose(string because)
    {
        if (Interlocked.CompareExchange(ref lostBecause, because, null) is null)
        {
            lost.Cancel();
        }
    }

    private void ThrowIfLost()
    {
        if (lost.IsCancellationRequested)
        {
            throw LostLine(null);
        }
    }

    private IOException LostLine(Exception? cause) => new($"{Path} lost: {Volatile.Read(ref lostBecause)}", cause);
}
