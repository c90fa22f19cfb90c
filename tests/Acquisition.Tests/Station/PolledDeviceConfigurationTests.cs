using System.Text.Json.Nodes;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Devices.Links;
using Vascular.Devices.Tcm;
using static Vascular.Acquisition.Tests.Station.StationText;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Monitors, barometers and transducers of the station file: wiring, polling, calibration.</summary>
public sealed class PolledDeviceConfigurationTests
{
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
}
