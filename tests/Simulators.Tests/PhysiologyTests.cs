using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Patient.Rhythms;
using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Tests;

/// <summary>What must hold of the simulated body whatever a detector makes of it.</summary>
public sealed class PhysiologyTests
{
    private const long Second = Nanoseconds.PerSecond;
    private const double SampleSeconds = 1.0 / 75;

    private static readonly Site Toe = Site.Parse("R.TOE");
    private static readonly Site LeftToe = Site.Parse("L.TOE");
    private static readonly Site DorsalisPedis = Site.Parse("R.DP");
    private static readonly Site PosteriorTibial = Site.Parse("R.PT");

    private static readonly PatientTruth Truth = ScenarioFile.Load("seed-2017-09").Truth with
    {
        AmputatedBelowKnee = [],
        Arteries = new Dictionary<Site, ArteryTruth>
        {
            [DorsalisPedis] = new(102, Compressible: true),
            [PosteriorTibial] = new(110, Compressible: true),
            [Toe] = new(80, Compressible: true),
            [LeftToe] = new(80, Compressible: true),
        },
        ToePulse = new ToePulseTruth(PulseShape.Healthy, 4000, NoiseCounts: 0, GrowthMmHg: 14),
    };

    [Fact]
    public void Sinus_rhythm_sways_with_the_breath_by_what_the_scenario_says()
    {
        Heartbeat[] beats = Beats(new SinusRhythm(8), 600);
        var heart = new Heartbeats(Truth with { Rhythm = () => new SinusRhythm(8) }, new SeededStream(1, "heart"));
        double mean = beats.Average(b => b.LengthNs);
        double covariance = beats.Average(b => ((b.LengthNs / mean) - 1) * heart.BreathAt(b.AtNs));
        double breathing = beats.Average(b => heart.BreathAt(b.AtNs) * heart.BreathAt(b.AtNs));

        Assert.InRange(covariance / breathing, 0.075, 0.085);
        Assert.All(beats, b => Assert.Equal((1.0, b.LengthNs), (b.Strength, b.PulseNs)));
    }

    [Fact]
    public void Fibrillation_is_irregular_without_a_pattern_and_keeps_the_mean_rate()
    {
        double[] lengths = [.. Beats(new AtrialFibrillation(), 3000).Select(b => b.LengthNs / 1e9)];
        double mean = lengths.Average();
        double variance = lengths.Average(l => (l - mean) * (l - mean));

        Assert.InRange(60 / mean, 71, 73);
        Assert.InRange(Math.Sqrt(variance) / mean, 0.17, 0.22);
        for (int lag = 1; lag <= 5; lag++)
        {
            double together = Enumerable.Range(lag, lengths.Length - lag).Average(i => (lengths[i] - mean) * (lengths[i - lag] - mean));
            Assert.InRange(together / variance, -0.06, 0.06);
        }
    }

    [Fact]
    public void In_fibrillation_a_beat_is_as_strong_as_the_last_interval_was_long_over_the_one_before()
    {
        Heartbeat[] beats = Beats(new AtrialFibrillation(), 500);
        for (int i = 2; i < beats.Length; i++)
        {
            double ratio = (double)beats[i - 1].LengthNs / beats[i - 2].LengthNs;
            Assert.True(ratio > 1.01 ? beats[i].Strength > 1 : ratio >= 0.99 || beats[i].Strength < 1, $"beat {i}: ratio {ratio}, strength {beats[i].Strength}");
        }

        Assert.InRange(beats.Max(b => b.Strength) - beats.Min(b => b.Strength), 0.5, 1.1);
    }

    [Fact]
    public void An_extra_beat_and_its_pause_take_the_time_of_two_beats()
    {
        Heartbeat[] beats = Beats(new Ectopy(10, swayPercent: 0), 1000);
        int extra = 0;
        for (int i = 1; i < beats.Length - 2; i++)
        {
            if (beats[i].Strength < 0.5)
            {
                extra++;
                double two = (beats[i - 1].LengthNs + beats[i].LengthNs) / 2.0 / (60e9 / Truth.HeartRatePerMin);
                Assert.InRange(two, 0.94, 1.06);
                Assert.InRange((double)beats[i - 1].LengthNs / beats[i].LengthNs, 0.42, 0.44);
                Assert.True(beats[i + 1].Strength > 1);
            }
        }

        Assert.InRange(extra, 60, 140);
    }

