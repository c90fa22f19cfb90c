using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Publishing;

/// <summary>Where the outbox delivers from: topic levels of this station.</summary>
public sealed record OutboxAddress(string Site, string Gateway);

/// <summary>Publishes what is owed until every required consumer has answered, over a line that may go at any moment.</summary>
/// <remarks>The database is the only memory. What a crash interrupts is published again under the same id with the same bytes; consumers drop repeats.
/// A line that fails is opened again. A database that fails is tried again on the same line: until then nothing is sent, since nothing could be written down.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "the semaphore has no handle until somebody asks for one")]
public sealed class Outbox
{
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstReopen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReopen = TimeSpan.FromSeconds(30);

    /// <summary>Messages under way at once, each of another examination: what a broker is asked to hold unanswered (its receive maximum).</summary>
    private const int MostUnderWay = 40;

    /// <summary>Counting what is owed takes at most this part of the time, however much that is.</summary>
    private const int CountingShare = 10;

    private static readonly TimeSpan RecordAgain = TimeSpan.FromSeconds(30);

    private readonly OutboxRecord record;
    private readonly OutboxAddress address;
    private readonly TimeProvider time;
    private readonly Action<OutboxEvent> notice;
    private readonly StationNews? news;
    private readonly string acknowledgements;
    private readonly StationCommands commands;
    private readonly ChangeSignal changed = new();
    private int everything; // 1: every owed row is wanted now

    // what the broker said and is not written down yet; who waits for the pen writes all of it in one transaction
    private readonly ConcurrentQueue<(long Sequence, Receipt Receipt)> receipts = new();
    private readonly SemaphoreSlim pen = new(1, 1);

    // rows a consumer asked for, between the receiving and the publishing half; never more than are owed
    private readonly ConcurrentQueue<long> hurried = new();

    /// <param name="notice">Called for everything worth showing; must not block.</param>
    /// <param name="news">Carried on the same line, and told what happens here; null: nothing but results is said.</param>
    /// <exception cref="ArgumentException">Site or gateway cannot be a topic level.</exception>
    public Outbox(OutboxRecord record, OutboxAddress address, TimeProvider time, Action<OutboxEvent> notice, StationNews? news = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(notice);
        (this.record, this.address, this.time, this.news) = (record, address, time, news);
        this.notice = happened =>
        {
            news?.Tell(happened);
            try
            {
                notice(happened);
            }
            catch (IOException)
            {
                // nowhere to show it (a full disk behind stderr): delivery must not end by that
            }
        };
        acknowledgements = Topics.Acknowledgements(address.Site, address.Gateway);
        commands = new StationCommands(record, address, Hurry);
    }

    /// <summary>A row was committed: look now. Cheap, and never lost when it comes between two looks.</summary>
    public void Wake() => changed.Raise();

    /// <summary>A person decided about a message a consumer rejected: it goes out again now, or is closed. The reason goes to the audit trail.</summary>
    /// <exception cref="InvalidOperationException">That consumer has not rejected such a message; says what to look at.</exception>
    public async Task DecideAsync(Guid message, string consumer, bool resend, string user, string reason, CancellationToken cancel)
    {
        long sequence = await record.SequenceOfAsync(message, cancel) ?? throw new InvalidOperationException($"this station sent no message {message}");
        await record.DecideAsync(sequence, consumer, resend, user, reason, Now(), cancel);
        Hurry(sequence);
    }

    /// <summary>A consumer is back at the broker: what is owed goes out again now, not at its next turn.</summary>
    public void ConsumerReturned()
    {
        Interlocked.Exchange(ref everything, 1);
        changed.Raise();
    }

