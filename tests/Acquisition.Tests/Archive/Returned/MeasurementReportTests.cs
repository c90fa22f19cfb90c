using System.Text.Json.Nodes;
using Vascular.Acquisition.Archive.Returned;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Archive.Returned;

/// <summary>The structured report item by item, as DCMTK's dcm2json reads it: what stands beside a number, under which side, and what stands nowhere.</summary>
public sealed class MeasurementReportTests
{
    private static readonly Finding RightArm = SeedSession.CuffPressure("arm.right", "brachial-sys", "R.ARM", 114);

    [Fact]
    public async Task A_number_stands_under_its_side_with_place_method_state_class_flags_and_uncertainty()
    {
        Finding leftArm = SeedSession.CuffPressure("arm.left", "brachial-sys", "L.ARM", 113, uncertainty: 4) with { State = MeasurementState.Unreliable, Reason = "moved" };
        Finding tbi = SeedSession.Named("derived", "tbi", "L.TOE2", "{ratio}") with
        {
            Value = 0.28, Printed = "0.28", Method = "index", MethodVersion = 2, Category = "abnormal", Flags = ["single_arm", "cold-toe"], Inputs = [leftArm.Id, RightArm.Id, Guid.Empty],
        };

        Assert.Equal(
            """
            CONTAINS NUM brachial-sys = 114 mm[Hg] "mmHg"
              HAS CONCEPT MOD CODE 363698007 = 17137000 "Brachial artery"
                HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"
              HAS CONCEPT MOD CODE 370129005 = return-of-pulse "return-of-pulse, version 1"
              HAS CONCEPT MOD CODE state = measured "Measured"
              HAS PROPERTIES TEXT printed-result = 114
            CONTAINS NUM uncertainty = 3.123456 mm[Hg] "mmHg"
              HAS CONCEPT MOD CODE 363698007 = 17137000 "Brachial artery"
                HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"
              HAS CONCEPT MOD CODE of-measure = brachial-sys "Brachial systolic pressure"

            """,
            await GroupAsync("right side", RightArm, leftArm, tbi));
        Assert.Equal(
            """
            CONTAINS NUM brachial-sys = 113 mm[Hg] "mmHg"
              HAS CONCEPT MOD CODE 363698007 = 17137000 "Brachial artery"
                HAS CONCEPT MOD CODE 272741003 = 7771000 "Left"
              HAS CONCEPT MOD CODE 370129005 = return-of-pulse "return-of-pulse, version 1"
              HAS CONCEPT MOD CODE state = unreliable "Measured, marked doubtful"
              HAS PROPERTIES TEXT printed-result = 113
              HAS PROPERTIES TEXT reason = moved
            CONTAINS NUM uncertainty = 4 mm[Hg] "mmHg"
              HAS CONCEPT MOD CODE 363698007 = 17137000 "Brachial artery"
                HAS CONCEPT MOD CODE 272741003 = 7771000 "Left"
              HAS CONCEPT MOD CODE of-measure = brachial-sys "Brachial systolic pressure"
            CONTAINS NUM tbi = 0.28 {ratio} "ratio"
              HAS CONCEPT MOD CODE 363698007 = 55078004 "Second toe structure"
                HAS CONCEPT MOD CODE 272741003 = 7771000 "Left"
                HAS CONCEPT MOD CODE 106233006 = L.TOE2 "Left second toe"
              HAS CONCEPT MOD CODE 370129005 = index "index, version 2"
              HAS CONCEPT MOD CODE state = measured "Measured"
              HAS PROPERTIES TEXT printed-result = 0.28
              HAS CONCEPT MOD CODE category = abnormal "abnormal"
              HAS CONCEPT MOD CODE flag = single_arm "single arm"
              HAS CONCEPT MOD CODE flag = cold-toe "cold toe"
              HAS CONCEPT MOD CODE derived-from = brachial-sys "Brachial systolic pressure"
                HAS CONCEPT MOD CODE 363698007 = 17137000 "Brachial artery"
                  HAS CONCEPT MOD CODE 272741003 = 7771000 "Left"
              HAS CONCEPT MOD CODE derived-from = brachial-sys "Brachial systolic pressure"
                HAS CONCEPT MOD CODE 363698007 = 17137000 "Brachial artery"
                  HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"

            """,
            await GroupAsync("left side", RightArm, leftArm, tbi));
    }

