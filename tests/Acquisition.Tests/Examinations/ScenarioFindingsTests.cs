using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Devices;
using Vascular.Devices.Masimo;
using Vascular.Devices.Nonin;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>Every scenario from its devices' bytes to its findings, held against what its file says is true.</summary>
public sealed class ScenarioFindingsTests : IClassFixture<ScenarioFindingsTests.Plays>
{
    private readonly Plays _plays;

    public ScenarioFindingsTests(Plays plays) => _plays = plays;

    /// <summary>All but the two that have tests of their own, and those whose script is for devices alone.</summary>
    public static TheoryData<string> Names =>
    [
        "seed-2018-04", "seed-2018-11", "healthy", "claudicant", "diabetic-calcified", "atrial-fibrillation", "toe-below-30",
        "alert-abi-fall", "alert-tbi-fall", "alert-toe-below-30", "alert-toe-grade-worse",
        "alert-tcpo2-below-30", "alert-tcpo2-fall", "alert-tcpo2-early", "alert-tcpo2-still-low",
    ];

    public static TheoryData<string> All => [.. ScenarioFile.Names()];

    /// <summary>Every scenario there is runs to its end on a station, leaves nothing open, and replays.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void It_comes_to_its_end(string name)
    {
        PlayedScenario played = _plays[name];
        Assert.Null(played.Trouble);
        Assert.True(played.Fold.IsEnded);
        Assert.Equal(ScenarioFile.Load(name).Script.Steps.Any(s => s.Site is not null), played.Fold.Findings.Count > 0);      // one is of devices alone
        Assert.All(played.Fold.Findings, f => Assert.True(played.Fold.IsAccepted(f), f.Name));
        Assert.Empty(played.Replay().Differences);
    }

