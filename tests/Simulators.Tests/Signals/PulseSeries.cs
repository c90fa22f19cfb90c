using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Tests.Signals;

/// <summary>How the heart of a series beats.</summary>
public enum HeartRhythm
{
    Sinus,

    /// <summary>Intervals without order; a beat after a short one is small.</summary>
    AtrialFibrillation,

    /// <summary>One beat of about eight comes early and small, and a pause follows.</summary>
    Ectopy,
}

/// <summary>What a series is made of.</summary>
/// <param name="TremorShare">Height of a trembling at 4 to 6 Hz that swells and dies away, as a share of the pulse; 0 for none.</param>
/// <param name="HeightCounts">Foot to peak of a usual pulse.</param>
/// <param name="NoiseCounts">Standard deviation of the sensor's noise.</param>
/// <param name="MeanIntervalS">From beat to beat.</param>
public sealed record SeriesTruth(HeartRhythm Rhythm, double TremorShare, PulseShape Shape, double HeightCounts, double NoiseCounts, double RateHz, double Seconds, double MeanIntervalS = 0.82);

/// <summary>A plethysmogram of the simulators' pulse shapes with its pulses known. Everything follows from the seed.</summary>
/// <remarks>No recording had a part in it: what a detector reaches here is evidence from outside the recordings it was made with.</remarks>
public sealed class PulseSeries
{
    private const double LightCounts = 30_000;
    /// <summary>A pulse that does not lift the trace by this share of a usual one is none for whoever looks at it: it counts neither way.</summary>
    private const double SeenFrom = 0.05;
    private const double Tolerance = 0.15;
    private const double Edge = 12;

    private readonly List<double> pulses = [];
    private readonly List<double> visible = [];

    public PulseSeries(SeriesTruth truth, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(truth);
        Truth = truth;
        var heart = new SeededStream(seed, "heart");
        double[] trace = new double[(int)(truth.Seconds * truth.RateHz)];
        double at = 0.3 * heart.Unit(), before = truth.MeanIntervalS;
        bool early = false;
        while (at < truth.Seconds)
        {
            (double interval, bool next) = Interval(truth.Rhythm, truth.MeanIntervalS, early, heart);
            double strength = Strength(truth.Rhythm, before, truth.MeanIntervalS) * (1 + (0.03 * heart.Bell()));
            double length = truth.Rhythm == HeartRhythm.Sinus ? interval : truth.MeanIntervalS;
            pulses.Add(at + (truth.Shape.Crest * length));
            for (int k = Math.Max(0, (int)Math.Ceiling(at * truth.RateHz)); k < trace.Length && k / truth.RateHz < at + length; k++)
            {
                trace[k] += truth.HeightCounts * strength * truth.Shape.At(((k / truth.RateHz) - at) / length);
            }

            (at, before, early) = (at + interval, interval, next);
        }

        for (int k = 0; k < pulses.Count; k++)
        {
            if (Lift(trace, k == 0 ? 0 : pulses[k - 1], pulses[k]) >= SeenFrom * truth.HeightCounts)
            {
                visible.Add(pulses[k]);
            }
        }

        AddFrontEnd(trace, new SeededStream(seed, "sensor"));
        Samples = trace;
    }

    public SeriesTruth Truth { get; }

    /// <summary>Whole counts, 0 to 65535.</summary>
    public double[] Samples { get; }

    /// <summary>Pulses found, found where there is none, and missed, after the first twelve seconds.</summary>
    public (int Hits, int Extra, int Missed) Score(IEnumerable<double> peaksS)
    {
        ArgumentNullException.ThrowIfNull(peaksS);
        double[] found = [.. peaksS.Where(t => t > Edge && t < Truth.Seconds - 2)];
        double[] seen = [.. visible.Where(t => t > Edge && t < Truth.Seconds - 2)];
        int hits = seen.Count(t => found.Any(f => Math.Abs(f - t) <= Tolerance));
        return (hits, found.Count(f => !pulses.Any(p => Math.Abs(f - p) <= Tolerance)), seen.Length - hits);
    }

    /// <summary>How far the trace rises from its lowest value after the peak before to this peak.</summary>
    private double Lift(double[] trace, double before, double peak)
    {
        int to = Math.Min(trace.Length - 1, (int)(peak * Truth.RateHz));
        double lowest = trace[to];
        for (int k = (int)(before * Truth.RateHz); k < to; k++)
        {
            lowest = Math.Min(lowest, trace[k]);
        }

        return trace[to] - lowest;
    }

    private static (double Interval, bool EarlyNext) Interval(HeartRhythm rhythm, double mean, bool early, SeededStream heart) => rhythm switch
    {
        HeartRhythm.AtrialFibrillation => (0.42 + (0.8 * heart.Unit()), false),
        HeartRhythm.Ectopy when early => (1.35 * mean, false),
        HeartRhythm.Ectopy when heart.Below(8) == 0 => ((0.55 + (0.2 * heart.Unit())) * mean, true),
        _ => (mean * (1 + (0.02 * heart.Bell())), false),
    };

    /// <summary>The shorter the heart had to fill, the smaller the pulse.</summary>
    private static double Strength(HeartRhythm rhythm, double intervalBefore, double mean) =>
        rhythm == HeartRhythm.Sinus ? 1 : Math.Clamp((intervalBefore - 0.28) / (mean - 0.28), 0.05, 1.25);

    private void AddFrontEnd(double[] trace, SeededStream sensor)
    {
        double tremorHz = 4 + (2 * sensor.Unit()), phase = sensor.Unit(), breath = sensor.Unit();
        for (int k = 0; k < trace.Length; k++)
        {
            double t = k / Truth.RateHz;
            double swell = Wave((0.07 * t) + breath);
            double tremor = Truth.TremorShare * Truth.HeightCounts / 2 * (0.5 + (0.5 * swell)) * Wave((tremorHz * t) + phase);
            double slow = 0.1 * Truth.HeightCounts * Wave((0.22 * t) + breath);
            trace[k] = Math.Clamp(Math.Floor(LightCounts + trace[k] + tremor + slow + (Truth.NoiseCounts * sensor.Bell()) + 0.5), 0, 65_535);
        }
    }

    /// <summary>Two parabolas a turn, -1 to 1, close to a sine.</summary>
    private static double Wave(double turns)
    {
        double phase = turns - Math.Floor(turns);
        return phase < 0.5 ? 8 * phase * (1 - (2 * phase)) : -8 * (phase - 0.5) * (2 - (2 * phase));
    }
}
