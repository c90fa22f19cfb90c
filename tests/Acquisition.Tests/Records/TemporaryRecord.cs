using Microsoft.Data.Sqlite;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Records;

/// <summary>A real database file in a folder of its own, with the seed examination opened.</summary>
public sealed class TemporaryRecord : IAsyncDisposable
{
    public const long StartNs = 1_506_774_600_000_000_123;
    private readonly string folder;

    private TemporaryRecord(string folder, RecordDatabase database)
    {
        this.folder = folder;
        Database = database;
        Examinations = new ExaminationRecord(database);
        Outbox = new OutboxRecord(database);
    }

    public RecordDatabase Database { get; }

    public ExaminationRecord Examinations { get; }

    public OutboxRecord Outbox { get; }

    public string File => Path.Combine(folder, "record.db");

    public static ExaminationOpening Opening { get; } =
        new(SeedSession.Examination, StartNs, "lab-a", "bedside-box-01", new ReportPatient("urn:oid:2.999.1.1", "SEED-2017-09", "female"), Simulated: true);

    public static async Task<TemporaryRecord> OpenAsync()
    {
        string folder = Directory.CreateTempSubdirectory("record-").FullName;
        TemporaryRecord record = new(folder, await RecordDatabase.OpenAsync(Path.Combine(folder, "record.db"), default));
        await record.Examinations.OpenAsync(Opening, "technician", default);
        return record;
    }

    public Task<bool> AcceptAsync(int act, params Finding[] findings) =>
        Examinations.CommitAcceptanceAsync(new Acceptance(SeedSession.Examination, act, "accept", "technician", StartNs + act, findings, []), default);

    public Task<bool> WithdrawAsync(int act, params Guid[] findings) =>
        Examinations.CommitAcceptanceAsync(new Acceptance(SeedSession.Examination, act, "undo", "technician", StartNs + act, [], findings), default);

    /// <summary>The whole examination as accepted, in the bundle of this version.</summary>
    public async Task<SessionReport> ReportAsync(int version)
    {
        IReadOnlyList<RecordedFinding> recorded = await Examinations.AcceptedFindingsAsync(SeedSession.Examination, default);
        return SeedSession.Report([.. recorded.Select(f => SeedSession.Reported(f.Finding, f.Withdrawn))]) with
        {
            ResultVersion = version,
            MessageId = Identifiers.Version5(SeedSession.Examination, $"message/{version}"),
        };
    }

    /// <summary>Accepts everything a report holds.</summary>
    public Task<bool> AcceptAsync(int act, SessionReport report) => AcceptAsync(act, [.. report.Findings.Select(f => f.Finding)]);

    public async Task<OutboxStatus> SendAsync(int version, params string[] consumers) =>
        (await Outbox.CommitSendAsync([await ReportAsync(version)], consumers, "technician", StartNs, default)).Single();

    /// <summary>Results of other examinations, one of each, without a finding.</summary>
    public async Task<IReadOnlyList<OutboxStatus>> SendOthersAsync(int count, params string[] consumers)
    {
        Guid[] others = [.. Enumerable.Range(1, count).Select(other => Identifiers.Version5(SeedSession.Examination, $"another/{other}"))];
        foreach (Guid other in others)
        {
            await Examinations.OpenAsync(Opening with { Examination = other }, "technician", default);
        }

        SessionReport[] reports = [.. others.Select(other => SeedSession.Report([]) with { Examination = other, MessageId = Identifiers.Version5(other, "message/1") })];
        return await Outbox.CommitSendAsync(reports, consumers, "technician", StartNs, default);
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
