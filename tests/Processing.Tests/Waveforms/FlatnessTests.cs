using FsCheck.Xunit;
using Vascular.Processing.Signals;
using Vascular.Processing.Tests.Signals;
using Vascular.Processing.Vocabulary;
using Vascular.Processing.Waveforms;

namespace Vascular.Processing.Tests.Waveforms;

/// <summary>Clinical reference 3.4; the rows of the vector table are tested through <c>score ppg-flatness</c>.</summary>
[Properties(Replay = "20260303,1", QuietOnSuccess = true, MaxTest = 1000)]
public sealed class FlatnessTests
{
    private static readonly FlatnessRule Rule = Rules.Default.Flatness;

    [Theory]
    [InlineData("0", "1.000")]
    [InlineData("4", "0.500")]
    [InlineData("16", "0.200")]
    [InlineData("1", "0.800")]
    [InlineData("8", "0.333")]
    public void The_index_meets_its_anchors(string mm, string index) => Assert.Equal(index, Index(mm).ToString());

    [Theory]
    [InlineData("96", "100", ">96", "<0.040")]
    [InlineData("96.1", "100", ">96.1", "<0.040")]
    [InlineData("8", "30", ">26.667", "<0.131")]
    public void A_clipped_amplitude_bounds_the_index_from_above(string mm, string gain, string amplitude, string index)
    {
        StandardAmplitude clipped = StandardAmplitude.Of(Number(mm), Number(gain), Number("1"), clipped: true);
        Assert.Equal((amplitude, index), (clipped.ToString(), FlatnessIndex.Of(clipped, Rule).ToString()));
    }

    [Property]
    public void The_index_never_rises_when_the_amplitude_rises_and_does_not_depend_on_the_gain(ushort tenths)
    {
        Assert.True(FlatnessIndex.Of(Tenths(tenths + 1), Rule).Thousandths <= FlatnessIndex.Of(Tenths(tenths), Rule).Thousandths);
        StandardAmplitude fifth = StandardAmplitude.Of(WrittenNumber.Near(tenths / 50.0 % 1000), WrittenNumber.Of(20), WrittenNumber.Of(1));
        StandardAmplitude full = StandardAmplitude.Of(WrittenNumber.Near(tenths / 50.0 % 1000 * 5), WrittenNumber.Of(100), WrittenNumber.Of(1));
        Assert.Equal(FlatnessIndex.Of(full, Rule), FlatnessIndex.Of(fifth, Rule));
    }

    [Property]
    public void The_grade_never_worsens_when_the_amplitude_rises_at_one_shape(ushort tenths, ushort crest, bool notch)
    {
        TraceGrade Of(int amplitude) => TraceGrades.Of(FlatnessIndex.Of(Tenths(amplitude), Rule), WrittenNumber.Of(crest % 500), notch, Rule);
        Assert.True(Of(tenths + 1) <= Of(tenths));
    }

    [Theory]
    [InlineData("4.002", null, null, TraceGrade.Severe)]
    [InlineData("20", "240.1", true, TraceGrade.Mild)]
    [InlineData("20", "270.1", true, TraceGrade.Moderate)]
    [InlineData("20", "200", null, TraceGrade.NotGraded)]
    [InlineData("20", "250", null, TraceGrade.Mild)]
    public void What_is_printed_is_graded_and_what_is_not_known_is_not_guessed(string mm, string? crest, bool? notch, TraceGrade grade) =>
        Assert.Equal(grade, TraceGrades.Of(Index(mm), crest is null ? null : Number(crest), notch, Rule));

    [Fact]
    public void A_trace_without_the_scale_of_its_front_end_has_no_index_and_says_why()
    {
        FlatnessResult result = Flatness.Of(Shape() with { AmplitudesMm = null }, Rule);
        Assert.Equal(new FlatnessResult(MeasurementState.Unreliable, null, null, "uncalibrated"), result);
    }

    [Fact]
    public void Six_good_beats_are_needed_and_their_median_counts()
    {
        Assert.Equal("0.500", Flatness.Of(Shape(), Rule).Index.ToString());
        Assert.Equal(Flatness.TooFewBeats, Flatness.Of(Shape() with { AmplitudesMm = [4, 4, 4, 4, 4] }, Rule).Reason);
        Assert.Equal(Flatness.TooSlow, Flatness.Of(Shape() with { RateHz = 50 }, Rule).Reason);
        Assert.Equal(Flatness.Clipped, Flatness.Of(Shape() with { ClippedShare = 0.4 }, Rule).Reason);
        Assert.Equal(MeasurementState.Unreadable, Flatness.Of(Shape() with { Word = PulseWord.Unreadable }, Rule).State);
        FlatnessResult flat = Flatness.Of(Shape() with { Word = PulseWord.Nonpulsatile, AmplitudesMm = [] }, Rule);
        Assert.Equal(("1.000", TraceGrade.Nonpulsatile), (flat.Index.ToString(), flat.Grade!.Value));
    }

