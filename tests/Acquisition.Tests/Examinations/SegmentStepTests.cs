using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>Levels of the leg and times after exercise as steps, and what they give together.</summary>
public sealed class SegmentStepTests
{
    private readonly HandTape _tape = HandTape.Begun().At(1);

    [Fact]
    public void A_cuff_at_a_level_of_the_leg_is_a_step_of_its_own()
    {
        Assert.Equal("no cuff is on R.CALF: connect it and bind it there", _tape.Refusal(new Act.Start("calf.right")));
        StepView asks = ViewOf.Examination(HandTape.Id, _tape.Fold, new Dictionary<string, DeviceNotice>(), scripted: false).Step("calf.right")!;
        Assert.Equal(("Lower leg R", "Put the cuff cuff-1 on the right lower leg."), (asks.Name.Replace("Calf", "Lower leg", StringComparison.Ordinal), asks.Sentence));
        _tape.CuffReading("calf.right", "R.CALF", 130);
        Finding calf = _tape.Fold.Outcome("calf.right")!;
        Assert.Equal(("calf-sys", "R.CALF", "130", "doppler-mark"), (calf.Measure, calf.Site.Code, calf.Printed, calf.Method));
        _tape.CuffReading("thigh.high.right", "R.THIGH.HIGH", 150, sound: Sound.StillHeard);
        Assert.Equal(MeasurementState.AboveLimit, _tape.Fold.Outcome("thigh.high.right")!.State);
    }

    [Fact]
    public void Falls_between_neighbours_follow_the_levels_and_name_their_pressures()
    {
        _tape.CuffReading("thigh.high.right", "R.THIGH.HIGH", 150).CuffReading("thigh.low.right", "R.THIGH.LOW", 145).CuffReading("calf.right", "R.CALF", 125);
        _tape.AnkleReading(106);
        AcceptAll();
        Finding[] falls = [.. _tape.Fold.Findings.Where(f => f.Measure == "segment-gradient")];
        Assert.Equal(
            [("R.THIGH.LOW", "5", "within_limit"), ("R.CALF", "20", "suggests_disease"), ("R.ANKLE", "19", "within_limit")],
            falls.Select(f => (f.Site.Code, f.Printed, f.Category!)));
        Assert.Equal([_tape.Fold.Outcome("thigh.low.right")!.Id, _tape.Fold.Outcome("calf.right")!.Id], falls[1].Inputs);
        double low = _tape.Fold.Outcome("thigh.low.right")!.Uncertainty!.Value, calf = _tape.Fold.Outcome("calf.right")!.Uncertainty!.Value;
        Assert.Equal(Math.Sqrt((low * low) + (calf * calf)), falls[1].Uncertainty!.Value, 9);
        Assert.DoesNotContain(_tape.Fold.Findings, f => f.Measure == "side-difference");
        Hl7.Fhir.Model.Observation sent = Sent(falls[1]);
        Assert.Equal(("segment-gradient", "R.CALF", 20m), (sent.Code.Coding[0].Code, sent.BodySite!.Coding[0].Code, ((Hl7.Fhir.Model.Quantity)sent.Value!).Value));
        Replayed();
    }

    [Fact]
    public void Nothing_is_computed_across_an_artery_that_stays_open_and_one_thigh_cuff_is_the_thigh()
    {
        _tape.CuffReading("thigh.high.right", "R.THIGH.HIGH", 150).CuffReading("calf.right", "R.CALF", 125).AnkleReading(254, sound: Sound.StillHeard);
        AcceptAll();
        Finding[] falls = [.. _tape.Fold.Findings.Where(f => f.Measure == "segment-gradient")];
        Assert.Equal([("R.CALF", "25", MeasurementState.Measured), ("R.ANKLE", "not computed", MeasurementState.NotDone)], falls.Select(f => (f.Site.Code, f.Printed, f.State)));
    }

    [Fact]
    public void Sides_are_compared_where_both_were_measured()
    {
        _tape.CuffReading("calf.right", "R.CALF", 110).CuffReading("calf.left", "L.CALF", 131);
        AcceptAll();
        Finding difference = Assert.Single(_tape.Fold.Findings, f => f.Measure == "side-difference");
        Assert.Equal(("-21", "suggests_disease_right", "R.CALF"), (difference.Printed, difference.Category, difference.Site.Code));
    }

    /// <summary>Ankle 120 over arm 120 at rest, 84 over 140 after: falls by 36 mmHg and from 1.00 to 0.60, by 40 %.</summary>
    [Fact]
    public void Exercise_is_an_act_and_each_time_after_it_a_step_with_its_own_arm()
    {
        Assert.Equal("no exercise was entered: enter it when the patient stops", _tape.Refusal(new Act.Start("ankle.dp.right.after-60s")));
        _tape.Arm("arm.right", "R.ARM", 120);
        _tape.AnkleReading(120);
        _tape.Do(new Act.Exercise("treadmill 2 mph, 10 %, 5 min", 300, null));
        double ended = _tape.NowNs / 1e9;
        _tape.At(ended + 50).CuffReading("ankle.dp.right.after-60s", "R.DP", 84);
        _tape.Arm("arm.right.after-60s", "R.ARM", 140);
        Accept("arm.right", "ankle.dp.right", "ankle.dp.right.after-60s");
        Finding pressure = _tape.Fold.Outcome("ankle.dp.right.after-60s")!;
        Assert.Equal(("ankle-ex-dp", 60.0), (pressure.Measure, pressure.Parts.Single(p => p.Name == "after-exercise").Value));
        Finding fall = _tape.Fold.Findings.Single(f => f.Measure == "exercise-fall");
        Assert.Equal(("36", "positive", "derived.exercise-60s"), (fall.Printed, fall.Category, fall.Step));
        Assert.Null(fall.Parts.Single(p => p.Name == "index-fall").Value);
        Assert.DoesNotContain(_tape.Fold.Findings, f => f.Measure == "abi-exercise");
        Assert.Equal("1.00", _tape.Fold.Findings.Single(f => f.Measure == "abi").Printed);

        Accept("arm.right.after-60s");
        Finding index = _tape.Fold.Findings.Single(f => f.Measure == "abi-exercise");
        fall = _tape.Fold.Findings.Single(f => f.Measure == "exercise-fall");
        Assert.Equal(("0.60", 40.0), (index.Printed, fall.Parts.Single(p => p.Name == "index-fall").Value));
        Assert.Contains(pressure.Id, index.Inputs);
        Assert.Equal("1.00", _tape.Fold.Findings.Single(f => f.Measure == "abi").Printed);
        Assert.Equal("abi-exercise", Sent(index).Code.Coding[0].Code);
        Assert.All(_tape.Fold.Findings, f => MeasureCode.Find(f.Measure));
        Replayed();
    }

