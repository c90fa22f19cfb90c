using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Pulse volume recording at a held cuff: how high the pulse stands in the cuff, and its contour.</summary>
/// <param name="State">Measured; Unreadable where the cuff was not held for long enough or fewer than five pulses are alike.</param>
/// <param name="CuffMmHg">Pressure at which the cuff was held.</param>
/// <param name="AmplitudeMmHg">Median height of the pulses, mmHg of cuff pressure.</param>
/// <param name="SpreadMmHg">Median distance from that median.</param>
/// <param name="PulsePerMinute">From the median interval.</param>
/// <param name="Pulses">How many.</param>
/// <param name="Contour">One pulse, the mean of all, from 0.2 of an interval before the peak over one interval: 50 points, 0 lowest, 1 highest.</param>
/// <param name="FromNs">Begin of the held stretch.</param>
/// <param name="ToNs">End of it.</param>
public sealed record PulseVolumeResult(
    MeasurementState State,
    double? CuffMmHg,
    double? AmplitudeMmHg,
    double? SpreadMmHg,
    double? PulsePerMinute,
    int Pulses,
    IReadOnlyList<double> Contour,
    long FromNs,
    long ToNs);

/// <summary>Finds the longest stretch at which a cuff is held and reads the pulse volume there.</summary>
/// <remarks>The held pressure is a setting of the laboratory (45 and 65 mmHg are in use) and stands with the result. Amplitude is poorly reproducible
/// (Osmundson 1985): never an index.</remarks>
public sealed class PulseVolume
{
    private const double HeldWithinMmHg = 4;
    private const double ShortestSeconds = 6;
    private const double LowestMmHg = 20;
    private const double SlowestHz = 32;
    private const int FewestPulses = 5;
    private const int Points = 50;
    private const double BeforePeak = 0.2;

    private readonly CuffSamples samples = new();

    /// <summary>One reading of the cuff, mmHg, 32 Hz or more.</summary>
    public void Cuff(long atNs, double mmHg) => samples.Add(atNs, mmHg);

    public PulseVolumeResult Finish()
    {
        double rate = samples.RateHz;
        if (rate < SlowestHz)
        {
            return Without(0, 0);
        }

        (int from, int to) = Held(rate);
        if (to - from < ShortestSeconds * rate)
        {
            return Without(from, to);
        }

        var oscillation = new CuffOscillation(samples.MmHg[from..to], rate);
        CuffPulse[] pulses = oscillation.Pulses;
        if (pulses.Length < FewestPulses || !oscillation.AreAlike(pulses))
        {
            return Without(from, to);
        }

        double amplitude = Median(pulses.Select(p => p.HeightMmHg));
        double interval = Median(pulses.Zip(pulses.Skip(1), (a, b) => b.At - a.At));
        return new PulseVolumeResult(
            MeasurementState.Measured, Median(pulses.Select(p => p.CuffMmHg)), amplitude, Median(pulses.Select(p => Math.Abs(p.HeightMmHg - amplitude))),
            60 * rate / interval, pulses.Length, Contour(oscillation, interval), samples.AtNs[from], samples.AtNs[to - 1]);
    }

    /// <summary>The longest stretch in which the means of the seconds stay within 4 mmHg.</summary>
    private (int From, int To) Held(double rate)
    {
        ReadOnlySpan<double> mmHg = samples.MmHg;
        int second = (int)rate;
        (int bestFrom, int bestTo, int from) = (0, 0, 0);
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int at = 0; at + second <= mmHg.Length; at += second)
        {
            double mean = 0;
            foreach (double value in mmHg.Slice(at, second))
            {
                mean += value / second;
            }

            bool goesOn = mean > LowestMmHg && Math.Max(high, mean) - Math.Min(low, mean) <= HeldWithinMmHg;
            (from, low, high) = goesOn ? (from, Math.Min(low, mean), Math.Max(high, mean)) : (at, mean, mean);
            bool longer = mean > LowestMmHg && at + second - from > bestTo - bestFrom;
            (bestFrom, bestTo) = longer ? (from, at + second) : (bestFrom, bestTo);
        }

        return (bestFrom, bestTo);
    }

    private static double[] Contour(CuffOscillation oscillation, double interval)
    {
        double[] sum = new double[Points];
        foreach (CuffPulse pulse in oscillation.Pulses)
        {
            for (int k = 0; k < Points; k++)
            {
                double at = Math.Clamp(pulse.At + interval * ((double)k / Points - BeforePeak), 0, oscillation.Wave.Length - 1.001);
                int left = (int)at;
                sum[k] += oscillation.Wave[left] + (at - left) * (oscillation.Wave[left + 1] - oscillation.Wave[left]);
            }
        }

        (double low, double high) = (sum.Min(), sum.Max());
        return [.. sum.Select(v => high > low ? (v - low) / (high - low) : 0)];
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private PulseVolumeResult Without(int from, int to) => new(
        MeasurementState.Unreadable, null, null, null, null, 0, [], samples.Count > 0 ? samples.AtNs[from] : 0, samples.Count > 0 ? samples.AtNs[Math.Max(from, to - 1)] : 0);
}
