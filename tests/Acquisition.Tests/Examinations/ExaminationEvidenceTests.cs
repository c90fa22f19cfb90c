using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Staging;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>The evidence sheet over the published case of September 2017, with answers as its documentation shows them.</summary>
public sealed partial class ExaminationEvidenceTests : IClassFixture<SeedExaminationTests.Once>
{
    private readonly ExaminationFold _fold;

    public ExaminationEvidenceTests(SeedExaminationTests.Once once) => _fold = once.Played.Fold;

    [Fact]
    public void The_example_of_the_documentation_meets_the_criteria_as_entered_and_misses_nothing()
    {
        ExaminationEvidence evidence = ExaminationEvidence.Of(_fold, EvidenceEntries.Parse(Example()));
        Assert.Equal(EvidenceSheet.CriteriaMet, evidence.Sheet.State);
        Assert.Empty(evidence.Sheet.Missing);
        Assert.Contains("WIfI W2 I2 fI1: clinical stage 4 (wound and infection as entered)", evidence.Beside);
        Assert.Contains("Rutherford 5 as entered (Fontaine IV); objective column met", evidence.Beside);
        Assert.DoesNotContain("eligible", EvidencePage.Of(evidence), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_limb_is_linked_to_every_finding_and_trace_of_it_and_to_no_arm()
    {
        EvidenceLine limb = ExaminationEvidence.Of(_fold, EvidenceEntries.Parse(Example())).Sheet.Lines.Single(l => l.Question.Key == "limb_salvageable");
        Assert.Contains(limb.Support, s => s.Kind == EvidenceKind.Trace && s.Words.StartsWith("ppg-waveform", StringComparison.Ordinal));
        Assert.Contains(limb.Support, s => s.Words == "toe-sys R.TOE: 32" && _fold.Findings.Any(f => f.Id == Guid.Parse(s.Reference)));
        Assert.DoesNotContain(limb.Support, s => s.Words.StartsWith("brachial", StringComparison.Ordinal));
        Assert.Equal(limb.Support.Count, limb.Support.Distinct().Count());
    }

    [Theory]
    [InlineData("life_expectancy_ok", "unknown", "incomplete", "answer: Acceptable life expectancy")]
    [InlineData("good_arterial_target", "yes", "not met", null)]
    [InlineData("vein_thrombosis", "yes", "not met", null)]
    public void One_answer_changes_the_state(string key, string answer, string state, string? missing)
    {
        JsonNode entries = JsonNode.Parse(Example())!;
        entries["answers"]![key]!["answer"] = answer;
        EvidenceSheet sheet = ExaminationEvidence.Of(_fold, EvidenceEntries.Parse(entries.ToJsonString())).Sheet;
        Assert.Equal(state, sheet.State);
        Assert.Equal(missing is null ? [] : [missing], sheet.Missing);
    }

    [Fact]
    public void Nothing_entered_is_incomplete_and_lists_every_answer()
    {
        ExaminationEvidence left = ExaminationEvidence.Of(_fold, EvidenceEntries.Parse("""{ "side": "left", "entered_by": "x", "entered_at": "2018-04-03T10:00:00Z" }"""));
        Assert.Equal(EvidenceSheet.Incomplete, left.Sheet.State);
        Assert.Equal(10, left.Sheet.Missing.Count(m => m.StartsWith("answer: ", StringComparison.Ordinal)));
        Assert.Contains("measurement: toe pressure or TcPO2 of the limb", left.Sheet.Missing);
        Assert.Contains("trace: digit waveform of the limb", left.Sheet.Missing);
    }

    [Theory]
    [InlineData("\"right\"", "\"both\"", "side")]
    [InlineData("\"answer\": \"no\", \"frames\"", "\"answer\": \"maybe\", \"frames\"", "good_arterial_target.answer")]
    [InlineData("\"plantar_vein_target\"", "\"plantar_target\"", "unknown \"plantar_target\"")]
    [InlineData("\"vasculitis\"", "\"gout\"", "advisory")]
    [InlineData("\"wound\": 2", "\"wound\": 4", "wound")]
    [InlineData("\"sad_0_2\"", "\"sad\"", "scores")]
    [InlineData("\"2.999.1.7\", \"frame\": 12", "\"x\", \"frame\": 12", "sop is no UID")]
    [InlineData("[\"vasculitis\"]", "5", "advisory|requires|Array")]
    [InlineData("\"rutherford\": 5", "\"rutherford\": \"5\"", "rutherford|Number")]
    public void Entries_that_cannot_be_read_are_refused_by_name(string written, string slip, string why)
    {
        Assert.Contains(written, Example(), StringComparison.Ordinal);
        FormatException refused = Assert.Throws<FormatException>(() => EvidenceEntries.Parse(Example().Replace(written, slip, StringComparison.Ordinal)));
        Assert.Matches(why, refused.Message);
    }

    [Fact]
    public void A_finding_that_was_never_accepted_cannot_support_an_answer() =>
        Assert.Throws<FormatException>(() => ExaminationEvidence.Of(_fold, EvidenceEntries.Parse(Example().Replace("wifi-ischemia", "exercise-abi", StringComparison.Ordinal))));

    [OutsideFact]
    public async Task The_response_passes_the_outside_checkers()
    {
        string folder = Directory.CreateTempSubdirectory("evidence-").FullName;
        try
        {
            string full = Path.Combine(folder, "full.json"), empty = Path.Combine(folder, "empty.json");
            await File.WriteAllTextAsync(full, EvidenceResponse.Text(ExaminationEvidence.Of(_fold, EvidenceEntries.Parse(Example()))));
            await File.WriteAllTextAsync(empty, EvidenceResponse.Text(ExaminationEvidence.Of(_fold, EvidenceEntries.Parse("""{ "side": "left", "entered_by": "x", "entered_at": "2018-04-03T10:00:00Z" }"""))));
            (int exit, string output) = await OutsideTools.RunAsync("check-fhir.mjs", full, empty);
            Assert.True(exit == 0, output);
            JsonNode response = JsonNode.Parse(await File.ReadAllTextAsync(full))!;
            Assert.Equal(("completed", "HTEST"), ((string?)response["status"], (string?)response["meta"]!["security"]![0]!["code"]));
            Assert.Equal("in-progress", (string?)JsonNode.Parse(await File.ReadAllTextAsync(empty))!["status"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("```json\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    private static string Example()
    {
        DirectoryInfo? up = new(AppContext.BaseDirectory);
        while (up is not null && !File.Exists(Path.Combine(up.FullName, "Acquisition.sln")))
        {
            up = up.Parent;
        }

        return JsonBlock().Match(File.ReadAllText(Path.Combine(up!.FullName, "docs", "evidence-sheet.md"))).Groups[1].Value;
    }
}
