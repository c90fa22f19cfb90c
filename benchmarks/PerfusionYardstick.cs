using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vascular.Processing.Angiography;

namespace Vascular.Benchmarks;

/// <summary>A run as both programs read it: JSON beside a file of little-endian 16-bit frames.</summary>
/// <param name="Seconds">Time of each frame, s from the first.</param>
/// <param name="Mask">Frames of the mask, from 0.</param>
/// <param name="Bits">Bits stored.</param>
/// <param name="Pixels">Name of the file of frames.</param>
internal sealed record YardstickRun(
    [property: JsonPropertyName("frames")] int Frames,
    [property: JsonPropertyName("rows")] int Rows,
    [property: JsonPropertyName("columns")] int Columns,
    [property: JsonPropertyName("seconds")] double[] Seconds,
    [property: JsonPropertyName("mask")] int[] Mask,
    [property: JsonPropertyName("bits")] int Bits,
    [property: JsonPropertyName("pixels")] string Pixels)
{
    private const string Name = "run.json";

    /// <summary>What the series would say of itself.</summary>
    public RunDescription Describe() => new(
        FrameTimes.Of(Frames, [.. Seconds.Select((s, k) => k == 0 ? 0 : (s - Seconds[k - 1]) * 1000)], null, null), IntensityRelationship.Linear, Bits, MaskOperation.Average, Mask, Moved: false);

    public static string PathIn(DirectoryInfo folder) => Path.Combine(folder.FullName, Name);

    public static YardstickRun Load(DirectoryInfo folder) => JsonSerializer.Deserialize<YardstickRun>(File.ReadAllText(PathIn(folder)))!;

    /// <summary>Writes a run for both programs.</summary>
    public static YardstickRun Write(DirectoryInfo folder, IRunFrames frames, IReadOnlyList<int> mask, ReadOnlySpan<double> seconds, int bits)
    {
        var run = new YardstickRun(frames.Count, frames.Rows, frames.Columns, seconds.ToArray(), [.. mask], bits, "run.raw");
        ushort[] frame = new ushort[run.Rows * run.Columns];
        using (FileStream pixels = File.Create(Path.Combine(folder.FullName, run.Pixels)))
        {
            for (int k = 0; k < run.Frames; k++)
            {
                frames.Read(k, 0, run.Rows, frame);
                pixels.Write(MemoryMarshal.AsBytes<ushort>(frame));
            }
        }

        File.WriteAllText(PathIn(folder), JsonSerializer.Serialize(run));
        return run;
    }
}

/// <summary>What a program that makes maps says of itself.</summary>
/// <param name="WallS">Fastest round, seconds of the wall; subtraction and maps.</param>
/// <param name="ProcessorS">Least processor time of a round, s.</param>
/// <param name="BeforeMib">Most memory resident until the run was begun, MiB.</param>
/// <param name="MostMib">Most memory resident at all, MiB.</param>
internal sealed record YardstickTimes(
    [property: JsonPropertyName("wall_s")] double WallS,
    [property: JsonPropertyName("processor_s")] double ProcessorS,
    [property: JsonPropertyName("before_mib")] double BeforeMib,
    [property: JsonPropertyName("most_mib")] double MostMib);

/// <summary>Seven planes of figures from a program that is not ours, and how far another set of planes lies from them.</summary>
internal static class PerfusionYardstick
{
    public const string Python = "/usr/bin/python3";

    /// <summary>Largest difference of a figure, as a share of the largest figure on its map: a few roundings to 32 bits.</summary>
    public const double Tolerance = 1e-6;

    /// <summary>Runs numpy over a run that <see cref="YardstickRun.Write"/> wrote.</summary>
    /// <param name="script">perfusion_map.py.</param>
    public static (float[][] Planes, YardstickTimes Times) Numpy(string script, DirectoryInfo folder, int rounds)
    {
        string maps = Path.Combine(folder.FullName, "numpy.raw");
        YardstickTimes times = JsonSerializer.Deserialize<YardstickTimes>(Said(Python, script, YardstickRun.PathIn(folder), maps, rounds.ToString(CultureInfo.InvariantCulture)))!;
        return (Planes(maps), times);
    }

    /// <summary>What a program prints; its complaint is the exception's message.</summary>
    public static string Said(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} {arguments.FirstOrDefault()}: {errors.GetAwaiter().GetResult()}");
    }

    public static float[][] Planes(string file)
    {
        float[] all = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
        int parameters = Enum.GetValues<PerfusionParameter>().Length, pixels = all.Length / parameters;
        return [.. Enumerable.Range(0, parameters).Select(p => all[(p * pixels)..((p + 1) * pixels)])];
    }

    public static float[][] Planes(PerfusionMap map) => [.. Enum.GetValues<PerfusionParameter>().Select(p => map[p].ToArray())];

    /// <summary>How far two maps of one parameter lie apart.</summary>
    public static MapDifference Compare(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        (int both, int alone, double most, double highest) = (0, 0, 0, 0);
        for (int k = 0; k < Math.Min(ours.Length, theirs.Length); k++)
        {
            if (float.IsNaN(ours[k]) || float.IsNaN(theirs[k]))
            {
                alone += float.IsNaN(ours[k]) == float.IsNaN(theirs[k]) ? 0 : 1;
                continue;
            }

            both++;
            most = Math.Max(most, Math.Abs((double)ours[k] - theirs[k]));
            highest = Math.Max(highest, Math.Abs((double)theirs[k]));
        }

        return new MapDifference(both, alone + Math.Abs(ours.Length - theirs.Length), most, highest);
    }
}

/// <summary>Two maps of one parameter side by side.</summary>
/// <param name="Both">Pixels of which both say something.</param>
/// <param name="Alone">Pixels of which only one does.</param>
/// <param name="Most">Largest difference.</param>
/// <param name="Highest">Largest figure.</param>
internal readonly record struct MapDifference(int Both, int Alone, double Most, double Highest)
{
    public bool IsWithin(double tolerance) => Alone == 0 && Both > 0 && Most <= tolerance * Highest;
}
