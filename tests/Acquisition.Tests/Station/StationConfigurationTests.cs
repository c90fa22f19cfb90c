using System.Text.Json.Nodes;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Station;
using Vascular.Devices.Links;
using static Vascular.Acquisition.Tests.Station.StationText;

namespace Vascular.Acquisition.Tests.Station;

public sealed class StationConfigurationTests
{
    [Fact]
    public void A_whole_configuration_is_read_as_written()
    {
        StationConfiguration station = Parse(Whole);
        Assert.Equal(("lab-a", "bedside-box-01"), (station.Site, station.Gateway));
        Assert.Equal(["ehr-bridge"], station.Consumers);
        Assert.Equal(new BrokerConfiguration { Embedded = true, Host = "localhost", Port = 18883 }, station.Broker);
        Assert.Equal(["ppg-1", "cuff-1"], station.Devices.Select(device => device.Name));
        Assert.Equal(new LinkSettings.Serial("/dev/serial/by-id/usb-A", 9600) { ConfiguredAt = "devices[0].link" }, station.Devices[0].Link);
        Assert.Equal(new LinkSettings.Tcp("192.0.2.10", 4001) { ConfiguredAt = "devices[1].link" }, station.Devices[1].Link);
        Assert.Equal(254, station.Devices[1].CuffLimitMmHg);
        Assert.Null(station.Devices[0].CuffLimitMmHg);
    }

    /// <summary>Every protocol by name, each with every option it has: what a site can write, an examination can begin with and its tape can repeat.</summary>
    [Fact]
    public void Every_protocol_and_every_option_comes_from_one_station_file_to_a_monitor()
    {
        Dictionary<string, string> values = new()
        {
            [DeviceProtocol.CuffLimit] = "254", [DeviceProtocol.FallBack] = "true", [DeviceProtocol.SetFormat] = "false", [DeviceProtocol.AlignmentWindows] = "6",
            [DeviceProtocol.DisconnectedBit] = "false", [DeviceProtocol.SampleRate] = "100", [DeviceProtocol.SampleBits] = "12", [DeviceProtocol.SeveralSensors] = "true", [DeviceProtocol.Range] = "200",
            ["oxygen"] = """{ "input": 3, "zero_mV": 1.5 }""", ["temperature"] = """{ "input": 1 }""", ["power"] = "null", ["alarm"] = "null", ["set_celsius"] = "44", ["site_limit_min"] = "120",
            ["air"] = "\"dry\"", ["converter"] = "\"mcp3204\"", ["input"] = "3", ["gain"] = "64", ["reference_mV"] = "4096",
            ["calibration"] = """{ "zero_mV": 40.5, "mmHg_per_mV": 0.5, "range_mmHg": 300, "source": "manometer" }""",
        };
        string devices = string.Join(",\n", DeviceProtocol.All.Select((p, i) =>
        {
            string link = p.Carrier is "udp" ? $$"""{ "kind": "udp", "host": "192.0.2.10", "port": {{4000 + i}} }"""
                : p.Carrier is "mllp" ? $$"""{ "kind": "mllp", "port": {{4000 + i}}, "peers": ["192.0.2.10"] }"""
                : p.Polled is null
                ? $$"""{ "kind": "tcp", "host": "192.0.2.10", "port": {{4000 + i}} }"""
                : p.Polled.Attributes.Count > 0 ? $$"""{ "kind": "iiod", "host": "192.0.2.{{i}}" }""" : $$"""{ "kind": "i2c", "bus": 1, "address": "0x57" }""";
            string options = string.Join(", ", p.Options.Select(o => $"\"{o}\": {values[o]}"));
            return $$"""{ "name": "d-{{i}}", "protocol": "{{p.Name}}", "link": {{link}}, "options": { {{options}} } }""";
        }));
        ExaminationSettings settings = LiveExamination.Settings(Parse($$"""{ "site": "a", "gateway": "b", "devices": [{{devices}}] }"""));
        ExaminationSettings taped = ExaminationSettings.FromJson((JsonObject)JsonNode.Parse(settings.ToJson().ToJsonString())!);
        Assert.Equal(DeviceProtocol.All.Select(p => p.Name), taped.Channels.Select(c => c.Protocol));
        Assert.Equal(settings.Channels.Select(c => c.Options), taped.Channels.Select(c => c.Options));
        Assert.Equal(settings.Channels.Select(c => c.Transducer), taped.Channels.Select(c => c.Transducer));
        Assert.Equal(("mcp3204", 3, 1, 4096.0, 40.5), taped.Channels.Single(c => c.Protocol == "mcp320x").Transducer is { } near ? (near.Converter, near.Input, near.Gain, near.ReferenceMilliVolts, near.Calibration!.ZeroMilliVolts) : default);
        Assert.Equal(("hx711", 64), taped.Channels.Single(c => c.Protocol == "hx711").Transducer is { } bridge ? (bridge.Converter, bridge.Gain) : default);
        Assert.All(taped.Channels.Where(c => c.Transducer is not null), c => Assert.True(new Channel(c, 1) is { IsCuff: true, IsCuffModule: false }));
        Assert.All(taped.Channels, c => Assert.NotNull(new Channel(c, 1).Monitor));
        Assert.Equal(new DeviceOptions { FallBack = true, SetFormat = false, AlignmentWindows = 6, SensorDisconnectedBit = false }, taped.Channels.Single(c => c.Protocol == "nonin7").Options);
        Channel board = new(taped.Channels.Single(c => c.Protocol == "pulsesensor"), 1);
        Assert.Equal((100.0, 12), (board.Waveform!.RateHz, board.Waveform.Bits));
    }

