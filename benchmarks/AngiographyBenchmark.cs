using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Vascular.Devices.Angiography;
using Vascular.Processing.Angiography;
using Vascular.Processing.Tests.Angiography;

namespace Vascular.Benchmarks;

/// <summary>Maps of a run beside numpy over the same pixels, and frames from Orthanc beside pydicom reading the file. Each program in a process of its own, turn by turn; the fastest round of each.</summary>
internal static class AngiographyBenchmark
{
    /// <summary>First word of the command line of the process that makes maps: not a benchmark of its own.</summary>
    public const string MapProcess = "angiography-map";

    private const int Side = 512, Frames = 100, Bits = 12;
    private const double PerSecond = 5;
    private const int Turns = 3, RoundsPerTurn = 5;
    private const string ScriptPath = "benchmarks/perfusion_map.py";

    public static void Run(TextWriter output)
    {
        string root = SignalBenchmark.Root();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("angiography-benchmark-");
        try
        {
            var phantom = Phantom();
            YardstickRun.Write(folder, phantom, [3, 4, 5, 6, 7], XaPhantom.Even(Frames, PerSecond), Bits);
            output.WriteLine("# Angiograms, measured");
            output.WriteLine();
            output.WriteLine("Written by `scripts/angiography-performance`; run it again rather than editing this page. Numbers of another machine mean nothing, the ratio to a program");
            output.WriteLine("measured in the same run means a little more.");
            output.WriteLine();
            output.WriteLine("## Parametric maps");
            output.WriteLine();
            output.WriteLine(
                $"A simulated run of {Side} x {Side} pixels, {Frames} frames, {PerSecond} a second, of which contrast reaches two thirds of the pixels. Each program is a process of its own and makes all seven maps from the");
            output.WriteLine($"frames on disk; the fastest of {Turns * RoundsPerTurn} rounds, taken in {Turns} turns. The same definitions, the same five frames as the mask. {MqttStand.Load()}.");
            output.WriteLine();
            Maps(output, root, folder);
            output.WriteLine("## Frames");
            output.WriteLine();
            output.WriteLine("The same run as a DICOM file. Ours asks Orthanc, a process of its own on this machine, for the frames over DICOMweb, header and all, and puts them into one array; pydicom opens the");
            output.WriteLine($"file and decodes it into one array, with its fastest decoder for each. {MqttStand.Load()}.");
            output.WriteLine();
            FrameReading.Write(output, root, folder, phantom);
            output.WriteLine("Uncompressed, a file on the disk wins: pydicom takes the bytes as they lie, while Orthanc copies the whole instance from its store into memory and parses it for each request, header or");
            output.WriteLine("frames and however few, and then sends it through a socket. So a run is asked for in one request. What the client itself costs is the difference of the two columns of Orthanc.");
            output.WriteLine();
            FrameReading.WriteStreamed(output, folder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The process that makes maps: as the page does, from frames spooled on this machine.</summary>
    public static int Map(DirectoryInfo folder, int rounds)
    {
        YardstickRun yardstick = YardstickRun.Load(folder);
        var image = new XaImage(
            "2.25.1", "2.25.2", "2.25.3", null, null, null, null, null, yardstick.Frames, yardstick.Rows, yardstick.Columns, 16, null, null, null, null, IsLossy: false, yardstick.Describe());
        using SpooledFrames frames = SpooledFrames.FetchAsync(new FileOfFrames(Path.Combine(folder.FullName, yardstick.Pixels)), image, folder, null, default).GetAwaiter().GetResult();
        double before = MostMib(), subtracting = double.MaxValue, subtractingCpu = double.MaxValue, wall = double.MaxValue, processor = double.MaxValue;
        long allocated = 0;
        PerfusionMap? map = null;
        for (int round = 0; round < rounds; round++)
        {
            long bytes = GC.GetTotalAllocatedBytes(precise: true), began = TimeProvider.System.GetTimestamp();
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            (SubtractedRun? run, RunRefusal refusal) = SubtractedRun.Of(image.Run, frames);
            if (run is null || (run.Flags & (RunFlags.ExposureNormalised | RunFlags.MotionCorrected | RunFlags.FramesLeftOut)) != 0)
            {
                throw new InvalidOperationException($"the run was not taken as it is: {refusal}, {run?.Flags}");
            }

            (subtracting, subtractingCpu) = (Math.Min(subtracting, Seconds(began)), Math.Min(subtractingCpu, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds));
            (began, cpu) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
            map = PerfusionMap.Of(run);
            (wall, processor) = (Math.Min(wall, Seconds(began)), Math.Min(processor, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds));
            allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        }

        double most = MostMib();
        using (FileStream maps = File.Create(Path.Combine(folder.FullName, "ours.raw")))
        {
            foreach (PerfusionParameter parameter in Enum.GetValues<PerfusionParameter>())
            {
                maps.Write(MemoryMarshal.AsBytes(map![parameter]));
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(new MapTimes(new YardstickTimes(wall, processor, before, most), subtracting, subtractingCpu, allocated)));
        return 0;
    }

    private static void Maps(TextWriter output, string root, DirectoryInfo folder)
    {
        List<MapTimes> ours = [];
        List<YardstickTimes> theirs = [];
        float[][] numpy = [];
        string rounds = RoundsPerTurn.ToString(CultureInfo.InvariantCulture);
        for (int turn = 0; turn < Turns; turn++)
        {
            ours.Add(JsonSerializer.Deserialize<MapTimes>(PerfusionYardstick.Said(Environment.ProcessPath!, MapProcess, folder.FullName, rounds))!);
            (numpy, YardstickTimes times) = PerfusionYardstick.Numpy(Path.Combine(root, ScriptPath), folder, RoundsPerTurn);
            theirs.Add(times);
        }

        float[][] planes = PerfusionYardstick.Planes(Path.Combine(folder.FullName, "ours.raw"));
        (double map, double mapCpu) = (ours.Min(o => o.Map.WallS), ours.Min(o => o.Map.ProcessorS));
        (double subtract, double subtractCpu) = (ours.Min(o => o.SubtractWallS), ours.Min(o => o.SubtractProcessorS));
        (double wall, double cpu) = (theirs.Min(t => t.WallS), theirs.Min(t => t.ProcessorS));
        output.WriteLine("| program | s | s of processor | MiB at most | MiB beyond those before the run |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `PerfusionMap` | {map:F3} | {mapCpu:F3} | {ours.Min(o => o.Map.MostMib):F0} | {ours.Min(o => o.Map.MostMib - o.Map.BeforeMib):F0} |"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| before it, once a run: mask, alignment, exposure (`SubtractedRun`) | {subtract:F3} | {subtractCpu:F3} | | |"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| numpy: `benchmarks/perfusion_map.py`, which takes mask and alignment as given | {wall:F3} | {cpu:F3} | {theirs.Min(t => t.MostMib):F0} | {theirs.Min(t => t.MostMib - t.BeforeMib):F0} |"));
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- Maps over numpy: **{wall / map:F2} times as fast** ({cpu / mapCpu:F2} in processor time); with subtraction and alignment {wall / (map + subtract):F2}. {ours[^1].AllocatedBytes / 1048576.0:F0} MiB are allocated for a run and its maps."));
        output.WriteLine();
        output.WriteLine("| map | pixels with a figure | only one says something | largest difference | largest figure |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        bool same = true;
        foreach (PerfusionParameter parameter in Enum.GetValues<PerfusionParameter>())
        {
            MapDifference difference = PerfusionYardstick.Compare(planes[(int)parameter], numpy[(int)parameter]);
            same &= difference.IsWithin(PerfusionYardstick.Tolerance);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {parameter.Name()} | {difference.Both} | {difference.Alone} | {difference.Most:G2} | {difference.Highest:G4} |"));
        }

        output.WriteLine();
        output.WriteLine(same
            ? string.Create(CultureInfo.InvariantCulture, $"Both say the same: no figure differs by more than {PerfusionYardstick.Tolerance * 1e6:G2} millionth of the largest on its map.")
            : throw new InvalidOperationException("The maps differ from numpy's."));
        output.WriteLine();
    }

    /// <summary>A textured field in which contrast comes to 42 of 64 squares, each at its own time and as thick as it will.</summary>
    private static XaPhantom Phantom()
    {
        var phantom = new XaPhantom(XaPhantom.Even(Frames, PerSecond), Side, Side) { Noise = 0.01, Bits = Bits };
        const int Square = Side / 8;
        for (int row = 0; row < 8; row++)
        {
            for (int column = 0; column < 8; column++)
            {
                if ((row + column) % 3 != 0)
                {
                    phantom.Vessels.Add((column * Square, row * Square, Square, Square, XaPhantom.Gamma(0.05 + 0.04 * row, 2 + 0.2 * (row + column), 3, 0.8)));
                }
            }
        }

        return phantom;
    }

    private static double Seconds(long began) => TimeProvider.System.GetElapsedTime(began).TotalSeconds;

    /// <summary>Most memory that was resident in this process (VmHWM, proc(5)).</summary>
    internal static double MostMib() => long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;

    private sealed record MapTimes(YardstickTimes Map, double SubtractWallS, double SubtractProcessorS, long AllocatedBytes);

    /// <summary>An archive of one run that lies in a file.</summary>
    private sealed class FileOfFrames(string path) : IAngiograms
    {
        public async Task ReadFramesAsync(XaImage image, Func<int, ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancel)
        {
            byte[] frame = new byte[image.FrameBytes];
            await using FileStream file = File.OpenRead(path);
            for (int k = 0; k < image.Frames; k++)
            {
                await file.ReadExactlyAsync(frame, cancel);
                await take(k, frame, cancel);
            }
        }

        public IAsyncEnumerable<StudyHeader> StudiesAsync(string modality, CancellationToken cancel) => throw new NotSupportedException();

        public Task<StudyHeader?> StudyAsync(string study, CancellationToken cancel) => throw new NotSupportedException();

        public IAsyncEnumerable<InstanceHeader> InstancesAsync(string study, CancellationToken cancel) => throw new NotSupportedException();

        public Task<XaImage> DescribeAsync(string study, string series, string instance, CancellationToken cancel) => throw new NotSupportedException();

        public Task<LastFrame> LastFrameAsync(XaImage image, CancellationToken cancel) => throw new NotSupportedException();
    }
}
