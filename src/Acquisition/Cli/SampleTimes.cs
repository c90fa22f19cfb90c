using System.Globalization;

namespace Vascular.Acquisition.Cli;

/// <summary>A file's own column of times, held against the rate that is given: samples that do not follow each other are not joined.</summary>
/// <remarks>
/// <c>time_s</c> and <c>time_ms</c> are times by our own word and must be in order. Another name that says time (<c>time</c>, <c>t</c>, <c>timestamp</c>,
/// <c>elapsed</c>, with or without a unit: <c>Time (s)</c>) may stand over something else, so that only a column that rises steadily counts; where it says no unit,
/// any in use may be meant. Times are rounded as they are written, so a step is a gap where it is longer than a sample and a half by more than twice that.
/// </remarks>
internal sealed class SampleTimes
{
    private const string Missing = "samples are missing there: give each unbroken part as a file of its own, at its own --rate (of a TcPO2 a row with an empty cell for each reading that is missing)";

    /// <summary>Largest difference between the rate that is given and the times of the file.</summary>
    private const double MostOff = 0.02;

    /// <summary>A step this much longer than a sample leaves one out.</summary>
    private const double Gap = 1.5;

    /// <summary>Where more of the steps are as long as gaps, it was the arrivals that were stamped and not the samples.</summary>
    private const double MostArrivals = 0.05;

    /// <summary>A stretch of a column that rises steadily: samples, and how often the rounding it is to be longer.</summary>
    private const int Stretch = 10;
    private const double OverRounding = 20;

    /// <summary>Above this rate no time steps by whole seconds: ones count samples.</summary>
    private const double CountsAboveHz = 2;

    private static readonly string[] TimeWords = ["time", "t", "timestamp", "elapsed"];

    private static readonly (string[] Words, double Seconds)[] Units =
    [
        (["s", "sec", "second", "seconds"], 1), (["ms", "msec", "millisecond", "milliseconds"], 1e-3), (["us", "µs", "μs", "microseconds"], 1e-6), (["ns"], 1e-9),
        (["min", "minute", "minutes"], 60), (["h", "hours"], 3600), (["days"], 86_400),
    ];

    /// <summary>The hundred nanoseconds that some clocks tick by.</summary>
    private const double TickSeconds = 1e-7;

    private readonly string name;
    private readonly double? seconds;
    private readonly bool sure;

    private SampleTimes(string name, double? seconds, bool sure) => (this.name, this.seconds, this.sure) = (name, seconds, sure);

    /// <summary>Null for a column whose name says nothing of time.</summary>
    public static SampleTimes? Of(string name)
    {
        if (name.ToLowerInvariant() is var exact and ("time_s" or "time_ms"))
        {
            return new SampleTimes(name, exact == "time_s" ? 1 : 1e-3, sure: true);
        }

        string[] words = Words(name);
        string[] units = [.. words.Where(w => !TimeWords.Contains(w))];
        return words.Length == units.Length || units.Length > 1 ? null
            : units.Length == 0 ? new SampleTimes(name, null, sure: false)
            : Units.FirstOrDefault(u => u.Words.Contains(units[0])) is { Words: not null } unit ? new SampleTimes(name, unit.Seconds, sure: false)
            : null;
    }

    /// <param name="cells">The column, with the line of each cell.</param>
    /// <exception cref="CommandFailure">A gap, times that go back, or another rate.</exception>
    public void Check(string path, IReadOnlyList<(long Line, string Text)> cells, double rateHz)
    {
        var times = new double[cells.Count];
        for (int k = 0; k < times.Length; k++)
        {
            if (!SampleTable.TryNumber(cells[k].Text, out times[k]))
            {
                if (!sure)
                {
                    return;
                }

                throw new CommandFailure($"'{cells[k].Text}' is not a number", $"{path} line {cells[k].Line} column {name}", "write a decimal number with a point");
            }
        }

        double[] steps = [.. times.Zip(times.Skip(1), (before, after) => after - before)];
        double rounding = Math.Min(Rounding(cells.Select(c => c.Text)), steps.Where(s => s > 0).DefaultIfEmpty(0).Min());
        if (!sure && !RisesSteadily(times, steps, rounding))
        {
            return;
        }

        double sample = seconds is { } unit && sure ? 1 / rateHz / unit : Typical(times, steps, rounding);
        int[] wrong = [.. Enumerable.Range(0, steps.Length).Where(k => steps[k] < 0 || steps[k] > Gap * sample + 2 * rounding)];
        if (wrong.Length > 0 && (sure || wrong.Length <= MostArrivals * steps.Length))
        {
            double step = steps[wrong[0]] * (seconds ?? 1);
            string what = step < 0 ? "the times go back" : string.Create(CultureInfo.InvariantCulture, $"the times jump by {step:0.###}{(seconds is null ? "" : " s")}");
            throw new CommandFailure(what, $"{path} line {cells[wrong[0] + 1].Line} column {name}", Missing);
        }

        CheckRate(path, times, 2 * rounding, rateHz);
    }

