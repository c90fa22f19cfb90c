using Microsoft.EntityFrameworkCore;

namespace Vascular.Acquisition.Records;

/// <summary>Orders of examinations in the home database.</summary>
public sealed class OrderRecord(RecordDatabase database)
{
    /// <summary>Keeps the order of an examination, in place of what it had.</summary>
    public async Task KeepAsync(ExaminationOrder order, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(order);
        await using RecordContext context = database.Context();
        await using RecordTransaction transaction = await database.BeginAsync(context, cancel);
        if (await context.ExaminationOrders.SingleOrDefaultAsync(o => o.Examination == order.Examination, cancel) is { } before)
        {
            context.ExaminationOrders.Remove(before);
            await context.SaveChangesAsync(cancel);
        }

        context.ExaminationOrders.Add(order);
        await context.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Null where none was named.</summary>
    public async Task<ExaminationOrder?> FindAsync(Guid examination, CancellationToken cancel)
    {
        await using RecordContext context = database.Context();
        return await context.ExaminationOrders.AsNoTracking().SingleOrDefaultAsync(o => o.Examination == examination, cancel);
    }
}
