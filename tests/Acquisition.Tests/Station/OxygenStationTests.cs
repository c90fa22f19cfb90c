using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>TcPO2 from the station's file to the chart: a simulated iiod whose answers are sometimes late, the service and a consumer, each a process of its own.</summary>
public sealed class OxygenStationTests
{
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    [Fact]
    public async Task An_examination_over_an_iiod_that_answers_late_keeps_each_site_apart_and_reaches_the_chart()
    {
        await using PlayedStation played = await PlayedStation.PrepareAsync();
        string kept = Path.Combine(played.Root, "results.jsonl");
        int port = LiveBench.FreePort();
        await played.RunAsync(
            Dotnet,
            [Path.Combine(AppContext.BaseDirectory, "simulate.dll"), "device", "tcm4-iiod", "--tcp", port.ToString(CultureInfo.InvariantCulture), "--scenario", "seed-2017-09", "--fault", "late=0.06"],
            "tcm4-iiod on");
        PlayedStation.Program record = await played.RecordAsync(kept);
        PlayedStation.Program station = await played.ServeLiveAsync(Monitor("tcpo2-1", port, new { set_celsius = 44 }), Monitor("tcpo2-3", port, new { power = (object?)null }));

        await station.DoneAsync(new { kind = "patient", system = "urn:oid:2.999.1.1", value = "TEST-1" });
        foreach ((string link, string site, string step) in (IEnumerable<(string, string, string)>)[("tcpo2-1", "R.FOOT.DORSUM", "tcpo2.dorsum.right"), ("tcpo2-3", "R.CHEST", "tcpo2.chest.right")])
        {
            await station.SaidAsync(l => l.Contains($"\"link\":\"{link}\",\"event\":\"connected\"", StringComparison.Ordinal));
            await station.DoneAsync(new { kind = "bind", link, site });
            await station.DoneAsync(new { kind = "start", step });
        }

        // an answer that does not come in time costs the connection, and no more
        string lost = await station.SaidAsync(l => l.Contains("\"event\":\"disconnected\"", StringComparison.Ordinal));
        string name = (string)JsonNode.Parse(lost)!["link"]!;
        await station.SaidAsync(l => l.Contains($"\"link\":\"{name}\",\"event\":\"connected\"", StringComparison.Ordinal));

        foreach (string step in (string[])["tcpo2.dorsum.right", "tcpo2.chest.right"])
        {
            await station.DoneAsync(new { kind = "stop", step });
            await station.DoneAsync(new { kind = "accept", step });
        }

        await station.DoneAsync(new { kind = "end" });
        Assert.True(await station.EndAsync() == 0, station.Said);
        Assert.Equal(0, await record.EndAsync());
        Assert.Contains("\"phase\":\"heater_off\"", station.Said, StringComparison.Ordinal);
        AssertCharted(kept, LastPhase(station, "tcpo2-3"));
        AssertTape(played);
    }

    /// <summary>What the screen said of an electrode before its step was stopped.</summary>
    private static string LastPhase(PlayedStation.Program station, string link) =>
        station.Said.Split('\n').Where(l => l.Contains($"\"link\":\"{link}\",\"event\":\"electrode\"", StringComparison.Ordinal))
            .Select(l => (string)JsonNode.Parse(l)!["phase"]!).Last(p => p != "stopped");

    /// <summary>Stopped before an answer: no value, and why, as the guide for integrators says.</summary>
    private static void AssertCharted(string kept, string chest)
    {
        JsonNode bundle = JsonNode.Parse(Assert.Single(File.ReadAllLines(kept)))!["bundle"]!;
        JsonNode[] observations = [.. bundle["entry"]!.AsArray().Select(e => e!["resource"]!).Where(r => (string?)r["resourceType"] == "Observation")];
        Assert.Equal(["R.FOOT.DORSUM", "R.CHEST"], observations.Select(o => (string)o["bodySite"]!["coding"]![0]!["code"]!));
        string why = chest == "off_skin" ? "no answer: off skin" : $"stopped before an answer: {chest}";      // under its ring an electrode first reads the room's air
        Assert.Equal(["stopped before an answer: heater off", why], observations.Select(o => (string)o["dataAbsentReason"]!["text"]!));
        Assert.All(observations, o => Assert.Equal("error", (string)o["dataAbsentReason"]!["coding"]![0]!["code"]!));
        Assert.All(observations, o => Assert.Null(o["valueQuantity"]));
        Assert.All(observations, o => Assert.Equal("HTEST", (string)o["meta"]!["security"]![0]!["code"]!));
    }

    /// <summary>Each value on the tape is one its own output can have: an answer of another output or another site would jump out.</summary>
    private static void AssertTape(PlayedStation played)
    {
        string tape = Assert.Single(Directory.GetDirectories(Path.Combine(played.Data, "tapes")));
        using TapeKeys keys = TapeKeys.OpenOrCreate(played.KeysOfStation);
        TapeRecord[] records = [.. new TapeReader(TapeFolder.Make(tape), keys).Read().Select(r => r.Record with { Payload = r.Record.Payload.ToArray() })];
        ExaminationSettings settings = SettingsRecord.Read(records.First(r => r.Type == TapeRecordType.Settings).Payload).Settings;
        Assert.Null(settings.Channels[1].SkinSensor!.Wiring.Power);
        foreach (ChannelSettings channel in settings.Channels)
        {
            string[] lines = [.. records.Where(r => r.Type == TapeRecordType.Bytes && r.Link == settings.LinkNumber(channel.Name)).SelectMany(r => Encoding.ASCII.GetString(r.Payload.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))];
            Assert.All(lines, l => Assert.StartsWith(channel.Name + "/in_voltage", l, StringComparison.Ordinal));
            double[] celsius = [.. Values(lines, "voltage1").Select(v => v / 20)];
            double[] mmHg = [.. Values(lines, "voltage0").Select(v => v / 5)];
            Assert.All(celsius, c => Assert.InRange(c, 20, 46));
            Assert.All(mmHg, v => Assert.InRange(v, 40, 160));
            Assert.All(mmHg.Zip(mmHg.Skip(1), (a, b) => b - a), change => Assert.InRange(change, -25, 3));
            Assert.Equal(channel.Name == "tcpo2-1", lines.Any(l => l.Contains("voltage2", StringComparison.Ordinal)));
        }

        var replay = new Replay(Guid.Parse(Path.GetFileName(tape)));
        foreach (TapeRecord each in records)
        {
            replay.Next(each);
        }

        ReplayOutcome outcome = replay.Finish();
        Assert.Empty(outcome.Differences);
        Assert.True(outcome.Findings >= 2);
    }

    /// <summary>mV, at 0.0625 mV a count.</summary>
    private static IEnumerable<double> Values(IEnumerable<string> lines, string input) => lines.Where(l => l.Contains($"in_{input}_raw\t", StringComparison.Ordinal) && !l.Contains("\t-", StringComparison.Ordinal))
        .Select(l => int.Parse(l.Split('\t')[1], CultureInfo.InvariantCulture) * 0.0625);

    private static object Monitor(string name, int port, object options) =>
        new { name, protocol = "tcm4-analog", simulated = true, link = new { kind = "iiod", host = "127.0.0.1", port, device = name }, options };
}
