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

    private readonly double[] offsets = new double[Enum.GetValues<TcmOutput>().Length];
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

    /// <summary>Which output hangs on which input of the converter: those of <see cref="TcmOptions"/> where nothing else is said.</summary>
    public static TcmOptions Wiring { get; } = new();

    /// <summary>Voltage on an input of the converter, mV; about 0 where nothing is wired.</summary>
    public double MilliVolts(int input, long atNs)
    {
        Skin.Advance(atNs);
        double noise = NoiseMilliVolts * chance.Bell();
        foreach ((TcmOutput output, TcmInput wire) in Wiring.Wired)
        {
            if (wire.Number == input)
            {
                return TcmCodec.Write(output, Range, Value(output)) + offsets[(int)output] + noise;
            }
        }

        return noise;
    }

    private double Value(TcmOutput output) => output switch
    {
        TcmOutput.Oxygen => Skin.MmHg,
        TcmOutput.Temperature => Skin.Celsius,
        TcmOutput.Power => Skin.HeatingMilliWatts,
        _ => 0,
    };
}
