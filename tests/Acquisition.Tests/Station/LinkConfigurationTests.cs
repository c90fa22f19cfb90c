using System.Net;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Devices.Links;
using static Vascular.Acquisition.Tests.Station.StationText;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Links of the station file: lines, sockets, who shares what.</summary>
public sealed class LinkConfigurationTests
{
    [Theory]
    [InlineData("mark", SerialParity.Mark)]
    [InlineData("space", SerialParity.Space)]
    public void Mark_and_space_parity_may_be_written(string written, SerialParity parity)
    {
        StationConfiguration station = StationConfiguration.Parse($$"""{ "site": "a", "gateway": "b", "devices": [{ "name": "p", "protocol": "par", "link": { "kind": "serial", "path": "/dev/ttyS0", "parity": "{{written}}" } }] }""", "station.json");
        LinkSettings.Serial link = Assert.IsType<LinkSettings.Serial>(Assert.Single(station.Devices).Link);
        Assert.Equal(parity, link.Parity);
        Assert.Equal(written, (string?)LinkEventJson.Open("/dev/ttyS0", null, link)["settings"]!["parity"]);
    }

    [Theory]
    [InlineData("nonin7", 9600, SerialParity.None, 2.0)]
    [InlineData("par", 4800, SerialParity.None, null)]
    public void A_device_has_the_line_and_the_silence_of_its_protocol_unless_told_otherwise(string protocol, int baud, SerialParity parity, double? silence)
    {
        DeviceConfiguration device = Device(d => d["protocol"] = protocol, d => d["link"]!.AsObject().Remove("baud"));
        var link = Assert.IsType<LinkSettings.Serial>(device.Link);
        Assert.Equal((baud, parity, 8, 1, true, true), (link.Baud, link.Parity, link.DataBits, link.StopBits, link.Rts, link.Dtr));
        Assert.Equal(silence, device.Silence?.TotalSeconds);
    }

    [Fact]
    public void Every_setting_of_a_line_can_be_told()
    {
        DeviceConfiguration device = Device(d => d["link"] = JsonNode.Parse("""
            { "kind": "serial", "path": "/dev/ttyS0", "baud": 19200, "data_bits": 7, "parity": "odd", "stop_bits": 2, "rts": false, "dtr": false }
            """));
        Assert.Equal(
            new LinkSettings.Serial("/dev/ttyS0", 19200) { ConfiguredAt = "devices[0].link", DataBits = 7, Parity = SerialParity.Odd, StopBits = 2, Rts = false, Dtr = false },
            device.Link);
    }

    [Fact]
    public void A_silence_of_null_is_never_and_a_number_is_seconds()
    {
        Assert.Null(Device(d => d["silence_s"] = null).Silence);
        Assert.Equal(TimeSpan.FromSeconds(7.5), Device(d => d["silence_s"] = 7.5).Silence);
    }

    [Fact]
    public void A_port_that_is_not_there_is_no_fault_of_the_configuration() =>
        Assert.Equal("/dev/does-not-exist", Assert.IsType<LinkSettings.Serial>(Device(d => d["link"]!["path"] = "/dev/does-not-exist").Link).Path);

    [Fact]
    public void Every_kind_of_link_is_read_with_all_it_can_say()
    {
        Assert.Equal(
            new LinkSettings.Serial("/dev/ttyS0", 92_160)
            {
                ConfiguredAt = "devices[0].link", DataBits = 7, Parity = SerialParity.Even, StopBits = 2, Dtr = false, Flow = SerialFlow.RtsCts, Reader = SerialReader.Ports,
            },
            Link("masimo", """{ "kind": "serial", "path": "/dev/ttyS0", "baud": 92160, "data_bits": 7, "parity": "even", "stop_bits": 2, "dtr": false, "flow": "rts-cts", "reader": "ports" }"""));
        Assert.Equal(
            new LinkSettings.Rfc2217("box", 4001, 4800) { ConfiguredAt = "devices[0].link", Rts = false },
            Link("par", """{ "kind": "rfc2217", "host": "box", "port": 4001, "rts": false }"""));
        Assert.Equal(
            new LinkSettings.Udp("192.0.2.30", 24105) { ConfiguredAt = "devices[0].link" },
            Link("intellivue-udp", """{ "kind": "udp", "host": "192.0.2.30" }"""));
        Assert.Equal(
            new LinkSettings.TcpListen(4001, [IPAddress.Parse("192.0.2.10"), IPAddress.IPv6Loopback]) { ConfiguredAt = "devices[0].link" },
            Link("nonin7", """{ "kind": "tcp-listen", "port": 4001, "peers": ["192.0.2.10", "::1"] }"""));
        Assert.Equal(
            new LinkSettings.Mllp(2575, [IPAddress.Parse("192.0.2.40")]) { ConfiguredAt = "devices[0].link" },
            Link("pcd01-mllp", """{ "kind": "mllp", "peers": ["192.0.2.40"] }"""));
        Assert.Equal(
            new LinkSettings.Tcp("h", 1) { ConfiguredAt = "devices[0].link", ListenOnly = true, Relay = new RelaySettings(17_100) },
            Link("nonin7", """{ "kind": "tcp", "host": "h", "port": 1, "listen_only": true, "relay": { "port": 17100 } }"""));
        Assert.Equal(IPAddress.Any, Link("nonin7", """{ "kind": "tcp", "host": "h", "port": 1, "relay": { "port": 17100, "address": "0.0.0.0" } }""").Relay!.Address);
    }

