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
        FootPerfusion at = new(null, false, null, mmHg, true, null, true, flat, diabetes);
        Assert.True(IschaemiaGrade.Of(at with { ToeMmHg = mmHg + 1 }).Grade <= IschaemiaGrade.Of(at).Grade);
        FootPerfusion ankle = new(null, false, mmHg, null, true, null, true, false, diabetes);
        Assert.True(IschaemiaGrade.Of(ankle with { AnkleMmHg = mmHg + 1 }).Grade <= IschaemiaGrade.Of(ankle).Grade);
        FootPerfusion index = new(new PressureIndex(word % 130), false, null, null, true, null, true, false, diabetes);
        Assert.True(IschaemiaGrade.Of(index with { Abi = new PressureIndex(word % 130 + 1) }).Grade <= IschaemiaGrade.Of(index).Grade);
    }

    [Property]
    public void A_reliable_toe_pressure_decides_whatever_else_was_measured(ushort toe, ushort abi, ushort ankle, bool open, bool flat)
    {
        FootPerfusion foot = new(new PressureIndex(abi % 300), open, ankle % 300, toe % 200, true, null, true, flat, false);
        Assert.Equal((ToePressureGrade.Of(toe % 200), "TP"), (IschaemiaGrade.Of(foot).Grade, IschaemiaGrade.Of(foot).Basis));
    }

    [Property]
    public void A_noncompressible_limb_is_never_graded_by_its_ankle(ushort abi, ushort ankle)
    {
        FootPerfusion foot = new(new PressureIndex(abi % 300), true, ankle % 300, null, true, null, true, false, false);
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

    private static int Rank(string stage) => Array.IndexOf(["NA", "I", "II", "III"], stage);
}
