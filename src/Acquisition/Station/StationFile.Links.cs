using System.Globalization;
using System.Net;
using Vascular.Devices.Links;
using Vascular.Devices.Registers;

namespace Vascular.Acquisition.Station;

/// <summary>The link of a device in <c>station.json</c>: its kind decides which properties there are.</summary>
internal static partial class StationFile
{
    private const double ShortestPeriodSeconds = 0.1;
    private const double LongestPeriodSeconds = 2;
    private const int FastestBaud = 4_000_000;
    private const int MostPeers = 16;

    // properties any link that carries bytes may have
    private static readonly string[] ForAll = ["listen_only", "relay"];
    private static readonly string[] ForLines = ["baud", "data_bits", "parity", "stop_bits", "rts", "dtr", "flow"];

    private static LinkSettings ReadLink(ConfigurationNode link, DeviceProtocol protocol, PolledReads? polled)
    {
        // an unknown property is named before a missing kind, so that a misspelt kind is found
        link.Only([
            "kind", "path", .. ForLines, "reader", "host", "port", "peers", "bus", "address", "chip_select", "device", "period_s", .. ForAll]);
        string kind = link.Require("kind", string.Join(" or ", protocol.Kinds.Select(word => $"\"{word}\""))).OneOf([.. protocol.Kinds]);
        LinkSettings settings = kind switch
        {
            "i2c" => ReadI2c(link, polled!),
            "spi" => ReadSpi(link, polled!),
            "iiod" => ReadIiod(link, polled!),
            "tcp" => ReadTcp(link),
            "rfc2217" => ReadRfc2217(link, protocol),
            "udp" => ReadUdp(link),
            "tcp-listen" => ReadTcpListen(link),
            "mllp" => ReadMllp(link),
            _ => ReadSerial(link, protocol),
        };
        return polled is null ? ReadForAll(link, settings) : settings;
    }

    private static LinkSettings ReadForAll(ConfigurationNode link, LinkSettings settings) => settings with
    {
        ListenOnly = link.Find("listen_only")?.Flag() ?? false,
        Relay = link.Find("relay") is { } relay ? ReadRelay(relay) : null,
    };

    private static RelaySettings ReadRelay(ConfigurationNode relay)
    {
        relay.Only("port", "address");
        var settings = new RelaySettings(relay.Require("port", "17100").Port());
        return relay.Find("address") is { } address ? settings with { Address = ReadAddress(address) } : settings;
    }

    private static LinkSettings.Tcp ReadTcp(ConfigurationNode link)
    {
        link.Only(["kind", "host", "port", .. ForAll]);
        return new LinkSettings.Tcp(ReadHost(link), link.Require("port", "4001").Port()) { ConfiguredAt = link.Path };
    }

    private static LinkSettings.Rfc2217 ReadRfc2217(ConfigurationNode link, DeviceProtocol protocol)
    {
        link.Only(["kind", "host", "port", .. ForLines, .. ForAll]);
        string host = ReadHost(link);
        return (LinkSettings.Rfc2217)ReadLine(link, protocol, new LinkSettings.Rfc2217(host, link.Require("port", "4001").Port(), ReadBaud(link, protocol)));
    }

    private static LinkSettings.Udp ReadUdp(ConfigurationNode link)
    {
        link.Only(["kind", "host", "port", .. ForAll]);
        return new LinkSettings.Udp(ReadHost(link), link.Find("port")?.Port() ?? LinkSettings.Udp.UsualPort) { ConfiguredAt = link.Path };
    }

    private static LinkSettings.TcpListen ReadTcpListen(ConfigurationNode link)
    {
        link.Only(["kind", "port", "peers", .. ForAll]);
        return new LinkSettings.TcpListen(link.Require("port", "4001").Port(), ReadPeers(link)) { ConfiguredAt = link.Path };
    }

    private static LinkSettings.Mllp ReadMllp(ConfigurationNode link)
    {
        link.Only(["kind", "port", "peers", .. ForAll]);
        return new LinkSettings.Mllp(link.Find("port")?.Port() ?? LinkSettings.Mllp.UsualPort, ReadPeers(link)) { ConfiguredAt = link.Path };
    }

