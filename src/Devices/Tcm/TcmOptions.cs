using Vascular.Devices.Links;

namespace Vascular.Devices.Tcm;

/// <summary>What the settings on the tape say about one TCM4/40 monitor: which converter input carries which output, and how they are scaled.</summary>
/// <remarks>One monitor has one electrode, so these options belong to one site. An output without an input is not read and stays unknown.</remarks>
public sealed record TcmOptions
{
    /// <summary>Input of the oxygen line.</summary>
    public TcmInput Oxygen { get; init; } = new(0);

    /// <summary>Input of the electrode temperature; null where it is not wired.</summary>
    public TcmInput? Temperature { get; init; } = new(1);

    /// <summary>Input of the heating power; null where it is not wired.</summary>
    public TcmInput? Power { get; init; } = new(2);

    /// <summary>Input of the alarm line; null where it is not wired.</summary>
    public TcmInput? Alarm { get; init; }

    /// <summary>Range chosen on the monitor.</summary>
    public TcmRange Range { get; init; } = TcmRange.UpTo200;

    /// <summary>The outputs that are wired, in the order in which a poll reads them: oxygen last, so that what belongs to it is known before.</summary>
    public IEnumerable<(TcmOutput Output, TcmInput Input)> Wired
    {
        get
        {
            if (Alarm is { } alarm)
            {
                yield return (TcmOutput.Alarm, alarm);
            }

            if (Temperature is { } temperature)
            {
                yield return (TcmOutput.Temperature, temperature);
            }

            if (Power is { } power)
            {
                yield return (TcmOutput.Power, power);
            }

            yield return (TcmOutput.Oxygen, Oxygen);
        }
    }

    /// <summary>Inputs of the converter in the order in which a poll reads them.</summary>
    public IReadOnlyList<int> Inputs => [.. Wired.Select(w => w.Input.Number)];

    /// <summary>The same for a converter behind an iiod: scale and count of each input, in the order in which a poll reads them.</summary>
    public IReadOnlyList<IiodAttribute> IiodAttributes =>
        [.. Inputs.SelectMany(n => new IiodAttribute[] { new($"voltage{n}", "scale"), new($"voltage{n}", "raw") })];

    /// <exception cref="ArgumentException">Two outputs share an input.</exception>
    public void Check()
    {
        if (Inputs.Distinct().Count() != Inputs.Count)
        {
            throw new ArgumentException("Two outputs of the monitor cannot be on one input of the converter.", nameof(Inputs));
        }
    }
}

/// <summary>Where an output of the monitor is wired.</summary>
/// <param name="Number">Input of the converter against ground, 0 to 3.</param>
/// <param name="ZeroMilliVolts">What the input shows when the output is at 0 mV; measured at installation, within ±50 mV.</param>
public sealed record TcmInput(int Number, double ZeroMilliVolts = 0)
{
    /// <summary>Largest offset that is a calibration and not a fault.</summary>
    public const double LargestZeroMilliVolts = 50;

    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 3.</exception>
    public int Number { get; } = Number is >= 0 and <= 3 ? Number : throw new ArgumentOutOfRangeException(nameof(Number), Number, "An input is 0 to 3.");

    /// <exception cref="ArgumentOutOfRangeException">Outside ±50 mV.</exception>
    public double ZeroMilliVolts { get; } = ZeroMilliVolts is >= -LargestZeroMilliVolts and <= LargestZeroMilliVolts
        ? ZeroMilliVolts
        : throw new ArgumentOutOfRangeException(nameof(ZeroMilliVolts), ZeroMilliVolts, "A zero offset is within ±50 mV.");
}
