using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;

namespace Vascular.Acquisition.Tests.Records;

/// <summary>A result that needs several messages, in the database.</summary>
public sealed class OutboxPartsTests
{
    private const int Limit = 1 << 16;
    private static readonly SessionReport Long = SeedSession.Long(2500, 2500, 2500, 9000);

    [Fact]
    public async Task Each_part_is_a_row_with_its_own_id_number_and_consumers()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Long);
        IReadOnlyList<OutboxStatus> rows = await CommitAsync(record, Long, Limit, "ehr-bridge", "archive");
        Assert.Equal([(1, 3, 1L), (2, 3, 2L), (3, 3, 3L)], rows.Select(r => (r.Part, r.Parts, r.Sequence)));
        Assert.Equal(3, rows.Select(r => r.MessageId).Distinct().Count());
        Assert.All(rows, r => Assert.Equal((1, OutboxState.Owed), (r.ResultVersion, r.State)));
        Assert.All(rows, r => Assert.Equal(["archive", "ehr-bridge"], r.Consumers.Select(c => c.Consumer).Order()));
        foreach (OutboxStatus status in rows)
        {
            OutboxRow row = await record.Outbox.RowAsync(status.Sequence, default);
            Dictionary<string, string> envelope = SessionEnvelope.ReadProperties(row.Properties).ToDictionary(p => p.Name, p => p.Value);
            Assert.Equal((status.MessageId.ToString(), $"{status.Sequence:D20}", $"{status.Part}/3", Long.MessageId.ToString()), (envelope["id"], envelope["sequence"], envelope["part"], envelope["partof"]));
        }

        await record.Outbox.NoteAcknowledgementAsync(new Acknowledgement(rows[1].MessageId, "archive", ConsumerState.Stored, null, null), 1, default);
        await record.Outbox.NoteAcknowledgementAsync(new Acknowledgement(rows[1].MessageId, "ehr-bridge", ConsumerState.Duplicate, null, null), 2, default);
        Assert.Equal([OutboxState.Owed, OutboxState.Settled, OutboxState.Owed], (await record.Outbox.StatusAsync(SeedSession.Examination, default)).Select(r => r.State));
    }

    [Fact]
    public async Task What_the_broker_says_of_several_parts_at_once_is_kept_for_each()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Long);
        await CommitAsync(record, Long, Limit);
        await record.Outbox.NoteReceiptsAsync([(1, Receipt.Stored), (2, Receipt.NobodySubscribed), (3, Receipt.Stored)], 1, default);
        Assert.Equal([OutboxState.SentNotConfirmed, OutboxState.Owed, OutboxState.SentNotConfirmed], (await record.Outbox.StatusAsync(SeedSession.Examination, default)).Select(r => r.State));
        Assert.Equal("Stored", Assert.Single(await record.Outbox.AttemptsAsync(1, default)).Detail);
        Assert.Equal("NobodySubscribed", Assert.Single(await record.Outbox.AttemptsAsync(2, default)).Detail);
        Assert.Equal("Stored", Assert.Single(await record.Outbox.AttemptsAsync(3, default)).Detail);
    }

    [Fact]
    public async Task Answers_to_several_parts_at_once_are_taken_one_by_one()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Long);
        IReadOnlyList<OutboxStatus> rows = await CommitAsync(record, Long, Limit, "ehr-bridge");
        Acknowledgement[] answers = [.. rows.Select(r => new Acknowledgement(r.MessageId, "ehr-bridge", r.Part == 2 ? ConsumerState.Rejected : ConsumerState.Stored, null, null))];
        Assert.Equal(
            [AcknowledgementOutcome.Taken, AcknowledgementOutcome.Rejected, AcknowledgementOutcome.Late, AcknowledgementOutcome.Taken],
            await record.Outbox.NoteAcknowledgementsAsync([answers[0], answers[1], answers[0], answers[2]], 1, default));
        Assert.Equal([OutboxState.Settled, OutboxState.Held, OutboxState.Settled], (await record.Outbox.StatusAsync(SeedSession.Examination, default)).Select(r => r.State));
    }

    [Fact]
    public async Task A_commit_done_again_is_the_same_rows_even_under_another_limit()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, Long);
        IReadOnlyList<OutboxStatus> first = await CommitAsync(record, Long, Limit, "ehr-bridge");
        IReadOnlyList<OutboxStatus> again = await CommitAsync(record, Long, 1 << 20, "somebody-else");
        Assert.Equal(first.Select(r => (r.Sequence, r.MessageId, r.Part)), again.Select(r => (r.Sequence, r.MessageId, r.Part)));
        Assert.Equal(2, await record.Examinations.NextResultVersionAsync(SeedSession.Examination, default));
        Assert.Single(await record.Examinations.AuditAsync(SeedSession.Examination, default), a => a.Action == "send");
    }

    [Theory]
    [InlineData(Limit, 1 << 20, true)]
    [InlineData(1 << 20, Limit, false)]
    public async Task A_version_of_a_waveform_has_one_content_in_all_bundles(int before, int now, bool leftOut)
    {
        SessionReport one = SeedSession.Long(20_000);
        SessionReport two = one with { ResultVersion = 2, MessageId = Guid.Parse("0190b6c8-aaaa-7abc-8def-0123456789ab") };
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, one);
        string first = await WaveformAsync(record, await CommitAsync(record, one, before));
        string second = await WaveformAsync(record, await CommitAsync(record, two, now));
        Assert.Equal(first, second);
        Assert.Equal(leftOut, first.Contains("samples-left-out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_of_before_there_were_parts_are_one_of_one()
    {
        string folder = Directory.CreateTempSubdirectory("record-").FullName;
        string file = Path.Combine(folder, "record.db");
        await using (SqliteConnection old = new($"Data Source={file}"))
        {
            await using RecordContext context = new(new DbContextOptionsBuilder<RecordContext>().UseSqlite(old).Options);
            await context.GetService<IMigrator>().MigrateAsync("Initial");
            await context.Database.ExecuteSqlAsync($"""
                INSERT INTO Examinations (Id, StartedUtcNs, Site, Gateway, Binding, PatientSystem, PatientValue, Simulated, SealedSegment, Seal) VALUES ({SeedSession.Examination}, 1, 'a', 'b', 1, 's', 'v', 1, 0, x'');
                INSERT INTO Outbox (Sequence, MessageId, Examination, ResultVersion, Topic, Body, ContentType, Properties, CommittedUtcNs, State) VALUES (1, {SeedSession.Message}, {SeedSession.Examination}, 1, 't', x'', 'c', '[]', 1, 'Owed');
                """);
        }

        OutboxStatus row = Assert.Single(await new OutboxRecord(await RecordDatabase.OpenAsync(file, default)).StatusAsync(SeedSession.Examination, default));
        Assert.Equal((1, 1, OutboxState.Owed), (row.Part, row.Parts, row.State));
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static Task<IReadOnlyList<OutboxStatus>> CommitAsync(TemporaryRecord record, SessionReport report, int limit, params string[] consumers) =>
        new OutboxRecord(record.Database, limit).CommitSendAsync([report], consumers, "technician", TemporaryRecord.StartNs, default);

    /// <summary>The observation of the long waveform, as the rows carry it.</summary>
    private static async Task<string> WaveformAsync(TemporaryRecord record, IReadOnlyList<OutboxStatus> rows)
    {
        string id = SeedSession.Waveform(1, 1).Id.ToString();
        List<string> found = [];
        foreach (OutboxStatus row in rows)
        {
            using System.Text.Json.JsonDocument bundle = System.Text.Json.JsonDocument.Parse((await record.Outbox.RowAsync(row.Sequence, default)).Body);
            found.AddRange(bundle.RootElement.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
                .Where(r => r.GetProperty("resourceType").GetString() == "Observation" && r.GetProperty("identifier")[0].GetProperty("value").GetString() == id)
                .Select(r => r.GetRawText()));
        }

        return Assert.Single(found);
    }
}
