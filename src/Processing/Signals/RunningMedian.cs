namespace Vascular.Processing.Signals;

/// <summary>Median of the last few values: beat intervals, heights.</summary>
/// <param name="held">How many, 1 to 16.</param>
internal sealed class RunningMedian(int held)
{
    private readonly double[] ring = new double[held];
    private int count;
    private int next;

    /// <summary>Median of the last ones, in the unit given; null before the ring is full.</summary>
    public double? Median => count == held ? Latest : null;

    /// <summary>Median of what there is; null before the first value.</summary>
    public double? Latest { get; private set; }

    public void Add(double value)
    {
        ring[next] = value;
        next = next + 1 == held ? 0 : next + 1;
        count = count < held ? count + 1 : held;
        Span<double> sorted = stackalloc double[held];
        ring.AsSpan(0, count).CopyTo(sorted);
        sorted = sorted[..count];
        for (int k = 1; k < sorted.Length; k++)
        {
            // so few that a sort in place beats a call
            double one = sorted[k];
            int at = k;
            for (; at > 0 && sorted[at - 1] > one; at--)
            {
                sorted[at] = sorted[at - 1];
            }

            sorted[at] = one;
        }

        int half = count / 2;
        Latest = count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    public void Clear() => (count, next, Latest) = (0, 0, null);
}