    /// <summary>Neither a limit nor a bound is ever the number of the measure.</summary>
    [Fact]
    public async Task Limits_and_bounds_stand_beside_a_state_under_names_of_their_own()
    {
        Finding open = SeedSession.CuffPressure("ankle.right.pt", "ankle-sys-pt", "R.PT", 254) with
        { State = MeasurementState.AboveLimit, Value = null, Unrounded = null, Uncertainty = null, Limit = 254, Printed = ">254 NC" };
        Finding between = SeedSession.Named("derived", "abi-dp", "R.DP", "{ratio}", MeasurementState.Interval) with { Lower = 0.17, Upper = 0.27, Printed = "0.17 to 0.27" };

        Assert.Equal(
            """
            CONTAINS CODE ankle-sys-pt = above_limit "Above the limit of device or method"
              HAS CONCEPT MOD CODE 363698007 = 13363002 "Posterior tibial artery"
                HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"
              HAS CONCEPT MOD CODE 370129005 = return-of-pulse "return-of-pulse, version 1"
              HAS CONCEPT MOD CODE state = above_limit "Above the limit of device or method"
              HAS PROPERTIES TEXT printed-result = >254 NC
            CONTAINS NUM limit = 254 mm[Hg] "mmHg"
              HAS CONCEPT MOD CODE 363698007 = 13363002 "Posterior tibial artery"
                HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"
              HAS CONCEPT MOD CODE of-measure = ankle-sys-pt "Ankle systolic pressure, posterior tibial"
            CONTAINS CODE abi-dp = interval "Bounds instead of a value"
              HAS CONCEPT MOD CODE 363698007 = 86547008 "Dorsalis pedis artery"
                HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"
              HAS CONCEPT MOD CODE 370129005 = return-of-pulse "return-of-pulse, version 1"
              HAS CONCEPT MOD CODE state = interval "Bounds instead of a value"
              HAS PROPERTIES TEXT printed-result = 0.17 to 0.27
            CONTAINS NUM lower-bound = 0.17 {ratio} "ratio"
              HAS CONCEPT MOD CODE 363698007 = 86547008 "Dorsalis pedis artery"
                HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"
              HAS CONCEPT MOD CODE of-measure = abi-dp "Ankle-brachial index, dorsalis pedis"
            CONTAINS NUM upper-bound = 0.27 {ratio} "ratio"
              HAS CONCEPT MOD CODE 363698007 = 86547008 "Dorsalis pedis artery"
                HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"
              HAS CONCEPT MOD CODE of-measure = abi-dp "Ankle-brachial index, dorsalis pedis"

            """,
            await GroupAsync("right side", open, between));
    }

    /// <summary>SNOMED CT's code alone would make one toe of three, and one place of four on the foot.</summary>
    [Theory]
    [InlineData("R.TOE", "29707007", "Right toe, digit not stated")]
    [InlineData("R.TOE4", "29707007", "Right fourth toe")]
    [InlineData("L.TOE5", "29707007", "Left fifth toe")]
    [InlineData("R.FOOT.DORSUM", "56459004", "Right foot, dorsum")]
    [InlineData("R.FOOT.PLANTAR", "56459004", "Right foot, sole")]
    public async Task Which_toe_and_which_place_of_the_foot_is_said_by_our_code(string site, string snomed, string words)
    {
        Finding finding = SeedSession.CuffPressure("toe", "toe-sys", site, 32);
        string group = await GroupAsync(site[0] == 'R' ? "right side" : "left side", finding);
        Assert.Contains($"363698007 = {snomed} ", group, StringComparison.Ordinal);
        Assert.Contains($"    HAS CONCEPT MOD CODE 106233006 = {site} \"{words}\"\n", group, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportStatus.Partial, "PARTIAL", "PRELIMINARY")]
    [InlineData(ReportStatus.Preliminary, "COMPLETE", "PRELIMINARY")]
    [InlineData(ReportStatus.Final, "COMPLETE", "FINAL")]
    public async Task The_flags_of_the_document_say_how_final_it_is(ReportStatus status, string completion, string preliminary)
    {
        JsonNode report = await ReadAsync(ReturnedReport.Objects(SeedSession.Report(SeedSession.Reported(RightArm)) with { Status = status }, []), ReturnedKind.Measurements);
        Assert.Equal((completion, "UNVERIFIED", preliminary), (Text(report, "0040A491"), Text(report, "0040A493"), Text(report, "0040A496")));
    }