    /// <summary>A rail that cuts the feet off makes a lower bound; a pulse that dies away, in whole counts and without noise, is as high as it looks.</summary>
    [Theory]
    [InlineData(32, 300, true)]
    [InlineData(100, 300, true)]
    [InlineData(1000, 300, true)]
    [InlineData(100, -50, false)]
    [InlineData(1000, -50, false)]
    public void Feet_on_a_rail_are_cut_and_slow_ends_are_not(double rateHz, double rail, bool cut)
    {
        double Wave(double t) => !cut ? Math.Exp(-0.5 * Math.Pow((t - 0.3) / 0.1, 2)) : t < 0.16 ? (1 - Math.Cos(Math.PI * t / 0.16)) / 2 : Math.Exp(-3 * (t - 0.16));
        double[] samples = [.. Enumerable.Range(0, (int)(30 * rateHz)).Select(k => Math.Max(rail, Math.Floor(1000 * Wave(k / rateHz % 1))))];
        var detector = new BeatDetector(rateHz);
        List<Beat> beats = [];
        foreach (double sample in samples)
        {
            if (detector.TryNext(sample, out Beat beat))
            {
                beats.Add(beat);
            }
        }

        Assert.True(beats.Count > 20);
        Assert.InRange(RailedFeet.Share(samples, beats, rateHz), cut ? 0.9 : 0, cut ? 1 : 0);
        Assert.Equal(0, RailedFeet.Share(samples, [], rateHz));
    }

    /// <summary>Nonpulsatile is 1 mm or less: where a pulse of more would not have been seen, there is no such answer.</summary>
    [Theory]
    [InlineData(0.99, true)]
    [InlineData(1.0, true)]
    [InlineData(1.01, false)]
    [InlineData(27.7, false)]
    public void A_flat_trace_that_could_hide_a_pulse_has_no_index(double hiddenMm, bool measured)
    {
        FlatnessResult result = Flatness.Of(Shape() with { Word = PulseWord.Nonpulsatile, AmplitudesMm = [], SmallestVisibleMm = hiddenMm }, Rule);
        Assert.Equal(measured ? (MeasurementState.Measured, null) : (MeasurementState.Unreliable, Flatness.TooNoisy), (result.State, result.Reason));
        Assert.Equal(measured, result.Index is not null && result.Grade == TraceGrade.Nonpulsatile);
    }

    [Theory]
    [InlineData(0.35, true)]
    [InlineData(0.2, true)]
    [InlineData(0, false)]
    public void A_second_wave_is_a_notch_and_a_damped_pulse_has_none(double second, bool there)
    {
        var random = new Random(11);
        DicroticNotch notch = Play(100, 20, t => 1000 * (Math.Exp(-0.5 * Math.Pow((t - 0.25) / 0.09, 2)) + second * Math.Exp(-0.5 * Math.Pow((t - 0.55) / 0.07, 2))) + 10 * random.NextDouble());
        Assert.True(notch.Beats >= 15);
        Assert.Equal(there, notch.IsThere);
    }

    /// <summary>A damped pulse has no notch in whatever noise, hum or rhythm it comes: half a cosine up in 150 ms, one to the power of 1.6 down.</summary>
    [Theory]
    [InlineData(75, 12, 0, 0, 0)]
    [InlineData(75, 40, 0, 0, 0)]
    [InlineData(32, 40, 0, 0, 0)]
    [InlineData(75, 12, 2, 0.03, 0)]
    [InlineData(75, 12, 5, 0.03, 0)]
    [InlineData(75, 40, 10, 0.03, 0)]
    [InlineData(250, 12, 10, 0.03, 0)]
    [InlineData(250, 20, 10, 0.03, 0)]
    public void Neither_noise_nor_sampling_makes_a_notch(double rateHz, double seconds, double noise, double irregular, double hum)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            var random = new Random(seed);
            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double[] samples = [.. Enumerable.Range(0, (int)(seconds * rateHz)).Select(k => 2000 + noise * Normal() + hum * Math.Sin(2 * Math.PI * 60 * k / rateHz))];
            double end = 0, at = 0, length = 0;
            for (int k = 0; k < samples.Length; k++)
            {
                if (k / rateHz >= end)
                {
                    (at, length) = (end, 0.8 * (1 + irregular * Normal()));
                    end = at + length;
                }

                double u = k / rateHz - at;
                samples[k] += 100 * (u < 0.15 ? 0.5 - 0.5 * Math.Cos(Math.PI * u / 0.15) : Math.Pow(0.5 + 0.5 * Math.Cos(Math.PI * (u - 0.15) / (length - 0.15)), 1.6));
            }

