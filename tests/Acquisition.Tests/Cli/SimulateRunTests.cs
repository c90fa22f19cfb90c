using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Tests.Station;

namespace Vascular.Acquisition.Tests.Cli;

/// <summary><c>simulate run</c> and <c>acquisition serve</c> as two processes: devices on ptys and an iiod, one patient behind them all.</summary>
/// <remarks>In real time, so alone: beside forty other tests the devices' process may be held up for seconds, and the trace has a gap, rightly.</remarks>
[Collection("console")]
public sealed class SimulateRunTests : IDisposable
{
    private const string Patient = """
        id: short
        title: "Short"
        seed: 20260501
        start: 2026-05-01T09:00:00Z
        patient: { system: "urn:oid:2.999.1.1", identifier: SHORT, gender: female }
        order: { placer: ORD-1, accession: ACC-1, reason: "test" }
        truth:
          heart_rate_per_min: 96
          respiration_per_min: 16
          spo2_percent: 96
          pressure_swing_percent: 0.25
          arm_diastolic_mmHg: 95
          arteries:
            R.ARM: { systolic_mmHg: 128.0, compressible: true }
            R.TOE: { systolic_mmHg: 52.0, compressible: true }
          toe_pulse: { shape: ischaemic, amplitude_counts: 900, noise_counts: 6, growth_mmHg: 14 }
          skin:
            R.FOOT.DORSUM: { plateau_mmHg: 30, warm_up_min: 10, noise_mmHg: 0.4, oxygen_rise_mmHg: 20, elevation_fall_mmHg: 8 }
        devices:
          ppg-1: { kind: nonin7, on: R.TOE }
          cuff-1: { kind: par, cuff_limit_mmHg: 254 }
          tcpo2-1: { kind: tcm4-analog, electrode_celsius: 44, range_mmHg: 200, on: R.FOOT.DORSUM }
        script:

        """;

    /// <summary>The toe's sensor, before its cuff.</summary>
    private const string Sensor = """
          - step: toe.right
            site: R.TOE
            actions:
              - bind: { device: ppg-1, site: R.TOE }
              - wait: { seconds: 3 }

        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("run-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_station_reads_the_devices_of_another_process_and_the_truth_says_what_they_sent()
    {
        Dictionary<string, JsonNode> found = await ExamineAsync(Patient + QuickHands.Trace + QuickHands.End);

        JsonNode trace = found["ppg-waveform"];
        Assert.Equal(("measured", true), ((string)trace["state"]!, (bool)trace["accepted"]!));
        Assert.Matches("pulsatile, 9[4-8]/min", (string)trace["printed"]!);

        JsonElement[] truth = [.. File.ReadLines(Path.Combine(folder.FullName, "truth.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        double[] beats = [.. truth.Where(t => t.TryGetProperty("beat", out _)).Select(t => t.GetProperty("length_s").GetDouble())];
        Assert.InRange(60 / beats.Average(), 94, 98);
        long[] bytes = [.. truth.Where(t => t.TryGetProperty("pleth_above_foot_counts", out _)).Select(t => t.GetProperty("bytes").GetInt64())];
        Assert.Equal(bytes.Order(), bytes);
        Assert.True(bytes[^1] > 75 * 5 * 8, $"{bytes[^1]}");
        Assert.Contains(truth, t => t.TryGetProperty("tcpo2_mmHg", out _));
        Assert.Contains(truth, t => t.TryGetProperty("does", out JsonElement does) && does.GetString() == "start");
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task The_cuff_of_one_device_closes_the_artery_under_the_sensor_of_another()
    {
        Dictionary<string, JsonNode> found = await ExamineAsync(Patient + QuickHands.Arm + Sensor + QuickHands.Toe(toMmHg: 90, untilMmHg: 25, pumpMmHgPerS: 25) + QuickHands.End);

        Assert.InRange(int.Parse((string)found["brachial-sys"]["printed"]!), 126, 130);
        Assert.InRange(int.Parse((string)found["toe-sys"]["printed"]!), 47, 55);
    }

    /// <summary>Plays a scenario in one process and examines in another; whoever sits at the station does what the script announces.</summary>
    private async Task<Dictionary<string, JsonNode>> ExamineAsync(string scenario)
    {
        string file = Path.Combine(folder.FullName, "short.yaml");
        await File.WriteAllTextAsync(file, scenario);
        using var deadline = new CancellationTokenSource(Deadline);
        using Process run = Start("simulate.dll", "run", file, "--truth", Path.Combine(folder.FullName, "truth.jsonl"), "--links", folder.FullName, "--stop");
        Process? station = null;
        try
        {
            List<string> devices = [];
            for (int i = 0; i < 3; i++)
            {
                devices.Add(await NextAsync(run, deadline.Token));
            }

            string config = Path.Combine(folder.FullName, "station.json");
            await File.WriteAllTextAsync(
                config,
                $$"""{ "site": "lab-a", "gateway": "box-1", "broker": { "embedded": true, "port": {{LiveBench.FreePort()}} }, "page": { "port": {{LiveBench.FreePort()}} }, "devices": [{{string.Join(',', devices)}}] }""",
                deadline.Token);
            station = Start("acquisition.dll", "serve", "--config", config, "--data", Path.Combine(folder.FullName, "data"), "--keys", Path.Combine(folder.FullName, "keys"));
            Dictionary<string, JsonNode> found = [];
            while (true)
            {
                JsonNode said = JsonNode.Parse(await NextAsync(run, deadline.Token))!;
                foreach (string act in Acts(said))
                {
                    JsonNode answer = await DoAsync(station, act, deadline.Token);
                    foreach (JsonNode? finding in answer["findings"]!.AsArray())
                    {
                        found[(string)finding!["measure"]!] = finding;
                    }
                }

                if ((string?)said["does"] == "over")
                {
                    await run.WaitForExitAsync(deadline.Token);
                    return found;
                }
            }
        }
        finally
        {
            run.Kill();
            station?.Kill();
            await Task.WhenAll(run.WaitForExitAsync(deadline.Token), station?.WaitForExitAsync(deadline.Token) ?? Task.CompletedTask);
            station?.Dispose();
        }
    }

    private static IEnumerable<string> Acts(JsonNode said) => ((string?)said["does"], (string?)said["step"]) switch
    {
        ("begin", _) => ["""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"SHORT"}"""],
        ("bind", _) => [$$"""{"kind":"bind","link":"{{said["device"]}}","site":"{{said["site"]}}"}"""],
        ("accept", "derived") => [],
        ("start" or "stop" or "accept", var step) => [$$"""{"kind":"{{said["does"]}}","step":"{{step}}"}"""],
        _ => [],
    };

    private static async Task<JsonNode> DoAsync(Process station, string act, CancellationToken cancel)
    {
        await station.StandardInput.WriteLineAsync(act.AsMemory(), cancel);
        await station.StandardInput.FlushAsync(cancel);
        while (true)
        {
            string line = await NextAsync(station, cancel);
            if (line.StartsWith('{') && JsonNode.Parse(line) is { } answer)
            {
                Assert.True(answer["refused"] is null, $"{act}: {line}");
                if (answer["done"] is not null)
                {
                    return answer;
                }
            }
        }
    }

    private static async Task<string> NextAsync(Process process, CancellationToken cancel) =>
        await process.StandardOutput.ReadLineAsync(cancel) ?? throw new InvalidOperationException($"it ended: {await process.StandardError.ReadToEndAsync(cancel)}");

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
