using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A station file that changes while the station runs.</summary>
public sealed class ConfigurationReloadTests : IDisposable
{
    private const string Ppg = """{ "name": "ppg-1", "protocol": "nonin7", "link": { "kind": "serial", "path": "/dev/ttyNone" } }""";
    private const string Cuff = """{ "name": "cuff-1", "protocol": "par", "link": { "kind": "tcp", "host": "192.0.2.10", "port": 4001 }, "options": { "cuff_limit_mmHg": 254 } }""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string file = Path.GetTempFileName();
    private int writes;

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData("\"/dev/ttyNone\"", "\"/dev/ttyOther\"", "ppg-1", "", "")]
    [InlineData("4001", "4002", "cuff-1", "", "")]
    [InlineData("\"nonin7\"", "\"nonin2\"", "", "ppg-1", "")]
    [InlineData("254", "300", "", "cuff-1", "")]
    [InlineData("\"protocol\": \"nonin7\"", "\"protocol\": \"nonin7\", \"simulate\": true", "", "ppg-1", "")]
    [InlineData("\"protocol\": \"nonin7\"", "\"protocol\": \"nonin7\", \"silence_s\": 9", "ppg-1", "", "")]
    [InlineData("\"name\": \"ppg-1\"", "\"name\": \"ppg-9\"", "", "ppg-1 ppg-9", "")]
    [InlineData("lab-a", "lab-b", "", "", "site")]
    [InlineData("\"site\"", "\"consumers\": [\"ehr-bridge\"], \"broker\": { \"port\": 1 }, \"page\": { \"port\": 2 }, \"site\"", "", "", "consumers broker page")]
    [InlineData("\"site\"", "  \"site\"", "", "", "")]
    public void What_may_change_at_once_and_what_waits(string old, string written, string now, string examination, string start)
    {
        string before = Station(Ppg, Cuff);
        ConfigurationChange change = ConfigurationChange.Between(StationConfiguration.Parse(before, "station.json"), StationConfiguration.Parse(before.Replace(old, written, StringComparison.Ordinal), "station.json"));
        Assert.Equal((now, examination, start), (string.Join(' ', change.Lines.Select(d => d.Name)), string.Join(' ', change.NextExamination), string.Join(' ', change.NextStart)));
        Assert.Equal(now + examination + start == "", change.IsEmpty);
    }

    [Fact]
    public void A_device_that_only_moved_in_the_list_is_left_alone() =>
        Assert.True(ConfigurationChange.Between(StationConfiguration.Parse(Station(Ppg, Cuff), "a"), StationConfiguration.Parse(Station(Cuff, Ppg), "a")).IsEmpty);

    [Fact]
    public async Task A_changed_file_is_read_once_it_stands_still_and_a_broken_one_changes_nothing()
    {
        TimerTime time = new();
        Write(Station(Ppg));
        ConfigurationReload reload = new(file, StationConfiguration.Read(file), time);
        List<string> told = [];
        using var stop = new CancellationTokenSource();
        Task running = reload.RunAsync(
            (reloaded, _) =>
            {
                told.Add(reloaded.Change.Words);
                return Task.CompletedTask;
            },
            told.Add,
            stop.Token);
        await time.NextWaitAsync();
        await LookAsync();
        Write("{ \"site\": ");
        await LookAsync();
        Assert.Empty(told);
        await LookAsync();
        Assert.Contains("configuration is not valid JSON", Assert.Single(told), StringComparison.Ordinal);
        Assert.Single(reload.InForce.Devices);
        await LookAsync();
        Assert.Single(told); // a wrong file is refused once, not at every look

        Write(Station(Ppg, Cuff));
        await LookAsync();
        await LookAsync();
        Assert.Equal("at once: nothing; with the next examination: cuff-1; at the next start: nothing", told[^1]);
        Assert.Equal(2, reload.InForce.Devices.Count);

        File.Delete(file);
        reload.Ask();
        await time.NextWaitAsync();
        Assert.Contains("no such configuration", told[^1], StringComparison.Ordinal);
        Assert.Equal(2, reload.InForce.Devices.Count);
        await stop.CancelAsync();
        await running.WaitAsync(Patience);

        async Task LookAsync()
        {
            time.Advance(ConfigurationReload.Every);
            Assert.Equal(ConfigurationReload.Every, await time.NextWaitAsync()); // the turn before it has ended
        }
    }

    [Fact]
    public async Task A_line_that_is_set_otherwise_is_closed_and_opened_while_the_examination_runs()
    {
        await using var bench = new LiveBench();
        await using var first = new TalkingDevice(_ => [0x80, 0, 0, 0, 0x80], TimeSpan.FromMilliseconds(20));
        await using var second = new TalkingDevice(_ => [0x80, 0, 0, 0, 0x80], TimeSpan.FromMilliseconds(20));
        await bench.StartAsync(LiveBench.Tcp("ppg-1", "nonin7", first.Port));
        await bench.UntilSaidAsync(Connected(first));
        await bench.RewriteAsync(LiveBench.Tcp("ppg-1", "nonin7", second.Port));
        await bench.UntilSaidAsync(l => l.Contains("\"link\":\"ppg-1\",\"event\":\"disconnected\"", StringComparison.Ordinal));
        await bench.UntilSaidAsync(Connected(second));
        await bench.UntilSaidAsync(l => l == """{"event":"configuration_changed","now":["ppg-1"],"next_examination":[],"next_start":[]}""");

        await bench.RewriteAsync("{");
        await bench.UntilSaidAsync(l => l.Contains("configuration_refused", StringComparison.Ordinal));
        await bench.DoneAsync("""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"TEST-1"}""");
        await bench.DoneAsync("""{"kind":"end"}""");
        await bench.EndedAsync();
        Assert.Empty(bench.Verify().Faults);

        static Predicate<string> Connected(TalkingDevice to) => l =>
            l.Contains("\"link\":\"ppg-1\",\"event\":\"connected\"", StringComparison.Ordinal) && l.Contains($":{to.Port}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_leaves_an_audit_entry_that_says_how_and_what_before_it_takes_force()
    {
        await using var bench = new LiveBench();
        await using var first = new TalkingDevice(_ => [0x80, 0, 0, 0, 0x80], TimeSpan.FromMilliseconds(20));
        await using var second = new TalkingDevice(_ => [0x80, 0, 0, 0, 0x80], TimeSpan.FromMilliseconds(20));
        await bench.StartAsync(LiveBench.Tcp("ppg-1", "nonin7", first.Port));
        await bench.UntilSaidAsync(l => l.Contains("\"event\":\"connected\"", StringComparison.Ordinal));
        var audit = new StationAudit(bench.Record);
        Assert.Empty(await audit.EntriesAsync(default));

        // an audit trail that cannot be written: the line stays as it was
        await SqlAsync(bench, "ALTER TABLE StationAudit RENAME TO Elsewhere");
        await bench.RewriteAsync(LiveBench.Tcp("ppg-1", "nonin7", second.Port));
        await bench.UntilSaidAsync(l => l.Contains("configuration_refused", StringComparison.Ordinal) && l.Contains("audit trail", StringComparison.Ordinal));
        await first.SaysAsync(20);
        Assert.False(bench.WasSaid(l => l.Contains("disconnected", StringComparison.Ordinal) || l.Contains("configuration_changed", StringComparison.Ordinal)));

        // and it is taken when it can be
        await SqlAsync(bench, "ALTER TABLE Elsewhere RENAME TO StationAudit");
        bench.AskToReload();
        await bench.UntilSaidAsync(l => l.Contains("\"event\":\"disconnected\"", StringComparison.Ordinal));
        StationAuditEntry entry = Assert.Single(await audit.EntriesAsync(default));
        Assert.Equal(("station file", "reload"), (entry.User, entry.Action));
        var detail = (JsonObject)JsonNode.Parse(entry.Detail)!;
        Assert.Equal(("SIGHUP", bench.StationFile, """["ppg-1"]"""), ((string?)detail["asked_by"], (string?)detail["file"], detail["now"]!.ToJsonString()));
        Assert.Equal($$"""[{"at":"devices[ppg-1].link.port","from":{{first.Port}},"to":{{second.Port}}}]""", detail["changed"]!.ToJsonString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(bench.StationFile))), (string?)detail["sha256"]);
    }

    [Fact]
    public async Task What_waited_for_the_next_examination_is_there_when_it_begins_and_a_file_that_changed_between_two_is_taken()
    {
        await using var bench = new LiveBench();
        await using var device = new TalkingDevice(_ => [0x80, 0, 0, 0, 0x80], TimeSpan.FromMilliseconds(20));
        string one = LiveBench.Tcp("ppg-1", "nonin7", device.Port);
        await bench.StartAsync(one);
        await bench.RewriteAsync(one, LiveBench.Tcp("ppg-2", "nonin7", LiveBench.FreePort()));
        await bench.UntilSaidAsync(l => l == """{"event":"configuration_changed","now":[],"next_examination":["ppg-2"],"next_start":[]}""");
        Assert.Single((await EndAsync(bench)).Settings!.Channels);

        await bench.NextAsync();
        Assert.Equal(["ppg-1", "ppg-2"], (await EndAsync(bench)).Settings!.Channels.Select(c => c.Name));

        await bench.WriteFileAsync(LiveBench.Tcp("ppg-3", "nonin7", device.Port));
        await bench.NextAsync();
        Assert.Equal(["ppg-3"], (await EndAsync(bench)).Settings!.Channels.Select(c => c.Name));
        Assert.Equal(["SIGHUP", "file change"], (await new StationAudit(bench.Record).EntriesAsync(default)).Select(e => (string?)JsonNode.Parse(e.Detail)!["asked_by"]));
    }

    [Fact]
    public void What_stands_otherwise_is_named_by_device_and_place_and_spelling_does_not_count()
    {
        string before = Station(Ppg, Cuff);
        string after = Station(Cuff.Replace("4001", "4002", StringComparison.Ordinal).Replace(", \"options\": { \"cuff_limit_mmHg\": 254 }", "", StringComparison.Ordinal), Ppg)
            .Replace("\"lab-a\"", "\"lab-b\" /* moved */", StringComparison.Ordinal);
        Assert.Equal(
            [
                new ChangedValue("devices[cuff-1].link.port", "4001", "4002"), new ChangedValue("devices[cuff-1].options.cuff_limit_mmHg", "254", null),
                new ChangedValue("site", "\"lab-a\"", "\"lab-b\""),
            ],
            ChangedValue.Between(before, after));
    }

    private static async Task<ExaminationFold> EndAsync(LiveBench bench)
    {
        await bench.DoneAsync("""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"TEST-1"}""");
        await bench.DoneAsync("""{"kind":"end"}""");
        return await bench.EndedAsync();
    }

    private static async Task SqlAsync(LiveBench bench, string sql)
    {
        await using RecordContext context = bench.Record.Context();
        await context.Database.ExecuteSqlRawAsync(sql);
    }

    private static string Station(params string[] devices) => $$"""{ "site": "lab-a", "gateway": "box-1", "devices": [{{string.Join(',', devices)}}] }""";

    /// <summary>Another length each time: the stamp of a file system may be coarse.</summary>
    private void Write(string text) => File.WriteAllText(file, text + new string('\n', ++writes));
}
