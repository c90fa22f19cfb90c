using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A whole station in a temporary folder, an examination on its configured devices, and the test at its door.</summary>
public sealed class LiveBench : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("live-");
    private readonly CancellationTokenSource stop = new();
    private readonly Pipe door = new();
    private readonly List<string> lines = [];
    private readonly SemaphoreSlim more = new(0);
    private StationHost? host;
    private Task<(ExaminationFold Fold, Guid Id)>? running;
    private int looked;
    private string head = "";
    private ConfigurationReload? reload;
    private StreamReader? acts;

    /// <summary>What a page would show; null: no page.</summary>
    public Vascular.Acquisition.Bedside.BedsideBoard? Board { get; set; }

    public string Data => Path.Combine(folder.FullName, "data");

    public string Keys => Path.Combine(folder.FullName, "keys");

    public string Folder => folder.FullName;

    /// <summary>Tape of the one examination.</summary>
    public string Tape => Assert.Single(Directory.GetDirectories(Path.Combine(Data, "tapes")));

    public async Task StartAsync(params string[] devices)
    {
        head = "\"site\": \"lab-a\", \"gateway\": \"box-1\", \"broker\": { \"embedded\": true, \"port\": " + FreePort() + " }";
        await File.WriteAllTextAsync(StationFile, Text(devices));
        StationConfiguration station = StationConfiguration.Read(StationFile);
        reload = new ConfigurationReload(StationFile, station, TimeProvider.System);
        host = await StationHost.StartAsync(station, Data, Keys, _ => { }, TimeProvider.System, stop.Token);
        acts = new StreamReader(door.Reader.AsStream());
        await NextAsync();
    }

    /// <summary>Begins the next examination of the same station.</summary>
    public async Task NextAsync()
    {
        running = LiveExamination.RunAsync(host!, "technician", acts!, Say, TimeProvider.System, stop.Token, Board, reload);
        await SaidAsync(line => line.StartsWith("examination ", StringComparison.Ordinal));
    }

    /// <summary>The record database of the station.</summary>
    public RecordDatabase Record => host!.Database;

    /// <summary>Writes other devices into the station's file and asks it to read that, as <c>SIGHUP</c> does.</summary>
    public async Task RewriteAsync(params string[] devices)
    {
        await WriteFileAsync(devices);
        reload!.Ask();
    }

    /// <summary>Writes other devices into the station's file and says nothing.</summary>
    public Task WriteFileAsync(params string[] devices) => File.WriteAllTextAsync(StationFile, Text(devices));

    /// <summary>Asks the station to read its file again, as <c>SIGHUP</c> does.</summary>
    public void AskToReload() => reload!.Ask();

    public static string Tcp(string name, string protocol, int port) =>
        $$"""{ "name": "{{name}}", "protocol": "{{protocol}}", "link": { "kind": "tcp", "host": "127.0.0.1", "port": {{port}} } }""";

    public static string Serial(string name, string protocol, string path) =>
        $$"""{ "name": "{{name}}", "protocol": "{{protocol}}", "link": { "kind": "serial", "path": "{{path}}" } }""";

    public async Task WriteAsync(string text) => await door.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), stop.Token);

    /// <summary>Does an act and returns the answer.</summary>
    public async Task<JsonObject> DoAsync(string act)
    {
        await WriteAsync(act + "\n");
        return (JsonObject)JsonNode.Parse(await SaidAsync(line => line.StartsWith("{\"done\"", StringComparison.Ordinal) || line.StartsWith("{\"refused\"", StringComparison.Ordinal)))!;
    }

    public async Task DoneAsync(string act)
    {
        JsonObject answer = await DoAsync(act);
        Assert.True(answer.ContainsKey("done"), $"{act}: {answer.ToJsonString()}");
    }

    /// <summary>The next line that fits, among those not looked at yet; lines before it are passed over.</summary>
    public async Task<string> SaidAsync(Predicate<string> fits)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            lock (lines)
            {
                while (looked < lines.Count)
                {
                    if (fits(lines[looked++]))
                    {
                        return lines[looked - 1];
                    }
                }
            }

            try
            {
                await more.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"not said within {Patience.TotalSeconds} s; said was:\n{string.Join('\n', lines)}");
            }
        }
    }

    /// <summary>Whether a line was said at any time.</summary>
    public bool WasSaid(Predicate<string> fits)
    {
        lock (lines)
        {
            return lines.Exists(fits);
        }
    }

    /// <summary>Waits until a line was said, looked at or not.</summary>
    public async Task UntilSaidAsync(Predicate<string> fits)
    {
        looked = 0;
        await SaidAsync(fits);
    }

    public async Task<ExaminationFold> EndedAsync() => (await running!.WaitAsync(Patience)).Fold;

    public TapeVerdict Verify()
    {
        using TapeKeys keys = TapeKeys.OpenOrCreate(Keys);
        return TapeVerification.Verify(Tape, keys.PublicKey);
    }

    public ReplayOutcome Replayed()
    {
        using TapeKeys keys = TapeKeys.OpenOrCreate(Keys);
        var reader = new TapeReader(Tape, keys);
        Replay? replay = null;
        foreach (TapedRecord record in reader.Read())
        {
            replay ??= new Replay(reader.Header!.Examination);
            replay.Next(record.Record);
        }

        Assert.Null(reader.Fault);
        return replay!.Finish();
    }

    /// <summary>Bytes of a link, by its number in the configuration from 1.</summary>
    public byte[] Taped(int link)
    {
        using TapeKeys keys = TapeKeys.OpenOrCreate(Keys);
        List<byte> bytes = [];
        foreach (TapedRecord record in new TapeReader(Tape, keys).Read())
        {
            if (record.Record.Type == TapeRecordType.Bytes && record.Record.Link == link)
            {
                bytes.AddRange(record.Record.Payload.Span);
            }
        }

        return [.. bytes];
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (running is not null)
        {
            await Task.WhenAny(running);
        }

        if (host is not null)
        {
            await host.DisposeAsync();
        }

        stop.Dispose();
        more.Dispose();
        folder.Delete(recursive: true);
    }

    public string StationFile => Path.Combine(folder.FullName, "station.json");

    private string Text(string[] devices) => $$"""{ {{head}}, "devices": [{{string.Join(',', devices)}}] }""";

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void Say(string line)
    {
        lock (lines)
        {
            lines.Add(line);
        }

        more.Release();
    }
}

