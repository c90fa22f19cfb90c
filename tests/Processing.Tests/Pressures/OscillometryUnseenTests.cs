using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

/// <summary>No pressure and no pulse volume out of noise or movement, on a cuff of <see cref="OwnArm"/>.</summary>
public class OscillometryUnseenTests
{
    public static TheoryData<double, double> NoiseAndRate
    {
        get
        {
            var all = new TheoryData<double, double>();
            foreach (double noise in (double[])[0.05, 0.5, 1.5, 3])
            {
                foreach (double rate in (double[])[32, 100, 1000])
                {
                    all.Add(noise, rate);
                }
            }

            return all;
        }
    }

    [Theory]
    [InlineData(130, 75, 0.05)]
    [InlineData(100, 60, 0.05)]
    [InlineData(180, 95, 0.05)]
    [InlineData(130, 75, 0.3)]
    [InlineData(130, 75, 0.5)]
    public void A_mean_pressure_is_read(double systolic, double diastolic, double noise)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            var arm = new OwnArm(seed) { Systolic = systolic, Diastolic = diastolic, TopMmHg = systolic + 45, Noise = noise };
            OscillometryResult result = Read(arm);
            Assert.Equal(MeasurementState.Measured, result.State);
            Assert.InRange(result.MeanMmHg!.Value - arm.Mean, -5, 5);
        }
    }

    [Theory]
    [MemberData(nameof(NoiseAndRate))]
    public void Noise_without_a_pulse_has_no_pressure(double noise, double rate)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            OscillometryResult result = Read(new OwnArm(seed) { Pulses = 0, Noise = noise, RateHz = rate });
            Assert.Equal((MeasurementState.Unreadable, OscillometryFlags.TooFewPulses), (result.State, result.Flags));
        }
    }

    [Theory]
    [MemberData(nameof(NoiseAndRate))]
    public void Noise_in_a_held_cuff_is_no_pulse_volume(double noise, double rate)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            var volume = new PulseVolume();
            Feed(new OwnArm(seed) { Pulses = 0, Noise = noise, RateHz = rate, HeldMmHg = 65 }, volume.Cuff);
            Assert.Equal(MeasurementState.Unreadable, volume.Finish().State);
        }
    }

    [Fact]
    public void A_pulse_in_a_held_cuff_is_one()
    {
        var volume = new PulseVolume();
        Feed(new OwnArm(3) { HeldMmHg = 65 }, volume.Cuff);
        PulseVolumeResult result = volume.Finish();
        Assert.Equal(MeasurementState.Measured, result.State);
        Assert.InRange(result.PulsePerMinute!.Value, 65, 71);
    }

    /// <summary>Three seconds of movement, wherever they lie: no number, or one that they did not make.</summary>
    [Fact]
    public void Movement_much_higher_than_the_pulses_makes_no_mean_pressure()
    {
        const double deviation = 12;
        foreach (double at in (double[])[170, 150, 140, 131, 120, 105, 90, 75, 60, 45])
        {
            for (int seed = 1; seed <= 3; seed++)
            {
                var arm = new OwnArm(seed) { Moves = (at, deviation) };
                OscillometryResult result = Read(arm);
                Assert.True(result.State == MeasurementState.Unreadable || Math.Abs(result.MeanMmHg!.Value - arm.Mean) <= 5, $"at {at}, seed {seed}, mean {arm.Mean:F1}: {result}");
            }
        }
    }

    public static TheoryData<double, double> StepAndRate
    {
        get
        {
            var all = new TheoryData<double, double>();
            foreach (double step in (double[])[0.1, 0.25, 0.5, 1])
            {
                foreach (double rate in (double[])[25, 50, 200, 1000])
                {
                    all.Add(step, rate);
                }
            }

            return all;
        }
    }

    /// <summary>A coarse converter makes stairs of a falling cuff, 60 to 180 a minute.</summary>
    [Theory]
    [MemberData(nameof(StepAndRate))]
    public void The_stairs_of_a_converter_are_no_pulse(double step, double rate)
    {
        (double Noise, double Fall)[] all = rate > 500 ? [(0.05, 2)] : [(0.02, 1), (0.05, 2), (0.1, 3)];
        foreach ((double noise, double fall) in all)
        {
            OwnArm straight = new((int)(100 * fall)) { Pulses = 0, Noise = noise, RateHz = rate, Step = step, FallMmHgPerS = fall, TopMmHg = 120 };
            OwnArm bleeding = straight with { BleedS = 15 * fall, TopMmHg = 170, EndMmHg = 25 };
            foreach (OwnArm arm in (OwnArm[])[straight, bleeding])
            {
                OscillometryResult result = Read(arm);
                Assert.Equal((MeasurementState.Unreadable, null), (result.State, result.MeanMmHg));
                Assert.Equal(MeasurementState.Unreadable, Volume(arm).State);
            }

            Assert.Equal(MeasurementState.Unreadable, Volume(straight with { HeldMmHg = 65, Leak = 0.25 * fall }).State);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(12)]
    public void A_trembling_is_no_pulse(double hertz)
    {
        foreach (double rate in (double[])[50, 125])
        {
            foreach (double height in (double[])[0.1, 0.3, 1])
            {
                var arm = new OwnArm(5) { Pulses = 0, Noise = 0.02, RateHz = rate, Trembles = (hertz, height) };
                Assert.Equal(MeasurementState.Unreadable, Read(arm).State);
                Assert.Equal(MeasurementState.Unreadable, Volume(arm with { HeldMmHg = 65 }).State);
            }
        }
    }

    /// <summary>Quiet enough to tell, and no pulse: an answer of its own. Not from a dead wire, not where the cuff closes the artery, not in noise.</summary>
    [Fact]
    public void A_flat_pulse_volume_is_said_where_the_trace_can_tell()
    {
        OwnArm flat = new(8) { Pulses = 0, Noise = 0.004, HeldMmHg = 65 };
        PulseVolumeResult result = Volume(flat);
        Assert.Equal((MeasurementState.BelowLimit, 0.1, null), (result.State, result.LimitMmHg, result.AmplitudeMmHg));
        Assert.InRange(result.CuffMmHg!.Value, 64.9, 65.1);
        Assert.Equal(MeasurementState.BelowLimit, Volume(flat with { Step = 0.005, Leak = 0.05 }).State);
        Assert.Equal(MeasurementState.Unreadable, Volume(flat with { Noise = 0, Step = 0.01 }).State);
        Assert.Equal(MeasurementState.Unreadable, Volume(flat with { HeldMmHg = 170 }).State);
        Assert.Equal(MeasurementState.Unreadable, Volume(flat with { Step = 0.25 }).State);
        Assert.Equal(MeasurementState.Measured, Volume(flat with { Pulses = 0.3 }).State);
    }

    /// <summary>Movement on the flanks and at the top, no higher than the pulses: refused, or within the half width of what was there without it.</summary>
    [Fact]
    public void Movement_as_high_as_the_pulses_shifts_no_pressure()
    {
        (int answered, List<string> off) = (0, []);
        OwnArm[] still = [.. Enumerable.Range(1, 3).Select(seed => new OwnArm(seed))];
        OscillometryResult[] without = [.. still.Select(Read)];
        foreach (double deviation in (double[])[0.4, 0.7, 1.5, 2.5, 4])
        {
            foreach (double at in (double[])[150, 138, 126, 114, 102, 90, 78])
            {
                for (int k = 0; k < still.Length; k++)
                {
                    OscillometryResult result = Read(still[k] with { Sways = (at, deviation, k + 2) });
                    if (result.State == MeasurementState.Measured)
                    {
                        answered++;
                        bool covered = Math.Abs(result.MeanMmHg!.Value - without[k].MeanMmHg!.Value) <= result.MeanHalfWidthMmHg
                            && (result.SystolicMmHg is not { } systolic || Math.Abs(systolic - without[k].SystolicMmHg!.Value) <= result.SystolicHalfWidthMmHg);
                        off.AddRange(covered ? [] : [$"{deviation} at {at}, seed {k + 1}: {result}"]);
                    }
                }
            }
        }

        Assert.InRange(answered, 20, 60);
        Assert.True(off.Count <= 0.05 * answered, string.Join('\n', off));
    }

    /// <summary>Small pulses, noise and coarse steps: the mean of the same arm without any lies within the half width, and that grows with them.</summary>
    [Theory]
    [InlineData(0.4, 0, 0.05, 0.1)]
    [InlineData(0.2, 0, 0.02, 0.08)]
    [InlineData(2, 0.5, 0.05, 0.05)]
    [InlineData(3, 1, 0.05, 0.05)]
    public void The_half_width_covers_noise_and_steps(double pulses, double step, double quiet, double noise)
    {
        (int within, int answered, double quietHalf, double half) = (0, 0, 0, 0);
        for (int seed = 1; seed <= 20; seed++)
        {
            OwnArm arm = new(seed) { Pulses = pulses, Noise = noise, Step = step, TopMmHg = 180 + 0.037 * seed };
            double truth = Read(arm with { Noise = 0, Step = 0 }).MeanMmHg!.Value;
            quietHalf += Read(arm with { Noise = quiet, Step = 0 }).MeanHalfWidthMmHg!.Value / 20;
            OscillometryResult result = Read(arm);
            if (result.State == MeasurementState.Measured)
            {
                answered++;
                within += Math.Abs(result.MeanMmHg!.Value - truth) <= result.MeanHalfWidthMmHg ? 1 : 0;
                half += result.MeanHalfWidthMmHg!.Value;
            }
        }

        Assert.InRange(answered, 15, 20);
        Assert.True(within >= 0.95 * answered, $"{within} of {answered}");
        Assert.True(half / answered > quietHalf, $"{half / answered:F1} mmHg, {quietHalf:F1} without");
    }

    /// <summary>Pulses no higher than two steps of the converter are not told from its stairs.</summary>
    [Fact]
    public void Pulses_of_a_step_or_two_have_no_pressure() =>
        Assert.Equal(OscillometryFlags.TooFewPulses, Read(new OwnArm(4) { Pulses = 0.6, Step = 1 }).Flags);

    /// <summary>Two deflations of about one depth in a record: neither is chosen in silence.</summary>
    [Fact]
    public void Two_deflations_have_no_pressure()
    {
        OwnArm one = new(3), other = new(4) { Systolic = 110, Diastolic = 65 };
        var fold = new Oscillometry();
        double[] samples = [.. one.Samples(), .. other.Samples()];
        for (int k = 0; k < samples.Length; k++)
        {
            fold.Cuff((long)(k * 1e9 / one.RateHz), samples[k]);
        }

        Assert.Equal((MeasurementState.Unreadable, OscillometryFlags.TwoDeflations), (fold.Finish().State, fold.Finish().Flags));
    }

    /// <summary>Round pulses of a slow heart: the height is that of the pulse, not what a high-pass leaves of it.</summary>
    [Theory]
    [InlineData(35)]
    [InlineData(50)]
    [InlineData(72)]
    [InlineData(140)]
    public void Pulse_volume_is_not_bent_by_the_filter_of_detection(double perMinute)
    {
        PulseVolumeResult result = Held(t => (t * perMinute / 60 % 1) is var phase && phase < 0.25 ? 0.5 - 0.5 * Math.Cos(Math.PI * phase / 0.25) : 0.5 + 0.5 * Math.Cos(Math.PI * (phase - 0.25) / 0.75));
        Assert.Equal(MeasurementState.Measured, result.State);
        Assert.InRange(result.AmplitudeMmHg!.Value, 0.96, 1.04);
        Assert.InRange(result.PulsePerMinute!.Value, perMinute - 1, perMinute + 1);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(18)]
    [InlineData(27)]
    [InlineData(33)]
    [InlineData(37)]
    public void Breath_is_no_pulse_volume(double perMinute) =>
        Assert.Equal(MeasurementState.Unreadable, Held(t => 0.5 * Math.Sin(2 * Math.PI * t * perMinute / 60)).State);

    private static PulseVolumeResult Held(Func<double, double> swing)
    {
        var volume = new PulseVolume();
        var random = new Random(9);
        for (int k = 0; k < 4000; k++)
        {
            double t = k / 100.0;
            volume.Cuff(k * 10_000_000L, (t < 4 ? 65 * t / 4 : 65 + swing(t)) + 0.02 * (random.NextDouble() - 0.5));
        }

        return volume.Finish();
    }

    private static PulseVolumeResult Volume(OwnArm arm)
    {
        var volume = new PulseVolume();
        Feed(arm, volume.Cuff);
        return volume.Finish();
    }

    private static OscillometryResult Read(OwnArm arm)
    {
        var fold = new Oscillometry();
        Feed(arm, fold.Cuff);
        return fold.Finish();
    }

    private static void Feed(OwnArm arm, Action<long, double> take)
    {
        double[] samples = arm.Samples();
        for (int k = 0; k < samples.Length; k++)
        {
            take((long)(k * 1e9 / arm.RateHz), samples[k]);
        }
    }
}
