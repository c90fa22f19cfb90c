using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Patient.Rhythms;

namespace Vascular.Simulators.Tests.Signals;

/// <summary>What can go wrong with a toe pressure, each on sixteen simulated patients: its own state or flag, and never a number that its interval does not carry.</summary>
public sealed class ToePressureStatesTests
{
    private const int Seeds = 16;
    private const long Second = Nanoseconds.PerSecond;

    [Fact]
    public void A_clipped_run_says_so_and_its_interval_holds()
    {
        ReturnOfPulseResult[] results = [.. Covered(_ => new ToeWish { SystolicMmHg = 60, AmplitudeCounts = 2400, RailCounts = 300 }).Where(r => r.State == MeasurementState.Measured)];
        Assert.True(results.Count(r => r.Flags.HasFlag(ReturnOfPulseFlags.Clipped)) >= 0.8 * Seeds, Said(results));
    }

    [Fact]
    public void A_burst_before_the_first_pulse_is_no_pulse()
    {
        ReturnOfPulseResult[] results = Covered(seed => new ToeWish { SystolicMmHg = 60, AmplitudeCounts = 2400, Events = [Burst(seed, 3, 1500)] });
        Assert.True(results.Count(r => r.State == MeasurementState.Measured) >= 0.9 * Seeds, Said(results));
    }

    [Fact]
    public void A_burst_at_the_end_point_is_said_or_the_run_is_unreadable()
    {
        ReturnOfPulseResult[] results = [.. Enumerable.Range(0, Seeds).Select(seed =>
        {
            // the burst lies on the second in which this patient's pulse returns
            long endNs = new ToeRun((ulong)seed, Patient(60)).Judge().EndPointAtNs!.Value;
            return Covered((ulong)seed, Patient(60) with { Events = [new LimbEvent.Movement(ToeRun.Toe, endNs - Second, endNs, 2500)] });
        })];
        Assert.True(results.Count(r => r.Flags.HasFlag(ReturnOfPulseFlags.Movement)) >= 0.6 * Seeds, Said(results));
    }

    [Fact]
    public void Too_fast_a_fall_is_said() => All(_ => new ToeWish { SystolicMmHg = 70, BleedMmHgPerS = 6 }, r =>
        (r.State, r.Flags & ReturnOfPulseFlags.TooFastDeflation) == (MeasurementState.Measured, ReturnOfPulseFlags.TooFastDeflation));

    /// <summary>Too few beats are left under the pressure to confirm it.</summary>
    [Fact]
    public void Too_fast_a_fall_for_a_low_pressure_leaves_a_limit_above_it()
    {
        ReturnOfPulseResult[] results = Covered(_ => new ToeWish { SystolicMmHg = 26, BleedMmHgPerS = 6, HeartRatePerMin = 60, EmptyMmHg = 5 });
        Assert.All(results, r => Assert.True(r.State != MeasurementState.BelowLimit || r.LimitMmHg > 26, r.ToString()));
        Assert.True(results.Count(r => r.State == MeasurementState.BelowLimit && r.Flags.HasFlag(ReturnOfPulseFlags.TooFastDeflation)) >= 0.5 * Seeds, Said(results));
    }

    [Fact]
    public void A_stalled_fall_is_said()
    {
        ReturnOfPulseResult[] results = Covered(_ => new ToeWish { SystolicMmHg = 50, BleedMmHgPerS = 0.7 });
        Assert.All(results, r => Assert.True(r.State != MeasurementState.Measured || r.Flags.HasFlag(ReturnOfPulseFlags.StalledDeflation), r.ToString()));
        Assert.True(results.Count(r => r.State == MeasurementState.Measured) >= 0.9 * Seeds, Said(results));
    }

    [Theory]
    [InlineData(56)]
    [InlineData(48)]
    public void A_valve_that_sticks_for_half_a_minute_costs_no_accuracy(double mmHg) =>
        Assert.True(Covered(_ => new ToeWish { SystolicMmHg = 50, StickAtMmHg = mmHg }).Count(r => r.State == MeasurementState.Measured) >= 0.9 * Seeds);

