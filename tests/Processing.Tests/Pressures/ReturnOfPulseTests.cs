using Vascular.Processing.Pressures;
using Vascular.Processing.Tests.Signals;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

public class ReturnOfPulseTests
{
    /// <summary>Holds the errors reached, so that a change for the worse is seen; they are not what the method aims at.</summary>
    [Theory]
    [InlineData("d01", 68.0, 5.0)]
    [InlineData("d02", 26.1, 1.0)]
    [InlineData("d03", 70.0, 5.6)]
    [InlineData("d04", 24.0, 0.7)]
    [InlineData("d05", 71.2, 4.1)]
    public void Recorded_runs_are_read_no_worse_than_before(string run, double truth, double reached)
    {
        ReturnOfPulseResult result = Recorded(run, gapAtNs: null);
        Assert.Equal(MeasurementState.Measured, result.State);
        Assert.InRange(result.SystolicMmHg!.Value - truth, -reached, reached);
        Assert.True(result.Flags.HasFlag(ReturnOfPulseFlags.NoBaseline));
    }

    [Theory]
    [InlineData("d02", 4627785220295670328, 4611555728056513748, 4611716940642544709)]
    [InlineData("d03", 4634242519576243265, 4620482195827966048, 4613942298654003152)]
    public void Every_bit_of_the_answer_is_the_same_on_every_machine(string run, long systolic, long uncertainty, long rate)
    {
        ReturnOfPulseResult result = Recorded(run, null);
        long[] bits = [.. new[] { result.SystolicMmHg, result.UncertaintyMmHg, result.DeflationMmHgPerS }.Select(v => BitConverter.DoubleToInt64Bits(v!.Value))];
        Assert.Equal([systolic, uncertainty, rate], bits);
    }

    [Fact]
    public void A_gap_in_the_decisive_interval_makes_the_run_unreadable()
    {
        ReturnOfPulseResult result = Recorded("d02", Recorded("d02", null).EndPointAtNs);
        Assert.Equal(MeasurementState.Unreadable, result.State);
        Assert.Null(result.SystolicMmHg);
    }

    [Fact]
    public void Fifty_simulated_slow_runs_are_read_without_bias()
    {
        double[] errors = [.. Enumerable.Range(0, 50).Select(seed => Simulated(seed, 32).SystolicMmHg!.Value - 32)];
        Assert.InRange(errors.Average(), -0.5, 0.5);
        Assert.InRange(errors.Max(Math.Abs), 0, 2);
    }

    [Fact]
    public void A_toe_without_a_pulse_has_no_pressure() => Assert.Equal(MeasurementState.Absent, Simulated(1, -1000).State);

    [Fact]
    public void A_pulse_that_never_stops_lies_above_the_cuff()
    {
        ReturnOfPulseResult result = Simulated(1, 400);
        Assert.Equal(MeasurementState.AboveLimit, result.State);
        Assert.InRange(result.LimitMmHg!.Value, 74, 77);
    }

    [Fact]
    public void Nothing_given_is_unreadable() => Assert.Equal(MeasurementState.Unreadable, new ReturnOfPulse().Finish().State);

    private static ReturnOfPulseResult Recorded(string run, long? gapAtNs)
    {
        double[] cuff = Recording.Column($"cuff_ppg/run_{run}.csv", 0), pleth = Recording.Column($"cuff_ppg/run_{run}.csv", 1);
        var fold = new ReturnOfPulse();
        for (int k = 0; k < cuff.Length; k++)
        {
            fold.Cuff(k * 8_000_000L, cuff[k]);
            fold.Pleth(k * 8_000_000L, pleth[k]);
        }

        if (gapAtNs is { } at)
        {
            fold.Gap(at);
        }

        return fold.Finish();
    }

    /// <summary>75 Hz plethysmogram at 72 beats a minute, cuff of whole mmHg at 5 Hz: 12 s rest, to 75 mmHg, down at 2 mmHg/s.</summary>
    private static ReturnOfPulseResult Simulated(int seed, double systolic)
    {
        var random = new Random(seed);
        double Noise() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double Cuff(double t) => t < 12 ? 0 : t < 15 ? (t - 12) * 25 : t < 16 ? 75 : Math.Max(0, 75 - 2 * (t - 16));
        var fold = new ReturnOfPulse();
        double phase = random.NextDouble(), strength = 1;
        for (int k = 0; k < 48 * 600; k++)
        {
            double t = k / 600.0;
            phase += 72 / 60.0 / 600;
            (phase, strength) = phase >= 1 ? (phase - 1, 1 + 0.05 * Noise()) : (phase, strength);
            if (k % 120 == 0)
            {
                fold.Cuff(k * 1_000_000_000L / 600, Math.Floor(Cuff(t) + 0.3 * Noise() + 0.5));
            }

            if (k % 8 == 0)
            {
                double open = Math.Clamp((systolic - Cuff(t)) / Math.Abs(systolic * 0.6), 0, 1);
                double wave = phase < 0.2 ? Math.Sin(Math.PI * phase / 0.4) : Math.Exp(-(phase - 0.2) * 4);
                fold.Pleth(k * 1_000_000_000L / 600, Math.Floor(32000 + 8000 * strength * open * wave + 200 * Math.Sin(t * 0.7) + 60 * Noise()));
            }
        }

        return fold.Finish();
    }
}
