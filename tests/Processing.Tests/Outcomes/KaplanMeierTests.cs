using FsCheck.Xunit;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Outcomes;

[Properties(Replay = "20260305,1", QuietOnSuccess = true, MaxTest = 500)]
public sealed class KaplanMeierTests
{
    private static readonly SurvivalRule Rule = Rules.Default.Survival;

    [Fact]
    public void Events_come_before_censoring_at_the_same_time()
    {
        SurvivalEstimate at = Curve((6, true), (6, false), (6, false), (12, false)).At(Months(6), Rule)!.Value;
        Assert.Equal((0.75m, 3, 1), (at.Survival, at.AtRiskAfter, at.EventsToDate));
        Assert.Equal(1, Curve((6, true), (6, false), (6, false), (12, false)).At(Months(7), Rule)!.Value.AtRiskAfter);
    }

    [Fact]
    public void The_leukaemia_trial_of_the_textbooks_has_its_curve_and_bounds()
    {
        // 6-mercaptopurine arm, Freireich 1963: survival 0.8571, 0.7529, 0.6275, 0.4482 at 6, 10, 16 and 23 weeks
        KaplanMeier curve = Curve(
            (6, true), (6, true), (6, true), (6, false), (7, true), (9, false), (10, true), (10, false), (11, false), (13, true), (16, true), (17, false), (19, false),
            (20, false), (22, true), (23, true), (25, false), (32, false), (32, false), (34, false), (35, false));
        Assert.Equal([0.8571m, 0.7529m, 0.6275m, 0.4482m], new[] { 6, 10, 16, 23 }.Select(t => Math.Round(curve.At(Months(t), Rule)!.Value.Survival, 4)));
        SurvivalEstimate first = curve.At(Months(6), Rule)!.Value, last = curve.At(Months(23), Rule)!.Value;
        Assert.Equal((0.6197, 0.9516), (Math.Round(first.Lower!.Value, 4), Math.Round(first.Upper!.Value, 4)));
        Assert.Equal((0.1881, 0.6801), (Math.Round(last.Lower!.Value, 4), Math.Round(last.Upper!.Value, 4)));
    }

    [Fact]
    public void Before_an_event_and_after_the_last_subject_no_bounds_are_stated()
    {
        Assert.Null(new KaplanMeier().At(Months(6), Rule));
        SurvivalEstimate early = Curve((6, true), (12, true)).At(Months(3), Rule)!.Value, late = Curve((6, true), (12, true)).At(Months(24), Rule)!.Value;
        Assert.Equal((1m, null, null, 2), (early.Survival, early.Lower, early.Upper, early.AtRiskAfter));
        Assert.Equal((0m, null, null, 0), (late.Survival, late.Lower, late.Upper, late.AtRiskAfter));
    }

    [Property]
    public void A_curve_never_rises_and_lies_within_its_bounds(byte[] words)
    {
        KaplanMeier curve = Curve([.. words.Select(w => (w / 2 % 24, w % 2 == 0))]);
        decimal before = 1;
        for (int month = 0; month <= 24 && words.Length > 0; month++)
        {
            SurvivalEstimate at = curve.At(Months(month), Rule)!.Value;
            Assert.InRange(at.Survival, 0, before);
            Assert.InRange((double)at.Survival, at.Lower ?? 0, at.Upper ?? 1);
            Assert.InRange(at.AtRiskAfter + at.EventsToDate, 0, words.Length);
            before = at.Survival;
        }
    }

    [Property]
    public void Without_censoring_the_curve_is_the_share_that_is_left(byte[] words)
    {
        KaplanMeier curve = Curve([.. words.Select(w => (w % 24, true))]);
        if (words.Length > 0)
        {
            Assert.Equal(words.Count(w => w % 24 > 12) / (decimal)words.Length, curve.At(Months(12), Rule)!.Value.Survival, 20);
        }
    }

    [Property]
    public void The_order_of_the_subjects_changes_nothing(byte[] words)
    {
        (int, bool)[] subjects = [.. words.Select(w => (w / 2 % 24, w % 2 == 0))];
        Assert.Equal(Curve(subjects).At(Months(12), Rule), Curve([.. subjects.Reverse()]).At(Months(12), Rule));
    }

    [Fact]
    public void Of_amputation_and_death_the_first_ends_amputation_free_survival_and_only_one_of_them_the_salvage()
    {
        var endpoints = new Endpoints();
        endpoints.Add(new SubjectCourse(null, Months(5), Months(9), Months(9)));
        endpoints.Add(new SubjectCourse(null, null, Months(4), Months(4)));
        endpoints.Add(new SubjectCourse(Months(2), null, null, Months(24)));
        Assert.Equal((1 / 3m, 2), (endpoints.AmputationFreeSurvival.At(Months(6), Rule)!.Value.Survival, endpoints.AmputationFreeSurvival.At(Months(6), Rule)!.Value.EventsToDate), new Near());
        Assert.Equal((0.5m, 1), (endpoints.LimbSalvage.At(Months(6), Rule)!.Value.Survival, endpoints.LimbSalvage.At(Months(6), Rule)!.Value.EventsToDate), new Near());
        Assert.Equal((2 / 3m, 1), (endpoints.WoundHealing.At(Months(6), Rule)!.Value.Survival, endpoints.WoundHealing.At(Months(6), Rule)!.Value.EventsToDate), new Near());
    }

    private static KaplanMeier Curve(params (int Month, bool Event)[] subjects)
    {
        var curve = new KaplanMeier();
        foreach ((int month, bool isEvent) in subjects)
        {
            curve.Add(Months(month), isEvent);
        }

        return curve;
    }

    private static WrittenNumber Months(int months) => WrittenNumber.Of(months);

    private sealed class Near : IEqualityComparer<(decimal Survival, long Events)>
    {
        public bool Equals((decimal Survival, long Events) one, (decimal Survival, long Events) other) =>
            Math.Abs(one.Survival - other.Survival) < 1e-20m && one.Events == other.Events;

        public int GetHashCode((decimal Survival, long Events) value) => 0;
    }
}