    [Theory]
    [InlineData("af")]
    [InlineData("ectopy")]
    public void A_pulse_never_jumps_however_early_the_next_beat_comes(string rhythm)
    {
        var patient = new SimulatedPatient(Truth with { Rhythm = () => rhythm == "af" ? new AtrialFibrillation() : new Ectopy(20) }, seed: 3);
        double[] trace = Trace(patient, 0, 120);

        // The steepest slope there is: 1.5 (steepest of a smooth step) times the strongest pulse over its crest.
        double steepest = 1.5 * 4000 * 1.5 / (PulseShape.Healthy.Crest * 60 / Truth.HeartRatePerMin) * SampleSeconds;
        for (int i = 1; i < trace.Length; i++)
        {
            Assert.InRange(Math.Abs(trace[i] - trace[i - 1]), 0, steepest);
        }
    }

    [Fact]
    public void A_weak_beat_makes_a_small_pulse()
    {
        var patient = new SimulatedPatient(Truth with { Rhythm = () => new Ectopy(10) }, seed: 3);
        ToePleth sensor = On(patient, Toe);
        Dictionary<long, (double Highest, double Strength)> pulses = [];
        for (double at = 0; at < 60; at += SampleSeconds)
        {
            long atNs = Nanoseconds.FromSeconds(at);
            sensor.Next(atNs);
            pulses[sensor.BeatIndex] = (sensor.PulseCounts, patient.BeatAt(Toe, atNs).Strength);
        }

        Assert.Contains(pulses.Values, p => p.Strength < 0.5);
        Assert.All(pulses.Values.Skip(1), p => Assert.Equal(4000 * p.Strength, p.Highest, 6));
    }

    [Fact]
    public void Behind_a_narrowing_the_flow_pays_for_every_loss()
    {
        Assert.Equal(120, Stenosis.BehindMmHg(120, 0));
        Assert.Equal(0, Stenosis.BehindMmHg(120, 100));
        double last = 120;
        for (int percent = 1; percent < 100; percent++)
        {
            double behind = Stenosis.BehindMmHg(120, percent);
            Assert.True(behind < last && behind > 0, $"{percent} %");
            last = behind;
            // what arrives, what viscosity took and what the jet took make up what was there
            double q = behind / 120;
            double area = 1 / Math.Pow(1 - (percent / 100.0), 2);
            Assert.Equal(1, q + (0.0015 * ((area * area) - 1) * q) + (0.0035 * (area - 1) * (area - 1) * q * q), 6);
        }

        Assert.InRange(Stenosis.BehindMmHg(120, 50), 110, 118);
        Assert.InRange(Stenosis.BehindMmHg(120, 70), 72, 96);
        Assert.InRange(Stenosis.BehindMmHg(120, 90), 1, 15);
    }

    [Fact]
    public void A_narrowing_that_costs_little_at_rest_costs_much_when_the_bed_is_open()
    {
        double rest = 120 - Stenosis.BehindMmHg(120, 50);
        double walking = 120 - Stenosis.BehindMmHg(120, 50, dilation: 4);

        Assert.True(rest < 10 && walking > 30, $"{rest}, {walking}");
    }