    [Fact]
    public void An_arm_read_after_another_exercise_says_nothing_of_this_one()
    {
        _tape.Arm("arm.right", "R.ARM", 120);
        _tape.AnkleReading(120);
        _tape.Do(new Act.Exercise("heel raises", 60, null));
        _tape.Arm("arm.right.after-60s", "R.ARM", 140);
        int second = _tape.Do(new Act.Exercise("treadmill 2 mph, 10 %, 5 min", 300, null));
        _tape.CuffReading("ankle.dp.right.after-60s", "R.DP", 84);
        AcceptAll();
        Assert.DoesNotContain(_tape.Fold.Findings, f => f.Measure == "abi-exercise");
        Assert.Null(_tape.Fold.Findings.Single(f => f.Measure == "exercise-fall").Parts.Single(p => p.Name == "index-fall").Value);
        _tape.Do(new Act.Undo(second));
        AcceptAll();
        Assert.Equal("0.60", _tape.Fold.Findings.Single(f => f.Measure == "abi-exercise").Printed);
        Replayed();
    }

    [Fact]
    public void A_limb_that_does_not_close_has_no_answer_to_exercise()
    {
        _tape.AnkleReading(254, sound: Sound.StillHeard);
        _tape.Do(new Act.Exercise("heel raises", 60, "pain"));
        _tape.CuffReading("ankle.dp.right.after-60s", "R.DP", 84);
        AcceptAll();
        Assert.DoesNotContain(_tape.Fold.Findings, f => f.Measure is "exercise-fall" or "abi-exercise");
    }

    [Fact]
    public void The_station_s_file_says_which_steps_there_are()
    {
        StationConfiguration station = StationConfiguration.Parse(
            """{ "site": "lab-a", "gateway": "box", "protocol": { "readings": 2, "segmental": true, "after_exercise_s": [60, 300], "provocations": ["oxygen_challenge", "leg_elevation"] } }""", "station.json");
        IReadOnlyList<ProtocolStep> steps = station.Protocol.Steps(skin: true);
        Assert.Equal(15 + 6 + 12 + 9, steps.Count);
        Assert.Equal(steps.Count, steps.Select(s => s.Key).Distinct().Count());
        Assert.Equal((2, 1, 2), (steps.Single(s => s.Key == "toe.left").Readings, steps.Single(s => s.Key == "arm.left").Readings, steps.Single(s => s.Key == "thigh.low.left").Readings));
        Assert.Equal(300, steps.Single(s => s.Key == "ankle.pt.left.after-300s").AfterExerciseS);
        Assert.DoesNotContain(steps, s => s.Key == "tcpo2.chest.right.raised");
        Assert.Contains(steps, s => s.Key == "tcpo2.chest.right.oxygen");
        Assert.All(steps, s => Assert.Equal(s, ProtocolStep.FromJson(s.ToJson())));
        Assert.Equal(LiveExamination.StandardProtocol, new StationProtocol().Steps(skin: false));
        Assert.Equal(["protocol"], ConfigurationChange.Between(station, station with { Protocol = new() }).NextStart);

        foreach (string wrong in (string[])["{ \"readings\": 3 }", "{ \"after_exercise_s\": [60, 60] }", "{ \"after_exercise_s\": [9000] }", "{ \"provocations\": [\"cold\"] }", "{ \"steps\": [] }"])
        {
            Assert.Throws<CommandFailure>(() => StationConfiguration.Parse($$"""{ "site": "lab-a", "gateway": "box", "protocol": {{wrong}} }""", "station.json"));
        }
    }

    private static Hl7.Fhir.Model.Observation Sent(Finding finding) => SessionBundle.Of(SeedSession.Report(SeedSession.Reported(finding)))
        .Entry.Select(e => e.Resource).OfType<Hl7.Fhir.Model.Observation>().Single();

    private void AcceptAll() => Accept([.. _tape.Fold.Findings.Where(f => !_tape.Fold.IsAccepted(f)).Select(ProtocolStep.Of).Where(s => s != ProtocolStep.Derived).Distinct()]);

    private void Accept(params string[] steps)
    {
        foreach (string step in steps)
        {
            _tape.Do(BedsideActs.Accept(_tape.Fold, step));
        }
    }

    private void Replayed()
    {
        ReplayOutcome replay = HandTape.Replay(_tape.Records);
        Assert.Equal(replay.Findings, replay.Identical);
        Assert.Empty(replay.Differences);
    }
}
