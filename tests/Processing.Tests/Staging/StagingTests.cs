using FsCheck.Xunit;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Pressures;
using Vascular.Processing.Staging;

namespace Vascular.Processing.Tests.Staging;

/// <summary>What holds beyond the vector tables, which are tested row for row through <c>score</c>. The benefit grid is not monotone, so nothing of the kind is asked of it.</summary>
[Properties(Replay = "20260304,1", QuietOnSuccess = true, MaxTest = 1000)]
public sealed class StagingTests
{
    [Fact]
    public void The_stage_never_falls_when_a_grade_rises_and_the_grid_has_its_counts()
    {
        Dictionary<WifiLevel, int> counts = [];
        for (int cell = 0; cell < 64; cell++)
        {
            (int w, int i, int f) = (cell / 16, cell / 4 % 4, cell % 4);
            WifiLevel risk = WifiStage.Risk(w, i, f);
            counts[risk] = counts.GetValueOrDefault(risk) + 1;
            Assert.True(w == 3 || WifiStage.Risk(w + 1, i, f) >= risk);
            Assert.True(i == 3 || WifiStage.Risk(w, i + 1, f) >= risk);
            Assert.True(f == 3 || WifiStage.Risk(w, i, f + 1) >= risk);
        }

        Assert.Equal([6, 10, 16, 32], counts.OrderBy(c => c.Key).Select(c => c.Value));
    }

    [Fact]
    public void A_grade_outside_its_table_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WifiStage.Risk(4, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WifiBenefit.Of(0, -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GlassStage.Of(0, 5));
    }

    [Fact]
    public void The_glass_stage_never_falls_when_a_grade_rises()
    {
        for (int fp = 0; fp <= 4; fp++)
        {
            for (int ip = 0; ip <= 4; ip++)
            {
                Assert.True(fp == 4 || Rank(GlassStage.Of(fp + 1, ip)) >= Rank(GlassStage.Of(fp, ip)));
                Assert.True(ip == 4 || Rank(GlassStage.Of(fp, ip + 1)) >= Rank(GlassStage.Of(fp, ip)));
            }
        }
    }

    [Property]
    public void The_ischaemia_grade_never_rises_when_the_measurement_that_decides_rises(ushort word, bool diabetes, bool flat)
    {
        int mmHg = word % 400;
        FootPerfusion at = new(null, false, null, PressureRange.Exactly(mmHg), true, null, true, flat, diabetes);
        Assert.True(Grade(at with { Toe = PressureRange.Exactly(mmHg + 1) }) <= Grade(at));
        FootPerfusion ankle = new(null, false, PressureRange.Exactly(mmHg), null, true, null, true, false, diabetes);
        Assert.True(Grade(ankle with { Ankle = PressureRange.Exactly(mmHg + 1) }) <= Grade(ankle));
        FootPerfusion index = new(Index(word % 130), false, null, null, true, null, true, false, diabetes);
        Assert.True(Grade(index with { Abi = Index(word % 130 + 1) }) <= Grade(index));
    }

    /// <summary>A censored measurement gives every grade that any of its values would have given, and no other.</summary>
    [Property]
    public void The_grades_of_a_range_are_those_of_its_values(byte toe, byte width, byte ankle, byte abi)
    {
        Same(range => new(null, false, null, range, true, null, true, false, false), toe, width);
        Same(range => new(Index(abi % 131), false, range, null, true, null, true, false, false), ankle, width);
        Same(range => new(null, false, PressureRange.Exactly(abi), null, true, range, true, false, false), toe, width);

        static void Same(Func<PressureRange, FootPerfusion> of, int from, int width)
        {
            int[] grades = [.. Enumerable.Range(from, width + 1).Select(mmHg => Grade(of(PressureRange.Exactly(mmHg)))!.Value)];
            Assert.Equal(new GradeRange(grades.Min(), grades.Max()), IschaemiaGrade.Of(of(new PressureRange(from, from + width))).Grade);
        }
    }

    [Theory]
    [InlineData(null, 30, null, "3", "TP")]
    [InlineData(null, 40, null, "2 or 3", "TP")]
    [InlineData(null, null, 30, "3", "AP")]
    [InlineData(45, null, 60, "2 or 3", "AP")]
    [InlineData(30, null, 60, "3", "ABI")]
    public void A_floor_that_decides_leaves_its_grades(int? abi, int? toeFloor, int? ankleFloor, string grade, string basis)
    {
        FootPerfusion foot = new(
            abi is { } index ? Index(index) : null, false, ankleFloor is { } ankle ? PressureRange.Below(ankle) : null, toeFloor is { } toe ? PressureRange.Below(toe) : null, true, null, true, false, false);
        Assert.Equal((grade, basis), (IschaemiaGrade.Of(foot).Grade.ToString(), IschaemiaGrade.Of(foot).Basis));
    }

    [Property]
    public void A_reliable_toe_pressure_decides_whatever_else_was_measured(ushort toe, ushort abi, ushort ankle, bool open, bool flat)
    {
        FootPerfusion foot = new(Index(abi % 300), open, PressureRange.Exactly(ankle % 300), PressureRange.Exactly(toe % 200), true, null, true, flat, false);
        Assert.Equal((ToePressureGrade.Of(toe % 200), "TP"), (Grade(foot), IschaemiaGrade.Of(foot).Basis));
    }

    [Property]
    public void A_noncompressible_limb_is_never_graded_by_its_ankle(ushort abi, ushort ankle)
    {
        FootPerfusion foot = new(Index(abi % 300), true, PressureRange.Exactly(ankle % 300), null, true, null, true, false, false);
        Assert.Null(IschaemiaGrade.Of(foot).Grade);
        Assert.Contains("not_gradable", IschaemiaGrade.Of(foot).Flags);
    }

    [Property]
    public void The_checklist_ends_well_only_when_every_question_is_answered_well(uint word)
    {
        ChecklistAnswer[] a = [.. Enumerable.Range(0, 10).Select(k => (ChecklistAnswer)(word / (uint)Math.Pow(3, k) % 3))];
        VeinArterialization list = VeinArterialization.Of(new(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]));
        ChecklistAnswer[] good = [ChecklistAnswer.Yes, ChecklistAnswer.Yes, ChecklistAnswer.Yes, ChecklistAnswer.No, ChecklistAnswer.Yes, ChecklistAnswer.Yes,
            ChecklistAnswer.No, ChecklistAnswer.No, ChecklistAnswer.No, ChecklistAnswer.Yes];
        Assert.Equal(a.SequenceEqual(good), list.Decision == ChecklistDecision.Eligible);
        Assert.Equal(a.Zip(good).Count(p => p.First != ChecklistAnswer.Unknown && p.First != p.Second), list.Reasons.Count);
        Assert.Equal(list.Decision == ChecklistDecision.Eligible, list.DecidingStep is null);
    }

    private static int? Grade(in FootPerfusion foot) => IschaemiaGrade.Of(foot).Grade?.Single;

    private static IndexRange Index(int hundredths) => IndexRange.Exactly(new(hundredths));

    private static int Rank(string stage) => Array.IndexOf(["NA", "I", "II", "III"], stage);
}
