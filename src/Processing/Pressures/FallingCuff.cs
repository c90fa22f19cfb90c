using Vascular.Processing.Signals;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Judges one run of <see cref="ReturnOfPulse"/>: floor, candidates, confirmation, trace-back, uncertainty.</summary>
internal sealed class FallingCuff
{
    private const double FloorSpreads = 3;
    private const double FloorRatio = 1.3;
    private const double MadToSigma = 1.4826;
    private const double NeverOccludedFrom = 0.7;
    private const double SettleSeconds = 1;
    private const double TraceBackSeconds = 4;
    private const double LongerTraceBackSeconds = 7;
    private const int TraceBackBeats = 5;
    private const double TraceBackLimitMmHg = 8;
    private const double RhythmSeconds = 8;
    private const double FloorOfMethodMmHg = 20;
    private const double OverBaseline = 1.5;
    private const int FewestRises = 3;
    private const double UnconfirmedBeats = 3;
    private const double FastestMmHgPerS = 4;

    /// <summary>Heights on a rail say nothing of how long the pulses have been there.</summary>
    private const double ClippedMmHg = 6;

    /// <summary>Under a closed cuff simulated toes show less than a tenth of their pulse.</summary>
    private const double NeverOccludedShare = 0.3;
    private const double LeavesSkin = 3;
    private const int LongestChain = 24;

    /// <summary>On simulated runs a trembling repeats itself with a correlation of 0.8 and more somewhere; noise seldom does so with 0.7 within the length of a beat.</summary>
    private const double TremblesFrom = 0.7;

    /// <summary>A trembling is there in both halves of what is looked at; a burst, and noise that repeats itself by chance, in one.</summary>
    private const double LastsFrom = 0.5;

    /// <summary>No resting heart beats faster than 171 a minute: what repeats sooner is none. Where the beat is known, what comes at three quarters of it.</summary>
    private const double ShortestBeatS = 0.35;
    private const double SoonerThanBeat = 0.75;
    private const double LongestTremblingS = 0.45;
    private const double TremblesSeconds = 3;

    /// <summary>Rises over so little show a trembling of 6 Hz, to which those over 160 ms are blind though it makes pulses unlike.</summary>
    private const double QuickRiseSeconds = 0.04;

    /// <summary>A crossing beyond the limit says that pulses came late by much, not by how much: this is what they came late by on simulated runs.</summary>
    private const double BeyondLimitMmHg = 5;

    /// <summary>Systolic pressure varies from beat to beat with breathing; 95 % half width on simulated runs over real arterial pressure.</summary>
    private const double SystolicVariationMmHg = 3.5;
    private const double SystolicVariationShare = 0.08;
    private const double LongerSeconds = 4;
    private const double UsualIntervalS = 0.8;
    private const double LearnSeconds = 3.5;
    private const long Second = 1_000_000_000;

    private readonly CuffTrace cuff;
    private readonly long[] atNs;
    private readonly double[] counts;
    private readonly int count;
    private readonly ReadOnlyMemory<long> gaps;
    private readonly double cuffAccuracyMmHg;
    private readonly UpstrokeTrace rises;
    private readonly PulseChain pulses;
    private UpstrokeTrace? quickRises;
    private ReturnOfPulseFlags flags;

    public FallingCuff(CuffTrace cuff, long[] atNs, double[] counts, int count, ReadOnlyMemory<long> gaps, double cuffAccuracyMmHg)
    {
        (this.cuff, this.atNs, this.counts, this.count, this.gaps, this.cuffAccuracyMmHg) = (cuff, atNs, counts, count, gaps, cuffAccuracyMmHg);
        rises = new UpstrokeTrace(atNs, counts, count);
        pulses = new PulseChain(rises, counts, count);
    }

