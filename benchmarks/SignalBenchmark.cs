using System.Diagnostics;
using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Signals;
using Vascular.Processing.Waveforms;

namespace Vascular.Benchmarks;

/// <summary>The signal core over an hour of a real recording: the beat detector alone and the whole chain, beside numpy and scipy over the same samples;
/// growth with channels and with time; memory of a channel.</summary>
/// <remarks>Processor time of this process, not time of the wall: other work on the machine is not counted. The fastest of some rounds.</remarks>
internal static class SignalBenchmark
{
    private const int Rounds = 25;
    private const int GrowthRounds = 5;
    private const int CompileRounds = 5;
    private const int Repeats = 12;
    private const double RateHz = 100;
    private const string RecordingPath = "tests/recordings/ppg/neurokit_rest5.csv";
    private const string YardstickPath = "benchmarks/yardstick.py";

    public static void Run(TextWriter output)
    {
        string root = Root();
        double[] once = Column(Path.Combine(root, RecordingPath), 0);
        double[] hour = [.. Enumerable.Repeat(once, Repeats).SelectMany(s => s)];
        output.WriteLine("# The signal core, measured");
        output.WriteLine();
        output.WriteLine("Written by `scripts/signal-performance`; run it again rather than editing this page. Speeds are per core, in processor time of the process, the");
        output.WriteLine("fastest of 25 rounds (growth: of five); numbers of another machine mean nothing, the ratio to a yardstick of the same run means a little more.");
        output.WriteLine();
        output.WriteLine("## Speed");
        output.WriteLine();
        output.WriteLine($"{hour.Length} samples: one hour at 100 Hz ({RecordingPath}, {Repeats} times).");
        output.WriteLine();
        output.WriteLine("| what | million samples/s | ns/sample | bytes allocated/sample | beats |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        Measured detector = Fastest(() => Detect(hour)), chain = Fastest(() => Chains(hour, 1));
        Line(output, "beat detector", detector, hour.Length);
        Line(output, "chain: detector, window with its word each second, features, notch", chain, hour.Length);
        (string Name, double Seconds, string Beats)[] yardsticks = Yardsticks(root);
        foreach ((string name, double seconds, string beats) in yardsticks)
        {
            output.WriteLine($"| yardstick: {name} | {hour.Length / seconds / 1e6:F1} | {seconds * 1e9 / hour.Length:F0} | | {beats} |");
        }

        output.WriteLine();
        foreach ((string name, double seconds, _) in yardsticks)
        {
            output.WriteLine($"- Detector over {name}: {seconds / detector.Seconds:F2} times the samples a second; chain: {seconds / chain.Seconds:F2}.");
        }

        output.WriteLine("- The yardsticks see the whole recording at once and answer at its end; the detector answers each beat within half a second.");
        Growth(output, once);
        Memory(output);
        BeatFigures.Write(output, root);
        WordFigures.Write(output, root);
        ToeFigures.Write(output);
    }

    private static void Growth(TextWriter output, double[] once)
    {
        output.WriteLine();
        output.WriteLine("## Growth");
        output.WriteLine();
        output.WriteLine("| channels side by side, five minutes each | 1 | 4 | 16 | 64 |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        output.WriteLine($"| chain, ns per sample of a channel | {string.Join(" | ", ((int[])[1, 4, 16, 64]).Select(n => $"{Fastest(() => Chains(once, n), GrowthRounds).Seconds * 1e9 / once.Length / n:F0}"))} |");
        output.WriteLine();
        output.WriteLine("| one channel for | 1 min | 10 min | 1 h | 24 h |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        output.WriteLine($"| chain, ns per sample | {string.Join(" | ", ((int[])[1, 10, 60, 1440]).Select(minutes => $"{Fastest(() => Chain(once, minutes), GrowthRounds).Seconds * 1e9 / (minutes * 60 * RateHz):F0}"))} |");
    }

    private static void Memory(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("## Memory of a channel");
        output.WriteLine();
        output.WriteLine("| part | bytes at 75 Hz | at 125 Hz | at 1000 Hz |");
        output.WriteLine("| --- | --- | --- | --- |");
        foreach ((string name, Func<double, object> make) in ((string, Func<double, object>)[])[
            ("beat detector", r => new BeatDetector(r)), ("window", r => new PulseWindow(r)), ("features", r => new FeatureFollower(r)), ("notch", r => new DicroticNotch(ClinicalRules.Default.Flatness, r))])
        {
            output.WriteLine($"| {name} | {string.Join(" | ", ((double[])[75, 125, 1000]).Select(rate => Bytes(() => make(rate)).ToString("N0", CultureInfo.InvariantCulture)))} |");
        }
    }

    private static long Bytes(Func<object> make)
    {
        make();
        long before = GC.GetAllocatedBytesForCurrentThread();
        object made = make();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(made);
        return bytes;
    }

    private static void Line(TextWriter output, string what, Measured measured, int count) => output.WriteLine(
        $"| {what} | {count / measured.Seconds / 1e6:F1} | {measured.Seconds * 1e9 / count:F0} | {measured.Allocated / (double)count:F3} | {measured.Beats} |");

    private static Measured Detect(double[] samples)
    {
        var detector = new BeatDetector(RateHz);
        TimeSpan began = Environment.CpuUsage.TotalTime;
        long before = GC.GetAllocatedBytesForCurrentThread();
        int beats = 0;
        foreach (double sample in samples)
        {
            beats += detector.TryNext(sample, out _) ? 1 : 0;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return new((Environment.CpuUsage.TotalTime - began).TotalSeconds, allocated, beats);
    }

    /// <summary>As many channels as asked for, each sample given to all of them in turn.</summary>
    private static Measured Chains(double[] samples, int channels)
    {
        ChannelChain[] chains = [.. Enumerable.Range(0, channels).Select(_ => new ChannelChain())];
        TimeSpan began = Environment.CpuUsage.TotalTime;
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (double sample in samples)
        {
            foreach (ChannelChain chain in chains)
            {
                chain.Take(sample);
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return new((Environment.CpuUsage.TotalTime - began).TotalSeconds, allocated, chains.Sum(c => c.Beats));
    }

    private static Measured Chain(double[] samples, int minutes)
    {
        var chain = new ChannelChain();
        TimeSpan began = Environment.CpuUsage.TotalTime;
        int at = 0;
        for (long k = (long)(minutes * 60 * RateHz); k > 0; k--)
        {
            chain.Take(samples[at]);
            at = at + 1 == samples.Length ? 0 : at + 1;
        }

        return new((Environment.CpuUsage.TotalTime - began).TotalSeconds, 0, chain.Beats);
    }

    private static Measured Fastest(Func<Measured> run, int rounds = Rounds)
    {
        // the first rounds also compile
        Measured[] all = [.. Enumerable.Range(0, rounds == Rounds ? rounds + CompileRounds : rounds).Select(_ => run()).Skip(rounds == Rounds ? CompileRounds : 0)];
        return all.MinBy(r => r.Seconds);
    }

    /// <summary>What numpy and scipy need; empty where python3-numpy is not installed.</summary>
    private static (string Name, double Seconds, string Beats)[] Yardsticks(string root)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[Path.Combine(root, YardstickPath), Path.Combine(root, RecordingPath), "0", Repeats.ToString(CultureInfo.InvariantCulture), RateHz.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process? python = Process.Start(start);
        string[] said = python?.StandardOutput.ReadToEnd().Split('\n') ?? [];
        python?.WaitForExit();
        string[] names = ["numpy, two moving averages", "scipy, band-pass both ways and two moving averages"];
        return python?.ExitCode != 0 ? [] :
        [
            .. names.Zip(said).Where(s => s.Second.Length > 1).Select(s => (s.First, s.Second.Split(' ')))
                .Select(s => (s.First, double.Parse(s.Item2[0], CultureInfo.InvariantCulture), s.Item2[1])),
        ];
    }

    internal static double[] Column(string path, int column) =>
        [.. File.ReadLines(path).Skip(1).Select(line => double.Parse(line.Split(',')[column], CultureInfo.InvariantCulture))];

    internal static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, RecordingPath)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new FileNotFoundException("The recordings of the tests are needed.", RecordingPath);
    }

    private readonly record struct Measured(double Seconds, long Allocated, int Beats);

    /// <summary>All that is worked out of one channel.</summary>
    private sealed class ChannelChain
    {
        private readonly BeatDetector detector = new(RateHz);
        private readonly PulseWindow window = new(RateHz);
        private readonly FeatureFollower follower = new(RateHz);
        private readonly DicroticNotch notch = new(ClinicalRules.Default.Flatness, RateHz);
        private int untilWord = (int)RateHz;

        public int Beats { get; private set; }

        public void Take(double sample)
        {
            window.Add(sample);
            follower.Add(sample);
            notch.Add(sample);
            if (detector.TryNext(sample, out Beat beat))
            {
                notch.Add(beat);
                Beats += follower.TryClose(beat, out _) ? 1 : 0;
            }

            if (--untilWord == 0)
            {
                untilWord = (int)RateHz;
                Beats += window.Word == PulseWord.Nonpulsatile ? 1_000_000 : 0;
            }
        }
    }
}