    private static LinkSettings.I2c ReadI2c(ConfigurationNode link, PolledReads reads)
    {
        link.Only("kind", "bus", "address", "period_s");
        ConfigurationNode address = link.Require("address", "\"0x48\"");
        string text = address.Text("the 7-bit address of the chip");
        return text.StartsWith("0x", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number) && number is >= 0x08 and <= 0x77
            ? new LinkSettings.I2c(link.Require("bus", "1").Integer(0, 255), number, reads.Chip!) { ConfiguredAt = link.Path, Period = ReadPeriod(link, reads) }
            : throw address.Wrong($"\"{text}\" is no address", "write \"0x08\" to \"0x77\"");
    }

    private static LinkSettings.Spi ReadSpi(ConfigurationNode link, PolledReads reads)
    {
        link.Only("kind", "bus", "chip_select", "period_s");
        return new LinkSettings.Spi(link.Require("bus", "0").Integer(0, 255), link.Require("chip_select", "0").Integer(0, 255), reads.SpiChip!)
        {
            ConfiguredAt = link.Path,
            Period = ReadPeriod(link, reads),
        };
    }

    private static LinkSettings.Iiod ReadIiod(ConfigurationNode link, PolledReads reads)
    {
        link.Only("kind", "host", "port", "device", "period_s");
        if (reads.Buffer is not null && link.Find("period_s") is { } period)
        {
            throw period.Wrong($"iiod gives a {reads.IioName} in buffers, as fast as it samples", "remove period_s");
        }

        string host = link.Require("host", "\"192.0.2.20\"").Text("a host name or address");
        ConfigurationNode? device = link.Find("device");
        string word = device?.Text("the label, name or id of the device") ?? reads.IioName;
        return RegisterCodec.IsDeviceName(word)
            ? new LinkSettings.Iiod(host, link.Find("port")?.Port() ?? LinkSettings.Iiod.UsualPort, word, reads.Attributes) { ConfiguredAt = link.Path, Buffer = reads.Buffer, Period = ReadPeriod(link, reads) }
            : throw device!.Value.Wrong($"\"{word}\" is no name of a device", "write its label, name or id");
    }

    private static TimeSpan ReadPeriod(ConfigurationNode link, PolledReads reads) => link.Find("period_s") is { } period
        ? period.Seconds(ShortestPeriodSeconds, LongestPeriodSeconds) ?? throw period.Wrong("a device that is never asked says nothing", "write seconds")
        : reads.Period;

    private static LinkSettings.Serial ReadSerial(ConfigurationNode link, DeviceProtocol protocol)
    {
        link.Only(["kind", "path", .. ForLines, "reader", .. ForAll]);
        ConfigurationNode path = link.Require("path", "\"/dev/serial/by-id/NAME\"");
        string port = path.Text("the path of the port");
        if (!port.StartsWith('/'))
        {
            throw path.Wrong($"\"{port}\" is not a full path", "write it from /, for instance /dev/serial/by-id/NAME");
        }

        return (LinkSettings.Serial)ReadLine(link, protocol, new LinkSettings.Serial(port, ReadBaud(link, protocol))
        {
            Reader = link.Find("reader")?.OneOf("poll", "ports") == "ports" ? SerialReader.Ports : SerialReader.Poll,
        });
    }

    private static LinkSettings.SerialLine ReadLine(ConfigurationNode link, DeviceProtocol protocol, LinkSettings.SerialLine line)
    {
        SerialFlow flow = link.Find("flow")?.OneOf("none", "rts-cts") == "rts-cts" ? SerialFlow.RtsCts : SerialFlow.None;
        ConfigurationNode? rts = link.Find("rts");
        return flow == SerialFlow.RtsCts && rts is not null
            ? throw rts.Value.Wrong("with \"flow\": \"rts-cts\" the port itself moves RTS", "remove rts or flow")
            : line with
            {
                ConfiguredAt = link.Path,
                DataBits = link.Find("data_bits")?.Integer(5, 8) ?? 8,
                Parity = link.Find("parity") is { } parity ? ReadParity(parity) : protocol.Parity,
                StopBits = link.Find("stop_bits")?.Integer(1, 2) ?? 1,
                Rts = rts?.Flag() ?? true,
                Dtr = link.Find("dtr")?.Flag() ?? true,
                Flow = flow,
            };
    }

