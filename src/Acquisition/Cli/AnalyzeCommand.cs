using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Signals;
using Vascular.Processing.Vocabulary;
using Vascular.Processing.Waveforms;

namespace Vascular.Acquisition.Cli;

/// <summary><c>analyze ppg</c>, <c>pressure</c>, <c>tcpo2</c> and <c>angiography</c>: a recording through the code that runs live.</summary>
public static class AnalyzeCommand
{
    private const double PulseFromHz = 32;
    private const double PulseToHz = 1000;
    private const double MedianSeconds = 10;
    private const double OxygenRowSeconds = 1800;
    private const double TwinHz = 16;
    private const string TwinLegend = "off-line twin, filtered forward and back";

    /// <summary>Unit of an axis whose scale no header tells.</summary>
    private const string FileUnits = "units of the file";

    public static Command Build() => new("analyze", "Analyses a recording exactly as live.") { BuildPpg(), BuildPressure(), BuildOxygen(), AngiographyAnalysis.Build(Print) };

    private static Command BuildPpg()
    {
        Argument<FileInfo> file = new("file") { Description = "CSV: a header line, one sample a row." };
        Option<double> rate = RateOption(PulseFromHz, PulseToHz);
        Option<string?> column = new("--column") { Description = "Column; default: the first numeric one not named time or counter." };
        Option<double?> gain = PositiveOption("--gain-percent", "Gain of the front end, %; with --mm-per-unit.");
        Option<FileInfo?> plot = PlotOption();
        Option<double?> scale = PositiveOption("--mm-per-unit", "Millimetres at 100 % gain for one unit of the samples; with --gain-percent.");
        Option<bool> json = JsonOption();
        Command command = new("ppg", "Beats, rate, quality and flatness of a plethysmogram; flatness only with the gain and scale of the front end.") { file, rate, column, gain, scale, plot, json };
        command.Validators.Add(given =>
        {
            if (given.GetResult(gain) is null != given.GetResult(scale) is null)
            {
                given.AddError("--gain-percent and --mm-per-unit belong together: give both or neither");
            }
        });
        command.SetAction(parsed => Print(Ppg(parsed.GetValue(file)!, parsed.GetValue(rate), parsed.GetValue(column),
            parsed.GetValue(scale) * 100 / parsed.GetValue(gain), TracePlot.To(parsed.GetValue(plot), parsed.GetValue(file)!)), parsed.GetValue(json)));
        return command;
    }

    private static Command BuildPressure()
    {
        Argument<FileInfo> file = new("file") { Description = "CSV: a header line, one sample a row." };
        Option<double> rate = RateOption(PulseFromHz, PulseToHz);
        Option<string> cuff = new("--cuff") { Description = "Column of the cuff pressure, mmHg.", Required = true };
        Option<string?> ppg = new("--ppg") { Description = "Column of the distal plethysmogram." };
        Option<FileInfo?> plot = PlotOption();
        Option<bool> json = JsonOption();
        Command command = new("pressure", "Systolic pressure by return of pulse with --ppg; without, mean, systolic and diastolic by oscillometry.") { file, rate, cuff, ppg, plot, json };
        command.SetAction(parsed => Print(ReturnedPulse(parsed.GetValue(file)!, parsed.GetValue(rate), parsed.GetValue(cuff)!, parsed.GetValue(ppg), TracePlot.To(parsed.GetValue(plot), parsed.GetValue(file)!)),
            parsed.GetValue(json)));
        return command;
    }

    private static Command BuildOxygen()
    {
        Argument<FileInfo> file = new("file") { Description = "CSV: a header line, one reading a row; an empty cell is a reading that is missing." };
        Option<double> rate = RateOption(Plateau.LowestRateHz, Plateau.HighestRateHz);
        Option<string> column = new("--column") { Description = "Column of the TcPO2, mmHg.", Required = true };
        Option<FileInfo?> plot = PlotOption();
        Option<string?> own = new("--rules") { Description = "The site's own constants (docs/site-rules.md)." };
        Option<bool> json = JsonOption();
        Command command = new("tcpo2", "Plateau of a transcutaneous oxygen tension; the first row is the application of the electrode.") { file, rate, column, plot, own, json };
        command.SetAction(parsed => Print(
            Oxygen(parsed.GetValue(file)!, parsed.GetValue(rate), parsed.GetValue(column)!, parsed.GetValue(own) is { } site ? SiteRules.Read(site) : ClinicalRules.Default, TracePlot.To(parsed.GetValue(plot), parsed.GetValue(file)!)),
            parsed.GetValue(json)));
        return command;
    }

