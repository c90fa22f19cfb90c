namespace Vascular.Processing.Pressures;

/// <summary>Cuff pressure of one run, at most five minutes, samples closer than 8 ms averaged.</summary>
internal sealed class CuffSamples
{
    private const long LongestNs = 300_000_000_000;
    private const long BinNs = 8_000_000;
    private const int Most = 37_600;

    /// <summary>Changes are counted by their size: from a ten-thousandth of a mmHg, each size a quarter over the one before.</summary>
    private const double LeastChange = 1e-4;
    private const double SizeRatio = 1.25;
    private const int Sizes = 64;
    private const double OddShare = 0.02;
    private readonly long[] atNs = new long[Most];
    private readonly double[] mmHg = new double[Most];
    private readonly int[] changes = new int[Sizes];
    private readonly double[] smallest = new double[Sizes];
    private int changed;
    private double latest;
    private int inBin;

    public int Count { get; private set; }

    /// <summary>Something was not taken because the run was too long.</summary>
    public bool TooLong { get; private set; }

    public ReadOnlySpan<long> AtNs => atNs.AsSpan(0, Count);

    public ReadOnlySpan<double> MmHg => mmHg.AsSpan(0, Count);

    /// <summary>Mean samples a second; 0 with fewer than two.</summary>
    public double RateHz => Count > 1 ? (Count - 1) * 1e9 / (atNs[Count - 1] - atNs[0]) : 0;

    /// <summary>Step of the converter, mmHg: the smallest change from one reading to the next, but for a fiftieth of the changes, which may be odd.</summary>
    public double StepMmHg
    {
        get
        {
            int seen = 0;
            for (int k = 0; k < changes.Length; k++)
            {
                seen += changes[k];
                if (seen > OddShare * changed)
                {
                    return smallest[k];
                }
            }

            return 0;
        }
    }

    /// <summary>Takes one reading; one that is no number or lies before the last one is left out.</summary>
    public void Add(long ns, double value)
    {
        if (!double.IsFinite(value) || Count > 0 && ns < atNs[Count - 1])
        {
            return;
        }

        CountChange(value);

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

    private void CountChange(double value)
    {
        double change = Count > 0 ? Math.Abs(value - latest) : 0;
        latest = value;
        if (change < LeastChange)
        {
            return;
        }

        int size = 0;
        for (double edge = LeastChange * SizeRatio; size < Sizes - 1 && change >= edge; edge *= SizeRatio)
        {
            size++;
        }

        smallest[size] = changes[size] == 0 ? change : Math.Min(smallest[size], change);
        changes[size]++;
        changed++;
    }
}
