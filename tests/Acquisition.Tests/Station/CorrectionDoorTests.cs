using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>An examination that has ended, corrected through the door of a station on which another one runs.</summary>
public sealed class CorrectionDoorTests : IAsyncLifetime
{
    private const long LaterUtcNs = 1_800_000_000_000_000_000;

    private readonly string _root = Directory.CreateTempSubdirectory("door-").FullName;
    private StationHost _station = null!;
    private Guid _ended;

    public async Task InitializeAsync()
    {
        StationConfiguration configuration = StationConfiguration.Parse(
            $$"""{ "site": "lab-a", "gateway": "box-1", "broker": { "embedded": true, "port": {{LiveBench.FreePort()}} }, "devices": [] }""", "station.json");
        _station = await StationHost.StartAsync(configuration, Path.Combine(_root, "data"), Path.Combine(_root, "keys"), _ => { }, TimeProvider.System, default);
        _ended = await AmputatedLeg.ExamineAsync(_station);
    }

    public async Task DisposeAsync()
    {
        await _station.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task A_line_that_names_an_ended_examination_corrects_it_and_no_other()
    {
        string[] said = await SayAsync(
            $$"""{"examination":"{{_ended}}","kind":"undo","step":"toe.left"}""",
            $$"""{"examination":"{{_ended}}","kind":"undo","step":"toe.left"}""",
            $$"""{"examination":"{{_ended}}","kind":"patient","system":"urn:oid:2.999.1.1","value":"P-2"}""",
            $$"""{"examination":"{{_ended}}","kind":"start","step":"toe.left"}""",
            $$"""{"examination":"{{Guid.Empty}}","kind":"comment","text":"x"}""",
            """{"examination":"toe","kind":"comment","text":"x"}""",
            """{"examination":{},"kind":"comment","text":"x"}""");
        Assert.Equal(["done", "done", "done", "refused", "refused", "refused", "refused"], said.Select(l => ((JsonObject)JsonNode.Parse(l)!).First().Key));
        Assert.Contains("has ended", said[3], StringComparison.Ordinal);
        Assert.Contains("no examination", said[4], StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5], (await RowsAsync()).Select(r => r.ResultVersion));
        Assert.Equal("technician technician technician technician ward ward ward".Split(' '), (await AuditAsync()).Where(a => a.ActNumber > 0 || a.Key == "open").Select(a => a.User));
        Assert.Equal("P-2", (await new ExaminationRecord(_station.Database).ExaminationAsync(_ended, default))!.PatientValue);
    }

    [Fact]
    public async Task A_correction_that_was_cut_off_is_completed_at_the_next_start_before_anything_else()
    {
        Assert.Throws<ProcessDied>(() => _station.Folder(_ended).Correct(
            (fold, _) => new Act.Undo(ActDoor.UndoneOf(fold, "toe.left")), "ward", newest => LaterUtcNs + newest, _ => new Dead()));
        Assert.Equal([_ended], await _station.HalfCorrectedAsync(default));
        (_, string? refusal) = await _station.CorrectAsync(_ended, (_, _) => new Act.Comment("x"), "ward", default);
        Assert.Contains("start the station again", refusal, StringComparison.Ordinal);
        Assert.Single(await RowsAsync());
        await SayAsync();
        Assert.Empty(await _station.HalfCorrectedAsync(default));
        Assert.Equal([1, 2], (await RowsAsync()).Select(r => r.ResultVersion));
    }

    [Fact]
    public async Task The_examination_that_runs_is_not_corrected_behind_its_back()
    {
        (_, Guid running) = await LiveExamination.RunAsync(_station, "technician", new StringReader(string.Empty), _ => { }, TimeProvider.System, default);
        Assert.NotEqual(_ended, running);
        (_, string? refusal) = await _station.CorrectAsync(running, (_, _) => new Act.Comment("x"), "ward", default);
        Assert.Contains("has not ended", refusal, StringComparison.Ordinal);
    }

    private async Task<string[]> SayAsync(params string[] lines)
    {
        List<string> said = [];
        await LiveExamination.RunAsync(_station, "ward", new StringReader(string.Join('\n', lines)), Keep, TimeProvider.System, default);
        return [.. said.Where(l => l.StartsWith('{'))];

        void Keep(string line)
        {
            lock (said)
            {
                said.Add(line);
            }
        }
    }

    private Task<IReadOnlyList<OutboxStatus>> RowsAsync() => new OutboxRecord(_station.Database).StatusAsync(_ended, default);

    private Task<IReadOnlyList<AuditEntry>> AuditAsync() => new ExaminationRecord(_station.Database).AuditAsync(_ended, default);

    /// <summary>The chart of a process that dies when the first act reaches it.</summary>
    private sealed class Dead : IChart
    {
        private int _acts;

        public void Commit(ActEffect effect)
        {
            // the acts up to the end are done again first
            if (++_acts > 4)
            {
                throw new ProcessDied();
            }
        }

        public void Sealed(TapeSeal seal)
        {
        }

        public void Ended(ActEffect end)
        {
        }
    }
}
