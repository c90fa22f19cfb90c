namespace Vascular.Devices;

/// <summary>Tape time of equally spaced samples: sample count × period, held against their arrivals by a rule that reads the tape alone.</summary>
/// <remarks>
/// <para>The line of sample times is <c>origin + slot × period</c>. A slot is one period of the device: a sample, or a frame that is known to be lost
/// (<see cref="Skip"/>). Bytes can only be late, never early, so the truth lies along the earliest arrivals; jitter of a network box (10 to 50 ms)
/// must not move a sample, while a device whose crystal is off by up to 0.5 % must not drift away.</para>
/// <list type="number">
/// <item>The first sample puts the line so that the last whole frame of its read was sampled when the read arrived.</item>
/// <item>Lateness of a sample = arrival of its read − (samples still behind it in that read) × period − its place on the line.</item>
/// <item>Over each block of 2 s of slots the smallest lateness is kept, against the line as it will be at the block's end. There the line is bent towards it over the next block:
/// by at most 1/50 of a period a sample forwards and 1/20 backwards (a sample stamped later than it arrived is impossible, so that goes faster).</item>
/// <item>A sample more than 0.5 s off the line lies behind a gap (frames were lost without a trace, or the device paused): the line jumps to its arrival at once.</item>
/// <item>Times strictly rise: where the line was moved back, samples stand at least 1/2 of a period apart until it has caught up.</item>
/// </list>
/// <para>Whole nanoseconds only; same tape, same times on every machine. Not for concurrent use.</para>
/// </remarks>
public sealed class SampleClock
{
    private const long NsPerSecond = 1_000_000_000;
    private const int BlockSeconds = 2;
    private const long GapNs = NsPerSecond / 2;

    private readonly long _perSecond;
    private readonly long _periodNs;
    private readonly long _block;

    private bool _started;
    private long _originNs;     // tape time of slot 0, by the line as it is now
    private long _slot;
    private long _lastNs;
    private long _blockEnd;
    private long _smallestLateNs;
    private long _bendNs;       // what each slot of this block moves the line

    /// <param name="perSecond">Nominal samples in a second, at least 1.</param>
    public SampleClock(int perSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond, 1);
        _perSecond = perSecond;
        _periodNs = NsPerSecond / perSecond;
        _block = (long)perSecond * BlockSeconds;
    }

    /// <summary>The line opened: counting starts anew.</summary>
    public void Restart() => _started = false;

    /// <summary>Tape time of the next sample, ns since the anchor; later than every one before it. May precede the opening of the line when a box held old bytes.</summary>
    /// <param name="arrivedAtNs">Stamp of the read that completed it.</param>
    /// <param name="behind">Samples behind it in the same read that are already here, 0 or more.</param>
    public long Next(long arrivedAtNs, long behind)
    {
        long sampledByNs = arrivedAtNs - SpanNs(behind);
        if (!_started)
        {
            (_started, _originNs, _slot, _bendNs) = (true, sampledByNs, 0, 0);
            _lastNs = sampledByNs - _periodNs;
            StartBlock();
        }
        else
        {
            _slot++;
            _originNs += _bendNs;
        }

        long lateNs = sampledByNs - PlaceNs;
        if (lateNs is > GapNs or < -GapNs)
        {
            _originNs += lateNs;
            _bendNs = 0;
            lateNs = 0;
            StartBlock();
        }

        long bendToComeNs = _bendNs * Math.Max(0, _blockEnd - _slot);
        _smallestLateNs = Math.Min(_smallestLateNs, lateNs - bendToComeNs);
        if (_slot >= _blockEnd)
        {
            _bendNs = Math.Clamp(_smallestLateNs / _block, -_periodNs / 20, _periodNs / 50);
            StartBlock();
        }

        _lastNs = Math.Max(PlaceNs, _lastNs + _periodNs / 2);
        return _lastNs;
    }

    /// <summary>Frames that are known to be lost before the next sample: their time passes, no sample is made of them.</summary>
    public void Skip(long slots)
    {
        if (_started)
        {
            _slot += slots;
        }
    }

    private long PlaceNs => _originNs + SpanNs(_slot);

    private void StartBlock()
    {
        _blockEnd = _slot + _block;
        _smallestLateNs = long.MaxValue;
    }

    private long SpanNs(long slots) => slots / _perSecond * NsPerSecond + slots % _perSecond * NsPerSecond / _perSecond;
}
