using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Sensors;

/// <summary>A pressure transducer on a cuff that hands move: the voltage it gives, with a little noise.</summary>
/// <param name="Zero">mV at 0 mmHg.</param>
/// <param name="PerMmHg">mV of a mmHg.</param>
public sealed record SimulatedTransducer(SimulatedCuff Cuff, double Zero, double PerMmHg, SeededStream Chance)
{
    private const double NoiseMmHg = 0.05;

    /// <summary>The transducer a calibration is true of.</summary>
    public static SimulatedTransducer Of(TransducerCalibration calibration, SimulatedCuff cuff, SeededStream chance) =>
        new(cuff, calibration.ZeroMilliVolts, 1 / calibration.MmHgPerMilliVolt, chance);

    public double MilliVolts(long atNs) => Zero + ((Cuff.PressureAt(atNs) + (NoiseMmHg * Chance.Bell())) * PerMmHg);

    /// <summary>The nearest count a converter has.</summary>
    public int Count(long atNs, double referenceMilliVolts, int gain, int bits, long lowest, long highest) =>
        (int)Math.Clamp(Math.Floor((MilliVolts(atNs) * gain * (1L << bits) / referenceMilliVolts) + 0.5), lowest, highest);
}

/// <summary>An MCP3201, 3202, 3204 or 3208 with a transducer on one input.</summary>
/// <remarks>Bytes as the data sheets' diagrams draw them: bits that nobody drives are 1, then a 0, then twelve bits; the MCP3201 goes on with its bit 1.</remarks>
public sealed class SimulatedMcp320x(string name, string part, int input, double referenceMilliVolts, SimulatedTransducer transducer) : SimulatedSensor(name, Nanoseconds.PerSecond / 10)
{
    public override string TrueValueName => "cuff_mmHg";

    public override double? TrueValue(long atNs) => transducer.Cuff.PressureAt(atNs);

    protected override IEnumerable<string> Poll(long atNs)
    {
        int count = Count(atNs);
        uint bits = part == "mcp3201" ? 0b110u << 13 | (uint)count << 1 | ((uint)count >> 1 & 1) : 0xFFE000u | (uint)count;
        return [part == "mcp3201" ? Line(part, "ch0", (byte)(bits >> 8), (byte)bits) : Line(part, $"ch{input}", (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits)];
    }

    /// <summary>Of one conversion.</summary>
    internal int Count(long atNs) => transducer.Count(atNs, referenceMilliVolts, 1, 12, 0, 4095);
}

/// <summary>An HX711 with a bridge on it, its two wires on an SPI bus.</summary>
/// <remarks>Each of the 24 bits comes in twice, once for each half of its clock pulse; after them the data wire is high.</remarks>
public sealed class SimulatedHx711(string name, int gain, double supplyMilliVolts, SimulatedTransducer transducer) : SimulatedSensor(name, Nanoseconds.PerSecond / 10)
{
    public override string TrueValueName => "cuff_mmHg";

    public override double? TrueValue(long atNs) => transducer.Cuff.PressureAt(atNs);

    protected override IEnumerable<string> Poll(long atNs)
    {
        int count = Count(atNs);
        ulong twice = 0xFF;
        for (int bit = 0; bit < 24; bit++)
        {
            twice |= (ulong)(3 * (count >> bit & 1)) << (8 + (2 * bit));
        }

        byte[] bytes = BitConverter.GetBytes(twice);
        Array.Reverse(bytes);
        return [Line("hx711", $"gain{gain}", bytes.AsSpan(1))];
    }

    /// <summary>Of one conversion.</summary>
    internal int Count(long atNs) => transducer.Count(atNs, supplyMilliVolts, gain, 24, -(1 << 23), (1 << 23) - 1);
}
