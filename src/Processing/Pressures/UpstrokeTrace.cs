namespace Vascular.Processing.Pressures;

/// <summary>One rise of the plethysmogram.</summary>
/// <param name="Height">Mean after minus mean before, in counts: proportional to the pulse's height.</param>
internal readonly record struct Upstroke(int Index, long AtNs, double Height);

/// <summary>How much the plethysmogram rises at each sample: the mean of the next 160 ms minus that of the last 160 ms (or of less). A slow drift and the fall
/// when the veins empty give nothing or less than nothing; a pulse's upstroke gives its height.</summary>
internal sealed class UpstrokeTrace
{
    private const double StepSeconds = 0.16;
    private const double DipBeforeBeat = 0.3;
    private const double LongerBetter = 1.2;
    private const double ShortestRepeatS = 0.06;
    private const double AsWell = 0.85;
    private readonly long[] atNs;
    private readonly double[] rise;

    public UpstrokeTrace(long[] atNs, double[] counts, int count, double stepS = StepSeconds)
    {
        this.atNs = atNs;
        Count = count;
        PeriodS = count > 1 ? (atNs[count - 1] - atNs[0]) * 1e-9 / (count - 1) : 0;
        int half = PeriodS > 0 ? Math.Max(1, (int)(stepS / PeriodS + 0.5)) : 1;
        double[] sums = new double[count + 1];
        for (int k = 0; k < count; k++)
        {
            // counts of a converter are whole numbers, so these sums are exact
            sums[k + 1] = sums[k] + counts[k];
        }

        rise = new double[count];
        for (int k = half; k + half <= count; k++)
        {
            rise[k] = (sums[k + half] - 2 * sums[k] + sums[k - half]) / half;
        }
    }

    public int Count { get; }

    /// <summary>Mean time between samples, s.</summary>
    public double PeriodS { get; }

    /// <summary>First sample at or after an instant.</summary>
    public int IndexAt(long ns)
    {
        int found = Array.BinarySearch(atNs, 0, Count, ns);
        return found >= 0 ? found : ~found;
    }

    /// <summary>Largest rise in each window of the given length; the last, broken window is left out.</summary>
    public double[] WindowTops(int from, int to, double windowS)
    {
        int length = Math.Max(1, (int)(windowS / PeriodS));
        double[] tops = new double[Math.Max(0, (to - from) / length)];
        for (int w = 0; w < tops.Length; w++)
        {
            tops[w] = rise.AsSpan(from + w * length, length).ToArray().Max();
        }

        return tops;
    }

    /// <summary>The highest rise from <paramref name="from"/> up to before <paramref name="to"/>.</summary>
    public Upstroke Highest(int from, int to)
    {
        int top = Math.Max(0, from);
        for (int k = top + 1; k < to && k < Count; k++)
        {
            top = rise[k] > rise[top] ? k : top;
        }

        return new Upstroke(top, atNs[top], rise[top]);
    }

    /// <summary>The largest rise or fall from <paramref name="from"/> up to before <paramref name="to"/>.</summary>
    public double Largest(int from, int to)
    {
        double largest = 0;
        for (int k = Math.Max(0, from); k < to && k < Count; k++)
        {
            largest = Math.Max(largest, Math.Abs(rise[k]));
        }

        return largest;
    }

    /// <summary>Rises over a threshold that no higher one neighbours within <paramref name="apartS"/>.</summary>
    public List<Upstroke> Over(double threshold, int from, int to, double apartS)
    {
        int apart = Math.Max(1, (int)(apartS / PeriodS));
        List<Upstroke> found = [];
        for (int k = from; k < to; k++)
        {
            if (rise[k] <= threshold)
            {
                continue;
            }

            bool highest = true;
            for (int j = Math.Max(from, k - apart); j <= Math.Min(to - 1, k + apart) && highest; j++)
            {
                highest = j == k || rise[j] < rise[k] || (rise[j] == rise[k] && j > k);
            }

            if (highest)
            {
                found.Add(new Upstroke(k, atNs[k], rise[k]));
            }
        }

        return found;
    }

    /// <summary>Best autocorrelation of the rises for a period between 40 and 180 per minute, and that period; 0 where too short. The best is a
    /// maximum with a dip before it: a slow wander correlates at every short lag, but does not come back.</summary>
    public (double Correlation, double PeriodS) Rhythm(int from, int to)
    {
        int first = (int)(0.333 / PeriodS), last = (int)(1.5 / PeriodS);
        (double best, double period, double lowest) = (0, 0, 1);
        double before = 1, here = Correlation(from, to, (int)(0.15 / PeriodS));
        for (int lag = (int)(0.15 / PeriodS); lag <= last && from + 2 * lag < to; lag++)
        {
            double after = Correlation(from, to, lag + 1);
            lowest = Math.Min(lowest, here);
            // a longer period must be clearly better: every second beat is alike, too
            if (lag >= first && here >= before && here >= after && here > LongerBetter * best && here - lowest >= DipBeforeBeat)
            {
                (best, period) = (here, lag * PeriodS);
            }

            (before, here) = (here, after);
        }

        return (best, period);
    }

    /// <summary>The shortest period with which the rises repeat about as well as with any up to 1.5 s, and how well; 0 where nothing repeats.
    /// A pulse repeats with its beat; what repeats sooner and as well is a trembling.</summary>
    public (double Correlation, double PeriodS) ShortestRepeat(int from, int to)
    {
        int first = Math.Max(2, (int)(ShortestRepeatS / PeriodS)), last = Math.Min((int)(1.5 / PeriodS), (to - from) / 2);
        List<(double Correlation, int Lag)> tops = [];
        double lowest = 1, before = Correlation(from, to, first - 1), here = Correlation(from, to, first), best = 0;
        for (int lag = first; lag <= last; lag++)
        {
            double after = Correlation(from, to, lag + 1);
            lowest = Math.Min(lowest, here);
            if (here >= before && here >= after && here - lowest >= DipBeforeBeat)
            {
                tops.Add((here, lag));
                best = Math.Max(best, here);
            }

            (before, here) = (here, after);
        }

        foreach ((double correlation, int lag) in tops)
        {
            if (correlation >= AsWell * best)
            {
                return (correlation, lag * PeriodS);
            }
        }

        return default;
    }

    /// <summary>How well the rises repeat after a time: their autocorrelation.</summary>
    public double Repeat(int from, int to, double periodS) => Correlation(from, to, (int)(periodS / PeriodS + 0.5));

    private double Correlation(int from, int to, int lag)
    {
        double both = 0, one = 0, other = 0;
        for (int k = Math.Max(0, from); k + lag < to; k++)
        {
            both += rise[k] * rise[k + lag];
            one += rise[k] * rise[k];
            other += rise[k + lag] * rise[k + lag];
        }

        double scale = Math.Sqrt(one * other);
        return scale > 0 ? both / scale : 0;
    }
}