    [Theory]
    [InlineData("nonin7", "\"alignment_windows\": 1", "write a whole number from 2 to 25 frames")]
    [InlineData("pulsesensor", "\"bits\": 11", "no board has 11 bits")]
    [InlineData("par", "\"fall_back\": true", "unknown property \"fall_back\"")]
    public void An_option_that_cannot_be_is_refused(string protocol, string options, string why) =>
        Assert.Contains(why, Assert.Throws<CommandFailure>(() => Parse(
            $$"""{ "site": "a", "gateway": "b", "devices": [{ "name": "d", "protocol": "{{protocol}}", "link": { "kind": "tcp", "host": "h", "port": 1 }, "options": { {{options}} } }] }""")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_sample_that_is_delivered_is_valid()
    {
        StationConfiguration sample = StationConfiguration.Read(Path.Combine(AppContext.BaseDirectory, "config", "station.json"));
        Assert.Equal(["ppg-1", "cuff-1"], sample.Devices.Select(device => device.Name));
    }

    [Theory]
    [InlineData("65536", 65536)]
    [InlineData("268435455", 268435455)]
    public void The_largest_packet_of_a_broker_is_read(string written, int bytes) =>
        Assert.Equal(bytes, Parse($$"""{ "site": "a", "gateway": "b", "broker": { "largest_packet_bytes": {{written}} } }""").Broker.LargestPacketBytes);

    [Theory]
    [InlineData("65535")]
    [InlineData("268435456")]
    [InlineData("\"1 MiB\"")]
    public void A_largest_packet_no_report_fits_in_or_no_broker_can_take_is_refused(string written)
    {
        var failure = Assert.Throws<CommandFailure>(() => Parse($$"""{ "site": "a", "gateway": "b", "broker": { "largest_packet_bytes": {{written}} } }"""));
        Assert.Contains("write a whole number from 65536 to 268435455 bytes", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_left_out_has_the_documented_default()
    {
        StationConfiguration station = Parse("""{ "site": "a", "gateway": "b" }""");
        Assert.Empty(station.Consumers);
        Assert.Empty(station.Devices);
        Assert.Equal((true, "localhost", 18883, 1 << 20), (station.Broker.Embedded, station.Broker.Host, station.Broker.Port, station.Broker.LargestPacketBytes));
    }

    [Fact]
    public void A_broker_of_the_site_has_its_certificates_relative_to_the_file()
    {
        StationConfiguration station = StationConfiguration.Parse(
            """{ "site": "a", "gateway": "b", "broker": { "embedded": false, "host": "mq.lab", "ca_file": "tls/ca.pem", "cert_file": "/etc/c.pem", "key_file": "../k.pem" } }""",
            "/etc/vascular/station.json");
        Assert.Equal(("/etc/vascular/tls/ca.pem", new BrokerCertificate("/etc/c.pem", "/etc/k.pem")), (station.Broker.AuthorityFile, station.Broker.Certificate));
        Assert.Equal((null, null), (station.Broker.Login, station.Broker.Version));
        Assert.Equal(("mq.lab", 18883), (station.Broker.Host, station.Broker.Port));
    }

    [Fact]
    public void A_broker_without_client_certificates_is_told_a_user_and_a_password_from_a_file()
    {
        StationConfiguration station = StationConfiguration.Parse(
            """{ "site": "a", "gateway": "b", "broker": { "embedded": false, "host": "mq.lab", "ca_file": "ca.pem", "user": "box", "password_file": "box.password", "mqtt": "3.1.1" } }""",
            "/etc/vascular/station.json");
        Assert.Null(station.Broker.Certificate);
        Assert.Equal((new BrokerLogin("box", "/etc/vascular/box.password"), MqttVersion.Mqtt311), (station.Broker.Login, station.Broker.Version));
    }

    [Fact]
    public void Comments_and_a_trailing_comma_are_allowed() =>
        Assert.Equal("a", Parse("{ // who\n \"site\": \"a\", \"gateway\": \"b\", }").Site);

    [Theory]
    [InlineData("site", "\"Lab A\"", "\"Lab A\" cannot stand in a topic, station.json at site, write at most 40 of a-z, 0-9 and -")]
    [InlineData("site", "\"labor-ü\"", "\"labor-ü\" cannot stand in a topic, station.json at site, write at most 40 of a-z, 0-9 and -")]
    [InlineData("gateway", "\"a/b\"", "\"a/b\" cannot stand in a topic, station.json at gateway, write at most 40 of a-z, 0-9 and -")]
    [InlineData("gateway", "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddX\"", "\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddX\" cannot stand in a topic, station.json at gateway, write at most 40 of a-z, 0-9 and -")]
    [InlineData("gateway", "\"\"", "\"\" is no text, station.json at gateway, write a name of a-z, 0-9 and -")]
    [InlineData("gateway", "null", "null is no text, station.json at gateway, write a name of a-z, 0-9 and -")]
    [InlineData("consumers", "\"ehr-bridge\"", "\"ehr-bridge\" where a list belongs, station.json at consumers, write [ … ]")]
    [InlineData("consumers", "[\"ehr\", \"EHR\"]", "\"EHR\" cannot stand in a topic, station.json at consumers[1], write at most 40 of a-z, 0-9 and -")]
    [InlineData("consumers", "[\"ehr\", \"ehr\"]", "consumer \"ehr\" is named twice, station.json at consumers[1], remove one")]
    [InlineData("broker", "{ \"port\": 0 }", "0 is out of range, station.json at broker.port, write a whole number from 1 to 65535")]
    [InlineData("broker", "{ \"port\": 65536 }", "65536 is out of range, station.json at broker.port, write a whole number from 1 to 65535")]
    [InlineData("broker", "{ \"port\": 25.5 }", "25.5 is out of range, station.json at broker.port, write a whole number from 1 to 65535")]
    [InlineData("broker", "[]", "a list where an object belongs, station.json at broker, write { … } with embedded, host, port, largest_packet_bytes, ca_file, cert_file, key_file, user, password_file, mqtt")]
    [InlineData("broker", "{ \"embedded\": false }", "\"ca_file\" is missing, station.json at broker, write \"ca_file\": \"/etc/vascular/FILE.pem\"")]
    [InlineData("broker", "{ \"embedded\": false, \"host\": \"h\", \"ca_file\": \"a\" }", "\"cert_file\" is missing, station.json at broker, write \"cert_file\": \"/etc/vascular/FILE.pem\"")]
    [InlineData("broker", "{ \"embedded\": false, \"host\": \"h\", \"ca_file\": \"a\", \"user\": \"u\" }", "\"password_file\" is missing, station.json at broker, write \"password_file\": \"/etc/vascular/broker.password\"")]
    [InlineData("broker", "{ \"embedded\": false, \"host\": \"h\", \"ca_file\": \"a\", \"password_file\": \"p\" }", "\"user\" is missing, station.json at broker, write \"user\": \"bedside-box-01\"")]
    [InlineData("broker", "{ \"embedded\": false, \"host\": \"h\", \"ca_file\": \"a\", \"cert_file\": \"b\", \"key_file\": \"c\", \"mqtt\": \"4\" }", "\"4\" is not known, station.json at broker.mqtt, write one of \"5\", \"3.1.1\"")]
    [InlineData("broker", "{ \"user\": \"u\" }", "only a site's broker is told that, station.json at broker.user, remove user or set \"embedded\": false")]
    [InlineData("broker", "{ \"embedded\": false, \"ca_file\": \"a\", \"cert_file\": \"b\", \"key_file\": \"c\" }", "\"host\" is missing, station.json at broker, write \"host\": \"broker.example\"")]
    [InlineData("broker", "{ \"key_file\": \"k.pem\" }", "the embedded broker makes its own certificates, station.json at broker.key_file, remove key_file or set \"embedded\": false")]
    [InlineData("page", "{ \"port\": 0 }", "0 is out of range, station.json at page.port, write a whole number from 1 to 65535")]
    [InlineData("page", "{ \"host\": \"0.0.0.0\" }", "unknown property \"host\", station.json at page, remove it or write one of port, patient_system")]
    [InlineData("page", "{ \"patient_system\": \"our hospital\" }", "\"our hospital\" is no URI, station.json at page.patient_system, write the URI of the issuer, for instance \"urn:oid:2.999.1.1\"")]
    [InlineData("devices", "{}", "an object where a list belongs, station.json at devices, write [ … ]")]
    [InlineData("devices", "[7]", "7 where an object belongs, station.json at devices[0], write { … } with name, protocol, link, silence_s, options, simulated, simulate")]
    [InlineData("device", "[]", "unknown property \"device\", station.json, remove it or write one of site, gateway, consumers, broker, page, devices, storage, archive, rules_file, protocol")]
    public void A_wrong_value_is_named_with_its_place_and_what_to_write(string property, string value, string message)
    {
        JsonObject station = JsonNode.Parse(Whole)!.AsObject();
        station[property] = JsonNode.Parse(value);
        Assert.Equal(message, Refusal(station.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
    }

    [Theory]
    [InlineData("protocol", "\"nonin9\"", "\"nonin9\" is not known, station.json at devices[0].protocol, write one of \"nonin1\", \"nonin2\", \"nonin7\", \"nonin8\", \"nonin13\", \"contec-v7\", \"oximeter-5byte-berry\", \"oximeter-5byte-contec\", \"pulsesensor\", \"masimo\", \"par\", \"accupulse\", \"intellivue\", \"intellivue-udp\", \"pcd01\", \"pcd01-mllp\", \"tcm4-analog\", \"mprls0025pa\", \"max30102\", \"bmp280\"")]
    [InlineData("name", "\"ppg_1\"", "\"ppg_1\" cannot stand in a topic, station.json at devices[0].name, write at most 40")]
    [InlineData("name", "\"cuff-1\"", "device name \"cuff-1\" is used twice, station.json at devices[1], give it a name other than that of devices[0]")]
    [InlineData("silence_s", "0", "0 is out of range, station.json at devices[0].silence_s, write seconds from 0.5 to 3600, or null for never")]
    [InlineData("silence_s", "\"2\"", "\"2\" is out of range, station.json at devices[0].silence_s, write seconds from 0.5 to 3600, or null for never")]
    [InlineData("options", "{ \"cuff_limit_mmHg\": 254 }", "unknown property \"cuff_limit_mmHg\", station.json at devices[0].options, remove it")]
    [InlineData("link", "{ \"path\": \"/dev/ttyS0\" }", "\"kind\" is missing, station.json at devices[0].link, write \"kind\": \"serial\" or \"tcp\" or \"rfc2217\" or \"tcp-listen\"")]
    [InlineData("link", "{ \"kind\": \"usb\" }", "\"usb\" is not known, station.json at devices[0].link.kind, write one of \"serial\", \"tcp\", \"rfc2217\", \"tcp-listen\"")]
    [InlineData("link", "{ \"kind\": \"serial\", \"path\": \"COM3\" }", "\"COM3\" is not a full path, station.json at devices[0].link.path, write it from /")]
    [InlineData("link", "{ \"kind\": \"serial\", \"path\": \"/dev/ttyS0\", \"port\": 4001 }", "unknown property \"port\", station.json at devices[0].link, remove it or write one of kind, path, baud")]
    [InlineData("link", "{ \"kind\": \"serial\", \"path\": \"/dev/ttyS0\", \"parity\": \"stick\" }", "\"stick\" is not known, station.json at devices[0].link.parity, write one of \"none\", \"odd\", \"even\", \"mark\", \"space\"")]
    [InlineData("link", "{ \"kind\": \"serial\", \"path\": \"/dev/ttyS0\", \"baud\": 0 }", "0 is out of range, station.json at devices[0].link.baud, write a whole number from 1 to 4000000 bit/s")]
    [InlineData("link", "{ \"kind\": \"serial\", \"path\": \"/dev/ttyS0\", \"baud\": \"9600\" }", "\"9600\" is out of range, station.json at devices[0].link.baud")]
    [InlineData("link", "{ \"kind\": \"tcp\", \"host\": \"192.0.2.10\", \"port\": 70000 }", "70000 is out of range, station.json at devices[0].link.port, write a whole number from 1 to 65535")]
    [InlineData("link", "{ \"kind\": \"tcp\", \"port\": 4001 }", "\"host\" is missing, station.json at devices[0].link, write \"host\": \"192.0.2.10\"")]
    [InlineData("link", "{ \"kind\": \"tcp\", \"host\": \"192.0.2.10\", \"port\": 4001 }", "the link of devices[0] is used twice, station.json at devices[1], give each device a port of its own")]
    public void A_wrong_device_is_named_with_its_place_and_what_to_write(string property, string value, string message)
    {
        JsonObject station = JsonNode.Parse(Whole)!.AsObject();
        station["devices"]![0]![property] = JsonNode.Parse(value);
        Assert.StartsWith(message, Refusal(station.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site", "\"site\" is missing, station.json, write \"site\": \"lab-a\"")]
    [InlineData("gateway", "\"gateway\" is missing, station.json, write \"gateway\": \"bedside-box-01\"")]
    public void What_must_be_there_is_asked_for(string property, string message)
    {
        JsonObject station = JsonNode.Parse(Whole)!.AsObject();
        station.Remove(property);
        Assert.Equal(message, Refusal(station.ToJsonString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"site\": ")]
    [InlineData("{ \"site\": \"a\", \"site\": \"b\", \"gateway\": \"c\" }")]
    public void Text_that_is_not_JSON_or_says_a_thing_twice_is_refused(string json) =>
        Assert.StartsWith("configuration is not valid JSON, station.json", Refusal(json), StringComparison.Ordinal);

    [Fact]
    public void The_line_of_a_slip_is_named_counting_from_one() =>
        Assert.StartsWith("configuration is not valid JSON, station.json line 3, correct it", Refusal("{\n\"site\": \"a\",\n\"gateway\" \"b\"\n}"), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named_with_an_example()
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(() => StationConfiguration.Read("/does/not/exist.json"));
        Assert.Equal("no such configuration, /does/not/exist.json, correct --config or write the file (config/station.json is an example)", failure.Message);
    }
}
