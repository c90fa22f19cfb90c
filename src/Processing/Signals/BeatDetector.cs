using System.Runtime.CompilerServices;

namespace Vascular.Processing.Signals;

/// <summary>Finds pulses in a plethysmogram sample by sample: causal, constant time, no allocation after construction.</summary>
/// <remarks>
/// Two detectors, one judge. The first: band-pass 0.5-8 Hz, clipped below zero, squared; a beat is a block in which the mean over one peak's length
/// (111 ms) exceeds the mean over one beat's length (667 ms), both centred on the instant 333 ms ago, plus 0.5 % of the mean of the last 10 s
/// (Elgendi 2013, made causal). It is blind to the small pulse of a premature beat beside a full one, so a second detector follows the rises of the
/// trace, and <see cref="WeakPulses"/> takes one for a beat when the next full one is overdue.
/// Judge: no beat follows another within 300 ms or 0.4 of the running interval; a small one waits that long, since the ripple before a full beat
/// must not take its place; none is published in the first second, within 3 s of a gap, or of a step of the gain.
/// Measurement path: the samples through two short moving means (16 Hz), whose delay is whole samples and taken out; every published number comes
/// from there.
/// </remarks>
public sealed class BeatDetector
{
    private const double PeakSeconds = 0.111;
    private const double BeatSeconds = 0.667;
    private const double LevelSeconds = 10;
    private const double LevelShare = 0.005;
    private const double RefractorySeconds = 0.3;
    private const double RefractoryShare = 0.4;
    private const double LongestIntervalSeconds = 3;
    private const double SettleAtStartSeconds = 1;
    private const double SettleAfterGapSeconds = 3;
    private const double SmallShare = 0.35;
    private const double TowersOver = 2;
    private const int HeldIntervals = 5;

