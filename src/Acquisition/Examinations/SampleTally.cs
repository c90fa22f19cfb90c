namespace Vascular.Acquisition.Examinations;

/// <summary>Samples of one device's trace: how many came, and how many should have come in the time it streamed. Counted from the tape alone.</summary>
/// <remarks>Expected = the time from the first sample of a connection to its newest, by their arrivals, times the device's nominal rate. So it says what was lost and
/// what the device's own clock is off, together: the two cannot be told apart from outside. A clock that jumped is counted; nothing is corrected here.</remarks>
public sealed class SampleTally
{
    /// <summary>A sample stands this far behind the one before: frames were lost without a trace, or the device's clock stood still. The rule of <see cref="Vascular.Devices.SampleClock"/>.</summary>
    private const long JumpNs = 500_000_000;

    /// <summary>A rate is judged after this time: one read more or less matters no more.</summary>
    private const long JudgedAfterNs = 60_000_000_000;

    /// <summary>A crystal is off by a tenth of this; more is loss, or another device than configured.</summary>
    private const double LargestDrift = 0.005;

    private long _expectedBefore;
    private long _firstNs;
    private long _newestNs;
    private long _sampledNs;
    private long _connection;
    private double _rateHz;

    public long Received { get; private set; }

    public long Expected => _expectedBefore + ExpectedNow;

    /// <summary>How often the time of the samples jumped.</summary>
    public int Jumps { get; private set; }

    /// <summary>Rate of this connection against the nominal one, as a part of it (0.01: a hundredth fast); null before it can be said.</summary>
    public double? Drift => _newestNs - _firstNs >= JudgedAfterNs ? ((_connection - 1) / ((_newestNs - _firstNs) / 1e9 * _rateHz)) - 1 : null;

    /// <summary>The rate is off by more than any crystal is.</summary>
    public bool IsOffRate => Drift is < -LargestDrift or > LargestDrift;

    private long ExpectedNow => _connection == 0 ? 0 : 1 + (long)Math.Round((_newestNs - _firstNs) / 1e9 * _rateHz);

    /// <summary>A sample.</summary>
    /// <param name="sampledNs">Its time.</param>
    /// <param name="arrivedNs">When its read arrived.</param>
    /// <param name="rateHz">Nominal rate of its trace.</param>
    public void Add(long sampledNs, long arrivedNs, double rateHz)
    {
        if (_connection == 0 || rateHz != _rateHz)
        {
            Close();
            (_firstNs, _rateHz) = (arrivedNs, rateHz);
        }
        else if (sampledNs - _sampledNs > JumpNs)
        {
            Jumps++;
        }

        (_newestNs, _sampledNs) = (arrivedNs, sampledNs);
        _connection++;
        Received++;
    }

    /// <summary>The line closed or opened: the time without a line expects nothing.</summary>
    public void Close()
    {
        _expectedBefore += ExpectedNow;
        (_connection, _firstNs, _newestNs) = (0, 0, 0);
    }
}
