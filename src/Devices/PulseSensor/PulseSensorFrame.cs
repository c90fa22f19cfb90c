using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.PulseSensor;

/// <summary>Which line a <see cref="PulseSensorFrame"/> is.</summary>
public enum PulseSensorLine
{
    /// <summary>No line: the value of an unset frame.</summary>
    None,

    /// <summary>One sample of one sensor.</summary>
    Sample,

    /// <summary>Pulse rate of one sensor, at a beat.</summary>
    Rate,

    /// <summary>Time between the last two beats of one sensor.</summary>
    Interval,

    /// <summary>Plotter, one sensor: rate, interval and sample in one line.</summary>
    Plotter,

    /// <summary>Plotter, several sensors: a sample of each.</summary>
    Samples,
}

/// <summary>One line of a PulseSensor Playground sketch.</summary>
/// <param name="Sensor">From 0; 0 with Plotter and Samples.</param>
/// <param name="Sample">ADC reading, 0 to 4095; with Samples that of sensor 0.</param>
/// <param name="PulsePerMin">With Rate and Plotter; null for 0, which a sketch says before the first beats.</param>
/// <param name="IntervalMs">With Interval and Plotter; null for 0.</param>
/// <param name="Others">With Samples: the samples of sensors 1 to 3, 16 bits each, that of sensor 1 lowest.</param>
/// <param name="Count">With Samples: how many sensors, 1 to 4.</param>
public readonly record struct PulseSensorFrame(
    PulseSensorLine Line, int Sensor = 0, int Sample = 0, int? PulsePerMin = null, int? IntervalMs = null, ulong Others = 0, int Count = 0)
{
    /// <summary>With Samples: the sample of one sensor.</summary>
    public int SampleOf(int sensor) => sensor == 0 ? Sample : (int)(Others >> (16 * (sensor - 1)) & 0xFFFF);
}

/// <summary>What the settings on the tape say about a board with PulseSensors.</summary>
public sealed record PulseSensorOptions
{
    /// <summary>More than one sensor: it changes what <c>B</c>, <c>Q</c>, <c>S</c> and a line of numbers mean.</summary>
    public bool Several { get; init; }

    /// <summary>Samples a second of the sketch, 1 to 1000; the usual sketch sends one line in 20 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1 to 1000.</exception>
    public int SamplesPerSecond
    {
        get;
        init => field = value is >= 1 and <= 1000 ? value : throw new ArgumentOutOfRangeException(nameof(SamplesPerSecond), value, "1 to 1000 a second.");
    } = 50;

    /// <summary>Bits of the board's ADC, 10 or 12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither.</exception>
    public int Bits
    {
        get;
        init => field = value is 10 or 12 ? value : throw new ArgumentOutOfRangeException(nameof(Bits), value, "10 or 12 bits.");
    } = 10;

    /// <summary>Proportional to the light, but the front end has a gain and filters of its own: amplitude is arbitrary.</summary>
    public Waveform ToWaveform() => new("pulsesensor", SamplesPerSecond, Bits, 0, (1 << Bits) - 1, WaveformScaling.UnknownGain);
}