    private static JsonObject Oxygen(FileInfo file, double rate, string column, RuleSet rules, TracePlot? plot)
    {
        var plateau = new Plateau(rules.Plateau);
        long rows = 0;
        double?[] readings = SampleTable.Read(file, rate).Tensions(column);
        foreach (double? reading in readings)
        {
            if (reading is { } mmHg)
            {
                plateau.Take(AtNs(rows, rate), mmHg);
            }

            rows++;
        }

        plateau.Tick(AtNs(rows, rate));
        PlateauResult result = plateau.Result;
        double[] answered = result.AtNs is { } answeredNs ? [answeredNs * 1e-9 * rate] : [];
        JsonObject found = new()
        {
            ["state"] = result.State.Word(),
            ["tcpo2_mmHg"] = Tenth(result.TensionMmHg),
            ["uncertainty_mmHg"] = Tenth(result.UncertaintyMmHg),
            ["slope_mmHg_per_min"] = result.SlopeMmHgPerMin is { } slope ? Math.Floor(slope * 100 + 0.5) / 100 : null,
            ["at_s"] = result.AtNs / 1e9,
            ["flags"] = new JsonArray([.. Flags(result).Concat(rules.FlagsOf("plateau")).Select(w => (JsonNode)w)]),
        };
        Panel panel = new("TcPO2", "mmHg", readings, [new Marks("answer", answered)], Medians(readings, (int)(MedianSeconds * rate)), "median of ten seconds to either side", OxygenRowSeconds);
        plot?.Write([panel], rate, [Printed(found, "state", "tcpo2_mmHg", "uncertainty_mmHg", "slope_mmHg_per_min", "at_s", "flags")]);
        return found;
    }

    /// <summary>Answers of a result as one line of a picture, by the names and in the figures they are printed with elsewhere.</summary>
    internal static string Printed(JsonObject result, params string[] names) => string.Join(" · ", names.Select(name => name + " " + Words(result[name])));

