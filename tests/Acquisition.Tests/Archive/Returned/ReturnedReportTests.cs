using UglyToad.PdfPig;
using Vascular.Acquisition.Archive.Returned;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Archive.Returned;

/// <summary>What goes back to an archive, as other people's programs read it. Needs Debian's dcmtk and dicom3tools.</summary>
public sealed class ReturnedReportTests
{
    private static readonly SessionReport Seed = SeedSession.Long(300, 400);

    [Theory]
    [InlineData(ReturnedKind.Measurements, "ComprehensiveSR")]
    [InlineData(ReturnedKind.Document, "EncapsulatedPDF")]
    [InlineData(ReturnedKind.Rejection, "KeyObjectSelectionDocument")]
    public async Task The_validator_finds_no_error(ReturnedKind kind, string information)
    {
        IReadOnlyList<ReturnedObject> first = ReturnedReport.Objects(Seed, []);
        SessionReport second = Seed with { ResultVersion = 2, Status = kind == ReturnedKind.Rejection ? ReportStatus.EnteredInError : ReportStatus.Preliminary };

        string said = await OutsideDicom.AskAsync("dciodvfy", ReturnedReport.Objects(second, [.. first]).Single(o => o.Kind == kind));

        Assert.Contains(information, said, StringComparison.Ordinal);
        Assert.DoesNotContain("Error", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_sites_and_states_stand_in_the_structured_report_as_codes()
    {
        string report = await OutsideDicom.AskAsync("dsrdump", Object(Seed, ReturnedKind.Measurements));

        Assert.Contains("""<contains NUM:(,,"Toe systolic pressure")="32" (mm[Hg],UCUM,"mmHg")>""", report, StringComparison.Ordinal);
        Assert.Contains("""<contains NUM:(,,"Toe-brachial index")="0.28" ({ratio},UCUM,"ratio")>""", report, StringComparison.Ordinal);
        Assert.Contains("""<has concept mod CODE:(,,"Finding Site")=(86547008,SCT,"Dorsalis pedis artery")>""", report, StringComparison.Ordinal);
        Assert.Contains("""<has concept mod CODE:(,,"Laterality")=(7771000,SCT,"Left")>""", report, StringComparison.Ordinal);
        Assert.Contains("""="0.89 (DP); PT >254 NC">""", report, StringComparison.Ordinal);
        Assert.Contains("SIMULATED", report, StringComparison.Ordinal);

        // over the cuff's limit: a code and the limit under its own name; nowhere 254 as a pressure
        Assert.Contains("""<contains CODE:(,,"Ankle systolic pressure, posterior tibial")=(above_limit,99VAS,"Above the limit of device or method")>""", report, StringComparison.Ordinal);
        Assert.Contains("""<contains NUM:(,,"Limit of device or method")="254" (mm[Hg],UCUM,"mmHg")>""", report, StringComparison.Ordinal);
        Assert.DoesNotContain("""NUM:(,,"Ankle systolic pressure, posterior tibial")""", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MeasurementState.Absent)]
    [InlineData(MeasurementState.Unreadable)]
    [InlineData(MeasurementState.NotObtainable)]
    [InlineData(MeasurementState.NotDone)]
    [InlineData(MeasurementState.Amputated)]
    [InlineData(MeasurementState.BelowLimit)]
    public async Task A_state_without_a_value_is_its_code_and_no_number(MeasurementState state)
    {
        Finding finding = SeedSession.CuffPressure("toe.left", "toe-sys", "L.TOE", 1) with { State = state, Value = null, Unrounded = null, Uncertainty = null, Reason = "why" };

        string report = await OutsideDicom.AskAsync("dsrdump", Object(SeedSession.Report(SeedSession.Reported(finding)), ReturnedKind.Measurements));

        Assert.Contains($"<contains CODE:(,,\"Toe systolic pressure\")=({state.Word()},99VAS,", report, StringComparison.Ordinal);
        Assert.DoesNotContain("NUM", report, StringComparison.Ordinal);
    }

    /// <summary>A mark that names a site's constants is longer than the meaning of a code may be (PS3.5 table 6.2-1: LO, 64 characters).</summary>
    [Fact]
    public async Task A_long_mark_of_doubt_stands_in_words()
    {
        const string Mark = "site-rule toe.return_of_pulse.smallest_share 0.0125 instead of 0.0100";
        Finding finding = SeedSession.CuffPressure("toe.left", "toe-sys", "L.TOE1", 32) with { Flags = ["movement", Mark] };
        ReturnedObject report = Object(SeedSession.Report(SeedSession.Reported(finding)), ReturnedKind.Measurements);

        string dump = await OutsideDicom.AskAsync("dsrdump", report, "+Pl");
        string said = await OutsideDicom.AskAsync("dciodvfy", report);

        Assert.Contains("TEXT:(,,\"Mark of doubt\")=\"" + Mark, dump, StringComparison.Ordinal);
        Assert.Contains("CODE:(,,\"Mark of doubt\")=(movement,99VAS,", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("Error", said, StringComparison.Ordinal);
    }

    /// <summary>Two places may share a structure, and none may be stored without one.</summary>
    [Fact]
    public void Every_place_of_the_body_has_a_code() =>
        Assert.All(Enum.GetValues<Place>(), place => Assert.NotEmpty(SiteCodes.Of(new Site(Side.Left, place)).Place.Value));

    [Fact]
    public async Task Every_count_of_a_trace_is_stored_and_a_lost_one_is_the_padding()
    {
        Finding trace = SeedSession.Waveform(1, 4) with { Trace = new FindingTrace(0, 8_000_000, [65535, null, 10, 32768], 0, 65535) };

        ReturnedObject wave = Object(SeedSession.Report(SeedSession.Reported(trace)), ReturnedKind.PulseWaveform);
        string dump = await OutsideDicom.AskAsync("dcmdump", wave, "+L");

        // 10 is stored as -32767 (8001), so that -32768 (8000) is free for what was lost
        Assert.Contains("(5400,1010) OW 7ff6\\8000\\8001\\fff7", dump, StringComparison.Ordinal);
        Assert.Contains("(5400,100a) OW 8000", dump, StringComparison.Ordinal);
        Assert.Contains("(003a,0213) DS [32777]", dump, StringComparison.Ordinal);
        Assert.Contains("(003a,001a) DS [125]", dump, StringComparison.Ordinal);
        Assert.Contains("samples lost: 1 of 4", dump, StringComparison.Ordinal);
        Assert.Contains("SIMULATED", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_too_wide_for_the_object_is_named_in_the_report_instead()
    {
        Finding trace = SeedSession.Waveform(1, 3) with { Trace = new FindingTrace(0, 8_000_000, [0, 65535, null], 0, 65535) };
        SessionReport report = SeedSession.Report(SeedSession.Reported(trace));

        Assert.DoesNotContain(ReturnedReport.Objects(report, []), o => o.Kind == ReturnedKind.PulseWaveform);
        Assert.Contains("R.TOE1: pulsatile, 72/min", await OutsideDicom.AskAsync("dsrdump", Object(report, ReturnedKind.Measurements), "+Pl"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_report_is_the_same_bytes_and_another_version_another_object()
    {
        IReadOnlyList<ReturnedObject> once = ReturnedReport.Objects(Seed, []);
        IReadOnlyList<ReturnedObject> again = ReturnedReport.Objects(SeedSession.Long(300, 400), []);
        Assert.Equal(once.Select(o => Convert.ToHexString(o.File.Span)), again.Select(o => Convert.ToHexString(o.File.Span)));

        IReadOnlyList<ReturnedObject> next = ReturnedReport.Objects(Seed with { ResultVersion = 2 }, [.. once]);
        Assert.Empty(once.Select(o => o.Instance).Intersect(next.Select(o => o.Instance)));
        Assert.Equal(once.Select(o => (o.Study, o.Series)), next.Select(o => (o.Study, o.Series)));
    }

    [Fact]
    public async Task A_later_version_names_the_one_it_replaces()
    {
        IReadOnlyList<ReturnedObject> first = ReturnedReport.Objects(Seed, []);
        IReadOnlyList<ReturnedObject> second = ReturnedReport.Objects(Seed with { ResultVersion = 2 }, [.. first]);
        ReturnedObject third = ReturnedReport.Objects(Seed with { ResultVersion = 3 }, [.. first, .. second]).Single(o => o.Kind == ReturnedKind.Measurements);

        string dump = await OutsideDicom.AskAsync("dcmdump", third, "+P", "0040,a360", "+P", "0008,1155", "+p", "+L");

        Assert.Contains(second.Single(o => o.Kind == ReturnedKind.Measurements).Instance, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(first.Single(o => o.Kind == ReturnedKind.Measurements).Instance, dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_of_the_wrong_patient_rejects_everything_stored_of_it()
    {
        IReadOnlyList<ReturnedObject> stored = ReturnedReport.Objects(Seed, []);
        SessionReport wrong = Seed with { ResultVersion = 2, Status = ReportStatus.EnteredInError };

        ReturnedObject rejection = Assert.Single(ReturnedReport.Objects(wrong, [.. stored]));
        string dump = await OutsideDicom.AskAsync("dsrdump", rejection, "+Pc");

        Assert.Contains("(113037,DCM,\"Rejected for Patient Safety Reasons\")", dump, StringComparison.Ordinal);
        string all = await OutsideDicom.AskAsync("dcmdump", rejection, "+L");
        Assert.All(stored, o => Assert.Contains(o.Instance, all, StringComparison.Ordinal));
        Assert.Empty(ReturnedReport.Objects(wrong, []));
    }

    [Fact]
    public async Task The_document_is_a_PDF_that_says_what_the_chart_says()
    {
        ReturnedObject document = Object(Seed, ReturnedKind.Document);
        byte[] file = document.File.ToArray();
        int start = file.AsSpan().IndexOf("%PDF"u8);
        int end = file.AsSpan().LastIndexOf("%%EOF"u8) + 5;

        using PdfDocument pdf = PdfDocument.Open(file[start..end]);
        string text = string.Join(' ', pdf.GetPages().SelectMany(p => p.GetWords()).Select(w => w.Text));

        foreach (string expected in new[] { "SIMULATED", "Preliminary: not signed", "32 mmHg ±3", "0.89 (DP); PT >254 NC", "not compressible: use the toe", "0 lost", "not a medical device" })
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        string dump = await OutsideDicom.AskAsync("dcmdump", document);
        Assert.Contains($"(0042,0015) UL {end - start} ", dump.Replace("\n", " \n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Müller", "Müller")]
    [InlineData("Zoë Åkesson £5", "Zoë Åkesson £5")]
    [InlineData("Łukasz Åström ±2 ≥3 37 °C", "Łukasz Åström ±2 ≥3 37 °C")]
    [InlineData("Ελένη Жуков Nguyễn İbiş TcPO₂", "Ελένη Жуков Nguyễn İbiş TcPO₂")]
    [InlineData("王 Mu\u0308ller \u202Ex \U0001F9B6", "[U+738B] Mu[U+0308]ller [U+202E]x [U+1F9B6]")]
    public void A_name_is_printed_as_itself_and_no_letter_of_it_is_lost(string technician, string printed) =>
        Assert.Contains($"technician {printed}", TextOf(Seed with { Technician = technician }), StringComparison.Ordinal);

    /// <summary>A letter is one byte in the file: brackets, a backslash and line ends are among their codes, and there are 255.</summary>
    [Fact]
    public void A_document_of_more_letters_than_it_can_hold_is_made_and_the_last_of_them_are_numbers()
    {
        string[] words = [.. Enumerable.Range(0x100, 240).Select(n => char.ConvertFromUtf32(n)).Chunk(8).Select(letters => string.Concat(letters))];

        string text = TextOf(Seed with { Technician = string.Join(' ', words) });

        Assert.Contains(string.Join(' ', words[..18]), text, StringComparison.Ordinal);
        Assert.Contains("[U+01EF]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_document_carries_its_letters_and_stays_small()
    {
        byte[] pdf = PrintedReport.Of(Seed);

        Assert.Equal(2, pdf.AsSpan().Count("/FontFile2"u8));
        Assert.Equal(-1, pdf.AsSpan().IndexOf("/Helvetica"u8));
        Assert.InRange(pdf.Length, 10_000, 100_000);
    }

    private static string TextOf(SessionReport report)
    {
        using PdfDocument pdf = PdfDocument.Open(PrintedReport.Of(report));
        return string.Join(' ', pdf.GetPages().SelectMany(p => p.GetWords()).Select(w => w.Text));
    }

    private static ReturnedObject Object(SessionReport report, ReturnedKind kind) => ReturnedReport.Objects(report, []).First(o => o.Kind == kind);
}
