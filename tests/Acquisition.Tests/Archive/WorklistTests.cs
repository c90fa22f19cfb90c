using System.Text.Json;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>Worklist items made with DCMTK's dump2dcm, handed out by the real Orthanc to DCMTK's findscu, and asked over DIMSE as of a department's system.</summary>
public sealed class WorklistTests
{
    private const string Item = """
        (0008,0005) CS ISO_IR 192
        (0008,0050) SH ACC-77
        (0010,0010) PN Şahin^Çağla
        (0010,0020) LO TEST-0002
        (0010,0021) LO LAB
        (0010,0030) DA 19580101
        (0010,0040) CS F
        (0020,000d) UI 2.25.771
        (0032,1060) LO Lower extremity arterial study
        (0040,1001) SH ORD-77
        (0040,0100) SQ
        (fffe,e000) na
        (0008,0060) CS XA
        (0040,0001) AE VASACQ
        (0040,0002) DA 20260115
        (0040,0003) TM 093000
        (0040,0006) PN TECH^0042
        (0040,0007) LO Right leg, toe pressures and TcPO2
        (0040,0009) SH SPS-77
        (fffe,e00d) na
        (fffe,e0dd) na
        """;

    [Fact]
    public async Task An_item_is_seen_by_findscu_and_fills_the_examination_through_a_query()
    {
        ArchiveConfiguration plain = ArchiveStage.Plain();
        // a department's system is stood in for by the archive itself, which calls itself over DIMSE
        await using ArchiveStage stage = await ArchiveStage.StartAsync(plain with
        {
            Peers = [.. plain.Peers, new DicomPeer("ris", plain.AeTitle, "127.0.0.1", plain.DicomPort, Store: false, Worklist: true, Query: false), new DicomPeer("away", "AWAY", "127.0.0.1", ArchiveStage.FreePort(), false, true, false)],
            WorklistFrom = "ris", WorklistStation = "VASACQ", Issuer = "LAB",
        });
        Assert.Equal(plain.DicomPort, stage.Archive.DicomPort);
        string dump = Path.Combine(stage.Folder, "item.dump");
        await File.WriteAllTextAsync(dump, Item);
        (int made, string complaint) = await ArchiveStage.ToolAsync("dump2dcm", "-q", dump, Path.Combine(stage.Archive.Worklists!, "item.wl"));
        Assert.True(made == 0, complaint);

        string[] query = ["-v", "-W", "-aet", "WARD", "-aec", plain.AeTitle, "-k", "ScheduledProcedureStepSequence[0].ScheduledStationAETitle=VASACQ", "-k", "PatientID", "-k", "AccessionNumber", "127.0.0.1", $"{stage.Archive.DicomPort}"];
        (_, string seen) = await ArchiveStage.ToolAsync("findscu", query);
        Assert.Contains("ACC-77", seen, StringComparison.Ordinal);
        (_, string unseen) = await ArchiveStage.ToolAsync("findscu", [.. query.Select(w => w == "WARD" ? "CATHLAB" : w)]);
        Assert.DoesNotContain("ACC-77", unseen, StringComparison.Ordinal);

        Worklist worklist = stage.Archive.Worklist!;
        WorklistAnswer answer = await worklist.AskAsync(new DateOnly(2026, 1, 15), default);
        Assert.Null(answer.Trouble);
        WorklistItem item = Assert.Single(answer.Items);
        Assert.Equal(("TEST-0002", "LAB", "F", "ACC-77", "2.25.771", "R"), (item.PatientId, item.PatientIssuer, item.Sex, item.Accession, item.Study, item.Side));
        Assert.Equal("Şahin^Çağla", item.PatientName);
        Assert.Equal("Şahin, Çağla", item.ShownName);
        Assert.Equal(("ORD-77", "SPS-77", "XA", "20260115"), (item.Procedure, item.Step, item.Modality, item.Date));
        Assert.Equal(new Act.Patient(ArchiveStage.System, "TEST-0002", "female", null, "ORD-77", null, "ACC-77", "Right leg, toe pressures and TcPO2"), worklist.PatientOf(item));
        Assert.Empty((await worklist.AskAsync(new DateOnly(2026, 1, 16), default)).Items);

        // the order's own Study Instance UID finds its examination
        Guid examination = Records.TemporaryRecord.Opening.Examination;
        await new OrderRecord(stage.Database).KeepAsync(worklist.OrderOf(item, examination, "technician", 5), default);
        ExaminationOrder kept = (await new OrderRecord(stage.Database).FindAsync(examination, default))!;
        Assert.Equal(("2.25.771", "ACC-77", "R", true), (kept.Study, kept.Accession, kept.Side, kept.FromWorklist));
        Assert.Equal(examination, Assert.Single((await stage.Studies.KinAsync(new StudyHeader("2.25.771", null, null, null, null, null, null, null), default)).Orders).Examination);

        var gone = new Worklist(stage.Archive.Orthanc!, "away", null, new PatientNaming(ArchiveStage.System, null));
        WorklistAnswer nothing = await gone.AskAsync(null, default);
        Assert.Empty(nothing.Items);
        Assert.Contains("type the patient", nothing.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Right leg", "", "R")]
    [InlineData("", "Angiography LEFT foot", "L")]
    [InlineData("left and right leg", "", null)]
    [InlineData("bilateral, right first", "", null)]
    [InlineData("Brightness test", "", null)]
    [InlineData("", "", null)]
    public void A_side_is_taken_from_words_only_where_they_name_one(string step, string procedure, string? side)
    {
        using JsonDocument answer = JsonDocument.Parse($$"""{"PatientID":"P-1","RequestedProcedureDescription":"{{procedure}}","ScheduledProcedureStepSequence":[{"ScheduledProcedureStepDescription":"{{step}}"}]}""");
        Assert.Equal(side, WorklistItem.Read(answer.RootElement)!.Side);
    }

    [Theory]
    [InlineData("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou")]
    [InlineData("Adams^John Robert^Quincy^Rev.^B.A.", "Adams, John Robert Quincy")]
    [InlineData("TEST", "TEST")]
    [InlineData("^Given", "Given")]
    [InlineData("", "")]
    public void A_name_is_shown_as_a_person_writes_it(string name, string shown)
    {
        using JsonDocument answer = JsonDocument.Parse($$"""{"PatientID":"P-1","PatientName":"{{name}}"}""");
        Assert.Equal(shown, WorklistItem.Read(answer.RootElement)!.ShownName);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"PatientID":"  "}""")]
    [InlineData("""{"PatientID":7,"ScheduledProcedureStepSequence":"x"}""")]
    public void An_answer_without_a_patient_is_none(string json)
    {
        using JsonDocument answer = JsonDocument.Parse(json);
        Assert.Null(WorklistItem.Read(answer.RootElement));
    }
}
