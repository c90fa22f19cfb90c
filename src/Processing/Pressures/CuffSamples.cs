namespace Vascular.Processing.Pressures;

/// <summary>Cuff pressure of one run, at most five minutes, samples closer than 8 ms averaged.</summary>
internal sealed class CuffSamples
{
    private const long LongestNs = 300_000_000_000;
    private const long BinNs = 8_000_000;
    private const int Most = 37_600;
    private readonly long[] atNs = new long[Most];
    private readonly double[] mmHg = new double[Most];
    private int inBin;

    public int Count { get; private set; }

    /// <summary>Something was not taken because the run was too long.</summary>
    public bool TooLong { get; private set; }

    public ReadOnlySpan<long> AtNs => atNs.AsSpan(0, Count);

    public ReadOnlySpan<double> MmHg => mmHg.AsSpan(0, Count);

    /// <summary>Mean samples a second; 0 with fewer than two.</summary>
    public double RateHz => Count > 1 ? (Count - 1) * 1e9 / (atNs[Count - 1] - atNs[0]) : 0;

    /// <summary>Takes one reading; one that is no number or lies before the last one is left out.</summary>
    public void Add(long ns, double value)
    {
        if (!double.IsFinite(value) || Count > 0 && ns < atNs[Count - 1])
        {
            return;
        }

        // a thousandth of slack: at 125 Hz no two samples share a bin
        if (Count > 0 && ns - atNs[Count - 1] < BinNs - BinNs / 1000)
        {
            inBin++;
            mmHg[Count - 1] += (value - mmHg[Count - 1]) / inBin;
            return;
        }

        if (Count == Most || Count > 0 && ns - atNs[0] > LongestNs)
        {
            TooLong = true;
            return;
        }

        (atNs[Count], mmHg[Count]) = (ns, value);
        inBin = 1;
        Count++;
    }
}
