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
