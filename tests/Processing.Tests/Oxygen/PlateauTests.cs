using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Oxygen;

/// <summary>Traces made from their own formula, so that the truth is known: clinical reference 4.3.</summary>
public sealed class PlateauTests
{
    private const double Minute = 60;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_settling_trace_is_answered_after_ten_minutes_and_one_at_every_rate(double rateHz)
    {
        PlateauResult result = Play(rateHz, 15 * Minute, t => 40 + 35 * Math.Exp(-t / 120));
        Assert.Equal((MeasurementState.Measured, PlateauPhase.Plateau, PlateauFlags.None), (result.State, result.Phase, result.Flags));
        Assert.Equal(660, result.AtNs!.Value * 1e-9, 3);
        Assert.InRange(result.TensionMmHg!.Value, 40, 40.3);
        Assert.InRange(result.SlopeMmHgPerMin!.Value, -0.2, 0);
        Assert.Equal(40, result.PrintedMmHg);
    }

    [Fact]
    public void Noise_of_a_real_electrode_does_not_hide_the_plateau_and_the_truth_lies_within_the_half_width()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            PlateauResult result = Play(1, 25 * Minute, t => 30 + 60 * Math.Exp(-t / 150) + 0.8 * Normal(random));
            Assert.Equal((seed, PlateauPhase.Plateau), (seed, result.Phase));
            Assert.InRange(result.TensionMmHg!.Value, 30 - result.UncertaintyMmHg!.Value, 30 + result.UncertaintyMmHg!.Value);
            Assert.InRange(result.UncertaintyMmHg!.Value, 2, 4);
        }
    }

    [Theory]
    [InlineData(90, 110, 11)]
    [InlineData(150, 110, 40)]
    [InlineData(186, 110, 40)]
    [InlineData(240, 90, 11)]
    [InlineData(280, 100, 25)]
    [InlineData(300, 110, 60)]
    public void Where_the_value_would_settle_lies_within_the_half_width(double timeConstantS, double aboveMmHg, double truthMmHg)
    {
        PlateauResult result = Play(1, 25 * Minute, t => truthMmHg + aboveMmHg * Math.Exp(-t / timeConstantS));
        Assert.Equal(MeasurementState.Measured, result.State);
        Assert.InRange(result.TensionMmHg!.Value - truthMmHg, 0, result.UncertaintyMmHg!.Value);
    }

    [Fact]
    public void A_slow_drift_has_no_plateau_and_its_last_minute_is_the_answer()
    {
        PlateauResult result = Play(1, 30 * Minute, t => 60 - 0.8 * t / Minute);
        Assert.Equal((MeasurementState.Measured, PlateauPhase.NoPlateau, PlateauFlags.NoPlateau), (result.State, result.Phase, result.Flags));
        Assert.Equal(1200, result.AtNs!.Value * 1e-9, 3);
        Assert.Equal(60 - 0.8 * 19.5, result.TensionMmHg!.Value, 1);
        Assert.Equal(-0.8, result.SlopeMmHgPerMin!.Value, 3);
        Assert.True(result.UncertaintyMmHg > 3);
    }

    [Fact]
    public void Twenty_minutes_and_not_one_reading_more_are_enough_for_the_last_word()
    {
        PlateauResult result = Play(1, 20 * Minute, t => 60 - 0.8 * t / Minute);
        Assert.Equal(PlateauFlags.NoPlateau, result.Flags);
        Assert.Equal(MeasurementState.Running, Play(1, 20 * Minute - 1, t => 60 - 0.8 * t / Minute).State);
    }

    [Fact]
    public void Waves_wider_than_the_band_are_no_plateau_and_five_per_cent_of_a_high_value_are_allowed()
    {
        static double Wave(double t, double level) => level + 2.3 * Math.Sin(2 * Math.PI * t / 40);
        Assert.Equal(PlateauPhase.NoPlateau, Play(1, 25 * Minute, t => Wave(t, 40)).Phase);
        Assert.Equal(PlateauPhase.Plateau, Play(1, 25 * Minute, t => Wave(t, 100)).Phase);
    }

    [Fact]
    public void A_plateau_that_does_not_hold_is_withdrawn_and_a_later_one_takes_its_place()
    {
        double Trace(double t) => t < 720 ? 50 : t < 960 ? 50 - 2.5 * (t - 720) / Minute : 40;
        Plateau fold = New();
        Feed(fold, 1, 0, 700, Trace);
        Assert.Equal(50, fold.Result.PrintedMmHg);
        Feed(fold, 1, 700, 900, Trace);
        Assert.Equal((MeasurementState.Running, PlateauPhase.Settling, PlateauFlags.Withdrawn), (fold.Result.State, fold.Result.Phase, fold.Result.Flags));
        Feed(fold, 1, 900, 1300, Trace);
        Assert.Equal((MeasurementState.Measured, PlateauPhase.Plateau, PlateauFlags.Withdrawn), (fold.Result.State, fold.Result.Phase, fold.Result.Flags));
        Assert.Equal(40, fold.Result.PrintedMmHg);
    }

    [Fact]
    public void A_plateau_withdrawn_after_twenty_minutes_leaves_the_last_minute_as_the_answer()
    {
        PlateauResult result = Play(1, 26 * Minute, t => t < 1150 ? 60 - 0.9 * t / Minute : t < 1280 ? 42.75 : 42.75 - 2 * (t - 1280) / Minute);
        Assert.Equal(PlateauFlags.NoPlateau, result.Flags & PlateauFlags.NoPlateau);
        Assert.Equal(MeasurementState.Measured, result.State);
        PlateauResult late = Play(1, 26 * Minute, t => t < 1020 ? 60 - 0.9 * t / Minute : t < 1280 ? 44.7 : 44.7 - 3 * (t - 1280) / Minute);
        Assert.Equal(PlateauFlags.NoPlateau | PlateauFlags.Withdrawn, late.Flags);
        Assert.True(late.AtNs > 1280e9);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(158)]
    public void Air_under_the_electrode_begins_the_measurement_again(double airMmHg)
    {
        double Trace(double t) => t is >= 480 and < 540 ? airMmHg : 40;
        Plateau fold = New();
        Feed(fold, 1, 0, 520, Trace);
        Assert.Equal((MeasurementState.Unreadable, PlateauPhase.AirLeak), (fold.Result.State, fold.Result.Phase));
        Feed(fold, 1, 520, 1140, Trace);
        Assert.Equal((MeasurementState.Running, PlateauPhase.Warming), (fold.Result.State, fold.Result.Phase));
        Feed(fold, 1, 1140, 1300, Trace);
        Assert.Equal((MeasurementState.Measured, PlateauFlags.AirLeak), (fold.Result.State, fold.Result.Flags));
        Assert.Equal(540 + 660, fold.Result.AtNs!.Value * 1e-9, 3);
        Assert.Equal(40, fold.Result.PrintedMmHg);
    }

    [Fact]
    public void A_jump_short_of_the_air_point_is_a_leak_too_and_one_wrong_reading_is_none()
    {
        Assert.Equal(PlateauFlags.AirLeak, Play(1, 15 * Minute, t => t < 650 ? 40 : 61).Flags);
        Assert.Equal(PlateauFlags.None, Play(1, 15 * Minute, t => t == 650 ? 140 : 40).Flags);
        Assert.Equal(PlateauFlags.None, Play(1, 15 * Minute, t => t < 650 ? 40 : 59).Flags & PlateauFlags.AirLeak);
    }

    /// <summary>Clinical reference 4.3, a jump of more than 20 mmHg in 10 s: wherever the medians begin, and at every rate that can show it.</summary>
    [Theory]
    [InlineData(0.1, 40, 30)]
    [InlineData(0.5, 40, 20.5)]
    [InlineData(0.5, 70, -20.5)]
    [InlineData(1, 40, 20.5)]
    [InlineData(1, 40, 30)]
    [InlineData(1, 70, -20.5)]
    [InlineData(2, 40, 20.5)]
    [InlineData(2, 70, -30)]
    public void A_ramp_of_ten_seconds_is_a_leak_at_any_phase_of_the_medians(double rateHz, double fromMmHg, double byMmHg)
    {
        for (int phase = 0; phase < 20; phase++)
        {
            double at = 700 + phase / 2.0;
            PlateauResult result = Play(rateHz, 15 * Minute, t => fromMmHg + byMmHg * Math.Clamp((t - Math.Ceiling(at * rateHz) / rateHz) / 10, 0, 1));
            Assert.Equal((phase, PlateauFlags.AirLeak), (phase, result.Flags & PlateauFlags.AirLeak));
        }
    }

    /// <summary>As much in 25 s is no jump, and neither is a fall onto the skin that ends with the warming.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_takes_longer_than_ten_seconds_is_no_leak(double rateHz)
    {
        for (int phase = 0; phase < 20; phase++)
        {
            double at = 700 + phase / 2.0;
            Assert.Equal(PlateauFlags.None, Play(rateHz, 15 * Minute, t => 40 + 30 * Math.Clamp((t - at) / 25, 0, 1)).Flags & PlateauFlags.AirLeak);
            Assert.Equal(PlateauFlags.None, Play(rateHz, 15 * Minute, t => 90 - 50 * Math.Clamp((t - 560 - phase) / 20, 0, 1)).Flags & PlateauFlags.AirLeak);
        }
    }

    /// <summary>Noise, breathing, a pulse of oxygen and single wrong readings on a steady skin: not one false leak.</summary>
    [Fact]
    public void A_noisy_plateau_never_leaks()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            double noise = 0.5 + 4 * random.NextDouble(), wave = 3 * random.NextDouble(), rate = new[] { 0.2, 0.5, 1, 2 }[seed % 4];
            double Skin(double t) => 45 + wave * Math.Sin(t * 0.4) + 25 * Math.Exp(-(t - 900) * (t - 900) / 2e4) + (rate >= 1 && random.Next(40) == 0 ? 60 : 0) + noise * Normal(random);
            Assert.Equal((seed, PlateauFlags.None), (seed, Play(rate, 25 * Minute, Skin).Flags & PlateauFlags.AirLeak));
        }
    }

    [Fact]
    public void An_electrode_that_begins_in_air_was_not_leaking_and_warms_from_its_first_contact()
    {
        PlateauResult result = Play(1, 20 * Minute, t => t < 120 ? 157 : 35 + 90 * Math.Exp(-(t - 120) / 60));
        Assert.Equal((MeasurementState.Measured, PlateauFlags.None), (result.State, result.Flags));
        Assert.Equal(120 + 660, result.AtNs!.Value * 1e-9, 3);
    }

    [Fact]
    public void A_steep_fall_onto_the_skin_is_no_leak_and_as_steep_a_fall_later_is()
    {
        PlateauResult applied = Play(1, 12 * Minute, t => 40 + 100 * Math.Exp(-t / 20));
        Assert.Equal((PlateauPhase.Plateau, PlateauFlags.None), (applied.Phase, applied.Flags));
        Assert.Equal(PlateauFlags.AirLeak, Play(1, 12 * Minute, t => t < 630 ? 70 : 40).Flags);
    }

    [Fact]
    public void An_electrode_that_never_left_the_air_is_unreadable()
    {
        PlateauResult result = Play(1, 25 * Minute, _ => 156);
        Assert.Equal((MeasurementState.Unreadable, PlateauPhase.OffSkin, PlateauFlags.None), (result.State, result.Phase, result.Flags));
    }

    [Fact]
    public void An_answer_stands_when_the_electrode_is_taken_off_after_it()
    {
        PlateauResult result = Play(1, 25 * Minute, t => t < 800 ? 33 : 157);
        Assert.Equal((MeasurementState.Measured, 33, PlateauFlags.AirLeak), (result.State, result.PrintedMmHg, result.Flags));
    }

    [Fact]
    public void Lifting_the_electrode_begins_the_warming_again_and_keeps_the_time_at_the_place()
    {
        Plateau fold = New(siteLimitS: 2400);
        Feed(fold, 1, 0, 605, _ => 40);
        fold.LiftOff(Ns(605));
        Assert.Equal(PlateauPhase.OffSkin, fold.Phase);
        Feed(fold, 1, 640, 1299, _ => 40);
        Assert.Equal(MeasurementState.Running, fold.Result.State);
        Feed(fold, 1, 1299, 1310, _ => 40);
        Assert.Equal((MeasurementState.Measured, PlateauFlags.LiftOff), (fold.Result.State, fold.Result.Flags));
        fold.Tick(Ns(1801));
        Assert.True(fold.Result.Flags.HasFlag(PlateauFlags.SiteTimeWarning));
    }

    [Fact]
    public void Warming_counts_from_the_heater_where_the_device_tells_and_nothing_counts_while_it_is_cold()
    {
        Plateau fold = New();
        fold.HeaterOff(0);
        Feed(fold, 1, 0, 900, _ => 40);
        Assert.Equal((MeasurementState.Running, PlateauPhase.HeaterOff, PlateauFlags.None), (fold.Result.State, fold.Phase, fold.Result.Flags));
        fold.HeaterReady(Ns(900));
        Feed(fold, 1, 900, 1200, _ => 40);
        fold.HeaterReady(Ns(1200));
        Feed(fold, 1, 1200, 1561, _ => 40);
        Assert.Equal(1560, fold.Result.AtNs!.Value * 1e-9, 3);
        Plateau cooled = New();
        Feed(cooled, 1, 0, 620, _ => 40);
        cooled.HeaterOff(Ns(620));
        Assert.Equal(PlateauFlags.HeaterOff, cooled.Result.Flags);
    }

    [Fact]
    public void The_devices_own_limit_at_one_place_ends_the_measurement()
    {
        Plateau fold = New(siteLimitS: 600);
        Feed(fold, 1, 0, 700, _ => 40);
        Assert.Equal((MeasurementState.NotObtainable, PlateauPhase.SiteLimit, PlateauFlags.SiteTimeLimit), (fold.Result.State, fold.Phase, fold.Result.Flags));
    }

    [Fact]
    public void Time_at_one_place_counts_from_the_steps_start_though_the_heater_came_later()
    {
        var fold = new Plateau(Rules.Default.Plateau, siteLimitS: 2400, placedAtNs: 0);
        fold.HeaterOff(Ns(1));
        Feed(fold, 1, 1, 1700, _ => 40);
        Assert.False(fold.Result.Flags.HasFlag(PlateauFlags.SiteTimeWarning));
        fold.HeaterReady(Ns(1700));
        Feed(fold, 1, 1700, 1802, _ => 40);
        Assert.True(fold.Result.Flags.HasFlag(PlateauFlags.SiteTimeWarning));
        Assert.False(fold.Result.Flags.HasFlag(PlateauFlags.SiteTimeLimit));
        fold.LiftOff(Ns(1900));
        fold.Tick(Ns(2401));
        Assert.Equal((PlateauPhase.SiteLimit, MeasurementState.NotObtainable), (fold.Phase, fold.Result.State));
    }

    /// <summary>The rule of 4.3 at rates from 0.1 to 2 Hz: what is answered keeps it, whatever the skin does.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_answer_keeps_the_rule_at_every_rate(double rateHz)
    {
        int measured = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var chance = new Random(seed);
            double level = 2 + 80 * chance.NextDouble(), above = 60 * chance.NextDouble(), tau = 60 + 400 * chance.NextDouble(), drift = 2.4 * (chance.NextDouble() - 0.5);
            double Trace(double t) => Math.Clamp(level + above * Math.Exp(-t / tau) + drift * t / 60 + 0.5 * Math.Sin(t * 0.9), 0, 140);
            Plateau fold = New();
            bool answered = false;
            for (long k = 0; k / rateHz < 1500; k++)
            {
                fold.Take(Ns(k / rateHz), Trace(k / rateHz));
                PlateauResult now = fold.Result;
                if (now.State != MeasurementState.Measured)
                {
                    Assert.True(!answered || now.Flags.HasFlag(PlateauFlags.Withdrawn), $"seed {seed}, {k / rateHz} s: an answer went without being withdrawn");
                    continue;
                }

                answered = true;
                Assert.True(now.AtNs >= Ns(600 + 60), $"seed {seed}: answered at {now.AtNs * 1e-9} s");
                Assert.True(now.Flags.HasFlag(PlateauFlags.NoPlateau) ? now.AtNs >= Ns(1200) - Ns(10) : Math.Abs(now.SlopeMmHgPerMin!.Value) <= 0.5, $"seed {seed}: {now}");
                Assert.InRange(now.TensionMmHg!.Value, Trace(now.AtNs!.Value * 1e-9) - 3.2, Trace(now.AtNs!.Value * 1e-9) + 3.2);
            }

            measured += answered ? 1 : 0;
        }

        Assert.Equal(60, measured);
    }

    [Fact]
    public void Nothing_is_judged_across_a_gap()
    {
        // the plateau would be due at 660; 20 s are lost at 640, so three whole minutes and one of holding are needed after it
        PlateauResult result = Play(1, 20 * Minute, t => t is >= 640 and < 660 ? double.NaN : 40);
        Assert.Equal((MeasurementState.Measured, PlateauFlags.Gap), (result.State, result.Flags));
        Assert.Equal(660 + 240, result.AtNs!.Value * 1e-9, 3);
        Assert.Equal(PlateauFlags.None, Play(1, 20 * Minute, t => t is >= 640 and < 654 ? double.NaN : 40).Flags);
    }

    [Fact]
    public void A_gap_where_the_last_word_is_due_makes_it_unreadable_until_the_window_is_whole_again()
    {
        double Trace(double t) => t is >= 1100 and < 1130 ? double.NaN : 60 - 0.8 * t / Minute;
        Assert.Equal((MeasurementState.Unreadable, PlateauFlags.Gap), (Play(1, 1250, Trace).State, Play(1, 1250, Trace).Flags));
        PlateauResult later = Play(1, 1320, Trace);
        Assert.Equal((MeasurementState.Measured, PlateauFlags.Gap | PlateauFlags.NoPlateau), (later.State, later.Flags));
    }

    [Fact]
    public void Silence_is_a_gap_though_no_reading_ends_it()
    {
        Plateau fold = New();
        Feed(fold, 1, 0, 640, _ => 40);
        for (int s = 640; s < 700; s++)
        {
            fold.Tick(Ns(s));
        }

        Assert.Equal((MeasurementState.Running, PlateauFlags.Gap), (fold.Result.State, fold.Result.Flags));
    }

    [Theory]
    [InlineData(0, 0, MeasurementState.Measured)]
    [InlineData(-1.4, 0, MeasurementState.Measured)]
    [InlineData(-2, 0, MeasurementState.Measured)]
    [InlineData(-2.1, null, MeasurementState.Unreadable)]
    public void A_little_below_nothing_prints_0_and_more_is_a_fault(double mmHg, int? printed, MeasurementState state)
    {
        PlateauResult result = Play(1, 12 * Minute, _ => mmHg);
        Assert.Equal((state, printed), (result.State, result.PrintedMmHg));
        Assert.Equal(state == MeasurementState.Unreadable, result.Flags == PlateauFlags.SensorFault);
    }

    [Fact]
    public void A_short_trace_is_not_yet_a_result()
    {
        PlateauResult result = Play(1, 5 * Minute, _ => 40);
        Assert.Equal((MeasurementState.Running, PlateauPhase.Warming), (result.State, result.Phase));
        Assert.Null(result.TensionMmHg);
        Assert.Equal((MeasurementState.Running, PlateauPhase.OffSkin), (New().Result.State, New().Phase));
    }

    [Fact]
    public void However_readings_and_ticks_arrive_the_answer_is_the_same()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var chance = new Random(seed);
            Func<double, double> trace = Adventure(chance);
            Plateau plain = New(), ticked = New();
            var ticks = new Random(seed + 1000);
            for (int k = 0; k < 3000; k++)
            {
                double mmHg = trace(k * 0.5);
                if (!double.IsNaN(mmHg))
                {
                    plain.Take(Ns(k * 0.5), mmHg);
                    ticked.Take(Ns(k * 0.5), mmHg);
                }

                if (ticks.Next(3) == 0)
                {
                    ticked.Tick(Ns(k * 0.5) + ticks.Next(499_999_999));
                    _ = ticked.Result;
                }
            }

            plain.Tick(Ns(1500));
            ticked.Tick(Ns(1500));
            Assert.Equal((seed, plain.Result), (seed, ticked.Result));
        }
    }

    [Fact]
    public void What_comes_later_never_changes_what_was_answered_before()
    {
        Func<double, double> trace = t => 40 + 35 * Math.Exp(-t / 120);
        PlateauResult early = Play(1, 700, trace), late = Play(1, 1500, trace);
        Assert.Equal(early with { ToNs = 0 }, late with { ToNs = 0 });
    }

    [Fact]
    public void The_forecast_is_near_the_end_of_the_curve_and_gone_with_the_answer()
    {
        Plateau fold = New();
        Feed(fold, 1, 0, 170, t => 42 + 60 * Math.Exp(-t / 150));
        Assert.Null(fold.Forecast);
        Feed(fold, 1, 170, 400, t => 42 + 60 * Math.Exp(-t / 150));
        Assert.InRange(fold.Forecast!.Value.TensionMmHg, 40, 44);
        Assert.InRange(fold.Forecast!.Value.TimeConstantS, 120, 190);
        Feed(fold, 1, 400, 900, t => 42 + 60 * Math.Exp(-t / 150));
        Assert.Null(fold.Forecast);
        Assert.Equal("forecast", ScreenForecast.Mark);
    }

    [Fact]
    public void A_reading_allocates_nothing()
    {
        Plateau fold = New();
        Feed(fold, 1, 0, 700, _ => 40);
        long least = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            // the least of three: the runtime itself may allocate once on this thread
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int s = 0; s < 300; s++)
            {
                fold.Take(Ns(700 + 300 * round + s), 40);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Times_that_go_back_and_values_that_are_no_numbers_are_left_out()
    {
        Plateau fold = New();
        Feed(fold, 1, 0, 700, _ => 40);
        PlateauResult result = fold.Result;
        fold.Take(Ns(100), 999);
        fold.Take(Ns(700), double.NaN);
        fold.Take(Ns(700), double.PositiveInfinity);
        Assert.Equal(result, fold.Result);
    }

    /// <summary>A trace of several random stretches: steady, drifting, air, lost.</summary>
    private static Func<double, double> Adventure(Random chance)
    {
        (double Until, int Kind)[] stretches = [.. Enumerable.Range(1, 30).Select(k => (k * 50.0 + chance.Next(40), chance.Next(10)))];
        double level = chance.Next(1, 80);
        return t => stretches.First(s => t < s.Until || s.Until >= 1500).Kind switch
        {
            0 => double.NaN,
            1 => 156,
            2 => level + t % 50 * 0.05,
            _ => level + 0.5 * Math.Sin(t),
        };
    }

    private static Plateau New(double? siteLimitS = null) => new(Rules.Default.Plateau, siteLimitS: siteLimitS);

    private static PlateauResult Play(double rateHz, double seconds, Func<double, double> trace)
    {
        Plateau fold = New();
        Feed(fold, rateHz, 0, seconds, trace);
        fold.Tick(Ns(seconds));
        return fold.Result;
    }

    private static void Feed(Plateau fold, double rateHz, double fromS, double toS, Func<double, double> trace)
    {
        for (long k = (long)Math.Ceiling(fromS * rateHz); k / rateHz < toS; k++)
        {
            if (trace(k / rateHz) is var mmHg && !double.IsNaN(mmHg))
            {
                fold.Take(Ns(k / rateHz), mmHg);
            }
        }
    }

    private static long Ns(double seconds) => (long)Math.Round(seconds * 1e9);

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
