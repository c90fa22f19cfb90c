using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Simulators.Tests.Signals;

public sealed class ToePressureCoverageTests
{
    private const int Runs = 1000;

    /// <summary>Holds what was reached: the stated 95 % half width covers the patient's pressure in at least 95 of 100 runs, and is not bought with width.</summary>
    [Fact]
    public void The_stated_half_width_covers_the_patients_pressure_in_95_of_100_of_a_thousand_runs()
    {
        var runs = new (double True, ReturnOfPulseResult Result)[Runs];
        Parallel.For(0, Runs, seed =>
        {
            var run = new ToeRun((ulong)seed);
            runs[seed] = (run.TrueMmHg, run.Judge());
        });

        var read = runs.Select((r, seed) => (seed, Error: r.Result.SystolicMmHg - r.True, Half: r.Result.UncertaintyMmHg, r.Result.State)).ToArray();
        var measured = read.Where(r => r.State == MeasurementState.Measured).ToArray();
        double covered = measured.Count(r => Math.Abs(r.Error!.Value) <= r.Half) / (double)measured.Length;
        string said = FormattableString.Invariant(
            $"{measured.Length} read, {covered:P1} covered, bias {measured.Average(r => r.Error):F2}, mean absolute error {measured.Average(r => Math.Abs(r.Error!.Value)):F2}, mean half width {measured.Average(r => r.Half):F2}; ")
            + string.Join("; ", read.Where(r => r.State != MeasurementState.Measured).GroupBy(r => r.State).Select(g => $"{g.Key} {g.Count()}"))
            + FormattableString.Invariant($"; outside: {string.Join(", ", measured.Where(r => Math.Abs(r.Error!.Value) > r.Half).Take(20).Select(r => FormattableString.Invariant($"{r.seed}: {r.Error:F1}")))}");
        Assert.True(measured.Length >= 0.95 * Runs, said);
        Assert.True(covered >= 0.95, said);
        Assert.True(measured.Average(r => r.Half) <= 8, said);
        Assert.True(Math.Abs(measured.Average(r => r.Error)!.Value) <= 1.5, said);
    }
}
