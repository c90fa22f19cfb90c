using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Records;
using Vascular.Devices.Angiography;

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
        IsColourPicture(await File.ReadAllBytesAsync(Path.Combine(maps, "arrival_s.png")));
        using JsonDocument index = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(maps, "maps.json")));
        Assert.InRange(index.RootElement.GetProperty("peak").GetProperty("pixels_with_contrast").GetInt32(), 1150, 1250);
        JsonElement arrival = index.RootElement.GetProperty("arrival_s");
        Assert.InRange(arrival.GetProperty("scale_low").GetDouble(), arrival.GetProperty("lowest").GetDouble(), arrival.GetProperty("median").GetDouble());
    }

    [Fact]
    public async Task Before_and_after_stand_side_by_side_only_where_both_runs_were_taken_alike()
    {
        (uint, string, string)[] taken = [(0x00200060, "CS", "R"), (0x00180010, "LO", "Iodixanol"), (0x00181041, "DS", "9"), (0x00181046, "DS", "3"), (0x00181510, "DS", "0"), (0x00181511, "DS", "30")];
        string before = Phantom("LIN", [FrameTime], taken), after = Phantom("LIN", [FrameTime], [.. taken, (0x00080018, "UI", "2.25.7009")], "after.dcm", speed: 1.25);
        JsonElement silent = (await AnalyzeAsync(before, "--roi", "20,20,30,40", "--compare", after)).GetProperty("comparison");
        Assert.False(silent.GetProperty("holds").GetBoolean());
        Assert.Equal("catheter_position", Assert.Single(silent.GetProperty("criteria").EnumerateArray(), c => c.GetProperty("standing").GetString() == "not_said").GetProperty("criterion").GetString());
        Assert.Empty(silent.GetProperty("regions")[0].GetProperty("changes").EnumerateArray());

        (int exit, _, string errors) = await RunAsync("angiography", before, "--roi", "20,20,30,40", "--compare", before, "--json");
        Assert.Equal(1, exit);
        Assert.Contains("both files are the same run", errors, StringComparison.Ordinal);
        string unknown = Phantom("LIN", [FrameTime], [.. taken, (0x00100020, "LO", "TEST-0009"), (0x00080018, "UI", "2.25.7010")], "stranger.dcm");
        JsonElement stranger = (await AnalyzeAsync(before, "--roi", "20,20,30,40", "--compare", unknown, "--stated", "catheter_position,patient")).GetProperty("comparison");
        Assert.Equal("differs", Assert.Single(stranger.GetProperty("criteria").EnumerateArray(), c => c.GetProperty("criterion").GetString() == "patient").GetProperty("standing").GetString());
        Assert.False(stranger.GetProperty("holds").GetBoolean());
        Assert.Empty(stranger.GetProperty("regions")[0].GetProperty("changes").EnumerateArray());

        JsonElement said = (await AnalyzeAsync(before, "--roi", "20,20,30,40", "--compare", after, "--stated", "catheter_position")).GetProperty("comparison");
        Assert.True(said.GetProperty("holds").GetBoolean());
        JsonElement toPeak = said.GetProperty("regions")[0].GetProperty("changes").EnumerateArray().Single(c => c.GetProperty("figure").GetString() == "time_to_peak_from_first_frame_s");
        // 4.4 s before; (4.4 - 2) / 1.25 + 2 s after
        Assert.InRange(toPeak.GetProperty("change").GetDouble(), -0.58, -0.38);

        string left = Phantom("LIN", [FrameTime], [.. taken.Where(t => t.Item1 != 0x00200060), (0x00200060, "CS", "L"), (0x00080018, "UI", "2.25.7008")], "left.dcm");
        JsonElement other = (await AnalyzeAsync(before, "--roi", "20,20,30,40", "--compare", left, "--stated", "catheter_position,side")).GetProperty("comparison");
        Assert.Equal("differs", other.GetProperty("criteria")[0].GetProperty("standing").GetString());
        Assert.Empty(other.GetProperty("regions")[0].GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task A_kept_analysis_is_derived_again_to_the_bit_and_a_changed_frame_is_told()
    {
        string file = Phantom("LIN", [FrameTime]);
        await using PrivateArchive archive = await PrivateArchive.StartAsync(TimeProvider.System, default);
        XaImage image = await archive.AddAsync(new FileInfo(file), default);
        string json;
        using (OpenRun open = await OpenRun.OpenAsync(archive.Images, image, archive.Folder, null, default))
        {
            json = RunAnalysis.Of(open, [[(20.5, 20.5), (49, 21.25), (48, 58)], [(80, 20), (110, 20), (110, 60)]]);
        }

        KeptAnalysis Kept(string text, int version) => new()
        {
            Entry = Guid.CreateVersion7(), Study = image.Study, Series = image.Series, Instance = image.Instance, Method = RunAnalysis.Perfusion.Name, MethodVersion = version, Json = text, User = "A. First", AtUtcNs = 1,
        };
        async Task<string> DerivedAsync(KeptAnalysis kept) => (await AnalysesCommand.DeriveAsync([kept], archive.Images, archive.Folder, default)).ToJsonString();
        Assert.Equal("""{"analyses":1,"identical":1,"superseded":0,"away":0,"differences":[]}""", await DerivedAsync(Kept(json, RunAnalysis.Perfusion.Version)));
        Assert.Equal("""{"analyses":1,"identical":0,"superseded":1,"away":0,"differences":[]}""", await DerivedAsync(Kept(json, 2)));
        Assert.Equal("""{"analyses":1,"identical":0,"superseded":1,"away":0,"differences":[]}""", await DerivedAsync(Kept(json, 99)));

        // one bit of one figure
        string figure = JsonDocument.Parse(json).RootElement.GetProperty("regions")[0].GetProperty("figures").GetProperty("peak").GetString()!;
        string touched = json.Replace(figure, (figure[..^1] + (figure[^1] == '0' ? '1' : '0')), StringComparison.Ordinal);
        Assert.Contains("\"members\":[\"regions\"]", await DerivedAsync(Kept(touched, RunAnalysis.Perfusion.Version)), StringComparison.Ordinal);

        // the archive holds other frames under the same name: the digest says so
        string digest = JsonDocument.Parse(json).RootElement.GetProperty("pixels_sha256").GetString()!;
        Assert.Contains("pixels_sha256", await DerivedAsync(Kept(json.Replace(digest, new string('0', 64), StringComparison.Ordinal), RunAnalysis.Perfusion.Version)), StringComparison.Ordinal);
        Assert.Contains("\"away\":1", await DerivedAsync(new KeptAnalysis { Entry = Guid.CreateVersion7(), Study = "2.25.1", Series = "2.25.2", Instance = "2.25.3", Method = RunAnalysis.Perfusion.Name, MethodVersion = RunAnalysis.Perfusion.Version, Json = json, User = "x", AtUtcNs = 1 }), StringComparison.Ordinal);
    }

    /// <summary>As another program sees it: Python unpacks the rows and counts colours.</summary>
    private static void IsColourPicture(byte[] png)
    {
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        const string Count = """
            import sys, struct, zlib
            b = sys.stdin.buffer.read(); at = 8; data = b''; size = None
            while at < len(b):
                n, kind = struct.unpack('>I4s', b[at:at+8]); body = b[at+8:at+8+n]
                assert struct.unpack('>I', b[at+8+n:at+12+n])[0] == zlib.crc32(kind + body), kind
                if kind == b'IHDR': size = struct.unpack('>IIBBBBB', body)
                if kind == b'IDAT': data += body
                at += 12 + n
            rows = zlib.decompress(data); w, h = size[:2]
            assert size[2:] == (8, 2, 0, 0, 0) and len(rows) == h * (1 + 3 * w), size
            seen = {rows[r * (1 + 3 * w) + 1 + 3 * c:][:3] for r in range(h) for c in range(w)}
            print(w, h, sum(1 for s in seen if max(s) - min(s) > 30))
            """;
        using Process python = Process.Start(new ProcessStartInfo("python3", ["-c", Count]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        python.StandardInput.BaseStream.Write(png);
        python.StandardInput.Close();
        string said = python.StandardOutput.ReadToEnd(), errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors);
        int[] numbers = [.. said.Split(' ').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.True(numbers[0] > Columns && numbers[1] > Rows && numbers[2] > 60, said);
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
    [InlineData(1, "128 x 96", "--roi", "120,80,40,40")]
    [InlineData(2, "x,y,width,height", "--roi", "1;2;3;4")]
    [InlineData(2, "x,y,width,height", "--roi", "20,20,30,4e1")]
    [InlineData(2, "'20,20,0,40' is no region, --compare-roi", "--compare-roi", "20,20,0,40")]
    [InlineData(2, "choose of", "--stated", "weather")]
    public async Task A_region_or_criterion_that_is_none_is_refused_with_what_to_do(int code, string words, string option, string value)
    {
        string run = Phantom("LIN", [FrameTime]);
        (int exit, string output, string errors) = await RunAsync("angiography", run, option, value, "--json", "--compare", run);
        Assert.Equal((code, ""), (exit, output));
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

    private string Phantom(string relationship, IReadOnlyList<(uint, string, string)> times, IReadOnlyList<(uint, string, string)>? more = null, string name = "run.dcm", double speed = 1)
    {
        string path = Path.Combine(folder.FullName, name);
        var noise = new Random(5);
        double top = Math.Pow(2.4, 3) * Math.Exp(-3);
        XaFile.Write(path, Frames, Rows, Columns, relationship, times, more ?? [], (frame, row, column) =>
        {
            double since = speed * (frame / PerSecond - 2), density = 0;
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
