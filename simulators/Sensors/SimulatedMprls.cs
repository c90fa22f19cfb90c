using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Sensors;

/// <summary>A Honeywell MicroPressure sensor on a cuff that hands move, ten measurements a second.</summary>
/// <remarks>Transfer function A of the data sheet: 10 to 90 % of 2^24 counts over the range. Noise as of a few hundredths of a mmHg (assumed).</remarks>
public sealed class SimulatedMprls : SimulatedSensor
{
    private const long LowestCount = 1_677_722;
    private const long HighestCount = 15_099_494;
    private const double NoiseMmHg = 0.03;

    private readonly SimulatedCuff cuff;
    private readonly double rangeMmHg;
    private readonly SeededStream chance;

    public SimulatedMprls(string name, SimulatedCuff cuff, ulong seed, double rangeMmHg = 300)
        : base(name, Nanoseconds.PerSecond / 10) =>
        (this.cuff, this.rangeMmHg, chance) = (cuff, rangeMmHg, new SeededStream(seed, name + "/sensor"));

    public override string TrueValueName => "cuff_mmHg";

    public override double? TrueValue(long atNs) => cuff.PressureAt(atNs);

    protected override IEnumerable<string> Poll(long atNs)
    {
        int count = Count(cuff, rangeMmHg, chance, atNs);
        return [Line("mprls", "measurement", 0x40, (byte)(count >> 16), (byte)(count >> 8), (byte)count)];
    }

    /// <summary>What the sensor's output is.</summary>
    internal static int Count(SimulatedCuff cuff, double rangeMmHg, SeededStream chance, long atNs) => (int)Math.Clamp(
        Math.Floor(LowestCount + ((cuff.PressureAt(atNs) + (NoiseMmHg * chance.Bell())) / rangeMmHg * (HighestCount - LowestCount)) + 0.5), 0, 0xFF_FFFF);
}
