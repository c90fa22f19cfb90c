using System.Globalization;
using System.Text;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;
using static Vascular.Acquisition.Publishing.PrintedPage;

namespace Vascular.Acquisition.Publishing;

/// <summary>The evidence sheet for paper and screen: four steps, each line linked to the finding it rests on, and below them the findings with number, state and trace.</summary>
public static class EvidencePage
{
    private const string Title = "Deep vein arterialization: evidence sheet";

    /// <summary>One file of its own.</summary>
    public static string Of(ExaminationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return PrintedPage.Of(Title, Body(evidence, null, ""));
    }

    /// <param name="entered">The sheet with its versions and signature, where it was entered as acts; null where a file has it.</param>
    /// <param name="address">What a link to a place on the page begins with; empty on a page of its own.</param>
    public static string Body(ExaminationEvidence evidence, StandingEvidence? entered, string address)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        EvidenceSheet sheet = evidence.Sheet;
        StringBuilder body = new();
        if (evidence.Simulated)
        {
            body.Append("<p class=\"test\">SIMULATED (HTEST): no result of this sheet is of a patient</p>\n");
        }

        body.Append(CultureInfo.InvariantCulture, $"<h1>{Title}</h1>\n<p><b>{Text(Capital(evidence.Limb))} leg</b>, patient {Text(evidence.Patient ?? "not named")}</p>\n");
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">Examination <span class=\"id\">{evidence.Examination}</span>, {Text(Entered(evidence.Entries))}, rules {Text(evidence.RuleVersion)}</p>\n");
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"state\">{Text(Capital(sheet.State))}</p>\n<p class=\"quiet\">State of the checklist as entered. It is not an indication and decides nothing.</p>\n");
        if (entered is not null)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p class=\"signed\">{Text(Signed(entered))}</p>\n");
        }

        foreach (IGrouping<int, EvidenceLine> step in sheet.Lines.GroupBy(l => l.Question.Step))
        {
            body.Append(CultureInfo.InvariantCulture, $"<h2>{step.Key}. {Text(ChecklistQuestion.StepName(step.Key))}</h2>\n<table class=\"step-{step.Key}\"><thead><tr><th>Question and what the answer rests on</th><th>Answer</th><th>Criterion</th></tr></thead><tbody>\n");
            foreach (EvidenceLine line in step)
            {
                body.Append(CultureInfo.InvariantCulture, $"<tr data-question=\"{line.Question.Key}\"><td>{Text(line.Question.Text)}{Support(line, address)}</td><td>{Word(line.Answer)}{Who(evidence.Entries, line)}</td><td>{Word(line.Standing)}</td></tr>\n");
            }

            body.Append("</tbody></table>\n");
        }

        Section(body, "Missing", sheet.Missing, "Nothing is missing.");
        Section(body, "Beside the steps", evidence.Beside, "");
        Findings(body, evidence.Findings);
        History(body, entered);
        body.Append("<div class=\"sign\"><span>Physician</span><span>Date</span></div>\n");
        return body.ToString();
    }

    private static string Entered(EvidenceEntries entries) => entries.EnteredBy.Length == 0 ? "nothing entered" : $"entered by {entries.EnteredBy} on {Time(entries.EnteredAt)}";

    private static string Signed(StandingEvidence sheet) => sheet switch
    {
        { IsEntered: false } => "Nothing is entered yet.",
        { Signature: { } signature } => string.Create(CultureInfo.InvariantCulture, $"Signed by {signature.By} (name as typed) on {Time(signature.At)}{(sheet.IsAmended ? ", amended" : "")}. Version {sheet.Version}."),
        _ => string.Create(CultureInfo.InvariantCulture, $"Preliminary: not signed. Version {sheet.Version}."),
    };

    private static string Who(EvidenceEntries entries, EvidenceLine line) => entries.Answers.GetValueOrDefault(line.Question.Key) is { By: { } by, At: { } at }
        ? $"<br><span class=\"quiet\">{Text(by)}, {Time(at)}</span>"
        : "";

    private static void Section(StringBuilder body, string title, IReadOnlyList<string> items, string none)
    {
        if (items.Count > 0 || none.Length > 0)
        {
            body.Append(CultureInfo.InvariantCulture, $"<section class=\"{title.Split(' ')[0].ToLowerInvariant()}\"><h2>{title}</h2>\n{(items.Count > 0 ? List(items) : $"<p>{none}</p>")}</section>\n");
        }
    }

    /// <summary>Each finding of the limb with its number, state and trace: what a line's link leads to.</summary>
    private static void Findings(StringBuilder body, IReadOnlyList<Finding> findings)
    {
        body.Append("<h2>Accepted findings of the limb</h2>\n");
        if (findings.Count == 0)
        {
            body.Append("<p>None.</p>\n");
            return;
        }

        body.Append("<table class=\"findings\"><thead><tr><th>Finding</th><th>Value</th><th>State</th><th>Method, recording</th></tr></thead><tbody>\n");
        foreach (Finding finding in findings)
        {
            string name = MeasureCode.TryFind(finding.Measure, out MeasureCode? measure) ? measure!.Text : finding.Measure;
            string reason = finding.Reason is { Length: > 0 } why ? $": {Text(why)}" : "";
            body.Append(CultureInfo.InvariantCulture, $"<tr id=\"f-{finding.Id}\"><td>{Text(name)}, {finding.Site.Code}<br><span class=\"id\">{finding.Id}</span></td><td>{Text(Value(finding))}</td><td>{Text(finding.State.Word().Replace('_', ' '))}{reason}</td><td>{Text($"{finding.Method} {finding.MethodVersion}{Recording(finding)}")}</td></tr>\n");
            if (finding.Trace is { } trace)
            {
                body.Append(CultureInfo.InvariantCulture, $"<tr class=\"drawn\"><td colspan=\"4\">{TraceDrawing.Of(trace)}</td></tr>\n");
            }
        }

        body.Append("</tbody></table>\n");
    }

    private static void History(StringBuilder body, StandingEvidence? entered)
    {
        if (entered is not { History: { Count: > 0 } history })
        {
            return;
        }

        body.Append("<h2>Who entered what, and when</h2>\n<table class=\"history\"><thead><tr><th>Act</th><th>When</th><th>Who</th><th>What</th></tr></thead><tbody>\n");
        foreach (EvidenceStep step in history)
        {
            body.Append(CultureInfo.InvariantCulture, $"<tr><td>{step.Act}</td><td>{Time(step.At)}</td><td>{Text(step.By)}</td><td>{Text(step.What)}{(step.Stands ? "" : " <b>(undone)</b>")}</td></tr>\n");
        }

        body.Append("</tbody></table>\n");
    }

    private static string Value(Finding finding)
    {
        string unit = finding is { Unit: "mm[Hg]", Value: not null } ? " mmHg" : "";
        return finding.Uncertainty is { } half ? string.Create(CultureInfo.InvariantCulture, $"{finding.Printed}{unit} ± {(finding.Unit == "{ratio}" ? half.ToString("0.00", CultureInfo.InvariantCulture) : half.ToString("0.0", CultureInfo.InvariantCulture))}") : finding.Printed + unit;
    }

    private static string Recording(Finding finding) =>
        finding.ToAtNs > 0 ? string.Create(CultureInfo.InvariantCulture, $", recording {finding.FromAtNs / 1e9:0.0} to {finding.ToAtNs / 1e9:0.0} s") : "";

    private static string Support(EvidenceLine line, string address) =>
        line.Support.Count == 0 ? "" : "<ul>" + string.Concat(line.Support.Select(s => $"<li>{Words(s, address)}</li>")) + "</ul>";

    private static string Words(EvidenceLink link, string address) => link.Kind switch
    {
        EvidenceKind.Statement => Text(link.Words),
        EvidenceKind.Frame => $"frame <span class=\"id\">{Text(link.Reference)}</span> {Text(link.Words)}",
        EvidenceKind.Trace => $"trace <a href=\"{Text(address)}#f-{Text(link.Reference)}\">{Text(link.Words)}</a>",
        _ => $"<a href=\"{Text(address)}#f-{Text(link.Reference)}\">{Text(link.Words)}</a>",
    };

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Word(ChecklistAnswer answer) => answer switch { ChecklistAnswer.Yes => "yes", ChecklistAnswer.No => "no", _ => "not answered" };

    private static string Word(LineStanding standing) => standing switch { LineStanding.Met => "met", LineStanding.NotMet => "<b>not met</b>", _ => "missing" };

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