    [Theory]
    [InlineData(12)]
    [InlineData(0)]
    public void A_cuff_that_does_not_close_the_artery_reads_above_its_top(double restS) => All(
        _ => new ToeWish { SystolicMmHg = 90, OvershootMmHg = -25, RestSeconds = restS },
        r => r is { State: MeasurementState.AboveLimit, SystolicMmHg: null, LimitMmHg: > 62 and < 68 });

    /// <summary>Irregular pulses under a cuff that does not close are no noise floor: absent or "under 20" of them would be a false alarm.</summary>
    [Theory]
    [InlineData(12)]
    [InlineData(0)]
    public void A_cuff_that_does_not_close_a_fibrillating_patients_artery_is_never_a_low_pressure(double restS)
    {
        ReturnOfPulseResult[] results = Judged(_ => new ToeWish { SystolicMmHg = 90, OvershootMmHg = -25, RestSeconds = restS, Rhythm = () => new AtrialFibrillation() });
        Assert.All(results, r => Assert.True(r.State == MeasurementState.AboveLimit || r is { State: MeasurementState.Unreadable } && r.Flags.HasFlag(ReturnOfPulseFlags.Movement), r.ToString()));
        Assert.True(results.Count(r => r.State == MeasurementState.AboveLimit) >= 0.7 * Seeds, Said(results));
    }

    [Fact]
    public void No_pulse_before_is_absent_and_said() => All(_ => new ToeWish { SystolicMmHg = 60, AmplitudeCounts = 0, NoiseCounts = 8 }, r =>
        (r.State, r.Flags) == (MeasurementState.Absent, ReturnOfPulseFlags.NoPulseBefore));

    [Fact]
    public void No_baseline_is_said_and_costs_no_answer() => All(_ => new ToeWish { SystolicMmHg = 60, RestSeconds = 0 }, r =>
        (r.State, r.Flags & ReturnOfPulseFlags.NoBaseline) == (MeasurementState.Measured, ReturnOfPulseFlags.NoBaseline));

    [Fact]
    public void A_pulse_below_the_floor_is_under_it() => All(_ => new ToeWish { SystolicMmHg = 12, OvershootMmHg = 60, EmptyMmHg = 2 }, r =>
        r is { State: MeasurementState.BelowLimit, SystolicMmHg: null, LimitMmHg: >= 20 and < 26 });

