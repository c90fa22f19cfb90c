namespace Vascular.Processing.Signals;

/// <summary>Measures each pulse of a live trace as soon as the next one closes it. No allocation after construction.</summary>
/// <remarks>Measurement path: two moving means of 20 ms each, delay taken out; the level is the mean of the raw samples. Nothing is measured across a restart.</remarks>
public sealed class FeatureFollower
{
    private const double HeldSeconds = 7;
    private const double MeanSeconds = 0.02;
    private const double LongestBeatSeconds = 3;

    private readonly double rateHz;
    private readonly double[] raw;
    private readonly double[] smooth;
    private readonly double[] stretch;
    private readonly MovingSum first;
    private readonly MovingSum second;
    private int slot;
    private long count;
    private long begin;
    private Beat? open;

    /// <param name="rateHz">True sampling rate, 32 to 1000 Hz.</param>
    public FeatureFollower(double rateHz)
    {
        if (!(rateHz is >= 32 and <= 1000))
        {
            throw new ArgumentOutOfRangeException(nameof(rateHz), rateHz, "Pulses are measured from 32 to 1000 samples a second.");
        }

        this.rateHz = rateHz;
        int held = (int)Math.Ceiling(HeldSeconds * rateHz);
        (raw, smooth, stretch) = (new double[held], new double[held], new double[held]);
        int length = Math.Max(1, (int)Math.Floor(MeanSeconds * rateHz + 0.5));
        (first, second) = (new MovingSum(length), new MovingSum(length));
    }

    /// <summary>Takes one sample, in step with the <see cref="BeatDetector"/> that makes the beats.</summary>
    public void Add(double sample)
    {
        int here = slot;
        first.Add(sample);
        second.Add(first.Mean);
        raw[here] = sample;
        smooth[here] = second.Mean;
        slot = here + 1 == raw.Length ? 0 : here + 1;
        count++;
    }

    /// <summary>Takes a beat; true when it closes the one before it.</summary>
    public bool TryClose(in Beat beat, out PulseFeatures features)
    {
        features = default;
        (Beat? before, open) = (open, beat);
        if (before is not { OnsetAt: { } onset } pulse || beat.OnsetAt is not { } next || next - onset > LongestBeatSeconds * rateHz || next <= pulse.PeakAt)
        {
            return false;
        }

        // the path lies this far behind the samples
        int delay = first.Length - 1;
        long from = (long)onset - 1, to = (long)next + 3;
        long held = Math.Min(count - begin, raw.Length);
        if (from < count - held || to + delay >= count)
        {
            return false;
        }

        double level = 0;
        int length = (int)(to - from);
        for (int k = 0; k < length; k++)
        {
            stretch[k] = smooth[Slot(from + k + delay)];
            level += from + k >= onset && from + k < next ? raw[Slot(from + k)] : 0;
        }

        level /= Math.Ceiling(next) - Math.Ceiling(onset);
        features = PulseFeatures.Measure(stretch.AsSpan(0, length), onset - from, pulse.PeakAt - from, next - from, level, rateHz, pulse.IsClipped, pulse.IsAccepted)
            with { PeakAt = pulse.PeakAt };
        return true;
    }

    /// <summary>Begins anew after a gap or a gain step.</summary>
    /// <param name="lostSamples">As told to the detector.</param>
    public void Restart(long lostSamples = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lostSamples);
        first.Clear();
        second.Clear();
        open = null;
        count += lostSamples;
        begin = count;
        slot = (int)(count % raw.Length);
    }

    private int Slot(long at)
    {
        int place = slot - (int)(count - at);
        return place < 0 ? place + raw.Length : place;
    }
}
