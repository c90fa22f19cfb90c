using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Acquisition.Station;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>Rules that speak up while the patient is there: arms that differ, a cold toe, provocations of TcPO2, what grades need of the patient, and what a value's uncertainty is made of.</summary>
public sealed class LiveRulesTests
{
    private const string Rest = HandTape.SkinStep;
    private static readonly Dictionary<string, DeviceNotice> Nothing = [];
    private static readonly Site Dorsum = Site.Parse("R.FOOT.DORSUM");

    private readonly HandTape _tape = HandTape.Begun().At(1);

    [Fact]
    public void Arms_more_than_ten_apart_ask_for_the_first_once_and_its_first_reading_is_discarded()
    {
        _tape.Arm("arm.right", "R.ARM", 134);
        Assert.Null(ArmsRead.AskAgain(_tape.Fold));
        _tape.Arm("arm.left", "L.ARM", 120);
        Assert.Equal((Side.Right, 14), ArmsRead.AskAgain(_tape.Fold));
        Assert.Equal("120 mmHg: accept it. The arms differ by 14 mmHg: repeat the first, the right one; its first reading is then discarded.", Step("arm.left").Sentence);
        _tape.Accept("arm.left");
        Assert.StartsWith("Accepted. The arms differ by 14 mmHg", Step("arm.left").Sentence, StringComparison.Ordinal);
        _tape.Do(new Act.Repeat("arm.right"));
        _tape.Arm("arm.right", "R.ARM", 136);
        Assert.Null(ArmsRead.AskAgain(_tape.Fold));
        Assert.Equal("136", Assert.Single(_tape.Fold.Of("arm.right")).Printed);
        _tape.Accept("arm.right");
        _tape.AnkleReading(102).Accept("ankle.dp.right");
        Assert.Equal(["interarm_gt_10", "interarm_ge_15"], _tape.Fold.Findings.Single(f => f.Measure == "abi").Flags);
    }

    [Fact]
    public void Ten_apart_asks_for_nothing()
    {
        _tape.Arm("arm.left", "L.ARM", 130);
        _tape.Arm("arm.right", "R.ARM", 120);
        Assert.Null(ArmsRead.AskAgain(_tape.Fold));
        Assert.Equal("120 mmHg: accept it, or repeat the step.", Step("arm.right").Sentence);
    }

    [Fact]
    public void A_provocation_needs_its_plateau_at_rest_and_an_electrode_that_has_not_moved()
    {
        const string Raised = "tcpo2.dorsum.right.raised";
        _tape.Open(HandTape.Skin, "skin 1");
        Assert.Equal("no TcPO2 electrode is on R.FOOT.DORSUM: connect it and bind it there", _tape.Refusal(new Act.Start(Raised)));
        _tape.Do(new Act.Bind(HandTape.Skin, Dorsum, "skin 1"));
        Assert.Equal("no TcPO2 at rest is accepted on R.FOOT.DORSUM: take that first", _tape.Refusal(new Act.Start(Raised)));
        _tape.Do(new Act.Start(Rest));
        _tape.Tensions(HandTape.Skin, 2, 1000, _ => 30);
        Assert.Equal($"the electrode on R.FOOT.DORSUM is in use by step {Rest}: stop that first", _tape.Refusal(new Act.Start(Raised)));
        _tape.Do(new Act.Stop(Rest));
        _tape.Accept(Rest);
        Assert.Null(_tape.Refusal(new Act.Start(Raised)));
        _tape.Do(new Act.Bind(HandTape.Skin, Dorsum, "skin 1"));
        Assert.Equal("the electrode on R.FOOT.DORSUM was put on again since its value at rest: take that again first", _tape.Refusal(new Act.Start(Raised)));
    }

