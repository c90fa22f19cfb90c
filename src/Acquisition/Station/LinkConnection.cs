using System.Threading.Channels;
using Vascular.Devices;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>One connection of a supervised link, from Open to Closed: reads, silence and sends.</summary>
internal sealed class LinkConnection
{
    /// <summary>Sends waiting for the line; a device that takes none for so long gets no more, and each refusal is recorded.</summary>
    internal const int SendQueueLength = 64;

    private readonly ILink link;
    private readonly LinkRecorder recorder;
    private readonly TimeSpan? silenceLimit;
    private readonly TimeProvider time;
    private readonly Action<SerialInputs>? inputs;
    private readonly Channel<Outgoing> sends = Channel.CreateBounded<Outgoing>(new BoundedChannelOptions(SendQueueLength) { SingleReader = true });

    /// <summary>Modem lines are looked at so often.</summary>
    internal static readonly TimeSpan InputsEvery = TimeSpan.FromSeconds(1);

    /// <param name="inputs">Told of the modem lines when they are first known and when they change; null: nobody wants to know.</param>
    internal LinkConnection(ILink link, LinkRecorder recorder, TimeSpan? silenceLimit, TimeProvider time, Action<SerialInputs>? inputs = null) =>
        (this.link, this.recorder, this.silenceLimit, this.time, this.inputs) = (link, recorder, silenceLimit, time, inputs);

    /// <summary>Carries the connection until the line is lost or <paramref name="cancel"/> stops it.</summary>
    /// <param name="silence">Told when silence begins and ends.</param>
    /// <returns>Why it ended.</returns>
    internal async Task<string> CarryAsync(Action<bool> silence, CancellationToken cancel)
    {
        await recorder.RecordAsync(RecordKind.Open, cancel, text: link.Path, identity: link.Identity);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task sending = SendAsync(ending.Token, cancel);
        Task watching = inputs is not null && link.HasInputs ? Task.Run(() => WatchInputsAsync(ending.Token), CancellationToken.None) : Task.CompletedTask;
        string reason = "stopped";
        try
        {
            await ListenAsync(silence, ending);
        }
        catch (IOException lost)
        {
            reason = lost.Message;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // stopped while the recorder's queue was full
        }
        finally
        {
            await ending.CancelAsync();
            await sending;

            // a driver that hangs in the question holds nobody
            if (!watching.IsCompleted)
            {
                using var waited = new CancellationTokenSource();
                await Task.WhenAny(watching, Task.Delay(TimeSpan.FromMilliseconds(250), time, waited.Token));
                await waited.CancelAsync();
            }
        }

        await recorder.RecordLastAsync(RecordKind.Closed, reason, cancel);
        return reason;
    }

    internal async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var outgoing = new Outgoing(bytes, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (sends.Writer.TryWrite(outgoing))
        {
            return await outgoing.Taken.Task.WaitAsync(cancel);
        }

        await recorder.RecordAsync(RecordKind.WriteFailed, cancel, text: $"{SendQueueLength} sends are waiting already, or the line was just closed");
        return false;
    }

    private async Task ListenAsync(Action<bool> silence, CancellationTokenSource ending)
    {
        CancellationToken cancel = ending.Token;
        IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(cancel).GetAsyncEnumerator(cancel);
        Task<bool>? next = null;
        try
        {
            bool silent = false;
            while (true)
            {
                next = arrivals.MoveNextAsync().AsTask();
                if (!silent && !await WithinLimitAsync(next))
                {
                    silent = true;
                    silence(true);
                    await recorder.RecordAsync(RecordKind.Silent, cancel);
                }

                if (!await next)
                {
                    return;
                }

                Arrival arrival = arrivals.Current;
                if (silent)
                {
                    silent = false;
                    silence(false);
                    await recorder.RecordAsync(RecordKind.Heard, cancel, arrival.AtNs);
                }

                await recorder.RecordAsync(arrival.IsStray ? RecordKind.Stray : RecordKind.Bytes, cancel, arrival.AtNs, arrival.Bytes.ToArray());
            }
        }
        finally
        {
            // an enumerator must not be disposed under a pending read
            await ending.CancelAsync();
            await Task.WhenAny(next ?? Task.CompletedTask);
            await arrivals.DisposeAsync();
        }
    }

    private async Task WatchInputsAsync(CancellationToken ending)
    {
        SerialInputs? told = null;
        try
        {
            while (true)
            {
                if (link.Inputs is { } now && now != told)
                {
                    told = now;
                    inputs!(now);
                }

                await Task.Delay(InputsEvery, time, ending);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // the connection ends
        }
    }

    private async ValueTask<bool> WithinLimitAsync(Task<bool> next)
    {
        if (next.IsCompleted || silenceLimit is not { } limit)
        {
            return true;
        }

        try
        {
            await next.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException) when (!next.IsCompleted)
        {
            return false;
        }
    }

    private async Task SendAsync(CancellationToken ending, CancellationToken cancel)
    {
        try
        {
            await foreach (Outgoing outgoing in sends.Reader.ReadAllAsync(ending))
            {
                await SendOneAsync(outgoing, ending, cancel);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // the connection ends
        }

        sends.Writer.Complete();
        while (sends.Reader.TryRead(out Outgoing? unsent))
        {
            await FailAsync(unsent, "the line was closed before it was written", cancel);
        }
    }

    private async ValueTask SendOneAsync(Outgoing outgoing, CancellationToken ending, CancellationToken cancel)
    {
        try
        {
            await link.WriteAsync(outgoing.Bytes, ending);
            outgoing.Taken.TrySetResult(true);
        }
        catch (IOException failure)
        {
            await FailAsync(outgoing, failure.Message, cancel);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await FailAsync(outgoing, "the line was closed while it was written", cancel);
        }
    }

    private async ValueTask FailAsync(Outgoing outgoing, string reason, CancellationToken cancel)
    {
        await recorder.RecordLastAsync(RecordKind.WriteFailed, reason, cancel);
        outgoing.Taken.TrySetResult(false);
    }

    private sealed record Outgoing(ReadOnlyMemory<byte> Bytes, TaskCompletionSource<bool> Taken);
}
