using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Publishing;

/// <summary>The publishing half of the outbox: what is owed goes out when its turn comes, and what the broker said of it is written down.</summary>
/// <param name="changed">Raised by the other half, and here, when a row may stand otherwise.</param>
[SuppressMessage("Design", "CA1001", Justification = "the semaphore has no handle until somebody asks for one")]
internal sealed class OutboxPublishing(OutboxRecord record, TimeProvider time, Action<OutboxEvent> notice, StationNews? news, ChangeSignal changed)
{
    /// <summary>Messages under way at once, each of another examination: what a broker is asked to hold unanswered (its receive maximum).</summary>
    internal const int MostUnderWay = 40;

    // what the broker said and is not written down yet; who waits for the pen writes all of it in one transaction
    private readonly ConcurrentQueue<(long Sequence, Receipt Receipt)> receipts = new();
    private readonly SemaphoreSlim pen = new(1, 1);

    // rows a consumer asked for, between the receiving and the publishing half; never more than are owed
    private readonly ConcurrentQueue<long> hurried = new();
    private int everything; // 1: every owed row is wanted now

    /// <summary>One row goes out now, not at its next turn.</summary>
    internal void Hurry(long sequence)
    {
        if (!hurried.Contains(sequence))
        {
            hurried.Enqueue(sequence);
        }

        changed.Raise();
    }

    /// <summary>Every owed row goes out now.</summary>
    internal void HurryAll()
    {
        Interlocked.Exchange(ref everything, 1);
        changed.Raise();
    }

    internal static OutboxEventKind KindOf(Receipt receipt) => receipt switch
    {
        Receipt.NobodySubscribed => OutboxEventKind.NobodySubscribed,
        Receipt.NotAuthorised => OutboxEventKind.NotAuthorised,
        Receipt.TooLarge => OutboxEventKind.TooLarge,
        _ => OutboxEventKind.BrokerRefused,
    };

    /// <summary>Publishes what is due on one line, until it is lost or cancelled.</summary>
    internal async Task RunAsync(IOutlet outlet, CancellationToken cancel)
    {
        ResendTimes turns = new(time);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            Task next = changed.Next();
            if (Interlocked.Exchange(ref everything, 0) == 1)
            {
                turns.HurryAll();
            }

            while (hurried.TryDequeue(out long wanted))
            {
                turns.Hurry(wanted);
            }

            IReadOnlyList<(long Sequence, Guid Examination)> owed = await record.OwedRowsAsync(cancel);
            HashSet<long> due = [.. turns.Due([.. owed.Select(r => r.Sequence)])];
            await PublishAsync(outlet, owed.Where(r => due.Contains(r.Sequence)), turns, cancel);
            await next.WaitAsync(turns.UntilNext() ?? Timeout.InfiniteTimeSpan, time, cancel)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Publishes rows in order, several at once, but of one examination only one: its older versions go first.</summary>
    private async Task PublishAsync(IOutlet outlet, IEnumerable<(long Sequence, Guid Examination)> due, ResendTimes turns, CancellationToken cancel)
    {
        using CancellationTokenSource together = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Dictionary<Guid, (long Sequence, Task Task)> underWay = [];
        try
        {
            foreach ((long sequence, Guid examination) in due)
            {
                while (underWay.ContainsKey(examination) || underWay.Count >= MostUnderWay)
                {
                    await SettleOneAsync(underWay, turns);
                }

                underWay[examination] = (sequence, PublishAsync(outlet, sequence, together.Token));
            }

            while (underWay.Count > 0)
            {
                await SettleOneAsync(underWay, turns);
            }
        }
        finally
        {
            // none may outlive the line it was sent on
            await together.CancelAsync();
            await Task.WhenAll(underWay.Values.Select(r => r.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until one that is under way is done, whichever it is.</summary>
    private async Task SettleOneAsync(Dictionary<Guid, (long Sequence, Task Task)> underWay, ResendTimes turns)
    {
        await Task.WhenAny(underWay.Values.Select(r => r.Task));
        foreach ((Guid examination, (long sequence, Task done)) in underWay.Where(r => r.Value.Task.IsCompleted).ToList())
        {
            underWay.Remove(examination);
            await done;
            turns.Published(sequence);
            notice(new OutboxEvent(OutboxEventKind.Published, null, $"message {sequence}"));
        }
    }

    private async Task PublishAsync(IOutlet outlet, long sequence, CancellationToken cancel)
    {
        OutboxRow row = await record.RowAsync(sequence, cancel);
        if (row.State != OutboxState.Owed)
        {
            return; // its last answer came while an older row was going out
        }

        Letter letter = LetterOf(row);
        Receipt receipt;
        try
        {
            receipt = await outlet.PublishAsync(letter, cancel);
        }
        catch (IOException lost)
        {
            await record.NoteAsync(sequence, "line lost", lost.Message, Now(), CancellationToken.None);
            throw;
        }

        await NoteAsync(sequence, receipt);
        news?.RecordWritten();
        if (receipt != Receipt.Stored)
        {
            string detail = receipt == Receipt.TooLarge && outlet.Limit is { } limit ? TooLarge(row, letter, limit) : receipt.ToString();
            notice(new OutboxEvent(KindOf(receipt), row.MessageId, detail));
        }
        else if (row.Consumers.Count == 0)
        {
            changed.Raise();
        }
    }

    /// <summary>Returns when it is on the disk. Receipts that come while another is being written are written together.</summary>
    private async Task NoteAsync(long sequence, Receipt receipt)
    {
        receipts.Enqueue((sequence, receipt));
        await pen.WaitAsync();
        List<(long, Receipt)> waiting = [];
        try
        {
            while (receipts.TryDequeue(out (long, Receipt) one))
            {
                waiting.Add(one);
            }

            if (waiting.Count > 0)
            {
                await record.NoteReceiptsAsync(waiting, Now(), CancellationToken.None);
            }
        }
        catch
        {
            waiting.ForEach(receipts.Enqueue);
            throw;
        }
        finally
        {
            pen.Release();
        }
    }

    private static string TooLarge(OutboxRow row, Letter letter, OutletLimit limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"message {row.Sequence} (part {row.Part} of {row.Parts}) needs {PacketSize.Of(letter)} bytes, {limit.Broker} takes {limit.LargestPacket}: raise the broker's maximum packet size; it is owed until then");

    private static Letter LetterOf(OutboxRow row) =>
        new(row.Topic, row.Body, row.ContentType, SessionEnvelope.ReadProperties(row.Properties), Expires: null, Retain: false, Qos: 1);

    private long Now() => UtcNs.Of(time.GetUtcNow());
}
