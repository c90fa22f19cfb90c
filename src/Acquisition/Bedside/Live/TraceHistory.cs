namespace Vascular.Acquisition.Bedside.Live;

/// <summary>Why a trace is broken.</summary>
public enum TraceLoss : byte
{
    None,

    /// <summary>The line closed or fell silent.</summary>
    Line,

    /// <summary>The sensor says that it is off, or that its data is unusable.</summary>
    Sensor,

    /// <summary>Bytes came and could not be read.</summary>
    Bytes,
}

/// <summary>The newest samples of one channel, in order: what a page that comes late is filled from, and the queue of every page that is there.</summary>
/// <remarks>Bounded: the oldest sample goes when a new one comes. A reader that was overtaken learns how many it missed. Not safe for two threads: <see cref="LiveTraces"/> guards it.</remarks>
internal sealed class TraceHistory(ushort channel, string name, long periodNs)
{
    /// <summary>More than fourteen minutes of the fastest trace read here (75 a second): a toe's run is still drawn when the electrodes have settled.</summary>
    public const int Capacity = 65536;

    private readonly TraceSample[] _samples = new TraceSample[Capacity];
    private TraceLoss _loss;
    private long _newestAtNs;

    public ushort Channel { get; } = channel;

    public string Name { get; } = name;

    /// <summary>Time between samples; 0 where each has a time of its own.</summary>
    public long PeriodNs { get; } = periodNs;

    /// <summary>Samples ever written: the number the next one gets.</summary>
    public long Written { get; private set; }

    /// <summary>Number of the oldest sample kept.</summary>
    public long Oldest => Math.Max(0, Written - Capacity);

    /// <summary>The loss that has not ended yet, and the last sample before it; null while the trace goes on.</summary>
    public (TraceLoss Why, long SinceNs)? Open => _loss != TraceLoss.None && Written > 0 ? (_loss, _newestAtNs) : null;

    public void Add(long atNs, float value)
    {
        // Readings far apart are not joined by a line, lost or not: between them nothing is known.
        bool joined = Written > 0 && _loss == TraceLoss.None && atNs - _newestAtNs <= LongestStepNs;
        _samples[Written % Capacity] = new TraceSample(atNs, value, joined, _loss);
        Written++;
        (_newestAtNs, _loss) = (Math.Max(_newestAtNs, atNs), TraceLoss.None);
    }

    /// <summary>What comes next is not joined to what was.</summary>
    public void Lose(TraceLoss why)
    {
        if (_loss == TraceLoss.None)
        {
            _loss = why;
        }
    }

    /// <param name="number">From <see cref="Oldest"/> up to <see cref="Written"/> less one.</param>
    public ref readonly TraceSample this[long number] => ref _samples[number % Capacity];

    private long LongestStepNs => PeriodNs > 0 ? PeriodNs * 2 : 1_500_000_000;
}

/// <summary>One sample of a trace.</summary>
/// <param name="AtNs">Tape time.</param>
/// <param name="Joined">It follows the sample before it without a break.</param>
/// <param name="Loss">What was lost between the sample before and this one.</param>
internal readonly record struct TraceSample(long AtNs, float Value, bool Joined, TraceLoss Loss);
