using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>The command over the real Orthanc: a phantom of known parameters in a DICOM file of our own hand, plain and compressed by DCMTK.</summary>
[Collection("console")]
public sealed class AnalyzeAngiographyTests : IDisposable
{
    private const int Frames = 60, Rows = 96, Columns = 128;
    private const double PerSecond = 5;

    private static readonly (uint, string, string) FrameTime = (0x00181063, "DS", "200");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("xa-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("dcmcjpeg +e1")]
    [InlineData("dcmcjpls")]
    [InlineData("dcmcrle")]
    public async Task A_run_of_known_parameters_is_measured_through_the_archive(string compressor)
    {
        string file = Phantom("LIN", [FrameTime]);
        JsonElement result = await AnalyzeAsync(compressor.Length == 0 ? file : await CompressedAsync(file, compressor), "--roi", "20,20,30,40", "--roi", "80,20,30,40");
        Assert.Equal(Frames, result.GetProperty("frames").GetInt32());
        Assert.Equal(0.2, result.GetProperty("frame_times_s")[1].GetDouble());
        Assert.Equal(("measured", "frame_time"), (result.GetProperty("state").GetString(), result.GetProperty("frame_times_from").GetString()));
        Assert.InRange(result.GetProperty("mask_frames").GetArrayLength(), 3, 5);
        JsonElement vessel = result.GetProperty("regions")[0], bone = result.GetProperty("regions")[1];
        double Of(string name) => vessel.GetProperty(name).GetDouble();

        // gamma variate: peak 0.4 at 2 + 3 * 0.8 s; 10 % of it is reached 0.33 s after its start
        Assert.Equal("measured", vessel.GetProperty("state").GetString());
        Assert.InRange(Of("arrival_s"), 2.3, 2.8);
        Assert.InRange(Of("time_to_peak_from_first_frame_s"), 4.3, 4.5);
        Assert.Equal(Of("time_to_peak_from_first_frame_s") - Of("arrival_s"), Of("time_to_peak_from_arrival_s"), 4);
        Assert.InRange(Of("peak"), 0.385, 0.41);
        Assert.InRange(Of("width_s"), 3.1, 3.5);
        Assert.InRange(Of("auc"), 1.38, 1.46);
        // 0.291 in truth; the smoothing takes a tenth at most
        Assert.InRange(Of("wash_in_per_s"), 0.262, 0.295);
        Assert.InRange(vessel.GetProperty("gamma_variate").GetProperty("scale_s").GetDouble(), 0.72, 0.88);
        Assert.Equal("absent", bone.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, bone.GetProperty("peak").ValueKind);
    }

    [Fact]
    public async Task The_maps_are_written_as_arrays_with_nothing_where_nothing_came()
    {
        string maps = Path.Combine(folder.FullName, "maps");
        await AnalyzeAsync(Phantom("LIN", [FrameTime]), "--roi", "20,20,30,40", "--out", maps);
        byte[] array = await File.ReadAllBytesAsync(Path.Combine(maps, "peak.npy"));
        int start = 10 + BitConverter.ToUInt16(array, 8);
        Assert.Contains($"'shape': ({Rows}, {Columns})", System.Text.Encoding.ASCII.GetString(array, 10, start - 10), StringComparison.Ordinal);
        Assert.Equal(start + 4 * Rows * Columns, array.Length);
        float At(int row, int column) => BitConverter.ToSingle(array, start + 4 * (row * Columns + column));
        Assert.InRange(At(40, 35), 0.3, 0.5);
        Assert.True(float.IsNaN(At(40, 95)));
        using JsonDocument index = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(maps, "maps.json")));
        Assert.InRange(index.RootElement.GetProperty("peak").GetProperty("pixels_with_contrast").GetInt32(), 1150, 1250);
    }

    [Theory]
    [InlineData("DISP", "200", "not_proportional")]
    [InlineData("LIN", "", "no_frame_times")]
    public async Task A_run_that_cannot_be_measured_says_why_in_the_run_and_in_each_region(string relationship, string frameTime, string refusal)
    {
        JsonElement result = await AnalyzeAsync(Phantom(relationship, frameTime.Length > 0 ? [(0x00181063, "DS", frameTime)] : []), "--roi", "20,20,30,40");
        Assert.Equal(("unreadable", refusal), (result.GetProperty("state").GetString(), result.GetProperty("refusal").GetString()));
        JsonElement region = result.GetProperty("regions")[0];
        Assert.Equal(("unreadable", refusal), (region.GetProperty("state").GetString(), region.GetProperty("refusal").GetString()));
        Assert.Equal(JsonValueKind.Null, region.GetProperty("arrival_s").ValueKind);
    }

    [Theory]
    [InlineData("120,80,40,40", "128 x 96")]
    [InlineData("1;2;3;4", "x,y,width,height")]
    public async Task A_region_that_is_none_is_refused_with_what_to_do(string region, string words)
    {
        (int exit, string output, string errors) = await RunAsync("angiography", Phantom("LIN", [FrameTime]), "--roi", region, "--json");
        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_image_is_refused_and_nothing_is_left_running_or_lying_about()
    {
        string text = Path.Combine(folder.FullName, "letter.dcm");
        await File.WriteAllTextAsync(text, "no DICOM");
        (int exit, _, string errors) = await RunAsync("angiography", text, "--json");
        Assert.Equal(1, exit);
        Assert.Contains("not DICOM or is damaged", errors, StringComparison.Ordinal);
        string whole = Phantom("LIN", [FrameTime]);
        byte[] bytes = await File.ReadAllBytesAsync(whole);
        await File.WriteAllBytesAsync(whole, bytes[..(bytes.Length / 2)]);
        (exit, _, errors) = await RunAsync("angiography", whole, "--json");
        Assert.Equal(1, exit);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
    }

    private string Phantom(string relationship, IReadOnlyList<(uint, string, string)> times)
    {
        string path = Path.Combine(folder.FullName, "run.dcm");
        var noise = new Random(5);
        double top = Math.Pow(2.4, 3) * Math.Exp(-3);
        XaFile.Write(path, Frames, Rows, Columns, relationship, times, (frame, row, column) =>
        {
            double since = frame / PerSecond - 2, density = 0;
            if (since > 0 && row is >= 20 and < 60 && column is >= 20 and < 50)
            {
                density = 0.4 / top * Math.Pow(since, 3) * Math.Exp(-since / 0.8);
            }

            return (ushort)Math.Round(2000 * Math.Exp(-density) * (1 + 0.02 * (noise.NextDouble() + noise.NextDouble() + noise.NextDouble() - 1.5) * 2));
        });
        return path;
    }

    private async Task<string> CompressedAsync(string file, string compressor)
    {
        string packed = Path.Combine(folder.FullName, "packed.dcm");
        string[] words = compressor.Split(' ');
        using Process process = Process.Start(new ProcessStartInfo(words[0], [.. words[1..], file, packed]) { RedirectStandardError = true })!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
        return packed;
    }

    private static async Task<JsonElement> AnalyzeAsync(string file, params string[] options)
    {
        (int exit, string output, string errors) = await RunAsync(["angiography", file, .. options, "--json"]);
        Assert.True(exit == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(params string[] args)
    {
        TextWriter console = Console.Out;
        using StringWriter output = new(), errors = new();
        Console.SetOut(output);
        try
        {
            int exit = await CommandLine.RunAsync(new RootCommand { AnalyzeCommand.Build() }, ["analyze", .. args], errors);
            return (exit, output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