    [Theory]
    [InlineData("intellivue", """{ "kind": "udp", "host": "h" }""", "\"udp\" is not known, station.json at devices[0].link.kind, write one of \"serial\", \"tcp\", \"rfc2217\", \"tcp-listen\"")]
    [InlineData("intellivue-udp", """{ "kind": "tcp", "host": "h", "port": 1 }""", "\"tcp\" is not known, station.json at devices[0].link.kind, write one of \"udp\"")]
    [InlineData("pcd01-mllp", """{ "kind": "mllp" }""", "\"peers\" is missing, station.json at devices[0].link, write \"peers\": [\"192.0.2.10\"]")]
    [InlineData("pcd01-mllp", """{ "kind": "mllp", "peers": [] }""", "0 addresses may dial in, station.json at devices[0].link.peers, name 1 to 16")]
    [InlineData("nonin7", """{ "kind": "tcp-listen", "port": 1, "peers": ["gateway"] }""", "\"gateway\" is no address, station.json at devices[0].link.peers[0], write digits, for instance \"192.0.2.10\"")]
    [InlineData("nonin7", """{ "kind": "serial", "path": "/dev/ttyS0", "flow": "xon-xoff" }""", "\"xon-xoff\" is not known, station.json at devices[0].link.flow, write one of \"none\", \"rts-cts\"")]
    [InlineData("nonin7", """{ "kind": "serial", "path": "/dev/ttyS0", "flow": "rts-cts", "rts": true }""", "with \"flow\": \"rts-cts\" the port itself moves RTS, station.json at devices[0].link.rts, remove rts or flow")]
    [InlineData("nonin7", """{ "kind": "tcp", "host": "h", "port": 1, "baud": 9600 }""", "unknown property \"baud\", station.json at devices[0].link, remove it or write one of kind, host, port, listen_only, relay")]
    [InlineData("nonin7", """{ "kind": "tcp", "host": "h", "port": 1, "relay": { "address": "127.0.0.1" } }""", "\"port\" is missing, station.json at devices[0].link.relay, write \"port\": 17100")]
    public void A_link_that_cannot_be_is_named_with_its_mend(string protocol, string link, string expected)
    {
        var failure = Assert.Throws<CommandFailure>(() => Link(protocol, link));
        Assert.Contains(expected, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "kind": "tcp", "host": "box", "port": 1 }""", """{ "kind": "rfc2217", "host": "BOX", "port": 1 }""")]
    [InlineData("""{ "kind": "tcp-listen", "port": 1, "peers": ["192.0.2.1"] }""", """{ "kind": "tcp-listen", "port": 1, "peers": ["192.0.2.2"] }""")]
    [InlineData("""{ "kind": "tcp-listen", "port": 1, "peers": ["192.0.2.1"] }""", """{ "kind": "serial", "path": "/dev/ttyS0", "relay": { "port": 1 } }""")]
    [InlineData("""{ "kind": "serial", "path": "/dev/ttyS0", "relay": { "port": 1 } }""", """{ "kind": "serial", "path": "/dev/ttyS1", "relay": { "port": 1 } }""")]
    public void Two_devices_share_no_port(string one, string other)
    {
        var failure = Assert.Throws<CommandFailure>(() => Parse($$"""
            { "site": "a", "gateway": "b", "devices": [
              { "name": "one", "protocol": "nonin7", "link": {{one}} },
              { "name": "other", "protocol": "nonin7", "link": {{other}} } ] }
            """));
        Assert.Contains("the link of devices[0] is used twice, station.json at devices[1]", failure.ToString(), StringComparison.Ordinal);
    }
}
