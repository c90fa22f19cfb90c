using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Devices;
using Vascular.Devices.Links;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Station;

/// <summary><c>"simulate": true</c>: the station plays a device itself, and nothing that comes of it can look as if it were of a patient.</summary>
public sealed class SimulatedDevicesTests
{
    private const string Both = """
        { "name": "ppg-1", "protocol": "nonin7", "simulate": true },
        { "name": "cuff-1", "protocol": "par", "simulate": true, "options": { "cuff_limit_mmHg": 254 }, "link": { "kind": "tcp", "host": "192.0.2.10", "port": 4001 } }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Every_way_out_of_an_examination_says_that_it_is_simulated()
    {
        await using var bench = new LiveBench();
        var board = new BedsideBoard(TimeProvider.System);
        List<JsonObject> answers = [];
        bench.Board = board;
        await bench.StartAsync(Both);
        await bench.UntilSaidAsync(l => l.Contains("\"link\":\"ppg-1\",\"event\":\"identified\"", StringComparison.Ordinal) && l.Contains("\"simulated\":true", StringComparison.Ordinal));
        foreach (string act in (string[])["""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"P-1"}""", """{"kind":"bind","link":"ppg-1","site":"R.TOE"}""", """{"kind":"start","step":"ppg.right"}""",
            """{"kind":"stop","step":"ppg.right"}""", """{"kind":"accept","step":"ppg.right"}""", """{"kind":"end"}"""])
        {
            answers.Add(await bench.DoAsync(act));
        }

        ExaminationFold fold = await bench.EndedAsync();
        Finding found = Assert.Single(fold.Findings);
        Assert.True(fold.IsAccepted(found));

        // the door: each line that holds a result
        Assert.All(answers, a => Assert.True((bool?)a["simulated"], a.ToJsonString()));

        // the page
        Assert.Equal(["ppg-1", "cuff-1"], board.View!.SimulatedDevices);

        // the tape, which replay and every later bundle read
        Assert.All(fold.Settings!.Channels, c => Assert.True(c.Simulated));
        Assert.StartsWith("simulated:", fold.ChannelNamed("ppg-1")!.Identity, StringComparison.Ordinal);

        // the table
        StringBuilder table = new();
        ResultsTable.Print(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(new StringWriter(table)), Ansi = AnsiSupport.No }), fold.Examination, fold, []);
        Assert.Contains("SIMULATED (HTEST): no patient", table.ToString(), StringComparison.Ordinal);

        // the record, and every resource of every bundle in the outbox
        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(bench.Data, "record.db"), default);
        Assert.True((await new ExaminationRecord(database).ExaminationAsync(fold.Examination, default))!.Simulated);
        await using RecordContext context = database.Context();
        List<OutboxRow> rows = await context.Outbox.AsNoTracking().ToListAsync();
        Assert.NotEmpty(rows);
        foreach (JsonNode? entry in rows.SelectMany(r => (JsonArray)JsonNode.Parse(r.Body)!["entry"]!))
        {
            JsonNode resource = entry!["resource"]!;
            string[] marks = [.. ((JsonArray?)resource["meta"]?["security"] ?? []).Select(s => (string)s!["code"]!)];
            Assert.True(marks.Contains("HTEST"), $"{resource["resourceType"]} does not say HTEST");
            if ((string?)resource["resourceType"] == "Device" && resource["serialNumber"] is not null)
            {
                Assert.Contains("(simulated)", (string)resource["deviceName"]![0]!["name"]!, StringComparison.Ordinal);
            }
        }

        SqliteConnection.ClearAllPools();
    }

    [Fact]
    public async Task A_simulator_never_goes_on_with_an_examination_that_a_real_device_began()
    {
        string root = Directory.CreateTempSubdirectory("simulate-").FullName;
        try
        {
            string real = """{ "name": "ppg-1", "protocol": "nonin7", "link": { "kind": "serial", "path": "/dev/ttyNone" } }""";
            await RunAsync(real, []);
            List<string> said = [];
            ExaminationFold fold = await RunAsync("""{ "name": "ppg-1", "protocol": "nonin7", "simulate": true }""", said);
            Assert.Contains(said, l => l.StartsWith("ppg-1 is not part of this examination", StringComparison.Ordinal));
            Assert.DoesNotContain(said, l => l.Contains("\"connected\"", StringComparison.Ordinal));
            Assert.False(Assert.Single(fold.Channels).IsOpen);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(root, recursive: true);
        }

        async Task<ExaminationFold> RunAsync(string device, List<string> said)
        {
            StationConfiguration configuration = StationConfiguration.Parse(
                $$"""{ "site": "lab-a", "gateway": "box-1", "broker": { "embedded": true, "port": {{LiveBench.FreePort()}} }, "devices": [{{device}}] }""", "station.json");
            await using StationHost host = await StationHost.StartAsync(configuration, Path.Combine(root, "data"), Path.Combine(root, "keys"), _ => { }, TimeProvider.System, default);
            var acts = new StringReader("""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"P-1"}""");
            return (await LiveExamination.RunAsync(host, "technician", acts, l => { lock (said) { said.Add(l); } }, TimeProvider.System, default)).Fold;
        }
    }

    [Fact]
    public async Task Cuff_and_sensor_are_on_one_patient_and_run_on_one_clock()
    {
        FakeTimeProvider time = new();
        using SimulatedDevices devices = SimulatedDevices.Of(Parse(Both), new StationClock(time), time)!;
        await using ILink ppg = devices.Open("ppg-1");
        devices.PutOn("ppg-1", Site.Parse("R.TOE"));
        devices.PutOn("cuff-1", Site.Parse("R.TOE"));
        IAsyncEnumerator<Arrival> arrivals = ppg.ReadAsync(default).GetAsyncEnumerator();
        NoninMonitor monitor = new(new NoninOptions());
        Assert.Throws<IOException>(() => devices.Open("ppg-1"));

        double free = await SwingAsync(10);
        await devices.MoveAsync(CuffMove.Pump, default);
        await SwingAsync(15);
        double closed = await SwingAsync(10);
        await devices.MoveAsync(CuffMove.Empty, default);
        await SwingAsync(15);
        double open = await SwingAsync(10);
        Assert.True(closed < free / 3, $"{closed} of {free} counts under a closed cuff");
        Assert.True(open > free / 2, $"{open} of {free} counts after it was opened");

        // the trace's swing over some seconds of the station's time
        async Task<double> SwingAsync(int seconds)
        {
            List<Reading> readings = [];
            List<double> samples = [];
            for (int ms = 0; ms < seconds * 1000; ms += 10)
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
            }

            long until = new StationClockNow(time).Ns;
            while (samples.Count < seconds * 70)
            {
                Assert.True(await arrivals.MoveNextAsync().AsTask().WaitAsync(Patience));
                Assert.True(arrivals.Current.AtNs <= until);
                monitor.Next(new Vascular.Devices.Record(RecordKind.Bytes, arrivals.Current.AtNs, arrivals.Current.Bytes), readings);
                samples.AddRange(readings.Where(r => r.Kind == ReadingKind.PlethSample).Select(r => r.Value));
                readings.Clear();
            }

            return samples.Max() - samples.Min();
        }
    }

    /// <summary>Any sensor on a hand-operated cuff closes the artery under the light of another chip, and says what the hands did.</summary>
    [Theory]
    [InlineData("mprls0025pa", "")]
    [InlineData("mcp320x", "")]
    [InlineData("mcp320x", """, "options": { "converter": "mcp3201", "reference_mV": 3300, "calibration": { "zero_mV": 40, "mmHg_per_mV": 0.2, "range_mmHg": 300, "source": "m" } }""")]
    [InlineData("hx711", "")]
    [InlineData("hx711", """, "options": { "gain": 32, "reference_mV": 3300, "calibration": { "zero_mV": 1, "mmHg_per_mV": -10, "range_mmHg": 300, "source": "m" } }""")]
    public async Task A_sensor_on_a_cuff_and_a_light_on_the_toe_below_it_are_on_one_patient(string protocol, string options)
    {
        FakeTimeProvider time = new();
        StationConfiguration station = Parse($$"""{ "name": "cuff-1", "protocol": "{{protocol}}", "simulate": true {{options}} }, { "name": "ppg-1", "protocol": "max30102", "simulate": true }""");
        using SimulatedDevices devices = SimulatedDevices.Of(station, new StationClock(time), time)!;
        ExaminationSettings settings = LiveExamination.Settings(station);
        IMonitor[] monitors = [.. settings.Channels.Select((c, n) => new Vascular.Acquisition.Examinations.Channel(c, (ushort)(n + 1)).Monitor)];
        await using ILink cuff = devices.Open("cuff-1");
        await using ILink light = devices.Open("ppg-1");
        devices.PutOn("cuff-1", Site.Parse("R.TOE"));
        devices.PutOn("ppg-1", Site.Parse("R.TOE"));
        IAsyncEnumerator<Arrival>[] arrivals = [cuff.ReadAsync(default).GetAsyncEnumerator(), light.ReadAsync(default).GetAsyncEnumerator()];

        (double openSwing, double openCuff) = await LookAsync(10);
        await devices.MoveAsync(CuffMove.Pump, default);
        await LookAsync(20);
        (double closedSwing, double closedCuff) = await LookAsync(10);
        Assert.Equal(0, openCuff, 1.0);
        Assert.Equal(300, closedCuff, 1.0);
        Assert.True(closedSwing < openSwing / 3, $"{closedSwing} of {openSwing} counts under a closed cuff");

        // swing of the light and last pressure of the cuff over some seconds of the station's time
        async Task<(double Swing, double MmHg)> LookAsync(int seconds)
        {
            for (int ms = 0; ms < seconds * 1000; ms += 2)
            {
                time.Advance(TimeSpan.FromMilliseconds(2));
            }

            long until = new StationClockNow(time).Ns - 250_000_000;
            List<Reading>[] readings = [[], []];
            for (int n = 0; n < 2; n++)
            {
                do
                {
                    Assert.True(await arrivals[n].MoveNextAsync().AsTask().WaitAsync(Patience));
                    monitors[n].Next(new Vascular.Devices.Record(RecordKind.Bytes, arrivals[n].Current.AtNs, arrivals[n].Current.Bytes), readings[n]);
                }
                while (arrivals[n].Current.AtNs < until);
                Assert.All(readings[n], r => Assert.True(r.HasValue && r.Kind != ReadingKind.Refused, $"{r}"));
            }

            double[] trace = [.. readings[1].Where(r => r.Kind == ReadingKind.PlethSample).Select(r => r.Value)];
            Assert.InRange(trace.Length, (seconds * 100) - 60, (seconds * 100) + 60);
            return (trace[^300..].Max() - trace[^300..].Min(), readings[0].Last(r => r.Kind == ReadingKind.CuffPressure).Value);
        }
    }

    [Fact]
    public async Task A_barometer_says_the_air_of_the_data_sheets_example()
    {
        FakeTimeProvider time = new();
        using SimulatedDevices devices = SimulatedDevices.Of(Parse("""{ "name": "air-1", "protocol": "bmp280", "simulate": true }"""), new StationClock(time), time)!;
        await using ILink air = devices.Open("air-1");
        await using IAsyncEnumerator<Arrival> arrivals = air.ReadAsync(default).GetAsyncEnumerator();
        for (int ms = 0; ms < 3000; ms += 2)
        {
            time.Advance(TimeSpan.FromMilliseconds(2));
        }

        List<Reading> readings = [];
        Vascular.Devices.Barometer.BarometerMonitor monitor = new();
        while (readings.Count < 4)
        {
            Assert.True(await arrivals.MoveNextAsync().AsTask().WaitAsync(Patience));
            monitor.Next(new Vascular.Devices.Record(RecordKind.Bytes, arrivals.Current.AtNs, arrivals.Current.Bytes), readings);
        }

        Assert.All(readings, r => Assert.Equal(r.Kind == ReadingKind.AmbientPressure ? 754.96 : 25.08, r.Value, 0.1));
    }

    [Theory]
    [InlineData("\"protocol\": \"pcd01-mllp\", \"simulate\": true", "this version has no simulator for pcd01-mllp")]
    [InlineData("\"protocol\": \"nonin7\", \"simulate\": true, \"simulated\": false", "a device that is simulated is never called real")]
    [InlineData("\"protocol\": \"nonin7\", \"simulate\": false", "link")]
    public void A_switch_that_cannot_be_is_refused(string device, string why) =>
        Assert.Contains(why, Assert.Throws<CommandFailure>(() => Parse($$"""{ "name": "d-1", {{device}} }""")).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Every_simulated_protocol_opens_and_speaks_or_waits_to_be_asked()
    {
        foreach (DeviceProtocol protocol in DeviceProtocol.All.Where(p => SimulatedDevices.Knows(p.Name)))
        {
            FakeTimeProvider time = new();
            using SimulatedDevices devices = SimulatedDevices.Of(Parse($$"""{ "name": "d-1", "protocol": "{{protocol.Name}}", "simulate": true }"""), new StationClock(time), time)!;
            Assert.Equal("simulated:d-1", devices.Open("d-1").Path);
            devices.PutOn("d-1", Site.Parse("R.TOE"));
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static StationConfiguration Parse(string devices) => StationConfiguration.Parse($$"""{ "site": "lab-a", "gateway": "box-1", "devices": [{{devices}}] }""", "station.json");

    /// <summary>Time since the fake provider's start, which is the station clock's zero here.</summary>
    private sealed record StationClockNow(FakeTimeProvider Time)
    {
        public long Ns => (Time.GetUtcNow() - Time.Start).Ticks * 100;
    }
}
