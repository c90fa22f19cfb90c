using Vascular.Processing.Signals;

namespace Vascular.Processing.Pressures;

/// <summary>One pulse in the cuff.</summary>
/// <param name="At">Its peak, in samples of the stretch.</param>
/// <param name="CuffMmHg">Cuff pressure without the pulse.</param>
/// <param name="HeightMmHg">Lowest to highest within the pulse.</param>
internal readonly record struct CuffPulse(double At, double CuffMmHg, double HeightMmHg);

/// <summary>Splits a stretch of cuff pressure into the slow pressure and the pulses on it, without shifting either in time.</summary>
/// <remarks>The stretch is closed, so filters may run both ways: low-pass 10 Hz, then high-pass 0.5 Hz. Each both ways is of order four.</remarks>
internal sealed class CuffOscillation
{
    private const double LowPassHz = 10;
    private const double HighPassHz = 0.5;
    private const double BeforeShare = 0.45;
    private const double AfterShare = 0.55;
    private const double UsualSeconds = 0.8;
    private const double AroundSeconds = 0.3;
    private const double LikeFrom = 0.6;

    public CuffOscillation(ReadOnlySpan<double> mmHg, double rateHz)
    {
        RateHz = rateHz;
        Smooth = BothWays.Filter(Biquad.LowPass(Math.Min(LowPassHz, 0.4 * rateHz), rateHz), mmHg);
        Wave = BothWays.Filter(Biquad.HighPass(HighPassHz, rateHz), Smooth);
        Pulses = Find();
    }

    public double RateHz { get; }

    /// <summary>Pressure under 10 Hz.</summary>
    public double[] Smooth { get; }

    /// <summary>Pulses alone.</summary>
    public double[] Wave { get; }

    public CuffPulse[] Pulses { get; }

    /// <summary>Each of these is like the one before it, by the median: pulses are, noise and movement are not. In real cuffs pulse and pulse correlate with 0.94 and
    /// more by the median, peaks of noise with 0.34 at most.</summary>
    public bool AreAlike(IReadOnlyList<CuffPulse> pulses)
    {
        List<double> likeness = [];
        int around = (int)(AroundSeconds * RateHz);
        for (int k = 1; k < pulses.Count; k++)
        {
            int one = (int)pulses[k - 1].At, other = (int)pulses[k].At;
            if (one >= around && other + around <= Wave.Length)
            {
                likeness.Add(PulseTemplate.Correlation(Wave.AsSpan(one - around, 2 * around), Wave.AsSpan(other - around, 2 * around)));
            }
        }

        likeness.Sort();
        return likeness.Count > 0 && likeness[likeness.Count / 2] >= LikeFrom;
    }

    private CuffPulse[] Find()
    {
        var detector = new BeatDetector(RateHz);
        List<double> peaks = [];
        foreach (double value in Wave)
        {
            if (detector.TryNext(value, out Beat beat))
            {
                peaks.Add(beat.PeakAt);
            }
        }

        double[] intervals = [.. peaks.Zip(peaks.Skip(1), (a, b) => b - a).Order()];
        double usual = intervals.Length > 0 ? intervals[intervals.Length / 2] : UsualSeconds * RateHz;
        return [.. peaks.Select(at => Measure(at, usual))];
    }

    private CuffPulse Measure(double at, double interval)
    {
        int from = Math.Max(0, (int)(at - BeforeShare * interval)), to = Math.Min(Wave.Length - 1, (int)(at + AfterShare * interval));
        (double low, double high, double cuff) = (double.PositiveInfinity, double.NegativeInfinity, 0);
        for (int k = from; k <= to; k++)
        {
            (low, high) = (Math.Min(low, Wave[k]), Math.Max(high, Wave[k]));
            cuff += (Smooth[k] - Wave[k]) / (to - from + 1);
        }

        return new CuffPulse(at, cuff, high - low);
    }
}
