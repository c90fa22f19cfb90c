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

    /// <summary>Accepted findings of the limb: what the lines may rest on.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <exception cref="FormatException">An answer names a finding that the examination does not have.</exception>
    public static ExaminationEvidence Of(ExaminationFold fold, EvidenceEntries entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return Refusal(fold, entries.Side, entries.Answers) is { } why ? throw new FormatException(why) : Standing(fold, entries);
    }

    /// <summary>Why these answers cannot stand: one names a finding of which nothing is accepted. Null when they can.</summary>
    public static string? Refusal(ExaminationFold fold, Side side, IReadOnlyDictionary<string, EvidenceEntry> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        Finding[] limb = LimbOf(fold, side);
        return answers.SelectMany(a => a.Value.Findings.Select(measure => (Question: a.Key, Measure: measure))).FirstOrDefault(n => limb.All(f => f.Measure != n.Measure)) is { Measure: not null } wrong
            ? $"{wrong.Question}: the examination has no accepted finding '{wrong.Measure}' of this limb"
            : null;
    }

    /// <summary>The sheet as it stands: a finding that was taken back since it was named supports nothing, and is listed as missing.</summary>
    public static ExaminationEvidence Standing(ExaminationFold fold, EvidenceEntries entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Finding[] limb = LimbOf(fold, entries.Side);
        Dictionary<string, (ChecklistAnswer, IReadOnlyList<EvidenceLink>)> answers = entries.Answers.ToDictionary(
            a => a.Key,
            a => (a.Value.Answer, (IReadOnlyList<EvidenceLink>)[.. a.Value.Links, .. a.Value.Findings.SelectMany(measure => limb.Where(f => f.Measure == measure).Select(EvidenceSheet.LinkTo))]),
            StringComparer.Ordinal);
        string[] gone = [.. entries.Answers.SelectMany(a => a.Value.Findings).Distinct().Where(measure => limb.All(f => f.Measure != measure)).Select(measure => $"finding: {measure} was named and is not accepted any more")];
        EvidenceSheet sheet = EvidenceSheet.Of(answers, limb);
        Act.Patient? patient = (fold.Acts.Patients is [.., var last] ? last.Act : null) as Act.Patient;
        return new(
            fold.Examination, patient?.System, patient?.Value, fold.Settings?.Simulated ?? true, fold.Settings?.RuleVersion ?? "", entries, sheet with { Missing = [.. gone, .. sheet.Missing] }, [.. OfLimb(entries, limb)])
        {
            Findings = limb,
        };
    }

    private static Finding[] LimbOf(ExaminationFold fold, Side side)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return [.. fold.Findings.Where(f => fold.IsAccepted(f) && !fold.IsReading(f) && f.Site.Side == side && f.Site.Place is not (Place.Arm or Place.Chest))];
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
