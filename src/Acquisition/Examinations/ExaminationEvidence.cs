using System.Globalization;
using Vascular.Processing.Pressures;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>The evidence sheet of one examination: what was accepted of the limb, and what people answered.</summary>
/// <param name="Beside">What stands beside the steps, in words: WIfI stage, Rutherford, reader scores, advisories. None of it decides.</param>
public sealed record ExaminationEvidence(
    Guid Examination, string? PatientSystem, string? Patient, bool Simulated, string RuleVersion, EvidenceEntries Entries, EvidenceSheet Sheet, IReadOnlyList<string> Beside)
{
    public string Limb => Entries.Side == Side.Right ? "right" : "left";

    /// <exception cref="FormatException">An answer names a finding that the examination does not have.</exception>
    public static ExaminationEvidence Of(ExaminationFold fold, EvidenceEntries entries)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(entries);
        Finding[] limb = [.. fold.Findings.Where(f => fold.IsAccepted(f) && !fold.IsReading(f) && f.Site.Side == entries.Side && f.Site.Place is not (Place.Arm or Place.Chest))];
        Dictionary<string, (ChecklistAnswer, IReadOnlyList<EvidenceLink>)> answers = entries.Answers.ToDictionary(
            a => a.Key,
            a => (a.Value.Answer, (IReadOnlyList<EvidenceLink>)[.. a.Value.Links, .. a.Value.Findings.SelectMany(measure => Links(limb, a.Key, measure))]),
            StringComparer.Ordinal);
        Act.Patient? patient = (fold.Acts.Patients is [.., var last] ? last.Act : null) as Act.Patient;
        return new(
            fold.Examination, patient?.System, patient?.Value, fold.Settings?.Simulated ?? true, fold.Settings?.RuleVersion ?? "", entries, EvidenceSheet.Of(answers, limb), [.. OfLimb(entries, limb)]);
    }

    private static EvidenceLink[] Links(Finding[] limb, string key, string measure)
    {
        EvidenceLink[] links = [.. limb.Where(f => f.Measure == measure).Select(EvidenceSheet.LinkTo)];
        return links.Length > 0 ? links : throw new FormatException($"{key}: the examination has no accepted finding '{measure}' of this limb");
    }

    private static IEnumerable<string> OfLimb(EvidenceEntries entries, Finding[] limb)
    {
        Finding? grade = limb.FirstOrDefault(f => f.Measure == FootPerfusionFindings.Grade);
        if (grade is not null && entries.Wifi is { } wifi)
        {
            GradeRange ischaemia = grade.Value is { } one ? GradeRange.Exactly((int)one) : new((int)grade.Lower!.Value, (int)grade.Upper!.Value);
            GradeRange stage = new(WifiStage.Of(WifiStage.Risk(wifi.Wound, ischaemia.Best, wifi.Infection)), WifiStage.Of(WifiStage.Risk(wifi.Wound, ischaemia.Worst, wifi.Infection)));
            yield return string.Create(CultureInfo.InvariantCulture, $"WIfI W{wifi.Wound} I{ischaemia} fI{wifi.Infection}: clinical stage {stage} (wound and infection as entered)");
        }
        else
        {
            yield return grade is null ? "WIfI: no ischaemia grade" : $"WIfI ischaemia {grade.Printed}; wound and infection not entered";
        }

        if (entries.Rutherford is { } category)
        {
            RutherfordObjective objective = RutherfordObjective.Of(category, new(Ankle(limb), Range(limb, "toe-sys"), FlatPvr: null));
            string column = objective.Column switch { Criterion.Met => "met", Criterion.NotMet => "not met", _ => "not known" };
            yield return string.Create(CultureInfo.InvariantCulture, $"Rutherford {category} as entered (Fontaine {FontaineStage.Of(category)}); objective column {column}");
        }

        foreach (ReaderScore score in entries.Scores)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{score.ScaleName} {score.Score}{(score.Words.Length > 0 ? $": {score.Words}" : "")}");
        }

        foreach (string advisory in entries.Advisory)
        {
            yield return EvidenceEntries.Advisories[advisory];
        }
    }

    /// <summary>Null for a limb with an artery that stays open: its ankle pressure says nothing.</summary>
    private static PressureRange? Ankle(Finding[] limb) =>
        limb.Any(f => f.Measure is "ankle-sys-pt" or "ankle-sys-dp" && f.State == MeasurementState.AboveLimit) ? null
        : (Range(limb, "ankle-sys-pt"), Range(limb, "ankle-sys-dp")) switch
        {
            ({ } pt, { } dp) => new(Math.Max(pt.Lowest, dp.Lowest), Math.Max(pt.Highest, dp.Highest)),
            var (pt, dp) => pt ?? dp,
        };

    private static PressureRange? Range(Finding[] limb, string measure) =>
        limb.LastOrDefault(f => f.Measure == measure) is { } finding ? PressureRange.Of(VesselPressure.Of(finding)) : null;
}
