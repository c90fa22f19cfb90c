using System.Text.Json;
using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Tests;

public sealed class ScenarioFileTests
{
    [Fact]
    public void Every_scenario_that_comes_along_loads_under_its_own_name()
    {
        Assert.Contains("seed-2017-09", ScenarioFile.Names());
        Assert.All(ScenarioFile.Names(), name => Assert.Equal(name, ScenarioFile.Load(name).Id));
    }

    [Fact]
    public void The_seed_scenario_has_every_step_of_the_protocol()
    {
        Assert.Equal(
            ["arm.right", "ankle.pt.right", "ankle.dp.right", "arm.left", "ppg.right", "toe.right", "ankle.pt.left", "ankle.dp.left", "toe.left", "derived"],
            ScenarioFile.Load("seed-2017-09-pressures").Script.Steps.Select(s => s.Key));
    }

    /// <summary>Two files, one course: what is changed in one of them and not in the other shows here.</summary>
    [Fact]
    public void The_pressures_are_the_seed_without_its_electrodes()
    {
        Scenario seed = ScenarioFile.Load("seed-2017-09");
        Scenario pressures = ScenarioFile.Load("seed-2017-09-pressures");
        Assert.Equal((seed.Seed, seed.Patient, seed.Order), (pressures.Seed, pressures.Patient, pressures.Order));
        Assert.Equal(seed.Devices.Where(d => d.Kind != ScenarioDevice.Tcm4), pressures.Devices);
        Assert.Equal(JsonSerializer.Serialize(Facts(seed)), JsonSerializer.Serialize(Facts(pressures)));
        Assert.Equal(3, seed.Truth.Skin.Count);
        Assert.Equal(Actions(seed).Where(a => !a.Step.StartsWith("tcpo2.", StringComparison.Ordinal)), Actions(pressures));
        Assert.Equal(3, Actions(seed).Count(a => a.Action is ScriptAction.WaitPlateau));

        static object Facts(Scenario scenario) => new
        {
            scenario.Truth.HeartRatePerMin, scenario.Truth.RespirationPerMin, scenario.Truth.SpO2Percent, scenario.Truth.PressureSwingPercent, scenario.Truth.ArmDiastolicMmHg,
            scenario.Truth.AmputatedBelowKnee, scenario.Truth.ToePulse, Arteries = scenario.Truth.Arteries.ToDictionary(a => a.Key.Code, a => a.Value),
        };

        static IEnumerable<(string Step, Vascular.Processing.Vocabulary.Site? Site, ScriptAction Action)> Actions(Scenario scenario) =>
            scenario.Script.Steps.SelectMany(s => s.Actions.Select(a => (s.Key, s.Site, a)));
    }

