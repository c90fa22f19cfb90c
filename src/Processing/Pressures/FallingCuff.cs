using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Judges one run of <see cref="ReturnOfPulse"/>: floor, candidates, confirmation, trace-back, uncertainty.</summary>
internal sealed class FallingCuff
{
    private const double FloorSpreads = 3;
    private const double FloorRatio = 1.3;
    private const double MadToSigma = 1.4826;
    private const double RhythmTolerance = 0.25;
    private const double TraceBackSeconds = 4.5;
    private const double TraceBackLimitMmHg = 8;
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
    private ReturnOfPulseFlags flags;

    public FallingCuff(CuffTrace cuff, long[] atNs, double[] counts, int count, ReadOnlyMemory<long> gaps, double cuffAccuracyMmHg)
    {
        (this.cuff, this.atNs, this.counts, this.count, this.gaps, this.cuffAccuracyMmHg) = (cuff, atNs, counts, count, gaps, cuffAccuracyMmHg);
        rises = new UpstrokeTrace(atNs, counts, count);
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

        double? before = IntervalBefore(out bool pulseless);
        flags |= before is null ? ReturnOfPulseFlags.NoBaseline : 0;
        flags |= pulseless ? ReturnOfPulseFlags.NoPulseBefore : 0;
        long fallFromNs = cuff.DeflationFromNs;
        int learnFrom = rises.IndexAt(Math.Max(cuff.TopFromNs, fallFromNs - 10 * Second));
        int learnTo = rises.IndexAt(fallFromNs + (long)(LearnSeconds * Second));
        if ((learnTo - learnFrom) * rises.PeriodS < LearnSeconds - 0.5 || learnTo >= count)
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.TooShort);
        }

        if (rises.Rhythm(learnFrom, learnTo).Correlation >= 0.7)
        {
            return Gapped(learnFrom, learnTo - 1)
                ? Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Gap)
                : Without(MeasurementState.AboveLimit, 0) with { LimitMmHg = cuff.Top, FromNs = atNs[learnFrom], ToNs = atNs[learnTo] };
        }

        double window = before ?? UsualIntervalS;
        NoiseFloor learnt = Floor(learnFrom, learnTo, window);
        List<Upstroke> found = rises.Over(learnt.Threshold, learnTo, count, 0.3);
        for (int from = 0; FirstConfirmed(found, from, before, out double interval) is var first && first >= 0; from = first + 1)
        {
            // everything before the candidate was noise if the candidate is a pulse: the floor has more to learn from
            NoiseFloor floor = Floor(learnFrom, Math.Max(learnTo, found[first].Index - (int)(0.5 * window / rises.PeriodS)), window);
            if (found[first].Height > floor.Threshold)
            {
                return Answer(found, first, interval, floor);
            }
        }

        return NothingReturned(pulseless);
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

    /// <summary>Beat interval before inflation; null without a rhythm there. Says also when ten quiet seconds held none.</summary>
    private double? IntervalBefore(out bool pulseless)
    {
        pulseless = false;
        if (cuff.InflationFromNs is not { } inflationNs)
        {
            return null;
        }

        int to = rises.IndexAt(inflationNs - Second / 5);
        int from = rises.IndexAt(inflationNs - 12 * Second);
        double seconds = (to - from) * rises.PeriodS;
        if (seconds < 5)
        {
            return null;
        }

        (double correlation, double period) = rises.Rhythm(from, to);
        pulseless = correlation < 0.4 && seconds >= 8;
        return correlation >= 0.5 ? period : null;
    }

    /// <summary>First rise that begins a series: of the next four intervals three in rhythm, none towering over its followers, and no shrinking.</summary>
    private static int FirstConfirmed(List<Upstroke> found, int from, double? before, out double interval)
    {
        interval = 0;
        for (int k = from; k + 3 < found.Count; k++)
        {
            int next = Math.Min(k + 5, found.Count);
            double[] intervals = new double[next - k - 1];
            double[] heights = new double[next - k - 1];
            for (int j = k + 1; j < next; j++)
            {
                intervals[j - k - 1] = (found[j].AtNs - found[j - 1].AtNs) * 1e-9;
                heights[j - k - 1] = found[j].Height;
            }

            double expected = before ?? Median(intervals);
            int inRhythm = intervals.Count(i => Math.Abs(i - expected) <= RhythmTolerance * expected);
            bool growing = heights[^1] + heights[^2] >= 0.8 * (found[k].Height + heights[0]);
            bool towering = found[k].Height > 2 * Median(heights);
            bool firstInRhythm = Math.Abs(intervals[0] - expected) <= RhythmTolerance * expected;
            if (inRhythm >= 3 && firstInRhythm && growing && !towering && GrowsLater(found, k))
            {
                interval = expected;
                return k;
            }
        }

        return -1;
    }

    /// <summary>The fifth to tenth rises stand above the first by a seventh; a run that ends before is given the benefit.</summary>
    private static bool GrowsLater(List<Upstroke> found, int first)
    {
        double[] later = [.. found.Skip(first + 4).Take(6).Select(u => u.Height)];
        return later.Length < 3 || Median(later) > 1.15 * found[first].Height;
    }

    private ReturnOfPulseResult NothingReturned(bool pulseless)
    {
        int from = rises.IndexAt(cuff.DeflationFromNs);
        if (Gapped(from, count - 1))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Gap);
        }

        // emptied without a pulse: looked for and absent. Stopped above 20 mmHg: all that is known is that the pressure lies lower
        return cuff.Last <= 20 || pulseless
            ? Without(MeasurementState.Absent, 0) with { FromNs = atNs[from], ToNs = atNs[count - 1] }
            : Without(MeasurementState.BelowLimit, 0) with { LimitMmHg = cuff.Last, FromNs = atNs[from], ToNs = atNs[count - 1] };
    }

    private ReturnOfPulseResult Answer(List<Upstroke> found, int first, double interval, NoiseFloor floor)
    {
        Upstroke begin = found[first];
        CuffLine at = cuff.At(begin.AtNs);
        double rate = -at.SlopeMmHgPerS;
        double resolution = rate * interval;
        List<Upstroke> series = [.. found.Skip(first).TakeWhile(u => u.AtNs <= begin.AtNs + (long)(TraceBackSeconds * Second))
            .Where(u => !ClippedAt(u.Index))];
        (double? traced, double fitError) = TraceBack(series, floor.Middle, floor.Spread, at.MmHg);
        if (traced is null)
        {
            flags |= ReturnOfPulseFlags.NoTraceBack;
        }

        double systolic = traced ?? at.MmHg + resolution / 2;
        long endNs = rate > 0.1 ? begin.AtNs - (long)((systolic - at.MmHg) / rate * Second) : begin.AtNs;
        long toNs = Math.Max(begin.AtNs, series.Count > 0 ? series[^1].AtNs : begin.AtNs);
        long fromNs = Math.Min(endNs, begin.AtNs) - (long)(interval * Second);
        flags |= rate > 4 ? ReturnOfPulseFlags.TooFastDeflation : 0;
        flags |= rate < 1 ? ReturnOfPulseFlags.StalledDeflation : 0;
        flags |= endNs < cuff.DeflationFromNs + 2 * Second ? ReturnOfPulseFlags.NotAboveSystolic : 0;
        double usual = series.Count > 0 ? Median([.. series.Select(u => u.Height)]) : begin.Height;
        long nearNs = (long)(2 * interval * Second);
        flags |= found.Any(u => u.Height > 3 * usual && u.AtNs >= endNs - nearNs && u.AtNs <= begin.AtNs + nearNs) ? ReturnOfPulseFlags.Movement : 0;
        int from = rises.IndexAt(fromNs), to = Math.Min(rises.IndexAt(toNs), count - 1);
        for (int k = from; k <= to && !flags.HasFlag(ReturnOfPulseFlags.Clipped); k++)
        {
            flags |= ClippedAt(k) ? ReturnOfPulseFlags.Clipped : 0;
        }

        if (Gapped(from, to))
        {
            return Without(MeasurementState.Unreadable, ReturnOfPulseFlags.Gap) with { FromNs = fromNs, ToNs = toNs };
        }

        double half = traced is null ? resolution : resolution / 2;
        double uncertainty = Math.Sqrt(half * half + fitError * fitError + cuffAccuracyMmHg * cuffAccuracyMmHg);
        return new ReturnOfPulseResult(MeasurementState.Measured, systolic, null, uncertainty, resolution, rate, endNs, flags, fromNs, toNs);
    }

    /// <summary>Where the line through heights against cuff pressure comes down to the floor; null when it does not lie above the first pulse.</summary>
    /// <returns>mmHg, and the 95 % half width of the crossing, mmHg.</returns>
    private (double? MmHg, double Error) TraceBack(List<Upstroke> series, double floor, double spread, double firstMmHg)
    {
        if (series.Count < 3)
        {
            return (null, 0);
        }

        double n = series.Count, sumP = 0, sumH = 0, sumPp = 0, sumPh = 0;
        double[] pressures = [.. series.Select(u => cuff.At(u.AtNs).MmHg)];
        for (int k = 0; k < series.Count; k++)
        {
            double p = pressures[k] - firstMmHg;
            (sumP, sumH, sumPp, sumPh) = (sumP + p, sumH + series[k].Height, sumPp + p * p, sumPh + p * series[k].Height);
        }

        double centred = sumPp - sumP * sumP / n;
        double slope = centred > 0 ? (sumPh - sumP * sumH / n) / centred : 0;
        if (slope >= 0)
        {
            return (null, 0);
        }

        double meanP = sumP / n, meanH = sumH / n;
        double crossing = meanP + (floor - meanH) / slope;
        double residual = spread * spread;
        for (int k = 0; k < series.Count; k++)
        {
            double miss = series[k].Height - meanH - slope * (pressures[k] - firstMmHg - meanP);
            residual += miss * miss / (n - 2);
        }

        double away = crossing - meanP;
        double error = 1.96 * Math.Sqrt(residual * (1 / n + away * away / centred)) / -slope;
        return crossing <= 0 ? (null, 0) : (firstMmHg + Math.Min(crossing, TraceBackLimitMmHg), Math.Min(error, TraceBackLimitMmHg));
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
