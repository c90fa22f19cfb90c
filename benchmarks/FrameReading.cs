using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Tests.Archive;
using Vascular.Devices.Angiography;
using Vascular.Processing.Angiography;

namespace Vascular.Benchmarks;

/// <summary>Frames of a run from Orthanc to arrays by the DICOMweb client, beside pydicom reading the same file from the disk.</summary>
internal static class FrameReading
{
    /// <summary>First word of the command line of the process that reads a large study.</summary>
    public const string StreamProcess = "angiography-stream";

    private const int Turns = 3, RoundsPerTurn = 3;
    private const int Pictures = 16, StreamedFrames = 256, StreamedSide = 512;
    private const string ScriptPath = "benchmarks/frames_pydicom.py";

    private static readonly (string Name, string[] Packer)[] Syntaxes = [("uncompressed", []), ("JPEG lossless", ["dcmcjpeg", "+e1"]), ("RLE", ["dcmcrle"])];

    public static void Write(TextWriter output, string root, DirectoryInfo folder, IRunFrames run)
    {
        string plain = Path.Combine(folder.FullName, "run.dcm");
        ushort[] frame = new ushort[run.Rows * run.Columns];
        int held = -1;
        XaFile.Write(plain, run.Count, run.Rows, run.Columns, "LIN", [(0x00181063, "DS", "200")], (k, row, column) =>
        {
            if (k != held)
            {
                run.Read(held = k, 0, run.Rows, frame);
            }

            return frame[row * run.Columns + column];
        });
        output.WriteLine("| transfer syntax | MiB | from Orthanc to arrays, frames/s | Orthanc alone: its answers thrown away | pydicom from the file, frames/s | its decoder | ours over pydicom | the same frames |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach ((string name, string[] packer) in Syntaxes)
        {
            string file = plain;
            if (packer.Length > 0)
            {
                file = plain + ".packed";
                PerfusionYardstick.Said(packer[0], [.. packer[1..], plain, file]);
            }

            (double ours, double alone, string digest) = (double.MaxValue, double.MaxValue, "");
            PydicomFrames? theirs = null;
            for (int turn = 0; turn < Turns; turn++)
            {
                (double seconds, double thrown, digest) = OursAsync(file).GetAwaiter().GetResult();
                (ours, alone) = (Math.Min(ours, seconds), Math.Min(alone, thrown));
                PydicomFrames read = JsonSerializer.Deserialize<PydicomFrames>(PerfusionYardstick.Said(PerfusionYardstick.Python, Path.Combine(root, ScriptPath), file, RoundsPerTurn.ToString(CultureInfo.InvariantCulture)))!;
                theirs = theirs is null || read.WallS < theirs.WallS ? read : theirs;
                if (read.Sha256 != digest || read.Frames != run.Count)
                {
                    throw new InvalidOperationException($"pydicom reads other frames of the {name} file than the archive sends.");
                }
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {new FileInfo(file).Length / 1048576.0:F0} | {run.Count / ours:F0} | {run.Count / alone:F0} | {run.Count / theirs!.WallS:F0} | {theirs.Handler} | {theirs.WallS / ours:F2} | SHA-256 {digest[..8]}… |"));
        }

        output.WriteLine();
    }

    /// <summary>Seconds of the fastest round, of the archive's answer alone, and the SHA-256 of the frames that came.</summary>
    private static async Task<(double Seconds, double Alone, string Digest)> OursAsync(string file)
    {
        await using PrivateArchive archive = await PrivateArchive.StartAsync(TimeProvider.System, default);
        XaImage image = await archive.AddAsync(new FileInfo(file), default);
        (double best, double alone, string digest) = (double.MaxValue, double.MaxValue, "");
        for (int round = 0; round <= RoundsPerTurn; round++)
        {
            long began = TimeProvider.System.GetTimestamp();
            ushort[] pixels = new ushort[image.Frames * image.Rows * image.Columns];
            XaImage again = await archive.Images.DescribeAsync(image.Study, image.Series, image.Instance, default);
            await archive.Images.ReadFramesAsync(
                again,
                (frame, bytes, _) =>
                {
                    MemoryMarshal.Cast<byte, ushort>(bytes.Span).CopyTo(pixels.AsSpan(frame * image.Rows * image.Columns));
                    return ValueTask.CompletedTask;
                },
                default);
            double seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            // the first round also compiles
            best = round == 0 ? best : Math.Min(best, seconds);
            alone = Math.Min(alone, await ThrownAwayAsync(archive.Web, image));
            digest = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<ushort>(pixels)));
        }

        return (best, alone, digest);
    }

