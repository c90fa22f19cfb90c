using System.Globalization;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>The evidence sheet as acts of the examination: who entered and signed what, what of it goes out, and that a replay comes to the same.</summary>
public sealed class EvidenceLedgerTests
{
    private const string Physician = "Dr Example";
    private const string Step = "ankle.dp.right";
    private static readonly ReportPlace Place = new("lab-a", "box-1", "test");
    private static readonly Act.Patient Other = new("urn:oid:2.999.1.1", "P-2", null, null, null, null, null, null);

    [Fact]
    public void A_later_answer_takes_the_place_of_the_earlier_and_each_says_who_gave_it_and_when()
    {
        HandTape tape = Measured();
        Enter(tape, "good_arterial_target", "yes", Physician);
        Assert.Equal(("incomplete", 1), (Sheet(tape).Evidence.Sheet.State, Sheet(tape).Evidence.Sheet.Reasons.Count));
        int second = tape.At(70).Do(Entered("""{"answers":{"good_arterial_target":{"answer":"no","says":"no pedal target","frames":[{"sop":"2.999.1.7","frame":12}]}}}"""), "Dr Second");
        EvidenceEntry answer = Sheet(tape).Evidence.Entries.Answers["good_arterial_target"];
        Assert.Equal((ChecklistAnswer.No, "Dr Second", UtcOf(70)), (answer.Answer, answer.By, answer.At!.Value));
        Assert.Equal(["no pedal target", "2.999.1.7#12"], answer.Links.Select(l => l.Kind == EvidenceKind.Frame ? l.Reference : l.Words));
        tape.Do(new Act.Undo(second), Physician);
        Assert.Equal((ChecklistAnswer.Yes, Physician), (Sheet(tape).Evidence.Entries.Answers["good_arterial_target"].Answer, Sheet(tape).Evidence.Entries.Answers["good_arterial_target"].By));
        Assert.Equal([(true, true), (false, true), (true, false)], Sheet(tape).History.Select(h => (h.Stands, h.IsEntry)));
        AssertReplays(tape);
    }

