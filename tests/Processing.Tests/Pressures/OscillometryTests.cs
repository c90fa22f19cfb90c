using Vascular.Processing.Pressures;
using Vascular.Processing.Tests.Signals;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

public class OscillometryTests
{
    /// <summary>Against a plain zero-phase analysis with fixed ratios of the same recordings.</summary>
    [OutsideRecordingTheory("cuff")]
    [InlineData("sample_07_02", 84, null)]
    [InlineData("sample_07_04", 87, null)]
    [InlineData("data0804", 76, 95)]
    public void The_mean_of_a_real_cuff_agrees_within_five(string name, double mean, int? systolic)
    {
        OscillometryResult result = Of(OutsideRecording.Column($"cuff/{name}.csv", 0), 1000);
        Assert.Equal(MeasurementState.Measured, result.State);
        Assert.InRange(result.MeanMmHg!.Value, mean - 5, mean + 5);
        Assert.InRange(result.SystolicMmHg!.Value, (systolic ?? 110) - (systolic is null ? 25 : 5.5), (systolic ?? 110) + (systolic is null ? 25 : 5.5));
        Assert.True(result.DiastolicMmHg < result.MeanMmHg && result.MeanMmHg < result.SystolicMmHg);
        Assert.True(result.Flags.HasFlag(OscillometryFlags.SystolicByFixedRatio));
        Assert.True(result.SystolicHalfWidthMmHg > result.MeanHalfWidthMmHg);
    }

    [OutsideRecordingTheory("cuff")]
    [InlineData("sample_07_01", 145, 155)]
    public void A_real_cuff_that_was_held_has_no_pressure_and_a_pulse_volume(string name, double low, double high) =>
        IsHeld(OutsideRecording.Column($"cuff/{name}.csv", 0), 1000, low, high);

    [Theory]
    [InlineData(32)]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_held_cuff_has_no_pressure_and_a_pulse_volume(double rate)
    {
        // pumped up in 4 s, then held while the air warms and cools; the pulse is as high as at the top of an envelope
        double[] cuff = [.. Enumerable.Range(0, (int)(40 * rate)).Select(k => k / rate).Select(t => t < 4 ? 150 * t / 4 : 150 - 1.5 * (1 - Math.Exp(-(t - 4) / 6)) + 2 * Pulse(t))];
        IsHeld(cuff, rate, 147, 152);
    }

    private static void IsHeld(double[] cuff, double rate, double low, double high)
    {
        OscillometryResult result = Of(cuff, rate);
        Assert.Equal((MeasurementState.Unreadable, OscillometryFlags.NoDeflation), (result.State, result.Flags));
        Assert.Null(result.MeanMmHg);
        Assert.Null(result.SystolicMmHg);

        PulseVolumeResult held = Volume(cuff, rate);
        Assert.Equal(MeasurementState.Measured, held.State);
        Assert.InRange(held.CuffMmHg!.Value, low, high);
        Assert.Equal(50, held.Contour.Count);
        Assert.Equal((0, 1), (held.Contour.Min(), held.Contour.Max()));
    }

    [Theory]
    [InlineData(100, 2.5, 3.0)]
    [InlineData(250, 2.5, 4.0)]
    [InlineData(1000, 3.5, 3.0)]
    public void The_top_of_a_made_envelope_is_found(double rate, double fall, double tall)
    {
        // heights fall from the top at 93 mmHg as a bell, wider above than below
        OscillometryResult result = Of(Made(rate, 170, fall, 93, tall), rate);
        Assert.Equal(MeasurementState.Measured, result.State);
        Assert.InRange(result.MeanMmHg!.Value, 90, 97);
        Assert.InRange(Math.Abs(result.MeanMmHg.Value - 93), 0, result.MeanHalfWidthMmHg!.Value + 1);
        Assert.InRange(result.PulsePerMinute!.Value, 70, 74);
        Assert.InRange(result.DeflationMmHgPerS!.Value, fall - 0.2, fall + 0.2);
    }

