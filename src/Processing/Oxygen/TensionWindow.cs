namespace Vascular.Processing.Oxygen;

/// <summary>The last minutes of medians, and what they say: slope, range, level, scatter.</summary>
internal sealed class TensionWindow
{
    private const double LowShare = 0.05;
    private const double HighShare = 0.95;
    private const double NsPerMin = 60e9;

    /// <summary>Standard deviation of a normal scatter over its median absolute deviation.</summary>
    private const double NormalPerMad = 1.4826;

    private readonly long[] atNs;
    private readonly double[] values;
    private readonly double[] slopes;
    private readonly double[] sorted;
    private readonly long lengthNs;
    private readonly int fewest;
    private long beginNs;
    private int count;

    /// <param name="windowS">Length, s.</param>
    /// <param name="medianS">Length of one median, s.</param>
    public TensionWindow(double windowS, double medianS)
    {
        lengthNs = (long)(windowS * 1e9);
        int most = (int)(windowS / medianS + 0.5);
        fewest = most - most / 5;
        (atNs, values, sorted, slopes) = (new long[most], new double[most], new double[most], new double[most * (most - 1) / 2]);
    }

    /// <summary>Theil-Sen slope, mmHg/min: the median of the slopes between all pairs.</summary>
    public double Slope { get; private set; }

    /// <summary>From the 5 % to the 95 % quantile, mmHg.</summary>
    public double Range { get; private set; }

    /// <summary>Median, mmHg.</summary>
    public double Level { get; private set; }

    /// <summary>Standard deviation of the scatter about the slope's line, mmHg, by the median absolute deviation.</summary>
    public double Scatter { get; private set; }

    public void Clear() => count = 0;

    /// <summary>Takes one median; true when the window is whole and its properties are those of now.</summary>
    public bool Add(in TensionMedian median)
    {
        if (count == 0)
        {
            beginNs = median.FromNs;
        }

        int old = 0;
        while (old < count && atNs[old] <= median.ToNs - lengthNs)
        {
            old++;
        }

        if (old > 0)
        {
            Array.Copy(atNs, old, atNs, 0, count - old);
            Array.Copy(values, old, values, 0, count - old);
            count -= old;
        }

        if (median.MmHg is { } mmHg)
        {
            (atNs[count], values[count]) = (median.ToNs, mmHg);
            count++;
        }

        if (median.ToNs - beginNs < lengthNs || count < fewest)
        {
            return false;
        }

        Judge();
        return true;
    }

    /// <summary>Median of the medians that ended later than this; null when they are fewer than asked for.</summary>
    public double? MedianAfter(long afterNs, int fewest)
    {
        int first = count;
        while (first > 0 && atNs[first - 1] > afterNs)
        {
            first--;
        }

        Span<double> last = sorted.AsSpan(0, count - first);
        values.AsSpan(first, count - first).CopyTo(last);
        return last.Length >= fewest ? TensionMedians.Median(last) : null;
    }

    private void Judge()
    {
        int pairs = 0;
        for (int j = 1; j < count; j++)
        {
            for (int i = 0; i < j; i++)
            {
                slopes[pairs++] = (values[j] - values[i]) * NsPerMin / (atNs[j] - atNs[i]);
            }
        }

        Slope = TensionMedians.Median(slopes.AsSpan(0, pairs));
        Span<double> all = sorted.AsSpan(0, count);
        values.AsSpan(0, count).CopyTo(all);
        Level = TensionMedians.Median(all);
        Range = Quantile(all, HighShare) - Quantile(all, LowShare);
        for (int k = 0; k < count; k++)
        {
            all[k] = values[k] - Slope * ((atNs[k] - atNs[0]) / NsPerMin);
        }

        double middle = TensionMedians.Median(all);
        for (int k = 0; k < count; k++)
        {
            all[k] = Math.Abs(all[k] - middle);
        }

        Scatter = NormalPerMad * TensionMedians.Median(all);
    }

    /// <summary>Between the two nearest of sorted values, in proportion.</summary>
    private static double Quantile(ReadOnlySpan<double> values, double share)
    {
        double place = share * (values.Length - 1);
        int left = (int)place;
        return left + 1 < values.Length ? values[left] + (place - left) * (values[left + 1] - values[left]) : values[left];
    }
}