    private readonly StepFilter steps;
    private readonly Biquad highPass;
    private readonly Biquad lowPass;
    private readonly MovingSum peakMean;
    private readonly MovingSum beatMean;
    private readonly MovingSum level;
    private readonly PulseTrace trace;
    private readonly RunningMedian interval = new(HeldIntervals);
    private readonly RunningMedian height = new(HeldIntervals);
    private readonly WeakPulses weak;
    private readonly PulseTemplate template = new();
    private readonly int beatHalf;
    private readonly int peakShift;
    private long index = -1;
    private long publishFrom;
    private long blockStart = -1;
    private double blockTop;
    private long blockTopAt;
    private long lastJump = long.MinValue / 2;
    private double lastPeakAt = double.NegativeInfinity;
    private Candidate? small;
    private Candidate? late;

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
        steps = new StepFilter(rateHz);
        highPass = Biquad.HighPass(0.5, rateHz);
        lowPass = Biquad.LowPass(8, rateHz);
        peakMean = new MovingSum(Odd(PeakSeconds * rateHz));
        beatMean = new MovingSum(Odd(BeatSeconds * rateHz));
        level = new MovingSum((int)(LevelSeconds * rateHz));
        beatHalf = (beatMean.Length - 1) / 2;
        peakShift = (beatMean.Length - peakMean.Length) / 2;
        trace = new PulseTrace(rateHz, lowestCount, highestCount);
        weak = new WeakPulses(rateHz);
        publishFrom = (long)(SettleAtStartSeconds * rateHz);
    }

    public double RateHz { get; }

    /// <summary>Samples taken, gaps included.</summary>
    public long Count { get; private set; }

    /// <summary>Pulses per minute from the median of the last five intervals; null before there are five.</summary>
    public double? PulsePerMinute => interval.Median is { } samples ? 60 * RateHz / samples : null;

    /// <summary>Takes one sample; true when it completes a beat.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sample is not a finite number: a lost sample is a gap, see <see cref="Restart"/>.</exception>
    public bool TryNext(double sample, out Beat beat)
    {
        if (!double.IsFinite(sample))
        {
            throw NotFinite(sample);
        }

        beat = default;
        Count++;
        if (!steps.TryNext(sample, out double raw, out double steady, out StepFilter.Jump jump))
        {
            return false;
        }

        if (jump == StepFilter.Jump.Gain)
        {
            Forget(Count - 1);
            steps.TryNext(sample, out _, out _, out _);
            return false;
        }

        index++;
        if (jump == StepFilter.Jump.Removed)
        {
            lastJump = index;
        }

        trace.Add(raw, steady);
        weak.Add(index, steady);
        double band = lowPass.Next(highPass.Next(steady));
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
        Count += lostSamples;
        Forget(Count);
    }

    /// <summary>Nothing from before the sample <paramref name="from"/> has any influence.</summary>
    private void Forget(long from)
    {
        index = from - 1;
        steps.Restart();
        highPass.Restart();
        lowPass.Restart();
        peakMean.Clear();
        beatMean.Clear();
        level.Clear();
        trace.Restart(from);
        interval.Clear();
        height.Clear();
        weak.Restart();
        template.Clear();
        blockStart = -1;
        lastJump = long.MinValue / 2;
        lastPeakAt = double.NegativeInfinity;
        (small, late) = (null, null);
        publishFrom = from + (long)(SettleAfterGapSeconds * RateHz);
    }

    /// <summary>Judges the instant half a beat's length ago, on which both means are centred.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Judge(out Beat beat)
    {
        beat = default;
        long centre = index - beatHalf;
        if (late is not null)
        {
            return PublishLate(out beat);
        }

        bool inside = peakMean.Mean > beatMean.Mean + LevelShare * level.Mean;
        if (!inside)
        {
            return blockStart >= 0 ? EndBlock(centre, out beat) : (small is not null || centre > weak.OverdueFrom) && Overdue(centre, out beat);
        }

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

    private bool EndBlock(long centre, out Beat beat)
    {
        beat = default;
        long length = centre - blockStart;
        blockStart = -1;
        return length >= peakMean.Length && Locate(blockTopAt) is { } found && Adjudicate(found, out beat);
    }

    private bool PublishLate(out Beat beat)
    {
        Candidate waited = late!.Value;
        late = null;
        return Publish(waited, out beat);
    }

    /// <summary>What has waited long enough: a small pulse with no larger one after it, or a weak one where a beat is overdue.</summary>
    private bool Overdue(long centre, out Beat beat)
    {
        beat = default;
        if (small is { } waited)
        {
            if (centre < waited.PeakAt + Refractory + peakMean.Length)
            {
                return false;
            }

            small = null;
            return Publish(waited, out beat);
        }

        return weak.Due(centre) is { } at && Locate(at) is { } found && Weak(found, out beat);
    }

    private bool Adjudicate(Candidate found, out Beat beat)
    {
        beat = default;
        if (small is { } waited)
        {
            small = null;
            if (found.PeakAt - waited.PeakAt >= Refractory)
            {
                late = found;
                return Publish(waited, out beat);
            }

            found = found.Height > TowersOver * waited.Height ? found : waited;
        }

        if (found.PeakAt < publishFrom || found.PeakAt - lastPeakAt < Refractory)
        {
            return false;
        }

        if (weak.Before(found.PeakAt) is { } at && Locate(at) is { } between
            && between.PeakAt - lastPeakAt >= Refractory && found.PeakAt - between.PeakAt >= Refractory)
        {
            late = found;
            return Publish(between, out beat);
        }

        if (found.Height < SmallShare * height.Median)
        {
            small = found;
            return false;
        }

        return Publish(found, out beat);
    }

    private bool Weak(Candidate found, out Beat beat)
    {
        beat = default;
        return found.PeakAt - lastPeakAt >= Refractory && Publish(found, out beat);
    }

    private bool Publish(Candidate found, out Beat beat)
    {
        double? running = interval.Median;
        bool clipped = trace.IsClippedAt(found.PeakAt, running);
        bool jumped = lastJump >= found.PeakAt - RateHz * 0.6;
        double? crest = clipped || jumped || found.Foot.At is not { } onset ? null : (found.PeakAt - onset) * 1000 / RateHz;
        double? quality = template.Compare(trace, found.PeakAt);
        double since = found.PeakAt - lastPeakAt;
        if (since <= LongestIntervalSeconds * RateHz)
        {
            interval.Add(since);
        }
        else
        {
            interval.Clear();
        }

        height.Add(found.Height);
        weak.Published(found.PeakAt, interval.Median, height.Median);
        lastPeakAt = found.PeakAt;
        beat = new Beat(found.PeakAt, Count - 1, found.Height, found.Foot.At, crest, jumped ? 0 : quality, clipped);
        return true;
    }

    /// <summary>Peak and foot on the measurement path, near a place of the detection path.</summary>
    private Candidate? Locate(long near) => trace.TryPeak(near, out double at, out double peak) && trace.FootBefore(at, lastPeakAt) is var foot
        ? new Candidate(at, peak - foot.Level, foot)
        : null;

    private double Refractory => Math.Max(RefractorySeconds * RateHz, RefractoryShare * (interval.Median ?? 0));

    private static ArgumentOutOfRangeException NotFinite(double sample) =>
        new(nameof(sample), sample, "A sample is a finite number; report a lost one as a gap.");

    private static int Odd(double samples)
    {
        int whole = (int)Math.Floor(samples + 0.5);
        return whole % 2 == 1 ? whole : whole + 1;
    }

    private readonly record struct Candidate(double PeakAt, double Height, PulseFoot Foot);
}
