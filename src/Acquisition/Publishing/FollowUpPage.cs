using System.Globalization;
using System.Text;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Outcomes;
using static Vascular.Acquisition.Publishing.PrintedPage;

namespace Vascular.Acquisition.Publishing;

/// <summary>The course of a limb for paper and screen: a curve for each test with the procedure and the events, what repeats differ by, changes, alerts and what is due.</summary>
public static class FollowUpPage
{
    private const double Width = 720, Height = 200, Left = 46, Right = 14, Top = 26, Bottom = 26;

    /// <summary>One file of its own.</summary>
    public static string Of(LimbCourse course, FollowUp followUp, IReadOnlyList<(PlannedVisit Visit, VisitStanding Standing)> plan, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(course);
        return PrintedPage.Of(course.Title, Body(course, followUp, plan, today));
    }

    public static string Body(LimbCourse course, FollowUp followUp, IReadOnlyList<(PlannedVisit Visit, VisitStanding Standing)> plan, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(course);
        ArgumentNullException.ThrowIfNull(followUp);
        ArgumentNullException.ThrowIfNull(plan);
        StringBuilder body = new();
        if (course.Simulated)
        {
            body.Append("<p class=\"test\">SIMULATED (HTEST): no value of this course is of a patient</p>\n");
        }

        body.Append(CultureInfo.InvariantCulture, $"<h1>{Text(course.Title)}</h1>\n<p>{(course.Side == Processing.Vocabulary.Side.Right ? "right" : "left")} leg, {(course.Procedure is { } known ? $"procedure {Text(known.Text)}" : "<b>no procedure is entered: nothing is judged and nothing is due</b>")}, as of {today:yyyy-MM-dd}</p>\n");
        if (course.Whose is { } whose)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p>{Text(whose)}</p>\n");
        }

        if (followUp.Runs.Count == 0)
        {
            body.Append("<p>No value of a followed test (ABI, TBI, toe pressure, TcPO2) is known of this leg.</p>\n");
        }

        foreach (IGrouping<string, FollowedRun> test in followUp.Runs.GroupBy(LimbCourse.Word))
        {
            Section(body, course, test.Key, [.. test]);
        }

        body.Append("<section class=\"alerts\"><h2>Alerts</h2>\n").Append(followUp.Alerts.Count == 0 ? $"<p>{(course.Procedure is null ? "None is judged without a procedure." : "None.")}</p>\n" : List(followUp.Alerts.Select(a => Alert(course, a)))).Append("<p class=\"quiet\">An alert is a message to a person.</p></section>\n");
        body.Append("<section class=\"events\"><h2>Events</h2>\n").Append(course.Events.Count == 0 ? "<p>None is entered.</p>" : List(course.Events.Select(e => $"{Event(course, e)}"))).Append("</section>\n");
        if (plan.Count > 0)
        {
            body.Append("<h2>Plan</h2>\n<table class=\"plan\"><tbody>");
            foreach ((PlannedVisit visit, VisitStanding standing) in plan)
            {
                body.Append(CultureInfo.InvariantCulture, $"<tr><td>{visit.Name}</td><td>{(standing == VisitStanding.Overdue ? "<b>overdue</b>" : standing.ToString().ToLowerInvariant())}</td></tr>");
            }

            body.Append("</tbody></table>\n");
        }

