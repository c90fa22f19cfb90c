using Microsoft.EntityFrameworkCore;

namespace Vascular.Acquisition.Records;

/// <summary>The audit trail of the station itself, in its home database.</summary>
public sealed class StationAudit(RecordDatabase database)
{
    /// <summary>Writes one entry; it is durable when this returns.</summary>
    /// <exception cref="System.Data.Common.DbException">It could not be written: what it tells of must not take force.</exception>
    /// <exception cref="DbUpdateException">The same.</exception>
    public async Task WriteAsync(StationAuditEntry entry, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        context.Add(entry);
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>All of it, oldest first.</summary>
    public async Task<IReadOnlyList<StationAuditEntry>> EntriesAsync(CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.Set<StationAuditEntry>().AsNoTracking().OrderBy(e => e.Id).ToListAsync(cancel);
    }
}
