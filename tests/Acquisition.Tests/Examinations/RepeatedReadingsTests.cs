using Hl7.Fhir.Model;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>One artery read twice or three times: each reading is kept, and what they come to says which.</summary>
public sealed class RepeatedReadingsTests
{
    private const string Dp = "ankle.dp.right";
    private static readonly Dictionary<string, DeviceNotice> Nothing = [];

    private readonly HandTape _tape = HandTape.Begun().At(1);

    [Fact]
    public void Two_readings_that_agree_give_their_mean_and_are_named_by_it()
    {
        _tape.AnkleReading(102).AnkleReading(97, further: true);
        Finding[] found = [.. _tape.Fold.Of(Dp)];
        Assert.Equal(["102", "97", "100"], found.Select(f => f.Printed));
        Assert.Equal((MeasurementState.Measured, 100.0, 99.5, "repeated-readings"), (found[2].State, found[2].Value, found[2].Unrounded, found[2].Method));
        Assert.Equal([found[0].Id, found[1].Id], found[2].Inputs);
        Assert.Equal(("1/derived.ankle.dp.right/1/ankle-sys-dp/R.DP", "derived.ankle.dp.right"), (found[2].Name, found[2].Step));
        Assert.Equal([102.0, 97.0], found[2].Parts.Where(p => p.Name.StartsWith("reading-", StringComparison.Ordinal)).Select(p => p.Value!.Value));
        Assert.DoesNotContain("repeat_disagrees", found[2].Flags);

        // own part: one beat's fall / 2 = 1 and half a step = 0.5 in each, sqrt(1.25) = 1.118, over sqrt(2) = 0.79; half the distance is 2.5; the gauge's 3 is shared
        Assert.Equal(Math.Sqrt((2.5 * 2.5) + 9), found[2].Uncertainty!.Value, 9);
        Replayed();
    }

    [Fact]
    public void Two_more_than_ten_apart_ask_for_a_third_whose_median_holds()
    {
        _tape.AnkleReading(102).AnkleReading(118, further: true);
        Finding two = _tape.Fold.Outcome(Dp)!;
        Assert.Equal(("110", true), (two.Printed, two.Flags.Contains("repeat_disagrees")));
        StepView asks = View().Step(Dp)!;
        Assert.Equal(("102 and 118 are more than 10 mmHg apart: take a third reading, or accept their mean, 110 mmHg.", "third reading"), (asks.Sentence, asks.Go));
        Assert.Equal(new Act.Start(Dp, Further: true), BedsideActs.Go(_tape.Fold, Dp));

        _tape.AnkleReading(104, further: true);
        Finding three = _tape.Fold.Outcome(Dp)!;
        Assert.Equal(("104", false, 3), (three.Printed, three.Flags.Contains("repeat_disagrees"), three.Inputs.Count));
        Assert.Equal(_tape.Fold.Of(Dp).Single(f => f.Attempt == 3).Uncertainty, three.Uncertainty);
        StepView shows = View().Step(Dp)!;
        Assert.Equal(("102, 118 and 104: 104 mmHg. Accept it, or repeat the last reading.", "102,118,104"), (shows.Sentence, string.Join(',', shows.Readings)));
        Assert.Equal("step ankle.dp.right has three readings: accept what they come to, or repeat the last", _tape.Refusal(new Act.Start(Dp, Further: true)));
        Replayed();
    }

    [Fact]
    public void Repeat_takes_the_newest_reading_away_and_a_plain_start_begins_anew()
    {
        _tape.AnkleReading(102).AnkleReading(118, further: true);
        _tape.Do(new Act.Repeat(Dp));
        Assert.Equal(["102"], _tape.Fold.Of(Dp).Select(f => f.Printed));
        _tape.AnkleReading(104, further: true);
        Assert.Equal(["102", "104", "103"], _tape.Fold.Of(Dp).Select(f => f.Printed));
        Assert.Equal([1, 3], _tape.Fold.Of(Dp).Where(_tape.Fold.IsReading).Select(f => f.Attempt));
        _tape.Do(new Act.Repeat(Dp));
        _tape.Do(new Act.Repeat(Dp));
        Assert.Empty(_tape.Fold.Of(Dp));
        Assert.Equal("step ankle.dp.right has no reading yet: start it", _tape.Refusal(new Act.Start(Dp, Further: true)));
        _tape.AnkleReading(90);
        _tape.AnkleReading(80);
        Assert.Equal(["80"], _tape.Fold.Of(Dp).Select(f => f.Printed));
        Replayed();
    }

