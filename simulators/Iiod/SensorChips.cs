using System.Buffers.Binary;
using System.Globalization;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Sensors;

namespace Vascular.Simulators.Iiod;

/// <summary>A MAX30102 as the kernel's driver shows it: both lights in buffered samples, 100 a second, no time beside them; a temperature only while the buffer runs, which nobody here reads.</summary>
public sealed class LightChip(ReflectedLight light) : ISimulatedIio
{
    private const int Busy = -16;

    public string DriverName => "max30102";

    public string? Label => null;

    public int SamplesPerSecond => ReflectedLight.PerSecond;

    public IReadOnlyList<SimulatedIioChannel> Channels { get; } =
    [
        new("intensity_red", 0, "be:u18/32>>8", 4, null),
        new("intensity_ir", 1, "be:u18/32>>8", 4, null),
        new("temp", -1, null, 0, null, ("raw", "in_temp_raw"), ("scale", "in_temp_scale")),
    ];

    public string? Read(string channel, string attribute, long atNs) => (channel, attribute) switch
    {
        ("temp", "raw") => "400",
        ("temp", "scale") => "62.500000000",
        _ => null,
    };

    public int Refusal(string channel, string attribute) => attribute == "raw" ? Busy : 0;

    public void Sample(SimulatedIioChannel channel, long number, bool first, Span<byte> element)
    {
        ArgumentNullException.ThrowIfNull(channel);
        (int red, int infraRed) = light.At(number);
        BinaryPrimitives.WriteInt32BigEndian(element, (channel.Id == "intensity_red" ? red : infraRed) << 8);
    }
}

/// <summary>A chip whose values are read one at a time; it has no buffer here.</summary>
public abstract class OneShotChip(string driver, params IReadOnlyList<SimulatedIioChannel> channels) : ISimulatedIio
{
    public string DriverName => driver;

    public string? Label => null;

    public int SamplesPerSecond => 0;

    public IReadOnlyList<SimulatedIioChannel> Channels => channels;

    public abstract string? Read(string channel, string attribute, long atNs);

    public void Sample(SimulatedIioChannel channel, long number, bool first, Span<byte> element) => throw new NotSupportedException();

    protected static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A MicroPressure sensor of 300 mmHg, transfer function A, by a kernel whose driver gives Pa.</summary>
public sealed class PressureChip(SimulatedCuff cuff, SeededStream chance) : OneShotChip(
    "mprls0025pa", new SimulatedIioChannel("pressure", -1, null, 0, null, ("offset", "in_pressure_offset"), ("raw", "in_pressure_raw"), ("scale", "in_pressure_scale")))
{
    public override string? Read(string channel, string attribute, long atNs) => attribute switch
    {
        "offset" => "-1677722",
        "scale" => "0.002980008",
        "raw" => Text(SimulatedMprls.Count(cuff, 300, chance, atNs)),
        _ => null,
    };
}

/// <summary>An MCP3208 at 4096 mV with a transducer on input 0; the other inputs are at ground.</summary>
public sealed class ConverterChip(SimulatedMcp320x converter) : OneShotChip(
    "mcp3208", [.. Enumerable.Range(0, 8).Select(n => new SimulatedIioChannel($"voltage{n}", -1, null, 0, null, ("raw", $"in_voltage{n}_raw"), ("scale", "in_voltage_scale")))])
{
    public override string? Read(string channel, string attribute, long atNs) => attribute switch
    {
        "scale" => "1.000000000",
        "raw" => Text(channel == "voltage0" ? converter.Count(atNs) : 0),
        _ => null,
    };
}

/// <summary>An HX711 at 5 V, gain 128, with a bridge on channel A; raw counts are offset binary, and nothing says so.</summary>
public sealed class BridgeChip(SimulatedHx711 converter) : OneShotChip(
    "hx711", [.. Enumerable.Range(0, 2).Select(n => new SimulatedIioChannel($"voltage{n}", -1, null, 0, null, ("raw", $"in_voltage{n}_raw"), ("scale", "in_voltage_scale")))])
{
    public override string? Read(string channel, string attribute, long atNs) => attribute switch
    {
        "scale" => "0.000002327",
        "raw" => Text((1 << 23) + (channel == "voltage0" ? converter.Count(atNs) : 0)),
        _ => null,
    };
}

/// <summary>A BMP280 in a quiet room.</summary>
public sealed class BarometerChip() : OneShotChip(
    "bmp280", new SimulatedIioChannel("pressure", -1, null, 0, null, ("input", "in_pressure_input")), new SimulatedIioChannel("temp", -1, null, 0, null, ("input", "in_temp_input")))
{
    public override string? Read(string channel, string attribute, long atNs) => (channel, attribute) switch
    {
        ("pressure", "input") => "100.653266",
        ("temp", "input") => "25080",
        _ => null,
    };
}
