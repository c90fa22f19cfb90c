using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Simulators.Run;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>The scenario with one device of every protocol: over real ends of every kind, and on the virtual clock.</summary>
/// <remarks>In real time, so alone. Time runs eight times as fast as it is: what is compared is who was understood and who was lost, never a value.</remarks>
[Collection("console")]
public sealed class EveryEndTests
{
    private const string Name = "every-device";
    private const double Speed = 8;

    private static readonly string[] Broken = ["nonin-8", "tcpo2-2"];

    [Fact]
    public async Task A_station_understands_every_device_at_every_end_and_has_back_those_that_were_lost()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ends-");
        using var stop = new CancellationTokenSource();
        try
        {
            var world = new SimulatedWorld(Placed(ScenarioFile.Load(Name), "gateway-2", new LineEnd(LineEndKind.Mllp, LiveBench.FreePort())));
            using var ends = new ScenarioEnds(world, folder.FullName, 0, null);
            Assert.Equal(
                ["iiod", "mllp", "rfc2217", "serial", "tcp", "udp"],
                ends.Entries.Select(e => (string)e["link"]!["kind"]!).Distinct().Order(StringComparer.Ordinal));
            await using var bench = new LiveBench();
            Task playing = new ScenarioRun(world, ends.All, null, _ => { }).RunAsync(TimeProvider.System, Speed, atOnce: false, toTheEnd: false, null, stop.Token);
            try
            {
                await bench.StartAsync([.. ends.Entries.Select(e => e.ToJsonString())]);
                foreach (string device in world.Devices.Select(d => d.Name))
                {
                    await Said(bench, device, "identified");
                }

                foreach (string device in Broken)
                {
                    await Said(bench, device, "disconnected");
                    await bench.SaidAsync(line => Is(line, device, "identified"));
                }
            }
            finally
            {
                await stop.CancelAsync();
                await playing;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Every device streams into the fold, each fault that breaks a line is a closed and an opened line on the tape, and datagrams are taped as datagrams.</summary>
    [Fact]
    public void On_the_virtual_clock_it_comes_to_its_end_and_replays()
    {
        PlayedScenario played = PlayedScenario.Play(Name);
        Assert.Null(played.Trouble);
        Assert.True(played.Fold.IsEnded);
        Assert.InRange(played.Finding("brachial-sys", "R.ARM").Value!.Value, 120, 124);
        Assert.Equal(Vascular.Processing.Vocabulary.MeasurementState.Measured, played.Finding("ppg-waveform", "R.TOE").State);

        Scenario scenario = ScenarioFile.Load(Name);
        TapeRecord[] taped = [.. played.Taped().Select(r => r with { Payload = r.Payload.ToArray() })];
        for (int n = 0; n < scenario.Devices.Count; n++)
        {
            ushort link = ScenarioSettings.Of(scenario).LinkNumber(scenario.Devices[n].Name);
            TapeRecord[] own = [.. taped.Where(r => r.Link == link)];
            bool breaks = Broken.Contains(scenario.Devices[n].Name);
            Assert.Contains(own, r => r.Type == TapeRecordType.Bytes);
            Assert.Equal((scenario.Devices[n].Name, breaks ? 2 : 1, breaks ? 1 : 0), (scenario.Devices[n].Name, own.Count(r => r.Type == TapeRecordType.Open), own.Count(r => r.Type == TapeRecordType.Closed)));
        }

        ushort udp = ScenarioSettings.Of(scenario).LinkNumber("iv-udp");
        byte[] first = taped.First(r => r.Link == udp && r.Type == TapeRecordType.Bytes).Payload.ToArray();
        Assert.Equal((byte)0x0E, first[2]);     // the association's acceptance, right behind its length
        Assert.Empty(played.Replay().Differences);
    }

    private static Scenario Placed(Scenario scenario, string device, LineEnd end) =>
        scenario with { Devices = [.. scenario.Devices.Select(d => d.Name == device ? d with { End = end } : d)] };

    private static Task Said(LiveBench bench, string device, string happened) => bench.UntilSaidAsync(line => Is(line, device, happened));

    private static bool Is(string line, string device, string happened) =>
        line.StartsWith('{') && JsonNode.Parse(line) is JsonObject said && (string?)said["link"] == device && (string?)said["event"] == happened;
}
