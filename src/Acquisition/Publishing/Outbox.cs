using System.Collections.Concurrent;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Publishing;

/// <summary>Where the outbox delivers from: topic levels of this station.</summary>
public sealed record OutboxAddress(string Site, string Gateway);

/// <summary>Publishes what is owed until every required consumer has answered, over a line that may go at any moment.</summary>
/// <remarks>The database is the only memory. What a crash interrupts is published again under the same id with the same bytes; consumers drop repeats.
/// A line that fails is opened again; a database that fails ends <see cref="RunAsync"/>, since nothing could be written down any more.</remarks>
public sealed class Outbox
{
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstReopen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReopen = TimeSpan.FromSeconds(30);

    private readonly OutboxRecord record;
    private readonly OutboxAddress address;
    private readonly TimeProvider time;
    private readonly Action<OutboxEvent> notice;
    private readonly string acknowledgements;
    private readonly StationCommands commands;
    private readonly ChangeSignal changed = new();
    private int everything; // 1: every owed row is wanted now

    // rows a consumer asked for, between the receiving and the publishing half; never more than are owed
    private readonly ConcurrentQueue<long> hurried = new();

    /// <param name="notice">Called for everything worth showing; must not block.</param>
    /// <exception cref="ArgumentException">Site or gateway cannot be a topic level.</exception>
    public Outbox(OutboxRecord record, OutboxAddress address, TimeProvider time, Action<OutboxEvent> notice)
    {
        ArgumentNullException.ThrowIfNull(address);
        (this.record, this.address, this.time, this.notice) = (record, address, time, notice);
        acknowledgements = Topics.Acknowledgements(address.Site, address.Gateway);
        commands = new StationCommands(record, address, Hurry);
    }

    /// <summary>A row was committed: look now. Cheap, and never lost when it comes between two looks.</summary>
    public void Wake() => changed.Raise();

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
                await DeliverAsync(outlet, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is IOException or OperationCanceledException or TimeoutException)
            {
                // a cancellation that is not ours is a line that gave up
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

    /// <summary>One connection, from open to lost. Answers are read beside publishing, since one may come before the PUBACK.</summary>
    private async Task DeliverAsync(IOutlet outlet, CancellationToken cancel)
    {
        using CancellationTokenSource line = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task receiving = ReceiveAsync(outlet, line.Token);
        Task publishing = PublishAsync(outlet, line.Token);
        Task first = await Task.WhenAny(receiving, publishing);
        await line.CancelAsync();
        await Task.WhenAll(receiving, publishing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        await first;
        throw new IOException("the line ended");
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

            foreach (long sequence in turns.Due(await record.OwedAsync(cancel)))
            {
                await PublishAsync(outlet, sequence, cancel);
                turns.Published(sequence);
                notice(new OutboxEvent(OutboxEventKind.Published, null, $"message {sequence}"));
            }

            await next.WaitAsync(turns.UntilNext() ?? Timeout.InfiniteTimeSpan, time, cancel)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PublishAsync(IOutlet outlet, long sequence, CancellationToken cancel)
    {
        OutboxRow row = await record.RowAsync(sequence, cancel);
        if (row.State != OutboxState.Owed)
        {
            return; // its last answer came while an older row was going out
        }

        Receipt receipt;
        try
        {
            receipt = await outlet.PublishAsync(LetterOf(row), cancel);
        }
        catch (IOException lost)
        {
            await record.NoteAsync(sequence, "line lost", lost.Message, Now(), CancellationToken.None);
            throw;
        }

        await record.NoteReceiptAsync(sequence, receipt, Now(), CancellationToken.None);
        if (receipt != Receipt.Stored)
        {
            OutboxEventKind kind = receipt == Receipt.NobodySubscribed ? OutboxEventKind.NobodySubscribed : OutboxEventKind.BrokerRefused;
            notice(new OutboxEvent(kind, row.MessageId, receipt.ToString()));
        }
        else if (row.Consumers.Count == 0)
        {
            changed.Raise();
        }
    }

    private async Task ReceiveAsync(IOutlet outlet, CancellationToken cancel)
    {
        await foreach (Letter letter in outlet.ReceiveAsync(cancel))
        {
            if (letter.Topic.StartsWith(acknowledgements, StringComparison.Ordinal))
            {
                await TakeAsync(letter, cancel);
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
            notice(new OutboxEvent(OutboxEventKind.BrokerRefused, null, $"reply to a command: {receipt}"));
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

    private async Task TakeAsync(Letter letter, CancellationToken cancel)
    {
        if (!AcknowledgementLetter.TryRead(letter, acknowledgements, out Acknowledgement? acknowledgement, out string why))
        {
            notice(new OutboxEvent(OutboxEventKind.UnreadableLetter, null, why));
            return;
        }

        AcknowledgementOutcome outcome = await record.NoteAcknowledgementAsync(acknowledgement!, Now(), cancel);
        OutboxEventKind kind = outcome switch
        {
            AcknowledgementOutcome.Taken => OutboxEventKind.Acknowledged,
            AcknowledgementOutcome.Rejected => OutboxEventKind.Rejected,
            AcknowledgementOutcome.Late => OutboxEventKind.LateAcknowledgement,
            AcknowledgementOutcome.NotRequired => OutboxEventKind.ForeignAcknowledgement,
            _ => OutboxEventKind.UnknownAcknowledgement,
        };
        notice(new OutboxEvent(kind, acknowledgement!.MessageId, acknowledgement.Consumer));
        if (outcome is AcknowledgementOutcome.Taken or AcknowledgementOutcome.Rejected)
        {
            changed.Raise();
        }
    }

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
                notice(new OutboxEvent(OutboxEventKind.LineLost, null, attempt.Outcome.Exception?.Message ?? ""));
                return default;
            },
        })
        .AddTimeout(OpenDeadline)
        .Build();

    private static Letter LetterOf(OutboxRow row) =>
        new(row.Topic, row.Body, row.ContentType, SessionEnvelope.ReadProperties(row.Properties), Expires: null, Retain: false, Qos: 1);

    private long Now() => UtcNs.Of(time.GetUtcNow());
}
