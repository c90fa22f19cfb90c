using System.Text;
using Vascular.Devices;
using Vascular.Devices.Tcm;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tests;

public sealed class SkinOxygenTests
{
    private const long Second = Nanoseconds.PerSecond;

    private static readonly Scenario FootAndChest = ScenarioFile.Load("tcpo2-foot-chest");
    private static readonly Site Foot = Site.Parse("R.FOOT.DORSUM");

    [Fact]
    public void On_the_skin_the_value_falls_from_airs_and_settles_as_published()
    {
        SkinOxygen skin = On(new SkinTruth(40, 14, 0, 0, 0));
        Assert.InRange(At(skin, 1), 130, 155);
        double minute14 = At(skin, 14 * 60);
        double minute15 = At(skin, 15 * 60);
        // Chiang 2018: 0.8 % from minute 14 to 15, still falling
        Assert.InRange((minute14 - minute15) / minute15, 0.006, 0.010);
        Assert.Equal(40, At(skin, 60 * 60), 0.1);
    }

    [Fact]
    public void The_electrode_is_warm_within_minutes_and_the_skin_takes_more_power_than_air()
    {
        SkinOxygen skin = On(new SkinTruth(40, 14, 0, 0, 0));
        At(skin, 1);
        Assert.InRange(skin.HeatingMilliWatts, 850, 900);
        At(skin, 300);
        Assert.InRange(skin.Celsius, 43.9, 44);
        double onSkin = skin.HeatingMilliWatts;
        skin.PutOn(null);
        At(skin, 600);
        Assert.InRange(skin.HeatingMilliWatts, 150, onSkin - 100);
        Assert.Equal(SkinOxygen.AirMmHg, skin.TrueMmHg, 0.1);
    }

    [Fact]
    public void A_step_of_the_gas_is_answered_to_95_percent_in_12_to_18_s()
    {
        SkinOxygen skin = On(new SkinTruth(0, 1, 0, 0, 0), new SkinEvent(SkinEventKind.LiftOff, Foot, 3600 * Second, 4000 * Second));
        At(skin, 3600);
        double to95 = Enumerable.Range(1, 300).First(tenth => At(skin, 3600 + (tenth / 10.0)) > 0.95 * SkinOxygen.AirMmHg) / 10.0;
        Assert.InRange(to95, 12, 20);       // the air itself needs a moment to get under the membrane
    }

    [Fact]
    public void A_leak_jumps_by_more_than_20_mmHg_in_10_s_and_the_way_back_is_shorter_than_the_first()
    {
        SkinOxygen skin = On(new SkinTruth(30, 14, 0, 0, 0), new SkinEvent(SkinEventKind.AirLeak, Foot, 1800 * Second, 1830 * Second));
        double before = At(skin, 1800);
        Assert.True(At(skin, 1810) - before > 20);
        At(skin, 1830);
        Assert.InRange(At(skin, 1830 + 300), 29, 33);
        Assert.True(At(On(new SkinTruth(30, 14, 0, 0, 0)), 330) > 40);
    }

    [Fact]
    public void Oxygen_raises_the_value_a_raised_leg_lowers_it_and_a_cold_electrode_too()
    {
        SkinEvent[] events =
        [
            new(SkinEventKind.Oxygen, null, 3600 * Second, 4200 * Second), new(SkinEventKind.Elevation, Foot, 5000 * Second, 5180 * Second),
            new(SkinEventKind.HeaterOff, Foot, 6500 * Second, 7100 * Second),
        ];
        SkinOxygen skin = On(new SkinTruth(30, 14, 0, 60, 12), events);
        Assert.Equal(30, At(skin, 3600), 0.2);
        Assert.InRange(At(skin, 3600 + 70), 60, 70);        // 63 % of 60 after the time constant, less the electrode's own delay
        Assert.InRange(At(skin, 4200), 88, 90);
        Assert.InRange(At(skin, 5180), 17.8, 19.5);
        Assert.Equal(30, At(skin, 6500), 0.5);
        Assert.InRange(At(skin, 7099), 8, 15);
        Assert.Equal(0, skin.HeatingMilliWatts);
        Assert.InRange(skin.Celsius, 33, 34);
    }

