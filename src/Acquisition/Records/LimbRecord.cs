using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Records;

/// <summary>Everything the station knows of one limb: its own examinations of the patient, and what people entered.</summary>
/// <param name="From">The examination by whose number it was asked for.</param>
/// <param name="Examinations">Of the same patient, with the accepted findings of the limb, the oldest first. Simulated and real ones are never mixed.</param>
/// <param name="Entries">Oldest first, those taken back included.</param>
public sealed record LimbHistory(Examination From, Side Side, IReadOnlyList<(Examination Examination, IReadOnlyList<Finding> Findings)> Examinations, IReadOnlyList<LimbEntry> Entries)
{
    public IEnumerable<LimbEntry> Standing => Entries.Where(e => e.Stands);
}

/// <summary>Limbs in the home database: gathered over examinations, entered and taken back with an audit entry in the same transaction.</summary>
public sealed class LimbRecord(RecordDatabase database)
{
    /// <summary>What is known of a limb of an examination's patient; null where the examination is not in this database.</summary>
    public async Task<LimbHistory?> GatherAsync(Guid examination, Side side, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Examinations.AsNoTracking().SingleOrDefaultAsync(e => e.Id == examination, cancel) is { } from
            ? await GatherAsync(context, from, side, cancel)
            : null;
    }

    /// <summary>Every limb for which a procedure is entered: the subjects of a registry, in the order of their first examination.</summary>
    public async Task<IReadOnlyList<LimbHistory>> TreatedAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        List<Guid> asked = await context.Set<LimbEntry>().AsNoTracking().Where(e => e.Kind == LimbEntry.Procedure && e.WithdrawnBy == null).Select(e => e.Examination).Distinct().ToListAsync(cancel);
        List<Examination> first = [];
        foreach (Examination one in await context.Examinations.AsNoTracking().Where(e => asked.Contains(e.Id)).OrderBy(e => e.StartedUtcNs).ThenBy(e => e.Id).ToListAsync(cancel))
        {
            if (!first.Exists(f => (f.PatientSystem, f.PatientValue, f.Simulated) == (one.PatientSystem, one.PatientValue, one.Simulated)))
            {
                first.Add(one);
            }
        }

        List<LimbHistory> limbs = [];
        foreach (Examination one in first)
        {
            foreach (Side side in (Side[])[Side.Right, Side.Left])
            {
                LimbHistory limb = await GatherAsync(context, one, side, cancel);
                if (limb.Standing.Any(e => e.Kind == LimbEntry.Procedure))
                {
                    limbs.Add(limb);
                }
            }
        }

        return limbs;
    }

    /// <summary>Writes an entry down. False: it was there already.</summary>
    /// <exception cref="InvalidOperationException">The examination is not in this database, or has another patient than when the page was shown.</exception>
    public async Task<bool> EnterAsync(LimbEntry entry, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        if (await context.Set<LimbEntry>().AnyAsync(e => e.Id == entry.Id, cancel))
        {
            return false;
        }

        if (!await context.Examinations.AnyAsync(e => e.Id == entry.Examination && e.Binding == entry.Binding, cancel))
        {
            throw new InvalidOperationException("the patient of the examination was corrected since this page was shown");
        }

        context.Add(entry);
        context.Audit.Add(Audit(entry, "enter", entry.EnteredBy, entry.EnteredUtcNs));
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Takes an entry back: it stays, with who took it back and when. False: there is no such entry, or it was taken back before.</summary>
    public async Task<bool> WithdrawAsync(Guid id, string user, long atUtcNs, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        if (await context.Set<LimbEntry>().SingleOrDefaultAsync(e => e.Id == id && e.WithdrawnBy == null, cancel) is not { } entry)
        {
            return false;
        }

        (entry.WithdrawnBy, entry.WithdrawnUtcNs) = (user, atUtcNs);
        context.Audit.Add(Audit(entry, "take back", user, atUtcNs));
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static AuditEntry Audit(LimbEntry entry, string action, string user, long atUtcNs) => new()
    {
        Examination = entry.Examination,
        Key = $"course/{entry.Id}/{action}",
        AtUtcNs = atUtcNs,
        User = user,
        Action = $"{action} in the course",
        Detail = JsonSerializer.Serialize(new { entry = entry.Id, side = entry.Side, kind = entry.Kind, date = entry.Date, test = entry.Test, written = entry.Written }),
    };

    private static async Task<LimbHistory> GatherAsync(RecordContext context, Examination from, Side side, CancellationToken cancel)
    {
        List<Examination> examinations = await context.Examinations.AsNoTracking()
            .Where(e => e.PatientSystem == from.PatientSystem && e.PatientValue == from.PatientValue && e.Simulated == from.Simulated)
            .OrderBy(e => e.StartedUtcNs).ThenBy(e => e.Id).ToListAsync(cancel);
        Guid[] ids = [.. examinations.Select(e => e.Id)];
        List<AcceptedFinding> rows = await context.AcceptedFindings.AsNoTracking()
            .Where(f => ids.Contains(f.Examination) && f.State == AcceptanceState.Accepted).OrderBy(f => f.ActNumber).ThenBy(f => f.Place).ToListAsync(cancel);
        ILookup<Guid, Finding> findings = rows.ToLookup(r => r.Examination, r => FindingRecord.FromText(r.Json) with { Version = r.Version });
        Dictionary<Guid, int> bindings = examinations.ToDictionary(e => e.Id, e => e.Binding);
        string letter = side == Side.Right ? "R" : "L";
        List<LimbEntry> entries = await context.Set<LimbEntry>().AsNoTracking().Where(e => ids.Contains(e.Examination) && e.Side == letter).OrderBy(e => e.EnteredUtcNs).ThenBy(e => e.Id).ToListAsync(cancel);
        return new LimbHistory(
            from,
            side,
            [.. examinations.Select(e => (e, (IReadOnlyList<Finding>)[.. findings[e.Id].Where(f => f.Site.Side == side && Identifiers.BindingOf(f.Name) == e.Binding)]))],
            [.. entries.Where(e => e.Binding == bindings[e.Examination])]);
    }
}
