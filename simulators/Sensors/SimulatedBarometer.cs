using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Sensors;

/// <summary>A BMP280 in a quiet room, one forced measurement a second: the trimming values and counts of the data sheet's worked example (1006.53 hPa, 25.08 °C), with a little noise.</summary>
public sealed class SimulatedBarometer(string name, ulong seed) : SimulatedSensor(name, Nanoseconds.PerSecond)
{
    private const int PressureCount = 415_148;
    private const int TemperatureCount = 519_888;
    private const double PressureNoise = 8;         // counts: about 1.5 Pa (assumed)

    /// <summary>T1 27504, T2 26435, T3 −1000, P1 36477, P2 −10685, P3 3024, P4 2855, P5 140, P6 −7, P7 15500, P8 −14600, P9 6000; little endian.</summary>
    private static readonly byte[] Trimming = Convert.FromHexString("706B436718FC7D8E43D6D00B270B8C00F9FF8C3CF8C67017");

    private readonly SeededStream chance = new(seed, name + "/sensor");

    public override string TrueValueName => "room_mmHg";

    public override double? TrueValue(long atNs) => 754.96;

    protected override IEnumerable<string> Poll(long atNs)
    {
        int temperature = TemperatureCount;
        int pressure = PressureCount + (int)Math.Floor((PressureNoise * chance.Bell()) + 0.5);
        return
        [
            Line("bmp280", "calibration", Trimming),
            Line("bmp280", "measurement", (byte)(pressure >> 12), (byte)(pressure >> 4), (byte)(pressure << 4), (byte)(temperature >> 12), (byte)(temperature >> 4), (byte)(temperature << 4)),
        ];
    }
}
