using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Pulse volume recording at a held cuff: how high the pulse stands in the cuff, and its contour.</summary>
/// <param name="State">Measured; BelowLimit where the trace is quiet enough to show that no pulse is as high as <see cref="LimitMmHg"/> (flat or minimally pulsatile; a cuff on
/// no limb looks the same); Unreadable where the cuff was not held for long enough, fewer than five pulses are alike, the converter is too coarse for them, or it trembles.</param>
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
    long ToNs)
{
    /// <summary>With BelowLimit: the least pulse that would have counted as one, mmHg.</summary>
    public double? LimitMmHg { get; init; }
}

/// <summary>Finds the longest stretch at which a cuff is held and reads the pulse volume there.</summary>
/// <remarks>The held pressure is a setting of the laboratory (45 and 65 mmHg are in use) and stands with the result. Amplitude is poorly reproducible
/// (Osmundson 1985): never an index. A flat forefoot recording grades the foot's ischaemia (Mills, J Vasc Surg 2014), so neither a pulse nor its absence is
/// made of steps, leaks or trembling.</remarks>
public sealed class PulseVolume
{
    private const double HeldWithinMmHg = 4;
    private const double ShortestSeconds = 6;
    private const double LowestMmHg = 20;
    private const double SlowestHz = 32;
    private const int FewestPulses = 5;

    /// <summary>A cuff that falls by more than this within so many seconds is not held.</summary>
    private const double FallsByMmHg = 2;
    private const int FallSeconds = 3;

    /// <summary>Flatness is told at the pressures of pulse volume recording only: below, the cuff hardly feels the limb, above it may close the artery.</summary>
    private const double FlatFromMmHg = 40;
    private const double FlatToMmHg = 80;
    private const double FlatSeconds = 10;

    /// <summary>In this the slowest heart beats once.</summary>
    private const double SlowestBeatS = 2;
    private const double StillShare = 0.5;

    /// <summary>From here on a breath is as slow as a heart.</summary>
    private const double SlowS = 1.5;

    /// <summary>Slow pulses rise quicker within a tenth of a second than a sine of their interval does; breath and rocking do not.</summary>
    private const double QuickerThanSine = 1.4;

    /// <summary>The high-pass of detection leaves 0.7 and more of any pulse; what is so many times as high without it is breath.</summary>
    private const double MostlySlow = 1.8;

    /// <summary>Where the cuff sways by so many pulses, its swaying has harmonics as high as they are.</summary>
    private const double DriftOverPulse = 4;
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
        if (IsFlat(oscillation, from, to))
        {
            return Without(from, to) with { State = MeasurementState.BelowLimit, CuffMmHg = Median(oscillation.Smooth), LimitMmHg = CuffOscillation.LeastHeightMmHg };
        }

        CuffPulse[] pulses = oscillation.Pulses;
        if (pulses.Length < FewestPulses || !oscillation.AreAlike(pulses) || oscillation.Trembles())
        {
            return Without(from, to);
        }

        double[] over = oscillation.OverFeet(pulses, out int[] feet);
        (int From, int To)[] beats = [.. feet.Zip(feet.Skip(1))];
        double[] heights = [.. beats.Select(b => Highest(over.AsSpan(b.From, b.To - b.From)))];
        double amplitude = Median(heights);
        double interval = Median(pulses.Zip(pulses.Skip(1), (a, b) => b.At - a.At));
        bool tooSmall = amplitude < Math.Max(CuffOscillation.LeastHeightMmHg, CuffOscillation.StepsOfPulse * samples.StepMmHg) || Drift(oscillation) > DriftOverPulse * amplitude;
        bool tooSlow = interval > SlowestBeatS * rate || amplitude > MostlySlow * Median(pulses.Select(p => p.HeightMmHg))
            || interval > SlowS * rate && Median(beats.Select(b => Quickest(over.AsSpan(b.From, b.To - b.From), (int)(0.1 * rate)))) < QuickerThanSine * amplitude * Elementary.Sin(Math.PI * (int)(0.1 * rate) / interval);
        if (tooSmall || tooSlow)
        {
            return Without(from, to);
        }

