using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Bedside.Pages;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Tests.Examinations;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Bedside;

/// <summary>What the screen says while the cuff falls: from the samples the finding rests on, before it, and never instead of it.</summary>
public class FallingCuffTests
{
    [Fact]
    public void The_pulse_is_said_to_return_while_the_cuff_falls_and_the_whole_run_decides()
    {
        PlayedScenario played = PlayedScenario.Play("seed-2017-09");
        (List<LiveMark> marks, ExaminationFold fold) = Watch(played);
        LiveMark[] toe = [.. marks.Where(m => m.Step == "toe.right")];
        Assert.NotEmpty(toe);
        CuffAttempt attempt = fold.Attempts.OfType<CuffAttempt>().Single(a => a.Step.Key == "toe.right");
        Assert.All(toe, m => Assert.InRange(m.Mark.SaidAtNs, m.Mark.EndPointAtNs, attempt.EndedAtNs!.Value));
        // said seconds before the operator stops, near what is judged then
        Assert.True(attempt.EndedAtNs - toe[0].Mark.SaidAtNs > 5_000_000_000);
        Assert.InRange(toe[^1].Mark.MmHg, played.Finding("toe-sys", "R.TOE").Unrounded!.Value - 5, played.Finding("toe-sys", "R.TOE").Unrounded!.Value + 5);
        Assert.Equal(EndPointStanding.Provisional, toe[^1].Mark.Standing);
    }

    [Fact]
    public void A_cable_that_is_pulled_while_the_cuff_falls_leaves_no_end_point_standing()
    {
        PlayedScenario whole = PlayedScenario.Play("seed-2017-09");
        LiveMark first = Watch(whole).Marks.First(m => m.Step == "toe.right");
        PlayedScenario pulled = PlayedScenario.Play("seed-2017-09", before: bench => bench.Unplug("ppg-1", first.Mark.EndPointAtNs - 1_000_000_000, 3_000_000_000));
        LiveMark[] marks = [.. Watch(pulled).Marks.Where(m => m is { Step: "toe.right", Attempt: 1 })];
        Assert.True(marks.Length == 0 || marks[^1].Mark.Standing == EndPointStanding.Withdrawn);
    }

    [Theory]
    [InlineData(32.4, 1, EndPointStanding.Provisional, null)]
    [InlineData(33.6, 1, EndPointStanding.Provisional, "While the cuff fell the screen said 34 mmHg; the whole run says 32 mmHg.")]
    [InlineData(33.6, 1, EndPointStanding.Withdrawn, null)]
    [InlineData(33.6, 2, EndPointStanding.Provisional, null)]
    public void A_difference_from_what_is_judged_is_said_and_only_then(double liveMmHg, int attempt, EndPointStanding standing, string? said)
    {
        var finding = new FindingView("toe.right", "toe-sys", "Toe pressure", Site.Parse("R.TOE"), MeasurementState.Measured, "32", "mmHg", "±5", "", false, false);
        var run = new RunView("toe.right", 1, 0, 60, new EndPointView(30, "32 mmHg", 32), 1, 2, 150, IsLive: false);
        var view = new BedsideView { Examination = default, Findings = [finding], Run = run };
        LiveNumbers Numbers() => new(0, 0, 0, 72, new LiveMark("toe.right", attempt, new EndPointMark(standing, 40, 30, liveMmHg)));
        Assert.Equal(said, Words.LiveAgainstJudged(view, Numbers()));
        Assert.Null(Words.LiveAgainstJudged(view with { Run = run with { IsLive = true } }, Numbers()));
    }

    [Fact]
    public void A_run_that_came_out_unreadable_does_not_hide_what_was_said()
    {
        var finding = new FindingView("toe.right", "toe-sys", "Toe pressure", Site.Parse("R.TOE"), MeasurementState.Unreadable, "unreadable", "", "", "", true, false);
        var view = new BedsideView { Examination = default, Findings = [finding], Run = new RunView("toe.right", 1, 0, 60, null, 1, 2, 150, IsLive: false) };
        var numbers = new LiveNumbers(0, 0, 0, 72, new LiveMark("toe.right", 1, new EndPointMark(EndPointStanding.Provisional, 40, 30, 32.2)));
        Assert.Equal("While the cuff fell the screen said 32 mmHg; the whole run says unreadable.", Words.LiveAgainstJudged(view, numbers));
    }

    private static (List<LiveMark> Marks, ExaminationFold Fold) Watch(PlayedScenario played)
    {
        var fold = new ExaminationFold(played.Id);
        var falling = new FallingCuff();
        List<LiveMark> marks = [];
        foreach (TapeRecord record in played.Taped())
        {
            fold.Next(record);
            if (falling.Take(record, fold))
            {
                marks.Add(falling.Newest!);
            }
        }

        return (marks, fold);
    }
}