    [Fact]
    public void Without_pulses_too_few_samples_or_a_top_not_passed_there_is_no_answer()
    {
        Assert.Equal(MeasurementState.Unreadable, Of(Made(100, 170, 2.5, 93, 0), 100).State);
        Assert.Equal(OscillometryFlags.TooShort, Of(Made(100, 170, 2.5, 93, 3)[..500], 100).Flags);
        Assert.Equal(OscillometryFlags.TopNotPassed, Of(Made(100, 95, 2.5, 105, 3), 100).Flags);
        Assert.Equal(OscillometryFlags.TooShort, Of(Made(20, 170, 2.5, 93, 3), 20).Flags);
    }

    /// <summary>A leaking empty sleeve, a table that shakes: peaks, and no pulse.</summary>
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(3)]
    public void Noise_has_no_pressure_and_no_pulse_volume(double spread)
    {
        var random = new Random(41);
        double Noise() => spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        foreach (double rate in (double[])[50, 100, 250])
        {
            OscillometryResult fallen = Of([.. Made(rate, 170, 3.3, 93, 0).Select(v => v + Noise())], rate);
            Assert.Equal((MeasurementState.Unreadable, null, null), (fallen.State, fallen.MeanMmHg, fallen.SystolicMmHg));
            PulseVolumeResult held = Volume([.. Enumerable.Range(0, (int)(60 * rate)).Select(_ => 65 + Noise())], rate);
            Assert.Equal((MeasurementState.Unreadable, null), (held.State, held.AmplitudeMmHg));
        }
    }

    /// <summary>Three seconds of movement above the true top are higher than it, and five peaks long.</summary>
    [Fact]
    public void A_movement_that_makes_the_top_is_unreadable()
    {
        var random = new Random(43);
        double[] cuff = Made(100, 170, 2.5, 93, 3);
        for (int k = 2150; k < 2450; k++)
        {
            cuff[k] += 12 * Math.Sqrt(3) * (random.NextDouble() - 0.5);
        }

        OscillometryResult result = Of(cuff, 100);
        Assert.Equal((MeasurementState.Unreadable, null), (result.State, result.MeanMmHg));
    }

    [Theory]
    [InlineData(45)]
    [InlineData(65)]
    public void Pulse_volume_is_the_height_of_the_pulse_in_the_held_cuff(double held)
    {
        double[] cuff = [.. Enumerable.Range(0, 2000).Select(k => (k < 300 ? held * k / 300 : held) + 0.8 * Pulse(k / 100.0))];
        PulseVolumeResult result = Volume(cuff, 100);
        Assert.Equal(MeasurementState.Measured, result.State);
        Assert.InRange(result.CuffMmHg!.Value, held - 0.3, held + 0.8);
        Assert.InRange(result.AmplitudeMmHg!.Value, 0.65, 0.85);
        Assert.Equal(MeasurementState.Unreadable, Volume(cuff[..700], 100).State);
    }

    private static double[] Made(double rate, double top, double fall, double at, double height) =>
    [
        .. Enumerable.Range(0, (int)((6 + (top - 30) / fall) * rate)).Select(k =>
        {
            double t = k / rate, cuff = t < 4 ? top * t / 4 : t < 6 ? top : top - fall * (t - 6);
            double away = (cuff - at) / (cuff > at ? 28 : 20);
            return cuff + height * Math.Exp(-away * away) * Pulse(t);
        }),
    ];

    private static double Pulse(double t)
    {
        double phase = t * 1.2 - Math.Floor(t * 1.2);
        return phase < 0.2 ? Math.Sin(Math.PI * phase / 0.4) : Math.Exp(-(phase - 0.2) * 4);
    }

    private static OscillometryResult Of(double[] cuff, double rate)
    {
        var fold = new Oscillometry();
        for (int k = 0; k < cuff.Length; k++)
        {
            fold.Cuff((long)(k * 1e9 / rate), cuff[k]);
        }

        return fold.Finish();
    }

    private static PulseVolumeResult Volume(double[] cuff, double rate)
    {
        var fold = new PulseVolume();
        for (int k = 0; k < cuff.Length; k++)
        {
            fold.Cuff((long)(k * 1e9 / rate), cuff[k]);
        }

        return fold.Finish();
    }
}
