using Vascular.Devices.Tcm;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Tcm;

/// <summary>A TCM4/40 with its electrode: what its analogue outputs carry.</summary>
/// <remarks>Each output is off by an amount of its own from the seed, well within the manual's ±10 mV, and has a little noise. How often a real monitor moves its
/// outputs, and what they carry while it calibrates, is not known: these move at once and never calibrate.</remarks>
public sealed class SimulatedTcm
{
    private const double OffsetMilliVolts = 1.5;
    private const double NoiseMilliVolts = 0.15;

    private readonly double[] offsets = new double[Enum.GetValues<TcmLine>().Length];
    private readonly SeededStream chance;

    public SimulatedTcm(string name, SkinOxygen skin, TcmRange range, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(skin);
        (Name, Skin, Range, chance) = (name, skin, range, new SeededStream(seed, name + "/outputs"));
        for (int output = 0; output < offsets.Length; output++)
        {
            offsets[output] = OffsetMilliVolts * ((2 * chance.Unit()) - 1);
        }
    }

    public string Name { get; }

    public SkinOxygen Skin { get; }

    public TcmRange Range { get; }

    /// <summary>Which line hangs on which input of the converter, in the order in which a station polls them.</summary>
    internal static IReadOnlyList<(TcmLine Line, int Input)> Wiring { get; } = [(TcmLine.Temperature, 1), (TcmLine.Power, 2), (TcmLine.Oxygen, 0)];

    /// <summary>Voltage on an input of the converter, mV; about 0 where nothing is wired.</summary>
    public double MilliVolts(int input, long atNs)
    {
        Skin.Advance(atNs);
        double noise = NoiseMilliVolts * chance.Bell();
        foreach ((TcmLine line, int wire) in Wiring)
        {
            if (wire == input)
            {
                return Driven(line, Range, Value(line)) + offsets[(int)line] + noise;
            }
        }

        return noise;
    }

    /// <summary>What the monitor puts on a line for a value, mV: clipped at the ends of the range.</summary>
    /// <remarks>Operator's manual, section 6: tcpO2 5 mV/mmHg up to 200 mmHg or 1 mV/mmHg up to 800; temperature 20 mV/°C from 10 to 50 °C; power 1 mV/mW, below 10 mW
    /// nothing.</remarks>
    public static double Driven(TcmLine line, TcmRange range, double value) => line switch
    {
        TcmLine.Oxygen => range == TcmRange.UpTo200 ? 5 * Math.Clamp(value, 0, 200) : Math.Clamp(value, 0, 800),
        TcmLine.Temperature => 20 * Math.Clamp(value, 10, 50),
        TcmLine.Power => value < 10 ? 0 : Math.Min(value, 1000),
        _ => value > 0 ? 1000 : 0,
    };

    private double Value(TcmLine line) => line switch
    {
        TcmLine.Oxygen => Skin.MmHg,
        TcmLine.Temperature => Skin.Celsius,
        TcmLine.Power => Skin.HeatingMilliWatts,
        _ => 0,
    };
}

/// <summary>A wire of the monitor's analogue outputs.</summary>
public enum TcmLine
{
    Oxygen,
    Temperature,
    Power,
    Alarm,
}