    [Fact]
    public void Nothing_unreadable_and_no_finding_that_was_not_accepted_becomes_an_act()
    {
        HandTape tape = Measured();
        Assert.Equal("nothing was entered", tape.Refusal(Entered("{}")));
        Assert.Contains("no accepted finding 'tbi'", tape.Refusal(Entered("""{"answers":{"limb_salvageable":{"answer":"yes","findings":["tbi"]}}}""")), StringComparison.Ordinal);
        Assert.Contains("nothing is entered", tape.Refusal(new Act.SignEvidence(Side.Right, 1)), StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Entered("""{"answers":{"limb_salvageable":{"answer":"perhaps"}}}"""));
        Assert.Throws<FormatException>(() => Entered("""{"answers":{"limb_salvageable":{"answer":"yes","says":"WORDS"}}}""".Replace("WORDS", new string('x', EvidenceEntered.LongestWords + 1), StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => Entered("""{"wifi":{"wound":4,"infection":0}}"""));
        Assert.False(Sheet(tape).IsEntered);
    }

    [Fact]
    public void An_act_reads_back_from_the_tape_as_it_was_written()
    {
        const string Whole = """{"answers":{"btk_inflow_open":{"answer":"yes","findings":["abi-dp"],"frames":[{"frame":9,"says":"peroneal","sop":"2.999.1.7"}],"says":"after angioplasty"}},"advisory":["dialysis"],"wifi":{"wound":2,"infection":1},"rutherford":5,"scores":[{"scale":"sad_0_2","score":2,"says":"arch"}]}""";
        JsonObject written = ActJson.Write(7, Physician, Entered(Whole));
        byte[] bytes = CanonicalJson.Write(written);
        (int number, string user, Act act) = ActJson.Read((JsonObject)CanonicalJson.Read(bytes)!);
        Assert.Equal((7, Physician), (number, user));
        Assert.Equal(bytes, CanonicalJson.Write(ActJson.Write(number, user, act)));
        foreach ((string name, JsonNode? member) in JsonNode.Parse(Whole)!.AsObject())
        {
            Assert.Equal(CanonicalJson.Write(member), CanonicalJson.Write(written[name]));
        }
    }

    [Fact]
    public void A_signature_covers_what_was_seen_and_lapses_with_any_of_it()
    {
        HandTape tape = Measured();
        Enter(tape, "limb_salvageable", "yes", Physician);
        Assert.Contains("incomplete", tape.Refusal(new Act.SignEvidence(Side.Right, Sheet(tape).Version)), StringComparison.Ordinal);
        AnswerAll(tape);
        StandingEvidence seen = Sheet(tape);
        Enter(tape, "vein_harvest", "yes", Physician);
        Assert.Contains("changed since you looked", tape.Refusal(new Act.SignEvidence(Side.Right, seen.Version)), StringComparison.Ordinal);
        Enter(tape, "vein_harvest", "no", Physician);
        int signed = Sign(tape);
        Assert.Equal((Physician, signed), (Sheet(tape).Signature!.By, Sheet(tape).Signature!.Act));
        Assert.Contains("has signed this already", tape.Refusal(new Act.SignEvidence(Side.Right, Sheet(tape).Version)), StringComparison.Ordinal);
        int undone = tape.Do(new Act.Undo(tape.Fold.Acts.AcceptOf(tape.Finding(Step)!.Id)!.Number));
        Assert.Null(Sheet(tape).Signature);
        tape.Do(new Act.Undo(undone));
        Assert.NotNull(Sheet(tape).Signature);
        Enter(tape, "vein_harvest", "yes", "Dr Second");
        Assert.Null(Sheet(tape).Signature);
        Assert.Null(tape.Fold.Evidence.Of(Side.Left)!.Signature);
        AssertReplays(tape);
    }

    [Fact]
    public void A_finding_that_was_named_and_taken_back_supports_nothing_and_is_listed()
    {
        HandTape tape = Measured();
        tape.Do(Entered("""{"answers":{"limb_salvageable":{"answer":"yes","findings":["abi-dp"]}}}"""), Physician);
        Assert.Contains(Sheet(tape).Evidence.Sheet.Lines.Single(l => l.Question.Key == "limb_salvageable").Support, s => s.Words == "abi-dp R.DP: 0.89");
        tape.Do(new Act.Undo(tape.Fold.Acts.AcceptOf(tape.Finding(Step)!.Id)!.Number));
        Assert.Contains("finding: abi-dp was named and is not accepted any more", Sheet(tape).Evidence.Sheet.Missing);
        AssertReplays(tape);
    }

    [Fact]
    public void While_the_examination_runs_a_sheet_waits_and_after_the_end_the_signature_sends_it()
    {
        HandTape tape = Measured();
        AnswerAll(tape);
        Sign(tape);
        AssertSends(tape);
        tape.Do(new Act.Send());
        Assert.Equal("completed", Status(tape));
        Enter(tape, "vein_thrombosis", "yes", Physician);
        AssertSends(tape, ReportStatus.Partial);
        Assert.Equal("in-progress", Status(tape));
        Enter(tape, "vein_stripping", "yes", Physician);
        AssertSends(tape);
        tape.Do(new Act.End());
        Assert.Equal("in-progress", Status(tape));
        Enter(tape.Continue(), "vein_thrombosis", "no", Physician);
        AssertSends(tape);
        Sign(tape, "Dr Second");
        AssertSends(tape, ReportStatus.Preliminary);
        Assert.Equal("amended", Status(tape));
        tape.Do(new Act.Undo(tape.Fold.Acts.All[^1].Number));
        AssertSends(tape, ReportStatus.Preliminary);
        Assert.Equal("in-progress", Status(tape));
        AssertReplays(tape);
    }

    [Fact]
    public void Everything_taken_back_after_it_went_out_is_sent_once_as_an_error()
    {
        HandTape tape = Measured();
        int entered = Enter(tape, "vein_thrombosis", "yes", Physician);
        tape.Do(new Act.Send());
        Assert.Equal("in-progress", Status(tape));
        tape.Do(new Act.Undo(entered));
        AssertSends(tape, ReportStatus.Partial);
        Assert.Equal("entered-in-error", Status(tape));
        tape.Do(new Act.Comment("x"));
        AssertSends(tape);
        AssertReplays(tape);
    }

    [Fact]
    public void Answers_about_one_person_are_never_taken_over_to_another()
    {
        HandTape tape = Measured();
        AnswerAll(tape);
        Sign(tape);
        tape.Do(new Act.End());
        tape.Continue().Do(Other);
        AssertSends(tape, ReportStatus.EnteredInError, ReportStatus.Preliminary);
        Assert.Equal("entered-in-error", Status(tape, 0));
        Assert.Null(Response(tape, 1));
        Assert.False(Sheet(tape).IsEntered);
        AssertReplays(tape);
    }

    [Fact]
    public void What_was_never_sent_is_not_withdrawn_from_the_wrong_patient()
    {
        HandTape tape = Measured();
        tape.Do(new Act.End());
        Enter(tape.Continue(), "vein_thrombosis", "yes", Physician);
        tape.Do(Other);
        AssertSends(tape, ReportStatus.EnteredInError, ReportStatus.Preliminary);
        Assert.Null(Response(tape, 0));
    }

    [Fact]
    public void The_bedside_cannot_undo_what_a_physician_wrote()
    {
        HandTape tape = Measured();
        (int Number, string What)? before = Acquisition.Bedside.ViewOf.Undoable(tape.Fold);
        Enter(tape, "vein_thrombosis", "yes", Physician);
        Assert.Equal(before, Acquisition.Bedside.ViewOf.Undoable(tape.Fold));
    }

    [Fact]
    public void A_version_names_one_content()
    {
        HandTape tape = Measured();
        List<(int, string)> seen = [];
        tape.Folded = _ => seen.Add((Sheet(tape).Version, $"{Sheet(tape).Signature?.Act} {string.Join(',', Sheet(tape).Evidence.Sheet.Lines.Select(l => l.Answer))}"));
        AnswerAll(tape);
        Sign(tape);
        Enter(tape, "vein_thrombosis", "yes", Physician);
        Enter(tape, "vein_thrombosis", "no", Physician);
        Assert.Equal(seen.Distinct().Count(), seen.Select(s => s.Item1).Distinct().Count());
        Assert.Equal(seen.Select(s => s.Item1).Order(), seen.Select(s => s.Item1));
    }

    [OutsideFact]
    public async Task Every_state_of_a_sheet_in_its_bundle_passes_the_outside_checkers()
    {
        string folder = Directory.CreateTempSubdirectory("sheets-").FullName;
        try
        {
            List<string> files = [];
            HandTape tape = Measured();
            AnswerAll(tape);
            tape.Do(new Act.End());
            await KeepAsync("in-progress", 0);
            Sign(tape.Continue());
            await KeepAsync("completed", 0);
            Enter(tape, "vein_thrombosis", "yes", "Dr Second");
            Sign(tape, "Dr Second");
            await KeepAsync("amended", 0);
            tape.Do(Other);
            await KeepAsync("entered-in-error", 0);
            (int exit, string output) = await OutsideTools.RunAsync("check-fhir.mjs", [.. files]);
            Assert.True(exit == 0, output);
            Assert.Equal(4, output.Split('\n').Count(line => line.StartsWith("ok", StringComparison.Ordinal)));

            async Task KeepAsync(string status, int sending)
            {
                Assert.Equal(status, Status(tape, sending));
                files.Add(Path.Combine(folder, status + ".json"));
                await File.WriteAllBytesAsync(files[^1], Bundle(tape, sending));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_bundle_names_the_sheet_its_findings_and_its_people()
    {
        HandTape tape = Measured();
        AnswerAll(tape, "Dr First");
        Sign(tape);
        tape.Do(new Act.End());
        JsonArray entries = JsonNode.Parse(Bundle(tape, 0))!["entry"]!.AsArray();
        JsonNode sheet = Response(tape, 0)!;
        string url = (string)entries.Single(e => (string?)e!["resource"]!["resourceType"] == "QuestionnaireResponse")!["fullUrl"]!;
        Assert.Contains(url, entries[0]!["resource"]!["focus"]!.AsArray().Select(f => (string?)f!["reference"]));
        JsonNode provenance = entries[^1]!["resource"]!;
        Assert.Contains(url, provenance["target"]!.AsArray().Select(t => (string?)t!["reference"]));
        Assert.Equal(("Dr First", Physician), (Who(provenance, "enterer"), Who(provenance, "attester")));
        Assert.Equal(Physician, Person((string)sheet["author"]!["reference"]!));
        Assert.Equal("HTEST", (string?)sheet["meta"]!["security"]![0]!["code"]);
        Dictionary<string, string> observations = entries.Where(e => (string?)e!["resource"]!["resourceType"] == "Observation").ToDictionary(e => (string)e!["fullUrl"]!, e => (string)e!["resource"]!["code"]!["coding"]![0]!["code"]!);
        JsonNode limb = sheet["item"]!.AsArray().Single(i => (string?)i!["linkId"] == "2")!["item"]![1]!;
        string[] rests = [.. limb["answer"]!.AsArray().Select(a => (string?)a!["valueReference"]?["reference"]).OfType<string>().Select(r => observations[r])];
        Assert.Contains("ankle-sys-dp", rests);
        Assert.Contains("abi-dp", rests);
        Assert.Equal("criteria met as entered", (string?)sheet["item"]!.AsArray().Single(i => (string?)i!["linkId"] == "state")!["answer"]![0]!["valueString"]);

        string Who(JsonNode from, string kind) => Person((string)from["agent"]!.AsArray().Single(a => (string?)a!["type"]!["coding"]![0]!["code"] == kind)!["who"]!["reference"]!);
        string Person(string reference) => (string)entries.Single(e => (string?)e!["fullUrl"] == reference)!["resource"]!["practitioner"]!["display"]!;
    }

    private static HandTape Measured()
    {
        HandTape tape = HandTape.Begun().At(10);
        tape.Arm("arm.right", "R.ARM", 113);
        tape.Arm("arm.left", "L.ARM", 114);
        tape.AnkleRun(19);
        foreach (string step in (string[])["arm.right", "arm.left", Step, ProtocolStep.Derived])
        {
            tape.Accept(step);
        }

        return tape;
    }

    private static StandingEvidence Sheet(HandTape tape) => tape.Fold.Evidence.Of(Side.Right)!;

    private static Act.Evidence Entered(string json) => new(Side.Right, EvidenceEntered.Read((JsonObject)JsonNode.Parse(json)!));

    private static int Enter(HandTape tape, string question, string answer, string user) =>
        tape.Do(Entered($$$$"""{"answers":{"{{{{question}}}}":{"answer":"{{{{answer}}}}","says":"as read"}}}"""), user);

    /// <summary>Every question as it passes.</summary>
    private static void AnswerAll(HandTape tape, string user = Physician)
    {
        var answers = new JsonObject(ChecklistQuestion.All.Select(q => KeyValuePair.Create(q.Key, (JsonNode?)new JsonObject { ["answer"] = q.Fails == ChecklistAnswer.Yes ? "no" : "yes", ["says"] = "as read" })));
        tape.Do(new Act.Evidence(Side.Right, EvidenceEntered.Read(new JsonObject { ["answers"] = answers })), user);
    }

    private static int Sign(HandTape tape, string user = Physician) => tape.Do(new Act.SignEvidence(Side.Right, Sheet(tape).Version), user);

    private static DateTimeOffset UtcOf(double seconds) => DateTimeOffset.UnixEpoch.AddTicks((HandTape.AnchorUtcNs + HandTape.Ns(seconds)) / 100);

    private static byte[] Bundle(HandTape tape, int sending)
    {
        Sending sent = tape.Fold.Acceptance.Sendings[sending];
        ReportBasis basis = ReportOf.Basis(tape.Fold);
        IEnumerable<Finding> findings = sent.Status == ReportStatus.EnteredInError ? tape.Fold.Acceptance.Known.Values : tape.Fold.Findings.Where(tape.Fold.IsAccepted);
        ReportedFinding[] reported = [.. findings.Where(f => Identifiers.BindingOf(f.Name) == sent.Binding)
            .Select(f => ReportOf.Finding(basis, f, HandTape.Person, UtcOf(60), sent.Status == ReportStatus.EnteredInError))];
        return SessionBundle.Bytes(ReportOf.Examination(HandTape.Id, basis, sent, Place, Identifiers.Bundle(HandTape.Id, tape.Fold.Acts.All[^1].Number, sent.Binding), 1, reported, new byte[32]));
    }

    private static JsonNode? Response(HandTape tape, int sending) => JsonNode.Parse(Bundle(tape, sending))!["entry"]!.AsArray()
        .Select(e => e!["resource"]!).SingleOrDefault(r => (string?)r["resourceType"] == "QuestionnaireResponse");

    private static string? Status(HandTape tape, int sending = 0) => (string?)Response(tape, sending)?["status"];

    private static void AssertSends(HandTape tape, params ReportStatus[] expected) => Assert.Equal(expected, tape.Fold.Acceptance.Sendings.Select(s => s.Status));

    private static void AssertReplays(HandTape tape)
    {
        var replay = new Replay(HandTape.Id);
        foreach (TapeRecord record in tape.Records)
        {
            replay.Next(record);
        }

        Assert.Empty(replay.Finish().Differences);
        foreach (Side side in (Side[])[Side.Right, Side.Left])
        {
            StandingEvidence live = tape.Fold.Evidence.Of(side)!, again = replay.Fold.Evidence.Of(side)!;
            Assert.Equal(Words(live), Words(again));
        }

        static string Words(StandingEvidence sheet) => string.Create(
            CultureInfo.InvariantCulture,
            $"{sheet.Binding} {sheet.Version} {sheet.Signature} {sheet.IsEntered} {sheet.IsAmended} {sheet.WentOut} {string.Join('|', sheet.History)} {Vascular.Acquisition.Publishing.Fhir.EvidenceResponse.Text(sheet.Evidence)}");
    }
}