    [Fact]
    public void No_blood_passes_a_cuff_above_systolic_pressure_whoever_the_patient_is()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var patient = new SimulatedPatient(Truth with { Rhythm = () => new AtrialFibrillation() }, seed);
            var cuff = new SimulatedCuff(300);
            patient.Know(cuff);
            cuff.PutOn(Toe);
            cuff.Inflate(0, 200, 100);
            cuff.Bleed(2 * Second, 0, 3);
            for (double at = 2; at < 70; at += 0.5)
            {
                long atNs = Nanoseconds.FromSeconds(at);
                Heartbeat beat = patient.BeatAt(Toe, atNs);
                double inflow = patient.ToeInflow(Toe, beat, atNs);
                bool open = patient.SystolicMmHg(Toe, beat) > cuff.PressureAt(atNs);
                Assert.Equal(open, inflow > 0);
                Assert.InRange(inflow, 0, 1);
            }
        }
    }

    [Fact]
    public void What_passes_a_cuff_is_the_tip_of_the_pressure_wave_above_it()
    {
        for (double under = 1; under < 14; under += 2)
        {
            SimulatedPatient patient = new(Truth with { PressureSwingPercent = 0 }, seed: 1);
            var cuff = new SimulatedCuff(300);
            patient.Know(cuff);
            cuff.PutOn(Toe);
            cuff.Inflate(0, 80 - under, 1000);
            double passed = patient.ToeInflow(Toe, patient.BeatAt(Toe, Second), Second);

            // area of the tip of 1 - x² above 1 - h, by hand: the sum of thin slices, over that of the whole tip
            Assert.Equal(Tip(under / 14) / Tip(1), passed, 2);
        }

        static double Tip(double h)
        {
            double area = 0;
            for (double x = -1; x <= 1; x += 0.0005)
            {
                area += Math.Max(0, h - (x * x)) * 0.0005;
            }

            return area;
        }
    }

    [Fact]
    public void A_toe_has_blood_as_long_as_one_ankle_artery_is_open()
    {
        var patient = new SimulatedPatient(Truth, seed: 1);
        var cuff = new SimulatedCuff(300);
        patient.Know(cuff);
        cuff.PutOn(DorsalisPedis);
        cuff.Inflate(0, 106, 1000);
        Assert.True(Flows());          // 102 is closed, 110 is open
        cuff.Inflate(Second, 120, 1000);
        Assert.False(Flows());

        bool Flows() => patient.Flows(Toe, patient.BeatAt(Toe, 2 * Second), 2 * Second);
    }

    [Fact]
    public void A_stiff_wall_reads_high_by_what_it_needs_and_a_calcified_vessel_never_closes()
    {
        var patient = new SimulatedPatient(
            Truth with { PressureSwingPercent = 0, Arteries = new Dictionary<Site, ArteryTruth> { [DorsalisPedis] = new(102, true, WallMmHg: 40), [PosteriorTibial] = new(102, false) } }, seed: 1);
        var cuff = new SimulatedCuff(300);
        patient.Know(cuff);
        cuff.PutOn(DorsalisPedis);
        foreach ((double mmHg, bool flows) in new[] { (100.0, true), (130, true), (141.9, true), (142.1, false), (300, false) })
        {
            cuff.Inflate(0, mmHg, 10_000);
            Assert.Equal(flows, patient.Flows(DorsalisPedis, patient.BeatAt(DorsalisPedis, Second), Second));
            Assert.True(patient.Flows(PosteriorTibial, patient.BeatAt(PosteriorTibial, Second), Second));
        }
    }

    [Theory]
    [InlineData(CuffFit.Usual, 80)]
    [InlineData(CuffFit.Narrow, 94.1)]
    [InlineData(CuffFit.Wide, 76.2)]
    public void A_narrow_cuff_reads_high_and_a_wide_one_low(CuffFit fit, double closesAtMmHg)
    {
        var patient = new SimulatedPatient(Truth with { PressureSwingPercent = 0 }, seed: 1);
        var cuff = new SimulatedCuff(300);
        cuff.Choose(fit);
        patient.Know(cuff);
        cuff.PutOn(Toe);
        cuff.Inflate(0, closesAtMmHg - 0.2, 10_000);
        Assert.True(patient.Flows(Toe, patient.BeatAt(Toe, Second), Second));
        cuff.Inflate(Second, closesAtMmHg + 0.2, 10_000);
        Assert.False(patient.Flows(Toe, patient.BeatAt(Toe, 2 * Second), 2 * Second));
    }

    [Fact]
    public void Every_shape_starts_and_ends_at_its_foot_and_peaks_once_at_its_crest()
    {
        foreach (PulseShape shape in new[] { PulseShape.Healthy, PulseShape.NotchLost, PulseShape.Rounded, PulseShape.Ischaemic })
        {
            double[] heights = [.. Enumerable.Range(0, 1001).Select(i => shape.At(i / 1000.0))];
            Assert.Equal((0, 0), (heights[0], heights[^1]));
            Assert.Equal(1, heights.Max(), 3);
            Assert.Equal(shape.Crest, Array.IndexOf(heights, heights.Max()) / 1000.0, 2);
            Assert.All(heights, h => Assert.True(h >= 0));
            Assert.All(Enumerable.Range(1, 1000), i => Assert.InRange(Math.Abs(heights[i] - heights[i - 1]), 0, 0.012));
        }

        Assert.All(Enumerable.Range(0, 101), i => Assert.Equal(0, PulseShape.Flat.At(i / 100.0)));
    }

    [Fact]
    public void Shapes_grow_worse_in_the_order_of_the_words()
    {
        PulseShape[] worse = [PulseShape.Healthy, PulseShape.NotchLost, PulseShape.Rounded, PulseShape.Ischaemic];

        // crest at 72/min against the published limits: 240 ms for a lesion (Peltokangas 2019), 270 ms at the great toe (PAD Sounder 2019)
        int[] crestMs = [.. worse.Select(s => (int)(s.Crest * 60_000 / 72))];
        Assert.Equal([141, 191, 255, 300], crestMs);
        Assert.Equal([true, false, false, false], worse.Select(s => s.SecondWave > 0));
        // in health alone the fall slackens and steepens again
        Assert.Equal([1, 0, 0, 0], worse.Select(Shoulders));

        static int Shoulders(PulseShape shape)
        {
            double[] slope = [.. Enumerable.Range((int)(shape.Crest * 200) + 2, 190 - (int)(shape.Crest * 200)).Select(i => shape.At((i + 1) / 200.0) - shape.At(i / 200.0))];
            return Enumerable.Range(1, slope.Length - 2).Count(i => slope[i] > slope[i - 1] && slope[i] >= slope[i + 1]);
        }
    }

    [Fact]
    public void A_cold_toe_flattens_within_a_minute_and_comes_back()
    {
        LimbEvent[] events = [new LimbEvent.Vasospasm(Toe, 100 * Second, 300 * Second, AmplitudePercent: 20, SystolicPercent: 85)];
        var patient = new SimulatedPatient(Truth with { LimbEvents = events, PressureSwingPercent = 0 }, seed: 1);

        Assert.Equal(4000, Trace(patient, 80, 100).Max(), 0.02 * 4000);
        Assert.Equal(800, Trace(patient, 200, 220).Max(), 0.02 * 800);
        Assert.Equal(68, patient.SystolicMmHg(Toe, patient.BeatAt(Toe, 200 * Second)), 6);
        Assert.Equal(102, patient.SystolicMmHg(DorsalisPedis, patient.BeatAt(DorsalisPedis, 200 * Second)), 6);
        Assert.Equal(80, patient.SystolicMmHg(LeftToe, patient.BeatAt(LeftToe, 200 * Second)), 6);
        Assert.Equal(4000, Trace(patient, 400, 420).Max(), 0.02 * 4000);
        double halfWay = Vasospasm.Amplitude(events, Toe, 130 * Second);
        Assert.InRange(halfWay, 0.55, 0.65);
    }

    [Fact]
    public void Movement_and_tremor_last_as_long_as_they_are_said_to_and_stay_within_their_height()
    {
        LimbEvent[] events =
        [
            new LimbEvent.Movement(Toe, 10 * Second, 20 * Second, 3000),
            new LimbEvent.Tremor(Toe, 30 * Second, 40 * Second, 500, FrequencyHz: 5),
        ];
        var motion = new LimbMotion(new SeededStream(1, "motion"));
        double[] moving = Sampled(10, 20);
        double[] trembling = Sampled(31, 39);

        Assert.All(Sampled(0, 10), c => Assert.Equal(0, c));
        Assert.All(Sampled(21, 30), c => Assert.Equal(0, c));
        Assert.InRange(moving.Max(), 1500, 3000);
        Assert.InRange(trembling.Max(), 495, 500);
        Assert.InRange(Crossings(trembling), 79, 81);   // 8 s of 5 Hz
        Assert.Equal(0, motion.At(events, LeftToe, 15 * Second));
        Assert.Equal(0, motion.At(events, DorsalisPedis, 15 * Second));

        double[] Sampled(double from, double to) => [.. Enumerable.Range(0, (int)((to - from) * 100)).Select(i => motion.At(events, Toe, Nanoseconds.FromSeconds(from + (i / 100.0))))];

        static int Crossings(double[] trace) => Enumerable.Range(1, trace.Length - 1).Count(i => trace[i] > 0 != trace[i - 1] > 0);
    }

    [Fact]
    public void A_sensor_off_the_skin_sees_no_pulse_and_sees_it_again()
    {
        LimbEvent[] events = [new LimbEvent.ContactLoss(Toe, 10 * Second, 20 * Second)];
        var patient = new SimulatedPatient(Truth with { LimbEvents = events }, seed: 1);
        ToePleth sensor = On(patient, Toe);
        for (double at = 0; at < 30; at += SampleSeconds)
        {
            sensor.Next(Nanoseconds.FromSeconds(at));
            bool off = at is >= 10 and < 20;
            Assert.Equal(!off, sensor.IsOnSkin);
            Assert.True(!off || (sensor.TrueCounts == 0 && sensor.PulseCounts == 0));
        }

        Assert.True(Trace(patient, 21, 25).Max() > 3500);
    }

    [Fact]
    public void A_raised_leg_has_less_pressure_by_the_weight_of_its_blood()
    {
        LimbEvent[] events = [new LimbEvent.Raised(DorsalisPedis, 10 * Second, 60 * Second, HeightCm: 40), new LimbEvent.Raised(DorsalisPedis, 100 * Second, 160 * Second, HeightCm: -45)];
        var arteries = new Dictionary<Site, ArteryTruth>(Truth.Arteries) { [Toe] = new(30, true) };
        var patient = new SimulatedPatient(Truth with { LimbEvents = events, Arteries = arteries, PressureSwingPercent = 0 }, seed: 1);

        Assert.Equal(102 - 31.2, Systolic(DorsalisPedis, 30), 0.05);
        Assert.Equal(102 + 35.1, Systolic(DorsalisPedis, 130), 0.05);
        Assert.Equal(80, Systolic(LeftToe, 30), 6);
        // 30 mmHg do not lift blood by 40 cm: the toe goes pale, with no cuff on it
        Assert.Equal(0, Trace(patient, 20, 40).Max());
        Assert.True(Trace(patient, 70, 80).Max() > 3000);

        double Systolic(Site site, double at) => patient.SystolicMmHg(site, patient.BeatAt(site, Nanoseconds.FromSeconds(at)));
    }

    [Fact]
    public void Skin_of_a_hanging_leg_gains_oxygen_and_of_a_raised_one_loses_it_with_40_seconds()
    {
        Site foot = Site.Parse("R.FOOT.DORSUM");
        PatientTruth truth = Truth with
        {
            Skin = new Dictionary<Site, SkinTruth> { [foot] = new(40, 10, 0, 100, ElevationFallMmHg: 12, DependencyRiseMmHg: 20) },
            SkinEvents =
            [
                new SkinEvent(SkinEventKind.Dependency, foot, 3600 * Second, 4200 * Second),
                new SkinEvent(SkinEventKind.Elevation, foot, 4800 * Second, 5400 * Second),
            ],
        };
        SkinOxygen skin = new(new SimulatedPatient(truth, 1), 44, new SeededStream(1, "electrode"));
        skin.PutOn(foot);

        Assert.Equal(40, At(3600), 0.1);
        Assert.Equal(40 + (20 * (1 - Math.Exp(-1))), At(3600 + 45), 0.5);     // 40 s of the leg, 5 s of the electrode
        Assert.Equal(60, At(4190), 0.1);
        Assert.Equal(40, At(4790), 0.1);
        Assert.Equal(28, At(5390), 0.1);

        double At(double seconds)
        {
            skin.Advance(Nanoseconds.FromSeconds(seconds));
            return skin.TrueMmHg;
        }
    }

    private static Heartbeat[] Beats(IHeartRhythm rhythm, int count)
    {
        var heart = new Heartbeats(Truth with { Rhythm = () => rhythm }, new SeededStream(1, "heart"));
        Heartbeat beat = heart.At(0);
        return [.. Enumerable.Range(0, count).Select(_ => beat = heart.After(beat))];
    }

    private static ToePleth On(SimulatedPatient patient, Site toe)
    {
        var sensor = new ToePleth(patient, SampleSeconds, new SeededStream(1, "sensor"));
        sensor.PutOn(toe);
        return sensor;
    }

    /// <summary>The true pulse, sample after sample.</summary>
    private static double[] Trace(SimulatedPatient patient, double fromSeconds, double toSeconds)
    {
        ToePleth sensor = On(patient, Toe);
        return
        [
            .. Enumerable.Range(0, (int)((toSeconds - fromSeconds) / SampleSeconds)).Select(i =>
            {
                sensor.Next(Nanoseconds.FromSeconds(fromSeconds + (i * SampleSeconds)));
                return sensor.TrueCounts;
            }),
        ];
    }
}
