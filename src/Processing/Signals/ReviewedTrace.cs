namespace Vascular.Processing.Signals;

/// <summary>Off-line twin of the live features, for review: the whole recording filtered forward and back (16 Hz), its pulses measured by the same rules.</summary>
/// <remarks>Beats come from the live detector, so that both speak of the same pulses; only the path that is measured differs, and has no delay at all.</remarks>
public static class ReviewedTrace
{
    private const double LowPassHz = 16;
    private const double NearSeconds = 0.06;

    /// <summary>Features of every pulse that is closed by another.</summary>
    public static IReadOnlyList<PulseFeatures> Measure(ReadOnlySpan<double> samples, double rateHz, IReadOnlyList<Beat> beats)
    {
        ArgumentNullException.ThrowIfNull(beats);
        double[] path = BothWays.Filter(Biquad.LowPass(Math.Min(LowPassHz, 0.4 * rateHz), rateHz), samples);
        List<PulseFeatures> features = [];
        for (int k = 0; k + 1 < beats.Count; k++)
        {
            if (beats[k].OnsetAt is not { } onset || beats[k + 1].OnsetAt is not { } next || next <= beats[k].PeakAt || next - onset > 3 * rateHz)
            {
                continue;
            }

            double level = 0;
            int raw = 0;
            for (int j = (int)Math.Ceiling(onset); j < next && j < samples.Length; j++)
            {
                level += samples[j];
                raw++;
            }

            double peak = Top(path, beats[k].PeakAt, rateHz);
            features.Add(PulseFeatures.Measure(path, onset, peak, next, raw > 0 ? level / raw : 0, rateHz, beats[k].IsClipped, beats[k].IsAccepted) with { PeakAt = peak });
        }

        return features;
    }

    private static double Top(double[] path, double near, double rateHz)
    {
        int reach = (int)(NearSeconds * rateHz), top = (int)(near + 0.5);
        int from = Math.Max(1, top - reach), to = Math.Min(path.Length - 2, top + reach);
        for (int k = from; k <= to; k++)
        {
            top = path[k] > path[top] ? k : top;
        }

        int fitted = Math.Min(PulseTop.Reach(rateHz), Math.Min(top, path.Length - 1 - top));
        return top + PulseTop.Offset(path.AsSpan(top - fitted, 2 * fitted + 1));
    }
}
