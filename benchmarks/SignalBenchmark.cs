using System.Diagnostics;
using System.Globalization;
using Vascular.Processing.Signals;

namespace Vascular.Benchmarks;

/// <summary>The signal core over a real recording: the beat detector alone and the whole chain, beside two moving averages in numpy over the same samples.</summary>
internal static class SignalBenchmark
{
    private const int Rounds = 7;
    private const int Repeats = 8;
    private const double RateHz = 125;
    private const string RecordingPath = "tests/recordings/ppg/bidmc_52.csv";
    private const string YardstickPath = "benchmarks/two_moving_averages.py";

    public static void Run(TextWriter output)
    {
        string root = Root();
        double[] once = [.. File.ReadLines(Path.Combine(root, RecordingPath)).Skip(1).Select(line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))];
        double[] samples = [.. Enumerable.Repeat(once, Repeats).SelectMany(s => s)];
        Measured detector = Median([.. Enumerable.Range(0, Rounds + 1).Select(_ => Detect(samples)).Skip(1)]);
        Measured chain = Median([.. Enumerable.Range(0, Rounds + 1).Select(_ => Chain(samples)).Skip(1)]);
        double? yardstick = Yardstick(root);
        output.WriteLine("# Speed of the signal core");
        output.WriteLine();
        output.WriteLine("Written by `scripts/signal-performance`; run it again rather than editing this page. One core; numbers of another machine mean nothing,");
        output.WriteLine("the ratio against the yardstick of the same run means a little more.");
        output.WriteLine();
        output.WriteLine($"{samples.Length} samples ({RecordingPath}, {Repeats} times), medians of {Rounds} rounds.");
        output.WriteLine();
        output.WriteLine("| what | million samples/s | ns/sample | bytes allocated/sample | beats |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        Line(output, "beat detector", detector, samples.Length);
        Line(output, "chain: detector, window with its word each second, features", chain, samples.Length);
        output.WriteLine(yardstick is { } seconds
            ? $"| yardstick: two moving averages in numpy, whole recording at once, no filter | {samples.Length / seconds / 1e6:F1} | {seconds * 1e9 / samples.Length:F0} | | |"
            : "| yardstick: numpy is not installed (`apt-get install python3-numpy`) | | | | |");
        if (yardstick is { } known)
        {
            output.WriteLine();
            output.WriteLine($"Detector over yardstick: {samples.Length / detector.Seconds * known / samples.Length:F1} times the samples a second.");
        }
    }

    private static void Line(TextWriter output, string what, Measured measured, int count) => output.WriteLine(
        $"| {what} | {count / measured.Seconds / 1e6:F1} | {measured.Seconds * 1e9 / count:F0} | {measured.Allocated / (double)count:F3} | {measured.Beats} |");

    private static Measured Detect(double[] samples)
    {
        var detector = new BeatDetector(RateHz);
        long before = GC.GetAllocatedBytesForCurrentThread(), began = TimeProvider.System.GetTimestamp();
        int beats = 0;
        foreach (double sample in samples)
        {
            beats += detector.TryNext(sample, out _) ? 1 : 0;
        }

        return new(TimeProvider.System.GetElapsedTime(began).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before, beats);
    }

    private static Measured Chain(double[] samples)
    {
        var detector = new BeatDetector(RateHz);
        var window = new PulseWindow(RateHz);
        var follower = new FeatureFollower(RateHz);
        long before = GC.GetAllocatedBytesForCurrentThread(), began = TimeProvider.System.GetTimestamp();
        int beats = 0, untilWord = (int)RateHz;
        foreach (double sample in samples)
        {
            window.Add(sample);
            follower.Add(sample);
            if (detector.TryNext(sample, out Beat beat))
            {
                beats += follower.TryClose(beat, out _) ? 1 : 0;
            }

            if (--untilWord == 0)
            {
                untilWord = (int)RateHz;
                beats += window.Word == PulseWord.Nonpulsatile ? 1_000_000 : 0;
            }
        }

        return new(TimeProvider.System.GetElapsedTime(began).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before, beats);
    }

    /// <summary>Seconds numpy needs; null where there is no numpy.</summary>
    private static double? Yardstick(string root)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[Path.Combine(root, YardstickPath), Path.Combine(root, RecordingPath), Repeats.ToString(CultureInfo.InvariantCulture), RateHz.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process? python = Process.Start(start);
        string? said = python?.StandardOutput.ReadToEnd();
        python?.WaitForExit();
        return python?.ExitCode == 0 && double.TryParse(said, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) ? seconds : null;
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, RecordingPath)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new FileNotFoundException("The recordings of the tests are needed.", RecordingPath);
    }

    private static Measured Median(Measured[] rounds) => rounds.OrderBy(r => r.Seconds).ElementAt(rounds.Length / 2);

    private readonly record struct Measured(double Seconds, long Allocated, int Beats);
}