    [Fact]
    public void A_reading_that_says_nothing_takes_nothing_from_one_that_does()
    {
        _tape.AnkleReading(102).AnkleReading(100, further: true, sound: null);
        Finding stands = Assert.Single(_tape.Fold.Of(Dp));
        Assert.Equal(("102", 1), (stands.Printed, stands.Attempt));
        Assert.Equal("The last reading says nothing; 102 mmHg stands: accept it, or repeat the last reading.", View().Step(Dp)!.Sentence);
    }

    [Fact]
    public void A_number_and_an_artery_that_stays_open_contradict_each_other_until_a_third_decides()
    {
        _tape.AnkleReading(102).AnkleReading(254, further: true, sound: Sound.StillHeard);
        Finding two = _tape.Fold.Outcome(Dp)!;
        Assert.Equal((MeasurementState.Unreadable, (double?)null, "the readings contradict each other (102 and >254 NC): take a third"), (two.State, two.Value, two.Reason));
        Assert.Equal("102 and >254 NC contradict each other: take a third reading.", View().Step(Dp)!.Sentence);
        _tape.AnkleReading(254, further: true, sound: Sound.StillHeard);
        Finding three = _tape.Fold.Outcome(Dp)!;
        Assert.Equal((MeasurementState.AboveLimit, 254.0, ">254 NC"), (three.State, three.Limit, three.Printed));
        Replayed();
    }

    [Fact]
    public void What_readings_come_to_is_accepted_with_them_and_goes_with_the_first_of_them_that_is_not()
    {
        _tape.Arm("arm.right", "R.ARM", 114);
        _tape.Accept("arm.right");
        _tape.AnkleReading(102);
        int first = _tape.Do(BedsideActs.Accept(_tape.Fold, Dp));
        Assert.Equal("0.89", Index().Printed);
        _tape.AnkleReading(104, further: true);
        Assert.Null(_tape.Fold.Findings.FirstOrDefault(f => f.Measure == "abi"));
        Finding together = _tape.Fold.Outcome(Dp)!;
        Assert.Contains("accept both", _tape.Refusal(new Act.Accept([new AcceptedVersion(together.Id, together.Version)])), StringComparison.Ordinal);
        _tape.Do(BedsideActs.Accept(_tape.Fold, Dp));
        Assert.Equal(("0.90", true), (Index().Printed, Index().Inputs.Contains(together.Id)));
        Assert.DoesNotContain(_tape.Fold.Of(Dp).First().Id, Index().Inputs);
        _tape.Do(new Act.Undo(first));
        Assert.Null(_tape.Fold.Findings.FirstOrDefault(f => f.Measure == "abi"));
        Assert.False(_tape.Fold.IsAccepted(_tape.Fold.Outcome(Dp)!));
        _tape.Do(BedsideActs.Accept(_tape.Fold, Dp));
        Assert.Equal("0.90", Index().Printed);
        Replayed();
    }

    /// <summary>What went out stays out while an artery is read again; it is replaced when the result is accepted.</summary>
    [Fact]
    public void What_was_sent_is_not_withdrawn_because_the_artery_is_read_once_more()
    {
        _tape.Arm("arm.right", "R.ARM", 114);
        _tape.Accept("arm.right");
        _tape.AnkleReading(102).Do(BedsideActs.Accept(_tape.Fold, Dp));
        _tape.Accept(ProtocolStep.Derived);
        _tape.Do(new Act.Send());
        List<Sending> sent = [];
        _tape.Folded = record => sent.AddRange(record.Type == TapeRecordType.Act ? _tape.Fold.Acceptance.Sendings : []);
        _tape.AnkleReading(104, further: true);
        Assert.Empty(sent);
        _tape.Do(BedsideActs.Accept(_tape.Fold, Dp));
        _tape.Accept(ProtocolStep.Derived);
        Assert.Equal(ReportStatus.Partial, Assert.Single(sent).Status);
    }

