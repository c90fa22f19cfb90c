using System.Text.Json.Nodes;
using Vascular.Acquisition.Archive.Returned;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Archive.Returned;

/// <summary>What every object that goes back says of patient, study, times and itself, as DCMTK's dcm2json reads it.</summary>
public sealed class ObjectFrameTests
{
    [Theory]
    [InlineData(ReturnedKind.Measurements)]
    [InlineData(ReturnedKind.PulseWaveform)]
    [InlineData(ReturnedKind.Document)]
    [InlineData(ReturnedKind.Rejection)]
    public async Task Patient_order_and_times_are_the_reports(ReturnedKind kind)
    {
        JsonNode data = await ReadAsync(SeedSession.Long(300), kind, "1.2.3.4");
        Assert.Equal(("SEED-2017-09", "urn:oid:2.999.1.1", "F"), (Text(data, "00100020"), Text(data["00100024"]!["Value"]![0]!, "00400032"), Text(data, "00100040")));
        Assert.Equal(("ACC-77", "1.2.3.4"), (Text(data, "00080050"), Text(data, "0020000D")));
        Assert.Equal(("20170930", "143000.000"), (Text(data, "00080020"), Text(data, "00080030")));
        Assert.Equal(("20170930", "145600.000", "+0200"), (Text(data, "00080023"), Text(data, "00080033"), Text(data, "00080201")));
        Assert.StartsWith("SIMULATED, no patient: ", Text(data, "0008103E"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("male", "M")]
    [InlineData("female", "F")]
    [InlineData("other", "O")]
    [InlineData("unknown", null)]
    [InlineData(null, null)]
    public async Task Sex_is_one_of_the_three_letters_or_empty(string? gender, string? sex)
    {
        SessionReport report = SeedSession.Report() with { Patient = new ReportPatient("urn:oid:2.999.1.1", "A", gender) };
        Assert.Equal(sex, (string?)(await ReadAsync(report, ReturnedKind.Measurements))["00100040"]!["Value"]?[0]);
    }

    /// <summary>A study of this morning is not of the night before: dates and times are of the place, and its offset stands beside them.</summary>
    [Fact]
    public async Task An_examination_over_midnight_has_the_date_of_its_start_and_the_time_of_its_place()
    {
        DateTimeOffset start = new(2017, 9, 30, 23, 50, 0, TimeSpan.FromHours(-5));
        SessionReport report = SeedSession.Report() with { Started = start, Ended = start.AddMinutes(20), Issued = start.AddMinutes(21), Order = null };
        JsonNode data = await ReadAsync(report, ReturnedKind.Document);
        Assert.Equal(("20170930", "235000.000"), (Text(data, "00080020"), Text(data, "00080030")));
        Assert.Equal(("20171001", "001100.000", "-0500"), (Text(data, "00080023"), Text(data, "00080033"), Text(data, "00080201")));
        Assert.Equal("20170930235000.000-0500", Text(data, "0008002A"));
        Assert.Null(data["00080050"]!["Value"]);
    }

    [Fact]
    public async Task A_trace_names_its_side_its_start_and_what_a_reader_of_its_counts_must_know()
    {
        Finding trace = SeedSession.Waveform(1, 4) with { Site = Site.Parse("L.TOE1"), Links = ["ppg"], Printed = "pulsatile, 72/min" };
        SessionReport report = SeedSession.Report(SeedSession.Reported(trace)) with
        {
            Devices = [new ReportedDevice("ppg", "Digit PPG channel", "70774", "PPG-0001", Simulated: true, Waveform: new Waveform("Nonin format 2", 75, 8, 0, 254, WaveformScaling.Compressed))],
        };
        JsonNode data = await ReadAsync(report, ReturnedKind.PulseWaveform);
        JsonNode group = data["54000100"]!["Value"]![0]!;
        Assert.Equal(("L", "20170930143100.000+0200", "4", "L.TOE1 PPG"), (Text(data, "00200060"), Text(data, "0008002A"), Text(group, "003A0010"), Text(group, "003A0020")));
        Assert.Equal("R", Text(await ReadAsync(SeedSession.Long(300), ReturnedKind.PulseWaveform), "00200060"));
        Assert.Equal(
            ["Nonin format 2: 8 bit, compressed by the device: amplitudes are not comparable", "samples lost: 0 of 4, stored as -32768", "state: measured, pulsatile, 72/min", "SIMULATED, no patient"],
            data["0040B020"]!["Value"]!.AsArray().Select(a => Text(a!, "00700006")));
    }

    [Fact]
    public async Task A_rejection_names_every_object_in_its_evidence_and_in_its_content()
    {
        IReadOnlyList<ReturnedObject> stored = ReturnedReport.Objects(SeedSession.Long(300, 400), []);
        Assert.Equal(4, stored.Count);
        JsonNode data = await OfAsync(Assert.Single(ReturnedReport.Objects(SeedSession.Long(300, 400) with { ResultVersion = 2, Status = ReportStatus.EnteredInError }, [.. stored])));
        string[] expected = [.. stored.Select(o => $"{o.SopClass} {o.Instance}").Order(StringComparer.Ordinal)];
        JsonArray series = data["0040A375"]!["Value"]![0]!["00081115"]!["Value"]!.AsArray();
        Assert.Equal(expected, series.SelectMany(s => s!["00081199"]!["Value"]!.AsArray()).Select(Named).Order(StringComparer.Ordinal));
        JsonArray content = data["0040A730"]!["Value"]!.AsArray();
        Assert.Equal(expected, content.Select(i => Named(i!["00081199"]!["Value"]![0])).Order(StringComparer.Ordinal));
        Assert.Equal(stored.Select(o => o.Kind == ReturnedKind.PulseWaveform ? "WAVEFORM" : "COMPOSITE"), content.Select(i => Text(i!, "0040A040")));
    }

    [Fact]
    public void Each_binding_has_a_study_of_its_own_and_each_trace_an_instance_of_its_own()
    {
        IReadOnlyList<ReturnedObject> one = ReturnedReport.Objects(SeedSession.Long(300, 400), []), other = ReturnedReport.Objects(SeedSession.Long(300, 400) with { Binding = 2 }, []);
        Assert.Empty(one.Select(o => o.Study).Intersect(other.Select(o => o.Study)));
        Assert.Empty(one.Select(o => o.Instance).Intersect(other.Select(o => o.Instance)));
        Assert.Equal(one.Count, one.Select(o => o.Instance).Distinct().Count());
    }

    private static Task<JsonNode> ReadAsync(SessionReport report, ReturnedKind kind, string? orderedStudy = null)
    {
        IReadOnlyList<ReturnedObject> objects = ReturnedReport.Objects(report, [], orderedStudy);
        return OfAsync(kind == ReturnedKind.Rejection
            ? ReturnedReport.Objects(report with { ResultVersion = 2, Status = ReportStatus.EnteredInError }, [.. objects], orderedStudy).Single()
            : objects.First(o => o.Kind == kind));
    }

    private static async Task<JsonNode> OfAsync(ReturnedObject returned) => JsonNode.Parse(await OutsideDicom.AskAsync("dcm2json", returned))!;

    private static string Named(JsonNode? reference) => $"{Text(reference!, "00081150")} {Text(reference!, "00081155")}";

    private static string Text(JsonNode item, string tag) => item[tag]!["Value"]![0]!.ToString();
}
