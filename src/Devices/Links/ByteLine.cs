using System.Runtime.CompilerServices;

namespace Vascular.Devices.Links;

/// <summary>The rules every link shares over the stream of its library: stamp once, lose the line once, abandon a native call that will not end.</summary>
/// <remarks>Libraries end a dead read in many ways (zero bytes, disposed, cancelled, refused, never). Here each becomes one thing: the line is lost,
/// an <see cref="IOException"/> with the reason, now and at every later call.</remarks>
internal sealed class ByteLine : IDisposable
{
    /// <summary>How long a pending native call may outlive a stop before it is abandoned.</summary>
    internal static readonly TimeSpan AbandonAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>Deadline of one write.</summary>
    internal static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(2);

    private const int ReadSize = 4096;

    private readonly Stream stream;
    private readonly string name;
    private readonly ITapeClock clock;
    private readonly TimeProvider time;

    // never disposed: it holds no timer, and a read that was abandoned may still come back and report the loss
    private readonly CancellationTokenSource lost = new();
    private string? lostBecause;

    internal ByteLine(Stream stream, string name, ITapeClock clock, TimeProvider time) =>
        (this.stream, this.name, this.clock, this.time) = (stream, name, clock, time);

    /// <summary>Marks the line as lost; the first reason stays. A pending read or write ends with it.</summary>
    internal void Lose(string because)
    {
        if (Interlocked.CompareExchange(ref lostBecause, because, null) is null)
        {
            lost.Cancel();
        }
    }

    /// <summary>From here on the line is lost.</summary>
    public void Dispose() => Lose("it was closed");

    internal async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        byte[] buffer = new byte[ReadSize];
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, lost.Token);
        while (!cancel.IsCancellationRequested)
        {
            int count = await ReadOnceAsync(buffer, ending.Token, cancel);
            if (count == 0)
            {
                yield break;
            }

            yield return new Arrival(clock.NowNs, buffer.AsMemory(0, count));
        }
    }

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        ThrowIfLost();
        using var deadline = new CancellationTokenSource(WriteLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, lost.Token, deadline.Token);
        Task? write = null;
        try
        {
            write = stream.WriteAsync(bytes, ending.Token).AsTask();
            await write.WaitAsync(ending.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Forget(write);
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !lost.IsCancellationRequested)
        {
            Forget(write);
            throw new IOException($"{name} did not take {bytes.Length} bytes within {WriteLimit.TotalSeconds:0} s");
        }
        catch (Exception failure)
        {
            Forget(write);
            Lose(Reason(failure));
            throw LostLine(failure);
        }
    }

    /// <summary>One read of at least a byte; 0 means stopped, never the end of the stream.</summary>
    private async ValueTask<int> ReadOnceAsync(byte[] buffer, CancellationToken ending, CancellationToken cancel)
    {
        ThrowIfLost();
        Task<int>? read = null;
        try
        {
            read = stream.ReadAsync(buffer, ending).AsTask();
            int count = await read.WaitAsync(ending);
            if (count > 0)
            {
                return count;
            }

            Lose("the other end closed it");
        }
        catch (Exception failure)
        {
            await AbandonAsync(read);
            if (cancel.IsCancellationRequested)
            {
                return 0;
            }

            Lose(Reason(failure));
            throw LostLine(failure);
        }

        throw LostLine(null);
    }

    /// <summary>Gives a native call a moment to end, since it still owns the buffer; after that the line is not used again.</summary>
    private async ValueTask AbandonAsync(Task? pending)
    {
        if (pending is null || pending.IsCompleted)
        {
            Forget(pending);
            return;
        }

        using var ended = new CancellationTokenSource();
        await Task.WhenAny(pending, Task.Delay(AbandonAfter, time, ended.Token));
        await ended.CancelAsync();
        if (!pending.IsCompleted)
        {
            Lose("a read was still pending when it was stopped");
        }

        Forget(pending);
    }

    private static void Forget(Task? pending) =>
        pending?.ContinueWith(
            static late => _ = late.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private static string Reason(Exception failure) => failure switch
    {
        ObjectDisposedException or OperationCanceledException => "it went away",
        _ => failure.Message,
    };

    private void ThrowIfLost()
    {
        if (lost.IsCancellationRequested)
        {
            throw LostLine(null);
        }
    }

    private IOException LostLine(Exception? cause) => new($"{name} lost: {Volatile.Read(ref lostBecause)}", cause);
}
