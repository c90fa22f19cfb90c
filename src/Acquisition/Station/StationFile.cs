using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Devices.Links;
using Vascular.Devices.Registers;

namespace Vascular.Acquisition.Station;

/// <summary>The layout of <c>station.json</c>: which properties stand where and what they may say.</summary>
internal static class StationFile
{
    private const double ShortestSilenceSeconds = 0.5;
    private const double LongestSilenceSeconds = 3600;
    private const double ShortestPeriodSeconds = 0.1;
    private const double LongestPeriodSeconds = 2;
    private const int FastestBaud = 4_000_000;
    private const int LowestCuffLimitMmHg = 100;
    private const int HighestCuffLimitMmHg = 400;
    private const string PemFile = "the name of a PEM file";
    private const int LargestMqttPacket = 268_435_455; // what its length field can say

    internal static StationConfiguration Read(ConfigurationNode root)
    {
        root.Only("site", "gateway", "consumers", "broker", "page", "devices", "rules_file");
        IReadOnlyList<DeviceConfiguration> devices = root.Find("devices") is { } list ? [.. list.Items().Select(ReadDevice)] : [];
        RefuseDoubles(root, devices);
        return new StationConfiguration
        {
            Site = root.Require("site", "\"lab-a\"").Name(),
            Gateway = root.Require("gateway", "\"bedside-box-01\"").Name(),
            Consumers = root.Find("consumers") is { } consumers ? ReadConsumers(consumers) : [],
            Broker = root.Find("broker") is { } broker ? ReadBroker(broker) : new BrokerConfiguration(),
            Page = root.Find("page") is { } page ? ReadPage(page) : new PageConfiguration(),
            Devices = devices,
            Rules = root.Find("rules_file") is null ? ClinicalRules.Default : SiteRules.Read(ReadFile(root, "rules_file", "the name of a file with the site's own constants")),
        };
    }

    private static List<string> ReadConsumers(ConfigurationNode list)
    {
        var names = new List<string>();
        foreach (ConfigurationNode item in list.Items())
        {
            string name = item.Name();
            names.Add(names.Contains(name) ? throw item.Wrong($"consumer \"{name}\" is named twice", "remove one") : name);
        }

        return names;
    }

    private static BrokerConfiguration ReadBroker(ConfigurationNode broker)
    {
        broker.Only("embedded", "host", "port", "largest_packet_bytes", "ca_file", "cert_file", "key_file", "user", "password_file", "mqtt");
        return broker.Find("embedded")?.Flag() ?? true ? ReadEmbedded(broker) : ReadSites(broker);
    }

    private static BrokerConfiguration ReadEmbedded(ConfigurationNode broker)
    {
        foreach (string certificate in (string[])["ca_file", "cert_file", "key_file"])
        {
            if (broker.Find(certificate) is { } extra)
            {
                throw extra.Wrong("the embedded broker makes its own certificates", $"remove {certificate} or set \"embedded\": false");
            }
        }

        foreach (string name in (string[])["user", "password_file", "mqtt"])
        {
            if (broker.Find(name) is { } extra)
            {
                throw extra.Wrong("only a site's broker is told that", $"remove {name} or set \"embedded\": false");
            }
        }

        return new BrokerConfiguration
        {
            Host = broker.Find("host")?.Text("a host name or address") ?? "localhost",
            Port = broker.Find("port")?.Port() ?? BrokerConfiguration.DefaultPort,
            LargestPacketBytes = LargestPacket(broker),
        };
    }

    private static PageConfiguration ReadPage(ConfigurationNode page)
    {
        page.Only("port", "patient_system");
        ConfigurationNode? system = page.Find("patient_system");
        string? issuer = system?.Text("the URI of the issuer, for instance \"urn:oid:2.999.1.1\"");
        return new PageConfiguration
        {
            Port = page.Find("port")?.Port() ?? PageConfiguration.DefaultPort,
            PatientSystem = issuer is null || Uri.IsWellFormedUriString(issuer, UriKind.Absolute)
                ? issuer
                : throw system!.Value.Wrong($"\"{issuer}\" is no URI", "write the URI of the issuer, for instance \"urn:oid:2.999.1.1\""),
        };
    }

