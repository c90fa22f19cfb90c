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
    private const int ComparedWith = 3;

    /// <summary>No resting heart beats faster than 171 a minute.</summary>
    private const double ShortestBeatS = 0.35;
    private const double SoonestRepeatS = 0.06;
    private const double TremblesFrom = 0.6;

    /// <summary>The least pulse that counts as one, mmHg.</summary>
    public const double LeastHeightMmHg = 0.1;

    /// <summary>The least pulse that counts as one, steps of the converter: its stairs under a falling cuff are a step and its noise high.</summary>
    public const double StepsOfPulse = 2;

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

    /// <summary>What is left of each pulse, rms mmHg, when the one of the three before and after that is most like it is taken off at its own size; zero where nothing can
    /// be compared. Pulses of a regular heart leave noise, early ones find another early one; a movement is like nothing.</summary>
    public double[] Unlike(IReadOnlyList<CuffPulse> pulses)
    {
        double[] left = new double[pulses.Count];
        int around = (int)(AroundSeconds * RateHz);
        for (int k = 0; k < pulses.Count; k++)
        {
            double least = double.PositiveInfinity;
            for (int j = Math.Max(0, k - ComparedWith); j <= Math.Min(pulses.Count - 1, k + ComparedWith); j++)
            {
                (int one, int other) = ((int)(pulses[k].At + 0.5), (int)(pulses[j].At + 0.5));
                if (j != k && Math.Min(one, other) >= around && Math.Max(one, other) + around <= Wave.Length)
                {
                    ReadOnlySpan<double> pulse = Wave.AsSpan(one - around, 2 * around);
                    double likeness = Math.Max(0, PulseTemplate.Correlation(pulse, Wave.AsSpan(other - around, 2 * around)));
                    least = Math.Min(least, Deviation(pulse) * Math.Sqrt(Math.Max(0, 1 - likeness * likeness)));
                }
            }

            left[k] = double.IsFinite(least) ? least : 0;
        }

        return left;
    }

    /// <summary>The wave repeats itself sooner than any resting heart beats: trembling, a pump, a motor. The detector's refractory time makes pulses of every second or third swing.</summary>
    public bool Trembles()
    {
        (double before, double at) = (double.PositiveInfinity, Repeat((int)(SoonestRepeatS * RateHz)));
        for (int lag = (int)(SoonestRepeatS * RateHz) + 1; lag <= ShortestBeatS * RateHz + 1; lag++)
        {
            double after = Repeat(lag);
            if (at >= before && at >= after && at >= TremblesFrom)
            {
                return true;
            }

            (before, at) = (at, after);
        }

        return false;
    }

    /// <summary>Between the first and the last of these pulses, pressure over the line from foot to foot: heights and shape as they are, which the high-pass of detection bends.
    /// Zero elsewhere.</summary>
    /// <param name="feet">Sample of each foot between two pulses.</param>
    public double[] OverFeet(IReadOnlyList<CuffPulse> pulses, out int[] feet)
    {
        feet = new int[Math.Max(0, pulses.Count - 1)];
        for (int k = 0; k < feet.Length; k++)
        {
            (int one, int other) = ((int)(pulses[k].At + 0.5), Math.Min((int)(pulses[k + 1].At + 0.5), Smooth.Length - 1));
            double slope = (Smooth[other] - Smooth[one]) / Math.Max(1, other - one);
            feet[k] = one;
            for (int at = one; at <= other; at++)
            {
                feet[k] = Smooth[at] - slope * (at - one) < Smooth[feet[k]] - slope * (feet[k] - one) ? at : feet[k];
            }
        }

        double[] over = new double[Smooth.Length];
        for (int k = 1; k < feet.Length; k++)
        {
            double slope = (Smooth[feet[k]] - Smooth[feet[k - 1]]) / Math.Max(1, feet[k] - feet[k - 1]);
            for (int at = feet[k - 1]; at < feet[k]; at++)
            {
                over[at] = Smooth[at] - Smooth[feet[k - 1]] - slope * (at - feet[k - 1]);
            }
        }

        return over;
    }

    private double Repeat(int lag)
    {
        double both = 0, all = 0;
        for (int k = 0; k < Wave.Length; k++)
        {
            all += Wave[k] * Wave[k];
            both += k >= lag ? Wave[k] * Wave[k - lag] : 0;
        }

        return all > 0 ? both / all : 0;
    }

    private static double Deviation(ReadOnlySpan<double> values)
    {
        (double sum, double squares) = (0, 0);
        foreach (double value in values)
        {
            sum += value;
            squares += value * value;
        }

        double mean = sum / values.Length;
        return Math.Sqrt(Math.Max(0, squares / values.Length - mean * mean));
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
