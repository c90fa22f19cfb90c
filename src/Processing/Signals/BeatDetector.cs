namespace Vascular.Processing.Signals;

/// <summary>Finds pulses in a plethysmogram sample by sample: causal, constant time, no allocation after construction.</summary>
/// <remarks>
/// Detection path: band-pass 0.5-8 Hz, clipped below zero, squared. A beat is a block in which the mean over one peak's length (111 ms) exceeds the
/// mean over one beat's length (667 ms), both centred on the instant 333 ms ago, plus 0.5 % of the mean of the last 10 s (Elgendi 2013, made causal).
/// Measurement path: the samples through two short moving means (16 Hz), whose delay is whole samples and taken out; every published number comes
/// from there. No beat follows another within 300 ms or 0.4 of the running interval, and none is published in the first second or within 3 s
/// of a gap.
/// </remarks>
public sealed class BeatDetector
{
    private const double PeakSeconds = 0.111;
    private const double BeatSeconds = 0.667;
    private const double LevelSeconds = 10;
    private const double LevelShare = 0.005;
    private const double RefractorySeconds = 0.3;
    private const double RefractoryShare = 0.4;
    private const double SettleAtStartSeconds = 1;
    private const double SettleAfterGapSeconds = 3;

    private readonly Biquad highPass;
    private readonly Biquad lowPass;
    private readonly MovingSum peakMean;
    private readonly MovingSum beatMean;
    private readonly MovingSum level;
    private readonly PulseTrace trace;
    private readonly RunningInterval interval;
    private readonly PulseTemplate template;
    private readonly int beatHalf;
    private readonly int peakShift;
    private long index = -1;
    private long publishFrom;
    private long blockStart = -1;
    private double blockTop;
    private long blockTopAt;
    private double lastPeakAt = double.NegativeInfinity;

    /// <param name="rateHz">True sampling rate, 32 to 1000 Hz.</param>
    /// <param name="lowestCount">Lower rail of the converter in the unit of the samples, where it is known.</param>
    /// <param name="highestCount">Upper rail.</param>
    public BeatDetector(double rateHz, double? lowestCount = null, double? highestCount = null)
    {
        if (!(rateHz is >= 32 and <= 1000))
        {
            throw new ArgumentOutOfRangeException(nameof(rateHz), rateHz, "Beats are found from 32 to 1000 samples a second.");
        }

        RateHz = rateHz;
        highPass = Biquad.HighPass(0.5, rateHz);
        lowPass = Biquad.LowPass(8, rateHz);
        peakMean = new MovingSum(Odd(PeakSeconds * rateHz));
        beatMean = new MovingSum(Odd(BeatSeconds * rateHz));
        level = new MovingSum((int)(LevelSeconds * rateHz));
        beatHalf = (beatMean.Length - 1) / 2;
        peakShift = (beatMean.Length - peakMean.Length) / 2;
        trace = new PulseTrace(rateHz, lowestCount, highestCount);
        interval = new RunningInterval();
        template = new PulseTemplate();
        publishFrom = (long)(SettleAtStartSeconds * rateHz);
    }

    public double RateHz { get; }

    /// <summary>Samples taken, gaps included.</summary>
    public long Count => index + 1;

    /// <summary>Pulses per minute from the median of the last five intervals; null before there are five.</summary>
    public double? PulsePerMinute => interval.Median is { } samples ? 60 * RateHz / samples : null;

    /// <summary>Takes one sample; true when it completes a beat.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sample is not a finite number: a lost sample is a gap, see <see cref="Restart"/>.</exception>
    public bool TryNext(double sample, out Beat beat)
    {
        if (!double.IsFinite(sample))
        {
            throw new ArgumentOutOfRangeException(nameof(sample), sample, "A sample is a finite number; report a lost one as a gap.");
        }

        beat = default;
        index++;
        trace.Add(sample);
        double band = lowPass.Next(highPass.Next(sample));
        double square = band > 0 ? band * band : 0;
        beatMean.Add(square);
        level.Add(square);
        if (beatMean.Count <= peakShift)
        {
            return false;
        }

        peakMean.Add(beatMean.Ago(peakShift));
        return beatMean.IsFull && Judge(out beat);
    }

    /// <summary>Begins anew after a gap or a gain step; samples lost are counted so that numbering stays the tape's.</summary>
    /// <param name="lostSamples">How many samples are missing, 0 or more.</param>
    public void Restart(long lostSamples = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lostSamples);
        index += lostSamples;
        highPass.Restart();
        lowPass.Restart();
        peakMean.Clear();
        beatMean.Clear();
        level.Clear();
        trace.Restart(index + 1);
        interval.Clear();
        template.Clear();
        blockStart = -1;
        lastPeakAt = double.NegativeInfinity;
        publishFrom = index + 1 + (long)(SettleAfterGapSeconds * RateHz);
    }

    /// <summary>Judges the instant half a beat's length ago, on which both means are centred.</summary>
    private bool Judge(out Beat beat)
    {
        beat = default;
        long centre = index - beatHalf;
        bool inside = peakMean.Mean > beatMean.Mean + LevelShare * level.Mean;
        if (inside)
        {
            double here = beatMean.Ago(beatHalf);
            if (blockStart < 0)
            {
                (blockStart, blockTop, blockTopAt) = (centre, here, centre);
            }
            else if (here > blockTop)
            {
                (blockTop, blockTopAt) = (here, centre);
            }

            return false;
        }

        if (blockStart < 0)
        {
            return false;
        }

        long length = centre - blockStart;
        blockStart = -1;
        return length >= peakMean.Length && Publish(out beat);
    }

    private bool Publish(out Beat beat)
    {
        beat = default;
        if (!trace.TryPeak(blockTopAt, out double peakAt, out double peak))
        {
            return false;
        }

        double? running = interval.Median;
        double refractory = RefractorySeconds * RateHz;
        if (running is { } known && known * RefractoryShare > refractory)
        {
            refractory = known * RefractoryShare;
        }

        if (peakAt < publishFrom || peakAt - lastPeakAt < refractory)
        {
            return false;
        }

        PulseFoot foot = trace.FootBefore(peakAt, lastPeakAt);
        bool clipped = trace.IsClippedAt(peakAt, running);
        double? crest = clipped || foot.At is not { } onset ? null : (peakAt - onset) * 1000 / RateHz;
        double? quality = template.Compare(trace, peakAt);
        interval.Add(peakAt - lastPeakAt, 3 * RateHz);
        lastPeakAt = peakAt;
        beat = new Beat(peakAt, index, peak - foot.Level, foot.At, crest, quality, clipped);
        return true;
    }

    private static int Odd(double samples)
    {
        int whole = (int)Math.Floor(samples + 0.5);
        return whole % 2 == 1 ? whole : whole + 1;
    }
}