    [Theory]
    [InlineData("raised", 180, 18, "tcpo2-elevated", "elevation-fall", "12", "small_fall")]
    [InlineData("raised", 180, 12, "tcpo2-elevated", "elevation-fall", "18", "large_fall")]
    [InlineData("down", 180, 42, "tcpo2-dependent", "dependency-rise", "12", null)]
    [InlineData("oxygen", 600, 39, "tcpo2-oxygen", "oxygen-rise", "9", "rise_below_10")]
    [InlineData("oxygen", 600, 110, "tcpo2-oxygen", "oxygen-rise", "80", "rise_10_or_more")]
    public void A_provocation_ends_by_its_time_and_gives_the_way_from_rest(string how, int seconds, int then, string measure, string change, string printed, string? category)
    {
        string step = $"{Rest}.{how}";
        AtRest(30);
        double began = _tape.NowNs / 1e9;
        _tape.Do(BedsideActs.Go(_tape.Fold, step));
        _tape.Tensions(HandTape.Skin, began + 1, began + seconds - 30, _ => then);
        OxygenView tile = Assert.Single(View().Electrodes);
        Assert.Equal((false, StepStanding.Running), (tile.HasAnswer, Step(step).Standing));
        Assert.NotNull(tile.WarmIn);
        _tape.Tensions(HandTape.Skin, began + seconds - 30, began + seconds + 20, _ => then);
        Assert.True(Assert.Single(View().Electrodes).HasAnswer);
        Assert.Equal($"R.FOOT.DORSUM still has its electrode: stop step {step} before the end", _tape.Refusal(new Act.End()));
        _tape.Do(BedsideActs.Go(_tape.Fold, step));
        _tape.Accept(step);
        Finding value = _tape.Fold.Outcome(step)!;
        Finding way = _tape.Fold.Findings.Single(f => f.Measure == change);
        Assert.Equal((measure, $"{then}", printed, category), (value.Measure, value.Printed, way.Printed, way.Category));
        Assert.Equal([_tape.Fold.Outcome(Rest)!.Id, value.Id], way.Inputs);
        Assert.Equal(then > 100, way.Flags.Contains("above_100"));
        Assert.All(_tape.Fold.Findings, f => MeasureCode.Find(f.Measure));
        Replayed();
    }

    [Fact]
    public void A_provocation_stopped_early_or_with_a_gap_says_nothing()
    {
        AtRest(30);
        double began = _tape.NowNs / 1e9;
        _tape.Do(new Act.Start($"{Rest}.raised"));
        _tape.Tensions(HandTape.Skin, began + 1, began + 100, _ => 20).Do(new Act.Stop($"{Rest}.raised"));
        Assert.Equal("stopped before its time was over", _tape.Fold.Outcome($"{Rest}.raised")!.Reason);
        began = _tape.NowNs / 1e9;
        _tape.Do(new Act.Start($"{Rest}.raised"));
        _tape.Tensions(HandTape.Skin, began + 1, began + 60, _ => 20).Tensions(HandTape.Skin, began + 100, began + 220, _ => 20).Do(new Act.Stop($"{Rest}.raised"));
        Assert.Equal((MeasurementState.Unreadable, "readings are missing or the electrode lifted: do it again"), (_tape.Fold.Outcome($"{Rest}.raised")!.State, _tape.Fold.Outcome($"{Rest}.raised")!.Reason));
    }

    [Fact]
    public void A_crash_ends_a_provocation()
    {
        AtRest(30);
        _tape.Do(new Act.Start($"{Rest}.down"));
        _tape.Put(new TapeRecord(TapeRecordType.Resume, 0, _tape.NowNs, new TapeResume(0, 0).ToBytes()));
        Assert.Empty(_tape.Fold.OnSkin);
        Assert.Equal("interrupted: take the step again", _tape.Fold.Outcome($"{Rest}.down")!.Reason);
    }

