using System.Globalization;
using System.Text;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Staging;
using static Vascular.Acquisition.Publishing.PrintedPage;

namespace Vascular.Acquisition.Publishing;

/// <summary>The evidence sheet for paper and screen.</summary>
public static class EvidencePage
{
    public static string Of(ExaminationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        EvidenceSheet sheet = evidence.Sheet;
        StringBuilder body = new();
        body.Append(CultureInfo.InvariantCulture, $"<h1>Deep vein arterialization: evidence sheet</h1>\n<p>{Text(evidence.Limb)} leg, patient {Text(evidence.Patient ?? "not named")}");
        body.Append(evidence.Simulated ? " <span class=\"test\">SIMULATED (HTEST): no patient</span></p>\n" : "</p>\n");
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">Examination <span class=\"id\">{evidence.Examination}</span>, entered by {Text(evidence.Entries.EnteredBy)} on {evidence.Entries.EnteredAt:yyyy-MM-dd HH:mm zzz}, rules {Text(evidence.RuleVersion)}</p>\n");
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"state\">{Text(Capital(sheet.State))}</p>\n<p class=\"quiet\">State of the checklist as entered. It is not an indication and decides nothing.</p>\n");
        foreach (IGrouping<int, EvidenceLine> step in sheet.Lines.GroupBy(l => l.Question.Step))
        {
            body.Append(CultureInfo.InvariantCulture, $"<h2>{step.Key}. {Text(ChecklistQuestion.StepName(step.Key))}</h2>\n<table><thead><tr><th>Question</th><th>Answer</th><th>Criterion</th></tr></thead><tbody>\n");
            foreach (EvidenceLine line in step)
            {
                body.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(line.Question.Text)}{Support(line)}</td><td>{Word(line.Answer)}</td><td>{Word(line.Standing)}</td></tr>\n");
            }

            body.Append("</tbody></table>\n");
        }

        Section(body, "Missing", sheet.Missing, "Nothing is missing.");
        Section(body, "Beside the steps", evidence.Beside, "");
        body.Append("<div class=\"sign\"><span>Physician</span><span>Date</span></div>\n");
        return PrintedPage.Of("Deep vein arterialization: evidence sheet", body.ToString());
    }

    private static void Section(StringBuilder body, string title, IReadOnlyList<string> items, string none)
    {
        if (items.Count > 0 || none.Length > 0)
        {
            body.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n{(items.Count > 0 ? List(items) : $"<p>{none}</p>")}\n");
        }
    }

    private static string Support(EvidenceLine line) => line.Support.Count == 0 ? "" : "<ul>" + string.Concat(line.Support.Select(s => $"<li>{Words(s)}</li>")) + "</ul>";

    private static string Words(EvidenceLink link) => link.Kind switch
    {
        EvidenceKind.Statement => Text(link.Words),
        EvidenceKind.Frame => $"frame <span class=\"id\">{Text(link.Reference)}</span> {Text(link.Words)}",
        EvidenceKind.Trace => $"trace {Text(link.Words)} <span class=\"id\">{Text(link.Reference)}</span>",
        _ => $"{Text(link.Words)} <span class=\"id\">{Text(link.Reference)}</span>",
    };

    private static string Word(ChecklistAnswer answer) => answer switch { ChecklistAnswer.Yes => "yes", ChecklistAnswer.No => "no", _ => "not answered" };

    private static string Word(LineStanding standing) => standing switch { LineStanding.Met => "met", LineStanding.NotMet => "<b>not met</b>", _ => "missing" };

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
