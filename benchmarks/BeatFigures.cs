using System.Globalization;
using Vascular.Processing.Signals;
using Vascular.Processing.Tests.Signals;
using Vascular.Simulators.Tests.Signals;

namespace Vascular.Benchmarks;

/// <summary>How well beats are found: the recordings with reference beats, each left out in turn, and series that had no part in making the detector.</summary>
internal static class BeatFigures
{
    private const double SeriesSeconds = 240;

    private static readonly (string Name, double RateHz)[] Recordings =
    [
        ("bidmc_01", 125), ("bidmc_02", 125), ("bidmc_04", 125), ("bidmc_19", 125), ("bidmc_24", 125),
        ("bidmc_30", 125), ("bidmc_46", 125), ("bidmc_52", 125), ("neurokit_rest5", 100), ("challenge2015_v102s", 250),
    ];

    public static void Write(TextWriter output, string root)
    {
        output.WriteLine();
        output.WriteLine("## Beats");
        output.WriteLine();
        output.WriteLine("By the scoring rule of [the recordings](../tests/recordings/README.md). The last two columns leave the recording of the row out: pooled and worst F1 of the other");
        output.WriteLine("nine. The one constant chosen with these recordings' reference beats in version 3 came out the same whichever was left out");
        output.WriteLine("([0026](decisions/0026-top-of-a-pulse.md)), so the column F1 is also what each scores without a say in it. Constants of versions 1 and 2 were chosen with all ten.");
        output.WriteLine();
        output.WriteLine("| recording | found | too many | missed | F1 | median delay, s | pooled without it | worst without it |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        List<double> delays = [];
        List<(string Name, BeatScore Score, double Delay)> rows = [];
        foreach ((string name, double rate) in Recordings)
        {
            string path = Path.Combine(root, "tests", "recordings", "ppg", name);
            double[] samples = SignalBenchmark.Column(path + ".csv", 0);
            List<double> peaks = [], late = [];
            var detector = new BeatDetector(rate);
            foreach (double sample in samples)
            {
                if (detector.TryNext(sample, out Beat beat))
                {
                    peaks.Add(beat.PeakAt / rate);
                    late.Add((beat.DetectedIndex - beat.PeakAt) / rate);
                }
            }

            rows.Add((name, BeatScore.Of([.. peaks], References(path), samples.Length / rate), Median(late)));
            delays.AddRange(late);
        }

        foreach ((string name, BeatScore score, double delay) in rows)
        {
            BeatScore[] others = [.. rows.Where(r => r.Name != name).Select(r => r.Score)];
            output.WriteLine($"| {name} | {score.Hits} | {score.Extra} | {score.Missed} | {score.F1:F4} | {delay:F3} | {Pool(others).F1:F4} | {others.Min(o => o.F1):F4} |");
        }

        BeatScore pooled = Pool(rows.Select(r => r.Score));
        output.WriteLine($"| **all** | {pooled.Hits} | {pooled.Extra} | {pooled.Missed} | **{pooled.F1:F4}** | {Median(delays):F3} | | |");
        output.WriteLine();
        output.WriteLine("The worst is challenge2015_v102s, and not for beats that are not found: its front end wraps around at every pulse, 88 reference events are doubtful, and");
        output.WriteLine("a beat at the edge of what is left out around those counts or not by how many milliseconds its peak lies off its reference. In bidmc_04 15 s are dead.");
        Series(output);
    }

    private const double Height = 2000;
    private const double IntervalS = 0.82;

    private static void Series(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Series of the simulators' pulse shapes that had no part in making the detector, six of four minutes each (healthy and ischaemic, 75, 125 and 250 Hz, two levels");
        output.WriteLine("of noise):");
        output.WriteLine();
        output.WriteLine("| heart | trembling at 4 to 6 Hz, share of the pulse | found | too many | missed | F1 | worst series |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach ((string what, HeartRhythm rhythm, double tremor, double height, double intervalS) in ((string, HeartRhythm, double, double, double)[])[
            ("regular", HeartRhythm.Sinus, 0, Height, IntervalS), ("atrial fibrillation", HeartRhythm.AtrialFibrillation, 0, Height, IntervalS), ("one of eight premature", HeartRhythm.Ectopy, 0, Height, IntervalS),
            ("regular", HeartRhythm.Sinus, 0.15, Height, IntervalS), ("regular", HeartRhythm.Sinus, 0.3, Height, IntervalS), ("regular", HeartRhythm.Sinus, 0.6, Height, IntervalS),
            ("atrial fibrillation", HeartRhythm.AtrialFibrillation, 0.15, Height, IntervalS), ("regular, 35 a minute", HeartRhythm.Sinus, 0, Height, 60 / 35.0), ("regular, 160 a minute", HeartRhythm.Sinus, 0, Height, 60 / 160.0),
            ("regular, a tenth as high (3 or 17 times the noise)", HeartRhythm.Sinus, 0, Height / 10, IntervalS)])
        {
            BeatScore[] scores =
            [
                .. HeldOut.Series(rhythm, tremor, SeriesSeconds, height, intervalS).Select(s => s.Series.Score(HeldOut.Beats(s.Series))).Select(s => new BeatScore(s.Hits, s.Extra, s.Missed)),
            ];
            BeatScore all = Pool(scores);
            output.WriteLine($"| {what} | {tremor:P0} | {all.Hits} | {all.Extra} | {all.Missed} | {all.F1:F4} | {scores.Min(s => s.F1):F4} |");
        }
    }

    private static BeatScore Pool(IEnumerable<BeatScore> scores) =>
        scores.Aggregate(default(BeatScore), (a, b) => new BeatScore(a.Hits + b.Hits, a.Extra + b.Extra, a.Missed + b.Missed));

    private static (double TimeS, bool Doubtful)[] References(string path) =>
        [.. File.ReadLines(path + "_beats.csv").Skip(1).Select(line => line.Split(',')).Select(c => (double.Parse(c[0], CultureInfo.InvariantCulture), c[1] == "doubtful"))];

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
