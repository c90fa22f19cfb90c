using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Records;

/// <summary>A consumer's end-to-end answer to one message.</summary>
/// <param name="State">Stored, duplicate or rejected.</param>
public sealed record Acknowledgement(Guid MessageId, string Consumer, ConsumerState State, string? Reason, string? Reference);

/// <summary>What an acknowledgement changed.</summary>
public enum AcknowledgementOutcome
{
    /// <summary>The consumer has it.</summary>
    Taken,

    /// <summary>The consumer refused it; a person decides.</summary>
    Rejected,

    /// <summary>It had answered before; nothing changed.</summary>
    Late,

    /// <summary>A consumer that this message does not wait for.</summary>
    NotRequired,

    /// <summary>No message of this station has that id.</summary>
    UnknownMessage,
}

/// <summary>Where a message stands.</summary>
public sealed record OutboxStatus(long Sequence, Guid MessageId, Guid Examination, int ResultVersion, OutboxState State, IReadOnlyList<OutboxConsumer> Consumers)
{
    /// <summary>From 1; the messages of one result version differ in it.</summary>
    public int Part { get; init; } = 1;

    /// <summary>Messages of the result version; 1 when it was not split.</summary>
    public int Parts { get; init; } = 1;
}

/// <summary>What is not settled.</summary>
/// <param name="Owed">Numbers of the rows that wait for a consumer, oldest first.</param>
/// <param name="Held">Rows a consumer refused: they wait for a person.</param>
public sealed record OutboxStanding(IReadOnlyList<long> Owed, int Held);

/// <summary>The outbox in the database: rows are committed here, and here it is written down what became of them. Every call is one transaction.</summary>
/// <param name="largestPacket">Largest whole packet of a result, bytes: what is larger is split.</param>
/// <param name="givesBack">True: the same commit owes the result to the archive too.</param>
public sealed class OutboxRecord(RecordDatabase database, int largestPacket = SessionParts.DefaultLargestPacket, bool givesBack = false)
{
    private const string Counter = "result/session";

    /// <summary>Largest whole packet of a result committed here, bytes.</summary>
    public int LargestPacket => largestPacket;

    /// <summary>Commits the bundles of one sending (two when a wrong patient is corrected) with everyone who must answer, each in as many messages as it needs.
    /// From here on the result is sent, whatever happens to this process.</summary>
    /// <returns>The rows of all messages, in order; those of messages committed before are returned as they are, unchanged.</returns>
    /// <exception cref="InvalidOperationException">A report holds a finding that is not in the record in that version and state: what is not accepted is never sent.</exception>
    /// <exception cref="ArgumentException">A report cannot be mapped, see <see cref="SessionBundle"/>.</exception>
    public async Task<IReadOnlyList<OutboxStatus>> CommitSendAsync(
        IReadOnlyList<SessionReport> reports, IReadOnlyList<string> requiredConsumers, string user, long atUtcNs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reports);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        List<OutboxRow> rows = [];
        foreach (SessionReport report in reports)
        {
            List<OutboxRow> committed = await RowsOfAsync(context, report, cancel);
            if (committed.Count == 0 && givesBack)
            {
                await ReturnRecord.AddAsync(context, report, atUtcNs, cancel);
            }

            rows.AddRange(committed.Count > 0 ? committed : await AddAsync(context, report, requiredConsumers, user, atUtcNs, cancel));
            await context.SaveChangesAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
        return [.. rows.Select(Status)];
    }

    /// <summary>Whether all of these messages were committed before: the sending that makes them is done.</summary>
    public async Task<bool> HasAsync(IReadOnlyList<Guid> messages, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Outbox.CountAsync(r => messages.Contains(r.MessageId), cancel) == messages.Count;
    }

