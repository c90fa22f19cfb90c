using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Vascular.Simulators.Cli;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tests;

/// <summary>The ends a simulated device can be reached by, and the socket that changes it while it runs.</summary>
public sealed class LineTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Golden bytes of RFC 2217: what a host says and what a server answers.</summary>
    [Theory]
    [InlineData("FFFB2C", "FFFD2CFFFA2C6BB0FFF0")]                               // WILL COM-PORT: DO, and the modem lines, unasked
    [InlineData("FFFB00FFFD00FFFB00", "FFFD00FFFB00")]                           // BINARY both ways, once
    [InlineData("FFFB18", "FFFE18")]                                             // WILL TERMINAL-TYPE: DONT
    [InlineData("FFFD01", "FFFC01")]                                             // DO ECHO: WONT
    [InlineData("FFFA2C0100002580FFF0", "FFFA2C6500002580FFF0")]                 // 9600
    [InlineData("FFFA2C010001C200FFF0", "FFFA2C650001C200FFF0")]                 // 115200
    [InlineData("FFFA2C0208FFF0", "FFFA2C6608FFF0")]
    [InlineData("FFFA2C0209FFF0", "FFFA2C6608FFF0")]                             // nine data bits do not exist: the eight in force
    [InlineData("FFFA2C0302FFF0", "FFFA2C6702FFF0")]                             // odd
    [InlineData("FFFA2C0401FFF0", "FFFA2C6801FFF0")]
    [InlineData("FFFA2C0501FFF0", "FFFA2C6901FFF0")]
    [InlineData("FFFA2C0508FFF0FFFA2C0507FFF0", "FFFA2C6908FFF0FFFA2C6908FFF0")] // DTR on, and asked
    [InlineData("FFFA2C050BFFF0", "FFFA2C690BFFF0")]                             // RTS on
    [InlineData("FFFA2C0C03FFF0", "FFFA2C7003FFF0")]                             // purge
    [InlineData("FFFA2C0BFFFFFFF0", "FFFA2C6FFFFFFFF0FFFA2C6BB0FFF0")]           // modem-state mask 255, doubled; then the state
    public void A_serial_port_behind_rfc_2217_answers_with_what_is_in_force(string said, string answer)
    {
        ComPortServer server = new();
        ArrayBufferWriter<byte> data = new(), back = new();
        foreach (byte each in Convert.FromHexString(said))
        {
            server.Hear([each], data, back);
        }

        Assert.Equal(answer, Convert.ToHexString(back.WrittenSpan));
        Assert.Equal(0, data.WrittenCount);
    }

    [Fact]
    public void Data_with_255_in_it_travel_doubled_both_ways()
    {
        ArrayBufferWriter<byte> data = new(), back = new();
        ComPortServer.Say([0x01, 0xFF, 0x02], data);
        Assert.Equal("01FFFF02", Convert.ToHexString(data.WrittenSpan));
        byte[] travelled = data.WrittenSpan.ToArray();
        data.ResetWrittenCount();
        new ComPortServer().Hear(travelled, data, back);
        Assert.Equal("01FF02", Convert.ToHexString(data.WrittenSpan));
        Assert.Equal(0, back.WrittenCount);
    }

    [Fact]
    public void Datagrams_keep_their_bounds()
    {
        using UdpLine line = new(0);
        using UdpClient host = new();
        host.Connect(IPAddress.Loopback, line.Port);
        byte[] heard = new byte[64];
        Assert.Null(line.Read(heard));
        host.Send([1, 2, 3]);
        Assert.Equal(5, Wait(() => line.Read(heard) is > 0 and var read ? read : null));
        Assert.Equal([0, 3, 1, 2, 3], heard[..5]);
        Assert.Equal(7, line.Write([0, 2, 9, 8, 0, 1, 7, 0, 5, 1]));
        IPEndPoint? from = null;
        Assert.Equal([9, 8], host.Receive(ref from));
        Assert.Equal([7], host.Receive(ref from));
    }

    [Fact]
    public void A_gateway_dials_and_dials_again()
    {
        using TcpListener station = new(IPAddress.Loopback, 0);
        station.Start();
        using DialledLine line = new("127.0.0.1", ((IPEndPoint)station.LocalEndpoint).Port, TimeProvider.System);
        byte[] heard = new byte[8];
        for (int n = 0; n < 2; n++)
        {
            Wait(() => line.Read(heard));
            using Socket host = station.AcceptSocket();
            Assert.Equal(1, line.Write([42]));
            Assert.Equal(1, host.Receive(heard));
            host.Close();
            Wait(() => line.Read(heard) is null ? (int?)1 : null);
        }
    }

    [Fact]
    public void A_line_that_was_hung_up_can_be_had_again()
    {
        using TcpLine tcp = new(0);
        byte[] heard = new byte[8];
        for (int n = 0; n < 2; n++)
        {
            Assert.Null(tcp.Read(heard));
            using TcpClient host = new("127.0.0.1", tcp.Port);
            Wait(() => tcp.Read(heard));
            tcp.HangUp();
            Assert.Equal(0, host.GetStream().Read(heard));
            Assert.Throws<SocketException>(() => new TcpClient("127.0.0.1", tcp.Port));
        }

        string link = Path.Combine(Directory.CreateTempSubdirectory("line").FullName, "port");
        using PtyLine pty = new(link);
        pty.HangUp();
        Assert.False(Path.Exists(link));
        Assert.Null(pty.Read(heard));
        Assert.True(Path.Exists(link));
    }

    [Theory]
    [InlineData("""{"do":"fault","fault":"stall+5"}""", """{"ok":true}""")]
    [InlineData("""{"do":"fault","fault":"melt"}""", """{"ok":false,"error":"'melt' is no fault; there are drop, flip, duplicate, reorder, stall, burst, mid-frame, disconnect"}""")]
    [InlineData("""{"do":"faults"}""", """{"ok":true,"faults":["flip=0.5"]}""")]
    [InlineData("""{"do":"clear"}""", """{"ok":true}""")]
    [InlineData("""{"do":"status"}""", """{"ok":true,"at_s":2,"connected":true}""")]
    [InlineData("""{"do":"take_off"}""", """{"ok":true}""")]
    [InlineData("""{"do":"put_on","site":"L.TOE"}""", """{"ok":true}""")]
    [InlineData("""{"do":"put_on","site":"NOSE"}""", """{"ok":false,"error":"'NOSE' is not a site"}""")]
    [InlineData("""{"do":"set","what":"heart_rate_per_min","to":110}""", """{"ok":true}""")]
    [InlineData("""{"do":"set","what":"systolic_mmHg","site":"R.TOE","to":90}""", """{"ok":true}""")]
    [InlineData("""{"do":"set","what":"mood","to":1}""", """{"ok":false,"error":"'mood' cannot be set; there are heart_rate_per_min, spo2_percent, arm_diastolic_mmHg, amplitude_counts, noise_counts, systolic_mmHg"}""")]
    [InlineData("""{"do":"set","what":"spo2_percent","to":"x"}""", """{"ok":false,"error":"'to' is missing or no number from 0 to 100"}""")]
    [InlineData("""{"do":"put_on","site":"R.FOOT.PLANTAR"}""", """{"ok":false,"error":"the scenario says nothing of the pulse at R.FOOT.PLANTAR"}""")]
    [InlineData("""{"do":"take_off","device":"ppg-9"}""", """{"ok":false,"error":"The scenario has no device 'ppg-9' of that kind"}""")]
    [InlineData("""{"do":"skin","kind":"air_leak","seconds":30}""", """{"ok":true}""")]
    [InlineData("""{"do":"limb","kind":"movement","site":"R.TOE","seconds":5,"amplitude_counts":9000}""", """{"ok":true}""")]
    [InlineData("""{"do":"limb","kind":"vasospasm","site":"R.TOE","seconds":60,"amplitude_percent":10,"systolic_percent":70}""", """{"ok":true}""")]
    [InlineData("""{"do":"limb","kind":"contact_loss","site":"R.TOE","seconds":5}""", """{"ok":true}""")]
    [InlineData("""{"do":"limb","kind":"raised","site":"R.TOE","seconds":5}""", """{"ok":false,"error":"limb.height_cm: missing"}""")]
    [InlineData("""{"do":"limb","kind":"cramp","site":"R.TOE","seconds":5}""", """{"ok":false,"error":"limb.kind: 'cramp' is not one of movement, tremor, contact_loss, vasospasm, raised"}""")]
    [InlineData("""{"do":"limb","kind":"contact_loss","site":"R.TOE","seconds":5,"at_s":3}""", """{"ok":false,"error":"a limb's event begins now: leave 'at_s' out"}""")]
    [InlineData("""{"do":"inflate","to_mmHg":150,"mmHg_per_s":10}""", """{"ok":false,"error":"this device has no cuff"}""")]
    [InlineData("""[1]""", """{"ok":false,"error":"a line is one JSON object"}""")]
    public void A_command_is_done_or_refused_with_the_reason(string command, string answer)
    {
        SimulatedWorld world = Alone("nonin7");
        SpoiltLine line = new([LineFault.Parse("flip=0.5")], 1, "line");
        StringWriter truth = new() { NewLine = "\n" };
        DeviceControl control = new(world, _ => [line], truth);
        Assert.Equal(answer, control.Obey(2 * Nanoseconds.PerSecond, command, new JsonObject { ["connected"] = true }));
        Assert.Equal(answer.Contains("\"ok\":true", StringComparison.Ordinal) ? $"{{\"at_s\":2.000000,\"control\":{command}}}\n" : "", truth.ToString());
    }

    [Fact]
    public void What_is_set_is_true_from_then_on()
    {
        SimulatedWorld world = Alone("masimo");
        WireFaults device = world.Devices[0];
        DeviceControl control = new(world, _ => [], null);
        Assert.Contains(" SPO2=096% BPM=07", Text(0, 10), StringComparison.Ordinal);
        control.Obey(10 * Nanoseconds.PerSecond, """{"do":"set","what":"heart_rate_per_min","to":110}""", []);
        control.Obey(10 * Nanoseconds.PerSecond, """{"do":"set","what":"spo2_percent","to":88}""", []);
        Assert.Matches(" SPO2=088% BPM=1[01][0-9]", Text(10, 20).Split("\n\r", StringSplitOptions.RemoveEmptyEntries)[^1]);
        control.Obey(20 * Nanoseconds.PerSecond, """{"do":"take_off"}""", []);
        Assert.Contains("EXC=000820", Text(20, 23), StringComparison.Ordinal);

        string Text(int from, int to)
        {
            if (from == 0)
            {
                device.Connected(0);
            }

            ArrayBufferWriter<byte> wire = new();
            while (device.NextAtNs is { } next && next <= to * Nanoseconds.PerSecond)
            {
                device.Advance(next, wire);
            }

            return Encoding.ASCII.GetString(wire.WrittenSpan);
        }
    }

    /// <summary>What a scenario's limb event does, a command does from the moment it is said: the bytes are the same from there on.</summary>
    [Theory]
    [InlineData("kind: movement, amplitude_counts: 9000", "\"kind\":\"movement\",\"amplitude_counts\":9000")]
    [InlineData("kind: tremor, amplitude_counts: 900, frequency_hz: 5", "\"kind\":\"tremor\",\"amplitude_counts\":900,\"frequency_hz\":5")]
    [InlineData("kind: contact_loss", "\"kind\":\"contact_loss\"")]
    [InlineData("kind: vasospasm, amplitude_percent: 10, systolic_percent: 70", "\"kind\":\"vasospasm\",\"amplitude_percent\":10,\"systolic_percent\":70")]
    [InlineData("kind: raised, height_cm: 60", "\"kind\":\"raised\",\"height_cm\":60")]
    public void A_limb_event_that_is_said_is_one_that_is_written(string written, string said)
    {
        byte[] quiet = Played("", null);
        byte[] planned = Played($"  limb_events: [ {{ site: R.TOE, at_s: 5, seconds: 8, {written} }} ]\n", null);
        byte[] spoken = Played("", $"{{\"do\":\"limb\",\"site\":\"R.TOE\",\"seconds\":8,{said}}}");
        Assert.NotEqual(quiet, planned);
        Assert.Equal(planned, spoken);

        static byte[] Played(string events, string? command)
        {
            using Stream stream = typeof(ScenarioFile).Assembly.GetManifestResourceStream("scenarios/toe-below-30.yaml")!;
            using StreamReader reader = new(stream);
            string text = reader.ReadToEnd().Replace("  heart_rate_per_min", events + "  heart_rate_per_min", StringComparison.Ordinal);
            Scenario scenario = ScenarioFile.Read(new StringReader(text), "planned.yaml");
            SimulatedWorld world = DeviceCommand.World(scenario, null, "nonin7", null, new LineEnd(LineEndKind.Tcp), [], null);
            DeviceControl control = new(world, _ => [], null);
            ArrayBufferWriter<byte> wire = new();
            WireFaults device = world.Devices[0];
            device.Connected(0);
            bool told = command is null;
            while (device.NextAtNs is { } next && next <= 20 * Nanoseconds.PerSecond)
            {
                if (!told && next >= 5 * Nanoseconds.PerSecond)
                {
                    told = true;
                    Assert.Equal("""{"ok":true}""", control.Obey(5 * Nanoseconds.PerSecond, command!, []));
                }

                device.Advance(next, wire);
            }

            return wire.WrittenSpan.ToArray();
        }
    }

    /// <summary>With several devices a command says which: of a cuff, of a sensor, of a line; a line's may be all.</summary>
    [Fact]
    public void Where_there_are_several_a_command_names_its_device()
    {
        SimulatedWorld world = new(ScenarioFile.Load("every-device"));
        List<string?> asked = [];
        DeviceControl control = new(world, device => { asked.Add(device); return []; }, null);
        Assert.Equal("""{"ok":false,"error":"which of cuff-1, gauge-1: name it as 'device'"}""", control.Obey(0, """{"do":"dump"}""", []));
        Assert.Equal("""{"ok":true,"cuff_mmHg":0}""", control.Obey(0, """{"do":"dump","device":"gauge-1"}""", []));
        Assert.StartsWith("""{"ok":false,"error":"which of ppg-1, cuff-1,""", control.Obey(0, """{"do":"take_off"}""", []), StringComparison.Ordinal);
        Assert.Equal("""{"ok":false,"error":"gateway-1 sits nowhere"}""", control.Obey(0, """{"do":"take_off","device":"gateway-1"}""", []));
        Assert.Equal("""{"ok":true}""", control.Obey(0, """{"do":"fault","fault":"stall+1","device":"ppg-1"}""", []));
        Assert.Equal("""{"ok":true}""", control.Obey(0, """{"do":"fault","fault":"stall+1"}""", []));
        Assert.Equal(["ppg-1", null], asked);
    }

    [Theory]
    [InlineData("pty", "nonin7", true)]
    [InlineData("tcp:4001", "par", true)]
    [InlineData("rfc2217", "masimo", true)]
    [InlineData("udp:24105", "intellivue", true)]
    [InlineData("mllp:2575", "pcd01", true)]
    [InlineData("iiod:30431", "tcm4-analog", true)]
    [InlineData("udp", "nonin7", false)]
    [InlineData("mllp", "intellivue", false)]
    [InlineData("pty", "pcd01", false)]
    [InlineData("tcp", "tcm4-analog", false)]
    [InlineData("pty:1", "nonin7", false)]
    [InlineData("tcp:0", "nonin7", false)]
    [InlineData("tcp:65536", "nonin7", false)]
    [InlineData("tcp:04001", "nonin7", false)]
    [InlineData("tcp:1:2", "nonin7", false)]
    [InlineData("", "nonin7", false)]
    public void An_end_is_one_of_those_the_device_can_have(string text, string kind, bool has)
    {
        if (has)
        {
            Assert.Equal(text, LineEnd.Parse(text, ScenarioDevice.Ends(kind)).ToString());
        }
        else
        {
            Assert.Throws<FormatException>(() => LineEnd.Parse(text, ScenarioDevice.Ends(kind)));
        }
    }

    /// <summary>One switch makes every device, alone or in a scenario; each is listed, and speaks or waits to be asked at every end it can have.</summary>
    [Fact]
    public void Every_kind_there_is_can_be_played_alone()
    {
        Assert.Equal(
            ScenarioDevice.Kinds.Select(k => k == ScenarioDevice.Tcm4 ? IiodCommandLine.Name : k).Order(StringComparer.Ordinal),
            ListCommand.Devices.Select(d => d.Name).Order(StringComparer.Ordinal));
        foreach (string kind in ScenarioDevice.Kinds.Where(k => k != ScenarioDevice.Tcm4))
        {
            foreach (LineEndKind end in ScenarioDevice.Ends(kind))
            {
                WireFaults device = DeviceCommand.World(ScenarioFile.Load("every-device"), null, kind, null, new LineEnd(end), [], null).Devices[0];
                device.Connected(0);
                ArrayBufferWriter<byte> wire = new();
                while (device.NextAtNs is { } next && next <= 12 * Nanoseconds.PerSecond)
                {
                    device.Advance(next, wire);
                }

                Assert.Equal(kind is not ("contec-v7" or "accupulse" or "intellivue"), wire.WrittenCount > 0);
            }
        }
    }

    [Fact]
    public void A_plain_socket_client_is_answered_line_by_line()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("line").FullName, "control");
        using (ControlSocket control = new(path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(new UnixDomainSocketEndPoint(path));
            client.Send("one\n\ntwo\nthr"u8);
            List<string> heard = [];
            Wait(() =>
            {
                control.Serve(line =>
                {
                    heard.Add(line);
                    return $"<{line}>";
                });
                return heard.Count == 2 ? (int?)1 : null;
            });
            byte[] answer = new byte[64];
            int read = client.Receive(answer);
            Assert.Equal("<one>\n<two>\n", Encoding.UTF8.GetString(answer, 0, read));
            Assert.Throws<CommandFailure>(() => new ControlSocket(path));
        }

        Assert.False(Path.Exists(path));
    }

    private static SimulatedWorld Alone(string kind) =>
        DeviceCommand.World(ScenarioFile.Load("seed-2017-09"), null, kind, null, new LineEnd(LineEndKind.Tcp), [], null);

    private static int Wait(Func<int?> look)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!deadline.IsCancellationRequested)
        {
            if (look() is { } found)
            {
                return found;
            }

            Thread.Yield();
        }

        throw new TimeoutException("nothing came");
    }
}