    [Fact]
    public void In_the_chart_the_result_is_derived_from_its_readings_and_the_report_names_it_alone()
    {
        _tape.AnkleReading(102).AnkleReading(118, further: true).AnkleReading(104, further: true);
        Bundle bundle = SessionBundle.Of(SeedSession.Report([.. _tape.Fold.Of(Dp).Select(f => SeedSession.Reported(f))]));
        Observation[] observations = [.. bundle.Entry.Select(e => e.Resource).OfType<Observation>()];
        Observation result = observations.Single(o => o.Method!.Coding[0].Code == "repeated-readings");
        string[] readings = [.. bundle.Entry.Where(e => e.Resource is Observation o && o != result).Select(e => e.FullUrl!)];
        Assert.Equal(readings, result.DerivedFrom.Select(r => r.Reference!));
        Assert.Equal(104, ((Quantity)result.Value!).Value);
        Assert.Equal(["102", "118", "104"], result.Component.Where(c => c.Code.Text!.StartsWith("reading-", StringComparison.Ordinal)).Select(c => $"{((Quantity)c.Value!).Value:0}"));
        string report = Assert.Single(bundle.Entry.Select(e => e.Resource).OfType<DiagnosticReport>().Single().Result).Reference!;
        Assert.Equal(bundle.Entry.Single(e => e.Resource == result).FullUrl, report);
    }

    [Fact]
    public void A_protocol_with_two_readings_asks_for_the_second_and_one_without_offers_it()
    {
        HandTape asking = HandTape.Begun(readings: 2).At(1).AnkleReading(102);
        StepView step = ViewOf.Examination(HandTape.Id, asking.Fold, Nothing, scripted: false).Step(Dp)!;
        Assert.Equal(("102 mmHg: take the second reading, as the protocol has it.", "second reading"), (step.Sentence, step.Go));
        asking.Do(BedsideActs.Go(asking.Fold, Dp));
        Assert.True(asking.Fold.Running!.IsFurther);

        StepView offering = View(_tape.AnkleReading(102)).Step(Dp)!;
        Assert.Equal(("102 mmHg: accept it, or repeat the step.", null, true), (offering.Sentence, offering.Go, offering.Another));
        _tape.Do(new Act.NotObtainable(Dp, "wound"));
        Assert.Equal("not obtainable", _tape.Fold.Outcome(Dp)!.Printed);
    }

    /// <summary>A mark or an end point moved by hand means the reading it was made in.</summary>
    [Fact]
    public void An_end_point_moved_before_the_next_reading_stays_with_its_own()
    {
        _tape.AnkleReading(102);
        _tape.Do(new Act.MoveEndPoint(Dp, HandTape.Ns(9)));
        _tape.AnkleReading(104, further: true);
        Finding[] found = [.. _tape.Fold.Of(Dp)];
        Assert.Equal(["106", "104", "105"], found.Select(f => f.Printed));

        // a doubt about one reading is a doubt about the result, which rests on the tape from the first reading to the last
        Assert.Equal(("end_point_moved", "", "end_point_moved"), (string.Join(',', found[0].Flags), string.Join(',', found[1].Flags), string.Join(',', found[2].Flags)));
        Assert.True(found[0].ToAtNs < found[1].FromAtNs);
        Assert.Equal((found[0].FromAtNs, found[1].ToAtNs), (found[2].FromAtNs, found[2].ToAtNs));
        Assert.Equal([HandTape.Cuff], found[2].Links);
        Replayed();
    }

    [Fact]
    public void The_door_takes_a_further_reading_and_the_tape_keeps_the_word()
    {
        _tape.AnkleReading(102);
        Act act = Vascular.Acquisition.Station.ActDoor.Read("{\"kind\":\"start\",\"step\":\"ankle.dp.right\",\"further\":true}", _tape.Fold, _tape.NowNs);
        Assert.Equal(new Act.Start(Dp, Further: true), act);
        Assert.False(ActJson.Write(1, "x", new Act.Start(Dp)).ContainsKey("further"));
        Assert.Equal(act, ActJson.ReadAct(ActJson.Write(1, "x", act)));
    }

    private Finding Index() => _tape.Fold.Findings.Single(f => f.Measure == "abi");

    private BedsideView View(HandTape? of = null) => ViewOf.Examination(HandTape.Id, (of ?? _tape).Fold, Nothing, scripted: false);

    private void Replayed()
    {
        ReplayOutcome replay = HandTape.Replay(_tape.Records);
        Assert.Equal(replay.Findings, replay.Identical);
        Assert.Empty(replay.Differences);
    }
}
