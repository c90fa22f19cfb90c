using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Simulators.Scripts;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>The scenario of corrections, played on a folder of its own: what consumers are sent, version by version, judged by the outside checkers.</summary>
public sealed class CorrectionsScenarioTests : IDisposable
{
    private static readonly Scenario Scenario = ScenarioFile.Load("corrections");
    private static readonly Guid Examination = ScenarioSettings.ExaminationId(Scenario, Scenario.Seed);
    private static readonly ReportPlace Place = new("lab-a", "bedside-box-01", "0.1.0");

    private readonly string _root = Directory.CreateTempSubdirectory("corrections-").FullName;

    private string Keys => Path.Combine(_root, "keys");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    [OutsideFact]
    public async Task Every_bundle_of_the_played_corrections_passes_the_outside_checkers()
    {
        using DataFolder data = DataFolder.Open(Path.Combine(_root, "data"));
        using var keys = TapeKeys.OpenOrCreate(Keys);
        RecordDatabase database = await RecordDatabase.OpenAsync(data.RecordDatabase, default);
        Assert.True(Play(data, keys, database).IsEnded);
        IReadOnlyList<OutboxRow> rows = await RowsAsync(database);
        Assert.Equal(
            ["1 partial", "2 partial", "3 partial", "4 partial", "5 partial", "6 preliminary", "7 entered-in-error", "8 preliminary", "9 preliminary", "10 preliminary"],
            rows.Select(Status));
        Assert.Equal(
            [["final"], ["entered-in-error"], ["final"], ["final", "final"], ["final", "final", "entered-in-error"]],
            rows.Take(5).Select(r => Observations(r).Select(o => (string)o["status"]!).ToArray()));
        Assert.All(rows.Take(7), r => Assert.DoesNotContain("RIGHT-PATIENT", Encoding.UTF8.GetString(r.Body), StringComparison.Ordinal));
        Assert.All(rows.Skip(7), r => Assert.DoesNotContain("WRONG-PATIENT", Encoding.UTF8.GetString(r.Body), StringComparison.Ordinal));
        Assert.Equal(4, Observations(rows[8]).Count(o => (string?)o["status"] == "entered-in-error"));

        List<string> files = [];
        foreach (OutboxRow row in rows)
        {
            files.Add(Path.Combine(_root, string.Create(CultureInfo.InvariantCulture, $"bundle-{row.ResultVersion:00}.json")));
            await File.WriteAllBytesAsync(files[^1], row.Body);
        }

        (int exit, string output) = await OutsideTools.RunAsync("check-fhir.mjs", [.. files]);
        Assert.True(exit == 0, output);

        // Played again it is found done; and the tape says of itself what the record says.
        Play(data, keys, database);
        Assert.Equal(rows.Select(r => r.MessageId), (await RowsAsync(database)).Select(r => r.MessageId));
        string tape = Path.Combine(data.Tapes, Examination.ToString("D"));
        ReplayOutcome replay = await ReplayCommand.ReplayAsync(tape, Keys, default);
        Assert.Empty(replay.Differences);
        Assert.Equal(replay.Findings, replay.Identical);
        Vascular.Acquisition.Records.Examination known = (await new ExaminationRecord(database).ExaminationAsync(Examination, default))!;
        TapeVerdict verdict = TapeVerification.Verify(tape, keys.PublicKey, Examination, TapeSeal.Kept(Examination, (int)known.SealedSegment, known.Seal));
        Assert.Empty(verdict.Faults);
        Assert.Equal((0, 4), (verdict.Unsealed, verdict.Segments));
        Assert.Equal(("RIGHT-PATIENT-2", 2), (known.PatientValue, known.Binding));
    }

    private static ExaminationFold Play(DataFolder data, TapeKeys keys, RecordDatabase database) => ScenarioPlay.Run(
        new ExaminationFolder(data.Tapes, Examination, keys, Place),
        fold => new RecordChart(Examination, database, Place, ["ehr-bridge"], fold, static () => { }),
        Scenario,
        Scenario.Seed,
        speed: null,
        TimeProvider.System,
        CancellationToken.None).Fold;

    private static async Task<IReadOnlyList<OutboxRow>> RowsAsync(RecordDatabase database)
    {
        await using RecordContext context = database.Context();
        return await context.Outbox.AsNoTracking().OrderBy(r => r.Sequence).ToListAsync();
    }

    private static string Status(OutboxRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.ResultVersion} {Resources(row, "DiagnosticReport").Single()["status"]}");

    private static JsonNode[] Observations(OutboxRow row) => [.. Resources(row, "Observation")];

    private static IEnumerable<JsonNode> Resources(OutboxRow row, string kind) =>
        JsonNode.Parse(row.Body)!["entry"]!.AsArray().Select(e => e!["resource"]!).Where(r => (string?)r["resourceType"] == kind);
}
