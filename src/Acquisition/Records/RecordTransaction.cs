using Microsoft.EntityFrameworkCore.Storage;

namespace Vascular.Acquisition.Records;

/// <summary>One transaction that writes. There is one at a time in this process; the next waits its turn.</summary>
/// <remarks>SQLite has one writer. A second one that finds it busy sleeps 150 ms before it looks again: an acknowledgement that met its own receipt took that long.</remarks>
public sealed class RecordTransaction : IAsyncDisposable
{
    private readonly IDbContextTransaction inner;
    private readonly SemaphoreSlim turn;

    private RecordTransaction(IDbContextTransaction inner, SemaphoreSlim turn) => (this.inner, this.turn) = (inner, turn);

    internal static async Task<RecordTransaction> BeginAsync(RecordContext context, SemaphoreSlim turn, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return new RecordTransaction(await context.Database.BeginTransactionAsync(cancel), turn);
        }
        catch
        {
            turn.Release();
            throw;
        }
    }

    public Task CommitAsync(CancellationToken cancel) => inner.CommitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await inner.DisposeAsync();
        }
        finally
        {
            turn.Release();
        }
    }
}
