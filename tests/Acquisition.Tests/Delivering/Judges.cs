using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Tests.Publishing.Mqtt;
using Vascular.Acquisition.Tests.Simulators;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>A consumer in a process of its own, killed and started as the test wants. What it says is kept across its lives.</summary>
public abstract class Judge : IAsyncDisposable
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> said = new();
    private readonly SemaphoreSlim more = new(0);
    private readonly Lock gate = new();
    private Process? process;
    private bool wanted;

    /// <summary>Every line of every life.</summary>
    public IReadOnlyCollection<string> Said => said;

    /// <summary>Starts it; it may still be connecting when this returns.</summary>
    public void Start()
    {
        lock (gate)
        {
            wanted = true;
            Begin();
        }
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        Process? last;
        lock (gate)
        {
            wanted = false;
            last = process;
        }

        if (last is { } living)
        {
            living.Kill();
            await living.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    /// <summary>Waits for the first line like this behind a mark.</summary>
    /// <returns>How many lines there were then.</returns>
    public async Task<int> HearAsync(string beginning, int since = 0)
    {
        using CancellationTokenSource limit = new(Patience);
        while (!said.Skip(since).Any(line => line.StartsWith(beginning, StringComparison.Ordinal)))
        {
            try
            {
                await more.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"'{beginning}' was not said in:\n{string.Join('\n', said.Skip(since))}");
            }
        }

        return said.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
        more.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract ProcessStartInfo Command();

    private void Begin()
    {
        ProcessStartInfo command = Command();
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        Process begun = new() { StartInfo = command, EnableRaisingEvents = true };
        begun.OutputDataReceived += (_, line) => Keep(line.Data);
        begun.ErrorDataReceived += (_, line) => Keep(line.Data);

        // a life ends by the test, by a fault switch, or because the broker is away: then the next begins
        begun.Exited += (_, _) =>
        {
            Keep($"ended {begun.ExitCode}");
            lock (gate)
            {
                if (wanted)
                {
                    Begin();
                }
            }
        };
        begun.Start();
        process = begun;
        begun.BeginOutputReadLine();
        begun.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            said.Enqueue(line);
            more.Release();
        }
    }
}

/// <summary><c>simulate record</c>: the consumer <c>ehr-bridge</c> with its file of results.</summary>
public sealed class RecorderJudge(MqttPeer peer) : Judge
{
    /// <summary>Further arguments of the next life, for instance a fault.</summary>
    public IReadOnlyList<string> More { get; set; } = [];

    public string File { get; } = Path.Combine(peer.Keys.Root, "ehr-bridge.jsonl");

    /// <summary>The bundles it holds, by message id; the same id twice is a failure.</summary>
    public IReadOnlyDictionary<string, JsonNode> Held()
    {
        if (!System.IO.File.Exists(File))
        {
            return new Dictionary<string, JsonNode>();
        }

        using StreamReader shared = new(new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string[] lines = shared.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(line => JsonNode.Parse(line)!).ToDictionary(line => (string)line["id"]!, line => line["bundle"]!);
    }

    protected override ProcessStartInfo Command()
    {
        peer.Keys.Client("ehr-bridge");
        return new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "simulate.dll"), "record", "--broker", $"mqtts://localhost:{peer.Port}", "--keys", peer.Keys.Folder, "--out", File, .. More]);
    }
}

/// <summary>tests/outside/consume-results.mjs as the consumer <c>archive</c>: it forgets everything between its lives, which end after 20 seconds at the latest.</summary>
public sealed class OutsideJudge(MqttPeer peer) : Judge
{
    /// <summary>Message ids it took, with its verdict on none of them bad.</summary>
    public IReadOnlySet<string> Taken()
    {
        Assert.DoesNotContain(Said, line => line.StartsWith("BAD", StringComparison.Ordinal));

        // result TOPIC TYPE ID qos …
        return Said.Where(line => line.StartsWith("result ", StringComparison.Ordinal)).Select(line => line.Split(' ')[3]).ToHashSet();
    }

    protected override ProcessStartInfo Command()
    {
        Vascular.Acquisition.Access.StationCertificate archive = peer.Keys.Client("archive");
        return new ProcessStartInfo(
            "/usr/bin/node",
            [
                OutsideConsumerFactAttribute.Script!, $"mqtts://localhost:{peer.Port}", "1000000",
                "--ca", archive.AuthorityFile, "--cert", archive.CertificateFile, "--key", archive.KeyFile, "--client", "archive",
            ])
        { WorkingDirectory = Path.GetDirectoryName(OutsideConsumerFactAttribute.Script) };
    }
}

/// <summary>Both required consumers, and what they must hold in the end.</summary>
public sealed class Jury(MqttPeer peer) : IAsyncDisposable
{
    public RecorderJudge Recorder { get; } = new(peer);

    public OutsideJudge Outside { get; } = new(peer);

    public void Start()
    {
        Recorder.Start();
        Outside.Start();
    }

    public async Task KillAsync()
    {
        await Recorder.KillAsync();
        await Outside.KillAsync();
    }

    /// <summary>Waits until nothing is owed; then everything is at both, once, byte for byte what was committed, and the table says so.</summary>
    public async Task AssertDeliveredAsync(SendingStation station)
    {
        await station.SettleAsync();
        Assert.Equal("delivered to archive, ehr-bridge", await station.TableAsync());
        AssertHeld(station.Results);
    }

    /// <summary>What was committed is at both, once.</summary>
    public void AssertHeld(IReadOnlyCollection<OwedResult> results)
    {
        IReadOnlyDictionary<string, JsonNode> held = Recorder.Held();
        IReadOnlySet<string> taken = Outside.Taken();
        Assert.All(results, result =>
        {
            Assert.True(JsonNode.DeepEquals(result.Bundle, held[result.Id.ToString()]), $"version {result.Version} is not as committed");
            Assert.Contains(result.Id.ToString(), taken);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Recorder.DisposeAsync();
        await Outside.DisposeAsync();
    }
}

/// <summary>A test with a broker of Debian and the outside consumer.</summary>
public sealed class JuryFactAttribute : FactAttribute
{
    public JuryFactAttribute() => Skip = MosquittoPeer.Program is null ? "mosquitto is not installed (apt-get install mosquitto)" : new OutsideConsumerFactAttribute().Skip;
}
