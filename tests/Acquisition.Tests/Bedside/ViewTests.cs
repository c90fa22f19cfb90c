using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Bedside;

/// <summary>What the page says of an examination: states are words, and nothing is shown that the fold does not say.</summary>
public class ViewTests
{
    private static readonly Dictionary<string, DeviceNotice> Nothing = [];

    [Fact]
    public void The_seed_examination_reads_as_its_report()
    {
        BedsideView view = ViewOf.Examination(default, PlayedScenario.Play("seed-2017-09-pressures").Fold, Nothing, scripted: false);
        FindingView toe = Of(view, "toe-sys", "R.TOE");
        Assert.Equal(("32", "mmHg", "±5"), (toe.Value, toe.Unit, toe.Uncertainty));
        FindingView abi = Of(view, "abi", "R.ANKLE");
        Assert.Equal(("0.89 (DP); PT >254 NC", "not compressible: use the toe", true), (abi.Value, abi.Note, abi.IsWarning));
        Assert.Equal(("0.28", "±0.06", "abnormal"), (Of(view, "tbi", "R.TOE").Value, Of(view, "tbi", "R.TOE").Uncertainty, Of(view, "tbi", "R.TOE").Note));
        Assert.Equal("amputated", Of(view, "toe-sys", "L.TOE").Value);
        Assert.Equal("below the knee", view.Amputated[Side.Left]);
        Assert.All(view.Findings, f => Assert.False(string.IsNullOrWhiteSpace(f.Value) || f.Value is "-" or "0"));
        Assert.All(view.Findings, f => Assert.DoesNotContain('_', f.Note));
        Assert.Null(view.Focus);
    }

    [Fact]
    public void The_end_point_lies_where_the_cuff_had_that_pressure()
    {
        ExaminationFold fold = PlayedScenario.Play("seed-2017-09-pressures").Fold;
        RunView run = ViewOf.Examination(default, fold, Nothing, scripted: false).Run!;
        Assert.Equal(("toe.right", false, "32 mmHg"), (run.Step, run.IsLive, run.EndPoint!.Label));
        CuffHistory cuff = fold.Attempts.OfType<CuffAttempt>().Last().Cuff;
        Assert.InRange(cuff.At(run.EndPoint.AtNs)!.Value.MmHg, 31, 34);
    }

    [Fact]
    public void A_mark_is_drawn_while_the_step_still_runs()
    {
        HandTape tape = HandTape.Begun().At(1);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start("ankle.dp.right"));
        tape.Pressures(1.2, 15, t => 140 - (2 * t));
        Assert.Null(View(tape).Run!.EndPoint);
        tape.Do(new Act.Mark(Sound.Returned, HandTape.Ns(10), 0));
        EndPointView end = View(tape).Run!.EndPoint!;
        Assert.Equal((HandTape.Ns(10), "120 mmHg"), (end.AtNs, end.Label));
        tape.Do(BedsideActs.Undo(tape.Fold));
        Assert.Null(View(tape).Run!.EndPoint);
    }

    [Fact]
    public void One_sentence_says_what_is_next()
    {
        HandTape tape = HandTape.Begun().At(1);
        StepView step = View(tape).Step("ankle.dp.right")!;
        Assert.Equal(("Put the cuff cuff-1 on the right ankle.", "cuff is on"), (step.Sentence, step.Go));
        tape.Link(Vascular.Acquisition.Capture.TapeRecordType.Closed, HandTape.Cuff);
        step = View(tape).Step("ankle.dp.right")!;
        Assert.Equal(("The cuff cuff-1 is not connected: look at its plug and its power.", null), (step.Sentence, step.Go));
        DeviceView cuff = View(tape).Devices.Single(d => d.Name == HandTape.Cuff);
        Assert.Equal((false, "not connected"), (cuff.IsWell, cuff.State));
    }

    [Fact]
    public void A_device_is_shown_by_how_far_it_has_come()
    {
        HandTape tape = HandTape.Begun().At(1);
        Assert.Equal((false, "identifying"), Ppg());
        tape.Pleth(1, 2, _ => 1);
        Assert.Equal((true, "streaming"), Ppg());
        Assert.Equal((false, "look"), Ppg(LinkNotice.BytesRefused));
        Assert.Equal((false, "faulted"), Ppg(LinkNotice.NotUnderstood));
        tape.At(4).Link(Vascular.Acquisition.Capture.TapeRecordType.Silent, HandTape.Ppg);
        Assert.Equal((false, "stale"), Ppg());
        tape.Link(Vascular.Acquisition.Capture.TapeRecordType.Heard, HandTape.Ppg);
        Assert.Equal((false, "identifying"), Ppg());
        tape.Pleth(4, 5, _ => 1);
        Assert.Equal((true, "streaming"), Ppg());
        tape.Link(Vascular.Acquisition.Capture.TapeRecordType.Closed, HandTape.Ppg);
        Assert.Equal((false, "not connected"), Ppg());
        tape.Open(HandTape.Ppg, HandTape.PpgIdentity);
        Assert.Equal((false, "identifying"), Ppg());
        Assert.Equal((true, "identifying"), Standing(HandTape.Cuff)); // a module says nothing until it is asked

        (bool, string) Ppg(string? notice = null) => Standing(HandTape.Ppg, notice);
        (bool, string) Standing(string device, string? notice = null)
        {
            Dictionary<string, DeviceNotice> notices = notice is null ? [] : new() { [device] = new DeviceNotice(notice, "words") };
            DeviceView view = ViewOf.Examination(HandTape.Id, tape.Fold, notices, scripted: false).Devices.Single(d => d.Name == device);
            return (view.IsWell, view.State);
        }
    }

    [Fact]
    public void A_number_that_nobody_says_again_goes_from_the_page()
    {
        var board = new BedsideBoard(new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        HandTape tape = HandTape.Begun().At(1);
        tape.Folded = record => board.Folded(record, tape.Fold);
        tape.Say(ParFrame.CuffPressure(120, ParState.Manometer));
        Assert.Equal(120, board.Numbers.CuffMmHg);
        tape.At(3).Tick();
        Assert.Equal(120, board.Numbers.CuffMmHg);
        tape.At(3.1).Tick();
        Assert.Null(board.Numbers.CuffMmHg);
    }

    private static BedsideView View(HandTape tape) => ViewOf.Examination(HandTape.Id, tape.Fold, Nothing, scripted: false);

    private static FindingView Of(BedsideView view, string measure, string site) => view.Findings.Single(f => f.Measure == measure && f.Site.Code == site);
}
