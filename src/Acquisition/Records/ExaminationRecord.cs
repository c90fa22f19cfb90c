using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Capture;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Records;

/// <summary>What the home database is told about examinations. Each call is one transaction, and each may be repeated: the second time nothing changes.</summary>
/// <remarks>The caller has synced the tape first, so the database is never ahead of it; after a crash the acts are played again through the same calls.</remarks>
public sealed class ExaminationRecord(RecordDatabase database)
{
    /// <summary>Writes the examination down. False: it was there already.</summary>
    public async Task<bool> OpenAsync(ExaminationOpening opening, string user, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(opening);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        if (await context.Examinations.AnyAsync(e => e.Id == opening.Examination, cancel))
        {
            return false;
        }

        context.Examinations.Add(new Examination
        {
            Id = opening.Examination,
            StartedUtcNs = opening.StartedUtcNs,
            Site = opening.Site,
            Gateway = opening.Gateway,
            PatientSystem = opening.Patient.System,
            PatientValue = opening.Patient.Value,
            PatientGender = opening.Patient.Gender,
            Simulated = opening.Simulated,
        });
        context.Audit.Add(new AuditEntry { Examination = opening.Examination, Key = "open", AtUtcNs = opening.StartedUtcNs, User = user, Action = "open", Detail = "{}" });
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Notes the end of the examination. False: that act was done already.</summary>
    /// <exception cref="InvalidOperationException">The examination is not in this database.</exception>
    public async Task<bool> EndAsync(Guid examination, int actNumber, string user, long atUtcNs, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        Examination found = await FindAsync(context, examination, cancel);
        AuditEntry entry = Act(examination, actNumber, atUtcNs, user, "end", "{}");
        if (await IsDoneAsync(context, entry, cancel))
        {
            return false;
        }

        found.EndedUtcNs = atUtcNs;
        context.Audit.Add(entry);
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Keeps the newest seal of the tape; an older one than is kept changes nothing.</summary>
    /// <exception cref="InvalidOperationException">The examination is not in this database.</exception>
    public async Task KeepSealAsync(Guid examination, long segment, ReadOnlyMemory<byte> seal, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        Examination found = await FindAsync(context, examination, cancel);
        if (segment >= found.SealedSegment)
        {
            (found.SealedSegment, found.Seal) = (segment, seal.ToArray());
            await context.SaveChangesAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Findings and audit entry of one act, in one transaction. False: the act was done already, nothing changed.</summary>
    /// <remarks>A finding taken back before it was ever sent leaves only audit; after, it gets a new version and stays in every bundle as entered-in-error.</remarks>
    /// <exception cref="InvalidOperationException">The examination or a withdrawn finding is not in this database, or the act's number was used for something else: tape and database are of two histories.</exception>
    public async Task<bool> CommitAcceptanceAsync(Acceptance acceptance, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(acceptance);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        Examination examination = await FindAsync(context, acceptance.Examination, cancel);
        AuditEntry entry = Act(acceptance.Examination, acceptance.ActNumber, acceptance.AtUtcNs, acceptance.User, acceptance.Action, Detail(acceptance));
        if (await IsDoneAsync(context, entry, cancel))
        {
            return false;
        }

        if (acceptance.Rebound is var (binding, patient))
        {
            (examination.Binding, examination.PatientSystem, examination.PatientValue, examination.PatientGender) = (binding, patient.System, patient.Value, patient.Gender);
        }

        Dictionary<Guid, AcceptedFinding> rows = await context.AcceptedFindings.Where(f => f.Examination == acceptance.Examination).ToDictionaryAsync(f => f.Finding, cancel);
        Withdraw(rows, acceptance);
        for (int place = 0; place < acceptance.Accepted.Count; place++)
        {
            Accept(context, rows, acceptance, place);
        }

        context.Audit.Add(entry);
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>What belongs into the next bundle, in order of acceptance: accepted findings, and those withdrawn after they were sent.</summary>
    public async Task<IReadOnlyList<RecordedFinding>> AcceptedFindingsAsync(Guid examination, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        List<AcceptedFinding> rows = await context.AcceptedFindings.AsNoTracking()
            .Where(f => f.Examination == examination && f.State != AcceptanceState.Undone)
            .OrderBy(f => f.ActNumber).ThenBy(f => f.Place).ThenBy(f => f.Finding).ToListAsync(cancel);
        return [.. rows.Select(row => new RecordedFinding(
            FindingRecord.FromText(row.Json) with { Version = row.Version }, row.AcceptedBy, row.AcceptedUtcNs, row.State == AcceptanceState.Withdrawn))];
    }

    /// <summary>The newest examinations, the newest first.</summary>
    /// <param name="most">How many at most.</param>
    public async Task<IReadOnlyList<Examination>> NewestAsync(int most, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Examinations.AsNoTracking().OrderByDescending(e => e.StartedUtcNs).ThenBy(e => e.Id).Take(most).ToListAsync(cancel);
    }

    /// <summary>Number of the next bundle of the examination, from 1.</summary>
    public async Task<int> NextResultVersionAsync(Guid examination, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return 1 + (await context.Outbox.Where(r => r.Examination == examination).MaxAsync(r => (int?)r.ResultVersion, cancel) ?? 0);
    }

    /// <summary>Examinations that ended before an instant and of which nothing is owed to anybody, oldest first. What was refused and waits for a person is owed.</summary>
    public async Task<IReadOnlyList<Guid>> DeliveredAsync(long endedBeforeUtcNs, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Examinations.AsNoTracking()
            .Where(e => e.EndedUtcNs != null && e.EndedUtcNs < endedBeforeUtcNs
                && !context.Outbox.Any(r => r.Examination == e.Id && (r.State == OutboxState.Owed || r.State == OutboxState.Held)))
            .OrderBy(e => e.EndedUtcNs)
            .Select(e => e.Id)
            .ToListAsync(cancel);
    }

    /// <summary>The audit trail of an examination, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(Guid examination, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Audit.AsNoTracking().Where(a => a.Examination == examination).OrderBy(a => a.Id).ToListAsync(cancel);
    }

    /// <summary>The examination, or null when it is not in this database.</summary>
    public async Task<Examination?> ExaminationAsync(Guid examination, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Examinations.AsNoTracking().SingleOrDefaultAsync(e => e.Id == examination, cancel);
    }

    private static void Accept(RecordContext context, Dictionary<Guid, AcceptedFinding> rows, Acceptance acceptance, int place)
    {
        Finding finding = acceptance.Accepted[place];
        if (!rows.TryGetValue(finding.Id, out AcceptedFinding? row))
        {
            context.AcceptedFindings.Add(new AcceptedFinding
            {
                Examination = acceptance.Examination,
                Finding = finding.Id,
                Version = finding.Version,
                ActNumber = acceptance.ActNumber,
                Place = place,
                AcceptedBy = acceptance.Acceptors.GetValueOrDefault(finding.Id, acceptance.User),
                AcceptedUtcNs = acceptance.AtUtcNs,
                State = AcceptanceState.Accepted,
                Json = FindingRecord.ToText(finding),
            });
            return;
        }

        if (row.State == AcceptanceState.Accepted && IsUnchanged(row, finding))
        {
            return;
        }

        // a consumer ignores a version it already holds, so what changed after it was sent must be a new one
        row.Version = Math.Max(finding.Version, row.SentVersion is { } sent ? sent + 1 : 1);
        row.Json = FindingRecord.ToText(finding);
        row.Place = place;
        Touch(row, acceptance, AcceptanceState.Accepted);
        row.AcceptedBy = acceptance.Acceptors.GetValueOrDefault(finding.Id, acceptance.User);
    }

    private static bool IsUnchanged(AcceptedFinding row, Finding finding) =>
        FindingRecord.ToText(finding with { Version = 1 }) == FindingRecord.ToText(FindingRecord.FromText(row.Json) with { Version = 1 });

    /// <summary>Takes the named findings back, and every accepted index that rests on one of them.</summary>
    private static void Withdraw(Dictionary<Guid, AcceptedFinding> rows, Acceptance acceptance)
    {
        Queue<Guid> pending = new(acceptance.Withdrawn);
        List<(AcceptedFinding Row, IReadOnlyList<Guid> Inputs)> derived =
            [.. rows.Values.Select(r => (r, FindingRecord.FromText(r.Json).Inputs)).Where(r => r.Inputs.Count > 0)];
        while (pending.TryDequeue(out Guid finding))
        {
            if (!rows.TryGetValue(finding, out AcceptedFinding? row))
            {
                throw new InvalidOperationException($"The finding {finding} was never accepted in {acceptance.Examination}, so it cannot be withdrawn.");
            }

            if (row.State != AcceptanceState.Accepted)
            {
                continue;
            }

            Touch(row, acceptance, row.SentVersion is null ? AcceptanceState.Undone : AcceptanceState.Withdrawn);
            row.Version = Math.Max(row.Version, row.SentVersion is { } sent ? sent + 1 : 1);
            foreach ((AcceptedFinding index, _) in derived.Where(d => d.Inputs.Contains(finding)))
            {
                pending.Enqueue(index.Finding);
            }
        }
    }

    private static void Touch(AcceptedFinding row, Acceptance acceptance, AcceptanceState state) =>
        (row.ActNumber, row.AcceptedBy, row.AcceptedUtcNs, row.State) = (acceptance.ActNumber, acceptance.User, acceptance.AtUtcNs, state);

    private static async Task<bool> IsDoneAsync(RecordContext context, AuditEntry entry, CancellationToken cancel)
    {
        AuditEntry? done = await context.Audit.AsNoTracking().SingleOrDefaultAsync(a => a.Examination == entry.Examination && a.Key == entry.Key, cancel);
        return done switch
        {
            null => false,
            _ when (done.Action, done.User, done.AtUtcNs, done.Detail) == (entry.Action, entry.User, entry.AtUtcNs, entry.Detail) => true,
            _ => throw new InvalidOperationException($"Act {entry.ActNumber} of {entry.Examination} is '{done.Action}' in the database and '{entry.Action}' now, or differs in user, time or findings: tape and database are of two histories."),
        };
    }

    private static async Task<Examination> FindAsync(RecordContext context, Guid examination, CancellationToken cancel) =>
        await context.Examinations.SingleOrDefaultAsync(e => e.Id == examination, cancel)
        ?? throw new InvalidOperationException($"The examination {examination} is not in this database; open it first.");

    private static AuditEntry Act(Guid examination, int number, long atUtcNs, string user, string action, string detail) => new()
    {
        Examination = examination,
        Key = $"act/{number}",
        ActNumber = number,
        AtUtcNs = atUtcNs,
        User = user,
        Action = action,
        Detail = detail,
    };

    private static string Detail(Acceptance acceptance) => JsonSerializer.Serialize(new
    {
        accepted = acceptance.Accepted.Select(f => new { id = f.Id, name = f.Name, version = f.Version, state = f.State.Word(), printed = f.Printed }),
        withdrawn = acceptance.Withdrawn,
    });
}
