using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Bedside;

/// <summary>What a key means, by what the examination shows.</summary>
public class BedsideActsTests
{
    private const string Dp = "ankle.dp.right";

    [Fact]
    public void One_key_says_where_the_cuff_is_then_starts_then_stops()
    {
        HandTape tape = HandTape.Begun().At(1);
        Act.Bind bind = Assert.IsType<Act.Bind>(BedsideActs.Go(tape.Fold, Dp));
        Assert.Equal((HandTape.Cuff, "R.ANKLE", HandTape.CuffIdentity), (bind.Link, bind.Site.Code, bind.Identity));
        tape.Do(bind);
        Assert.Equal(new Act.Start(Dp), BedsideActs.Go(tape.Fold, Dp));
        tape.Do(new Act.Start(Dp));
        Assert.Equal(new Act.Stop(Dp), BedsideActs.Go(tape.Fold, "arm.left"));
        Assert.Null(tape.Refusal(new Act.Stop(Dp)));
    }

    [Fact]
    public void A_decided_step_is_not_started_again_by_the_same_key()
    {
        HandTape tape = HandTape.Begun().At(1).AnkleRun(10);
        Assert.Contains("accept it", Assert.Throws<FormatException>(() => BedsideActs.Go(tape.Fold, Dp)).Message, StringComparison.Ordinal);
        tape.Do(BedsideActs.Accept(tape.Fold, Dp));
        Assert.Contains("repeat", Assert.Throws<FormatException>(() => BedsideActs.Go(tape.Fold, Dp)).Message, StringComparison.Ordinal);
        Assert.Contains("nothing to accept", Assert.Throws<FormatException>(() => BedsideActs.Accept(tape.Fold, Dp)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2_000_000)]
    [InlineData(10, 20_000_000)]
    public void A_mark_counts_from_when_the_key_was_pressed(double speed, long uncertaintyNs)
    {
        HandTape tape = HandTape.Begun(speed).At(1);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Dp));
        tape.Pressures(1.2, 20, t => 140 - (2 * t));
        Act.Mark mark = Assert.IsType<Act.Mark>(BedsideActs.Mark(tape.Fold, tape.NowNs - 500_000_000, 2_000_000));
        Assert.Equal(new Act.Mark(Sound.Returned, tape.NowNs - 500_000_000, uncertaintyNs), mark);
        Assert.Null(tape.Refusal(mark));
    }

    [Fact]
    public void A_mark_too_old_or_of_the_future_is_refused_with_the_reason()
    {
        HandTape tape = HandTape.Begun().At(1);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Dp));
        tape.Pressures(1.2, 20, t => 140 - (2 * t));
        Assert.Contains("10 s", tape.Refusal(BedsideActs.Mark(tape.Fold, tape.NowNs - 10_100_000_000, 0)), StringComparison.Ordinal);
        Assert.Contains("future", tape.Refusal(BedsideActs.Mark(tape.Fold, tape.NowNs + 100_000_000, 0)), StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_cuff_at_its_limit_the_mark_says_still_heard()
    {
        HandTape tape = HandTape.Begun().At(1);
        tape.Do(new Act.Bind(HandTape.Cuff, HandTape.Ankle, HandTape.CuffIdentity));
        tape.Do(new Act.Start(Dp));
        tape.Pressures(1.2, 5, _ => 254);
        Assert.Equal(Sound.StillHeard, Assert.IsType<Act.Mark>(BedsideActs.Mark(tape.Fold, tape.NowNs, 0)).Sound);
        tape.Pressures(5.2, 9, _ => 250);
        Assert.Equal(Sound.Returned, Assert.IsType<Act.Mark>(BedsideActs.Mark(tape.Fold, tape.NowNs, 0)).Sound);
    }

    [Fact]
    public void Undo_walks_back_and_never_names_an_undo()
    {
        HandTape tape = HandTape.Begun().At(1).AnkleRun(10);
        int accept = tape.Do(BedsideActs.Accept(tape.Fold, Dp));
        Assert.Equal(new Act.Undo(accept), BedsideActs.Undo(tape.Fold));
        tape.Do(BedsideActs.Undo(tape.Fold));
        Act.Undo next = Assert.IsType<Act.Undo>(BedsideActs.Undo(tape.Fold));
        Assert.IsType<Act.Mark>(tape.Fold.Acts.All[next.Number - 1].Act);
    }

    [Fact]
    public void A_leg_that_does_not_exist_is_said_once_and_accepted_once()
    {
        HandTape tape = HandTape.Begun().At(1);
        GivenUp reason = GivenUp.For(StepKind.AnklePressure).Single(r => r.AmputatedAt == "below the knee");
        Act.Amputated lost = Assert.IsType<Act.Amputated>(BedsideActs.NotObtainable(tape.Fold, Dp, reason));
        Assert.Equal(new Act.Amputated(Side.Right, "below the knee"), lost);
        tape.Do(lost);
        tape.Do(BedsideActs.Accept(tape.Fold, Dp));
        Assert.All(tape.Fold.Findings.Where(f => f.State == MeasurementState.Amputated), f => Assert.True(tape.Fold.IsAccepted(f)));
        Assert.True(tape.Fold.Findings.Count(f => f.State == MeasurementState.Amputated) > 1);
    }

    [Fact]
    public void No_list_of_reasons_is_longer_than_the_number_keys()
    {
        Assert.All(Enum.GetValues<StepKind>(), k => Assert.InRange(GivenUp.For(k).Count, 1, 9));
        Assert.DoesNotContain(GivenUp.For(StepKind.ArmPressure), r => r.AmputatedAt is not null);
    }
}