    private void CheckRate(string path, double[] times, double slack, double rateHz)
    {
        double length = times[^1] - times[0];
        int samples = times.Length - 1;
        bool IsRate(double unit) => Math.Abs(length - samples / rateHz / unit) <= MostOff * samples / rateHz / unit + slack;
        if (seconds is { } known)
        {
            if (!IsRate(known))
            {
                string what = string.Create(CultureInfo.InvariantCulture, $"{times.Length} samples in {length * known:0.###} s are not {rateHz:0.###} Hz");
                throw new CommandFailure(what, $"{path} column {name}", "give the rate of the file with --rate");
            }
        }
        else if (!(rateHz > CountsAboveHz && Math.Abs(length - samples) <= slack) && !IsRate(TickSeconds) && !Units.Any(u => IsRate(u.Seconds)))
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"{times.Length} samples that rise by {length:0.###} are {rateHz:0.###} Hz in no unit of time");
            throw new CommandFailure(what, $"{path} column {name}", "give the rate of the file with --rate, or give a column that holds no times another name");
        }
    }

    /// <summary>No step back, and every stretch rises at least half of what stretches rise: so do times with gaps, and a temperature that settles does not.</summary>
    private static bool RisesSteadily(double[] times, double[] steps, double rounding) =>
        steps.All(s => s >= 0) && Rises(times, steps, rounding) is { Length: > 1 } rises && Typical(times, steps, rounding) is > 0 and var typical
        && rises.All(r => r >= typical * StretchOf(steps, rounding) / 2);

    /// <summary>What one sample takes, by the median stretch: gaps are few. 0 where nothing can be said.</summary>
    private static double Typical(double[] times, double[] steps, double rounding)
    {
        double[] rises = [.. Rises(times, steps, rounding).Order()];
        return rises.Length == 0 ? 0 : rises[rises.Length / 2] / StretchOf(steps, rounding);
    }

    private static double[] Rises(double[] times, double[] steps, double rounding)
    {
        int stretch = StretchOf(steps, rounding);
        return [.. Enumerable.Range(0, Math.Max(times.Length - 1, 0) / stretch).Select(k => times[(k + 1) * stretch] - times[k * stretch])];
    }

    /// <summary>Samples in a stretch: so many that rounding is little beside what it rises.</summary>
    private static int StretchOf(double[] steps, double rounding) =>
        steps.Length > 1 && (steps.Sum() - steps.Max()) is > 0 and var rise ? (int)Math.Clamp(Math.Ceiling(OverRounding * rounding * (steps.Length - 1) / rise), Stretch, int.MaxValue) : Stretch;

    /// <summary>The last digit that is kept, by the most decimals and the most digits in the text: a writer may drop zeros, and may keep no more than so many digits.</summary>
    private static double Rounding(IEnumerable<string> texts)
    {
        (int decimals, int digits, int whole) = (int.MinValue, 0, int.MinValue);
        foreach (string text in texts)
        {
            ReadOnlySpan<char> number = text.AsSpan().Trim().TrimStart("+-");
            int e = number.IndexOfAny('e', 'E');
            int power = e >= 0 && int.TryParse(number[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int written) ? written : 0;
            ReadOnlySpan<char> mantissa = e >= 0 ? number[..e] : number;
            int point = mantissa.IndexOf('.');
            int behind = (point >= 0 ? mantissa.Length - point - 1 : 0) - power;
            int first = mantissa.IndexOfAnyInRange('1', '9');
            int kept = first < 0 ? 0 : mantissa.Length - first - (point > first ? 1 : 0);
            (decimals, digits) = (Math.Max(decimals, behind), Math.Max(digits, kept));
            whole = first < 0 ? whole : Math.Max(whole, kept - behind);
        }

        return whole == int.MinValue ? 0 : Math.Pow(10, -Math.Min(decimals, digits - whole));
    }

    /// <summary>The words of a name, in small letters, without what stands between them.</summary>
    private static string[] Words(string name) =>
        new string([.. name.Select(c => char.IsLetterOrDigit(c) || c is 'µ' ? char.ToLowerInvariant(c) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