    private static int ReadBaud(ConfigurationNode link, DeviceProtocol protocol) => link.Find("baud")?.Integer(1, FastestBaud, " bit/s") ?? protocol.Baud;

    private static SerialParity ReadParity(ConfigurationNode parity) => parity.OneOf("none", "odd", "even", "mark", "space") switch
    {
        "mark" => SerialParity.Mark,
        "space" => SerialParity.Space,
        "odd" => SerialParity.Odd,
        "even" => SerialParity.Even,
        _ => SerialParity.None,
    };

    private static string ReadHost(ConfigurationNode link) => link.Require("host", "\"192.0.2.10\"").Text("a host name or address");

    private static IPAddress[] ReadPeers(ConfigurationNode link)
    {
        ConfigurationNode list = link.Require("peers", "[\"192.0.2.10\"]");
        IPAddress[] peers = [.. list.Items().Select(ReadAddress)];
        return peers.Length is >= 1 and <= MostPeers
            ? peers
            : throw list.Wrong($"{peers.Length} addresses may dial in", $"name 1 to {MostPeers}");
    }

    private static IPAddress ReadAddress(ConfigurationNode node)
    {
        string text = node.Text("an address, for instance \"192.0.2.10\"");
        return IPAddress.TryParse(text, out IPAddress? address) ? address : throw node.Wrong($"\"{text}\" is no address", "write digits, for instance \"192.0.2.10\"");
    }

    private static bool SamePlace(LinkSettings one, LinkSettings other) => SameLine(one, other) || HerePorts(one).Intersect(HerePorts(other)).Any();

    private static bool SameLine(LinkSettings one, LinkSettings other) => (one, other) switch
    {
        (LinkSettings.Serial first, LinkSettings.Serial second) => first.Path == second.Path,
        (LinkSettings.I2c first, LinkSettings.I2c second) => first.Bus == second.Bus && first.Address == second.Address,
        (LinkSettings.Spi first, LinkSettings.Spi second) => first.Bus == second.Bus && (IsAlone(first) || IsAlone(second) || (first.ChipSelect == second.ChipSelect && !AreInputsOfOne(first.Chip, second.Chip))),
        (LinkSettings.Iiod first, LinkSettings.Iiod second) =>
            first.Port == second.Port && first.Device == second.Device && string.Equals(first.Host, second.Host, StringComparison.OrdinalIgnoreCase),
        (LinkSettings.Udp first, LinkSettings.Udp second) => first.Port == second.Port && string.Equals(first.Host, second.Host, StringComparison.OrdinalIgnoreCase),
        _ => TcpPlace(one) is { } far && TcpPlace(other) is { } another
            && far.Port == another.Port && string.Equals(far.Host, another.Host, StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>It has no chip select, and hears whatever goes over its bus.</summary>
    private static bool IsAlone(LinkSettings.Spi link) => link.Chip is SpiChip.Hx711;

    private static bool AreInputsOfOne(SpiChip one, SpiChip other) => (one, other) is (SpiChip.Mcp320x first, SpiChip.Mcp320x second) && first.Part == second.Part && first.Input != second.Input;

    private static (string Host, int Port)? TcpPlace(LinkSettings link) => link switch
    {
        LinkSettings.Tcp tcp => (tcp.Host, tcp.Port),
        LinkSettings.Rfc2217 remote => (remote.Host, remote.Port),
        _ => null,
    };

    /// <summary>Ports of this machine a link opens.</summary>
    private static IEnumerable<int> HerePorts(LinkSettings link)
    {
        if (link is LinkSettings.Listening listening)
        {
            yield return listening.Port;
        }

        if (link.Relay is { } relay)
        {
            yield return relay.Port;
        }
    }
}
