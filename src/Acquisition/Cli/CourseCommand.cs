using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Station;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition course FILE.json</c>: a limb after a procedure: runs of the same method, changes against repeatability, alerts, what is due.</summary>
public static class CourseCommand
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Build()
    {
        Argument<string> file = new("FILE") { Description = "The course: JSON (docs/follow-up.md)." };
        Option<string?> asOf = new("--as-of") { Description = "The day the plan is judged on, 2018-11-30; the day of the last entry by default." };
        Option<string?> own = new("--rules") { Description = "The site's own constants (docs/site-rules.md)." };
        Option<bool> html = new("--html") { Description = "A page for screen and paper, with curves." };
        Option<bool> json = new("--json") { Description = "One JSON document." };
        Command command = new("course", "One limb around a procedure: values of the same method, each change against what repeats differ by, alerts, and the visits that are due.") { file, asOf, own, html, json };
        command.SetAction(parsed =>
        {
            RuleSet rules = parsed.GetValue(own) is { } site ? SiteRules.Read(site) : ClinicalRules.Default;
            string path = parsed.GetRequiredValue(file);
            LimbCourse course = Read(path, rules);
            DateOnly today = Day(parsed.GetValue(asOf)) ?? course.Measured.Select(m => m.Date.Middle).Concat(course.Events.Select(e => e.Date.Middle)).Append(course.Procedure!.Value.Middle).Max();
            FollowUp followUp = FollowUp.Of([.. course.Measured.Select(m => m.Value)], rules);
            IReadOnlyList<(PlannedVisit Visit, VisitStanding Standing)> plan = course.Plan(today);
            TextWriter output = parsed.InvocationConfiguration.Output;
            output.WriteLine(parsed.GetValue(html) ? FollowUpPage.Of(course, followUp, plan, today).TrimEnd()
                : parsed.GetValue(json) ? Json(course, followUp, plan, rules).ToJsonString(Plain)
                : Lines(course, followUp, plan));
            return CommandLine.Done;
        });
        return command;
    }

    private static DateOnly? Day(string? text) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day
        : throw new UsageFailure($"'{text}' is no day", "--as-of", "write it as 2018-11-30");

    private static LimbCourse Read(string file, RuleSet rules)
    {
        try
        {
            return LimbCourse.Parse(File.ReadAllText(file), rules);
        }
        catch (FormatException wrong)
        {
            throw new CommandFailure(wrong.Message, file, "correct it (docs/follow-up.md has an example)", wrong);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the course cannot be read", file, "give the path of the JSON file", refused);
        }
    }

    private static JsonObject Json(LimbCourse course, FollowUp followUp, IReadOnlyList<(PlannedVisit Visit, VisitStanding Standing)> plan, RuleSet rules) => new()
    {
        ["side"] = course.Side == Side.Right ? "right" : "left",
        ["procedure"] = course.Procedure!.Value.Text,
        ["rule_version"] = rules.Named,
        ["runs"] = new JsonArray([.. followUp.Runs.Select(r => new JsonObject
        {
            ["test"] = LimbCourse.Word(r.Test),
            ["method"] = r.Method,
            ["values"] = new JsonArray([.. r.Values.Select(v => new JsonObject { ["date"] = course.DateOf(v), ["days_after_procedure"] = v.Day, ["value"] = v.Value.ToString() })]),
            ["changes"] = new JsonArray([.. r.Changes.Select(c => new JsonObject
            {
                ["from"] = course.DateOf(c.From), ["to"] = course.DateOf(c.To), ["change"] = c.Change.ToString(), ["within_repeats"] = c.IsWithinRepeats,
            })]),
        })]),
        ["alerts"] = new JsonArray([.. followUp.Alerts.Select(a => new JsonObject
        {
            ["alert"] = a.Alert.Word, ["reason"] = a.Alert.Reason, ["test"] = LimbCourse.Word(a.Current.Test), ["best_prior"] = a.Best.Value.ToString(), ["current"] = a.Current.Value.ToString(), ["date"] = course.DateOf(a.Current),
        })]),
        ["events"] = new JsonArray([.. course.Events.Select(e => new JsonObject { ["date"] = e.Date.Text, ["days_after_procedure"] = e.Day, ["kind"] = e.Kind, ["says"] = e.Words })]),
        ["plan"] = new JsonArray([.. plan.Select(p => new JsonObject { ["visit"] = p.Visit.Name, ["standing"] = p.Standing.ToString().ToLowerInvariant() })]),
    };

    private static string Lines(LimbCourse course, FollowUp followUp, IReadOnlyList<(PlannedVisit Visit, VisitStanding Standing)> plan)
    {
        List<string> lines = [$"{course.Title}: {(course.Side == Side.Right ? "right" : "left")} leg, procedure {course.Procedure!.Value.Text}"];
        foreach (FollowedRun run in followUp.Runs)
        {
            lines.Add($"{LimbCourse.Word(run.Test)} by {run.Method}: {string.Join(", ", run.Values.Select(v => $"{v.Value} ({course.DateOf(v)})"))}");
            lines.AddRange(run.Changes.Select(c => $"  {course.DateOf(c.From)} to {course.DateOf(c.To)}: {LimbCourse.Signed(c)}, {(c.IsWithinRepeats ? "within" : "more than")} what repeats differ by"));
        }

        lines.AddRange(followUp.Alerts.Select(a => FollowUpPage.Alert(course, a)));
        lines.AddRange(course.Events.Select(e => $"{e.Date.Text}: {e.Kind.Replace('_', ' ')}{(e.Words.Length > 0 ? $", {e.Words}" : "")}"));
        lines.AddRange(plan.Where(p => p.Standing is VisitStanding.Due or VisitStanding.Overdue).Select(p => $"{p.Standing.ToString().ToLowerInvariant()}: {p.Visit.Name}"));
        return string.Join('\n', lines);
    }
}
