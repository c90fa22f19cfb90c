using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Patient.Rhythms;
using Vascular.Simulators.Tests.Signals;

namespace Vascular.Benchmarks;

/// <summary>Toe pressure by return of pulse on simulated patients, by what was special about them: what was read, how far off, covered by the stated half
/// width, and what was refused as what.</summary>
internal static class ToeFigures
{
    private const int Runs = 1000;
    private const int RunsOfAKind = 200;
    private const ulong KindSeed = 20_000;
    private const double Height = 2400;

    public static void Write(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("## Toe pressure");
        output.WriteLine();
        output.WriteLine($"`{ReturnOfPulse.Method}` {ReturnOfPulse.Version} on simulated patients whose pressure is known; errors and half widths in mmHg. The first row is the run of every day (24 to 114 mmHg, 48 to 110 beats a");
        output.WriteLine("minute, noise to 2 % of the pulse, a baseline of 12 s), the others have one thing more. \"Under\" is right where the pressure lies below what it says.");
        output.WriteLine();
        output.WriteLine("| patient | runs | read | bias | SD | worst | half width | covered | not read |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        Row(output, "every day", Runs, 0, new ToeWish());
        foreach ((string what, ToeWish wish) in ((string, ToeWish)[])[
            ("no baseline", new() { RestSeconds = 0 }),
            ("35 beats a minute", new() { HeartRatePerMin = 35 }),
            ("35 beats a minute, no baseline", new() { HeartRatePerMin = 35, RestSeconds = 0 }),
            ("160 beats a minute", new() { HeartRatePerMin = 160 }),
            ("atrial fibrillation", new() { Rhythm = () => new AtrialFibrillation() }),
            ("every fifth beat early", new() { Rhythm = () => new Ectopy(20) }),
            ("noise of 5 % of the pulse", new() { AmplitudeCounts = Height, NoiseCounts = 0.05 * Height }),
            ("noise of 10 %", new() { AmplitudeCounts = Height, NoiseCounts = 0.1 * Height }),
            ("noise of 20 %", new() { AmplitudeCounts = Height, NoiseCounts = 0.2 * Height }),
            ("noise of 30 %", new() { AmplitudeCounts = Height, NoiseCounts = 0.3 * Height }),
            ("trembling from the opening of the valve on, 5 Hz", new() { AmplitudeCounts = Height, Events = [new LimbEvent.Tremor(ToeRun.Toe, 20_000_000_000, 1_000_000_000_000, 0.1 * Height, 5)] }),
            ("gain too high: rails at a fifth of the pulse", new() { AmplitudeCounts = Height, RailCounts = 500 }),
            ("bleed of 6 mmHg/s", new() { BleedMmHgPerS = 6 }),
            ("cuff that does not close the artery", new() { SystolicMmHg = 90, OvershootMmHg = -25 }),
            ("pressure of 12 mmHg", new() { SystolicMmHg = 12, OvershootMmHg = 60, EmptyMmHg = 2 })])
        {
            Row(output, what, RunsOfAKind, KindSeed, wish);
        }
    }

    private static void Row(TextWriter output, string what, int count, ulong firstSeed, ToeWish wish)
    {
        (double True, ReturnOfPulseResult Result)[] runs = [.. Enumerable.Range(0, count).Select(k => new ToeRun(firstSeed + (ulong)k, wish)).Select(run => (run.TrueMmHg, run.Judge()))];
        (double Error, double Half)[] read = [.. runs.Where(r => r.Result.State == MeasurementState.Measured).Select(r => (r.Result.SystolicMmHg!.Value - r.True, r.Result.UncertaintyMmHg!.Value))];
        string refused = string.Join(", ", runs.Where(r => r.Result.State != MeasurementState.Measured).GroupBy(Refusal).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key}"));
        if (read.Length == 0)
        {
            output.WriteLine($"| {what} | {count} | 0 | | | | | | {refused} |");
            return;
        }

        double bias = read.Average(r => r.Error), spread = Math.Sqrt(read.Average(r => (r.Error - bias) * (r.Error - bias)));
        output.WriteLine($"| {what} | {count} | {read.Length} | {bias:F2} | {spread:F2} | {read.Max(r => Math.Abs(r.Error)):F1} | {read.Average(r => r.Half):F1} | {read.Count(r => Math.Abs(r.Error) <= r.Half) / (double)read.Length:P1} | {refused} |");
    }

    private static string Refusal((double True, ReturnOfPulseResult Result) run) => run.Result.State switch
    {
        MeasurementState.BelowLimit => run.True < run.Result.LimitMmHg ? "\"under\", rightly" : "\"under\", wrongly",
        MeasurementState.AboveLimit => "above the cuff's limit",
        MeasurementState.Absent => "absent",
        _ => (run.Result.Flags & ~ReturnOfPulseFlags.NoBaseline).Words() is { Count: > 0 } why ? string.Join(" and ", why) : "unreadable",
    };
}
