using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Tests;

public sealed class PatientTests
{
    private const long Second = Nanoseconds.PerSecond;

    private static readonly Site Toe = Site.Parse("R.TOE");
    private static readonly Site DorsalisPedis = Site.Parse("R.DP");
    private static readonly Site PosteriorTibial = Site.Parse("R.PT");

    private readonly SimulatedPatient patient = new(ScenarioFile.Load("seed-2017-09").Truth, seed: 1);
    private readonly SimulatedCuff cuff = new(254);

    public PatientTests() => patient.Know(cuff);

    [Fact]
    public void A_minute_holds_the_mean_number_of_beats()
    {
        long first = patient.Beats.At(0).Index;

        Assert.InRange(patient.Beats.At(60 * Second).Index - first, 71, 73);
    }

    [Fact]
    public void Beats_follow_each_other_without_gap()
    {
        Heartbeat beat = patient.Beats.At(0);
        for (int i = 0; i < 500; i++)
        {
            Heartbeat after = patient.Beats.After(beat);
            Assert.Equal(beat.EndNs, after.AtNs);
            beat = after;
        }
    }

    [Fact]
    public void Beats_that_are_no_longer_kept_are_refused_not_invented()
    {
        patient.Beats.At(7200 * Second);

        Assert.Throws<ArgumentOutOfRangeException>(() => patient.Beats.At(0));
    }

    [Fact]
    public void A_cuff_moves_at_its_rate_and_stops_at_target_limit_and_zero()
    {
        Assert.Equal(5 * Second, cuff.Inflate(0, 100, 20));
        Assert.Equal(40, cuff.PressureAt(2 * Second), 9);
        cuff.Bleed(10 * Second, 60, 2);
        Assert.Equal(90, cuff.PressureAt(15 * Second), 9);
        Assert.Equal(60, cuff.PressureAt(100 * Second), 9);
        cuff.Inflate(100 * Second, 300, 20);
        Assert.Equal(254, cuff.PressureAt(200 * Second), 9);
        Assert.Equal(0, cuff.PressureAt(cuff.Dump(200 * Second)), 9);
    }

    [Fact]
    public void A_toe_cuff_above_systolic_stops_the_pulse_and_lets_it_grow_again()
    {
        cuff.PutOn(Toe);
        ToePleth sensor = new(patient, 1.0 / 75, new SeededStream(1, "sensor"));
        sensor.PutOn(Toe);
        cuff.Inflate(10 * Second, 75, 20);
        cuff.Hold(20 * Second);
        cuff.Bleed(30 * Second, 15, 2); // 32 mmHg is passed 21.5 s later

        Assert.InRange(Highest(sensor, 0, 10), 890, 900);
        Assert.Equal(0, Highest(sensor, 15, 50));
        double first = Highest(sensor, 51.5, 54.5);
        double second = Highest(sensor, 55, 57);
        Assert.InRange(first, 1, 500);
        Assert.InRange(second, first + 100, 900);
    }

    [Fact]
    public void Sound_over_an_artery_returns_with_the_first_beat_above_the_cuff()
    {
        cuff.PutOn(DorsalisPedis);
        cuff.Inflate(0, 140, 200);
        cuff.Bleed(10 * Second, 60, 1);

        Assert.Null(patient.NextDopplerSound(DorsalisPedis, 10 * Second, 40 * Second));
        long sound = patient.NextDopplerSound(DorsalisPedis, 10 * Second, 90 * Second)!.Value;
        Assert.InRange(cuff.PressureAt(sound), 101, 103);
        Heartbeat before = patient.BeatAt(DorsalisPedis, sound - 1);
        Assert.False(patient.Flows(DorsalisPedis, before, before.AtNs + SimulatedPatient.DelayNs(DorsalisPedis)));
    }

    [Fact]
    public void A_calcified_artery_is_heard_at_the_limit_of_the_cuff()
    {
        cuff.PutOn(PosteriorTibial);
        cuff.Inflate(0, 254, 200);

        Assert.NotNull(patient.NextDopplerSound(PosteriorTibial, 10 * Second, 12 * Second));
        Assert.Null(patient.NextDopplerSound(DorsalisPedis, 10 * Second, 12 * Second));
    }

    [Fact]
    public void An_amputated_leg_has_no_flow()
    {
        Assert.True(patient.Truth.IsAmputated(Site.Parse("L.TOE")));
        Assert.False(patient.Truth.IsAmputated(Site.Parse("L.ARM")));
        Assert.False(patient.Flows(Site.Parse("L.PT"), patient.Beats.At(0), 0));
    }

    private static double Highest(ToePleth sensor, double fromSeconds, double toSeconds)
    {
        double highest = 0;
        for (double at = fromSeconds; at < toSeconds; at += 1.0 / 75)
        {
            sensor.Next(Nanoseconds.FromSeconds(at));
            highest = Math.Max(highest, sensor.TrueCounts);
        }

        return highest;
    }
}