    /// <summary>The same two questions with nothing done about the answers: what archive and line cost.</summary>
    private static async Task<double> ThrownAwayAsync(HttpClient web, XaImage image)
    {
        long began = TimeProvider.System.GetTimestamp();
        string instance = $"studies/{image.Study}/series/{image.Series}/instances/{image.Instance}";
        await (await web.GetStreamAsync($"{instance}/metadata")).CopyToAsync(Stream.Null);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{instance}/frames/{string.Join(',', Enumerable.Range(1, image.Frames))}");
        request.Headers.TryAddWithoutValidation("Accept", "multipart/related; type=\"application/octet-stream\"; transfer-syntax=1.2.840.10008.1.2.1");
        using HttpResponseMessage answer = (await web.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).EnsureSuccessStatusCode();
        await (await answer.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The process that reads a study larger than what it may hold: prints bytes, seconds and memory.</summary>
    public static async Task<int> StreamAsync(DirectoryInfo folder)
    {
        await using PrivateArchive archive = await PrivateArchive.StartAsync(TimeProvider.System, default);
        List<XaImage> images = [];
        for (int picture = 0; picture < Pictures; picture++)
        {
            // one frame is written, the others are a hole in the file
            var file = new FileInfo(Path.Combine(folder.FullName, $"{picture}.dcm"));
            XaFile.Write(file.FullName, 1, StreamedSide, StreamedSide, "LIN", [(0x00181063, "DS", "200")], [(0x00080018, "UI", $"2.25.3{picture}")], (_, _, column) => (ushort)column);
            XaFile.Lengthen(file.FullName, StreamedFrames, 2 * StreamedSide * StreamedSide);
            images.Add(await archive.AddAsync(file, default));
            file.Delete();
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // from here on the kernel counts the most that is resident anew (proc(5))
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        double before = AngiographyBenchmark.MostMib();
        long bytes = 0, began = TimeProvider.System.GetTimestamp();
        foreach (XaImage image in images)
        {
            await archive.Images.ReadFramesAsync(
                image,
                (_, frame, _) =>
                {
                    bytes += frame.Length;
                    return ValueTask.CompletedTask;
                },
                default);
        }

        Console.WriteLine(JsonSerializer.Serialize(new StreamedStudy(bytes, TimeProvider.System.GetElapsedTime(began).TotalSeconds, before, AngiographyBenchmark.MostMib())));
        return 0;
    }

    public static void WriteStreamed(TextWriter output, DirectoryInfo folder)
    {
        StreamedStudy study = JsonSerializer.Deserialize<StreamedStudy>(PerfusionYardstick.Said(Environment.ProcessPath!, StreamProcess, folder.FullName))!;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A study of {study.Bytes >> 20} MiB ({Pictures} runs of {StreamedFrames} frames) is read frame by frame at {study.Bytes / study.Seconds / 1048576:F0} MiB/s with {study.MostMib - study.BeforeMib:F0} MiB of memory beyond the {study.BeforeMib:F0} MiB that the process held before,"));
        output.WriteLine("by the kernel's own count of the most that was resident. `./test --long` fails above 64.");
        output.WriteLine();
    }

    private sealed record StreamedStudy(long Bytes, double Seconds, double BeforeMib, double MostMib);

    private sealed record PydicomFrames(
        [property: JsonPropertyName("wall_s")] double WallS,
        [property: JsonPropertyName("handler")] string Handler,
        [property: JsonPropertyName("frames")] int Frames,
        [property: JsonPropertyName("sha256")] string Sha256);
}
