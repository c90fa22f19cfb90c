namespace Vascular.Processing.Signals;

/// <summary>Measures of one pulse, onset to onset, on the measurement path.</summary>
/// <param name="PeakAt">Systolic peak, in samples.</param>
/// <param name="Amplitude">AC: peak over onset, in the unit of the samples. A lower bound when <paramref name="IsLowerBound"/>.</param>
/// <param name="IntervalMs">Onset to onset (Tpi), ms.</param>
/// <param name="CrestTimeMs">Onset to peak (Tsp), ms; null when clipped.</param>
/// <param name="Width25Ms">Width at 25 % of the amplitude (Tpw25), ms; null when clipped or not reached on both sides.</param>
/// <param name="Width50Ms">At 50 %.</param>
/// <param name="Width75Ms">At 75 %.</param>
/// <param name="Level">DC: mean of the raw samples over the beat.</param>
/// <param name="IsLowerBound">Clipped: amplitude and perfusion index are at least what is said.</param>
/// <param name="IsAccepted">Like the beats before it and not clipped.</param>
public readonly record struct PulseFeatures(
    double PeakAt,
    double Amplitude,
    double IntervalMs,
    double? CrestTimeMs,
    double? Width25Ms,
    double? Width50Ms,
    double? Width75Ms,
    double Level,
    bool IsLowerBound,
    bool IsAccepted)
{
    /// <summary>A pulse over a third of the level is no share of transmitted light: the wire has taken the level out.</summary>
    private const double LargestShare = 1.0 / 3;

    /// <summary>100 AC/DC, %; null where the level is not that of raw light.</summary>
    public double? PerfusionIndexPercent => Amplitude <= LargestShare * Level ? 100 * Amplitude / Level : null;

    /// <summary>Measures one closed stretch. Live trace and review call this, on paths filtered each in its own way.</summary>
    /// <param name="trace">Measurement path.</param>
    /// <param name="onset">Foot, peak and next foot, in samples of the stretch.</param>
    /// <param name="level">Mean of the raw samples from foot to foot.</param>
    internal static PulseFeatures Measure(ReadOnlySpan<double> trace, double onset, double peak, double nextOnset, double level, double rateHz, bool clipped, bool accepted)
    {
        double foot = At(trace, onset), top = At(trace, peak), amplitude = top - foot;
        double toMs = 1000 / rateHz;
        double? Width(ReadOnlySpan<double> path, double share)
        {
            double wanted = foot + share * amplitude;
            double? up = Crossing(path, onset, peak, wanted, rising: true), down = Crossing(path, peak, nextOnset, wanted, rising: false);
            return clipped || up is null || down is null ? null : (down.Value - up.Value) * toMs;
        }

        return new PulseFeatures(
            peak, amplitude, (nextOnset - onset) * toMs, clipped ? null : (peak - onset) * toMs,
            Width(trace, 0.25), Width(trace, 0.5), Width(trace, 0.75), level, clipped, accepted && !clipped);
    }

    private static double? Crossing(ReadOnlySpan<double> trace, double from, double to, double wanted, bool rising)
    {
        for (int k = (int)Math.Floor(from); k < to && k + 1 < trace.Length; k++)
        {
            bool crosses = rising ? trace[k] < wanted && trace[k + 1] >= wanted : trace[k] > wanted && trace[k + 1] <= wanted;
            if (crosses)
            {
                return k + (wanted - trace[k]) / (trace[k + 1] - trace[k]);
            }
        }

        return null;
    }

    private static double At(ReadOnlySpan<double> trace, double at)
    {
        int left = Math.Clamp((int)Math.Floor(at), 0, trace.Length - 2);
        return trace[left] + (at - left) * (trace[left + 1] - trace[left]);
    }
}
