using System.Text.Json;
using Vascular.Devices.Angiography;
using Vascular.Processing.Angiography;

namespace Vascular.Devices.Tests.Angiography;

/// <summary>What a header in DICOM JSON (PS3.18 F) says of a run. Attributes and their values from PS3.3 C.7.6.5, C.7.6.10, C.8.7 and C.8.11.3.1.2.</summary>
public class XaImageTests
{
    private static XaImage Of(params string[] more)
    {
        string[] usual =
        [
            Text("0020000D", "UI", "2.25.1"), Text("0020000E", "UI", "2.25.2"), Text("00080018", "UI", "2.25.3"), Text("00080060", "CS", "XA"), Text("00100020", "LO", "P1"),
            Number("00280002", "US", "1"), Text("00280004", "CS", "MONOCHROME2"), Number("00280008", "IS", "10"), Number("00280010", "US", "64"), Number("00280011", "US", "64"),
            Number("00280100", "US", "16"), Number("00280101", "US", "12"), Number("00280102", "US", "11"), Number("00280103", "US", "0"), Number("00181063", "DS", "200"),
            Text("00281040", "CS", "LIN"),
        ];
        string[] tags = [.. more.Select(m => m[..10])];
        using JsonDocument json = JsonDocument.Parse($"{{{string.Join(',', usual.Where(u => !tags.Contains(u[..10])).Concat(more))}}}");
        return XaImage.Of(json.RootElement.Clone());
    }

