using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Vascular.Acquisition.Records;

/// <summary>The file <c>record.db</c>. Hands out contexts; each is used by one caller and disposed.</summary>
[SuppressMessage("Design", "CA1001", Justification = "the semaphore has no handle until somebody asks for one")]
public sealed class RecordDatabase
{
    /// <summary>How long a writer waits for another one before it fails.</summary>
    private const int BusySeconds = 10;

    private readonly DbContextOptions<RecordContext> options;

    private readonly SemaphoreSlim writing = new(1, 1);

    private RecordDatabase(string file) => options = Options(file);

    /// <summary>Opens the file, made with its folder where it is missing, and brings it to the newest form.</summary>
    /// <exception cref="SqliteException">The file is no database of ours, or cannot be written.</exception>
    public static async Task<RecordDatabase> OpenAsync(string file, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        MakePrivate(file);
        RecordDatabase database = new(file);
        await database.WriteAheadAsync(cancel);
        await using RecordContext context = database.Context();
        await context.Database.MigrateAsync(cancel);
        return database;
    }

    public RecordContext Context() => new(options);

    /// <summary>Begins a transaction that writes; waits while another of this process does.</summary>
    public Task<RecordTransaction> BeginAsync(RecordContext context, CancellationToken cancel) => RecordTransaction.BeginAsync(context, writing, cancel);

    /// <summary>The write-ahead log is a property of the file, so it is set once, before any connection that may only read.</summary>
    private async Task WriteAheadAsync(CancellationToken cancel)
    {
        await using RecordContext context = Context();
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancel);
    }

    /// <summary>The file holds patients: only the service's user reads it. SQLite gives its log files the same mode.</summary>
    private static void MakePrivate(string file)
    {
        FileStreamOptions empty = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            empty.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using FileStream made = new(file, empty);
    }

    private static DbContextOptions<RecordContext> Options(string file) => new DbContextOptionsBuilder<RecordContext>()
        .UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = BusySeconds }.ToString())
        .AddInterceptors(new DurableConnection())
        .Options;

    /// <summary>For the migration tool only.</summary>
    public sealed class Design : IDesignTimeDbContextFactory<RecordContext>
    {
        public RecordContext CreateDbContext(string[] args) => new(Options("design.db"));
    }
}
