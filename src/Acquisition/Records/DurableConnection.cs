using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Vascular.Acquisition.Records;

/// <summary>Makes a commit of SQLite mean "on the disk": synced at every commit, on every connection that is opened.</summary>
/// <remarks><c>synchronous</c> belongs to a connection and falls back to the build's default with each new one.</remarks>
public sealed class DurableConnection : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