    private static string Words(JsonNode? value) => value switch
    {
        null => "-",
        JsonArray { Count: 0 } => "none",
        JsonArray words => string.Join(", ", words.Select(w => w?.ToString())),
        JsonValue known when known.TryGetValue(out double number) => number.ToString("0.###", CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static JsonObject? Parts(IReadOnlyList<UncertaintyPart> parts) =>
        parts.Count == 0 ? null : new JsonObject(parts.Select(p => KeyValuePair.Create(p.Source.Replace('-', '_'), (JsonNode?)Tenth(p.HalfWidth))));

    /// <summary>Median of the readings around each, which only a whole recording has: what the value did, without its noise.</summary>
    private static double?[] Medians(double?[] readings, int half) => [.. readings.Select((reading, k) => reading is null
        ? null
        : Median([.. readings[Math.Max(0, k - half)..Math.Min(readings.Length, k + half + 1)].Where(r => r.HasValue).Select(r => r!.Value)]))];

    /// <summary>What happened, and for a recording that ends before an answer where it stood.</summary>
    private static IEnumerable<string> Flags(PlateauResult result) =>
        result.State is MeasurementState.Running or MeasurementState.Unreadable ? result.Flags.Words().Append(result.Phase.Word()).Distinct() : result.Flags.Words();

    private static long AtNs(long row, double rate) => (long)Math.Round(row / rate * 1e9);

    private static JsonObject Ppg(FileInfo file, double rate, string? column, double? mmPerUnit, TracePlot? plot)
    {
        SampleTable table = SampleTable.Read(file, rate);
        double[] samples = table.Column(column ?? table.DefaultColumn());
        var record = new PulseRecord(rate);
        foreach (double sample in samples)
        {
            record.Add(sample);
        }

        double scale = mmPerUnit ?? 1;
        PulseWord state = record.Word;
        Beat[] beats = state == PulseWord.Nonpulsatile ? [] : [.. record.Beats];
        Beat[] sure = state == PulseWord.Pulsatile ? beats : [];
        double? crest = Median([.. sure.Where(b => b.CrestTimeMs.HasValue).Select(b => b.CrestTimeMs!.Value)]);
        FlatnessResult flatness = Flatness.Of(
            new TraceShape(
                state,
                rate,
                mmPerUnit is { } mm ? [.. sure.Where(b => b.IsAccepted).Select(b => b.Amplitude * mm)] : null,
                sure.Length > 0 ? Math.Max(sure.Count(b => b.IsClipped) / (double)sure.Length, RailedFeet.Share(samples, sure, rate)) : 0,
                crest,
                record.Notch,
                record.SmallestVisiblePulse * mmPerUnit),
            ClinicalRules.Default.Flatness);
        double[] intervals = [.. sure.Zip(sure.Skip(1), (a, b) => (b.PeakAt - a.PeakAt) / rate)];
        JsonObject found = new()
        {
            ["rate_hz"] = rate,
            ["seconds"] = table.Rows / rate,
            ["beats"] = new JsonArray([.. beats.Select(b => (JsonNode)new JsonObject
            {
                ["time_s"] = b.PeakAt / rate, ["amplitude"] = b.Amplitude * scale, ["crest_time_ms"] = b.CrestTimeMs, ["quality"] = b.Quality,
            })]),
            ["heart_rate_per_min"] = Median(intervals) is { } interval ? 60 / interval : null,
            ["amplitude"] = Median([.. sure.Select(b => b.Amplitude * scale)]),
            ["amplitude_unit"] = mmPerUnit is null ? "sample" : "mm",
            ["crest_time_ms"] = crest,
            ["dicrotic_notch"] = record.Notch,
            ["features"] = state == PulseWord.Pulsatile ? FeatureLines.Of(samples, rate, record, scale) : null,
            ["quality"] = record.Quality,
            ["state"] = state switch { PulseWord.Pulsatile => "pulsatile", PulseWord.Nonpulsatile => "nonpulsatile", _ => "unreadable" },
            ["smallest_visible_pulse"] = state == PulseWord.Nonpulsatile ? record.SmallestVisiblePulse * scale : null,
            ["pfi"] = flatness.Index?.Value,
            ["grade"] = flatness.Grade?.Word(),
            ["pfi_state"] = flatness.State.Word(),
            ["pfi_reason"] = flatness.Reason,
        };
        double[] counted = [.. sure.Where(b => b.IsAccepted).Select(b => b.PeakAt)];
        Marks[] marks = [new Marks("beats", counted), new Marks("taken for beats and not counted", [.. beats.Select(b => b.PeakAt).Except(counted)], Counted: false)];
        plot?.Write([new Panel("plethysmogram", FileUnits, [.. samples], marks, Twin(samples, rate), TwinLegend)], rate,
            [Printed(found, "state", "heart_rate_per_min", "quality", "amplitude", "amplitude_unit", "crest_time_ms", "smallest_visible_pulse"), Printed(found, "pfi", "grade", "pfi_state", "pfi_reason")]);
        return found;
    }

    private static double?[] Twin(double[] samples, double rate) => [.. BothWays.Filter(Biquad.LowPass(Math.Min(TwinHz, 0.4 * rate), rate), samples)];

    private static JsonObject ReturnedPulse(FileInfo file, double rate, string cuffColumn, string? ppgColumn, TracePlot? plot)
    {
        if (ppgColumn is null)
        {
            return CuffAlone.Analyze(SampleTable.Read(file, rate).CuffPressures(cuffColumn), rate, plot);
        }

        SampleTable table = SampleTable.Read(file, rate);
        double[] cuff = table.CuffPressures(cuffColumn);
        double[] ppg = table.Column(ppgColumn);
        var run = new ReturnOfPulse();
        for (int k = 0; k < cuff.Length; k++)
        {
            long atNs = AtNs(k, rate);
            run.Cuff(atNs, cuff[k]);
            run.Pleth(atNs, ppg[k]);
        }

        ReturnOfPulseResult result = run.Finish();
        double[] end = result.EndPointAtNs is { } endNs ? [endNs * 1e-9 * rate] : [];
        JsonObject found = new()
        {
            ["method"] = ReturnOfPulse.Method,
            ["systolic_mmHg"] = Tenth(result.SystolicMmHg),
            ["systolic_printed_mmHg"] = result.SystolicMmHg is { } systolic ? Pressure.FromMmHg(systolic).Printed : null,
            ["state"] = result.State.Word(),
            ["limit_mmHg"] = Tenth(result.LimitMmHg),
            ["uncertainty_mmHg"] = Tenth(result.UncertaintyMmHg),
            ["mean_mmHg"] = null,
            ["diastolic_mmHg"] = null,
            ["uncertainty_parts_mmHg"] = Parts(result.Uncertain),
            ["deflation_mmHg_per_s"] = Tenth(result.DeflationMmHgPerS),
            ["endpoint_resolution_mmHg"] = Tenth(result.EndpointResolutionMmHg),
            ["end_point_s"] = result.EndPointAtNs * 1e-9,
            ["flags"] = new JsonArray([.. result.Flags.Words().Select(w => (JsonNode)w)]),
        };
        Marks[] marks = [new Marks("end point: the pulse returns", end)];
        plot?.Write([new Panel("cuff", "mmHg", [.. cuff], marks), new Panel("plethysmogram", FileUnits, [.. ppg], marks, Twin(ppg, rate), TwinLegend)], rate,
            [Printed(found, "method", "state", "systolic_mmHg", "limit_mmHg", "uncertainty_mmHg", "deflation_mmHg_per_s", "end_point_s", "flags")]);
        return found;
    }

    private static Option<double> RateOption(double fromHz, double toHz) => new("--rate")
    {
        Description = $"Samples a second, {fromHz} to {toHz}, decimal point.",
        Required = true,
        CustomParser = given =>
        {
            string text = given.Tokens.Count == 1 ? given.Tokens[0].Value : "";
            if (SampleTable.TryNumber(text, out double rate) && rate >= fromHz && rate <= toHz)
            {
                return rate;
            }

            string comma = text.Contains(',') ? $" (a comma is no decimal point: not read as {text.Replace(",", "", StringComparison.Ordinal)})" : "";
            given.AddError($"--rate '{text}' is not a number from {fromHz} to {toHz}{comma}");
            return 0;
        },
    };

    private static Option<double?> PositiveOption(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = given =>
        {
            string text = given.Tokens.Count == 1 ? given.Tokens[0].Value : "";
            if (SampleTable.TryNumber(text, out double value) && value > 0)
            {
                return value;
            }

            given.AddError($"{name} '{text}' is not a number above 0");
            return null;
        },
    };

    private static Option<FileInfo?> PlotOption() => new("--plot") { Description = "SVG file to draw the recording and what was found in." };

    private static Option<bool> JsonOption() => new("--json") { Description = "One JSON document on stdout and nothing else." };

    internal static double? Tenth(double? value) => value is { } v ? Math.Floor(v * 10 + 0.5) / 10 : null;

    private static double? Median(double[] values)
    {
        Array.Sort(values);
        int half = values.Length / 2;
        return values.Length == 0 ? null : values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    private static int Print(JsonObject result, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(result.ToJsonString(new JsonSerializerOptions { WriteIndented = false }));
            return CommandLine.Done;
        }

        foreach ((string name, JsonNode? value) in result)
        {
            Console.Out.WriteLine($"{name,-26} {(value is JsonArray { Count: > 20 } many ? $"{many.Count}" : value?.ToJsonString() ?? "-")}");
        }

        return CommandLine.Done;
    }
}
