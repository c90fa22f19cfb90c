using System.Data.Common;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Publishing;

/// <summary>Where the outbox delivers from: topic levels of this station.</summary>
public sealed record OutboxAddress(string Site, string Gateway);

/// <summary>Publishes what is owed until every required consumer has answered, over a line that may go at any moment.</summary>
/// <remarks>The database is the only memory. What a crash interrupts is published again under the same id with the same bytes; consumers drop repeats.
/// A line that fails is opened again. A database that fails is tried again on the same line: until then nothing is sent, since nothing could be written down.</remarks>
public sealed class Outbox
{
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstReopen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReopen = TimeSpan.FromSeconds(30);

    /// <summary>Counting what is owed takes at most this part of the time, however much that is.</summary>
    private const int CountingShare = 10;

    private static readonly TimeSpan RecordAgain = TimeSpan.FromSeconds(30);

    private readonly OutboxRecord record;
    private readonly OutboxAddress address;
    private readonly TimeProvider time;
    private readonly Action<OutboxEvent> notice;
    private readonly StationNews? news;
    private readonly ChangeSignal changed = new();
    private readonly OutboxPublishing publishing;
    private readonly OutboxReceiving receiving;

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
        publishing = new OutboxPublishing(record, time, this.notice, news, changed);
        receiving = new OutboxReceiving(record, address, time, this.notice, news, changed, publishing.Hurry);
    }

    /// <summary>A row was committed: look now. Cheap, and never lost when it comes between two looks.</summary>
    public void Wake() => changed.Raise();

    /// <summary>A person decided about a message a consumer rejected: it goes out again now, or is closed. The reason goes to the audit trail.</summary>
    /// <exception cref="InvalidOperationException">That consumer has not rejected such a message; says what to look at.</exception>
    public async Task DecideAsync(Guid message, string consumer, bool resend, string user, string reason, CancellationToken cancel)
    {
        long sequence = await record.SequenceOfAsync(message, cancel) ?? throw new InvalidOperationException($"this station sent no message {message}");
        await record.DecideAsync(sequence, consumer, resend, user, reason, Now(), cancel);
        publishing.Hurry(sequence);
    }

    /// <summary>A consumer is back at the broker: what is owed goes out again now, not at its next turn.</summary>
    public void ConsumerReturned() => publishing.HurryAll();

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
        Channel<Acknowledgement> answers = Channel.CreateBounded<Acknowledgement>(new BoundedChannelOptions(OutboxPublishing.MostUnderWay) { SingleReader = true, SingleWriter = true });
        Task[] halves = [receiving.ReadAsync(outlet, answers.Writer, ending.Token), receiving.TakeAsync(answers.Reader, ending.Token), publishing.RunAsync(outlet, ending.Token), CountAsync(ending.Token)];
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

    private long Now() => UtcNs.Of(time.GetUtcNow());
}
