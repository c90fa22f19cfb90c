using FsCheck.Xunit;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Outcomes;

/// <summary>A limb's course: only like with like, changes against repeats, alerts, the plan, and both definitions of success.</summary>
[Properties(Replay = "20261122,5", QuietOnSuccess = true, MaxTest = 500)]
public sealed class FollowUpTests
{
    private static readonly RuleSet Set = Rules.Default;

    [Fact]
    public void The_seeds_course_is_a_rise_beyond_repeats_and_no_alert()
    {
        FollowUp course = FollowUp.Of([Tbi(-210, "0.28"), Tbi(-1, "0.18"), Tbi(214, "0.54")], Set);
        FollowedRun run = Assert.Single(course.Runs);
        Assert.Equal([("-0.1", true), ("0.36", false)], run.Changes.Select(c => (c.Change.ToString(), c.IsWithinRepeats)));
        Assert.Empty(course.Alerts);
    }

    [Fact]
    public void Another_method_breaks_the_trend_and_nothing_is_judged_across_it()
    {
        FollowUp course = FollowUp.Of([Tbi(10, "0.6"), Tbi(40, "0.3", "laser Doppler"), Tbi(80, "0.31", "laser Doppler")], Set);
        Assert.Equal([1, 2], course.Runs.Select(r => r.Values.Count));
        Assert.Empty(course.Alerts);
        Assert.Single(course.Runs[1].Changes);
    }

    /// <summary>The best value before counts only until there is one after the procedure.</summary>
    [Fact]
    public void An_alert_is_against_the_best_since_the_procedure()
    {
        FollowUp course = FollowUp.Of([Tbi(-5, "0.7"), Tbi(10, "0.56"), Tbi(40, "0.5"), Tbi(90, "0.41")], Set);
        FollowedAlert alert = Assert.Single(course.Alerts);
        Assert.Equal(("0.56", "0.41", AlertLevel.Review), (alert.Best.Value.ToString(), alert.Current.Value.ToString(), alert.Alert.Level));
    }

    [Fact]
    public void A_low_tension_in_the_first_weeks_is_expected_and_later_is_not()
    {
        FollowUp course = FollowUp.Of([Oxygen(-3, "11"), Oxygen(20, "12"), Oxygen(60, "14")], Set);
        Assert.Equal([(AlertLevel.None, "early_lag_expected"), (AlertLevel.Review, "still_below_30_after_45_days")], course.Alerts.Select(a => (a.Alert.Level, a.Alert.Reason)));
    }

    [Property]
    public void The_order_of_the_file_does_not_matter(byte a, byte b, byte c)
    {
        FollowedValue[] values = [Tbi(10, $"0.{a % 100:00}"), Tbi(20, $"0.{b % 100:00}"), Tbi(30, $"0.{c % 100:00}")];
        FollowUp course = FollowUp.Of(values, Set), turned = FollowUp.Of([values[2], values[0], values[1]], Set);
        Assert.Equal(course.Alerts, turned.Alerts);
        Assert.Equal(course.Runs[0].Values, turned.Runs[0].Values);
    }

    [Fact]
    public void The_plan_has_no_day_twice_and_says_what_is_due()
    {
        Assert.All(PlannedVisit.Plan.Zip(PlannedVisit.Plan.Skip(1)), p => Assert.True(p.First.ToDay < p.Second.FromDay));
        VisitStanding[] at = [.. PlannedVisit.Plan.Select(v => v.Standing([-5, 2, 50], 100))];
        Assert.Equal(
            [VisitStanding.Done, VisitStanding.Done, VisitStanding.Overdue, VisitStanding.Overdue, VisitStanding.Overdue, VisitStanding.Done, VisitStanding.Due, VisitStanding.Ahead],
            at.Take(8));
    }

    [Theory]
    [InlineData(true, true, false, false, null, true, null)]
    [InlineData(true, true, true, false, true, false, true)]
    [InlineData(null, true, false, false, false, null, false)]
    [InlineData(null, false, null, null, true, false, true)]
    public void Two_authors_define_success_differently(bool? circuit, bool? alive, bool? amputated, bool? again, bool? flow, bool? kum, bool? schmidt)
    {
        ProcedureCourse course = new(circuit, alive, amputated, again, flow);
        Assert.Equal((kum, schmidt), (ProceduralSuccess.OfKum(course), ProceduralSuccess.OfSchmidt(course)));
    }

    private static FollowedValue Tbi(int day, string value, string method = "PPG") => new(FollowedTest.ToeIndex, day, method, Number(value));

    private static FollowedValue Oxygen(int day, string value) => new(FollowedTest.Oxygen, day, "dorsum 44", Number(value));

    private static WrittenNumber Number(string text)
    {
        Assert.True(WrittenNumber.TryRead(text, out WrittenNumber number));
        return number;
    }
}
