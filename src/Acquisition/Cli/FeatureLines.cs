using System.Text.Json.Nodes;
using Vascular.Processing.Signals;

namespace Vascular.Acquisition.Cli;

/// <summary>The measures of a recording's pulses as <c>analyze ppg</c> prints them: as live, and beside them as the zero-phase review sees them.</summary>
internal static class FeatureLines
{
    public static JsonObject Of(double[] samples, double rateHz, PulseRecord record, double scale)
    {
        JsonObject live = Summary(new FeatureSummary(record.Features), scale);
        HarmonicRatios? harmonics = Harmonics(samples, record.Beats);
        live["h2_over_h1"] = harmonics?.Second;
        live["h3_over_h1"] = harmonics?.Third;
        live["zero_phase"] = Summary(new FeatureSummary(ReviewedTrace.Measure(samples, rateHz, record.Beats)), scale);
        return live;
    }

    private static JsonObject Summary(FeatureSummary summary, double scale) => new()
    {
        ["accepted_beats"] = summary.Beats,
        ["amplitude"] = Pair(summary.Amplitude, scale),
        ["interval_ms"] = Pair(summary.IntervalMs),
        ["crest_time_ms"] = Pair(summary.CrestTimeMs),
        ["width_25_ms"] = Pair(summary.Width25Ms),
        ["width_50_ms"] = Pair(summary.Width50Ms),
        ["width_75_ms"] = Pair(summary.Width75Ms),
        ["crest_over_interval"] = Pair(summary.CrestShare),
        ["width_50_over_interval"] = Pair(summary.Width50Share),
        ["perfusion_index_percent"] = Pair(summary.PerfusionIndexPercent),
        ["lower_gain_asked"] = summary.AsksForLowerGain,
    };

    private static JsonObject? Pair(MedianSpread? pair, double scale = 1) => pair is { } known
        ? new JsonObject { ["median"] = known.Median * scale, ["spread"] = known.Spread * scale }
        : null;

    /// <summary>Medians over runs of accepted beats.</summary>
    private static HarmonicRatios? Harmonics(double[] samples, IReadOnlyList<Beat> beats)
    {
        List<HarmonicRatios> found = [];
        for (int k = 0; k + HarmonicRatios.FewestBeats < beats.Count; k += HarmonicRatios.FewestBeats)
        {
            Beat[] run = [.. beats.Skip(k).Take(HarmonicRatios.FewestBeats + 1)];
            if (run.All(b => b.IsAccepted) && run[0].OnsetIndex is { } from && run[^1].OnsetIndex is { } to
                && HarmonicRatios.Of(samples.AsSpan((int)from, (int)(to - from)), HarmonicRatios.FewestBeats) is { } ratios)
            {
                found.Add(ratios);
            }
        }

        return found.Count == 0 ? null : new HarmonicRatios(Median(found.Select(r => r.Second)), Median(found.Select(r => r.Third)));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
