using System.Net;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Station;
using Vascular.Devices.Links;
using Vascular.Devices.Tcm;

namespace Vascular.Acquisition.Tests.Station;

public sealed class StationConfigurationTests
{
    private const string Whole = """
        {
          "site": "lab-a",
          "gateway": "bedside-box-01",
          "consumers": ["ehr-bridge"],
          "broker": { "embedded": true, "host": "localhost", "port": 18883 },
          "devices": [
            { "name": "ppg-1", "protocol": "nonin7", "link": { "kind": "serial", "path": "/dev/serial/by-id/usb-A", "baud": 9600 } },
            { "name": "cuff-1", "protocol": "par", "link": { "kind": "tcp", "host": "192.0.2.10", "port": 4001 }, "options": { "cuff_limit_mmHg": 254 } }
          ]
        }
        """;

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
    public void A_TcPO2_monitor_is_polled_over_either_way_in_and_reads_the_inputs_its_monitor_folds()
    {
        DeviceConfiguration near = Device(d => d["protocol"] = "tcm4-analog", d => d["link"] = JsonNode.Parse("""{ "kind": "i2c", "bus": 1, "address": "0x49" }"""));
        LinkSettings.I2c i2c = Assert.IsType<LinkSettings.I2c>(near.Link);
        Assert.Equal((1, 0x49, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), (i2c.Bus, i2c.Address, i2c.Period, near.Silence));
        Assert.Equal(new TcmOptions().Inputs, Assert.IsType<I2cChip.Ads1115>(i2c.Chip).Inputs);

        DeviceConfiguration far = Device(
            d => d["protocol"] = "tcm4-analog", d => d["link"] = JsonNode.Parse("""{ "kind": "iiod", "host": "192.0.2.20", "device": "tcpo2-foot", "period_s": 0.5 }"""));
        LinkSettings.Iiod iiod = Assert.IsType<LinkSettings.Iiod>(far.Link);
        Assert.Equal(("192.0.2.20", 30431, "tcpo2-foot", TimeSpan.FromSeconds(0.5)), (iiod.Host, iiod.Port, iiod.Device, iiod.Period));
        Assert.Equal(
            [new("voltage1", "scale"), new("voltage1", "raw"), new("voltage2", "scale"), new("voltage2", "raw"), new("voltage0", "scale"), new IiodAttribute("voltage0", "raw")],
            iiod.Attributes);
    }

    [Fact]
    public void The_wiring_and_the_use_of_a_monitor_are_read_and_stand_on_the_tape()
    {
        DeviceConfiguration monitor = Monitor("""
            { "oxygen": { "input": 3, "zero_mV": -4.5 }, "temperature": { "input": 0 }, "power": null, "alarm": { "input": 2, "zero_mV": 1 },
              "range_mmHg": 800, "set_celsius": 43.5, "site_limit_min": 240, "air": "saturated" }
            """);
        var told = new SkinSensorSettings(
            new TcmOptions { Oxygen = new TcmInput(3, -4.5), Temperature = new TcmInput(0), Power = null, Alarm = new TcmInput(2, 1), Range = TcmRange.UpTo800 }, 43.5, 14_400, AirOf.Saturated);
        Assert.Equal(told, monitor.SkinSensor);
        IiodAttribute[] asked = [.. Assert.IsType<LinkSettings.Iiod>(monitor.Link).Attributes.Where(a => a.Name == "raw")];
        Assert.Equal(["voltage2", "voltage0", "voltage3"], asked.Select(a => a.Channel));

        StationConfiguration station = Parse(Whole) with { Devices = [monitor] };
        ExaminationSettings settings = LiveExamination.Settings(station);
        Assert.Equal(told, SettingsRecord.Read(SettingsRecord.Write(settings)).Settings.Channels[0].SkinSensor);
    }

    [Fact]
    public void A_monitor_without_options_is_wired_as_the_guide_says()
    {
        Assert.Equal(SkinSensorSettings.Usual, Monitor("{}").SkinSensor);
        Assert.Equal(new SkinSensorSettings(new TcmOptions(), 44), Monitor("""{ "set_celsius": 44 }""").SkinSensor);
        Assert.Null(Parse(Whole).Devices[0].SkinSensor);
    }