        return new PulseVolumeResult(
            MeasurementState.Measured, Median(pulses.Select(p => p.CuffMmHg)), amplitude, Median(heights.Select(h => Math.Abs(h - amplitude))),
            60 * rate / interval, pulses.Length, Contour(over, pulses[1..^1], interval), samples.AtNs[from], samples.AtNs[to - 1]);
    }

    private static double Highest(ReadOnlySpan<double> values)
    {
        double highest = 0;
        foreach (double value in values)
        {
            highest = Math.Max(highest, value);
        }

        return highest;
    }

    /// <summary>The largest rise within so many samples.</summary>
    private static double Quickest(ReadOnlySpan<double> values, int within)
    {
        double quickest = 0;
        for (int k = within; k < values.Length; k++)
        {
            quickest = Math.Max(quickest, values[k] - values[k - within]);
        }

        return quickest;
    }

    /// <summary>How far the pressure under the pulses sways about its own straight line, mmHg.</summary>
    private static double Drift(CuffOscillation oscillation)
    {
        int count = oscillation.Smooth.Length;
        double[] slow = [.. oscillation.Smooth.Zip(oscillation.Wave, (smooth, wave) => smooth - wave)];
        double middle = (count - 1) / 2.0, mean = slow.Average(), product = 0, square = 0;
        for (int k = 0; k < count; k++)
        {
            product += (k - middle) * (slow[k] - mean);
            square += (k - middle) * (k - middle);
        }

        double[] swayed = [.. slow.Select((v, k) => v - mean - product / square * (k - middle))];
        return swayed.Max() - swayed.Min();
    }

    /// <summary>Long enough, at a pressure of pulse volume recording, a wire that is alive, and noise, steps and swings together half the least pulse within each beat at most.</summary>
    private bool IsFlat(CuffOscillation oscillation, int from, int to)
    {
        ReadOnlySpan<double> mmHg = samples.MmHg[from..to];
        double rate = samples.RateHz, cuff = Median(oscillation.Smooth);
        if (mmHg.Length < FlatSeconds * rate || cuff is < FlatFromMmHg or > FlatToMmHg)
        {
            return false;
        }

        (int still, int beat) = (0, (int)(SlowestBeatS * rate));
        for (int at = 0; at + beat <= mmHg.Length; at += beat / 2)
        {
            (double low, double high, int same) = (double.PositiveInfinity, double.NegativeInfinity, 0);
            for (int k = at; k < at + beat; k++)
            {
                double swing = mmHg[k] - oscillation.Smooth[k] + oscillation.Wave[k];
                (low, high) = (Math.Min(low, swing), Math.Max(high, swing));
                same += k > at && mmHg[k] == mmHg[k - 1] ? 1 : 0;
            }

            still += same;
            if (high - low > CuffOscillation.LeastHeightMmHg / 2)
            {
                return false;
            }
        }

        return still < StillShare * 2 * mmHg.Length;
    }

    /// <summary>The longest stretch in which the means of the seconds stay within 4 mmHg and do not fall on.</summary>
    private (int From, int To) Held(double rate)
    {
        ReadOnlySpan<double> mmHg = samples.MmHg;
        int second = (int)rate;
        (int bestFrom, int bestTo, int from) = (0, 0, 0);
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        List<double> means = [];
        for (int at = 0; at + second <= mmHg.Length; at += second)
        {
            double mean = 0;
            foreach (double value in mmHg.Slice(at, second))
            {
                mean += value / second;
            }

            means.Add(mean);
            bool falls = at - from >= FallSeconds * second && means[^(FallSeconds + 1)] - mean > FallsByMmHg;
            bool goesOn = !falls && mean > LowestMmHg && Math.Max(high, mean) - Math.Min(low, mean) <= HeldWithinMmHg;
            (from, low, high) = goesOn ? (from, Math.Min(low, mean), Math.Max(high, mean)) : (at, mean, mean);
            bool longer = mean > LowestMmHg && at + second - from > bestTo - bestFrom;
            (bestFrom, bestTo) = longer ? (from, at + second) : (bestFrom, bestTo);
        }

        return (bestFrom, bestTo);
    }

    private static double[] Contour(double[] over, CuffPulse[] pulses, double interval)
    {
        double[] sum = new double[Points];
        foreach (CuffPulse pulse in pulses)
        {
            for (int k = 0; k < Points; k++)
            {
                double at = Math.Clamp(pulse.At + interval * ((double)k / Points - BeforePeak), 0, over.Length - 1.001);
                int left = (int)at;
                sum[k] += over[left] + (at - left) * (over[left + 1] - over[left]);
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
