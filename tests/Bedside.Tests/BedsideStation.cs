using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Vascular.Acquisition.Records;

namespace Vascular.Bedside.Tests;

/// <summary>The service as a process of its own with a consumer beside it, and the address of its page.</summary>
internal sealed class BedsideStation : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bedside-");
    private readonly List<Process> _programs = [];
    private readonly ConcurrentQueue<string> _said = new();
    private string[] _record = [];
    private Process? _consumer;

    private BedsideStation()
    {
    }

    public Uri Page { get; private set; } = null!;

    public string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Everything the station said so far.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>What the station has used of the processor so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _programs[0].Refresh();
            return _programs[0].TotalProcessorTime;
        }
    }

    /// <summary>Plays the pressures of the seed examination at a speed.</summary>
    /// <param name="scenario">Another one.</param>
    public static Task<BedsideStation> PlayAsync(double speed, string scenario = "seed-2017-09-pressures") =>
        StartAsync([], ["--scenario", scenario, "--speed", speed.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Serves devices of its own.</summary>
    public static Task<BedsideStation> ServeAsync(params object[] devices) => StartAsync(devices, []);

    /// <summary>Serves no device, and an archive of its own.</summary>
    /// <param name="archive">The section of the station file.</param>
    public static Task<BedsideStation> ServeArchiveAsync(object archive) => StartAsync([], ["--no-input"], archive);

    /// <summary>Serves devices of its own, with acts from the page alone.</summary>
    public static Task<BedsideStation> ServeWithoutInputAsync(params object[] devices) => StartAsync(devices, ["--no-input"]);

    /// <summary>Serves devices of its own beside an archive, with acts from the page alone.</summary>
    public static Task<BedsideStation> ServeWithArchiveAsync(object archive, params object[] devices) => StartAsync(devices, ["--no-input"], archive);

    public async ValueTask DisposeAsync()
    {
        foreach (Process program in _programs)
        {
            if (!program.HasExited)
            {
                program.Kill();
                await program.WaitForExitAsync().WaitAsync(Patience);
            }

            program.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>Plays a device on a port of its own until it is unplugged.</summary>
    public Process Plug(string device, int port, string site)
    {
        _ = Run("simulate.dll", "\0", ["device", device, "--tcp", port.ToString(CultureInfo.InvariantCulture), "--site", site], out _);
        return _programs[^1];
    }

    /// <summary>The record's system goes, and comes back.</summary>
    public Task EndConsumerAsync() => EndAsync(_consumer!);

    public void StartConsumer()
    {
        _ = Run("simulate.dll", "\0", _record, out _);
        _consumer = _programs[^1];
    }

    public static async Task EndAsync(Process program)
    {
        ArgumentNullException.ThrowIfNull(program);
        program.Kill();
        await program.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Ends the station as a power cut would.</summary>
    public async Task KillAsync()
    {
        _programs[0].Kill();
        await _programs[0].WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>What the record's database holds of the one examination.</summary>
    public async Task<IReadOnlyList<RecordedFinding>> RecordedAsync()
    {
        Guid examination = Guid.Parse(Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(Data, "tapes")))));
        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(Data, "record.db"), CancellationToken.None);
        return await new ExaminationRecord(database).AcceptedFindingsAsync(examination, CancellationToken.None);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<BedsideStation> StartAsync(object[] devices, string[] more, object? archive = null)
    {
        var station = new BedsideStation();
        string config = Path.Combine(station._folder.FullName, "station.json");
        Dictionary<string, object> written = new()
        {
            ["site"] = "lab-a",
            ["gateway"] = "bedside-box-01",
            ["consumers"] = new[] { "ehr-bridge" },
            ["broker"] = new { port = FreePort() },
            ["page"] = new { port = FreePort(), patient_system = "urn:oid:2.999.1.1" },
            ["devices"] = devices,
        };
        if (archive is not null)
        {
            written["archive"] = archive;
        }

        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(written));
        string keys = Path.Combine(station._folder.FullName, "keys");
        Task<string> broker = station.Run("acquisition.dll", "listening on mqtts://", ["serve", "--config", config, "--data", station.Data, "--keys", keys, .. more], out Task<string> page);
        Uri address = new((await broker.WaitAsync(Patience)).Split(' ')[2]);
        station.Page = new Uri((await page.WaitAsync(Patience)).Split(' ')[2]);
        station._record = ["record", "--broker", address.ToString().TrimEnd('/'), "--keys", keys, "--client", "ehr-bridge", "--out", Path.Combine(station._folder.FullName, "record.jsonl")];
        station.StartConsumer();
        return station;
    }

    private Task<string> Run(string program, string ready, string[] arguments, out Task<string> second)
    {
        var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var page = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        second = page.Task;
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder.FullName,
            },
        };
        process.OutputDataReceived += (_, e) => Hear(e.Data);
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _programs.Add(process);
        return first.Task;

        void Hear(string? line)
        {
            if (line is null)
            {
                return;
            }

            _said.Enqueue(line);
            if (line.StartsWith(ready, StringComparison.Ordinal))
            {
                first.TrySetResult(line);
            }
            else if (line.StartsWith("listening on http://", StringComparison.Ordinal))
            {
                page.TrySetResult(line);
            }
            else if (line.StartsWith("error:", StringComparison.Ordinal))
            {
                first.TrySetException(new InvalidOperationException(line));
                page.TrySetException(new InvalidOperationException(line));
            }
        }
    }
}
