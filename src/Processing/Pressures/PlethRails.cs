namespace Vascular.Processing.Pressures;

/// <summary>Where the plethysmogram of a run says nothing: on a rail, whose place shows only in the run itself, or unchanged like a wire that died.</summary>
internal sealed class PlethRails(double[] counts, int count)
{
    private readonly Lazy<(double Low, double High)> extremes = new(() =>
    {
        ReadOnlySpan<double> all = counts.AsSpan(0, count);
        (double low, double high) = (all[0], all[0]);
        foreach (double value in all)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        return (low, high);
    });

    /// <summary>Three equal samples at the highest or lowest value of the run, around a sample.</summary>
    public bool IsAt(int index) => IsStill(index) && (counts[index] == extremes.Value.Low || counts[index] == extremes.Value.High);

    /// <summary>A rail from one sample to another, both counted.</summary>
    public bool IsBetween(int from, int to)
    {
        for (int k = from; k <= to; k++)
        {
            if (IsAt(k))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Share of the samples from one up to before another that lie on a rail.</summary>
    public double Share(int from, int to)
    {
        int railed = 0;
        for (int k = from; k < to; k++)
        {
            railed += IsAt(k) ? 1 : 0;
        }

        return to > from ? railed / (double)(to - from) : 0;
    }

    /// <summary>Samples of the longest stretch without any change, from one up to before another.</summary>
    public int LongestStill(int from, int to)
    {
        int longest = 0, still = 0;
        for (int k = Math.Max(1, from); k < Math.Min(to, count); k++)
        {
            still = counts[k] == counts[k - 1] ? still + 1 : 0;
            longest = Math.Max(longest, still);
        }

        return longest;
    }

    private bool IsStill(int index) => index >= 1 && index + 1 < count && counts[index] == counts[index - 1] && counts[index] == counts[index + 1];
}
