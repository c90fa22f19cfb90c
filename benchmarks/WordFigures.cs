using System.Globalization;
using System.Text;
using System.Text.Json;
using Vascular.Processing.Signals;
using Vascular.Simulators.Tests.Signals;

namespace Vascular.Benchmarks;

/// <summary>What the classifier says of traces whose answer is known: a table, and the same as a picture beside the curve of the smallest visible pulse.</summary>
internal static class WordFigures
{
    private const string PicturePath = "docs/pictures/pulse-words.svg";
    private const double SeriesSeconds = 240;
    private static readonly double[] TimesStated = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.25, 1.5, 2];

    private static readonly (string Name, double RateHz)[] Recordings =
    [
        ("bidmc_01", 125), ("bidmc_02", 125), ("bidmc_04", 125), ("bidmc_19", 125), ("bidmc_24", 125), ("bidmc_30", 125), ("bidmc_46", 125), ("bidmc_52", 125),
        ("neurokit_rest5", 100), ("heartpy_data", 100), ("biosppy_1000hz", 1000),
    ];

    private const string Noisy = "pulses, long and noisy (heartpy_data2)";

    /// <summary>Second in which the first window of a whole recording ends.</summary>
    private const int FirstEndsS = 13;

    public static void Write(TextWriter output, string root)
    {
        (string What, PulseWord[] Words)[] rows = [.. Rows(root)];
        double[] seen = [.. TimesStated.Select(HeldOut.SeenShare)];
        output.WriteLine();
        output.WriteLine("## Pulsatile, nonpulsatile, unreadable");
        output.WriteLine();
        output.WriteLine("One word a second about the last ten seconds. What a word may be: a pulse is never nonpulsatile, no pulse never pulsatile; either may be unreadable.");
        output.WriteLine();
        output.WriteLine("| trace | windows | pulsatile | nonpulsatile | unreadable |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        foreach ((string what, PulseWord[] words) in rows)
        {
            output.WriteLine($"| {what} | {words.Length} | {Share(words, PulseWord.Pulsatile):P1} | {Share(words, PulseWord.Nonpulsatile):P1} | {Share(words, PulseWord.Unreadable):P1} |");
        }

        output.WriteLine();
        int[] silent = [.. rows.Single(r => r.What == Noisy).Words.Index().Where(w => w.Item == PulseWord.Nonpulsatile).Select(w => w.Index + FirstEndsS)];
        output.WriteLine($"The nonpulsatile windows of heartpy_data2 end at {string.Join(", ", silent)} s: from second 7 on the trace shows ripples of 4 counts, where its later pulses have 150, and from 18");
        output.WriteLine("to 25 s it is zero: nothing pulses there. The ischaemic half of the slow series is unreadable: a wave with an upstroke of 0.6 s at 35 a minute is what breath makes, too.");
        output.WriteLine();
        output.WriteLine("Smallest pulse that would have been seen: 60 flat toes, each again with a pulse of so many times the height stated.");
        output.WriteLine();
        output.WriteLine($"| times the height stated | {string.Join(" | ", TimesStated)} |");
        output.WriteLine($"| --- |{string.Concat(TimesStated.Select(_ => " --- |"))}");
        output.WriteLine($"| called pulsatile | {string.Join(" | ", seen.Select(s => $"{s:P0}"))} |");
        output.WriteLine();
        output.WriteLine("![The same as bars and as a curve](pictures/pulse-words.svg)");
        File.WriteAllText(Path.Combine(root, PicturePath), Picture(rows, seen));
    }

    private static IEnumerable<(string, PulseWord[])> Rows(string root)
    {
        PulseWord[] Of(IEnumerable<(PulseWord Word, double? Smallest)> windows) => [.. windows.Select(w => w.Word)];
        string ppg = Path.Combine(root, "tests", "recordings", "ppg"), cuffs = Path.Combine(root, "tests", "recordings", "cuff_ppg");
        double[] Ppg(string name) => SignalBenchmark.Column(Path.Combine(ppg, name + ".csv"), 0);
        yield return ("pulses, 11 recordings", [.. Recordings.SelectMany(r => Of(HeldOut.Windows(Ppg(r.Name), r.RateHz, null, null)))]);
        yield return (Noisy, Of(HeldOut.Windows(Ppg("heartpy_data2"), 117, null, null)));
        yield return ("false alarm (challenge2015_v102s)", Of(HeldOut.Windows(Ppg("challenge2015_v102s"), 250, null, null)));
        yield return ("occluded toes (cuff_ppg)", [.. ((string[])["d01", "d02", "d03", "d04", "d05"]).SelectMany(run => Of(HeldOut.Windows(Occluded(cuffs, run), 125, 0, 4095, fromS: 8)))]);
        yield return ("flat toes, simulated", [.. HeldOut.Flat(SeriesSeconds).SelectMany(s => Of(HeldOut.Windows(s.Samples, s.Truth.RateHz)))]);
        foreach ((string what, HeartRhythm rhythm, double tremor) in ((string, HeartRhythm, double)[])[
            ("regular, simulated", HeartRhythm.Sinus, 0), ("atrial fibrillation, simulated", HeartRhythm.AtrialFibrillation, 0), ("one of eight premature, simulated", HeartRhythm.Ectopy, 0),
            ("tremor 30 %, simulated", HeartRhythm.Sinus, 0.3), ("tremor 60 %, simulated", HeartRhythm.Sinus, 0.6)])
        {
            yield return (what, [.. HeldOut.Series(rhythm, tremor, SeriesSeconds).SelectMany(s => Of(HeldOut.Windows(s.Series.Samples, s.Series.Truth.RateHz)))]);
        }

        foreach (double perMinute in (double[])[35, 160])
        {
            yield return ($"{perMinute} a minute, simulated", [.. HeldOut.Series(HeartRhythm.Sinus, 0, SeriesSeconds, meanIntervalS: 60 / perMinute).SelectMany(s => Of(HeldOut.Windows(s.Series.Samples, s.Series.Truth.RateHz)))]);
        }
    }

    private static double[] Occluded(string folder, string run)
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, $"run_{run}.json")));
        double until = truth.RootElement.GetProperty("truth").GetProperty("first_inflow_s").GetDouble();
        return SignalBenchmark.Column(Path.Combine(folder, $"run_{run}.csv"), 1)[..(int)(125 * until)];
    }

    private static double Share(PulseWord[] words, PulseWord word) => words.Length == 0 ? 0 : words.Count(w => w == word) / (double)words.Length;

    private static string Picture((string What, PulseWord[] Words)[] rows, double[] seen)
    {
        const double Left = 260, Wide = 420, Row = 24, Top = 40, Right = 760, Tall = 240;
        var svg = new StringBuilder();
        void Line(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1220\" height=\"{Top + (Row * rows.Length) + 60}\" font-family=\"sans-serif\" font-size=\"12\">");
        Line($"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        (PulseWord Word, string Colour)[] colours = [(PulseWord.Pulsatile, "#146"), (PulseWord.Nonpulsatile, "#c60"), (PulseWord.Unreadable, "#bbb")];
        for (int k = 0; k < colours.Length; k++)
        {
            Line($"<rect x=\"{Left + (k * 130)}\" y=\"12\" width=\"12\" height=\"12\" fill=\"{colours[k].Colour}\"/><text x=\"{Left + (k * 130) + 18}\" y=\"22\">{colours[k].Word.ToString().ToLowerInvariant()}</text>");
        }

        for (int row = 0; row < rows.Length; row++)
        {
            double y = Top + (row * Row), x = Left;
            Line($"<text x=\"{Left - 8}\" y=\"{y + 15}\" text-anchor=\"end\">{rows[row].What}</text>");
            foreach ((PulseWord word, string colour) in colours)
            {
                double width = Wide * Share(rows[row].Words, word);
                Line($"<rect x=\"{x:0.#}\" y=\"{y + 3}\" width=\"{width:0.#}\" height=\"{Row - 6}\" fill=\"{colour}\"/>");
                x += width;
            }
        }

        double X(double times) => Right + (times / 2 * 400);
        double Y(double share) => Top + (Tall * (1 - share));
        Line($"<rect x=\"{Right}\" y=\"{Top}\" width=\"400\" height=\"{Tall}\" fill=\"none\" stroke=\"#888\"/>");
        Line($"<line x1=\"{Right}\" x2=\"{Right + 400}\" y1=\"{Y(0.95):0.#}\" y2=\"{Y(0.95):0.#}\" stroke=\"#c60\" stroke-dasharray=\"4 3\"/><text x=\"{Right + 6}\" y=\"{Y(0.95) + 14:0.#}\">19 of 20</text>");
        Line($"<line x1=\"{X(1):0.#}\" x2=\"{X(1):0.#}\" y1=\"{Top}\" y2=\"{Top + Tall}\" stroke=\"#c60\" stroke-dasharray=\"4 3\"/>");
        Line($"<polyline fill=\"none\" stroke=\"#146\" stroke-width=\"2\" points=\"{string.Join(' ', TimesStated.Zip(seen).Select(p => FormattableString.Invariant($"{X(p.First):0.#},{Y(p.Second):0.#}")))}\"/>");
        foreach (double times in (double[])[0, 0.5, 1, 1.5, 2])
        {
            Line($"<text x=\"{X(times):0.#}\" y=\"{Top + Tall + 16}\" text-anchor=\"middle\">{times}</text>");
        }

        Line($"<text x=\"{Right + 200}\" y=\"{Top + Tall + 36}\" text-anchor=\"middle\">height of the pulse, times the smallest said to be visible</text>");
        Line($"<text x=\"{Right - 8}\" y=\"{Top + 6}\" text-anchor=\"end\">1</text><text x=\"{Right - 8}\" y=\"{Top + Tall}\" text-anchor=\"end\">0</text><text x=\"{Right + 200}\" y=\"{Top - 12}\" text-anchor=\"middle\">share called pulsatile</text>");
        Line($"</svg>");
        return svg.ToString();
    }
}