    [Fact]
    public void The_value_does_not_depend_on_how_often_it_is_asked()
    {
        SkinOxygen often = On(FootAndChest.Truth.Skin[Foot]);
        SkinOxygen once = On(FootAndChest.Truth.Skin[Foot]);
        for (long atNs = 0; atNs <= 600 * Second; atNs += Second / 3)
        {
            often.Advance(atNs);
        }

        often.Advance(600 * Second);
        once.Advance(600 * Second);
        Assert.Equal(once.MmHg, often.MmHg);
    }

    [Fact]
    public void A_place_nothing_is_said_of_is_refused() =>
        Assert.Throws<KeyNotFoundException>(() => new SkinOxygen(Patient(new SkinTruth(40, 14, 0, 0, 0)), 44, new SeededStream(1, "e")).PutOn(Site.Parse("L.CHEST")));

    [Fact]
    public void Two_sites_are_polled_once_a_second_each_and_their_monitors_read_their_own_truth()
    {
        Dictionary<string, List<Reading>> readings = Play(seed: null, minutes: 20, out _);
        foreach ((string device, double plateau) in new[] { ("tcpo2-foot", 11.0), ("tcpo2-chest", 58.0) })
        {
            List<Reading> tension = [.. readings[device].Where(r => r.Kind == ReadingKind.TranscutaneousOxygen)];
            Assert.Equal(1200, tension.Count);
            Assert.All(tension.Zip(tension.Skip(1)), pair => Assert.Equal(Second, pair.Second.AtNs - pair.First.AtNs));
            Assert.All(readings[device], r => Assert.True(r.HasValue));
            Assert.Equal(3600, readings[device].Count);
            Assert.InRange(tension[^60..].Average(r => r.Value), plateau - 1, plateau + 1.5);
            Assert.InRange(readings[device].Last(r => r.Kind == ReadingKind.ElectrodeTemperature).Value, 43.8, 44.2);
            Assert.InRange(readings[device].Last(r => r.Kind == ReadingKind.HeatingPower).Value, 330, 352);
        }
    }

    [Fact]
    public void The_plateau_of_the_simulated_foot_is_found_where_the_scenario_put_it()
    {
        List<Reading> foot = Play(seed: null, minutes: 24, out _)["tcpo2-foot"];
        Plateau plateau = new(Processing.Tests.Rules.Default.Plateau);
        foreach (Reading reading in foot.Where(r => r.Kind == ReadingKind.TranscutaneousOxygen && r.HasValue))
        {
            plateau.Take(reading.AtNs, reading.Value);
        }

        Assert.Equal(MeasurementState.Measured, plateau.Result.State);
        // Falling with a time constant of 14 / 3 minutes, the value is still up to 0.5 mmHg/min × 14 / 3 min above where it ends when the rule calls it steady.
        Assert.InRange(plateau.Result.TensionMmHg!.Value, 11.0 - 0.3, 11.0 + 2.5);
    }

