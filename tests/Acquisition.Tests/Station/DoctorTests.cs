using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Machines and set-ups on which something is missing or wrong: each is said once, with what mends it, and nothing else is.</summary>
public sealed class DoctorTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string root = Directory.CreateTempSubdirectory("doctor-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private Machine Well => new()
    {
        Time = time,
        Variable = name => name == "LANG" ? "C.UTF-8" : null,
        Terminals = Path.Combine(root, "tty"),
        BatteryClocks = Path.Combine(root, "rtc"),
        IsClockSynchronised = () => true,
        MayUse = _ => true,
        FreeBytes = _ => 1L << 40,
        IsPortFree = _ => true,
        MissingForAngiography = () => null,
    };

    private string Data => Path.Combine(root, "data");

    private string Keys => Path.Combine(root, "keys");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_machine_on_which_nothing_is_wrong_says_nothing() => Assert.Empty(await LookAsync(Well));

    [Fact]
    public async Task It_changes_nothing()
    {
        await LookAsync(Well);
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
    }

    [Fact]
    public async Task A_wrong_station_file_is_said_as_the_start_says_it()
    {
        await SaysAsync(Well, "configuration: ", "\"devices\": 7");
        Complaint missing = Assert.Single(await new Doctor(Well, Path.Combine(root, "none.json"), Data, Keys).LookAsync(default));
        Assert.Equal(("configuration", "no such configuration"), (missing.Subject, missing.What));
    }

    [Fact]
    public async Task Keys_that_others_may_read_and_keys_that_are_gone()
    {
        Directory.CreateDirectory(Keys, Private | UnixFileMode.UserExecute);
        string key = Path.Combine(Keys, "tape-signing.pem");
        await File.WriteAllTextAsync(key, "");
        File.SetUnixFileMode(key, Private | UnixFileMode.GroupRead);
        await SaysAsync(Well, $"keys: others may read private keys, {key}, run chmod 600 {key}");
        File.SetUnixFileMode(key, Private);
        Assert.Empty(await LookAsync(Well));

        // recordings without the keys they were written with
        Directory.CreateDirectory(Path.Combine(Data, "tapes", "015e84df-99c0-7511-a326-dd0aaa272e11"));
        await SaysAsync(Well, $"keys: a key of the recordings is missing, {Path.Combine(Keys, "tape-wrapping.key")}, put back the copy");
        Directory.Delete(Keys, recursive: true);
        await SaysAsync(Well, $"keys: the recordings' keys are missing, {Keys}, put back the copy");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written()
    {
        await SaysAsync(Well with { MayUse = path => path != Data && path != root }, $"data: the folder cannot be written, {root}, ", also: "keys: ");
        await File.WriteAllTextAsync(Data, "");
        await SaysAsync(Well, $"data: a file is where the folder should be, {Data}, move it away");
    }

    [Theory]
    [InlineData(1L << 20, "and no examination begins below 2 h")]
    [InlineData(100L << 20, "the disk has room for ")]
    public async Task Room_is_said_in_hours(long free, string words)
    {
        Complaint one = await SaysAsync(Well with { FreeBytes = _ => free }, "room: ", $"\"devices\": [{LiveBench.Tcp("ppg-1", "nonin7", 1)}]");
        Assert.Contains(words, one.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5080, "page.port", "")]
    [InlineData(18883, "broker.port", "")]
    [InlineData(2575, "devices[0].link.port", "\"devices\": [{ \"name\": \"g\", \"protocol\": \"pcd01-mllp\", \"link\": { \"kind\": \"mllp\", \"peers\": [\"127.0.0.1\"] } }]")]
    [InlineData(17100, "devices[0].link.relay.port", "\"devices\": [{ \"name\": \"g\", \"protocol\": \"nonin7\", \"link\": { \"kind\": \"tcp\", \"host\": \"192.0.2.1\", \"port\": 1, \"relay\": { \"port\": 17100 } } }]")]
    public async Task A_port_that_another_program_has(int port, string where, string file) =>
        await SaysAsync(Well with { IsPortFree = one => one != port }, $"port: TCP port {port} is in use by another program, {where}, end that program ('ss -ltnp sport = :{port}' names it)", file);

    [Fact]
    public void A_port_is_tried_on_this_machine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        Assert.False(new Machine().IsPortFree(((IPEndPoint)taken.LocalEndpoint).Port));
        Assert.True(new Machine().IsPortFree(LiveBench.FreePort()));
    }

    [Fact]
    public async Task The_ports_of_a_station_that_runs_are_its_own()
    {
        using DataFolder running = DataFolder.Open(Data);
        Assert.Empty(await LookAsync(Well with { IsPortFree = _ => false }));
    }

    [Fact]
    public async Task A_serial_device_that_is_not_there_not_permitted_or_holds_bytes_back()
    {
        string port = Path.Combine(root, "ttyUSB0");
        string file = $"\"devices\": [{LiveBench.Serial("ppg-1", "nonin7", port)}]";
        await SaysAsync(Well, $"device: ppg-1 is not plugged in: no such port, {port}, plug it in", file);

        await File.WriteAllTextAsync(port, "");
        await SaysAsync(Well with { MayUse = path => path != port }, $"device: ppg-1: this user may not use its port, {port}, add the user to the group", file);

        string timer = Path.Combine(root, "tty", "ttyUSB0", "device", "latency_timer");
        Directory.CreateDirectory(Path.GetDirectoryName(timer)!);
        await File.WriteAllTextAsync(timer, "16\n");
        await SaysAsync(Well, $"device: ppg-1: the USB adapter holds bytes back for up to 16 ms, {port}, write 1 to {timer}", file);
        await File.WriteAllTextAsync(timer, "1\n");
        Assert.Empty(await LookAsync(Well, file));
    }

    [Fact]
    public async Task A_bus_that_is_not_switched_on() => await SaysAsync(
        Well,
        "device: press-1: no such bus, /dev/i2c-250, switch the bus on",
        "\"devices\": [{ \"name\": \"press-1\", \"protocol\": \"mprls0025pa\", \"link\": { \"kind\": \"i2c\", \"bus\": 250, \"address\": \"0x18\" } }]");

    [Fact]
    public async Task A_simulated_device_needs_nothing() =>
        Assert.Empty(await LookAsync(Well, "\"devices\": [{ \"name\": \"ppg-1\", \"protocol\": \"nonin7\", \"simulate\": true, \"link\": { \"kind\": \"serial\", \"path\": \"/dev/ttyNone\" } }]"));

    [Fact]
    public async Task A_clock_that_nobody_keeps()
    {
        Machine adrift = Well with { IsClockSynchronised = () => false };
        Complaint none = await SaysAsync(adrift, "clock: ");
        Assert.Contains("no battery clock", none.What, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(root, "rtc", "rtc0"));
        Complaint battery = await SaysAsync(adrift, "clock: no time server keeps the clock, on this machine, ");
        Assert.DoesNotContain("battery", battery.What, StringComparison.Ordinal);
        Assert.Empty(await LookAsync(Well with { IsClockSynchronised = () => null }));
    }

    [Fact]
    public async Task A_locale_that_is_not_UTF_8()
    {
        await SaysAsync(Well with { Variable = _ => null }, "locale: no locale is set, LANG, set LANG=C.UTF-8");
        await SaysAsync(Well with { Variable = name => name == "LC_ALL" ? "POSIX" : "C.UTF-8" }, "locale: POSIX is not UTF-8, LC_ALL, ");
        Assert.Empty(await LookAsync(Well with { Variable = name => name == "LC_CTYPE" ? "de_DE.utf8" : null }));
    }

    [Fact]
    public async Task An_archive_is_asked_for_only_where_angiograms_are_read()
    {
        Machine without = Well with { MissingForAngiography = () => "Orthanc is not installed" };
        Assert.Empty(await LookAsync(without));
        var doctor = new Doctor(without, null, Data, Keys) { WithAngiography = true };
        Assert.StartsWith("angiography: Orthanc is not installed, on this machine, install the packages orthanc,", Assert.Single(await doctor.LookAsync(default)).Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sites_broker_that_does_not_answer_and_files_that_are_not_there()
    {
        IReadOnlyList<Complaint> found = await LookAsync(Well, """
            "broker": { "embedded": false, "host": "localhost", "port": 1, "ca_file": "ca.pem", "cert_file": "box.pem", "key_file": "box.key" }
            """);
        Assert.Equal(
            [$"a certificate is missing {root}/ca.pem", $"a certificate is missing {root}/box.pem", $"a private key or password is missing {root}/box.key"],
            found.Select(one => $"{one.What} {one.Where}"));
        using StationAuthority authority = StationAuthority.Open(Keys, time);
        authority.EnsureClient("box-1");
        string file = Site(LiveBench.FreePort());
        await SaysAsync(Well, "broker: the broker does not answer, mqtts://localhost:", file);
    }

    [Fact]
    public async Task A_sites_broker_that_answers_is_looked_at_its_certificates_end_among_it()
    {
        using StationAuthority authority = StationAuthority.Open(Keys, time);
        authority.EnsureClient("box-1");
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = LiveBench.FreePort(), Certificate = authority.EnsureBroker(), Consumers = [] }, time);
        string file = Site(broker.Address.Port);
        Assert.Empty(await LookAsync(Well, file));

        // 720 of 730 days later
        time.Advance(TimeSpan.FromDays(720));
        IReadOnlyList<Complaint> late = await LookAsync(Well, file);
        Assert.Equal([Path.Combine(Keys, "box-1.crt"), $"mqtts://localhost:{broker.Address.Port}"], late.Select(one => one.Where));
        Assert.All(late, one => Assert.Equal("a certificate ends on 2028-02-29", one.What));

        // another authority than the broker's
        string others = Path.Combine(root, "others");
        using StationAuthority other = StationAuthority.Open(others, time);
        IReadOnlyList<Complaint> stranger = await LookAsync(Well, file.Replace(Path.Combine(Keys, "ca.crt"), Path.Combine(others, "ca.crt"), StringComparison.Ordinal));
        Assert.Contains(stranger, one => one.What.StartsWith("the broker is not believed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_command_prints_a_line_or_a_document_and_its_exit_tells(bool json)
    {
        var output = new StringWriter(new StringBuilder());
        string[] args = ["--config", Path.Combine(root, "none.json"), "--data", Data, "--keys", Keys, .. json ? ["--json"] : Array.Empty<string>()];
        int exit = await DoctorCommand.Build().Parse(args).InvokeAsync(new System.CommandLine.InvocationConfiguration { Output = output });
        Assert.Equal(CommandLine.Failed, exit);
        if (json)
        {
            JsonElement one = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("complaints")[0];
            Assert.Equal(("configuration", "no such configuration"), (one.GetProperty("subject").GetString(), one.GetProperty("what").GetString()));
            Assert.Equal(["subject", "what", "where", "mend"], one.EnumerateObject().Select(member => member.Name));
        }
        else
        {
            Assert.StartsWith($"configuration: no such configuration, {Path.Combine(root, "none.json")}, correct --config", output.ToString(), StringComparison.Ordinal);
        }
    }

    private string Site(int port) => $$"""
        "broker": { "embedded": false, "host": "localhost", "port": {{port}}, "ca_file": "{{Path.Combine(Keys, "ca.crt")}}", "cert_file": "{{Path.Combine(Keys, "box-1.crt")}}", "key_file": "{{Path.Combine(Keys, "box-1.key")}}" }
        """;

    private async Task<IReadOnlyList<Complaint>> LookAsync(Machine machine, string more = "")
    {
        string file = Path.Combine(root, "station.json");
        await File.WriteAllTextAsync(file, $$"""{ "site": "lab-a", "gateway": "box-1"{{(more.Length == 0 ? "" : ", " + more)}} }""");
        try
        {
            return await new Doctor(machine, file, Data, Keys).LookAsync(default);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>One thing is said, beginning so.</summary>
    private async Task<Complaint> SaysAsync(Machine machine, string line, string more = "", string? also = null)
    {
        IReadOnlyList<Complaint> found = await LookAsync(machine, more);
        Complaint one = Assert.Single(found, complaint => also is null || !complaint.Line.StartsWith(also, StringComparison.Ordinal));
        Assert.StartsWith(line, one.Line, StringComparison.Ordinal);
        return one;
    }
}
