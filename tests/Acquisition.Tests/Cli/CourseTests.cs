using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Tests.Cli;

/// <summary>A limb's course and the registry export, as their user calls them.</summary>
public sealed class CourseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("course-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_published_course_rises_beyond_repeats_without_an_alert_and_shows_the_occlusion()
    {
        JsonNode course = JsonNode.Parse(await RunAsync(Example(), "--json"))!;
        JsonNode run = Assert.Single(course["runs"]!.AsArray())!;
        Assert.Equal(["0.28", "0.18", "0.54"], run["values"]!.AsArray().Select(v => (string)v!["value"]!));
        Assert.Equal(["-0.1", "0.36"], run["changes"]!.AsArray().Select(c => (string)c!["change"]!));
        Assert.Equal([true, false], run["changes"]!.AsArray().Select(c => (bool)c!["within_repeats"]!));
        Assert.Empty(course["alerts"]!.AsArray());
        JsonNode occluded = course["events"]!.AsArray().Single(e => (string)e!["kind"]! == "circuit_occlusion")!;
        Assert.Equal(("2018-11", 214), ((string)occluded["date"]!, (int)occluded["days_after_procedure"]!));
        Assert.Equal("overdue", (string)course["plan"]!.AsArray().Single(p => (string)p!["visit"]! == "3 months")!["standing"]!);

        string page = await RunAsync(Example(), "--html");
        Assert.Contains("circuit occlusion", page, StringComparison.Ordinal);
        Assert.Contains("procedure 2018-04", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"value\": 0.18", "\"value\": 18", "measured[1].value: '18' is no number from 0 to 10")]
    [InlineData("\"value\": 0.18", "\"value\": \"low\"", "measured[1].value: 'low' is no number")]
    [InlineData("\"test\": \"TBI\", \"value\": 0.18", "\"test\": \"RPI\", \"value\": 0.18", "measured[1].test: write ABI, TBI, TP, TcPO2")]
    [InlineData("\"2018-05\"", "\"2018-5\"", "'2018-5' is no date")]
    [InlineData("circuit_occlusion", "occlusion", "events[1].kind")]
    [InlineData("\"side\": \"right\"", "\"side\": \"R\"", "side")]
    [InlineData("\"title\":", "\"title\"", "")]
    public void A_course_that_cannot_be_read_is_refused_by_its_place(string written, string slip, string why)
    {
        string wrong = Example().Replace(written, slip, StringComparison.Ordinal);
        Assert.NotEqual(Example(), wrong);
        Assert.Contains(why, Assert.Throws<FormatException>(() => LimbCourse.Parse(wrong, ClinicalRules.Default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_registry_names_both_definitions_and_its_months_feed_the_survival_table()
    {
        const string Text = "subject,healed_day,major_amputation_day,major_amputation_level,death_day,followup_end_day,circuit_created,major_reintervention_30d,straight_flow_to_foot_loop\n"
            + "A,91.3125,,,,730.5,yes,no,unknown\nB,,20,ankle,,20,yes,no,no\nC,,20,below_knee,,20,yes,no,yes\nD,,,,10,10,yes,no,yes\nE,,,below_knee,,10,yes,no,yes\nF,x,,,,10,yes,no,yes\nG,,,,,10,yes,no,yes\n";
        List<Dictionary<string, string>> rows = Rows(Score(RegistryTable.Table, Text));
        Assert.Equal([("1", ""), ("", "0"), ("0", "1"), ("0", "1"), ("", ""), ("", ""), ("", "1")], rows.Select(r => (r["procedural_success_kum"], r["procedural_success_schmidt"])));
        Assert.Equal(("3", "24", "1", "24", "0"), (rows[0]["healing_month"], rows[0]["followup_end_month"], rows[0]["healing_event"], rows[0]["afs_month"], rows[0]["afs_event"]));
        Assert.Equal("ankle_disarticulation", rows[1]["flags"]);
        Assert.Equal("major_amputation_level: a level without a major amputation", rows[4]["error"]);
        Assert.StartsWith("healed_day: 'x' is not", rows[5]["error"], StringComparison.Ordinal);

        List<Dictionary<string, string>> curves = Rows(Score(ScoreTable.All.Single(t => t.Name == "kaplan-meier"), Score(RegistryTable.Table, Text)));
        Assert.Equal(2, curves.Count(c => c["error"].Length > 0));
        Assert.Equal("0.266667", curves.Single(c => c["endpoint"] == "amputation_free_survival" && c["month"] == "6")["estimate"][..8]);

        StringWriter dictionary = new(CultureInfo.InvariantCulture);
        RegistryTable.WriteDictionary(dictionary);
        Assert.Equal(rows[0].Keys.Where(k => k != "subject").Order(StringComparer.Ordinal), Rows(dictionary.ToString()).Select(r => r["column"]).Order(StringComparer.Ordinal));
    }

    private async Task<string> RunAsync(string course, params string[] options)
    {
        string file = Path.Combine(_folder, "course.json");
        await File.WriteAllTextAsync(file, course);
        StringWriter output = new(CultureInfo.InvariantCulture), errors = new(CultureInfo.InvariantCulture);
        int exit = await new RootCommand { CourseCommand.Build() }.Parse(["course", file, .. options]).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
        Assert.True(exit == 0, errors.ToString());
        return output.ToString();
    }

    private static string Score(ScoreTable table, string text)
    {
        StringWriter output = new(CultureInfo.InvariantCulture);
        Scoring.Run(table, new StringReader(text), "a test", new CsvScoreOutput(output), ClinicalRules.Default);
        return output.ToString();
    }

    private static List<Dictionary<string, string>> Rows(string csv)
    {
        CsvReader reader = new(new StringReader(csv));
        IReadOnlyList<string> header = reader.Read()!.Fields;
        List<Dictionary<string, string>> rows = [];
        while (reader.Read() is { } record)
        {
            rows.Add(header.Zip(record.Fields).ToDictionary(f => f.First, f => f.Second));
        }

        return rows;
    }

    private static string Example()
    {
        DirectoryInfo? up = new(AppContext.BaseDirectory);
        while (up is not null && !File.Exists(Path.Combine(up.FullName, "Acquisition.sln")))
        {
            up = up.Parent;
        }

        return Regex.Match(File.ReadAllText(Path.Combine(up!.FullName, "docs", "follow-up.md")), "```json\\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
    }
}
