using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Tests.Station;

namespace Vascular.Acquisition.Tests.Cli;

/// <summary><c>acquisition serve</c> as a process of its own: what it says and how it ends when something is wrong.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("serve-");

    private string Keys => Path.Combine(folder.FullName, "keys");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("""{ "site": "lab-a", "gateway": "box-1", "devices": [{ "name": "a", "protocol": "morse", "link": { "kind": "tcp", "host": "h", "port": 1 } }] }""", "devices[0].protocol")]
    [InlineData("""{ "site": "lab-a", "gateway": "box-1", "devices": [{ "name": "a", "protocol": "par", "link": { "kind": "tcp", "host": "h", "port": 1 } }, { "name": "a", "protocol": "par", "link": { "kind": "tcp", "host": "h", "port": 2 } }] }""", "device name \"a\" is used twice")]
    [InlineData("""{ "site": "lab-a" """, "configuration is not valid JSON")]
    public async Task A_wrong_configuration_stops_the_start_with_its_place(string station, string said)
    {
        Ended ended = await ServeAsync(Config(station), Path.Combine(folder.FullName, "data"), null);
        Assert.Equal(1, ended.Exit);
        Assert.Contains(said, OneError(ended), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_others_may_read_stop_the_start_with_the_mend()
    {
        Directory.CreateDirectory(Keys, Owner | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(Keys, Owner | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Ended ended = await ServeAsync(Config(Station(LiveBench.FreePort())), Path.Combine(folder.FullName, "data"), null);
        Assert.Equal(1, ended.Exit);
        Assert.Contains($"chmod 700 {Keys}", OneError(ended), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_port_in_use_is_named_and_the_next_free_one_is_taken_and_a_second_station_on_the_folder_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        string data = Path.Combine(folder.FullName, "data");
        string config = Config(Station(port));
        using Process first = Start(config, data);
        string line = (await first.StandardOutput.ReadLineAsync().WaitAsync(LiveBench.Patience))!;
        Assert.StartsWith("listening on mqtts://localhost:", line, StringComparison.Ordinal);
        Assert.NotEqual($"listening on mqtts://localhost:{port}", line);

        Ended second = await ServeAsync(config, data, null);
        Assert.Equal(1, second.Exit);
        Assert.Contains($"data folder is in use by process {first.Id}, {data}, ", OneError(second), StringComparison.Ordinal);

        first.StandardInput.Close();
        Ended ended = await EndAsync(first);
        Assert.Equal(0, ended.Exit);
        Assert.Equal($"port {port} is in use: the broker listens on {new Uri(line.Split(' ')[2]).Port}", ended.Errors.Trim());
        Assert.Contains("was not ended; the next start of this station goes on with it", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_is_an_error_in_words()
    {
        string data = Path.Combine(folder.FullName, "data");
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "record.db"), new string('x', 8192));
        Ended ended = await ServeAsync(Config(Station(LiveBench.FreePort())), data, null);
        Assert.Equal(1, ended.Exit);
        Assert.Contains("the record database cannot be used", OneError(ended), StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public async Task A_full_disk_stops_the_examination_with_exit_1_and_what_was_synced_verifies_and_goes_on()
    {
        using var disk = new SmallDisk(folder.FullName);
        await using var device = new TalkingDevice(_ => new byte[512], TimeSpan.FromMilliseconds(20));
        string config = Config(Station(LiveBench.FreePort(), LiveBench.Tcp("ppg-1", "nonin7", device.Port)).Replace("\"devices\":", "\"storage\": { \"floor_hours\": 0 }, \"devices\":", StringComparison.Ordinal));
        string data = Path.Combine(disk.Path, "data");
        Ended full = await ServeAsync(config, data, """{"kind":"patient","system":"urn:oid:2.999.1.1","value":"TEST-1"}""");
        Assert.Equal(1, full.Exit);
        Assert.Contains("No space left on device", OneError(full), StringComparison.Ordinal);
        Assert.Contains("make room on the disk and start the station again", full.Errors, StringComparison.Ordinal);
        Assert.Contains("\"done\":1", full.Output, StringComparison.Ordinal);
        string tape = Assert.Single(Directory.GetDirectories(Path.Combine(data, "tapes")));
        using TapeKeys keys = TapeKeys.OpenOrCreate(Keys);
        TapeVerdict verdict = TapeVerification.Verify(tape, keys.PublicKey);
        Assert.True(verdict.Records > 10);

        disk.Grow();
        Ended ended = await ServeAsync(config, data, null);
        Assert.Equal((0, string.Empty), (ended.Exit, ended.Errors));
        Assert.Contains("taken up again", ended.Output, StringComparison.Ordinal);
        Assert.Empty(TapeVerification.Verify(tape, keys.PublicKey).Faults);
        var reader = new TapeReader(tape, keys);
        Assert.Contains(reader.Read(), r => r.Record.Type == TapeRecordType.Act);
        Assert.Null(reader.Fault);
    }

    /// <summary>One line that is what, where, what to do; never a stack.</summary>
    private static string OneError(Ended ended)
    {
        string error = Assert.Single(ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.True(error.Count(c => c == ',') >= 2, error);
        return error;
    }

    private static string Station(int port, params string[] devices) =>
        $$"""{ "site": "lab-a", "gateway": "box-1", "broker": { "embedded": true, "port": {{port}} }, "page": { "port": {{LiveBench.FreePort()}} }, "devices": [{{string.Join(',', devices)}}] }""";

    private string Config(string station)
    {
        string file = Path.Combine(folder.FullName, "station.json");
        File.WriteAllText(file, station);
        return file;
    }

    private async Task<Ended> ServeAsync(string config, string data, string? act)
    {
        using Process process = Start(config, data);
        if (act is null)
        {
            process.StandardInput.Close();
        }
        else
        {
            await process.StandardInput.WriteLineAsync(act);
            await process.StandardInput.FlushAsync();
        }

        return await EndAsync(process);
    }

    private Process Start(string config, string data) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "acquisition.dll"), "serve", "--config", config, "--data", data, "--keys", Keys])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<Ended> EndAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(LiveBench.Patience + LiveBench.Patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"serve did not end; it said {await output} {await errors}");
        }

        return new Ended(process.ExitCode, await output, await errors);
    }

    private sealed record Ended(int Exit, string Output, string Errors);
}

/// <summary>A test that fills a real file system. Skipped, with the reason, where this user may not mount one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mount-");
        try
        {
            using var disk = new SmallDisk(folder.FullName);
        }
        catch (IOException refused)
        {
            Skip = $"no small file system can be mounted here (needs root): {refused.Message}";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>A file system of 700 KiB in memory.</summary>
public sealed partial class SmallDisk : IDisposable
{
    private const ulong Remount = 32;

    /// <exception cref="IOException">This user may not mount.</exception>
    public SmallDisk(string folder)
    {
        Path = System.IO.Path.Combine(folder, "disk");
        Directory.CreateDirectory(Path);
        Check(Mount("tmpfs", Path, "tmpfs", 0, "size=700k"));
    }

    public string Path { get; }

    public void Grow() => Check(Mount("tmpfs", Path, "tmpfs", Remount, "size=16m"));

    public void Dispose() => Check(Unmount(Path, 2));

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