    private static BrokerConfiguration ReadSites(ConfigurationNode broker)
    {
        string authority = ReadFile(broker, "ca_file", PemFile);
        bool login = broker.Find("user") is not null || broker.Find("password_file") is not null;
        bool certificate = !login || broker.Find("cert_file") is not null || broker.Find("key_file") is not null;
        return new BrokerConfiguration
        {
            Embedded = false,
            Host = broker.Require("host", "\"broker.example\"").Text("a host name or address"),
            Port = broker.Find("port")?.Port() ?? BrokerConfiguration.DefaultPort,
            LargestPacketBytes = LargestPacket(broker),
            AuthorityFile = authority,
            Certificate = certificate ? new BrokerCertificate(ReadFile(broker, "cert_file", PemFile), ReadFile(broker, "key_file", PemFile)) : null,
            Login = login ? new BrokerLogin(broker.Require("user", "\"bedside-box-01\"").Text("the user's name"), ReadFile(broker, "password_file", "the name of a file that holds the password")) : null,
            Version = broker.Find("mqtt")?.OneOf("5", "3.1.1") switch
            {
                null => null,
                "5" => MqttVersion.Mqtt5,
                _ => MqttVersion.Mqtt311,
            },
        };
    }

    private static int LargestPacket(ConfigurationNode broker) =>
        broker.Find("largest_packet_bytes")?.Integer(SessionParts.SmallestLargestPacket, LargestMqttPacket, " bytes") ?? SessionParts.DefaultLargestPacket;

    private static string ReadFile(ConfigurationNode broker, string name, string whatToWrite)
    {
        string written = broker.Require(name, name == "password_file" ? "\"/etc/vascular/broker.password\"" : "\"/etc/vascular/FILE.pem\"").Text(whatToWrite);
        string folder = Path.GetDirectoryName(Path.GetFullPath(broker.File)) ?? "/";
        return Path.GetFullPath(written, folder);
    }

    private static DeviceConfiguration ReadDevice(ConfigurationNode device)
    {
        device.Only("name", "protocol", "link", "silence_s", "options", "simulated");
        string name = device.Require("name", "\"ppg-1\"").Name();
        string[] known = [.. DeviceProtocol.All.Select(protocol => protocol.Name)];
        ConfigurationNode wanted = device.Require("protocol", "\"nonin7\"");
        DeviceProtocol protocol = DeviceProtocol.Find(wanted.OneOf(known))!;
        ConfigurationNode? options = device.Find("options");
        options?.Only([.. protocol.Options]);
        SkinSensorSettings? sensor = protocol.Name == ChannelSettings.Tcm4 ? SkinSensorFile.Read(options) : null;
        return new DeviceConfiguration
        {
            Name = name,
            Protocol = protocol,
            Link = ReadLink(device.Require("link", "{ \"kind\": \"serial\", \"path\": \"/dev/serial/by-id/NAME\" }"), protocol, sensor is null ? protocol.Polled : PolledReads.Of(sensor.Wiring)),
            Simulated = device.Find("simulated")?.Flag() ?? false,
            Silence = device.Find("silence_s") is { } silence ? silence.Seconds(ShortestSilenceSeconds, LongestSilenceSeconds) : protocol.Silence,
            CuffLimitMmHg = options?.Find(DeviceProtocol.CuffLimit)?.Integer(LowestCuffLimitMmHg, HighestCuffLimitMmHg, " mmHg"),
            SkinSensor = sensor,
        };
    }

    private static LinkSettings ReadLink(ConfigurationNode link, DeviceProtocol protocol, PolledReads? polled)
    {
        // the kind decides which properties there are, so it is read before they are checked
        link.Only("kind", "path", "baud", "data_bits", "parity", "stop_bits", "rts", "dtr", "host", "port", "bus", "address", "device", "period_s");
        if (polled is { } reads)
        {
            return link.Require("kind", "\"i2c\" or \"iiod\"").OneOf("i2c", "iiod") == "i2c" ? ReadI2c(link, reads) : ReadIiod(link, reads);
        }

        return link.Require("kind", "\"serial\" or \"tcp\"").OneOf("serial", "tcp") == "tcp" ? ReadTcp(link) : ReadSerial(link, protocol);
    }

    private static LinkSettings.Tcp ReadTcp(ConfigurationNode link)
    {
        link.Only("kind", "host", "port");
        string host = link.Require("host", "\"192.0.2.10\"").Text("a host name or address");
        return new LinkSettings.Tcp(host, link.Require("port", "4001").Port()) { ConfiguredAt = link.Path };
    }