    /// <summary>"Under" must be true: a pulse that returns too late to be confirmed has a limit above it.</summary>
    [Fact]
    public void A_limit_from_below_is_never_under_the_pressure()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            var run = new ToeRun(seed, new ToeWish { SystolicMmHg = 22 + (seed % 5), HeartRatePerMin = 46 });
            ReturnOfPulseResult result = run.Judge();
            Assert.True(result.State != MeasurementState.BelowLimit || result.LimitMmHg > run.TrueMmHg, $"seed {seed}: {result}");
        }
    }

    [Fact]
    public void A_cuff_stopped_above_the_pressure_says_under_its_end() => All(_ => new ToeWish { SystolicMmHg = 60, OvershootMmHg = 30, EmptyMmHg = 66 }, r =>
        r is { State: MeasurementState.BelowLimit, LimitMmHg: > 63 and < 69 });

    [Fact]
    public void A_cuff_that_was_held_gives_no_answer() => All(_ => new ToeWish { SystolicMmHg = 60, OvershootMmHg = 30, EmptyMmHg = 85 }, r =>
        (r.State, r.Flags & ReturnOfPulseFlags.NoDeflation) == (MeasurementState.Unreadable, ReturnOfPulseFlags.NoDeflation));

    [Fact]
    public void A_sensor_that_leaves_the_skin_and_says_nothing_is_unreadable() => All(
        seed => Patient(60) with { Events = [new LimbEvent.ContactLoss(ToeRun.Toe, Fall(seed, 60) + (2 * Second), 1000 * Second)] },
        r => (r.State, r.Flags & ReturnOfPulseFlags.Movement) == (MeasurementState.Unreadable, ReturnOfPulseFlags.Movement));

    [Fact]
    public void A_gap_where_the_pulse_returns_is_unreadable()
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var fold = new ReturnOfPulse();
            new ToeRun(seed, Patient(60)).Feed(fold.Cuff, fold.Pleth);
            fold.Gap(fold.Finish().EndPointAtNs!.Value);
            ReturnOfPulseResult result = fold.Finish();
            Assert.Equal((MeasurementState.Unreadable, ReturnOfPulseFlags.Gap), (result.State, result.Flags));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6.25)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(12)]
    public void A_trembling_through_the_whole_run_is_unreadable_as_movement(double hertz)
    {
        foreach ((double counts, double restS) in ((double, double)[])[(40, 12), (40, 0), (360, 12)])
        {
            All(
                _ => new ToeWish { AmplitudeCounts = 2400, NoiseCounts = 6, RestSeconds = restS, Events = [new LimbEvent.Tremor(ToeRun.Toe, -10 * Second, 1000 * Second, counts, hertz)] },
                r => (r.State, r.Flags & ReturnOfPulseFlags.Movement) == (MeasurementState.Unreadable, ReturnOfPulseFlags.Movement));
        }
    }

    /// <summary>Whenever it begins and however high it is: never above the limit, never a number beside the truth.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(120)]
    [InlineData(360)]
    [InlineData(960)]
    public void A_trembling_never_makes_a_number_that_its_interval_does_not_carry(double counts)
    {
        foreach (double hertz in (double[])[3, 4, 5, 6, 7, 8, 10, 12])
        {
            foreach ((int fromS, int forS) in ((int, int)[])[(-30, 1000), (-5, 1000), (3, 6), (6, 1000), (9, 5), (12, 1000), (16, 1000)])
            {
                ulong seed = (ulong)((fromS * 7) + 300 + (int)(hertz * 13) + (int)counts);
                ToeWish wish = new() { AmplitudeCounts = 2400, RestSeconds = seed % 2 == 0 ? 12 : 0 };
                long from = new ToeRun(seed, wish).FallFromNs + (fromS * Second);
                ReturnOfPulseResult result = Covered(seed, wish with { Events = [new LimbEvent.Tremor(ToeRun.Toe, from, from + (forS * Second), counts, hertz)] });
                Assert.True(result.State is MeasurementState.Measured or MeasurementState.Unreadable, $"{hertz} Hz from {fromS} s: {result}");
            }
        }
    }

    /// <summary>Fast, slow, irregular: the truth is the mean of the beats, and the first pulses to pass are not the mean.</summary>
    [Theory]
    [InlineData("fibrillation", 12, 1.8)]
    [InlineData("fibrillation", 0, 1.8)]
    [InlineData("early beats", 12, 3)]
    [InlineData("early beats", 0, 3)]
    public void The_half_width_covers_the_mean_of_the_beats_in_95_of_100_runs_of_an_irregular_heart(string rhythm, double restS, double biasMmHg)
    {
        var runs = Enumerable.Range(0, 150).Select(seed =>
        {
            var run = new ToeRun((ulong)seed + 5000, new ToeWish { RestSeconds = restS, Rhythm = () => rhythm == "fibrillation" ? new AtrialFibrillation() : new Ectopy(20) });
            ReturnOfPulseResult result = run.Judge();
            return (run.TrueMmHg, Result: result, Error: result.SystolicMmHg - run.TrueMmHg);
        }).ToArray();
        var read = runs.Where(r => r.Result.State == MeasurementState.Measured).ToArray();
        double covered = read.Count(r => Math.Abs(r.Error!.Value) <= r.Result.UncertaintyMmHg) / (double)read.Length;
        string said = FormattableString.Invariant($"{read.Length} read, {covered:P1} covered, bias {read.Average(r => r.Error):F2}, half width {read.Average(r => r.Result.UncertaintyMmHg):F2}");
        Assert.True(read.Length >= 0.93 * runs.Length, said);
        Assert.True(covered >= 0.95, said);
        Assert.True(Math.Abs(read.Average(r => r.Error)!.Value) <= biasMmHg, said);
        Assert.True(read.Average(r => r.Result.UncertaintyMmHg) <= 10, said);
        Assert.All(runs, r => Assert.True(r.Result.State is not (MeasurementState.AboveLimit or MeasurementState.Absent), $"{r.TrueMmHg:F1}: {r.Result}"));
        Assert.All(runs, r => Assert.True(r.Result.State != MeasurementState.BelowLimit || r.Result.LimitMmHg > r.TrueMmHg, $"{r.TrueMmHg:F1}: {r.Result}"));
    }

    /// <summary>Noise hides the first pulses: the width says so, or there is no number.</summary>
    [Theory]
    [InlineData(0.05, 0.95)]
    [InlineData(0.1, 0.5)]
    [InlineData(0.2, 0)]
    [InlineData(0.3, 0)]
    [InlineData(0.05, 0.7, 0)]
    [InlineData(0.1, 0.3, 0)]
    public void The_half_width_covers_95_of_100_runs_in_noise(double share, double read, double restS = 12)
    {
        const int Runs = 80;
        int measured = 0, covered = 0;
        for (ulong seed = 0; seed < Runs; seed++)
        {
            var run = new ToeRun(seed + 6000, new ToeWish { RestSeconds = restS, SystolicMmHg = 30 + (20 * (seed % 4)), AmplitudeCounts = 2400, NoiseCounts = share * 2400 });
            ReturnOfPulseResult result = run.Judge();
            Assert.True(result.State is MeasurementState.Measured or MeasurementState.Unreadable || (result.State == MeasurementState.BelowLimit && result.LimitMmHg > run.TrueMmHg), $"seed {seed}, true {run.TrueMmHg:F1}: {result}");
            measured += result.State == MeasurementState.Measured ? 1 : 0;
            covered += Math.Abs(result.SystolicMmHg - run.TrueMmHg ?? double.PositiveInfinity) <= result.UncertaintyMmHg ? 1 : 0;
        }

        Assert.True(measured >= read * Runs, $"{measured} read");
        Assert.True(covered >= 0.95 * measured, $"{covered} of {measured} covered");
    }

    [Theory]
    [InlineData(45)]
    [InlineData(140)]
    [InlineData(160)]
    public void Slow_and_fast_hearts_are_read(double perMin) =>
        Assert.True(Covered(_ => new ToeWish { SystolicMmHg = 60, HeartRatePerMin = perMin }).Count(r => r.State == MeasurementState.Measured) >= 0.95 * Seeds);

    private static ToeWish Patient(double systolic) => new() { SystolicMmHg = systolic, AmplitudeCounts = 2400 };

    private static long Fall(ulong seed, double systolic) => new ToeRun(seed, Patient(systolic)).FallFromNs;

    private static LimbEvent.Movement Burst(ulong seed, double afterS, double counts)
    {
        long from = Fall(seed, 60) + Nanoseconds.FromSeconds(afterS);
        return new LimbEvent.Movement(ToeRun.Toe, from, from + Second, counts);
    }

    private static ReturnOfPulseResult[] Judged(Func<ulong, ToeWish> wish) => [.. Enumerable.Range(0, Seeds).Select(seed => new ToeRun((ulong)seed, wish((ulong)seed)).Judge())];

    private static void All(Func<ulong, ToeWish> wish, Func<ReturnOfPulseResult, bool> holds) =>
        Assert.All(Enumerable.Range(0, Seeds), seed =>
        {
            ReturnOfPulseResult result = Covered((ulong)seed, wish((ulong)seed));
            Assert.True(holds(result), result.ToString());
        });

    private static ReturnOfPulseResult[] Covered(Func<ulong, ToeWish> wish) => [.. Enumerable.Range(0, Seeds).Select(seed => Covered((ulong)seed, wish((ulong)seed)))];

    /// <summary>The answer to one run, whose number, if it has one, lies within its interval of the truth.</summary>
    private static ReturnOfPulseResult Covered(ulong seed, ToeWish wish)
    {
        var run = new ToeRun(seed, wish);
        ReturnOfPulseResult result = run.Judge();
        Assert.True(result.SystolicMmHg is not { } mmHg || Math.Abs(mmHg - run.TrueMmHg) <= result.UncertaintyMmHg, $"seed {seed}, true {run.TrueMmHg:F1}: {result}");
        return result;
    }

    private static string Said(IEnumerable<ReturnOfPulseResult> results) => string.Join("; ", results.GroupBy(r => (r.State, r.Flags)).Select(g => $"{g.Key.State} {g.Key.Flags} {g.Count()}"));
}