    public ReturnOfPulseResult Judge()
    {
        if (count < 100 || cuff.Count < 10 || rises.PeriodS is <= 0 or > 0.032)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.TooShort);
        }

        if (cuff.Top - cuff.Last < 10)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.NoDeflation);
        }

        Baseline before = BaselineBefore();
        if (before.Pulseless)
        {
            return Without(MeasurementState.Absent, ReturnOfPulseFlags.NoPulseBefore);
        }

        flags |= before.IntervalS is null ? ReturnOfPulseFlags.NoBaseline : 0;
        long fallFromNs = cuff.DeflationFromNs;
        int learnFrom = rises.IndexAt(Math.Max(cuff.TopFromNs + (cuff.InflationFromNs is null ? 0 : (long)(SettleSeconds * Second)), fallFromNs - 10 * Second));
        int learnTo = rises.IndexAt(Math.Max(fallFromNs, atNs[Math.Min(learnFrom, count - 1)] + (long)(LearnSeconds * Second)));
        if ((learnTo - learnFrom) * rises.PeriodS < LearnSeconds - 0.5 || learnTo >= count)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.TooShort);
        }

        if (Railed(learnFrom, learnTo))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Clipped);
        }

        if (Trembles(learnFrom, learnTo, before.IntervalS))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement);
        }

        if (PulseAtTop(learnFrom, learnTo, before) is { } unclosed)
        {
            return unclosed;
        }

        double window = before.IntervalS ?? UsualIntervalS;
        NoiseFloor floor = LowerFloor(learnFrom, learnTo, window);
        List<Upstroke> found = rises.Over(floor.Threshold, rises.IndexAt(fallFromNs), count, 0.3);
        double? passedMmHg = null;
        for (int k = 0; k < found.Count; k++)
        {
            double interval = before.IntervalS ?? IntervalAfter(found[k], found);
            List<Upstroke> chain = pulses.From(k, found, interval, LongestChain);
            if (found[k].Height > OverBaseline * before.Height || !pulses.Continues(chain, floor.Threshold))
            {
                continue;
            }

            double mmHg = cuff.At(found[k].AtNs).MmHg;
            if (PulseChain.Grows(chain))
            {
                if (TremblesNear(chain, before.IntervalS) || LeftSkin(rises.IndexAt(fallFromNs), chain[Math.Min(4, chain.Count - 1)].Index, before.Quickest))
                {
                    return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement);
                }

                // pulses that did not grow, well above: which of the two is the first cannot be told
                return passedMmHg > mmHg + TraceBackLimitMmHg ? Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement) : Answer(chain, interval, floor);
            }

            passedMmHg ??= mmHg;
        }

        return passedMmHg > FloorOfMethodMmHg ? Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement) : NothingReturned(before, found);
    }

    /// <summary>A pulse where there should be none: it was never closed off. Null where nothing speaks for one.</summary>
    private ReturnOfPulseResult? PulseAtTop(int from, int to, in Baseline before)
    {
        bool regular = rises.Rhythm(from, to).Correlation >= NeverOccludedFrom;
        double usual = before.Height ?? Median(rises.WindowTops(count - (count - to) / 3, count, UsualIntervalS));
        // a burst spoils the seconds learnt from, not four more with them
        double learnt = Median(rises.WindowTops(from, to, UsualIntervalS)), longer = Median(rises.WindowTops(from, Math.Min(count, to + (int)(LongerSeconds / rises.PeriodS)), UsualIntervalS));
        bool high = Math.Min(learnt, longer) >= NeverOccludedShare * usual;
        PulseWord word = regular || high ? Word(from, Math.Max(to, from + (int)(8 / rises.PeriodS))) : PulseWord.Nonpulsatile;
        return word switch
        {
            PulseWord.Pulsatile when Gapped(from, to - 1) => Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Gap),
            PulseWord.Pulsatile => Without(MeasurementState.AboveLimit, 0) with { LimitMmHg = cuff.Top, FromNs = atNs[from], ToNs = atNs[to] },
            // as high as a pulse, and irregular: a pulse in fibrillation or a movement
            PulseWord.Unreadable when high => Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement),
            _ => null,
        };
    }

    /// <summary>A change within 40 ms of three times what the quickest pulse does: the sensor left the skin, or was pushed.</summary>
    private bool LeftSkin(int from, int to, double? quickest) =>
        QuickRises.Largest(from, to) > LeavesSkin * (quickest ?? QuickRises.Largest(count - (count - from) / 4, count));

    private UpstrokeTrace QuickRises => quickRises ??= new UpstrokeTrace(atNs, counts, count, QuickRiseSeconds);

    /// <summary>What is there repeats faster than any heart, or than this patient's did before the cuff was pumped up.</summary>
    private bool Trembles(int from, int to, double? beatS) =>
        Trembles(rises, from, to, beatS) || Trembles(QuickRises, from, to, beatS);

    private static bool Trembles(UpstrokeTrace trace, int from, int to, double? beatS)
    {
        to = Math.Min(to, trace.Count);
        (double correlation, double period) = trace.ShortestRepeat(from, to);
        double sooner = beatS is { } beat ? Math.Min(SoonerThanBeat * beat, LongestTremblingS) : ShortestBeatS;
        int middle = (from + to) / 2;
        return correlation >= TremblesFrom && period < sooner && trace.Repeat(from, middle, period) >= LastsFrom && trace.Repeat(middle, to, period) >= LastsFrom;
    }

    /// <summary>A trembling at the candidate or within the beats that decide.</summary>
    private bool TremblesNear(List<Upstroke> chain, double? beatS) => TremblesWithin(
        chain[0].Index - (int)(TremblesSeconds / rises.PeriodS),
        rises.IndexAt(chain[0].AtNs + (long)((TraceBackSeconds + TremblesSeconds) * Second)),
        beatS);

    /// <summary>A trembling in any three seconds of these.</summary>
    private bool TremblesWithin(int from, int to, double? beatS)
    {
        int length = (int)(TremblesSeconds / rises.PeriodS);
        for (int k = Math.Max(0, from); k <= Math.Min(to, count) - length; k += length / 4)
        {
            if (Trembles(k, k + length, beatS))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Beat interval from the rhythm after a candidate; where there is none (an irregular pulse), the median between rises.</summary>
    private double IntervalAfter(Upstroke candidate, List<Upstroke> found)
    {
        int after = Math.Min(count, candidate.Index + (int)(RhythmSeconds / rises.PeriodS));
        (double correlation, double period) = rises.Rhythm(candidate.Index, after);
        if (correlation >= 0.4)
        {
            return period;
        }

        double[] intervals = [.. found.SkipWhile(u => u.Index < candidate.Index).Take(8).Select(u => u.AtNs * 1e-9)];
        intervals = [.. intervals.Zip(intervals.Skip(1), (a, b) => b - a)];
        return intervals.Length < 3 ? UsualIntervalS : Math.Clamp(Median(intervals), 1.0 / 3, 1.5);
    }

    /// <summary>The noise floor of the seconds learnt from or of four seconds more, whichever is lower: a burst spoils the first, early pulses the second.</summary>
    private NoiseFloor LowerFloor(int from, int to, double windowS)
    {
        NoiseFloor learnt = Floor(from, to, windowS), longer = Floor(from, Math.Min(count, to + (int)(LongerSeconds / rises.PeriodS)), windowS);
        return longer.Threshold < learnt.Threshold ? longer : learnt;
    }

    private NoiseFloor Floor(int from, int to, double windowS)
    {
        double[] tops = rises.WindowTops(from, to, windowS);
        double middle = Median(tops);
        double spread = MadToSigma * Median([.. tops.Select(f => Math.Abs(f - middle))]);
        return new NoiseFloor(middle, spread, Math.Max(middle + FloorSpreads * spread, FloorRatio * middle));
    }

    /// <summary>What the rises reach without a pulse.</summary>
    private readonly record struct NoiseFloor(double Middle, double Spread, double Threshold);

    /// <summary>What the seconds before inflation showed.</summary>
    /// <param name="IntervalS">Beat interval; null without five pulses in rhythm.</param>
    /// <param name="Height">Median height of the pulses, regular or not; null where the trace shows none.</param>
    /// <param name="Quickest">Largest change within 40 ms; null where too little was recorded.</param>
    /// <param name="Pulseless">Good contact, and no pulse.</param>
    private readonly record struct Baseline(double? IntervalS, double? Height, double? Quickest, bool Pulseless);

    private Baseline BaselineBefore()
    {
        if (cuff.InflationFromNs is not { } inflationNs)
        {
            return default;
        }

        int to = rises.IndexAt(inflationNs - Second / 5);
        int from = rises.IndexAt(inflationNs - 15 * Second);
        double rateHz = 1 / rises.PeriodS;
        if (to - from < 4 * rateHz)
        {
            return default;
        }

        (double correlation, double period) = rises.Rhythm(from, to);
        bool rhythmic = correlation >= 0.5 && (to - from) * rises.PeriodS >= 5 * period;
        double height = Median(rises.WindowTops(from, to, rhythmic ? period : UsualIntervalS));
        PulseWord word = rhythmic ? PulseWord.Pulsatile : Word(from, to);
        return new Baseline(rhythmic ? period : null, word == PulseWord.Pulsatile ? height : null, QuickRises.Largest(from, to), word == PulseWord.Nonpulsatile);
    }

    private PulseWord Word(int from, int to)
    {
        var trace = new PulseWindow(Math.Min(1 / rises.PeriodS, 1000));
        for (int k = from; k < Math.Min(to, count); k++)
        {
            trace.Add(counts[k]);
        }

        return trace.Word;
    }

    /// <summary>More than half of the samples lie on a rail: what is behind it cannot be seen.</summary>
    private bool Railed(int from, int to)
    {
        int railed = 0;
        for (int k = from; k < to; k++)
        {
            railed += ClippedAt(k) ? 1 : 0;
        }

        return 2 * railed > to - from;
    }

    private ReturnOfPulseResult NothingReturned(in Baseline before, List<Upstroke> found)
    {
        int from = rises.IndexAt(cuff.DeflationFromNs);
        if (Gapped(from, count - 1))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Gap);
        }

        // a trembling can hide the pulses that returned
        if (TremblesWithin(from, count, before.IntervalS) || LeftSkin(from, count, before.Quickest))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement);
        }

        // a pulse was there before, or the cuff stopped above the method's floor: the pressure lies below. Emptied with no pulse ever seen: absent
        if (cuff.Last > FloorOfMethodMmHg || before.Height is not null)
        {
            double limit = Math.Max(Math.Max(cuff.Last, FloorOfMethodMmHg), Unconfirmed(found, before.IntervalS ?? UsualIntervalS));
            return Without(MeasurementState.BelowLimit, 0) with { LimitMmHg = limit, FromNs = atNs[from], ToNs = atNs[count - 1] };
        }

        // rises that no rule took for pulses are no proof that there were none
        return Without(found.Count >= FewestRises ? MeasurementState.Unreadable : MeasurementState.Absent, 0) with { FromNs = atNs[from], ToNs = atNs[count - 1] };
    }

    /// <summary>Rises that go on to the end of the run may be pulses that returned too late to be confirmed: the pressure can lie as far above the first of
    /// them as a line is ever carried back, and a beat more.</summary>
    private double Unconfirmed(List<Upstroke> found, double interval)
    {
        int first = found.Count;
        long apartNs = (long)(UnconfirmedBeats * interval * Second);
        while (first > 0 && (first < found.Count ? found[first].AtNs : atNs[count - 1]) - found[first - 1].AtNs <= apartNs)
        {
            first--;
        }

        if (first == found.Count)
        {
            return 0;
        }

        CuffLine at = cuff.At(found[first].AtNs);
        flags |= at.SlopeMmHgPerS < -FastestMmHgPerS ? ReturnOfPulseFlags.TooFastDeflation : 0;
        return at.MmHg + TraceBackLimitMmHg - at.SlopeMmHgPerS * interval;
    }

    private ReturnOfPulseResult Answer(List<Upstroke> chain, double interval, NoiseFloor floor)
    {
        Upstroke begin = chain[0];
        CuffLine at = cuff.At(begin.AtNs);
        double rate = -at.SlopeMmHgPerS;
        double resolution = rate * interval;
        List<Upstroke> decisive = Decisive(chain, TraceBackSeconds, floor);
        TraceBack? traced = Traced(decisive, floor);
        if (traced is null)
        {
            decisive = Decisive(chain, LongerTraceBackSeconds, floor);
            traced = Traced(decisive, floor);
        }

        flags |= traced is null ? ReturnOfPulseFlags.NoTraceBack : 0;
        double late = traced is { } crossing ? crossing.MmHg - at.MmHg : resolution / 2;
        double systolic = at.MmHg + (late > TraceBackLimitMmHg ? BeyondLimitMmHg : Math.Max(0, late));
        long endNs = rate > 0.1 ? begin.AtNs - (long)((systolic - at.MmHg) / rate * Second) : begin.AtNs;
        long toNs = decisive[^1].AtNs;
        long fromNs = Math.Min(endNs, begin.AtNs) - (long)(interval * Second);
        (int from, int to) = (rises.IndexAt(fromNs), Math.Min(rises.IndexAt(toNs), count - 1));
        if (Gapped(from, to))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Gap) with { FromNs = fromNs, ToNs = toNs };
        }

        // clipping spoils the judgement of growth, too, which looks further than the line
        int judgedTo = rises.IndexAt(chain[Math.Min(chain.Count, PulseChain.Judged) - 1].AtNs);
        Doubt(decisive, rate, endNs, interval, from, Math.Max(to, judgedTo));
        double half = traced is null ? resolution : resolution / 2;
        double untraced = flags.HasFlag(ReturnOfPulseFlags.Clipped) ? ClippedMmHg : TraceBackLimitMmHg / 2;
        double fit = Math.Min(traced?.HalfWidthMmHg ?? untraced, TraceBackLimitMmHg);
        double variation = Math.Max(SystolicVariationMmHg, SystolicVariationShare * systolic);
        double uncertainty = Math.Sqrt(half * half + fit * fit + variation * variation + cuffAccuracyMmHg * cuffAccuracyMmHg);
        UncertaintyPart[] parts =
        [
            new(UncertaintySource.EndPointResolution, half), new(UncertaintySource.Noise, fit), new(UncertaintySource.BeatToBeat, variation),
            .. cuffAccuracyMmHg > 0 ? [new UncertaintyPart(UncertaintySource.Device, cuffAccuracyMmHg)] : Array.Empty<UncertaintyPart>(),
        ];
        if (systolic < FloorOfMethodMmHg)
        {
            return Without(MeasurementState.BelowLimit, 0) with { LimitMmHg = Math.Max(FloorOfMethodMmHg, systolic + uncertainty), FromNs = fromNs, ToNs = toNs };
        }

        return new ReturnOfPulseResult(MeasurementState.Measured, systolic, null, uncertainty, resolution, rate, endNs, flags, fromNs, toNs) { Uncertain = new UncertaintyParts(parts) };
    }

    /// <summary>The confirmed pulses of the first seconds, five at least.</summary>
    private static List<Upstroke> Decisive(List<Upstroke> chain, double seconds, NoiseFloor floor) => [.. chain
        .TakeWhile((u, k) => k < TraceBackBeats || u.AtNs <= chain[0].AtNs + (long)(seconds * Second)).Where(u => u.Height > floor.Threshold)];

    private TraceBack? Traced(List<Upstroke> decisive, NoiseFloor floor)
    {
        Upstroke[] whole = [.. decisive.Where(u => !ClippedAround(u.Index))];
        return TraceBack.Through([.. whole.Select(u => cuff.At(u.AtNs).MmHg)], [.. whole.Select(u => u.Height)], floor.Middle);
    }

    /// <summary>Raises what makes the answer doubtful.</summary>
    private void Doubt(List<Upstroke> decisive, double rate, long endNs, double interval, int from, int to)
    {
        flags |= rate > FastestMmHgPerS ? ReturnOfPulseFlags.TooFastDeflation : 0;
        flags |= rate < 1 ? ReturnOfPulseFlags.StalledDeflation : 0;
        flags |= endNs < cuff.DeflationFromNs + 2 * Second ? ReturnOfPulseFlags.NotAboveSystolic : 0;
        double usual = Median([.. decisive.Select(u => u.Height)]);
        long nearNs = (long)(2 * interval * Second);
        Upstroke highest = rises.Highest(rises.IndexAt(endNs - nearNs), rises.IndexAt(decisive[0].AtNs + nearNs));
        flags |= highest.Height > 3 * usual || rises.Highest(rises.IndexAt(endNs - nearNs), rises.IndexAt(endNs)).Height > 2 * usual ? ReturnOfPulseFlags.Movement : 0;
        for (int k = from; k <= to && !flags.HasFlag(ReturnOfPulseFlags.Clipped); k++)
        {
            flags |= ClippedAt(k) ? ReturnOfPulseFlags.Clipped : 0;
        }
    }

    /// <summary>A rail within a fifth of a second of a rise: its height is a lower bound.</summary>
    private bool ClippedAround(int index)
    {
        int reach = (int)(0.2 / rises.PeriodS);
        for (int k = index - reach; k <= index + reach; k++)
        {
            if (ClippedAt(k))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Three equal samples at the highest or lowest value of the run, around a sample.</summary>
    private bool ClippedAt(int index)
    {
        if (index < 1 || index + 1 >= count || counts[index] != counts[index - 1] || counts[index] != counts[index + 1])
        {
            return false;
        }

        (double low, double high) = rails ??= Extremes();
        return counts[index] == low || counts[index] == high;
    }

    private (double Low, double High)? rails;

    private (double Low, double High) Extremes()
    {
        (double low, double high) = (counts[0], counts[0]);
        for (int k = 1; k < count; k++)
        {
            (low, high) = (Math.Min(low, counts[k]), Math.Max(high, counts[k]));
        }

        return (low, high);
    }

    /// <summary>A gap was told, or three sample periods are missing, between two samples.</summary>
    private bool Gapped(int from, int to)
    {
        long first = atNs[Math.Clamp(from, 0, count - 1)], last = atNs[Math.Clamp(to, 0, count - 1)];
        foreach (long gap in gaps.Span)
        {
            if (gap >= first && gap <= last)
            {
                return true;
            }
        }

        for (int k = Math.Max(1, from); k <= to && k < count; k++)
        {
            if ((atNs[k] - atNs[k - 1]) * 1e-9 > 3.5 * rises.PeriodS)
            {
                return true;
            }
        }

        return false;
    }

    private ReturnOfPulseResult Without(MeasurementState state, ReturnOfPulseFlags reason) => new(
        state, null, null, null, null, null, null, flags | reason, count > 0 ? atNs[0] : 0, count > 0 ? atNs[count - 1] : 0);

    private static double Median(double[] values)
    {
        if (values.Length == 0)
        {
            return 0;
        }

        double[] sorted = [.. values];
        Array.Sort(sorted);
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