    private static LinkSettings.I2c ReadI2c(ConfigurationNode link, PolledReads reads)
    {
        link.Only("kind", "bus", "address", "period_s");
        ConfigurationNode address = link.Require("address", "\"0x48\"");
        string text = address.Text("the 7-bit address of the chip");
        return text.StartsWith("0x", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number) && number is >= 0x08 and <= 0x77
            ? new LinkSettings.I2c(link.Require("bus", "1").Integer(0, 255), number, reads.Chip) { ConfiguredAt = link.Path, Period = ReadPeriod(link) }
            : throw address.Wrong($"\"{text}\" is no address", "write \"0x08\" to \"0x77\"");
    }

    private static LinkSettings.Iiod ReadIiod(ConfigurationNode link, PolledReads reads)
    {
        link.Only("kind", "host", "port", "device", "period_s");
        string host = link.Require("host", "\"192.0.2.20\"").Text("a host name or address");
        ConfigurationNode? device = link.Find("device");
        string word = device?.Text("the label, name or id of the device") ?? reads.IioName;
        return RegisterCodec.IsDeviceName(word)
            ? new LinkSettings.Iiod(host, link.Find("port")?.Port() ?? LinkSettings.Iiod.UsualPort, word, reads.Attributes) { ConfiguredAt = link.Path, Period = ReadPeriod(link) }
            : throw device!.Value.Wrong($"\"{word}\" is no name of a device", "write its label, name or id");
    }

    private static TimeSpan ReadPeriod(ConfigurationNode link) => link.Find("period_s") is { } period
        ? period.Seconds(ShortestPeriodSeconds, LongestPeriodSeconds) ?? throw period.Wrong("a device that is never asked says nothing", "write seconds")
        : TimeSpan.FromSeconds(1);

    private static LinkSettings.Serial ReadSerial(ConfigurationNode link, DeviceProtocol protocol)
    {
        link.Only("kind", "path", "baud", "data_bits", "parity", "stop_bits", "rts", "dtr");
        ConfigurationNode path = link.Require("path", "\"/dev/serial/by-id/NAME\"");
        string port = path.Text("the path of the port");
        if (!port.StartsWith('/'))
        {
            throw path.Wrong($"\"{port}\" is not a full path", "write it from /, for instance /dev/serial/by-id/NAME");
        }

        return new LinkSettings.Serial(port, link.Find("baud")?.Integer(1, FastestBaud, " bit/s") ?? protocol.Baud)
        {
            ConfiguredAt = link.Path,
            DataBits = link.Find("data_bits")?.Integer(5, 8) ?? 8,
            Parity = link.Find("parity") is { } parity ? ReadParity(parity) : protocol.Parity,
            StopBits = link.Find("stop_bits")?.Integer(1, 2) ?? 1,
            Rts = link.Find("rts")?.Flag() ?? true,
            Dtr = link.Find("dtr")?.Flag() ?? true,
        };
    }

    private static SerialParity ReadParity(ConfigurationNode parity) => parity.OneOf("none", "odd", "even") switch
    {
        "odd" => SerialParity.Odd,
        "even" => SerialParity.Even,
        _ => SerialParity.None,
    };

    /// <summary>A name on two devices would mix them on the tape; a port has one owner, so the second device could never open.</summary>
    private static void RefuseDoubles(ConfigurationNode root, IReadOnlyList<DeviceConfiguration> devices)
    {
        for (int later = 1; later < devices.Count; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                ConfigurationNode place = root with { Path = $"devices[{later}]" };
                if (devices[earlier].Name == devices[later].Name)
                {
                    throw place.Wrong($"device name \"{devices[later].Name}\" is used twice", $"give it a name other than that of devices[{earlier}]");
                }

                if (SamePlace(devices[earlier].Link, devices[later].Link))
                {
                    throw place.Wrong($"the link of devices[{earlier}] is used twice", "give each device a port of its own");
                }
            }
        }
    }

    private static bool SamePlace(LinkSettings one, LinkSettings other) => (one, other) switch
    {
        (LinkSettings.Serial first, LinkSettings.Serial second) => first.Path == second.Path,
        (LinkSettings.Tcp first, LinkSettings.Tcp second) => first.Port == second.Port && string.Equals(first.Host, second.Host, StringComparison.OrdinalIgnoreCase),
        (LinkSettings.I2c first, LinkSettings.I2c second) => first.Bus == second.Bus && first.Address == second.Address,
        (LinkSettings.Iiod first, LinkSettings.Iiod second) =>
            first.Port == second.Port && first.Device == second.Device && string.Equals(first.Host, second.Host, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };
}
