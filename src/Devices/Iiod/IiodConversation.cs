using System.Buffers;
using Vascular.Devices.Links;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Iiod;

/// <summary>One connection to an iiod: a question, its answer, the next question. Never two at once, and never one more after anything went wrong.</summary>
/// <remarks>Nothing in an answer says which question it belongs to. So a reply that is late, early, unasked for or damaged ends the conversation for good:
/// going on would hand one site's value to another.</remarks>
public sealed class IiodConversation : IAsyncDisposable
{
    private readonly ILink wire;
    private readonly TimeSpan replyLimit;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource closing = new();
    private readonly IAsyncEnumerator<Arrival> arrivals;
    private readonly ArrayBufferWriter<byte> heard = new();
    private readonly ArrayBufferWriter<byte> question = new(128);
    private readonly ArrayBufferWriter<byte> blocks = new();
    private Task<bool>? next;
    private string? over;

    /// <param name="wire">Owned by the conversation.</param>
    /// <param name="replyLimit">Deadline of each answer.</param>
    public IiodConversation(ILink wire, TimeSpan replyLimit, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(wire);
        (this.wire, this.replyLimit, this.time) = (wire, replyLimit, time);
        arrivals = wire.ReadAsync(closing.Token).GetAsyncEnumerator(closing.Token);
    }

    /// <summary>Takes one whole answer off what was heard; false while more is needed.</summary>
    /// <exception cref="IOException">What was heard is no answer.</exception>
    private delegate bool Take(ref ReadOnlySequence<byte> wire);

    /// <summary>The daemon's version.</summary>
    /// <exception cref="IOException">The line is lost, or what answers is no iiod.</exception>
    /// <exception cref="TimeoutException">No answer in time; the conversation is over.</exception>
    public async ValueTask<string> VersionAsync(CancellationToken cancel)
    {
        string version = "";
        await AskAsync(new IiodCommand(IiodVerb.Version), (ref ReadOnlySequence<byte> heard) => Done(IiodCodec.TryReadVersion(ref heard, out version, out WireFault fault), fault), cancel);
        return version;
    }

    /// <summary>A question whose answer is a number alone.</summary>
    /// <inheritdoc cref="VersionAsync"/>
    public async ValueTask<int> CodeAsync(IiodCommand command, CancellationToken cancel)
    {
        int code = 0;
        await AskAsync(command, (ref ReadOnlySequence<byte> heard) => Done(IiodCodec.TryReadReply(ref heard, withData: false, 0, out code, out _, out WireFault fault), fault), cancel);
        return code;
    }

    /// <summary>A question whose answer carries data.</summary>
    /// <param name="most">Longest data that is taken.</param>
    /// <returns>The number of bytes or a negative error number, and the bytes.</returns>
    /// <inheritdoc cref="VersionAsync"/>
    public async ValueTask<(int Code, byte[] Data)> DataAsync(IiodCommand command, int most, CancellationToken cancel)
    {
        (int code, byte[] data) = (0, []);
        await AskAsync(
            command,
            (ref ReadOnlySequence<byte> heard) =>
            {
                bool done = Done(IiodCodec.TryReadReply(ref heard, withData: true, most, out code, out ReadOnlySequence<byte> found, out WireFault fault), fault);
                data = found.ToArray();
                return done;
            },
            cancel);
        return (code, data);
    }

    /// <summary>Samples of an open buffer; waits until the daemon has them.</summary>
    /// <param name="bytes">A multiple of a sample's size.</param>
    /// <param name="maskDigits">8 for every 32 channels of the device.</param>
    /// <returns>The number of bytes or a negative error number, the mask of channels they are of, and the bytes.</returns>
    /// <inheritdoc cref="VersionAsync"/>
    public async ValueTask<(int Code, string Mask, ReadOnlyMemory<byte> Data)> BlocksAsync(string device, int bytes, int maskDigits, CancellationToken cancel)
    {
        (int code, string mask) = (0, "");
        await AskAsync(
            new IiodCommand(IiodVerb.ReadBuffer, device) { Number = bytes },
            (ref ReadOnlySequence<byte> heard) =>
            {
                blocks.ResetWrittenCount();
                return Done(IiodCodec.TryReadBlocks(ref heard, bytes, maskDigits, out code, out mask, blocks, out WireFault fault), fault);
            },
            cancel);
        return (code, mask, blocks.WrittenMemory);
    }

    public async ValueTask DisposeAsync()
    {
        over ??= "it was closed";
        await closing.CancelAsync();
        await wire.DisposeAsync();
        if (next is not null)
        {
            await Task.WhenAny(next);       // an enumerator must not be disposed under a pending read
            _ = next.Exception;
        }

        await arrivals.DisposeAsync();
        closing.Dispose();
    }

    private async ValueTask AskAsync(IiodCommand command, Take take, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (over is not null)
        {
            throw new IOException(over);
        }

        over = "a question was under way when it was stopped";
        next ??= arrivals.MoveNextAsync().AsTask();
        if (next.IsCompleted)
        {
            bool more = await next;         // throws where the line is lost
            throw Over(more ? "something came that was not asked for" : "the other end closed it");
        }

        using var deadline = new CancellationTokenSource(replyLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            question.ResetWrittenCount();
            IiodCodec.WriteCommand(command, question);
            await wire.WriteAsync(question.WrittenMemory, ending.Token);
            await HearAsync(take, ending.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            over = $"no answer within {replyLimit.TotalSeconds:0.###} s";
            throw new TimeoutException(over);
        }

        over = null;
    }

    private async ValueTask HearAsync(Take take, CancellationToken ending)
    {
        heard.ResetWrittenCount();
        while (true)
        {
            if (!await next!.WaitAsync(ending))
            {
                throw Over("the other end closed it");
            }

            heard.Write(arrivals.Current.Bytes.Span);
            next = arrivals.MoveNextAsync().AsTask();
            ReadOnlySequence<byte> bytes = new(heard.WrittenMemory);
            if (take(ref bytes))
            {
                if (!bytes.IsEmpty)
                {
                    throw Over($"{bytes.Length} bytes came that were not asked for");
                }

                return;
            }
        }
    }

    private static bool Done(OperationStatus status, WireFault fault) => status switch
    {
        OperationStatus.Done => true,
        OperationStatus.NeedMoreData => false,
        _ => throw new IOException($"what answered is no answer of an iiod ({fault.ToString().ToLowerInvariant()})"),
    };

    private IOException Over(string because)
    {
        over = because;
        return new IOException(because);
    }
}