            DicroticNotch found = Feed(rateHz, samples);
            Assert.True(found.Beats >= 6 && found.IsThere != true, $"seed {seed}: {found.IsThere}, steeper by {found.Steepening:0.000}, {found.Beats} downstrokes");
            Assert.True(noise > 0 || found.IsThere == false, "without noise the absence is certain");
        }
    }

    [Theory]
    [InlineData("heartpy_data", 100, true)]
    [InlineData("bidmc_01", 125, true)]
    [InlineData("bidmc_46", 125, false)]
    [InlineData("neurokit_rest5", 100, false)]
    public void Real_pulses_have_the_notch_that_can_be_seen_in_them(string name, double rateHz, bool there)
    {
        string header = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "recordings", "ppg", name + ".csv")).First();
        int column = Array.FindIndex(header.Split(','), n => !n.Contains("time", StringComparison.OrdinalIgnoreCase));
        double[] samples = Recording.Column($"ppg/{name}.csv", column);
        Assert.Equal(there, Feed(rateHz, samples).IsThere);
    }

    /// <summary>The notch of the samples as they come against the mean downstroke of the recording filtered forward and back: as deep within 0.12, and as there.</summary>
    [Theory]
    [InlineData("heartpy_data", 100)]
    [InlineData("bidmc_01", 125)]
    [InlineData("bidmc_02", 125)]
    [InlineData("bidmc_30", 125)]
    [InlineData("bidmc_46", 125)]
    [InlineData("bidmc_52", 125)]
    public void The_notch_agrees_with_the_zero_phase_reference(string name, double rateHz)
    {
        const int Points = 60;
        double[] samples = Recording.Column($"ppg/{name}.csv", 0), path = BothWays.Filter(Biquad.LowPass(16, rateHz), samples);
        var detector = new BeatDetector(rateHz);
        var live = new DicroticNotch(Rule, rateHz);
        List<Beat> beats = [];
        foreach (double sample in samples)
        {
            live.Add(sample);
            if (detector.TryNext(sample, out Beat beat))
            {
                live.Add(beat);
                beats.Add(beat);
            }
        }

        double At(double place) => path[(int)place] + ((place - (int)place) * (path[(int)place + 1] - path[(int)place]));
        double[] mean = new double[Points];
        foreach ((Beat beat, Beat next) in beats.Zip(beats.Skip(1)).Where(p => p.First.IsAccepted && p.Second.IsAccepted && p.Second.OnsetAt > p.First.PeakAt && p.First.Amplitude > 0))
        {
            for (int k = 0; k < Points; k++)
            {
                mean[k] += (At(beat.PeakAt + ((next.OnsetAt!.Value - beat.PeakAt) * k / (Points - 1))) - At(beat.PeakAt)) / beat.Amplitude;
            }
        }

        double[] fall = [.. Enumerable.Range(0, Points - 4).Select(k => mean[k + 4] - mean[k])];
        int steepest = Array.IndexOf(fall, fall.Take(fall.Length / 2).Min());
        double deep = Enumerable.Range(steepest, fall.Length - 4 - steepest).Max(k => fall[steepest..(k + 1)].Max() - fall[k]) / -fall[steepest];
        Assert.InRange(live.Steepening - deep, -0.12, 0.12);
        Assert.Equal(deep >= Rule.NotchShare, live.IsThere);
    }

    private static DicroticNotch Play(double rateHz, double seconds, Func<double, double> beat) =>
        Feed(rateHz, Enumerable.Range(0, (int)(seconds * rateHz)).Select(k => beat(k / rateHz % 0.9)));

    private static DicroticNotch Feed(double rateHz, IEnumerable<double> samples)
    {
        var detector = new BeatDetector(rateHz);
        var notch = new DicroticNotch(Rule, rateHz);
        foreach (double sample in samples)
        {
            notch.Add(sample);
            if (detector.TryNext(sample, out Beat beat))
            {
                notch.Add(beat);
            }
        }

        return notch;
    }

    private static TraceShape Shape() => new(PulseWord.Pulsatile, 75, [3, 4, 4, 4, 4, 90], 0, 200, true);

    private static FlatnessIndex Index(string mm) => FlatnessIndex.Of(StandardAmplitude.Of(Number(mm), WrittenNumber.Of(100), WrittenNumber.Of(1)), Rule);

    private static StandardAmplitude Tenths(int tenths) => StandardAmplitude.Of(WrittenNumber.Near(tenths / 10.0), WrittenNumber.Of(100), WrittenNumber.Of(1));

    private static WrittenNumber Number(string text) => WrittenNumber.TryRead(text, out WrittenNumber number) ? number : throw new FormatException(text);
}