/// <summary>A device on a socket that says what the test gives it, at a pace, for as long as it is connected.</summary>
public sealed class TalkingDevice : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly List<byte> said = [];
    private readonly SemaphoreSlim turned = new(0);
    private readonly Task talking;

    /// <param name="next">What the n-th turn says, n from 0.</param>
    public TalkingDevice(Func<int, byte[]> next, TimeSpan every)
    {
        listener.Start();
        talking = TalkAsync(next, every);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Everything said so far.</summary>
    public byte[] Said
    {
        get
        {
            lock (said)
            {
                return [.. said];
            }
        }
    }

    /// <summary>Waits until somebody has heard so many more turns of it.</summary>
    public async Task SaysAsync(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            Assert.True(await turned.WaitAsync(LiveBench.Patience), "nobody listens to the device any more");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await talking;
        listener.Dispose();
        stop.Dispose();
        turned.Dispose();
    }

    private async Task TalkAsync(Func<int, byte[]> next, TimeSpan every)
    {
        try
        {
            using TcpClient host = await listener.AcceptTcpClientAsync(stop.Token);
            using var timer = new PeriodicTimer(every, TimeProvider.System);
            for (int n = 0; await timer.WaitForNextTickAsync(stop.Token); n++)
            {
                byte[] bytes = next(n);
                lock (said)
                {
                    said.AddRange(bytes);
                }

                await host.GetStream().WriteAsync(bytes, stop.Token);
                turned.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // the test or the station went away
        }
    }
}
