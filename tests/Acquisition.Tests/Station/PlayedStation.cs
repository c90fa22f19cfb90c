using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MQTTnet;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Tests.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>One message as it was on the wire.</summary>
internal sealed record Overheard(string Topic, int Qos, bool Retain, uint Expires, string ContentType, IReadOnlyList<(string Name, string Value)> Properties, string? ResponseTopic, byte[] Correlation, string Body)
{
    public static Overheard Of(MqttApplicationMessage message) => new(
        message.Topic,
        (int)message.QualityOfServiceLevel,
        message.Retain,
        message.MessageExpiryInterval,
        message.ContentType ?? "",
        [.. (message.UserProperties ?? []).Select(p => (p.Name, Encoding.UTF8.GetString(p.ValueBuffer.Span)))],
        message.ResponseTopic,
        message.CorrelationData ?? [],
        Encoding.UTF8.GetString(message.Payload.ToArray()));

    /// <summary>As tests/outside/check-messages.mjs reads it.</summary>
    public string ToLine() => JsonSerializer.Serialize(new
    {
        topic = Topic,
        qos = Qos,
        retain = Retain,
        expires = Expires,
        contentType = ContentType,
        properties = Properties.ToDictionary(p => p.Name, p => p.Value),
        body = Body,
    });
}

