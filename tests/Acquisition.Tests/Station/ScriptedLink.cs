using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A link whose other end is the test.</summary>
public sealed class ScriptedLink(ITapeClock clock, string path = "scripted", string? identity = null) : ILink
{
    private readonly Channel<byte[]> incoming = Channel.CreateUnbounded<byte[]>();
    private readonly byte[] buffer = new byte[64];
    private int pulled;

    public string Path => path;

    public string? Identity => identity;

    /// <summary>Modem lines the device holds; null: it has none.</summary>
    public SerialInputs? Inputs { get; set; }

    public ConcurrentQueue<byte[]> Written { get; } = [];

    /// <summary>What a write does; it may hang until stopped.</summary>
    public Func<CancellationToken, Task> OnWrite { get; set; } = _ => Task.CompletedTask;

    public bool Disposed { get; private set; }

    /// <summary>Completed when it is disposed; null: nobody waits for it.</summary>
    public TaskCompletionSource? DisposedAsync { get; set; }

    /// <summary>Completed when so many arrivals were taken from the link.</summary>
    public (int Count, TaskCompletionSource Reached) Watch { get; set; } = (0, new TaskCompletionSource());

    public int Pulled => Volatile.Read(ref pulled);

    public void Say(params byte[] bytes) => incoming.Writer.TryWrite(bytes);

    public void Lose(string reason) => incoming.Writer.TryComplete(new IOException(reason));

    public async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            byte[] bytes;
            try
            {
                bytes = await incoming.Reader.ReadAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
            catch (ChannelClosedException closed) when (closed.InnerException is IOException lost)
            {
                throw lost;
            }

            // one buffer for all reads, as the seam allows: whoever keeps an arrival must copy it
            bytes.CopyTo(buffer, 0);
            if (Interlocked.Increment(ref pulled) == Watch.Count)
            {
                Watch.Reached.TrySetResult();
            }

            yield return new Arrival(clock.NowNs, buffer.AsMemory(0, bytes.Length));
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await OnWrite(cancel);
        Written.Enqueue(bytes.ToArray());
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        DisposedAsync?.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