    private static string Text(string tag, string vr, params string[] values) => $"\"{tag}\":{{\"vr\":\"{vr}\",\"Value\":[{string.Join(',', values.Select(v => $"\"{v}\""))}]}}";

    private static string Number(string tag, string vr, params string[] values) => $"\"{tag}\":{{\"vr\":\"{vr}\",\"Value\":[{string.Join(',', values)}]}}";

    [Theory]
    [InlineData("LIN", null, RunRefusal.None)]
    [InlineData("LIN", "1", RunRefusal.None)]
    [InlineData("LIN", "-1", RunRefusal.ZeroNotSaid)]
    [InlineData("LOG", "-1", RunRefusal.None)]
    [InlineData("LIN", "0", RunRefusal.NotProportional)]
    [InlineData("DISP", "1", RunRefusal.NotProportional)]
    [InlineData("lin", null, RunRefusal.NotProportional)]
    public void The_sign_of_the_intensity_relationship_is_read(string relationship, string? sign, RunRefusal refusal)
    {
        XaImage image = sign is null ? Of(Text("00281040", "CS", relationship)) : Of(Text("00281040", "CS", relationship), Number("00281041", "SS", sign));
        Assert.Equal(refusal, image.Run.Refusal(image.Frames));
        Assert.Equal(sign == "-1", image.Run.FallsWithIntensity);
    }

    /// <summary>A window is laid on what comes out of Rescale (PS3.3 C.11.2.1.2); the page lays it on stored values.</summary>
    [Theory]
    [InlineData(null, null, 400.0, 200.0, false)]
    [InlineData("1", "-1000", 1400.0, 200.0, false)]
    [InlineData("2", "100", 150.0, 100.0, false)]
    [InlineData("-1", "4095", 3695.0, 200.0, true)]
    public void The_window_is_read_behind_rescale(string? slope, string? intercept, double centre, double width, bool inverted)
    {
        string[] rescale = slope is null ? [] : [Number("00281053", "DS", slope), Number("00281052", "DS", intercept!)];
        XaImage image = Of([Number("00281050", "DS", "400"), Number("00281051", "DS", "200"), .. rescale]);
        Assert.Equal((centre, width, inverted), (image.WindowCentre, image.WindowWidth, image.IsInverted));
    }

    [Fact]
    public void A_window_behind_a_table_is_none_of_stored_values()
    {
        XaImage image = Of(Number("00281050", "DS", "400"), Number("00281051", "DS", "200"), "\"00283000\":{\"vr\":\"SQ\",\"Value\":[{}]}");
        Assert.Equal((null, null), (image.WindowCentre, image.WindowWidth));
    }

    [Theory]
    [InlineData("00280004", "CS", "MONOCHROME1")]
    [InlineData("00281053", "DS", "-1")]
    public void Which_way_the_values_run_is_not_guessed_where_the_header_leaves_it_open(string tag, string vr, string value)
    {
        string turned = Text(tag, vr, value);
        Assert.Equal(RunRefusal.NotProportional, Of(turned).Run.Refusal(10));
        Assert.Equal(RunRefusal.None, Of(turned, Number("00281041", "SS", "1")).Run.Refusal(10));
    }

    [Theory]
    [InlineData("00181500", "DYNAMIC", true)]
    [InlineData("00181500", "STATIC", false)]
    [InlineData("00181134", "DYNAMIC", true)]
    public void Motion_that_the_header_says_is_refused(string tag, string value, bool moved) => Assert.Equal(moved, Of(Text(tag, "CS", value)).Run.Moved);

    [Theory]
    [InlineData("00181135", "0 0 2 2 0 0 0 0 0 0", true)]
    [InlineData("00181136", "0 0.2 0.2 0.2 0 0 0 0 0 0", true)]
    [InlineData("00181137", "0 0.2 -0.2 0.2 -0.2 0.2 -0.2 0 0 0", false)]
    [InlineData("00181520", "0 0 0 0 0 -1 0 0 0 0", true)]
    [InlineData("00181521", "0 0 0 0 0 0 0 0 0 0", false)]
    public void Increments_that_add_up_to_a_move_are_one(string tag, string increments, bool moved) => Assert.Equal(moved, Of(Number(tag, "DS", increments.Split(' '))).Run.Moved);

    [Fact]
    public void Mask_frames_count_from_one_in_the_header_and_from_none_here()
    {
        const string Mask = "\"00286100\":{\"vr\":\"SQ\",\"Value\":[{\"00286101\":{\"vr\":\"CS\",\"Value\":[\"AVG_SUB\"]},\"00286110\":{\"vr\":\"US\",\"Value\":[1,3]}}]}";
        RunDescription run = Of(Mask).Run;
        Assert.Equal((MaskOperation.Average, "0,2"), (run.MaskOperation, string.Join(',', run.MaskFrames)));
        Assert.Equal(MaskOperation.InTime, Of(Mask.Replace("AVG_SUB", "TID", StringComparison.Ordinal)).Run.MaskOperation);
        Assert.Equal(MaskOperation.None, Of().Run.MaskOperation);
    }

    [Fact]
    public void Times_are_milliseconds_in_the_header_and_seconds_here()
    {
        Assert.Equal(0.2, Of().Run.Times!.Seconds[1], 12);
        Assert.Equal(0.25, Of(Number("00181065", "DS", "0", "250", "250", "250", "500", "500", "500", "500", "500", "500")).Run.Times!.Seconds[1], 12);
    }

    /// <summary>Image Laterality is of the picture, Laterality of its series.</summary>
    [Theory]
    [InlineData("R", null, "R", "R")]
    [InlineData(null, "L", "L", "L")]
    [InlineData("R", "R", "R", "R")]
    [InlineData("R", "B", "R", "R")]
    [InlineData("B", "R", "B", null)]
    [InlineData(null, "B", "B", null)]
    [InlineData("R", "L", "B", null)]
    [InlineData("L", "R", "B", null)]
    [InlineData("U", null, null, null)]
    [InlineData("U", "L", "L", "L")]
    [InlineData(null, null, null, null)]
    public void A_side_is_what_the_picture_says_and_two_sides_are_none(string? image, string? series, string? said, string? known)
    {
        XaImage read = Of([.. new[] { ("00200062", image), ("00200060", series) }.Where(s => s.Item2 is not null).Select(s => Text(s.Item1, "CS", s.Item2!))]);
        Assert.Equal((said, known, known), (read.SaidSide, read.Laterality, read.Acquisition!.Laterality));
    }

    [Fact]
    public void What_a_comparison_rests_on_is_read_and_what_is_not_there_is_null()
    {
        RunAcquisition taken = Of(Text("00200060", "CS", "L"), Text("00180010", "LO", "Iodixanol"), Number("00181041", "DS", "9"), Number("00181046", "DS", "3"), Number("00181510", "DS", "-12"), Number("00181511", "DS", "30")).Acquisition!;
        Assert.Equal(new RunAcquisition("L", -12, 30, "Iodixanol", 9, 3) { Patient = "P1" }, taken);
        Assert.Equal(new RunAcquisition(null, null, null, null, null, null) { Patient = "P1" }, Of().Acquisition!);
        Assert.Null(Of(Number("00181041", "DS", "0")).Acquisition!.ContrastVolumeMl);
        Assert.Null(Of(Number("00181046", "DS", "-3")).Acquisition!.ContrastRateMlPerS);
        Assert.Null(Of(Text("00100020", "LO", " ")).Acquisition!.Patient);
        Assert.Null(Of(Number("00181046", "DS", "3", "1")).Acquisition!.ContrastRateMlPerS);
        Assert.Equal(3, Of(Number("00181046", "DS", "3", "3")).Acquisition!.ContrastRateMlPerS);
        Assert.Equal("HOSP", Of(Text("00100021", "LO", "HOSP")).Acquisition!.PatientIssuer);
        Assert.Null(Of(Text("00200060", "CS", "B")).Acquisition!.Laterality);
    }
}