        return body.ToString();
    }

    public static string Alert(LimbCourse course, FollowedAlert alert)
    {
        ArgumentNullException.ThrowIfNull(course);
        ArgumentNullException.ThrowIfNull(alert);
        return $"{alert.Alert.Word}: {LimbCourse.Word(alert.Current.Test)} {alert.Current.Value} ({course.DateOf(alert.Current)}) after {alert.Best.Value} ({course.DateOf(alert.Best)}): {alert.Alert.Reason.Replace('_', ' ')}";
    }

    private static string Event(LimbCourse course, CourseEvent one)
    {
        string after = course.Procedure is not null && one.Day >= 31 ? string.Create(CultureInfo.InvariantCulture, $" ({Math.Floor((one.Day / 30.4375) + 0.5):0} months after)") : "";
        return $"{one.Date.Text}: {one.Kind.Replace('_', ' ')}{after}{(one.Words.Length > 0 ? $", {one.Words}" : "")}";
    }

    private static void Section(StringBuilder body, LimbCourse course, string title, IReadOnlyList<FollowedRun> runs)
    {
        FollowedTest test = runs[0].Test;
        body.Append(CultureInfo.InvariantCulture, $"<section class=\"followed\"><h2>{Text(title)}{(test >= FollowedTest.ToePressure ? ", mmHg" : "")}</h2>\n{Curve(course, runs)}\n");
        FollowedChange[] changes = [.. runs.SelectMany(r => r.Changes)];
        Repeatability repeat = FollowUp.RepeatabilityOf(test);
        if (changes.Length > 0)
        {
            body.Append("<table class=\"changes\"><thead><tr><th>From</th><th>To</th><th>Change</th><th>Against repeats</th></tr></thead><tbody>");
            foreach (FollowedChange change in changes)
            {
                body.Append(CultureInfo.InvariantCulture, $"<tr><td>{change.From.Value} ({Text(course.DateOf(change.From))})</td><td>{change.To.Value} ({Text(course.DateOf(change.To))})</td><td>{LimbCourse.Signed(change)}</td><td>{(change.IsWithinRepeats ? "within what repeats differ by" : "more than repeats differ by")}</td></tr>");
            }

            body.Append("</tbody></table>\n");
        }

        string shaded = changes.Length > 0 ? "Shaded: what repeats of the value before differ by" : "Nothing of the same method to compare with. Repeats differ by";
        body.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">{shaded}, -{repeat.Fall} to +{repeat.Rise} ({Text(repeat.Source)}). Methods: {Text(string.Join("; ", runs.Select(r => r.Method).Distinct()))}.{(runs.Count > 1 ? " <b>The method changed: nothing is compared across the break.</b>" : "")}</p></section>\n");
    }

    /// <summary>Values as points with their dates, a line within each run, a break between runs, what repeats differ by behind them, the procedure and the events as uprights with words.</summary>
    private static string Curve(LimbCourse course, IReadOnlyList<FollowedRun> runs)
    {
        int[] days = [.. runs.SelectMany(r => r.Values).Select(v => v.Day), .. course.Events.Select(e => e.Day), .. course.Procedure is null ? Array.Empty<int>() : [0]];
        double margin = Math.Max(20, (days.Max() - days.Min()) * 0.05);
        Repeatability repeat = FollowUp.RepeatabilityOf(runs[0].Test);
        double most = runs.SelectMany(r => r.Values).Max(v => v.Value.Value);
        var scale = new CurveScale(days.Min() - margin, days.Max() + margin, Math.Max(most * 1.25, most + repeat.Rise.Value));
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{LimbCourse.Word(runs[0].Test)} over time\" font-family=\"system-ui, sans-serif\" font-size=\"11\" fill=\"currentColor\">");
        foreach (FollowedRun run in runs)
        {
            Repeats(svg, scale, run, repeat);
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\".6\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{Height - Bottom + 4}\" text-anchor=\"end\">0</text><text x=\"{Left - 6}\" y=\"{Top + 8}\" text-anchor=\"end\">{scale.Highest:0.##}</text>");
        Uprights(svg, scale, course);
        for (int i = 0; i < runs.Count; i++)
        {
            if (i > 0)
            {
                Break(svg, scale.X((runs[i - 1].Values[^1].Day + runs[i].Values[0].Day) / 2.0));
            }

            Points(svg, scale, course, runs[i]);
        }

        return svg.Append("</svg>").ToString();
    }

    private static void Repeats(StringBuilder svg, CurveScale scale, FollowedRun run, Repeatability repeat)
    {
        foreach (FollowedChange change in run.Changes)
        {
            double high = scale.Y(change.From.Value.Value + repeat.Rise.Value), low = scale.Y(Math.Max(0, change.From.Value.Value - repeat.Fall.Value));
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"repeats\" x=\"{scale.X(change.From.Day):0.#}\" y=\"{high:0.#}\" width=\"{Math.Max(2, scale.X(change.To.Day) - scale.X(change.From.Day)):0.#}\" height=\"{low - high:0.#}\" fill=\"currentColor\" fill-opacity=\".13\"/>");
        }
    }

    private static void Uprights(StringBuilder svg, CurveScale scale, LimbCourse course)
    {
        int row = 0;
        IEnumerable<(int Day, string Words)> marks = course.Events.Select(e => (e.Day, e.Kind.Replace('_', ' ')));
        marks = course.Procedure is { } procedure ? marks.Prepend((0, $"procedure {procedure.Text}")) : marks;
        foreach ((int day, string words) in marks.OrderBy(e => e.Day))
        {
            double x = scale.X(day);
            bool end = x > Width * 0.7;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"currentColor\" stroke-dasharray=\"4 3\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (end ? -4 : 4):0.#}\" y=\"{Top - 14 + (13 * (row++ % 3)):0.#}\" text-anchor=\"{(end ? "end" : "start")}\">{Text(words)}</text>");
        }
    }

    /// <summary>Two slanted strokes over the axis, and words: another method begins here.</summary>
    private static void Break(StringBuilder svg, double x)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"break\"><path d=\"M{x - 7:0.#} {Height - Bottom + 7}l6 -14m2 14l6 -14\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{Top + 34}\" y2=\"{Height - Bottom - 8}\" stroke=\"currentColor\" stroke-dasharray=\"1 4\"/><text x=\"{x:0.#}\" y=\"{Top + 30}\" text-anchor=\"middle\" font-style=\"italic\">method changed</text></g>");
    }

    private static void Points(StringBuilder svg, CurveScale scale, LimbCourse course, FollowedRun run)
    {
        string line = string.Join(' ', run.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{scale.X(v.Day):0.#},{scale.Y(v.Value.Value):0.#}")));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" points=\"{line}\"/>");
        foreach (FollowedValue value in run.Values)
        {
            double x = scale.X(value.Day), y = scale.Y(value.Value.Value);
            bool end = x > Width * 0.85;
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4\"/><text x=\"{x + (end ? -8 : 8):0.#}\" y=\"{y - 9:0.#}\" text-anchor=\"{(end ? "end" : "start")}\" font-weight=\"600\" font-size=\"13\">{value.Value}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{Height - 8}\" text-anchor=\"middle\" fill-opacity=\".75\">{Text(course.DateOf(value))}</text>");
        }
    }

    /// <summary>Days and values to the picture.</summary>
    private readonly record struct CurveScale(double From, double To, double Highest)
    {
        public double X(double day) => Left + ((day - From) / (To - From) * (Width - Left - Right));

        public double Y(double value) => Height - Bottom - (value / Math.Max(Highest, 1e-9) * (Height - Top - Bottom));
    }
}