    [Fact]
    public void What_a_grade_needs_of_the_patient_is_entered_and_can_be_taken_back()
    {
        Assert.Contains("nothing that can be entered", _tape.Refusal(new Act.Entry("weight", null, "80")), StringComparison.Ordinal);
        Assert.Contains("for one side", _tape.Refusal(new Act.Entry("wound", null, "1")), StringComparison.Ordinal);
        Assert.Contains("without a side", _tape.Refusal(new Act.Entry("diabetes", Side.Right, "yes")), StringComparison.Ordinal);
        Assert.Equal("wound is 0, 1, 2, 3, unknown", _tape.Refusal(new Act.Entry("wound", Side.Right, "4")));

        _tape.Arm("arm.right", "R.ARM", 100);
        _tape.Accept("arm.right");
        _tape.AnkleReading(50).Accept("ankle.dp.right");
        Assert.Equal("2 (ABI+AP)", Grade().Printed);
        Assert.Empty(Grade().Parts);
        int diabetes = _tape.Do(new Act.Entry("diabetes", null, "yes"));
        Assert.Contains("diabetes_needs_tp", Grade().Flags);
        _tape.Do(new Act.Entry("forefoot_pvr", Side.Right, "flat"));
        Assert.Equal("3 (PVR)", Grade().Printed);
        Assert.Equal(["diabetes-entered", "forefoot-pvr-flat-entered"], Grade().Parts.Select(p => p.Name));
        _tape.Do(new Act.Entry("wound", Side.Right, "1"));
        Assert.DoesNotContain(_tape.Fold.Findings, f => f.Measure == "wifi-stage");
        _tape.Do(new Act.Entry("infection", Side.Right, "0"));
        Finding stage = _tape.Fold.Findings.Single(f => f.Measure == "wifi-stage");
        Assert.Equal(("3 (W1 I3 fI0)", 3.0, "R.FOOT"), (stage.Printed, stage.Value, stage.Site.Code));
        Assert.Equal([Grade().Id], stage.Inputs);

        _tape.Do(new Act.Undo(diabetes));
        Assert.DoesNotContain("diabetes_needs_tp", Grade().Flags);
        _tape.Do(new Act.Entry("forefoot_pvr", Side.Right, "unknown"));
        Assert.Equal("2 (ABI+AP)", Grade().Printed);
        Assert.Equal("2 (W1 I2 fI0)", _tape.Fold.Findings.Single(f => f.Measure == "wifi-stage").Printed);
        Replayed();
    }

    /// <summary>The parts of every pressure and index are its uncertainty in quadrature; what repeats differ by is none of them.</summary>
    [Fact]
    public void The_uncertainty_of_every_finding_is_itemised_and_adds_up()
    {
        Finding[] findings = [.. PlayedScenario.Play("seed-2017-09-pressures").Fold.Findings];
        foreach (Finding finding in findings.Where(f => f.Uncertainty is not null))
        {
            FindingPart[] parts = [.. finding.Parts.Where(p => p.Name.StartsWith("uncertainty-", StringComparison.Ordinal))];
            Assert.NotEmpty(parts);
            Assert.All(parts, p => Assert.Equal(finding.Unit, p.Unit));
            Assert.Equal(finding.Uncertainty!.Value, Math.Sqrt(parts.Sum(p => p.Value!.Value * p.Value.Value)), 9);
        }

        Assert.Equal(
            ["uncertainty-endpoint-resolution", "uncertainty-noise", "uncertainty-beat-to-beat", "uncertainty-device"],
            findings.Single(f => f is { Measure: "toe-sys", Value: not null }).Parts.Select(p => p.Name).Where(n => n.StartsWith("uncertainty-", StringComparison.Ordinal)));
        Assert.Equal(["uncertainty-numerator", "uncertainty-denominator"], findings.Single(f => f.Measure == "tbi").Parts.Select(p => p.Name));
    }

    private Finding Grade() => _tape.Fold.Findings.Single(f => f.Measure == "wifi-ischemia");

    private void AtRest(double mmHg)
    {
        _tape.Open(HandTape.Skin, "skin 1");
        _tape.Do(new Act.Bind(HandTape.Skin, Dorsum, "skin 1"));
        _tape.Do(new Act.Start(Rest));
        _tape.Tensions(HandTape.Skin, 2, 1000, _ => mmHg).Do(new Act.Stop(Rest));
        _tape.Accept(Rest);
    }

    private StepView Step(string key) => View().Step(key)!;

    private BedsideView View() => ViewOf.Examination(HandTape.Id, _tape.Fold, Nothing, scripted: false);

    private void Replayed()
    {
        ReplayOutcome replay = HandTape.Replay(_tape.Records);
        Assert.Equal(replay.Findings, replay.Identical);
        Assert.Empty(replay.Differences);
    }
}
