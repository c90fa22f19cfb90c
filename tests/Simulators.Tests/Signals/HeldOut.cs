using Vascular.Processing.Signals;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Tests.Signals;

/// <summary>The held-out series and what the signal core says of them.</summary>
public static class HeldOut
{
    private const int Seeds = 6;
    private const double Highest = 65_535;

    /// <summary>Healthy and ischaemic pulses, three rates, two levels of noise.</summary>
    /// <param name="firstSeed">The first of six.</param>
    public static IEnumerable<(PulseSeries Series, ulong Seed)> Series(HeartRhythm rhythm, double tremorShare, double seconds, double heightCounts = 2000, double meanIntervalS = 0.82, ulong firstSeed = 501)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            double rate = ((double[])[75, 125, 250])[seed % 3];
            yield return (new PulseSeries(new SeriesTruth(rhythm, tremorShare, seed % 2 == 0 ? PulseShape.Healthy : PulseShape.Ischaemic, heightCounts, seed < 3 ? 12 : 60, rate, seconds, meanIntervalS), (ulong)seed + firstSeed), (ulong)seed + firstSeed);
        }
    }

    /// <summary>Toes without any pulse, three rates, six levels of noise.</summary>
    public static IEnumerable<PulseSeries> Flat(double seconds)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            yield return Flat((ulong)seed + 901, ((double[])[75, 125, 250])[seed % 3], 8 * (seed + 1), 0, seconds);
        }
    }

    public static IEnumerable<double> Beats(PulseSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var detector = new BeatDetector(series.Truth.RateHz, 0, Highest);
        foreach (double sample in series.Samples)
        {
            if (detector.TryNext(sample, out Beat beat))
            {
                yield return beat.PeakAt / series.Truth.RateHz;
            }
        }
    }

    /// <summary>The word each second.</summary>
    /// <param name="fromS">Seconds from which on it is asked for.</param>
    public static IEnumerable<(PulseWord Word, double? Smallest)> Windows(double[] samples, double rateHz, double? lowest = 0, double? highest = Highest, double fromS = 12)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var window = new PulseWindow(rateHz, lowest, highest);
        for (int k = 0; k < samples.Length; k++)
        {
            window.Add(samples[k]);
            if (k >= fromS * rateHz && (k + 1) % (int)rateHz == 0)
            {
                yield return (window.Word, window.SmallestVisiblePulse);
            }
        }
    }

    /// <summary>Share of toes whose pulse is seen when it is as high as so many times the size stated for the same toe without one.</summary>
    public static double SeenShare(double timesStated)
    {
        int seen = 0, all = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            double rate = ((double[])[75, 125, 250])[seed % 3], noise = 8 * (1 + (seed % 7));
            double stated = Windows(Flat((ulong)seed + 2001, rate, noise, 0, 13.5).Samples, rate).Select(w => w.Smallest).LastOrDefault() ?? 0;
            seen += stated > 0 && Windows(Flat((ulong)seed + 2001, rate, noise, timesStated * stated, 13.5).Samples, rate).Last().Word == PulseWord.Pulsatile ? 1 : 0;
            all += stated > 0 ? 1 : 0;
        }

        return all == 0 ? 0 : seen / (double)all;
    }

    private static PulseSeries Flat(ulong seed, double rate, double noise, double height, double seconds) =>
        new(new SeriesTruth(HeartRhythm.Sinus, 0, seed % 2 == 0 ? PulseShape.Healthy : PulseShape.Ischaemic, height, noise, rate, seconds), seed);
}
