using System.Globalization;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Records;

/// <summary>The course of a limb gathered over examinations and entries: the published case, what is never mixed, who did what, and the registry's rows.</summary>
public sealed class LimbRecordTests
{
    private const string Physician = "Dr Example";
    private const long Hour = 3_600_000_000_000;
    private static readonly RuleSet Rules = ClinicalRules.Default;
    private static readonly Guid Later = Guid.Parse("0190b6c8-7f00-7abc-8def-0123456789ac");

    [Fact]
    public async Task The_published_course_is_the_stations_examination_and_two_entries_of_its_method()
    {
        await using TemporaryRecord record = await SeedAsync();
        (LimbHistory limb, GatheredCourse gathered) = await PublishedAsync(record);
        FollowUp followUp = FollowUp.Of([.. gathered.Course.Measured.Select(m => m.Value)], Rules);
        FollowedRun tbi = Assert.Single(followUp.Runs, r => r.Test == FollowedTest.ToeIndex);
        Assert.Equal(["0.28", "0.18", "0.54"], tbi.Values.Select(v => v.Value.ToString()));
        Assert.Equal([true, false], tbi.Changes.Select(c => c.IsWithinRepeats));
        Assert.Empty(followUp.Alerts);
        string page = FollowUpPage.Body(gathered.Course, followUp, gathered.Course.Plan(new DateOnly(2018, 11, 30)), new DateOnly(2018, 11, 30));
        foreach (string shown in (string[])["SIMULATED (HTEST)", "procedure 2018-04", "2018-11: circuit occlusion (7 months after)", "<td>3 months</td><td><b>overdue</b></td>", "<td>9 months</td><td>due</td>", "<td>12 months</td><td>ahead</td>", "<td>6 months</td><td>done</td>", "class=\"repeats\"", "+0.36"])
        {
            Assert.Contains(shown, page, StringComparison.Ordinal);
        }

        Assert.Contains(gathered.NotDrawn, n => n.Contains("abi-pt R.PT >2.22", StringComparison.Ordinal) && n.Contains("interval", StringComparison.Ordinal));
        Assert.Equal([$"examination {SeedSession.Examination}", $"entered by {Physician}"], gathered.Sources.Distinct());
        Assert.DoesNotContain(gathered.Course.Measured, m => m.Value.Method.Contains("CUFF", StringComparison.Ordinal));
        Assert.All(limb.Examinations.SelectMany(e => e.Findings), f => Assert.Equal(Side.Right, f.Site.Side));
    }