    [Theory]
    [InlineData("heart_rate_per_min: 72 ", "heart_rate_per_min: fast ", "seed.yaml:{line}: truth.heart_rate_per_min: 'fast' is not a number from 20 to 250")]
    [InlineData("heart_rate_per_min: 72 ", "heart_rate: 72 ", "seed.yaml:{line}: truth.heart_rate_per_min: missing")]
    [InlineData("gender: female ", "gender: lady ", "seed.yaml:{line}: patient.gender: 'lady' is not one of female, male, other, unknown")]
    [InlineData("  accession: ACC-77 ", "  number: 1\n  accession: ACC-77 ", "seed.yaml:{line}: order.number: unknown key")]
    [InlineData("R.TOE: {", "R.TOES: {", "seed.yaml:{line}: truth.arteries.R.TOES: is not a site (R or L, a dot, ARM, PT, DP or TOE)")]
    [InlineData("inflate: { cuff: cuff-1, to_mmHg: 254", "inflate: { cuff: cuff-9, to_mmHg: 254", "seed.yaml:{line}: script.ankle.pt.right.actions[4].inflate.cuff: no device 'cuff-9' under devices")]
    [InlineData("      - end\n", "", "script: does not finish with the action 'end'")]
    [InlineData("      - end\n", "      - end\n      - start\n", "script: does more behind 'end' than to correct: accept, undo, patient, wait")]
    [InlineData("      - end\n", "      - patient: { system: s, identifier: i, gender: male, name: n }\n      - end\n", "script.derived.actions[1].patient.name: unknown key")]
    [InlineData("R.DP: { systolic_mmHg: 102.4", "R.DP: { systolic_kPa: 13.6", "seed.yaml:{line}: truth.arteries.R.DP.systolic_mmHg: missing; 'systolic_kPa' stands there instead: give the value in mmHg and name it systolic_mmHg")]
    [InlineData("R.DP: { systolic_mmHg: 102.4", "R.DP: { wall_kPa: 2, systolic_mmHg: 102.4", "seed.yaml:{line}: truth.arteries.R.DP.wall_kPa: unknown key; there may be compressible, stenosis_percent, systolic_mmHg, wall_mmHg")]
    [InlineData("  heart_rate_per_min: 72 ", "  rhythm: { kind: ectopy }\n  heart_rate_per_min: 72 ", "seed.yaml:{line}: truth.rhythm.extra_beats_percent: missing")]
    [InlineData("  heart_rate_per_min: 72 ", "  limb_events: [ { kind: tremor, site: R.TOE, at_s: 1, seconds: 5, amplitude_counts: 90, frequency_hz: 0 } ]\n  heart_rate_per_min: 72 ", "seed.yaml:{line}: truth.limb_events[0].frequency_hz: '0' is not a number from 1 to 20")]
    [InlineData("ppg-1: { kind: nonin7 }", "ppg-1: { kind: nonin7, faults: [ \"stall@x\" ] }", "seed.yaml:{line}: devices.ppg-1.faults: 'stall@x' is no fault: 'x' in 'stall@x' is no number from 0 to 86400; write KIND[=P | @S][+N]; in KIND[=P | @S][+N] P is a chance")]
    [InlineData("ppg-1: { kind: nonin7 }", "ppg-1: { kind: nonin7, faults: [ \"melt@3\" ] }", "seed.yaml:{line}: devices.ppg-1.faults: 'melt@3' is no fault: 'melt' is no fault; there are drop, flip,")]
    [InlineData("ppg-1: { kind: nonin7 }", "ppg-1: { kind: nonin7, faults: [ [ drop ] ] }", "seed.yaml:{line}: devices.ppg-1.faults: '[ drop ]' is no fault: a fault is a text")]
    [InlineData("ppg-1: { kind: nonin7 }", "ppg-1: { kind: nonin7, faults: [ disconnect+3 ] }", "seed.yaml:{line}: devices.ppg-1.faults: 'disconnect+3' is no fault: at the start there is no host to lose: give @S or =P")]
    [InlineData("ppg-1: { kind: nonin7 }", "ppg-1: { kind: nonin7, end: udp }", "seed.yaml:{line}: devices.ppg-1.end: 'udp' is no end of this device; there are pty, tcp, rfc2217, all but pty with :PORT")]
    [InlineData("ppg-1: { kind: nonin7 }", "ppg-1: { kind: pcd01, on: R.TOE }", "seed.yaml:{line}: devices.ppg-1.on: unknown key")]
    [InlineData("seed: 20170915 ", "seed: [ ", "seed.yaml:1: yaml: the text breaks off")]
    public void A_wrong_line_is_refused_with_file_line_and_key(string right, string wrong, string message)
    {
        string text = Seed();
        Assert.Contains(right, text, StringComparison.Ordinal);

        ScenarioFault fault = Assert.Throws<ScenarioFault>(() => ScenarioFile.Read(new StringReader(text.Replace(right, wrong, StringComparison.Ordinal)), "seed.yaml"));

        int line = 1 + text[..text.IndexOf(right, StringComparison.Ordinal)].Count(c => c == '\n');
        Assert.Contains(message.Replace("{line}", $"{line}", StringComparison.Ordinal), fault.Message, StringComparison.Ordinal);
    }

    private static string Seed()
    {
        using Stream stream = typeof(ScenarioFile).Assembly.GetManifestResourceStream("scenarios/seed-2017-09.yaml")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