    /// <summary>Follow-ups, and the patients who are asked for by name.</summary>
    [Fact]
    public void Every_scenario_that_is_wanted_is_there()
    {
        Assert.Subset(
            ScenarioFile.Names().ToHashSet(),
            new HashSet<string>
            {
                "seed-2017-09", "seed-2018-04", "seed-2018-11", "healthy", "claudicant", "diabetic-calcified", "atrial-fibrillation", "toe-below-30", "everything-goes-wrong", "every-device",
                "alert-abi-fall", "alert-tbi-fall", "alert-toe-below-30", "alert-toe-grade-worse", "alert-tcpo2-below-30", "alert-tcpo2-fall", "alert-tcpo2-early", "alert-tcpo2-still-low",
            });
        Assert.Equal(ScenarioFile.Names().Where(n => n.StartsWith("alert-", StringComparison.Ordinal)), ScenarioFile.Names().Where(n => ScenarioFile.Load(n).FollowUp is not null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_finds_what_is_true(string name)
    {
        PlayedScenario played = _plays[name];
        PatientTruth truth = ScenarioFile.Load(name).Truth;

        Assert.Null(played.Trouble);
        Assert.True(played.Fold.IsEnded);
        Assert.All(played.Fold.Findings, f => Assert.True(played.Fold.IsAccepted(f), f.Name));
        int pressures = 0;
        foreach (Finding finding in played.Fold.Findings.Where(f => f.Measure.Contains("-sys", StringComparison.Ordinal) || f.Measure == "tcpo2-plateau"))
        {
            Assert.Equal(truth.IsAmputated(finding.Site), finding.State == MeasurementState.Amputated);
            if (finding.State == MeasurementState.Amputated)
            {
                continue;
            }

            pressures++;
            if (truth.Skin.TryGetValue(finding.Site, out SkinTruth skin))
            {
                Near(finding, skin.PlateauMmHg, -1, 2);       // the last of the warming may still be in it
                continue;
            }

            ArteryTruth artery = truth.Arteries[finding.Site];
            if (!artery.Compressible)
            {
                Assert.Equal((MeasurementState.AboveLimit, ">254 NC"), (finding.State, finding.Printed));
            }
            else if (name == "atrial-fibrillation" && finding.Site.IsAnkleArtery)
            {
                // the first beat heard is a strong one, and no beat is stronger than half again: 1 + 0.4 * 0.5 of the mean
                Near(finding, artery.SystolicMmHg, 0, 0.2 * artery.SystolicMmHg);
            }
            else
            {
                // a hand marks up to a beat and a reaction late at 1 mmHg/s; a line through the first pulses reads a little low
                Near(finding, artery.SystolicMmHg + artery.WallMmHg, -2, name == "atrial-fibrillation" ? 3 : 1);
            }
        }

        Assert.True(pressures > 0);
    }

    /// <summary>A toe whose file gives it a pulse has one, at the heart's rate where that is regular.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("seed-2017-09")]
    [InlineData("every-device")]
    public void Every_trace_is_of_the_heart_that_is_there(string name)
    {
        PatientTruth truth = ScenarioFile.Load(name).Truth;
        foreach (Finding trace in Found(name, "ppg-waveform").Where(f => !truth.IsAmputated(f.Site)))
        {
            Assert.Equal((trace.Name, MeasurementState.Measured), (trace.Name, trace.State));
            Match said = Regex.Match(trace.Printed!, "^pulsatile, ([0-9]+)/min");
            Assert.True(said.Success, $"{trace.Name}: {trace.Printed}");
            double within = name == "atrial-fibrillation" ? 0.15 : 0.03;
            Assert.InRange(int.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture), truth.HeartRatePerMin * (1 - within), truth.HeartRatePerMin * (1 + within));
        }
    }

    [Theory]
    [InlineData("seed-2018-04", "tbi", "R.TOE", "0.18")]
    [InlineData("seed-2018-11", "tbi", "R.TOE", "0.54")]
    public void The_seed_patient_prints_what_the_case_prints(string name, string measure, string site, string printed) =>
        Assert.Equal(printed, _plays[name].Finding(measure, site).Printed);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_index_is_the_quotient_of_printed_pressures(string name)
    {
        PlayedScenario played = _plays[name];
        int[] arms = [.. played.Fold.Findings.Where(f => f.Measure == "brachial-sys").Select(f => (int)f.Value!.Value)];
        foreach (Finding index in played.Fold.Findings.Where(f => f.Measure is "tbi" or "abi-pt" or "abi-dp" && f.Value is not null))
        {
            int top = (int)played.Fold.Findings.Single(f => f.Site == index.Site && f.Measure.Contains("-sys", StringComparison.Ordinal)).Value!.Value;
            int hundredths = ((200 * top) + arms.Max()) / (2 * arms.Max());
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{hundredths / 100}.{hundredths % 100:00}"), index.Printed);
        }
    }

    [Fact]
    public void Who_is_healthy_has_two_normal_legs()
    {
        Assert.Equal(["L.ANKLE", "R.ANKLE"], Limbs("healthy", "normal"));
        Assert.All(Found("healthy", "tbi"), f => Assert.True(f.Value > 0.9));
    }

    [Fact]
    public void The_claudicant_has_one_leg_behind_a_narrowing()
    {
        Assert.Equal(["R.ANKLE"], Limbs("claudicant", "abnormal"));
        Assert.Equal(["L.ANKLE"], Limbs("claudicant", "normal"));
    }

    [Fact]
    public void Calcified_ankles_have_no_index_and_the_toes_tell()
    {
        Assert.Equal(["L.ANKLE", "R.ANKLE"], Limbs("diabetic-calcified", "noncompressible"));
        Assert.All(Found("diabetic-calcified", "abi"), f => Assert.Null(f.Value));
        Assert.All(Found("diabetic-calcified", "tbi"), f => Assert.True(f.Value <= 0.70));
    }

    [Fact]
    public void A_toe_below_30_is_below_30() => Assert.InRange(Found("toe-below-30", "toe-sys").Single().Value!.Value, 20, 29);

    [Theory]
    [InlineData("alert-abi-fall", "abi", AlertLevel.Review, "drop_ge_0.15")]
    [InlineData("alert-tbi-fall", "tbi", AlertLevel.Review, "drop_ge_0.15")]
    [InlineData("alert-toe-below-30", "toe-sys", AlertLevel.Urgent, "fell_below_30")]
    [InlineData("alert-toe-grade-worse", "toe-sys", AlertLevel.Review, "wifi_grade_worse")]
    [InlineData("alert-tcpo2-below-30", "tcpo2-plateau", AlertLevel.Urgent, "fell_below_30")]
    [InlineData("alert-tcpo2-fall", "tcpo2-plateau", AlertLevel.Review, "drop_gt_11")]
    [InlineData("alert-tcpo2-still-low", "tcpo2-plateau", AlertLevel.Review, "still_below_30_after_45_days")]
    [InlineData("alert-tcpo2-early", "tcpo2-plateau", AlertLevel.None, "early_lag_expected")]
    public void Each_alert_rule_has_a_follow_up_that_meets_it(string name, string measure, AlertLevel level, string reason)
    {
        ScenarioFollowUp followUp = ScenarioFile.Load(name).FollowUp!;
        double current = Found(name, measure).Single().Value!.Value;
        double best = double.Parse(followUp.BestPrior, CultureInfo.InvariantCulture);
        SurveillanceRule rule = ClinicalRules.Default.Surveillance;

        Alert alert = followUp.Test switch
        {
            "TP" => Surveillance.OfToePressure((int)best, (int)current, rule),
            "TcPO2" => Surveillance.OfOxygen(Tension(best), Tension(current), followUp.DaysAfterProcedure > rule.EarlyLagDays, rule),
            _ => Surveillance.OfIndex(new PressureIndex((int)Math.Round(best * 100)), new PressureIndex((int)Math.Round(current * 100)), rule),
        };

        Assert.Equal(new Alert(level, reason), alert);
    }

    [Fact]
    public void When_everything_goes_wrong_it_is_shown_and_the_toe_is_read_all_the_same()
    {
        PlayedScenario played = _plays["everything-goes-wrong"];
        Assert.Null(played.Trouble);
        Assert.True(played.Fold.IsEnded);
        // the cable: a trace with a gap is not taken for one, and is taken again
        Attempt[] traces = [.. played.Fold.Attempts.Where(a => a.Step.Key == "ppg.right")];
        Assert.True(traces.Length > 1);
        Assert.NotEmpty(traces[0].Gaps);
        Assert.Contains(played.Taped(), r => r.Type == TapeRecordType.Closed);
        Assert.Equal(MeasurementState.Measured, played.Finding("ppg-waveform", "R.TOE").State);
        // the narrow cuff: that attempt does not count
        Finding toe = played.Finding("toe-sys", "R.TOE");
        Assert.Equal(2, toe.Attempt);
        Near(toe, 58, -2, 1);
        // what went wrong on one device left the others alone
        Near(played.Finding("brachial-sys", "R.ARM"), 128, -2, 1);
        Near(played.Finding("brachial-sys", "L.ARM"), 126, -2, 1);
        Assert.Equal(MeasurementState.Measured, played.Finding("tbi", "R.TOE").State);
        // the line: refused, not believed
        Assert.Contains(Read(played, "ppg-1", new NoninMonitor(new NoninOptions())), r => r.Kind == ReadingKind.Refused && r.Fault == WireFault.Checksum);
        // the monitor: its clock went an hour on between two seconds, and after two minutes it says nothing any more
        Reading[] monitor = [.. Read(played, "monitor-1", new MasimoMonitor(new MasimoOptions())).Where(r => r.Kind == ReadingKind.PulseRate)];
        Assert.Equal([(60, true)], monitor.Zip(monitor[1..]).Where(p => p.Second.DeviceTime - p.First.DeviceTime > TimeSpan.FromMinutes(30)).Select(p => ((int)(p.Second.AtNs / 1_000_000_000), p.Second.AtNs - p.First.AtNs < 1_500_000_000)));
        Assert.InRange(monitor[^1].AtNs, 118_000_000_000, 121_000_000_000);
        Assert.Empty(played.Replay().Differences);
    }

    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("everything-goes-wrong")]
    public void The_same_seed_gives_the_same_bytes_and_another_gives_others(string name)
    {
        string bytes = Digest(_plays[name]);
        Assert.Equal(bytes, Digest(PlayedScenario.Play(name)));
        Assert.NotEqual(bytes, Digest(PlayedScenario.Play(name, seed: 4711)));
    }

    /// <summary>What a monitor makes of a device's bytes on the tape.</summary>
    private static List<Reading> Read(PlayedScenario played, string device, IMonitor monitor)
    {
        List<Reading> readings = [];
        ushort link = played.Fold.Settings!.LinkNumber(device);
        foreach (TapeRecord record in played.Taped().Where(r => r.Link == link && r.Type == TapeRecordType.Bytes))
        {
            monitor.Next(new Vascular.Devices.Record(RecordKind.Bytes, record.AtNs, record.Payload), readings);
        }

        return readings;
    }

    private static void Near(Finding finding, double truth, double below, double above)
    {
        Assert.True(finding.State == MeasurementState.Measured, $"{finding.Name}: {finding.State}");
        Assert.InRange(finding.Value!.Value, Math.Floor(truth + below), Math.Ceiling(truth + above));
    }

    private static OxygenTension Tension(double mmHg) => OxygenTension.TryOf(WrittenNumber.Of((int)mmHg), ClinicalRules.Default, out OxygenTension tension) ? tension : throw new ArgumentOutOfRangeException(nameof(mmHg));

    private IEnumerable<Finding> Found(string name, string measure) => _plays[name].Fold.Findings.Where(f => f.Measure == measure);

    private IEnumerable<string> Limbs(string name, string category) => Found(name, "abi").Where(f => f.Category == category).Select(f => f.Site.Code).Order(StringComparer.Ordinal);

    /// <summary>Over what the devices wrote, link by link, with the times.</summary>
    private static string Digest(PlayedScenario played)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TapeRecord record in played.Taped().Where(r => r.Type == TapeRecordType.Bytes))
        {
            sha.AppendData([(byte)record.Link]);
            sha.AppendData(BitConverter.GetBytes(record.AtNs));
            sha.AppendData(record.Payload.Span);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    /// <summary>Each scenario is played once for all tests.</summary>
    public sealed class Plays
    {
        private readonly Dictionary<string, PlayedScenario> _played = [];

        internal PlayedScenario this[string name] => _played.TryGetValue(name, out PlayedScenario? played) ? played : _played[name] = PlayedScenario.Play(name);
    }
}
