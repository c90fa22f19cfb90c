using System.Net;
using System.Net.Sockets;
using System.Text;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Devices.Pcd01;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>What a gateway sends that belongs to no message.</summary>
public sealed class StrayBytesTests
{
    private const string Message = "MSH|^~\\&|TCGW|LAB|||20240305140709||ORU^R01^ORU_R01|1001|P|2.6|||NE|AL\rOBX|1|NM|151760^MDC_O2_TCUT^MDC|1.1.1.1|42|266016^MDC_DIM_MMHG^MDC|||||R\r";

    [Fact]
    public async Task It_is_on_the_tape_as_it_came_and_counted_with_the_device()
    {
        await using var bench = new LiveBench();
        int port = LiveBench.FreePort();
        await bench.StartAsync($$"""{ "name": "gateway-1", "protocol": "pcd01-mllp", "link": { "kind": "mllp", "port": {{port}}, "peers": ["127.0.0.1"] } }""");
        await bench.DoneAsync("""{"kind":"patient","system":"urn:oid:2.999.1.1","value":"TEST-1"}""");
        await bench.UntilSaidAsync(l => l.Contains("not_connected", StringComparison.Ordinal)); // the port is open
        using (var gateway = new TcpClient())
        {
            await gateway.ConnectAsync(IPAddress.Loopback, port);
            await gateway.GetStream().WriteAsync((byte[])[.. "GET / HTTP/1.1"u8, 0x0B, .. Encoding.ASCII.GetBytes(Message), 0x1C, 0x0D, 0x0B, .. "MSH|cut"u8]);
            await bench.UntilSaidAsync(l => l.Contains("\"event\":\"identified\"", StringComparison.Ordinal));
        }

        await bench.UntilSaidAsync(l => l.Contains("\"event\":\"disconnected\"", StringComparison.Ordinal));
        await bench.DoneAsync("""{"kind":"end"}""");
        ExaminationFold fold = await bench.EndedAsync();
        Assert.Equal(2, fold.ChannelNamed("gateway-1")!.Refused);
        Assert.Empty(bench.Verify().Faults);

        using TapeKeys keys = TapeKeys.OpenOrCreate(bench.Keys);
        var replayed = new ExaminationFold(fold.Examination);
        List<string> stray = [];
        foreach (TapedRecord record in new TapeReader(bench.Tape, keys).Read())
        {
            replayed.Next(record.Record);
            if ((int)record.Record.Type == 20)
            {
                stray.Add(Encoding.ASCII.GetString(record.Record.Payload.Span));
            }
        }

        Assert.Equal(["GET / HTTP/1.1", "\vMSH|cut"], stray);
        Assert.Equal(2, replayed.ChannelNamed("gateway-1")!.Refused);
    }

    [Fact]
    public void It_is_reported_with_the_number_of_its_bytes()
    {
        var monitor = new Pcd01Monitor(new Pcd01Options { Line = Pcd01Line.Messages });
        var watch = new WireWatch("gateway-1", "pcd01-mllp");
        List<Reading> readings = [];
        monitor.Next(new Vascular.Devices.Record(Vascular.Devices.RecordKind.Bytes, 0, (byte[])[0, (byte)Message.Length, .. Encoding.ASCII.GetBytes(Message)]), readings);
        Assert.Equal(LinkNotice.Identified, watch.Next(0, Message.Length, readings)?.Event);
        readings.Clear();
        monitor.Next(new Vascular.Devices.Record(Vascular.Devices.RecordKind.Stray, 1, "noise"u8.ToArray()), readings);
        monitor.Next(new Vascular.Devices.Record(Vascular.Devices.RecordKind.Stray, 1, "and more"u8.ToArray()), readings);
        Assert.Null(watch.Next(1, 13, readings));
        readings.Clear();
        monitor.Next(new Vascular.Devices.Record(Vascular.Devices.RecordKind.Bytes, 2, (byte[])[0, (byte)Message.Length, .. Encoding.ASCII.GetBytes(Message.Replace("1001", "1002", StringComparison.Ordinal))]), readings);
        Assert.Null(watch.Next(2, Message.Length, readings));
        LinkNotice? told = watch.Next(1 + WireWatch.ReportEveryNs, 0, []);
        Assert.Equal("13 bytes were refused in the last 10 s (2 noise), on gateway-1, look at its cable and plugs", told?.Detail);
    }
}