    /// <summary>Numbers of the rows that still wait for somebody, oldest first.</summary>
    public async Task<IReadOnlyList<long>> OwedAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Outbox.Where(r => r.State == OutboxState.Owed).OrderBy(r => r.Sequence).Select(r => r.Sequence).ToListAsync(cancel);
    }

    /// <summary>The rows that still wait for somebody and the examination of each, oldest first.</summary>
    public async Task<IReadOnlyList<(long Sequence, Guid Examination)>> OwedRowsAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        var rows = await context.Outbox.Where(r => r.State == OutboxState.Owed).OrderBy(r => r.Sequence).Select(r => new { r.Sequence, r.Examination }).ToListAsync(cancel);
        return [.. rows.Select(r => (r.Sequence, r.Examination))];
    }

    /// <summary>Everything that is not settled, as of one moment.</summary>
    public async Task<OutboxStanding> StandingAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        var rows = await context.Outbox.AsNoTracking().Where(r => r.State == OutboxState.Owed || r.State == OutboxState.Held)
            .OrderBy(r => r.Sequence).Select(r => new { r.Sequence, r.State }).ToListAsync(cancel);
        return new OutboxStanding([.. rows.Where(r => r.State == OutboxState.Owed).Select(r => r.Sequence)], rows.Count(r => r.State == OutboxState.Held));
    }

    /// <summary>Of the rows that still wait for somebody, those of these messages or of this examination; all of them when neither is named.</summary>
    public async Task<IReadOnlyList<long>> OwedAsync(IReadOnlyList<Guid> messages, Guid? examination, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        bool all = messages.Count == 0 && examination is null;
        return await context.Outbox
            .Where(r => r.State == OutboxState.Owed && (all || messages.Contains(r.MessageId) || r.Examination == examination))
            .OrderBy(r => r.Sequence).Select(r => r.Sequence).ToListAsync(cancel);
    }

    public async Task<OutboxRow> RowAsync(long sequence, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Outbox.AsNoTracking().Include(r => r.Consumers).SingleAsync(r => r.Sequence == sequence, cancel);
    }

    /// <summary>All rows of an examination, oldest first.</summary>
    public async Task<IReadOnlyList<OutboxStatus>> StatusAsync(Guid examination, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        List<OutboxRow> rows = await context.Outbox.AsNoTracking().Include(r => r.Consumers).Where(r => r.Examination == examination).OrderBy(r => r.Sequence).ToListAsync(cancel);
        return [.. rows.Select(Status)];
    }

    /// <summary>What happened to a row, oldest first.</summary>
    public async Task<IReadOnlyList<OutboxAttempt>> AttemptsAsync(long sequence, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.OutboxAttempts.AsNoTracking().Where(a => a.Sequence == sequence).OrderBy(a => a.Id).ToListAsync(cancel);
    }

    /// <summary>Writes down what the broker said, about several rows at once. Only a row that waits for no consumer is settled by it, and only when somebody took it.</summary>
    public async Task NoteReceiptsAsync(IReadOnlyList<(long Sequence, Receipt Receipt)> receipts, long atUtcNs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        context.OutboxAttempts.AddRange(receipts.Select(r => new OutboxAttempt { Sequence = r.Sequence, AtUtcNs = atUtcNs, What = "published", Detail = r.Receipt.ToString() }));
        await context.SaveChangesAsync(cancel);
        long[] taken = [.. receipts.Where(r => r.Receipt == Receipt.Stored).Select(r => r.Sequence)];
        await context.Outbox.Where(r => taken.Contains(r.Sequence) && r.State == OutboxState.Owed && r.Consumers.Count == 0)
            .ExecuteUpdateAsync(row => row.SetProperty(r => r.State, OutboxState.SentNotConfirmed), cancel);
        await transaction.CommitAsync(cancel);
    }

    public async Task NoteAsync(long sequence, string what, string detail, long atUtcNs, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        context.OutboxAttempts.Add(new OutboxAttempt { Sequence = sequence, AtUtcNs = atUtcNs, What = what, Detail = detail });
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    public async Task<AcknowledgementOutcome> NoteAcknowledgementAsync(Acknowledgement acknowledgement, long atUtcNs, CancellationToken cancel) =>
        (await NoteAcknowledgementsAsync([acknowledgement], atUtcNs, cancel))[0];

    /// <summary>Writes down what consumers answered, several answers in one transaction.</summary>
    /// <returns>What each of them changed, in the same order.</returns>
    public async Task<IReadOnlyList<AcknowledgementOutcome>> NoteAcknowledgementsAsync(IReadOnlyList<Acknowledgement> acknowledgements, long atUtcNs, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(acknowledgements);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        List<AcknowledgementOutcome> outcomes = [];
        foreach (Acknowledgement acknowledgement in acknowledgements)
        {
            outcomes.Add(await TakeAsync(context, acknowledgement, atUtcNs, cancel));
        }

        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return outcomes;
    }

    /// <summary>Number of a message; null when this station sent none of that id.</summary>
    public async Task<long?> SequenceOfAsync(Guid message, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Outbox.Where(r => r.MessageId == message).Select(r => (long?)r.Sequence).SingleOrDefaultAsync(cancel);
    }

    /// <summary>A person decided about a rejected message: send it again, or close it. The reason goes to the audit trail.</summary>
    /// <exception cref="InvalidOperationException">That consumer has not rejected that message.</exception>
    public async Task DecideAsync(long sequence, string consumer, bool resend, string user, string reason, long atUtcNs, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        OutboxRow row = await context.Outbox.Include(r => r.Consumers).SingleAsync(r => r.Sequence == sequence, cancel);
        OutboxConsumer rejected = row.Consumers.Find(c => c.Consumer == consumer && c.State == ConsumerState.Rejected)
            ?? throw new InvalidOperationException($"{consumer} has not rejected message {sequence}, so there is nothing to decide.");
        rejected.State = resend ? ConsumerState.Owed : ConsumerState.Closed;
        row.State = StateOf(row.Consumers);
        string action = resend ? "resend" : "close";
        context.Audit.Add(new AuditEntry
        {
            Examination = row.Examination,
            Key = $"{action}/{sequence}/{consumer}/{atUtcNs}",
            AtUtcNs = atUtcNs,
            User = user,
            Action = action,
            Detail = JsonSerializer.Serialize(new { message = row.MessageId, consumer, reason }),
        });
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task<AcknowledgementOutcome> TakeAsync(RecordContext context, Acknowledgement acknowledgement, long atUtcNs, CancellationToken cancel)
    {
        // the body stays on the disk: an answer comes for every message, and a message may be large
        var row = await context.Outbox.Where(r => r.MessageId == acknowledgement.MessageId).Select(r => new { r.Sequence, r.State }).SingleOrDefaultAsync(cancel);
        if (row is null)
        {
            return AcknowledgementOutcome.UnknownMessage;
        }

        List<OutboxConsumer> consumers = await context.OutboxConsumers.Where(c => c.Sequence == row.Sequence).ToListAsync(cancel);
        OutboxConsumer? consumer = consumers.Find(c => c.Consumer == acknowledgement.Consumer);
        AcknowledgementOutcome outcome = Take(consumer, acknowledgement, atUtcNs);
        OutboxState state = consumer is null ? row.State : StateOf(consumers);
        if (state != row.State)
        {
            await context.Outbox.Where(r => r.Sequence == row.Sequence).ExecuteUpdateAsync(update => update.SetProperty(r => r.State, state), cancel);
        }

        context.OutboxAttempts.Add(new OutboxAttempt { Sequence = row.Sequence, AtUtcNs = atUtcNs, What = $"acknowledged by {acknowledgement.Consumer}", Detail = $"{acknowledgement.State}, {outcome}" });
        return outcome;
    }

    private static AcknowledgementOutcome Take(OutboxConsumer? consumer, Acknowledgement acknowledgement, long atUtcNs)
    {
        switch (consumer)
        {
            case null:
                return AcknowledgementOutcome.NotRequired;
            case { State: ConsumerState.Stored or ConsumerState.Duplicate or ConsumerState.Closed }:
            // only "stored" lifts a rejection: "duplicate" from who saw the id and could not store it is no delivery
            case { State: ConsumerState.Rejected } when acknowledgement.State != ConsumerState.Stored:
                return AcknowledgementOutcome.Late;
            default:
                (consumer.State, consumer.AtUtcNs, consumer.Reason, consumer.Reference) = (acknowledgement.State, atUtcNs, acknowledgement.Reason, acknowledgement.Reference);
                return acknowledgement.State == ConsumerState.Rejected ? AcknowledgementOutcome.Rejected : AcknowledgementOutcome.Taken;
        }
    }

    private static OutboxState StateOf(List<OutboxConsumer> consumers) =>
        consumers.Exists(c => c.State == ConsumerState.Owed) ? OutboxState.Owed
        : consumers.Exists(c => c.State == ConsumerState.Rejected) ? OutboxState.Held
        : OutboxState.Settled;

    /// <summary>The messages of a report that was committed before: found by its id, which names the act; in a commit that is done again its version is another.</summary>
    private static async Task<List<OutboxRow>> RowsOfAsync(RecordContext context, SessionReport report, CancellationToken cancel)
    {
        OutboxRow? first = await context.Outbox.AsNoTracking().SingleOrDefaultAsync(r => r.MessageId == report.MessageId, cancel);
        return first is null ? [] : await context.Outbox.Include(r => r.Consumers).Where(r => r.Examination == first.Examination && r.ResultVersion == first.ResultVersion)
            .OrderBy(r => r.Part).ToListAsync(cancel);
    }

    private async Task<List<OutboxRow>> AddAsync(
        RecordContext context, SessionReport report, IReadOnlyList<string> requiredConsumers, string user, long atUtcNs, CancellationToken cancel)
    {
        List<AcceptedFinding> findings = await AcceptedAsync(context, report, cancel);
        Dictionary<Guid, bool> sentBefore = findings.Where(f => f.SentVersion == f.Version).ToDictionary(f => f.Finding, f => f.SentWithoutSamples);
        IReadOnlyList<SessionMessage> messages = SessionParts.Of(report, largestPacket, sentBefore);
        HashSet<Guid> leftOut = [.. messages[0].Report.Findings.Where(f => f.SamplesLeftOut).Select(f => f.Finding.Id)];
        foreach (AcceptedFinding finding in findings)
        {
            (finding.SentVersion, finding.SentWithoutSamples) = (finding.Version, leftOut.Contains(finding.Finding));
        }

        List<OutboxRow> rows = [];
        foreach (SessionMessage message in messages)
        {
            rows.Add(Row(message, await NextSequenceAsync(context, cancel), requiredConsumers, atUtcNs));
        }

        context.Outbox.AddRange(rows);
        context.Audit.Add(new AuditEntry
        {
            Examination = report.Examination,
            Key = $"send/{report.ResultVersion}",
            AtUtcNs = atUtcNs,
            User = user,
            Action = "send",
            Detail = JsonSerializer.Serialize(new { message = report.MessageId, sequence = rows[0].Sequence, parts = rows.Count, samplesLeftOut = leftOut.Count, status = report.Status.ToString(), consumers = requiredConsumers }),
        });
        return rows;
    }

    private static OutboxRow Row(SessionMessage message, long sequence, IReadOnlyList<string> requiredConsumers, long atUtcNs)
    {
        SessionEnvelope envelope = SessionEnvelope.Of(message, sequence);
        return new OutboxRow
        {
            Sequence = sequence,
            MessageId = message.Id,
            Examination = message.Report.Examination,
            ResultVersion = message.Report.ResultVersion,
            Part = message.Number,
            Parts = message.Count,
            Topic = envelope.Topic,
            Body = SessionBundle.Bytes(message),
            ContentType = SessionEnvelope.ContentType,
            Properties = envelope.PropertiesJson(),
            CommittedUtcNs = atUtcNs,
            State = OutboxState.Owed,
            Consumers = [.. requiredConsumers.Distinct(StringComparer.Ordinal).Select(c => new OutboxConsumer { Consumer = c, State = ConsumerState.Owed })],
        };
    }

    private static async Task<List<AcceptedFinding>> AcceptedAsync(RecordContext context, SessionReport report, CancellationToken cancel)
    {
        Dictionary<Guid, AcceptedFinding> accepted = await context.AcceptedFindings.Where(f => f.Examination == report.Examination).ToDictionaryAsync(f => f.Finding, cancel);
        List<AcceptedFinding> found = [];
        foreach (ReportedFinding reported in report.Findings)
        {
            AcceptanceState wanted = reported.Withdrawn ? AcceptanceState.Withdrawn : AcceptanceState.Accepted;
            if (!accepted.TryGetValue(reported.Finding.Id, out AcceptedFinding? row) || row.State != wanted || row.Version != reported.Finding.Version)
            {
                throw new InvalidOperationException($"{reported.Finding.Name} version {reported.Finding.Version} is not {wanted} in the record of {report.Examination}; what is not accepted is never sent.");
            }

            found.Add(row);
        }

        return found;
    }

    private static async Task<long> NextSequenceAsync(RecordContext context, CancellationToken cancel)
    {
        OutboxCounter? counter = await context.OutboxCounters.FindAsync([Counter], cancel);
        if (counter is null)
        {
            counter = new OutboxCounter { Name = Counter };
            context.OutboxCounters.Add(counter);
        }

        return ++counter.Last;
    }

    private static OutboxStatus Status(OutboxRow row) => new(row.Sequence, row.MessageId, row.Examination, row.ResultVersion, row.State, row.Consumers) { Part = row.Part, Parts = row.Parts };
}