    [Fact]
    public void The_same_seed_gives_the_same_lines_and_another_gives_others()
    {
        Play(1, 2, out byte[] first);
        Play(1, 2, out byte[] second);
        Play(2, 2, out byte[] other);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.StartsWith("ads1115/ain1_config\t0xD583\n", Encoding.ASCII.GetString(first), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_was_cut_leaves_a_gap_and_begins_with_a_whole_poll()
    {
        SimulatedWorld world = Bound(null);
        VirtualClock clock = new();
        List<Reading> readings = [];
        TcmMonitor monitor = new(new TcmOptions());
        SimulatedLine line = new(clock, 0, world.Device("tcpo2-foot"), (atNs, bytes) => monitor.Next(new Devices.Record(RecordKind.Bytes, atNs, bytes), readings));
        line.Connect();
        clock.RunUntil(10 * Second + 10_000_000);
        line.Disconnect();
        clock.RunUntil(25 * Second + 500_000_000);
        monitor.Next(new Devices.Record(RecordKind.Closed, clock.NowNs), readings);
        line.Connect();
        clock.RunUntil(30 * Second + 900_000_000);
        long[] at = [.. readings.Where(r => r.Kind == ReadingKind.TranscutaneousOxygen).Select(r => r.AtNs / Second)];
        Assert.Equal([.. Enumerable.Range(1, 9).Select(s => (long)s), 26, 27, 28, 29, 30], at);
        Assert.DoesNotContain(readings, r => !r.HasValue || r.Kind == ReadingKind.Refused);
    }

    [Theory]
    [InlineData("plateau_mmHg: 11.0", "plateau_mmHg: 999", "truth.skin.R.FOOT.DORSUM.plateau_mmHg: '999' is not a number from 0 to 150")]
    [InlineData("kind: air_leak", "kind: storm", "truth.skin_events[2].kind: 'storm' is not one of oxygen, elevation, air_leak, lift_off, heater_off")]
    [InlineData("electrode_celsius: 44, range", "electrode_celsius: 60, range", "devices.tcpo2-foot.electrode_celsius: '60' is not a number from 37 to 45")]
    public void A_wrong_line_is_refused_with_its_key(string right, string wrong, string message)
    {
        using StreamReader reader = new(typeof(ScenarioFile).Assembly.GetManifestResourceStream("scenarios/tcpo2-foot-chest.yaml")!);
        string text = reader.ReadToEnd().Replace(right, wrong, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Throws<ScenarioFault>(() => ScenarioFile.Read(new StringReader(text), "foot.yaml")).Message, StringComparison.Ordinal);
    }

    internal static SimulatedWorld Bound(ulong? seed)
    {
        SimulatedWorld world = new(FootAndChest, seed);
        world.PutOn("tcpo2-foot", Foot);
        world.PutOn("tcpo2-chest", Site.Parse("R.CHEST"));
        return world;
    }

    private static Dictionary<string, List<Reading>> Play(ulong? seed, int minutes, out byte[] footLines)
    {
        SimulatedWorld world = Bound(seed);
        VirtualClock clock = new();
        MemoryStream lines = new();
        Dictionary<string, List<Reading>> readings = [];
        for (int n = 0; n < world.Devices.Count; n++)
        {
            string name = world.Devices[n].Name;
            TcmMonitor monitor = new(new TcmOptions());
            List<Reading> said = readings[name] = [];
            new SimulatedLine(clock, n, world.Devices[n], (atNs, bytes) =>
            {
                monitor.Next(new Devices.Record(RecordKind.Bytes, atNs, bytes), said);
                lines.Write(name == "tcpo2-foot" ? bytes.Span : default);
            }).Connect();
        }

        clock.RunUntil((minutes * 60 * Second) + (Second / 2));
        footLines = lines.ToArray();
        return readings;
    }

    private static double At(SkinOxygen skin, double seconds)
    {
        skin.Advance(Nanoseconds.FromSeconds(seconds));
        return skin.TrueMmHg;
    }

    private static SkinOxygen On(SkinTruth truth, params SkinEvent[] events)
    {
        SkinOxygen skin = new(Patient(truth, events), 44, new SeededStream(1, "electrode"));
        skin.PutOn(Foot);
        return skin;
    }

    private static SimulatedPatient Patient(SkinTruth truth, params SkinEvent[] events) =>
        new(FootAndChest.Truth with { Skin = new Dictionary<Site, SkinTruth> { [Foot] = truth }, SkinEvents = events }, 1);
}
