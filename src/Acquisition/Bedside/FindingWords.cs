using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;
using Vascular.Processing.Waveforms;

namespace Vascular.Acquisition.Bedside;

/// <summary>A finding as it stands on the page. States are words: never a dash, a zero or a blank.</summary>
public static class FindingWords
{
    private static readonly Dictionary<string, string> Categories = new(StringComparer.Ordinal)
    {
        ["noncompressible"] = "not compressible: use the toe",
        ["noncompressible_toe"] = "toe not compressible",
        ["absent_flow"] = "no flow at the ankle",
        ["not_computable"] = "not computable",
        ["no_pulsatile_signal"] = "no pulsatile signal",
        ["not_measurable"] = "not measurable",
        ["undetermined"] = "class not determined: the range reaches over a limit",
    };

    /// <summary>Flags as a person says them. Empty: another line of the same tile says it.</summary>
    private static readonly Dictionary<string, string> Flags = new(StringComparer.Ordinal)
    {
        ["nc_pt"] = string.Empty,
        ["nc_dp"] = string.Empty,
        ["uncertainty_assumed"] = "uncertainty assumed",
        ["single_arm"] = "one arm only",
        ["no_brachial"] = "no arm pressure",
        ["interarm_gt_10"] = "arms differ by more than 10 mmHg: repeat the first",
        ["interarm_ge_15"] = "arms differ by 15 mmHg or more",
        ["aha2012_borderline"] = "borderline by AHA 2012",
        ["index_gt_1_40"] = "above 1.40",
        ["high_1_31_to_1_40"] = "1.31 to 1.40: high",
        ["cutoff_zone_0_65_to_0_70"] = "0.65 to 0.70: laboratories disagree",
        ["use_tcpo2_or_ld"] = "use TcPO2 or laser Doppler",
        ["use_tcpo2"] = "use TcPO2",
        ["use_next_toe_or_tcpo2"] = "use the next toe or TcPO2",
        ["too_fast_deflation"] = "let go too fast",
        ["stalled_deflation"] = "let go too slowly",
        ["abi_not_usable"] = "ankle index not usable",
        ["tp_abi_disagree"] = "toe and ankle index disagree",
        ["tp_tcpo2_disagree"] = "toe and TcPO2 disagree",
        ["abi_ap_disagree"] = "ankle index and pressure disagree",
        ["chest_reference_low"] = "chest reference is low",
        ["rpi_gt_1"] = "above 1: look at both sensors",
        ["cold_toe"] = "cold toe: warm it and repeat",
        ["repeat_disagrees"] = "more than 10 mmHg apart: take a third reading",
        ["paced"] = "marked while time ran faster",
    };

    /// <summary>Why no index of flatness stands beside a trace: no sensor of a station has the scale of its front end set.</summary>
    private const string FlatnessRefusal = $"{Flatness.Uncalibrated}, the sensor's gain and millimetre scale were never set";

    public static FindingView Of(Finding finding, bool accepted)
    {
        ArgumentNullException.ThrowIfNull(finding);
        bool plain = finding.State == MeasurementState.Measured && finding.Category is null or "normal" or "pulsatile" && finding.Flags.All(f => f == "uncertainty_assumed");
        return new FindingView(
            ProtocolStep.Of(finding),
            finding.Measure,
            Name(finding.Measure),
            finding.Site,
            finding.State,
            finding.Printed,
            finding.Unit == "mm[Hg]" && finding.Value is not null ? "mmHg" : string.Empty,
            Uncertainty(finding),
            Note(finding),
            !plain,
            accepted)
        {
            Attempt = finding.Attempt,
        };
    }

    private static string Name(string measure) => measure switch
    {
        "brachial-sys" => "Arm pressure",
        "ankle-sys-pt" => "Ankle pressure PT",
        "ankle-sys-dp" => "Ankle pressure DP",
        "toe-sys" => "Toe pressure",
        "ppg-waveform" => "Toe PPG",
        "abi" => "ABI",
        "abi-pt" => "ABI (PT)",
        "abi-dp" => "ABI (DP)",
        "tbi" => "TBI",
        "tcpo2" or "tcpo2-plateau" => "TcPO2",
        "tcpo2-plat-time" => "TcPO2, time to plateau",
        "rpi" => "RPI",
        "wifi-ischemia" => "WIfI ischaemia",
        string other => other,
    };

    /// <summary>The 95 % half width, as a report rounds it: whole mmHg, hundredths of an index.</summary>
    private static string Uncertainty(Finding finding) => finding.Uncertainty is not { } half ? string.Empty
        : finding.Unit == "{ratio}" ? string.Create(CultureInfo.InvariantCulture, $"±{half:0.00}")
        : string.Create(CultureInfo.InvariantCulture, $"±{Math.Max(1, Math.Floor(half + 0.5)):0}");

    private static string Note(Finding finding)
    {
        List<string> words = [];
        if (finding.State is not (MeasurementState.Measured or MeasurementState.AboveLimit or MeasurementState.Interval))
        {
            string state = finding.State.Word().Replace('_', ' ');
            words.Add(finding.Printed.Contains(state, StringComparison.Ordinal) ? string.Empty : state);
        }

        words.Add(finding.Category is { } category ? Categories.GetValueOrDefault(category, category.Replace('_', ' ')) : string.Empty);
        words.Add(finding.Reason is { } reason && finding.State is not (MeasurementState.Interval or MeasurementState.AboveLimit) ? reason : string.Empty);
        words.Add(finding.Method == Methods.RepeatedReadings.Name ? Readings(finding) : MethodWord(finding.Method));
        words.Add(finding is { Measure: "ppg-waveform", State: MeasurementState.Measured } ? $"PFI refused: {FlatnessRefusal}" : string.Empty);
        words.AddRange(finding.Flags.Select(f => Flags.GetValueOrDefault(f, f.Replace('_', ' '))));
        return string.Join(" · ", words.Where(w => w.Length > 0 && !finding.Printed.StartsWith(w, StringComparison.Ordinal)).Distinct());
    }

    /// <summary><c>mean of 32 and 36</c>, <c>median of 32, 46 and 36</c>.</summary>
    private static string Readings(Finding finding)
    {
        string[] printed = [.. finding.Parts.Select(p => p.Value is { } mmHg ? mmHg.ToString("0", CultureInfo.InvariantCulture) : p.Reason!)];
        string all = $"{string.Join(", ", printed[..^1])} and {printed[^1]}";
        return finding.Value is null ? $"readings {all}" : $"{(printed.Length == 2 ? "mean" : "median")} of {all}";
    }

    private static string MethodWord(string method) => method switch
    {
        "return-of-pulse" => "return of pulse",
        "doppler-mark" => "Doppler mark",
        "module-oscillometry" => "by the module",
        "moved-end-point" => "end point moved",
        _ => string.Empty,
    };
}