    /// <summary>Delivers until cancelled. Opens the line, publishes everything owed, and begins again when the line is lost.</summary>
    /// <param name="open">Opens a fresh line; <see cref="IOException"/> means not now.</param>
    public async Task RunAsync(Func<CancellationToken, Task<IOutlet>> open, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(open);
        ResiliencePipeline<IOutlet> reopening = Reopening();
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using IOutlet outlet = await reopening.ExecuteAsync(async c => await open(c), cancel);
                notice(new OutboxEvent(OutboxEventKind.LineOpened, null, $"{address.Site}/{address.Gateway}"));
                CompareLimits(outlet);
                await DeliverAsync(outlet, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is not OutOfMemoryException)
            {
                // a cancellation that is not ours is a line that gave up; and whatever else a line throws, delivery must not end by it
                notice(new OutboxEvent(OutboxEventKind.LineLost, null, lost.Message));
                await Task.Delay(FirstReopen, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Waits until nothing of the examination is owed, or the deadline has passed.</summary>
    /// <returns>Where every row stands then. A row may be settled, sent without confirmation, held for a person, or (after the deadline) still owed.</returns>
    public async Task<IReadOnlyList<OutboxStatus>> WaitUntilSettledAsync(Guid examination, TimeSpan deadline, CancellationToken cancel)
    {
        using CancellationTokenSource limit = new(deadline, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        while (true)
        {
            Task next = changed.Next();
            IReadOnlyList<OutboxStatus> rows = await record.StatusAsync(examination, cancel);
            if (limit.IsCancellationRequested || rows.All(r => r.State != OutboxState.Owed))
            {
                return rows;
            }

            await next.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>One connection, from open to lost. A database that fails meanwhile does not end it: the station must be able to say so.</summary>
    private async Task DeliverAsync(IOutlet outlet, CancellationToken cancel)
    {
        using CancellationTokenSource line = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task telling = news?.CarryAsync(outlet, line.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, time, line.Token);
        try
        {
            while (true)
            {
                try
                {
                    await ExchangeAsync(outlet, telling, line.Token);
                }
                catch (Exception failure) when (failure is DbException or DbUpdateException)
                {
                    notice(new OutboxEvent(OutboxEventKind.RecordFailed, null, "the record database cannot be used; tried again"));
                    Task first = await Task.WhenAny(telling, Task.Delay(RecordAgain, time, line.Token));
                    await first;
                }
            }
        }
        finally
        {
            await line.CancelAsync();
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Publishes, reads answers beside it, since one may come before the PUBACK, and counts what is owed, until one of them ends.</summary>
    private async Task ExchangeAsync(IOutlet outlet, Task telling, CancellationToken cancel)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Channel<Acknowledgement> answers = Channel.CreateBounded<Acknowledgement>(new BoundedChannelOptions(MostUnderWay) { SingleReader = true, SingleWriter = true });
        Task[] halves = [ReceiveAsync(outlet, answers.Writer, ending.Token), TakeAsync(answers.Reader, ending.Token), PublishAsync(outlet, ending.Token), CountAsync(ending.Token)];
        Task first = await Task.WhenAny([.. halves, telling]);
        await ending.CancelAsync();
        await Task.WhenAll(halves).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        await first;
        throw new IOException("the line ended");
    }

    /// <summary>Tells how much is owed whenever it changes.</summary>
    private async Task CountAsync(CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            Task next = changed.Next();
            if (news is not null)
            {
                long began = time.GetTimestamp();
                news.Owes(await record.StandingAsync(cancel));
                await Task.Delay(time.GetElapsedTime(began) * (CountingShare - 1), time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await next.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PublishAsync(IOutlet outlet, CancellationToken cancel)
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

    private async Task ReceiveAsync(IOutlet outlet, ChannelWriter<Acknowledgement> answers, CancellationToken cancel)
    {
        await foreach (Letter letter in outlet.ReceiveAsync(cancel))
        {
            if (letter.Topic.StartsWith(acknowledgements, StringComparison.Ordinal))
            {
                await ReadAsync(letter, answers, cancel);
            }
            else if (commands.Owns(letter))
            {
                await AnswerAsync(outlet, letter, cancel);
            }
        }
    }

    /// <summary>Does a command and says so where its sender wants to hear it; without a response topic nobody is told.</summary>
    private async Task AnswerAsync(IOutlet outlet, Letter command, CancellationToken cancel)
    {
        CommandReply reply = await commands.DoAsync(command, cancel);
        if (reply.Status is CommandStatus.Refused or CommandStatus.Failed)
        {
            notice(new OutboxEvent(reply.Status == CommandStatus.Refused ? OutboxEventKind.UnreadableLetter : OutboxEventKind.RecordFailed, null, reply.Reason!));
        }

        if (command.ReplyTo is null)
        {
            return;
        }

        if (reply.LetterTo(command, commands.Replies) is not { } letter)
        {
            notice(new OutboxEvent(OutboxEventKind.UnreadableLetter, null, $"a reply was wanted elsewhere than below {commands.Replies}"));
            return;
        }

        Receipt receipt = await outlet.PublishAsync(letter, cancel);
        if (receipt is not (Receipt.Stored or Receipt.NobodySubscribed))
        {
            notice(new OutboxEvent(KindOf(receipt), null, $"reply to a command: {receipt}"));
        }
    }

    private void Hurry(long sequence)
    {
        if (!hurried.Contains(sequence))
        {
            hurried.Enqueue(sequence);
        }

        changed.Raise();
    }

    private async Task ReadAsync(Letter letter, ChannelWriter<Acknowledgement> answers, CancellationToken cancel)
    {
        if (AcknowledgementLetter.TryRead(letter, acknowledgements, out Acknowledgement? acknowledgement, out string why))
        {
            await answers.WriteAsync(acknowledgement!, cancel);
        }
        else
        {
            notice(new OutboxEvent(OutboxEventKind.UnreadableLetter, null, why));
        }
    }

    /// <summary>Writes answers down, all that have come in one transaction. A crash before it costs nothing but a repeat: the row is still owed, is
    /// published again, and answered again.</summary>
    private async Task TakeAsync(ChannelReader<Acknowledgement> answers, CancellationToken cancel)
    {
        try
        {
            while (await answers.WaitToReadAsync(cancel))
            {
                await TakeAllAsync(answers);
            }
        }
        finally
        {
            // what came before the line was lost has come
            await TakeAllAsync(answers);
        }
    }

    private async Task TakeAllAsync(ChannelReader<Acknowledgement> answers)
    {
        List<Acknowledgement> came = [];
        while (came.Count < MostUnderWay && answers.TryRead(out Acknowledgement? one))
        {
            came.Add(one);
        }

        if (came.Count == 0)
        {
            return;
        }

        IReadOnlyList<AcknowledgementOutcome> outcomes = await record.NoteAcknowledgementsAsync(came, Now(), CancellationToken.None);
        news?.RecordWritten();
        foreach ((Acknowledgement acknowledgement, AcknowledgementOutcome outcome) in came.Zip(outcomes))
        {
            notice(new OutboxEvent(KindOf(outcome), acknowledgement.MessageId, acknowledgement.Consumer));
        }

        if (outcomes.Any(o => o is AcknowledgementOutcome.Taken or AcknowledgementOutcome.Rejected))
        {
            changed.Raise();
        }
    }

    private static OutboxEventKind KindOf(AcknowledgementOutcome outcome) => outcome switch
    {
        AcknowledgementOutcome.Taken => OutboxEventKind.Acknowledged,
        AcknowledgementOutcome.Rejected => OutboxEventKind.Rejected,
        AcknowledgementOutcome.Late => OutboxEventKind.LateAcknowledgement,
        AcknowledgementOutcome.NotRequired => OutboxEventKind.ForeignAcknowledgement,
        _ => OutboxEventKind.UnknownAcknowledgement,
    };

    private ResiliencePipeline<IOutlet> Reopening() => new ResiliencePipelineBuilder<IOutlet> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<IOutlet>
        {
            ShouldHandle = new PredicateBuilder<IOutlet>().Handle<IOException>().Handle<TimeoutRejectedException>(),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstReopen,
            MaxDelay = LongestReopen,
            OnRetry = attempt =>
            {
                OutboxEventKind kind = attempt.Outcome.Exception is BrokerNotBelievedException ? OutboxEventKind.BrokerNotBelieved : OutboxEventKind.LineLost;
                notice(new OutboxEvent(kind, null, attempt.Outcome.Exception?.Message ?? ""));
                return default;
            },
        })
        .AddTimeout(OpenDeadline)
        .Build();

    /// <summary>Says at connect, before a result needs it, that this broker will not take the largest message this station makes.</summary>
    private void CompareLimits(IOutlet outlet)
    {
        if (outlet.Limit is { } limit && limit.LargestPacket < record.LargestPacket)
        {
            notice(new OutboxEvent(
                OutboxEventKind.BrokerTakesLess,
                null,
                string.Create(CultureInfo.InvariantCulture, $"results may have {record.LargestPacket} bytes a message, {limit.Broker} takes {limit.LargestPacket}: set broker.largest_packet_bytes in station.json to that")));
        }
    }

    private static string TooLarge(OutboxRow row, Letter letter, OutletLimit limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"message {row.Sequence} (part {row.Part} of {row.Parts}) needs {PacketSize.Of(letter)} bytes, {limit.Broker} takes {limit.LargestPacket}: raise the broker's maximum packet size; it is owed until then");

    private static OutboxEventKind KindOf(Receipt receipt) => receipt switch
    {
        Receipt.NobodySubscribed => OutboxEventKind.NobodySubscribed,
        Receipt.NotAuthorised => OutboxEventKind.NotAuthorised,
        Receipt.TooLarge => OutboxEventKind.TooLarge,
        _ => OutboxEventKind.BrokerRefused,
    };

    private static Letter LetterOf(OutboxRow row) =>
        new(row.Topic, row.Body, row.ContentType, SessionEnvelope.ReadProperties(row.Properties), Expires: null, Retain: false, Qos: 1);

    private long Now() => UtcNs.Of(time.GetUtcNow());
}