/// <summary>The service as a process, playing a scenario over a broker on which every topic is overheard from before its start.</summary>
internal sealed class PlayedStation : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly EmbeddedPeer peer;
    private readonly List<TestClient> ears = [];
    private readonly List<Program> programs = [];

    private PlayedStation(EmbeddedPeer peer) => this.peer = peer;

    public int Port => peer.Port;

    public string Data => Path.Combine(peer.Keys.Root, "data");

    /// <summary>Folder with ca.crt and the certificate of each client.</summary>
    public string Keys => peer.Keys.Folder;

    public string KeysOfStation => Path.Combine(peer.Keys.Root, "keys");

    /// <summary>Folder of this run; removed at its end.</summary>
    public string Root => peer.Keys.Root;

    /// <summary>What consumers, the live page, the audit repository and the station itself may read: together, every topic.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ehr-bridge", "monitor", "audit-sink", "bedside-box-01"];

    public static async Task<PlayedStation> PrepareAsync()
    {
        PlayedStation played = new(await EmbeddedPeer.StartAsync());
        foreach (string name in Names)
        {
            TestClient ear = await TestClient.ConnectAsync(played.Port, played.peer.Keys.Client(name), name + ".ear");
            await ear.OverhearAsync("#");
            played.ears.Add(ear);
        }

        return played;
    }

    /// <summary>Publishes a result once more, byte for byte, in the station's name and without its properties, as over MQTT 3.1.1.</summary>
    public async Task RepeatAsync(Overheard result)
    {
        await using TestClient box = await TestClient.ConnectAsync(Port, peer.Keys.Client("bedside-box-01"), "bedside-box-01.again", mqtt311: true);
        await box.PublishAsync(result.Topic, Encoding.UTF8.GetBytes(result.Body));
    }

    /// <summary>The consumer that comes with the service; ready when this returns.</summary>
    public Task<Program> RecordAsync(string outFile) => RunAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "simulate.dll"), "record", "--broker", $"mqtts://localhost:{Port}", "--keys", peer.Keys.Folder, "--out", outFile, "--count", "1"],
        "listening");

    /// <summary>Starts the station; it has played the scenario, and the consumer has it, when this returns.</summary>
    /// <param name="scenario">A name, or a file.</param>
    public Task<Program> ServeAsync(string scenario) => ServeAsync([], ["--scenario", scenario, "--speed", "1000000"], "serving;");

    /// <summary>Starts the station on devices of its own; the examination has begun when this returns.</summary>
    public Task<Program> ServeLiveAsync(params object[] devices) => ServeAsync(devices, [], "examination ");

    private Task<Program> ServeAsync(object[] devices, string[] more, string ready)
    {
        StationCertificate box = peer.Keys.Client("bedside-box-01");
        string config = Path.Combine(Root, "station.json");
        File.WriteAllText(config, JsonSerializer.Serialize(new
        {
            site = "lab-a",
            gateway = "bedside-box-01",
            consumers = new[] { "ehr-bridge" },
            broker = new { embedded = false, host = "localhost", port = Port, ca_file = box.AuthorityFile, cert_file = box.CertificateFile, key_file = box.KeyFile },
            page = new { port = LiveBench.FreePort() },
            devices,
        }));
        return RunAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "acquisition.dll"), "serve", "--config", config, "--data", Data, "--keys", KeysOfStation, .. more],
            ready);
    }

    /// <summary>Starts a program and waits for the line that says it is ready.</summary>
    public async Task<Program> RunAsync(string file, IReadOnlyList<string> arguments, string ready, string? folder = null)
    {
        Program program = new(file, arguments, folder ?? Root);
        programs.Add(program);
        await program.ReadyAsync(ready).WaitAsync(Patience);
        return program;
    }

    /// <summary>Asks the station over the broker, as a consumer that wants its answer on <c>reply/ehr-bridge</c>.</summary>
    public async Task AskAsync(string verb, string body, byte[] correlation)
    {
        await using TestClient consumer = await TestClient.ConnectAsync(Port, peer.Keys.Client("ehr-bridge"), "ehr-bridge.asks");
        await consumer.RequestAsync($"vascular/v1/lab-a/bedside-box-01/cmd/{verb}", "vascular/v1/lab-a/bedside-box-01/reply/ehr-bridge", correlation, body);
    }

    /// <summary>What one of <see cref="Names"/> overhears next.</summary>
    public async Task<Overheard> NextAsync(string name) => Overheard.Of(await ears[Names.ToList().IndexOf(name)].NextAsync());

    /// <summary>What one of <see cref="Names"/> overhears, up to and with the first message that is meant.</summary>
    public async Task<List<Overheard>> UntilAsync(string name, Func<Overheard, bool> last)
    {
        List<Overheard> all = [];
        do
        {
            all.Add(await NextAsync(name));
        }
        while (!last(all[^1]));
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Program program in programs)
        {
            await program.DisposeAsync();
        }

        foreach (TestClient ear in ears)
        {
            await ear.DisposeAsync();
        }

        await peer.DisposeAsync();
    }

    /// <summary>A process whose every line is kept; ends with its <see cref="PlayedStation"/>.</summary>
    internal sealed class Program : IAsyncDisposable
    {
        private readonly Process process;
        private readonly ConcurrentQueue<string> said = new();
        private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly System.Threading.Channels.Channel<string> unread = System.Threading.Channels.Channel.CreateUnbounded<string>();
        private string awaited = "";

        public Program(string file, IReadOnlyList<string> arguments, string folder)
        {
            process = new Process { StartInfo = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder } };
            process.OutputDataReceived += (_, line) => Keep(line.Data, output: true);
            process.ErrorDataReceived += (_, line) => Keep(line.Data, output: false);
        }

        /// <summary>Everything it said so far, on both streams.</summary>
        public string Said => string.Join('\n', said);

        public Task ReadyAsync(string prefix)
        {
            awaited = prefix;
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return ready.Task;
        }

        /// <summary>The next line that fits, among those not looked at yet; lines before it are passed over.</summary>
        public async Task<string> SaidAsync(Predicate<string> fits)
        {
            using CancellationTokenSource deadline = new(Patience);
            string line;
            do
            {
                line = await unread.Reader.ReadAsync(deadline.Token);
            }
            while (!fits(line));
            return line;
        }

        /// <summary>Does an act at its standard input, again when its line was down just then; the answer.</summary>
        public async Task<string> DoneAsync(object act)
        {
            while (true)
            {
                await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(act));
                await process.StandardInput.FlushAsync();
                string answer = await SaidAsync(l => l.StartsWith("{\"done\"", StringComparison.Ordinal) || l.StartsWith("{\"refused\"", StringComparison.Ordinal));
                if (!answer.Contains("is not connected", StringComparison.Ordinal))
                {
                    return answer.StartsWith("{\"done\"", StringComparison.Ordinal) ? answer : throw new InvalidOperationException($"{act}: {answer}");
                }

                await SaidAsync(l => l.Contains("\"event\":\"connected\"", StringComparison.Ordinal));
            }
        }

        /// <summary>Asks it to stop, as a service manager does.</summary>
        public async Task<int> StopAsync()
        {
            using Process kill = Process.Start("/bin/kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync().WaitAsync(Patience);
            return await EndAsync();
        }

        /// <summary>Its exit code, when it has ended and every line is read.</summary>
        public async Task<int> EndAsync()
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
            return process.ExitCode;
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync().WaitAsync(Patience);
            }

            process.Dispose();
        }

        private void Keep(string? line, bool output)
        {
            if (line is not null)
            {
                said.Enqueue(line);
                unread.Writer.TryWrite(line);
            }

            if (output && line is null)
            {
                ready.TrySetException(new InvalidOperationException($"it ended before it was ready:\n{Said}"));
            }
            else if (line?.StartsWith(awaited, StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        }
    }
}
