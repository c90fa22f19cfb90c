using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Bedside;

/// <summary>What the page says of an examination: states are words, and nothing is shown that the fold does not say.</summary>
public class ViewTests
{
    private static readonly Dictionary<string, string> Nothing = [];

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

    private static BedsideView View(HandTape tape) => ViewOf.Examination(HandTape.Id, tape.Fold, Nothing, scripted: false);

    private static FindingView Of(BedsideView view, string measure, string site) => view.Findings.Single(f => f.Measure == measure && f.Site.Code == site);
}
