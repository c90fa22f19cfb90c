namespace Vascular.Processing.Pressures;

/// <summary>A straight piece of the cuff's fall.</summary>
/// <param name="MmHg">Pressure at the instant asked for.</param>
/// <param name="SlopeMmHgPerS">Negative while falling.</param>
internal readonly record struct CuffLine(double MmHg, double SlopeMmHgPerS);

/// <summary>Cuff pressure of one run, read between its samples by a line over 1.5 s to each side, which also undoes the steps of a slow module
/// that answers whole mmHg.</summary>
internal sealed class CuffTrace(long[] atNs, double[] mmHg, int count)
{
    private const long HalfNs = 1_500_000_000;

    public int Count => count;

    /// <summary>Highest pressure.</summary>
    public double Top { get; } = count == 0 ? 0 : mmHg.AsSpan(0, count).ToArray().Max();

    public double Last => mmHg[count - 1];

    public long LastAtNs => atNs[count - 1];

    /// <summary>When the cuff left its top for good: the last sample within 2 mmHg of it.</summary>
    public long DeflationFromNs
    {
        get
        {
            int last = count - 1;
            while (last > 0 && mmHg[last] < Top - 2)
            {
                last--;
            }

            return atNs[last];
        }
    }

    /// <summary>When the cuff first came within 2 mmHg of its top.</summary>
    public long TopFromNs
    {
        get
        {
            int first = 0;
            while (first < count - 1 && mmHg[first] < Top - 2)
            {
                first++;
            }

            return atNs[first];
        }
    }

    /// <summary>When the cuff first passed 15 mmHg; null when it was above from the first sample.</summary>
    public long? InflationFromNs
    {
        get
        {
            int first = 0;
            while (first < count - 1 && mmHg[first] < 15)
            {
                first++;
            }

            return first == 0 ? null : atNs[first];
        }
    }

    /// <summary>Pressure and slope at an instant of the deflation.</summary>
    public CuffLine At(long ns)
    {
        long from = Math.Max(ns - HalfNs, DeflationFromNs);
        double n = 0, sumT = 0, sumP = 0, sumTt = 0, sumTp = 0;
        for (int k = 0; k < count; k++)
        {
            if (atNs[k] >= from && atNs[k] <= ns + HalfNs)
            {
                double t = (atNs[k] - ns) * 1e-9;
                (n, sumT, sumP, sumTt, sumTp) = (n + 1, sumT + t, sumP + mmHg[k], sumTt + t * t, sumTp + t * mmHg[k]);
            }
        }

        double spread = n * sumTt - sumT * sumT;
        if (n < 2 || spread <= 0)
        {
            return new CuffLine(n > 0 ? sumP / n : Last, 0);
        }

        double slope = (n * sumTp - sumT * sumP) / spread;
        return new CuffLine((sumP - slope * sumT) / n, slope);
    }
}
