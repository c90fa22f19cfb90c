namespace Vascular.Processing.Oxygen;

/// <summary>Median of the readings of one short stretch.</summary>
/// <param name="FromNs">Begin of the stretch.</param>
/// <param name="ToNs">Its end.</param>
/// <param name="MmHg">Median; null when the stretch held no reading (slow devices, late by a little).</param>
internal readonly record struct TensionMedian(long FromNs, long ToNs, double? MmHg);

/// <summary>Cuts readings into stretches of equal length, one median each, and notices gaps.</summary>
/// <remarks>Stretches follow each other from the first reading after a start or a gap, so that the answer does not depend on how readings are
/// delivered. At 0.1 Hz each stretch holds one reading, which is its median.</remarks>
internal sealed class TensionMedians(double medianS, double gapS)
{
    /// <summary>Readings held in one stretch: 2 Hz and ten seconds need 20. Further ones are left out.</summary>
    private const int Most = 64;

    private readonly long lengthNs = (long)(medianS * 1e9);
    private readonly long gapNs = (long)(gapS * 1e9);
    private readonly double[] held = new double[Most];
    private int count;
    private long fromNs;
    private long lastNs;
    private bool running;

    /// <summary>The next stretch that has ended by now; call until false, then ask <see cref="TryGap"/>.</summary>
    public bool TryNext(long nowNs, out TensionMedian median)
    {
        long endNs = fromNs + lengthNs;
        median = default;
        if (!running || endNs > Math.Min(nowNs, lastNs + gapNs))
        {
            return false;
        }

        median = new TensionMedian(fromNs, endNs, count > 0 ? Median(held.AsSpan(0, count)) : null);
        (count, fromNs) = (0, endNs);
        return true;
    }

    /// <summary>True once when the last reading is too long ago; what the open stretch held is let go.</summary>
    public bool TryGap(long nowNs)
    {
        if (!running || nowNs - lastNs <= gapNs)
        {
            return false;
        }

        Restart();
        return true;
    }

    public void Add(long atNs, double mmHg)
    {
        if (!running)
        {
            (running, fromNs) = (true, atNs);
        }

        lastNs = atNs;
        if (count < Most)
        {
            held[count++] = mmHg;
        }
    }

    public void Restart() => (running, count) = (false, 0);

    /// <summary>Median; sorts what it is given.</summary>
    public static double Median(Span<double> values)
    {
        values.Sort();
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
