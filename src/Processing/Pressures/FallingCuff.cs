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

    /// <summary>Ten beats and more under a falling cuff bring back more of the pulse than this: what does not is a drift and its ripples.</summary>
    private const double LeastOfBaseline = 0.05;
    private const int FewestRises = 3;

    /// <summary>Of a run in which no pulse was seen: so long before its end the trace must say itself that there is none.</summary>
    private const long AtTheEndSeconds = 12;
    private const double UnconfirmedBeats = 3;
    private const double FastestMmHgPerS = 4;

    /// <summary>Heights on a rail say nothing of how long the pulses have been there.</summary>
    private const double ClippedMmHg = 6;

    /// <summary>Under a closed cuff simulated toes show less than a tenth of their pulse.</summary>
    private const double NeverOccludedShare = 0.3;
    private const double LeavesSkin = 3;
    private const int LongestChain = 24;

    /// <summary>Rises over so little show a push at the sensor, and a trembling to which those over 160 ms are blind.</summary>
    private const double QuickRiseSeconds = 0.04;

    /// <summary>A crossing beyond the limit says that pulses came late by much, not by how much: this is what they came late by on simulated runs.</summary>
    private const double BeyondLimitMmHg = 5;

    /// <summary>Systolic pressure varies from beat to beat with breathing; 95 % half width on simulated runs over real arterial pressure.</summary>
    private const double SystolicVariationMmHg = 3.5;
    private const double SystolicVariationShare = 0.08;
    private const double LongerSeconds = 4;
    private const double UsualIntervalS = 0.8;
    private const double SlowestIntervalS = 2;
    private const double LearnSeconds = 3.5;

    /// <summary>More than half of the samples learnt from on a rail: nothing is learnt.</summary>
    private const double RailedShare = 0.5;

    /// <summary>A floor of so much of the pulse hides pulses that returned long before. Up to there it widens what is said: from where quiet runs end on, and by
    /// all that it hides where no run is quiet.</summary>
    private const double DrownedFrom = 0.2;
    private const double QuietTo = 0.07;
    private const double LoudFrom = 0.12;

    /// <summary>From the first pulse that passes to the whole one the cuff falls by this share of the systolic pressure or less; noise makes pulses unlike, too,
    /// so that some above the floor are not taken.</summary>
    private const double PulsePressureShare = 0.8;

    /// <summary>And by this share at least: what pulses on the way there would have grown to is not made more than it is.</summary>
    private const double LeastPulsePressureShare = 0.4;
    private const double ShortestWay = 0.3;

    /// <summary>Where no pulse returned: more than so much of the fall on a rail, or still for so long, and there may have been one.</summary>
    private const double HiddenShare = 0.05;
    private const double FrozenSeconds = 3;
    private const long Second = 1_000_000_000;

    private readonly CuffTrace cuff;
    private readonly long[] atNs;
    private readonly double[] counts;
    private readonly int count;
    private readonly ReadOnlyMemory<long> gaps;
    private readonly double cuffAccuracyMmHg;
    private readonly UpstrokeTrace rises;
    private readonly PulseChain pulses;
    private readonly PlethRails rails;
    private readonly Lazy<UpstrokeTrace> quickRises;
    private readonly Trembling trembling;
    private ReturnOfPulseFlags flags;

    public FallingCuff(CuffTrace cuff, long[] atNs, double[] counts, int count, ReadOnlyMemory<long> gaps, double cuffAccuracyMmHg)
    {
        (this.cuff, this.atNs, this.counts, this.count, this.gaps, this.cuffAccuracyMmHg) = (cuff, atNs, counts, count, gaps, cuffAccuracyMmHg);
        rises = new UpstrokeTrace(atNs, counts, count);
        pulses = new PulseChain(rises, counts, count);
        rails = new PlethRails(counts, count);
        quickRises = new Lazy<UpstrokeTrace>(() => new UpstrokeTrace(atNs, counts, count, QuickRiseSeconds));
        trembling = new Trembling(rises, quickRises);
    }

    /// <param name="running">The cuff still falls, and the pulses may yet grow.</param>
    public ReturnOfPulseResult Judge(bool running)
    {
        if (count < 100 || cuff.Count < 10 || rises.PeriodS is <= 0 or > 0.032)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.TooShort);
        }

        if (cuff.Top - cuff.Last < 10)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.NoDeflation);
        }

        // what never closed an artery of the lowest pressure that is read says nothing of a lower one
        if (cuff.Top <= FloorOfMethodMmHg)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.NotAboveSystolic);
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

        // what is behind a rail cannot be seen
        if (rails.Share(learnFrom, learnTo) > RailedShare)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Clipped);
        }

        if (trembling.IsIn(learnFrom, learnTo, before.IntervalS))
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
            if (found[k].Height > OverBaseline * before.Height || !pulses.Continues(chain, floor.Threshold) || chain.Max(u => u.Height) < LeastOfBaseline * before.Tall)
            {
                continue;
            }

            double mmHg = cuff.At(found[k].AtNs).MmHg;
            if (PulseChain.Grows(chain))
            {
                if (trembling.IsNear(chain[0], TraceBackSeconds, before.IntervalS) || LeftSkin(rises.IndexAt(fallFromNs), chain[Math.Min(4, chain.Count - 1)].Index, before.Quickest))
                {
                    return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement);
                }

                double hidden = floor.Threshold / (before.Tall ?? Math.Max(before.Rises, TallAfter(k, found, interval)));
                if (hidden > DrownedFrom && (!running || before.Tall is not null))
                {
                    return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Noise);
                }

                // pulses that did not grow, well above: which of the two is the first cannot be told
                return passedMmHg > mmHg + TraceBackLimitMmHg ? Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement) : Answer(chain, interval, floor, hidden);
            }

            passedMmHg ??= mmHg;
        }

        return passedMmHg > FloorOfMethodMmHg ? Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement) : NothingReturned(before, found, floor);
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
        quickRises.Value.Largest(from, to) > LeavesSkin * (quickest ?? quickRises.Value.Largest(count - (count - from) / 4, count));

    /// <summary>Height of the whole pulse where none is known from before inflation: what the pulses grow to, and where the run ends on the way there, what they
    /// would have grown to at least.</summary>
    private double TallAfter(int first, List<Upstroke> found, double interval)
    {
        double[] beats = [.. pulses.From(first, found, interval, found.Count).Select(u => u.Height)];
        double seen = Math.Max(PulseChain.Tallest(beats), PulseChain.Tallest(rises.WindowTops(found[first].Index, count, SlowestIntervalS)));
        double from = cuff.At(found[first].AtNs).MmHg + TraceBackLimitMmHg;
        double way = (from - cuff.Last) / (LeastPulsePressureShare * from);
        return way < 1 ? Math.Max(seen, PulseChain.Tallest(beats.AsSpan(beats.Length - Math.Min(beats.Length, PulseChain.InARow))) / Height(Math.Max(way, ShortestWay))) : seen;
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
    /// <param name="Tall">Median of the highest rise in each two seconds, in which the slowest heart beats once; null where the trace shows no pulse.</param>
    /// <param name="Rises">The same of any trace: slow pulses, of which it does not say that they are some, too; 0 where too little was recorded.</param>
    /// <param name="Quickest">Largest change within 40 ms; null where too little was recorded.</param>
    /// <param name="Pulseless">Good contact, and no pulse.</param>
    private readonly record struct Baseline(double? IntervalS, double? Height, double? Tall, double Rises, double? Quickest, bool Pulseless);

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
        double tall = Median(rises.WindowTops(from, to, SlowestIntervalS));
        return new Baseline(
            rhythmic ? period : null, word == PulseWord.Pulsatile ? height : null, word == PulseWord.Pulsatile ? tall : null, tall,
            quickRises.Value.Largest(from, to), word == PulseWord.Nonpulsatile);
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

    private ReturnOfPulseResult NothingReturned(in Baseline before, List<Upstroke> found, NoiseFloor floor)
    {
        int from = rises.IndexAt(cuff.DeflationFromNs);
        if (Gapped(from, count - 1))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Gap);
        }

        // a trembling can hide the pulses that returned
        if (trembling.IsWithin(from, count, before.IntervalS) || LeftSkin(from, count, before.Quickest))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Movement);
        }

        // so can a noise as high as they are
        if (floor.Threshold > DrownedFrom * before.Tall)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Noise);
        }

        // a rail, and a wire that died
        if (rails.Share(from, count) > HiddenShare)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Clipped);
        }

        if (rails.LongestStill(from, count) * rises.PeriodS > FrozenSeconds)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Gap);
        }

        // rises that no rule took for pulses, and a trace that is not still at the end, are no proof that there were none; without a pulse to go by, noise hides any
        bool still = found.Count < FewestRises && Word(rises.IndexAt(atNs[count - 1] - AtTheEndSeconds * Second), count) == PulseWord.Nonpulsatile;
        bool drowned = found.Count >= PulseChain.Judged && floor.Threshold > DrownedFrom * PulseChain.Tallest([.. found.Select(u => u.Height)]);
        if (before.Height is null && !still && (drowned || cuff.Last <= FloorOfMethodMmHg))
        {
            return Without(MeasurementState.Unreadable, drowned ? ReturnOfPulseFlags.Noise : 0) with { FromNs = atNs[from], ToNs = atNs[count - 1] };
        }

        // a pulse was there before, or the cuff stopped above the method's floor: the pressure lies below. Emptied with no pulse ever seen: absent
        if (cuff.Last > FloorOfMethodMmHg || before.Height is not null)
        {
            double limit = Math.Max(Math.Max(cuff.Last, FloorOfMethodMmHg), Unconfirmed(found, before.IntervalS ?? UsualIntervalS));
            return Without(MeasurementState.BelowLimit, 0) with { LimitMmHg = limit, FromNs = atNs[from], ToNs = atNs[count - 1] };
        }

        return Without(MeasurementState.Absent, 0) with { FromNs = atNs[from], ToNs = atNs[count - 1] };
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

    /// <param name="hidden">Height of the floor over that of the whole pulse.</param>
    private ReturnOfPulseResult Answer(List<Upstroke> chain, double interval, NoiseFloor floor, double hidden)
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
        double unseen = PulsePressureShare * systolic * Grown(hidden) * Math.Clamp((hidden - QuietTo) / (LoudFrom - QuietTo), 0, 1);
        fit = unseen > 0 ? Math.Sqrt(fit * fit + unseen * unseen) : fit;
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

    /// <summary>Share of the way to the whole pulse at which its height is this share of the whole: heights grow with the power of 4/3.</summary>
    private static double Grown(double height) => Math.Sqrt(height) * Math.Sqrt(Math.Sqrt(height));

    /// <summary>The height at this share of the way, over the whole.</summary>
    private static double Height(double way) => Elementary.Exp(4.0 / 3 * Elementary.Log(way));

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
        flags |= rails.IsBetween(from, to) ? ReturnOfPulseFlags.Clipped : 0;
    }

    /// <summary>A rail within a fifth of a second of a rise: its height is a lower bound.</summary>
    private bool ClippedAround(int index)
    {
        int reach = (int)(0.2 / rises.PeriodS);
        return rails.IsBetween(index - reach, index + reach);
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
