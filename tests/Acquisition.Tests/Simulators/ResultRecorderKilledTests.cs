using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Simulators;

/// <summary><c>simulate record</c> as a process of its own.</summary>
public sealed class ResultRecorderKilledTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killed_between_any_two_results_it_loses_none_and_stores_none_twice()
    {
        const int Results = 60;
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        string file = Path.Combine(peer.Keys.Root, "results.jsonl");
        Process recorder = await StartAsync(peer, file);
        try
        {
            for (int number = 1; number <= Results; number++)
            {
                Assert.Equal(Receipt.Stored, await outlet.PublishAsync(Result(number), CancellationToken.None));
            }

            HashSet<string> settled = [];
            using CancellationTokenSource deadline = new(Deadline);
            await foreach (Letter letter in outlet.ReceiveAsync(deadline.Token))
            {
                using JsonDocument body = JsonDocument.Parse(letter.Body);
                if (settled.Add(body.RootElement.GetProperty("id").GetString()!) && settled.Count is 7 or 20 or 41)
                {
                    recorder.Kill();
                    await recorder.WaitForExitAsync(deadline.Token);
                    recorder.Dispose();
                    recorder = await StartAsync(peer, file);
                }

                if (settled.Count == Results)
                {
                    break;
                }
            }
        }
        finally
        {
            recorder.Kill();
            await recorder.WaitForExitAsync().WaitAsync(Deadline);
            recorder.Dispose();
        }

        string[] stored = [.. File.ReadAllLines(file).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("id").GetString()!)];
        Assert.Equal(Enumerable.Range(1, Results).Select(Id), stored.Order());
    }

    private static async Task<Process> StartAsync(EmbeddedPeer peer, string file)
    {
        StationCertificate bridge = peer.Keys.Client("ehr-bridge");
        Process process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "simulate.dll"), "record", "--broker", $"mqtts://localhost:{peer.Port}", "--keys", peer.Keys.Folder, "--out", file])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.True(File.Exists(bridge.KeyFile));
        TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null or "" || line.Data.StartsWith("listening", StringComparison.Ordinal))
            {
                listening.TrySetResult();
            }
        };
        process.BeginOutputReadLine();
        await listening.Task.WaitAsync(Deadline);
        return process;
    }

    private static string Id(int number) => $"00000000-0000-4000-8000-{number:D12}";

    private static Letter Result(int number) => new(
        "vascular/v1/lab-a/bedside-box-01/result/session",
        Encoding.UTF8.GetBytes("""{"resourceType":"Bundle","type":"message","entry":[]}"""),
        "application/fhir+json",
        [("specversion", "1.0"), ("id", Id(number)), ("source", "//lab-a/bedside-box-01"), ("type", "vascular.result.session.v1"), ("time", "2017-09-30T15:00:00Z")],
        Expires: null,
        Retain: false,
        Qos: 1);
}
