using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tcm;

/// <summary>The analogue outputs of a Radiometer TCM4 or TCM40: voltages to units and back. Knows voltages, never a converter.</summary>
/// <remarks>Source: TCM4/40 operator's manual, section 6 (through a text recognition of it); how sure each number is: docs/devices/tcm4-40-analog.md.
/// Every output is within ±10 mV of the truth, by the manual.</remarks>
public static class TcmCodec
{
    /// <summary>The tolerance of every output, mV.</summary>
    public const double ToleranceMilliVolts = 10;

    /// <summary>Below this nothing drives the line (ours: the outputs begin at 0 mV).</summary>
    public const double OpenBelowMilliVolts = -5;

    /// <summary>Above this it is no output of the monitor (ours: they end at 1000 mV, ±10 mV).</summary>
    public const double OpenAboveMilliVolts = 1100;

    /// <summary>The alarm line is active above this (ours: the middle of 0 and 1000 mV).</summary>
    public const double AlarmMilliVolts = 500;

    private const double LowestPowerMilliWatts = 10;
    private const double LowestCelsius = 10;
    private const double HighestCelsius = 50;
    private const double HighestMilliVolts = 1000;

    /// <summary>mV of one unit: mmHg, °C or mW; 0 for the alarm, which has none.</summary>
    public static double MilliVoltsPerUnit(TcmOutput output, TcmRange range) => output switch
    {
        TcmOutput.Oxygen => range == TcmRange.UpTo200 ? 5 : 1,
        TcmOutput.Temperature => 20,
        TcmOutput.Power => 1,
        _ => 0,
    };

    /// <summary>Largest value the output can show.</summary>
    public static double Highest(TcmOutput output, TcmRange range) => output switch
    {
        TcmOutput.Oxygen => range == TcmRange.UpTo200 ? 200 : 800,
        TcmOutput.Temperature => HighestCelsius,
        _ => HighestMilliVolts,
    };

    /// <summary>The output's value, or why there is none. Not for the alarm (<see cref="IsAlarm"/>).</summary>
    /// <param name="zeroMilliVolts">What the input shows at 0 mV.</param>
    public static TcmValue Read(TcmOutput output, TcmRange range, in AdcSample sample, double zeroMilliVolts)
    {
        if (!sample.HasVoltage)
        {
            return TcmValue.None(QualityMarks.ReadFailed, sample.Errno);
        }

        double milliVolts = sample.MilliVolts - zeroMilliVolts;
        if (sample.Clipped || milliVolts is < OpenBelowMilliVolts or > OpenAboveMilliVolts)
        {
            return TcmValue.None(QualityMarks.OpenInput, 0);
        }

        double value = milliVolts / MilliVoltsPerUnit(output, range);
        double highest = Highest(output, range);
        double lowest = output switch
        {
            TcmOutput.Temperature => LowestCelsius,
            TcmOutput.Power => LowestPowerMilliWatts,
            _ => double.NegativeInfinity,
        };
        return value >= highest ? TcmValue.None(QualityMarks.AboveRange, (int)highest)
            : value < lowest ? TcmValue.None(QualityMarks.BelowRange, (int)lowest)
            : new TcmValue(value, QualityMarks.None, 0);
    }

    /// <summary>Whether an alarm is active; null when the line cannot be read.</summary>
    public static bool? IsAlarm(in AdcSample sample, double zeroMilliVolts)
    {
        double milliVolts = sample.MilliVolts - zeroMilliVolts;
        return !sample.HasVoltage || sample.Clipped || milliVolts is < OpenBelowMilliVolts or > OpenAboveMilliVolts ? null : milliVolts > AlarmMilliVolts;
    }

    /// <summary>What the monitor puts on the wire for a value: clipped at the ends of the range, 0 mV for a power below 10 mW.</summary>
    public static double Write(TcmOutput output, TcmRange range, double value) => output switch
    {
        TcmOutput.Alarm => value > 0 ? HighestMilliVolts : 0,
        TcmOutput.Power when value < LowestPowerMilliWatts => 0,
        TcmOutput.Temperature => Math.Clamp(value, LowestCelsius, HighestCelsius) * MilliVoltsPerUnit(output, range),
        _ => Math.Clamp(value, 0, Highest(output, range)) * MilliVoltsPerUnit(output, range),
    };
}

/// <summary>A value of an output with its marks.</summary>
/// <param name="Value">mmHg, °C or mW; 0 and meaningless with <see cref="QualityMarks.Missing"/>.</param>
/// <param name="Detail">Limit of the range, or error number, as the marks say.</param>
public readonly record struct TcmValue(double Value, QualityMarks Marks, int Detail)
{
    internal static TcmValue None(QualityMarks why, int detail) => new(0, why | QualityMarks.Missing, detail);
}