    [Theory]
    [InlineData("{ \"oxygen\": null }", "a monitor without its oxygen output measures nothing, station.json at devices[0].options.oxygen, write { \"input\": 0 }")]
    [InlineData("{ \"oxygen\": { \"input\": 4 } }", "4 is out of range, station.json at devices[0].options.oxygen.input, write a whole number from 0 to 3")]
    [InlineData("{ \"power\": { \"zero_mV\": 1 } }", "\"input\" is missing, station.json at devices[0].options.power, write \"input\": 0")]
    [InlineData("{ \"power\": 2 }", "2 where an object belongs, station.json at devices[0].options.power, write { … } with input, zero_mV")]
    [InlineData("{ \"oxygen\": { \"input\": 0, \"zero_mV\": 51 } }", "51 is out of range, station.json at devices[0].options.oxygen.zero_mV, write a number from -50 to 50 mV")]
    [InlineData("{ \"oxygen\": { \"input\": 1 } }", "input 1 carries oxygen and temperature, station.json at devices[0].options, give each output an input of its own, or write \"temperature\": null where it is not wired")]
    [InlineData("{ \"range_mmHg\": 400 }", "the monitor has no range of 400 mmHg, station.json at devices[0].options.range_mmHg, write 200 or 800, as chosen on the monitor")]
    [InlineData("{ \"range_mmHg\": \"200\" }", "\"200\" is out of range, station.json at devices[0].options.range_mmHg")]
    [InlineData("{ \"set_celsius\": 50 }", "50 is out of range, station.json at devices[0].options.set_celsius, write a number from 37 to 45 °C")]
    [InlineData("{ \"site_limit_min\": 0 }", "0 is out of range, station.json at devices[0].options.site_limit_min, write a whole number from 5 to 720 min")]
    [InlineData("{ \"air\": \"humid\" }", "\"humid\" is not known, station.json at devices[0].options.air, write one of \"dry\", \"saturated\"")]
    [InlineData("{ \"air\": \"saturated\" }", "air saturated at the electrode's temperature, and that temperature is not written, station.json at devices[0].options.air, write set_celsius beside it")]
    [InlineData("{ \"cuff_limit_mmHg\": 254 }", "unknown property \"cuff_limit_mmHg\", station.json at devices[0].options, remove it or write one of oxygen, temperature, power, alarm, range_mmHg, set_celsius, site_limit_min, air")]
    public void A_wrong_option_of_a_monitor_is_named_with_its_place_and_what_to_write(string options, string message) =>
        Assert.StartsWith(message, Assert.Throws<CommandFailure>(() => Monitor(options)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_station_with_a_monitor_offers_its_steps_and_one_without_does_not()
    {
        StationConfiguration plain = Parse(Whole);
        Assert.DoesNotContain(LiveExamination.Settings(plain).Protocol, s => s.Kind == StepKind.SkinOxygen);
        IReadOnlyList<ProtocolStep> steps = LiveExamination.Settings(plain with { Devices = [.. plain.Devices, Monitor("{}")] }).Protocol;
        Assert.Equal(
            ["R.FOOT.DORSUM", "R.FOOT.PLANTAR", "L.FOOT.DORSUM", "L.FOOT.PLANTAR", "R.CHEST"],
            steps.Where(s => s.Kind == StepKind.SkinOxygen).Select(s => s.Site.Code));
        Assert.Equal(LiveExamination.StandardProtocol, steps.Skip(5));
        Assert.Equal(steps.Count, steps.Select(s => s.Key).Distinct().Count());
    }

    /// <summary>The comments of the sample are read as a person would who takes the marks away.</summary>
    [Fact]
    public void The_monitor_in_the_comments_of_the_sample_is_valid()
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "config", "station.json"));
        int from = Array.FindIndex(lines, l => l.TrimStart().StartsWith("// {", StringComparison.Ordinal));
        int to = Array.FindIndex(lines, from, l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal));
        string devices = string.Join('\n', lines[from..to].Select(l => l.TrimStart()[2..]));
        StationConfiguration station = Parse($$"""{ "site": "a", "gateway": "b", "devices": [ {{devices}} ] }""");
        Assert.Equal(["tcm4-analog", "bmp280"], station.Devices.Select(d => d.Protocol.Name));
        Assert.Equal((44.0, AirOf.Saturated), (station.Devices[0].SkinSensor!.SetCelsius, station.Devices[0].SkinSensor!.Air));
    }

    [Fact]
    public void A_barometer_is_polled_too()
    {
        DeviceConfiguration near = Device(d => d["protocol"] = "bmp280", d => d["link"] = JsonNode.Parse("""{ "kind": "i2c", "bus": 1, "address": "0x76" }"""));
        Assert.IsType<I2cChip.Bmp280>(Assert.IsType<LinkSettings.I2c>(near.Link).Chip);
        DeviceConfiguration far = Device(d => d["protocol"] = "bmp280", d => d["link"] = JsonNode.Parse("""{ "kind": "iiod", "host": "192.0.2.20" }"""));
        Assert.Equal(("bmp280", "input"), (Assert.IsType<LinkSettings.Iiod>(far.Link).Device, ((LinkSettings.Iiod)far.Link).Attributes[0].Name));
    }

    [Theory]
    [InlineData("{ \"kind\": \"serial\", \"path\": \"/dev/ttyS0\" }", "\"serial\" is not known, station.json at devices[0].link.kind, write one of \"i2c\", \"iiod\"")]
    [InlineData("{ \"kind\": \"i2c\", \"bus\": 1, \"address\": \"72\" }", "\"72\" is no address, station.json at devices[0].link.address, write \"0x08\" to \"0x77\"")]
    [InlineData("{ \"kind\": \"i2c\", \"bus\": 1, \"address\": \"0x78\" }", "\"0x78\" is no address")]
    [InlineData("{ \"kind\": \"i2c\", \"address\": \"0x48\" }", "\"bus\" is missing, station.json at devices[0].link, write \"bus\": 1")]
    [InlineData("{ \"kind\": \"i2c\", \"bus\": 1, \"address\": \"0x48\", \"period_s\": 60 }", "60 is out of range, station.json at devices[0].link.period_s, write seconds from 0.1 to 2")]
    [InlineData("{ \"kind\": \"iiod\", \"host\": \"h\", \"device\": \"a/b\" }", "\"a/b\" is no name of a device, station.json at devices[0].link.device, write its label, name or id")]
    public void A_wrong_link_of_a_polled_device_is_named(string link, string message)
    {
        JsonObject station = JsonNode.Parse(Whole)!.AsObject();
        (station["devices"]![0]!["protocol"], station["devices"]![0]!["link"]) = ("tcm4-analog", JsonNode.Parse(link));
        Assert.StartsWith(message, Refusal(station.ToJsonString()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_transducer_is_read_over_spi_or_iiod_and_without_a_calibration_it_is_no_cuff()
    {
        DeviceConfiguration near = Transducer("mcp320x", """{ "kind": "spi", "bus": 0, "chip_select": 1 }""", """{ "converter": "mcp3201", "reference_mV": 3300 }""");
        LinkSettings.Spi spi = Assert.IsType<LinkSettings.Spi>(near.Link);
        Assert.Equal((0, 1, new SpiChip.Mcp320x(Vascular.Devices.Mcp320x.Mcp320xPart.Mcp3201, 0), TimeSpan.FromMilliseconds(100)), (spi.Bus, spi.ChipSelect, spi.Chip, spi.Period));
        Assert.False(new Channel(new ChannelSettings("d", "mcp320x", false, null) { Transducer = near.Transducer }, 1).IsCuff);
        DeviceConfiguration far = Transducer("hx711", """{ "kind": "iiod", "host": "192.0.2.20" }""", """{ "gain": 32, "reference_mV": 5000 }""");
        LinkSettings.Iiod iiod = Assert.IsType<LinkSettings.Iiod>(far.Link);
        Assert.Equal("hx711", iiod.Device);
        Assert.Equal([new IiodAttribute("voltage1", "scale"), new IiodAttribute("voltage1", "raw")], iiod.Attributes);
        LinkSettings.Iiod buffered = Assert.IsType<LinkSettings.Iiod>(Device(d => d["protocol"] = "max30102", d => d["link"] = JsonNode.Parse("""{ "kind": "iiod", "host": "192.0.2.20" }""")).Link);
        Assert.Equal(new IiodBuffer(["intensity_red", "intensity_ir"], 32), buffered.Buffer);
    }

    [Theory]
    [InlineData("mcp320x", """{ "kind": "i2c", "bus": 1, "address": "0x48" }""", """{ "converter": "mcp3208", "reference_mV": 5000 }""", "\"i2c\" is not known, station.json at devices[0].link.kind, write one of \"spi\", \"iiod\"")]
    [InlineData("mcp320x", """{ "kind": "spi", "bus": 0 }""", """{ "converter": "mcp3208", "reference_mV": 5000 }""", "\"chip_select\" is missing, station.json at devices[0].link, write \"chip_select\": 0")]
    [InlineData("mcp320x", """{ "kind": "spi", "bus": 0, "chip_select": 0 }""", """{ "converter": "mcp3202", "input": 2, "reference_mV": 5000 }""", "2 is out of range, station.json at devices[0].options.input, write a whole number from 0 to 1")]
    [InlineData("mcp320x", """{ "kind": "spi", "bus": 0, "chip_select": 0 }""", """{ "converter": "mcp3008", "reference_mV": 5000 }""", "\"mcp3008\" is not known, station.json at devices[0].options.converter, write one of \"mcp3201\", \"mcp3202\", \"mcp3204\", \"mcp3208\"")]
    [InlineData("mcp320x", """{ "kind": "spi", "bus": 0, "chip_select": 0 }""", """{ "converter": "mcp3208" }""", "\"reference_mV\" is missing, station.json at devices[0].options, write \"reference_mV\": 5000")]
    [InlineData("hx711", """{ "kind": "spi", "bus": 0, "chip_select": 0 }""", null, "\"options\" is missing, station.json at devices[0], write \"options\": { \"reference_mV\": 5000 }")]
    [InlineData("hx711", """{ "kind": "spi", "bus": 0, "chip_select": 0 }""", """{ "reference_mV": 5000, "gain": 100 }""", "an HX711 has no such gain, station.json at devices[0].options.gain, write 128, 64 or 32")]
    [InlineData("hx711", """{ "kind": "spi", "bus": 0, "chip_select": 0 }""", """{ "reference_mV": 5000, "calibration": { "zero_mV": 0, "mmHg_per_mV": 0, "range_mmHg": 300, "source": "m" } }""", "a millivolt of a transducer is never that little")]
    [InlineData("hx711", """{ "kind": "spi", "bus": 0, "chip_select": 0 }""", """{ "reference_mV": 5000, "calibration": { "zero_mV": 0, "mmHg_per_mV": 20, "range_mmHg": 300 } }""", "\"source\" is missing, station.json at devices[0].options.calibration")]
    public void A_wrong_transducer_is_named(string protocol, string link, string? options, string message)
    {
        JsonObject station = JsonNode.Parse(Whole)!.AsObject();
        JsonNode device = station["devices"]![0]!;
        (device["protocol"], device["link"]) = (protocol, JsonNode.Parse(link));
        if (options is not null)
        {
            device["options"] = JsonNode.Parse(options);
        }

        Assert.StartsWith(message, Refusal(station.ToJsonString()), StringComparison.Ordinal);
    }

    /// <summary>Inputs of one MCP320x are several devices; an HX711 has no chip select and hears everything on its bus.</summary>
    [Theory]
    [InlineData("mcp320x", 0, "mcp320x", 0, 1, true)]
    [InlineData("mcp320x", 0, "mcp320x", 0, 0, false)]
    [InlineData("mcp320x", 0, "mcp320x", 1, 0, true)]
    [InlineData("mcp320x", 0, "hx711", 1, 0, false)]
    public void Two_transducers_share_a_bus_where_the_parts_can(string one, int select, string other, int otherSelect, int input, bool can)
    {
        JsonObject station = JsonNode.Parse(Whole)!.AsObject();
        station["devices"]![0] = Spi("a", one, select, 0);
        station["devices"]![1] = Spi("b", other, otherSelect, input);
        if (can)
        {
            Assert.NotNull(Parse(station.ToJsonString()));
        }
        else
        {
            Assert.StartsWith("the link of devices[0] is used twice, station.json at devices[1]", Refusal(station.ToJsonString()), StringComparison.Ordinal);
        }

        static JsonNode Spi(string name, string protocol, int select, int input) => JsonNode.Parse(
            $$"""{ "name": "{{name}}", "protocol": "{{protocol}}", "link": { "kind": "spi", "bus": 0, "chip_select": {{select}} }, "options": { "reference_mV": 5000 {{(protocol == "hx711" ? "" : $", \"converter\": \"mcp3208\", \"input\": {input}")}} } }""")!;
    }

    [Fact]
    public void Two_monitors_never_share_a_converter()
    {
        JsonObject station = JsonNode.Parse(Whole)!.AsObject();
        for (int n = 0; n < 2; n++)
        {
            station["devices"]![n] = JsonNode.Parse($$"""{ "name": "tcpo2-{{n}}", "protocol": "tcm4-analog", "link": { "kind": "i2c", "bus": 1, "address": "0x48" } }""");
        }

        Assert.StartsWith("the link of devices[0] is used twice, station.json at devices[1]", Refusal(station.ToJsonString()), StringComparison.Ordinal);
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

    private static LinkSettings Link(string protocol, string link) =>
        Parse($$"""{ "site": "a", "gateway": "b", "devices": [ { "name": "one", "protocol": "{{protocol}}", "link": {{link}} } ] }""").Devices[0].Link!;

    private static StationConfiguration Parse(string json) => StationConfiguration.Parse(json, "station.json");

    private static DeviceConfiguration Monitor(string options) => Device(
        d => d["protocol"] = "tcm4-analog", d => d["link"] = JsonNode.Parse("""{ "kind": "iiod", "host": "192.0.2.20" }"""), d => d["options"] = JsonNode.Parse(options));

    private static DeviceConfiguration Transducer(string protocol, string link, string options) =>
        Device(d => d["protocol"] = protocol, d => d["link"] = JsonNode.Parse(link), d => d["options"] = JsonNode.Parse(options));

    private static string Refusal(string json) => Assert.Throws<CommandFailure>(() => Parse(json)).Message;

    private static DeviceConfiguration Device(params Action<JsonNode>[] changes)
    {
        JsonNode station = JsonNode.Parse(Whole)!;
        foreach (Action<JsonNode> change in changes)
        {
            change(station["devices"]![0]!);
        }

        return Parse(station.ToJsonString()).Devices[0];
    }
}
