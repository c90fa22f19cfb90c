using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Recordings and the room they take: what is delivered and old goes, what is owed stays, results stay always, and no examination begins that would not fit.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("retention-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_delivered_recording_is_trimmed_when_its_time_is_over_and_its_results_stay()
    {
        Guid id;
        await using (StationHost station = await StartAsync("\"storage\": { \"keep_hours\": 1 }"))
        {
            id = await AmputatedLeg.ExamineAsync(station);
            await using RecordContext context = station.Database.Context();
            await context.Outbox.ExecuteUpdateAsync(rows => rows.SetProperty(r => r.State, OutboxState.Settled));
            Assert.Empty(await station.TrimAsync(Retention.MostAtOnce, default));
        }

        await using (StationHost station = await StartAsync("\"storage\": { \"keep_hours\": 0 }"))
        {
            Assert.Equal([id], await station.TrimAsync(Retention.MostAtOnce, default));
            Assert.Empty(await station.TrimAsync(Retention.MostAtOnce, default));
            Assert.Null(await station.UnfinishedAsync(default));
            Assert.Empty(await station.HalfCorrectedAsync(default));
            Assert.Single(await new ExaminationRecord(station.Database).AcceptedFindingsAsync(id, default));
            (_, string? refusal) = await station.CorrectAsync(id, (_, _) => new Act.Comment("late"), "technician", default);
            Assert.Contains("was trimmed", refusal, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(station.Folder(id).Path, "*.tape"));
        }

        ReplayOutcome replayed = await ReplayCommand.ReplayAsync(Path.Combine(root, "data", "tapes", id.ToString("D")), Path.Combine(root, "keys"), default);
        Assert.Equal((1, 0, 1, 0), (replayed.Findings, replayed.Identical, replayed.Trimmed, replayed.Differences.Count));
    }

    [Fact]
    public async Task What_a_consumer_has_not_acknowledged_is_never_trimmed()
    {
        await using StationHost station = await StartAsync("\"consumers\": [\"ehr-bridge\"], \"storage\": { \"keep_hours\": 0 }");
        Guid id = await AmputatedLeg.ExamineAsync(station);
        Assert.Empty(await station.TrimAsync(Retention.MostAtOnce, default));
        Assert.NotEmpty(Directory.GetFiles(station.Folder(id).Path, "*.tape"));
    }

    [Fact]
    public async Task Below_the_floor_no_new_examination_begins_and_one_that_was_cut_off_goes_on()
    {
        await using (StationHost station = await StartAsync("\"page\": {}"))
        {
            await LiveExamination.RunAsync(station, "technician", new StringReader("""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"P-1"}"""), _ => { }, TimeProvider.System, default);
        }

        await using StationHost full = await StartAsync("\"storage\": { \"floor_hours\": 8784 }, \"devices\": [" + string.Join(',', Enumerable.Range(0, 400).Select(i => LiveBench.Tcp($"ppg-{i}", "nonin7", 1 + i))) + "]");
        Assert.True(full.HoursLeft < 8784, "a disk of that size is not in this test");
        (ExaminationFold fold, _) = await LiveExamination.RunAsync(full, "technician", new StringReader("""{"kind":"end"}"""), _ => { }, TimeProvider.System, default);
        Assert.True(fold.IsEnded);
        CommandFailure refused = await Assert.ThrowsAsync<CommandFailure>(() => LiveExamination.RunAsync(full, "technician", new StringReader(""), _ => { }, TimeProvider.System, default));
        Assert.StartsWith("no new examination begins: the disk has room for", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hours_are_counted_for_the_devices_there_are()
    {
        StationConfiguration one = StationConfiguration.Parse($$"""{ "site": "a", "gateway": "b", "devices": [{{LiveBench.Tcp("ppg-1", "nonin7", 1)}}] }""", "station.json");
        StationConfiguration two = StationConfiguration.Parse($$"""{ "site": "a", "gateway": "b", "devices": [{{LiveBench.Tcp("ppg-1", "nonin7", 1)}}, {{LiveBench.Tcp("ppg-2", "nonin7", 2)}}] }""", "station.json");
        Assert.InRange(StorageConfiguration.HoursLeft(one, 1L << 30), 60, 70);
        Assert.True(StorageConfiguration.HoursLeft(two, 1L << 30) < StorageConfiguration.HoursLeft(one, 1L << 30) * 0.6);
    }

    [Fact]
    public async Task While_the_station_runs_recordings_go_by_the_hour_and_never_before_delivery_and_their_time()
    {
        TimerTime time = new();
        time.SetUtcNow(TimeProvider.System.GetUtcNow());
        await using StationHost station = await StartAsync("\"consumers\": [\"ehr-bridge\"], \"storage\": { \"keep_hours\": 2 }", time);
        Guid first = await AmputatedLeg.ExamineAsync(station);
        List<string> said = [];
        var retention = new Retention(station, said.Add, time);
        using var stop = new CancellationTokenSource();
        Task running = retention.RunAsync(stop.Token);
        await HourBegunAsync();

        // its time is over after two hours, and nobody has acknowledged it: it stays
        await HourAsync();
        await HourAsync();
        await HourAsync();
        Assert.Empty(said);

        // delivered: at the next hour it goes, and only then
        await SettleAsync(station);
        Assert.True(IsRecorded(station, first));
        await HourAsync();
        Assert.Equal([$"{{\"event\":\"recording_trimmed\",\"examination\":\"{first}\"}}"], said);
        Assert.False(IsRecorded(station, first));
        await stop.CancelAsync();
        await running;

        async Task HourAsync()
        {
            time.Advance(Retention.Every);
            await HourBegunAsync();
        }

        Task HourBegunAsync() => LookedAsync(time);
    }

    [Fact]
    public async Task The_end_of_an_examination_is_a_look_of_its_own()
    {
        TimerTime time = new();
        time.SetUtcNow(TimeProvider.System.GetUtcNow());
        await using StationHost station = await StartAsync("\"storage\": { \"keep_hours\": 0.5 }", time);
        Guid id = await AmputatedLeg.ExamineAsync(station);
        await SettleAsync(station);
        var retention = new Retention(station, _ => { }, time);
        using var stop = new CancellationTokenSource();
        Task running = retention.RunAsync(stop.Token);
        await LookedAsync(time);
        time.Advance(TimeSpan.FromMinutes(20));
        retention.Ask();
        await LookedAsync(time);
        Assert.True(IsRecorded(station, id));
        time.Advance(TimeSpan.FromMinutes(15));
        retention.Ask();
        await LookedAsync(time);
        Assert.False(IsRecorded(station, id));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task One_look_takes_so_many_recordings_and_the_oldest_first()
    {
        await using StationHost station = await StartAsync("\"storage\": { \"keep_hours\": 0 }");
        Guid[] examined = [await AmputatedLeg.ExamineAsync(station), await AmputatedLeg.ExamineAsync(station), await AmputatedLeg.ExamineAsync(station)];
        await SettleAsync(station);
        Assert.Equal(examined[..2], await station.TrimAsync(2, default));
        Assert.Equal(examined[2..], await station.TrimAsync(2, default));
    }

    /// <summary>The look is over: the next hour's wait has begun.</summary>
    private static async Task LookedAsync(TimerTime time)
    {
        while (await time.NextWaitAsync() != Retention.Every)
        {
            // a wait of the station's delivery
        }
    }

    private static bool IsRecorded(StationHost station, Guid id) => Directory.GetFiles(station.Folder(id).Path, "*.tape").Length > 0;

    private static async Task SettleAsync(StationHost station)
    {
        await using RecordContext context = station.Database.Context();
        await context.Outbox.ExecuteUpdateAsync(rows => rows.SetProperty(r => r.State, OutboxState.Settled));
    }

    private async Task<StationHost> StartAsync(string more, TimeProvider? time = null) => await StationHost.StartAsync(
        StationConfiguration.Parse($$"""{ "site": "lab-a", "gateway": "box-1", "broker": { "port": {{LiveBench.FreePort()}} }, {{more}} }""", "station.json"),
        Path.Combine(root, "data"), Path.Combine(root, "keys"), _ => { }, time ?? TimeProvider.System, default);
}
