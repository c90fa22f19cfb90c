using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>The layout of <c>station.json</c>: which properties stand where and what they may say.</summary>
internal static partial class StationFile
{
    private const double ShortestSilenceSeconds = 0.5;
    private const double LongestSilenceSeconds = 3600;
    private const int LowestCuffLimitMmHg = 100;
    private const int HighestCuffLimitMmHg = 400;
    private const int LongestAfterExerciseS = 1800;
    private const string PemFile = "the name of a PEM file";
    private const int LargestMqttPacket = 268_435_455; // what its length field can say

    internal static StationConfiguration Read(ConfigurationNode root)
    {
        root.Only("site", "gateway", "consumers", "broker", "page", "devices", "storage", "archive", "rules_file", "protocol");
        IReadOnlyList<DeviceConfiguration> devices = root.Find("devices") is { } list ? [.. list.Items().Select(ReadDevice)] : [];
        RefuseDoubles(root, devices);
        string site = root.Require("site", "\"lab-a\"").Name(), gateway = root.Require("gateway", "\"bedside-box-01\"").Name();
        List<string> consumers = root.Find("consumers") is { } named ? ReadConsumers(named) : [];
        return new StationConfiguration
        {
            Site = site,
            Gateway = gateway,
            Consumers = consumers,
            Broker = root.Find("broker") is { } broker ? ReadBroker(broker) : new BrokerConfiguration(),
            Page = root.Find("page") is { } page ? ReadPage(page) : new PageConfiguration(),
            Storage = root.Find("storage") is { } storage ? ReadStorage(storage) : new StorageConfiguration(),
            Archive = root.Find("archive") is { } archive ? ReadArchive(archive, [gateway, .. consumers]) : null,
            Devices = devices,
            Protocol = root.Find("protocol") is { } protocol ? ReadProtocol(protocol) : new StationProtocol(),
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

    private static StationProtocol ReadProtocol(ConfigurationNode protocol)
    {
        protocol.Only("readings", "segmental", "after_exercise_s", "provocations");
        int[] after = protocol.Find("after_exercise_s") is { } times ? [.. times.Items().Select(t => t.Integer(0, LongestAfterExerciseS, " s"))] : [];
        if (after.Zip(after.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw protocol.Find("after_exercise_s")!.Value.Wrong("the times after exercise do not rise", "write each once, the earliest first, for instance [60, 180, 300]");
        }

        return new StationProtocol
        {
            Readings = protocol.Find("readings")?.Integer(1, 2) ?? 1,
            Segmental = protocol.Find("segmental")?.Flag() ?? false,
            AfterExerciseS = after,
            Provocations = protocol.Find("provocations") is { } kinds
                ? [.. kinds.Items().Select(k => ProtocolStep.ParseKind(k.OneOf("oxygen_challenge", "leg_elevation", "leg_dependency"))).Distinct()]
                : [],
        };
    }

    private static StorageConfiguration ReadStorage(ConfigurationNode storage)
    {
        storage.Only("floor_hours", "keep_hours");
        return new StorageConfiguration
        {
            FloorHours = storage.Find("floor_hours")?.Hours() ?? new StorageConfiguration().FloorHours,
            KeepHours = storage.Find("keep_hours")?.Hours(),
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
        device.Only("name", "protocol", "link", "silence_s", "options", "simulated", "simulate");
        string name = device.Require("name", "\"ppg-1\"").Name();
        string[] known = [.. DeviceProtocol.All.Select(protocol => protocol.Name)];
        ConfigurationNode wanted = device.Require("protocol", "\"nonin7\"");
        DeviceProtocol protocol = DeviceProtocol.Find(wanted.OneOf(known))!;
        ConfigurationNode? options = device.Find("options");
        options?.Only([.. protocol.Options]);
        SkinSensorSettings? sensor = protocol.Name == ChannelSettings.Tcm4 ? SkinSensorFile.Read(options) : null;
        bool simulate = ReadSimulate(device, protocol);
        TransducerSettings? transducer = TransducerFile.Reads(protocol.Name) ? TransducerFile.Read(protocol.Name, device, options, simulate) : null;
        return new DeviceConfiguration
        {
            Name = name,
            Protocol = protocol,
            Link = simulate && device.Find("link") is null
                ? null
                : ReadLink(device.Require("link", "{ \"kind\": \"serial\", \"path\": \"/dev/serial/by-id/NAME\" }"), protocol, sensor is not null ? PolledReads.Of(sensor.Wiring) : transducer is not null ? PolledReads.Of(transducer) : protocol.Polled),
            Simulate = simulate,
            Simulated = simulate || (device.Find("simulated")?.Flag() ?? false),
            Silence = device.Find("silence_s") is { } silence ? silence.Seconds(ShortestSilenceSeconds, LongestSilenceSeconds) : protocol.Silence,
            Options = sensor is null && transducer is null && options is { } said ? ReadOptions(said) : DeviceOptions.Usual,
            CuffLimitMmHg = options?.Find(DeviceProtocol.CuffLimit)?.Integer(LowestCuffLimitMmHg, HighestCuffLimitMmHg, " mmHg"),
            SkinSensor = sensor,
            Transducer = transducer,
        };
    }

    /// <summary>Which of them a protocol has was checked before.</summary>
    private static DeviceOptions ReadOptions(ConfigurationNode options) => new()
    {
        FallBack = options.Find(DeviceProtocol.FallBack)?.Flag(),
        SetFormat = options.Find(DeviceProtocol.SetFormat)?.Flag(),
        AlignmentWindows = options.Find(DeviceProtocol.AlignmentWindows)?.Integer(2, 25, " frames"),
        SensorDisconnectedBit = options.Find(DeviceProtocol.DisconnectedBit)?.Flag(),
        SamplesPerSecond = options.Find(DeviceProtocol.SampleRate)?.Integer(1, 1000, " a second"),
        Bits = options.Find(DeviceProtocol.SampleBits) is { } bits ? (bits.Integer(10, 12, " bits") is var number && number != 11 ? number : throw bits.Wrong("no board has 11 bits", "write 10 or 12")) : null,
        RangeMmHg = options.Find(DeviceProtocol.Range)?.Integer(50, 1500, " mmHg"),
        SeveralSensors = options.Find(DeviceProtocol.SeveralSensors)?.Flag(),
    };

    private static bool ReadSimulate(ConfigurationNode device, DeviceProtocol protocol)
    {
        if (device.Find("simulate") is not { } simulate || !simulate.Flag())
        {
            return false;
        }

        if (!SimulatedDevices.Knows(protocol.Name))
        {
            throw simulate.Wrong($"this version has no simulator for {protocol.Name}", "remove simulate");
        }

        return device.Find("simulated") is { } word && !word.Flag()
            ? throw word.Wrong("a device that is simulated is never called real", "remove simulated")
            : true;
    }

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

                if (!devices[earlier].Simulate && !devices[later].Simulate && SamePlace(devices[earlier].Link!, devices[later].Link!))
                {
                    throw place.Wrong($"the link of devices[{earlier}] is used twice", "give each device a port of its own");
                }
            }
        }
    }
}