    [Fact]
    public async Task A_withdrawn_result_stands_in_no_object()
    {
        Finding trace = SeedSession.Waveform(1, 300), other = SeedSession.Waveform(2, 300);
        IReadOnlyList<ReturnedObject> objects = ReturnedReport.Objects(
            SeedSession.Report(SeedSession.Reported(RightArm, withdrawn: true), SeedSession.Reported(trace, withdrawn: true), SeedSession.Reported(other)), []);

        JsonNode wave = await ReadAsync(objects, ReturnedKind.PulseWaveform);
        Assert.Single(objects, o => o.Kind == ReturnedKind.PulseWaveform);
        Assert.Equal("R.TOE2 PPG", Text(wave["54000100"]!["Value"]![0]!, "003A0020"));
        Assert.Equal(
            $"""
            CONTAINS WAVEFORM ppg-waveform = {Text(wave, "00080018")}
              HAS CONCEPT MOD CODE 363698007 = 55078004 "Second toe structure"
                HAS CONCEPT MOD CODE 272741003 = 24028007 "Right"
                HAS CONCEPT MOD CODE 106233006 = R.TOE2 "Right second toe"

            """,
            Group(await ReadAsync(objects, ReturnedKind.Measurements), "right side"));
        Assert.DoesNotContain("114", string.Join(' ', PdfWords(objects)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_printed_report_puts_each_result_under_its_side()
    {
        Finding left = SeedSession.CuffPressure("arm.left", "brachial-sys", "L.ARM", 113);
        List<string> words = [.. PdfWords(ReturnedReport.Objects(SeedSession.Report(SeedSession.Reported(left), SeedSession.Reported(RightArm)) with { Order = null }, []))];
        string[] sides = [.. words.Where(w => w is "Right" or "Left" or "113" or "114")];
        Assert.Equal(["Right", "114", "Left", "113"], sides);
    }

    private static IEnumerable<string> PdfWords(IReadOnlyList<ReturnedObject> objects)
    {
        byte[] file = objects.Single(o => o.Kind == ReturnedKind.Document).File.ToArray();
        using UglyToad.PdfPig.PdfDocument pdf = UglyToad.PdfPig.PdfDocument.Open(file[file.AsSpan().IndexOf("%PDF"u8)..(file.AsSpan().LastIndexOf("%%EOF"u8) + 5)]);
        return [.. pdf.GetPages().SelectMany(p => p.GetWords()).Select(w => w.Text)];
    }

    private static async Task<string> GroupAsync(string side, params Finding[] findings) =>
        Group(await ReadAsync(ReturnedReport.Objects(SeedSession.Report([.. findings.Select(f => SeedSession.Reported(f))]), []), ReturnedKind.Measurements), side);

    private static async Task<JsonNode> ReadAsync(IReadOnlyList<ReturnedObject> objects, ReturnedKind kind) =>
        JsonNode.Parse(await OutsideDicom.AskAsync("dcm2json", objects.First(o => o.Kind == kind)))!;

    /// <summary>What a measurement group holds behind its names, a line for each item, what is below it further in.</summary>
    private static string Group(JsonNode report, string side)
    {
        JsonNode measurements = Items(report).Single(i => Code(i["0040A043"]) == "126010");
        JsonNode group = Items(measurements).Single(g => Items(g).Any(i => Code(i["0040A043"]) == "112039" && Text(i, "0040A160").EndsWith(side, StringComparison.Ordinal)));
        return string.Concat(Items(group).Where(i => Code(i["0040A043"]) is not ("112039" or "112040")).Select(i => Lines(i, "")));
    }

    private static string Lines(JsonNode item, string indent)
    {
        string value = Text(item, "0040A040") switch
        {
            "NUM" => $"{Text(item["0040A300"]!["Value"]![0]!, "0040A30A")} {Coding(item["0040A300"]!["Value"]![0]!["004008EA"])}",
            "CODE" => Coding(item["0040A168"]),
            "TEXT" => Text(item, "0040A160"),
            _ => Text(item["00081199"]!["Value"]![0]!, "00081155"),
        };
        return $"{indent}{Text(item, "0040A010")} {Text(item, "0040A040")} {Code(item["0040A043"])} = {value}\n" + string.Concat(Items(item).Select(i => Lines(i, indent + "  ")));
    }

    private static IEnumerable<JsonNode> Items(JsonNode item) => item["0040A730"]?["Value"]?.AsArray().Select(i => i!) ?? [];

    private static string Code(JsonNode? sequence) => sequence!["Value"]![0]!["00080100"] is null ? Text(sequence["Value"]![0]!, "00080119") : Text(sequence["Value"]![0]!, "00080100");

    private static string Coding(JsonNode? sequence) => $"{Code(sequence)} \"{Text(sequence!["Value"]![0]!, "00080104")}\"";

    private static string Text(JsonNode item, string tag) => item[tag]!["Value"]![0]!.ToString();
}
