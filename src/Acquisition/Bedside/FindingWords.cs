using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

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
    };

    public static FindingView Of(Finding finding, bool accepted)
    {
        ArgumentNullException.ThrowIfNull(finding);
        bool plain = finding.State == MeasurementState.Measured && finding.Category is null or "normal" or "pulsatile" && finding.Flags.Count == 0;
        return new FindingView(
            finding.Step,
            finding.Measure,
            Name(finding.Measure),
            finding.Site,
            finding.State,
            finding.Printed,
            finding.Unit == "mm[Hg]" && finding.Value is not null ? "mmHg" : string.Empty,
            Uncertainty(finding),
            Note(finding),
            !plain,
            accepted);
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
        words.Add(MethodWord(finding.Method));
        words.AddRange(finding.Flags.Select(f => f.Replace('_', ' ')));
        return string.Join(" · ", words.Where(w => w.Length > 0));
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
