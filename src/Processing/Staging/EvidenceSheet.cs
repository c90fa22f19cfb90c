using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Staging;

/// <summary>What a line of the sheet rests on.</summary>
public enum EvidenceKind
{
    /// <summary>A finding of the examination, by its id.</summary>
    Finding,

    /// <summary>A recorded trace, by the id of its finding.</summary>
    Trace,

    /// <summary>A frame of an angiography, by SOP instance and number.</summary>
    Frame,

    /// <summary>What the one who answered wrote.</summary>
    Statement,
}

/// <param name="Reference">UUID of a finding; SOP instance UID and frame as <c>1.2.3#12</c>; empty for a statement.</param>
/// <param name="Words">What it says, as printed.</param>
public sealed record EvidenceLink(EvidenceKind Kind, string Reference, string Words);

/// <summary>How a line of the sheet stands.</summary>
public enum LineStanding
{
    /// <summary>Nobody has answered.</summary>
    Missing,
    Met,
    NotMet,
}

/// <summary>One question with its answer and what supports it.</summary>
public sealed record EvidenceLine(ChecklistQuestion Question, ChecklistAnswer Answer, IReadOnlyList<EvidenceLink> Support)
{
    public LineStanding Standing => Answer == ChecklistAnswer.Unknown ? LineStanding.Missing : Answer == Question.Fails ? LineStanding.NotMet : LineStanding.Met;
}

/// <summary>The evidence sheet of percutaneous deep vein arterialization: the four steps as a checklist with what each answer rests on.</summary>
/// <remarks>A state of the list as entered, never an indication: <c>criteria met as entered</c>, <c>not met</c>, <c>incomplete</c>. No answer is ever taken from a number: a finding supports
/// what a person answered. [D]</remarks>
/// <param name="Lines">In the order of the steps.</param>
/// <param name="State">In words.</param>
/// <param name="Reasons">Definite failures.</param>
/// <param name="Missing">What is not there: answers, evidence, measurements of the limb.</param>
public sealed record EvidenceSheet(IReadOnlyList<EvidenceLine> Lines, string State, IReadOnlyList<string> Reasons, IReadOnlyList<string> Missing)
{
    public const string CriteriaMet = "criteria met as entered";
    public const string NotMet = "not met";
    public const string Incomplete = "incomplete";

    /// <param name="answers">By the question's key; a question that is not there is unanswered.</param>
    /// <param name="limb">Accepted findings of the limb.</param>
    public static EvidenceSheet Of(IReadOnlyDictionary<string, (ChecklistAnswer Answer, IReadOnlyList<EvidenceLink> Support)> answers, IReadOnlyList<Finding> limb)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(limb);
        EvidenceLine[] lines = [.. ChecklistQuestion.All.Select(q => Line(q, answers, limb))];
        ChecklistAnswer[] a = [.. lines.Select(l => l.Answer)];
        VeinArterialization list = VeinArterialization.Of(new(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]));
        string state = list.Decision switch
        {
            ChecklistDecision.Eligible => CriteriaMet,
            ChecklistDecision.Incomplete => Incomplete,
            _ => NotMet,
        };
        return new(lines, state, list.Reasons, [.. Gaps(lines, limb)]);
    }

    private static EvidenceLine Line(ChecklistQuestion question, IReadOnlyDictionary<string, (ChecklistAnswer Answer, IReadOnlyList<EvidenceLink> Support)> answers, IReadOnlyList<Finding> limb)
    {
        (ChecklistAnswer answer, IReadOnlyList<EvidenceLink>? given) = answers.GetValueOrDefault(question.Key);
        // how the limb stands is what was measured of it, whoever answers
        IEnumerable<EvidenceLink> measured = question.Step == 2 ? limb.Select(LinkTo) : [];
        return new(question, answer, [.. (given ?? []).Concat(measured).Distinct()]);
    }

    /// <summary>The link to a finding, as a trace where it is one.</summary>
    public static EvidenceLink LinkTo(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new(finding.Trace is null ? EvidenceKind.Finding : EvidenceKind.Trace, finding.Id.ToString(), $"{finding.Measure} {finding.Site.Code}: {finding.Printed}");
    }

    private static IEnumerable<string> Gaps(EvidenceLine[] lines, IReadOnlyList<Finding> limb)
    {
        foreach (EvidenceLine line in lines)
        {
            if (line.Standing == LineStanding.Missing)
            {
                yield return $"answer: {line.Question.Text}";
            }
            else if (line.Support.Count == 0)
            {
                yield return $"evidence: {line.Question.Text}";
            }
        }

        bool perfused = limb.Any(f => f.Measure is "toe-sys" or "tcpo2-plateau" && f.State is MeasurementState.Measured or MeasurementState.Unreliable or MeasurementState.BelowLimit);
        if (!perfused)
        {
            yield return "measurement: toe pressure or TcPO2 of the limb";
        }

        if (!limb.Any(f => f.Trace is not null))
        {
            yield return "trace: digit waveform of the limb";
        }
    }
}
