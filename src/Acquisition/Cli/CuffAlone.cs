using System.Text.Json.Nodes;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>A recording of a cuff and nothing else: oscillometry where it falls, pulse volume where it is held.</summary>
internal static class CuffAlone
{
    public static JsonObject Analyze(double[] cuff, double rateHz, TracePlot? plot)
    {
        var oscillometry = new Oscillometry();
        var volume = new PulseVolume();
        for (int k = 0; k < cuff.Length; k++)
        {
            long atNs = (long)Math.Round(k / rateHz * 1e9);
            oscillometry.Cuff(atNs, cuff[k]);
            volume.Cuff(atNs, cuff[k]);
        }

        OscillometryResult result = oscillometry.Finish();
        double[] ends = result.State == MeasurementState.Measured ? [result.FromNs * 1e-9 * rateHz, result.ToNs * 1e-9 * rateHz] : [];
        PulseVolumeResult held = volume.Finish();
        JsonObject found = new()
        {
            ["method"] = Oscillometry.Method,
            ["systolic_mmHg"] = AnalyzeCommand.Tenth(result.SystolicMmHg),
            ["systolic_printed_mmHg"] = result.SystolicMmHg is { } systolic ? Pressure.FromMmHg(systolic).Printed : null,
            ["state"] = result.State.Word(),
            ["limit_mmHg"] = null,
            ["uncertainty_mmHg"] = AnalyzeCommand.Tenth(result.SystolicHalfWidthMmHg),
            ["mean_mmHg"] = AnalyzeCommand.Tenth(result.MeanMmHg),
            ["mean_uncertainty_mmHg"] = AnalyzeCommand.Tenth(result.MeanHalfWidthMmHg),
            ["diastolic_mmHg"] = AnalyzeCommand.Tenth(result.DiastolicMmHg),
            ["systolic_ratio"] = Oscillometry.SystolicRatio,
            ["diastolic_ratio"] = Oscillometry.DiastolicRatio,
            ["deflation_mmHg_per_s"] = AnalyzeCommand.Tenth(result.DeflationMmHgPerS),
            ["endpoint_resolution_mmHg"] = AnalyzeCommand.Tenth(result.DeflationMmHgPerS * 60 / result.PulsePerMinute),
            ["pulse_per_min"] = AnalyzeCommand.Tenth(result.PulsePerMinute),
            ["pulses"] = result.Pulses,
            ["flags"] = new JsonArray([.. result.Flags.Words().Select(w => (JsonNode)w)]),
            ["pulse_volume"] = held.State == MeasurementState.Unreadable ? null : new JsonObject
            {
                ["state"] = held.State.Word(),
                ["limit_mmHg"] = held.LimitMmHg,
                ["cuff_mmHg"] = AnalyzeCommand.Tenth(held.CuffMmHg),
                ["amplitude_mmHg"] = held.AmplitudeMmHg,
                ["spread_mmHg"] = held.SpreadMmHg,
                ["pulse_per_min"] = AnalyzeCommand.Tenth(held.PulsePerMinute),
                ["pulses"] = held.Pulses,
                ["contour"] = new JsonArray([.. held.Contour.Select(v => (JsonNode)(Math.Floor(v * 1000 + 0.5) / 1000))]),
            },
        };
        plot?.Write([new Panel("cuff", "mmHg", [.. cuff], [new Marks("begin and end of what was judged", ends)])], rateHz,
            [AnalyzeCommand.Printed(found, "method", "state", "systolic_mmHg", "uncertainty_mmHg", "mean_mmHg", "mean_uncertainty_mmHg", "diastolic_mmHg", "pulse_per_min", "flags")]);
        return found;
    }
}
