using System.Globalization;
using System.Text;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;
using static Vascular.Acquisition.Publishing.PrintedPage;

namespace Vascular.Acquisition.Publishing;

/// <summary>The course of a limb for paper and screen: a curve for each test with the procedure and the events, changes, alerts and what is due.</summary>
public static class FollowUpPage
{
    private const double Width = 720, Height = 200, Left = 46, Right = 14, Top = 26, Bottom = 26;

    public static string Of(LimbCourse course, FollowUp followUp, IReadOnlyList<(PlannedVisit Visit, VisitStanding Standing)> plan, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(course);
        ArgumentNullException.ThrowIfNull(followUp);
        ArgumentNullException.ThrowIfNull(plan);
        StringBuilder body = new();
        body.Append(CultureInfo.InvariantCulture, $"<h1>{Text(course.Title)}</h1>\n<p>{(course.Side == Side.Right ? "right" : "left")} leg, procedure {Text(course.Procedure.Text)}, as of {today:yyyy-MM-dd}</p>\n");
        foreach (IGrouping<FollowedTest, FollowedRun> test in followUp.Runs.GroupBy(r => r.Test))
        {
            body.Append(CultureInfo.InvariantCulture, $"<h2>{LimbCourse.Word(test.Key)}{(test.Key >= FollowedTest.ToePressure ? ", mmHg" : "")}</h2>\n{Curve(course, [.. test])}\n");
            body.Append("<table><thead><tr><th>From</th><th>To</th><th>Change</th><th>Against repeats</th></tr></thead><tbody>");
            foreach (FollowedChange change in test.SelectMany(r => r.Changes))
            {
                body.Append(CultureInfo.InvariantCulture, $"<tr><td>{change.From.Value} ({Text(course.DateOf(change.From))})</td><td>{change.To.Value} ({Text(course.DateOf(change.To))})</td><td>{LimbCourse.Signed(change)}</td><td>{(change.IsWithinRepeats ? "within what repeats differ by" : "more than repeats differ by")}</td></tr>");
            }

            Repeatability repeat = FollowUp.RepeatabilityOf(test.Key);
            body.Append(CultureInfo.InvariantCulture, $"</tbody></table>\n<p class=\"quiet\">Repeats: -{repeat.Fall} to +{repeat.Rise} ({Text(repeat.Source)}). Methods: {Text(string.Join("; ", test.Select(r => r.Method)))}.{(test.Count() > 1 ? " The method changed: nothing is compared across the break." : "")}</p>\n");
        }

        body.Append("<h2>Alerts</h2>\n").Append(followUp.Alerts.Count == 0 ? "<p>None.</p>\n" : List(followUp.Alerts.Select(a => Alert(course, a)))).Append("<p class=\"quiet\">An alert is a message to a person.</p>\n");
        body.Append("<h2>Events</h2>\n").Append(List(course.Events.Select(e => $"{e.Date.Text}: {e.Kind.Replace('_', ' ')}{(e.Words.Length > 0 ? $", {e.Words}" : "")}"))).Append('\n');
        body.Append("<h2>Plan</h2>\n<table><tbody>");
        foreach ((PlannedVisit visit, VisitStanding standing) in plan)
        {
            body.Append(CultureInfo.InvariantCulture, $"<tr><td>{visit.Name}</td><td>{(standing == VisitStanding.Overdue ? "<b>overdue</b>" : standing.ToString().ToLowerInvariant())}</td></tr>");
        }

        body.Append("</tbody></table>\n");
        return PrintedPage.Of(course.Title, body.ToString());
    }

    public static string Alert(LimbCourse course, FollowedAlert alert)
    {
        ArgumentNullException.ThrowIfNull(course);
        ArgumentNullException.ThrowIfNull(alert);
        return $"{alert.Alert.Word}: {LimbCourse.Word(alert.Current.Test)} {alert.Current.Value} ({course.DateOf(alert.Current)}) after {alert.Best.Value} ({course.DateOf(alert.Best)}): {alert.Alert.Reason.Replace('_', ' ')}";
    }

    /// <summary>Values as points with their dates, a line within each run, the procedure and the events as uprights with words.</summary>
    private static string Curve(LimbCourse course, IReadOnlyList<FollowedRun> runs)
    {
        int[] days = [.. runs.SelectMany(r => r.Values).Select(v => v.Day), .. course.Events.Select(e => e.Day), 0];
        (double from, double to) = (days.Min() - 20, days.Max() + 20);
        double highest = runs.SelectMany(r => r.Values).Max(v => v.Value.Value) * 1.25;
        double X(double day) => Left + ((day - from) / (to - from) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - (value / Math.Max(highest, 1e-9) * (Height - Top - Bottom));
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{LimbCourse.Word(runs[0].Test)} over time\" font-family=\"system-ui, sans-serif\" font-size=\"11\">");
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"#555\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{Height - Bottom + 4}\" text-anchor=\"end\">0</text><text x=\"{Left - 6}\" y=\"{Top + 8}\" text-anchor=\"end\">{highest:0.##}</text>");
        int row = 0;
        foreach ((int day, string words, string colour) in course.Events.Select(e => (e.Day, e.Kind.Replace('_', ' '), "#8a5a00")).Prepend((0, $"procedure {course.Procedure.Text}", "#0b5cad")).OrderBy(e => e.Item1))
        {
            bool end = X(day) > Width * 0.7;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(day):0.#}\" x2=\"{X(day):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"{colour}\" stroke-dasharray=\"4 3\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(day) + (end ? -4 : 4):0.#}\" y=\"{Top - 14 + (13 * (row++ % 3)):0.#}\" fill=\"{colour}\" text-anchor=\"{(end ? "end" : "start")}\">{Text(words)}</text>");
        }

        foreach (FollowedRun run in runs)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"#111\" stroke-width=\"2\" points=\"{string.Join(' ', run.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{X(v.Day):0.#},{Y(v.Value.Value):0.#}")))}\"/>");
            foreach (FollowedValue value in run.Values)
            {
                bool end = X(value.Day) > Width * 0.85;
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(value.Day):0.#}\" cy=\"{Y(value.Value.Value):0.#}\" r=\"4\" fill=\"#111\"/><text x=\"{X(value.Day) + (end ? -8 : 8):0.#}\" y=\"{Y(value.Value.Value) - 9:0.#}\" text-anchor=\"{(end ? "end" : "start")}\" font-weight=\"600\">{value.Value}</text>");
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(value.Day):0.#}\" y=\"{Height - 8}\" text-anchor=\"middle\" fill=\"#555\">{Text(course.DateOf(value))}</text>");
            }
        }

        return svg.Append("</svg>").ToString();
    }
}