    [Fact]
    public async Task Another_method_is_another_run_with_a_break_and_two_arteries_are_two_curves()
    {
        await using TemporaryRecord record = await SeedAsync();
        await EnterAsync(record, f => (f.Date, f.Test, f.Written, f.Method) = ("2018-01", "TBI", "0.44", "laser Doppler, digit not stated"));
        await EnterAsync(record, f => (f.Date, f.Test, f.Place, f.Written, f.Method) = ("2018-01", "ABI", "PT", "0.95", "doppler-mark 1"));
        GatheredCourse gathered = GatheredCourse.Of((await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!, Rules);
        FollowUp followUp = FollowUp.Of([.. gathered.Course.Measured.Select(m => m.Value)], Rules);
        Assert.Equal(2, followUp.Runs.Count(r => r.Test == FollowedTest.ToeIndex));
        Assert.Equal(["DP", "PT"], followUp.Runs.Where(r => r.Test == FollowedTest.AnkleIndex).Select(r => r.Place));
        Assert.All(followUp.Runs.Where(r => r.Test == FollowedTest.ToeIndex), r => Assert.Empty(r.Changes));
        string page = FollowUpPage.Body(gathered.Course, followUp, [], new DateOnly(2018, 11, 30));
        Assert.Equal(1, Count(page, "class=\"break\""));
        Assert.Contains("nothing is compared across the break", page, StringComparison.Ordinal);
        Assert.Contains("no procedure is entered", page, StringComparison.Ordinal);
        Assert.Contains("None is judged without a procedure", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fall_after_the_procedure_is_an_alert()
    {
        await using TemporaryRecord record = await SeedAsync();
        await EnterAsync(record, f => (f.Kind, f.Date) = (LimbEntry.Procedure, "2017-08-01"));
        string method = await MethodOf(record, FollowedTest.ToePressure);
        await EnterAsync(record, f => (f.Date, f.Test, f.Written, f.Method) = ("2018-01-10", "TP", "29", method));
        GatheredCourse gathered = GatheredCourse.Of((await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!, Rules);
        FollowedAlert alert = Assert.Single(FollowUp.Of([.. gathered.Course.Measured.Select(m => m.Value)], Rules).Alerts);
        Assert.Equal(("urgent", "32", "29"), (alert.Alert.Word, alert.Best.Value.ToString(), alert.Current.Value.ToString()));    }

    [Fact]
    public async Task Simulated_and_real_examinations_of_one_number_are_never_one_course_nor_is_another_patients()
    {
        await using TemporaryRecord record = await SeedAsync();
        await OpenAsync(record, Guid.Parse("0190b6c8-7f00-7abc-8def-0000000000b1"), "SEED-2017-09", simulated: false);
        await OpenAsync(record, Guid.Parse("0190b6c8-7f00-7abc-8def-0000000000b2"), "SOMEBODY", simulated: true);
        await OpenAsync(record, Later, "SEED-2017-09", simulated: true);
        LimbHistory limb = (await Limb(record).GatherAsync(Later, Side.Right, default))!;
        Assert.Equal([SeedSession.Examination, Later], limb.Examinations.Select(e => e.Examination.Id));
        Assert.Null(await Limb(record).GatherAsync(Id(0), Side.Right, default));
    }

    [Fact]
    public async Task An_entry_is_audited_taken_back_once_and_never_changed()
    {
        await using TemporaryRecord record = await SeedAsync();
        LimbEntry entry = await EnterAsync(record, f => (f.Kind, f.Date, f.Says) = ("circuit_occlusion", "2018-11", "total"));
        Assert.False(await Limb(record).EnterAsync(entry, default));
        Assert.True(await Limb(record).WithdrawAsync(entry.Id, "Dr Second", TemporaryRecord.StartNs + Hour, default));
        Assert.False(await Limb(record).WithdrawAsync(entry.Id, "Dr Third", TemporaryRecord.StartNs + Hour, default));
        LimbHistory limb = (await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!;
        LimbEntry kept = Assert.Single(limb.Entries);
        Assert.Equal((Physician, "Dr Second", TemporaryRecord.StartNs + Hour), (kept.EnteredBy, kept.WithdrawnBy, kept.WithdrawnUtcNs));
        Assert.Empty(limb.Standing);
        Assert.Equal([("enter in the course", Physician), ("take back in the course", "Dr Second")], (await record.Examinations.AuditAsync(SeedSession.Examination, default)).Where(a => a.Key.StartsWith("course/", StringComparison.Ordinal)).Select(a => (a.Action, a.User)));
    }

    [Fact]
    public async Task What_was_entered_for_the_wrong_patient_counts_no_more()
    {
        await using TemporaryRecord record = await SeedAsync();
        await EnterAsync(record, f => (f.Kind, f.Date) = (LimbEntry.Procedure, "2018-04"));
        LimbHistory before = (await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!;
        await record.Examinations.CommitAcceptanceAsync(new Acceptance(SeedSession.Examination, 90, "patient", "technician", TemporaryRecord.StartNs + 90, [], []) { Rebound = (2, new ReportPatient("urn:oid:2.999.1.1", "RIGHT-ONE", null)) }, default);
        LimbHistory limb = (await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!;
        Assert.Empty(limb.Entries);
        Assert.Empty(await Limb(record).TreatedAsync(default));
        LimbEntry late = new LimbEntryForm { Kind = "other", Date = "2018" }.Entry(before, Rules, Physician, TemporaryRecord.StartNs, Id(99));
        Assert.Contains("corrected", (await Assert.ThrowsAsync<InvalidOperationException>(() => Limb(record).EnterAsync(late, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_registry_is_gathered_from_the_same_rows_marked_and_without_the_patients_number()
    {
        await using TemporaryRecord record = await SeedAsync();
        await PublishedAsync(record);
        string csv = RegistryGathering.Csv(await Limb(record).TreatedAsync(default), Rules);
        Assert.DoesNotContain("SEED-2017", csv, StringComparison.Ordinal);
        StringWriter output = new(CultureInfo.InvariantCulture);
        Scoring.Run(RegistryTable.Table, new StringReader(csv), "the record", new CsvScoreOutput(output), Rules);
        string[][] rows = [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r').Split(','))];
        Dictionary<string, string> row = rows[0].Zip(Assert.Single(rows.Skip(1))).ToDictionary(c => c.First, c => c.Second);
        Assert.Equal(("SIMULATED (HTEST)", $"{SeedSession.Examination}/R", "2018-04", "month"), (row["data"], row["subject"], row["procedure_date"], row["dates"]));
        Assert.Equal(("214", "", "", "214"), (row["healed_day"], row["major_amputation_day"], row["death_day"], row["followup_end_day"]));
        Assert.Equal(("1", "1", "", ""), (row["technical_success"], row["procedural_success_kum"], row["procedural_success_schmidt"], row["error"]));
        StringWriter dictionary = new(CultureInfo.InvariantCulture);
        RegistryTable.WriteDictionary(dictionary, gathered: true);
        Assert.All(rows[0], name => Assert.Contains($"\n{name},", dictionary.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("value", "2018-4", "TBI", "0.5", "m", "'2018-4' is no date")]
    [InlineData("value", "2018", "TBI", "50", "m", "'50' is no number from 0 to 10")]
    [InlineData("value", "2018", "TBI", "0.5", " ", "how it was measured")]
    [InlineData("value", "2018", "ABI", "0.5", "m", "choose DP, PT")]
    [InlineData("major_amputation", "2018", "", "", "", "level")]
    [InlineData("cure", "2018", "", "", "", "what the entry is")]
    [InlineData("procedure", "2018", "", "", "", "take it back first")]
    public async Task An_entry_that_cannot_be_read_is_refused_by_name(string kind, string date, string test, string written, string method, string why)
    {
        await using TemporaryRecord record = await SeedAsync();
        await EnterAsync(record, f => (f.Kind, f.Date) = (LimbEntry.Procedure, "2018-04"));
        LimbHistory limb = (await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!;
        var form = new LimbEntryForm { Kind = kind, Date = date, Test = test, Written = written, Method = method };
        Assert.Contains(why, Assert.Throws<FormatException>(() => form.Entry(limb, Rules, Physician, 0, Id(99))).Message, StringComparison.Ordinal);
    }

    private static Guid Id(int entry) => Identifiers.Version5(SeedSession.Examination, $"entry/{entry}");

    private static LimbRecord Limb(TemporaryRecord record) => new(record.Database);

    private static async Task<TemporaryRecord> SeedAsync()
    {
        TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, SeedSession.Report());
        return record;
    }

    /// <summary>April 2018: 0.18, the circuit made. November: 0.54, circuit occluded, wound healed.</summary>
    private static async Task<(LimbHistory Limb, GatheredCourse Course)> PublishedAsync(TemporaryRecord record)
    {
        string method = await MethodOf(record, FollowedTest.ToeIndex);
        await EnterAsync(record, f => (f.Kind, f.Date, f.Circuit) = (LimbEntry.Procedure, "2018-04", "yes"));
        await EnterAsync(record, f => (f.Date, f.Before, f.Written, f.Method) = ("2018-04", true, "0.18", method));
        await EnterAsync(record, f => (f.Date, f.Written, f.Method) = ("2018-11", "0.54", method));
        await EnterAsync(record, f => (f.Kind, f.Date) = ("circuit_occlusion", "2018-11"));
        await EnterAsync(record, f => (f.Kind, f.Date) = ("wound_healed", "2018-11"));
        LimbHistory limb = (await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!;
        return (limb, GatheredCourse.Of(limb, Rules));
    }

    private static async Task<string> MethodOf(TemporaryRecord record, FollowedTest test) =>
        GatheredCourse.Of((await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!, Rules).Course.Measured.First(m => m.Value.Test == test).Value.Method;

    private static async Task<LimbEntry> EnterAsync(TemporaryRecord record, Action<LimbEntryForm> fill)
    {
        LimbHistory limb = (await Limb(record).GatherAsync(SeedSession.Examination, Side.Right, default))!;
        var form = new LimbEntryForm();
        fill(form);
        LimbEntry entry = form.Entry(limb, Rules, Physician, TemporaryRecord.StartNs + (limb.Entries.Count * Hour), Id(limb.Entries.Count));
        Assert.True(await Limb(record).EnterAsync(entry, default));
        return entry;
    }

    private static Task<bool> OpenAsync(TemporaryRecord record, Guid examination, string patient, bool simulated) => record.Examinations.OpenAsync(
        TemporaryRecord.Opening with { Examination = examination, StartedUtcNs = TemporaryRecord.StartNs + Hour, Patient = new ReportPatient("urn:oid:2.999.1.1", patient, null), Simulated = simulated }, "technician", default);

    private static int Count(string text, string part) => (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;
}
