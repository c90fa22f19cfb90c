using FsCheck.Xunit;
using Vascular.Processing.Pressures;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

[Properties(Replay = "20260104,1", QuietOnSuccess = true, MaxTest = 1000)]
public sealed class ToeBrachialIndexTests
{
    [Fact]
    public void The_seed_toe_is_abnormal_and_grade_2()
    {
        ToeBrachialResult toe = ToeBrachialIndex.Of(new(113, 114), new VesselPressure.Measured(32), Rules.Default.Pressures);
        Assert.Equal(("32", "0.28", ToeCategory.Abnormal, "2"), (toe.Reported, toe.Index.ToString(), toe.Category, toe.WifiGrade.ToString()));
    }

    [Fact]
    public void A_toe_that_was_not_done_has_nothing_but_its_arm()
    {
        ToeBrachialResult toe = ToeBrachialIndex.Of(new(null, 114), VesselPressure.NotDone, Rules.Default.Pressures);
        Assert.Equal((114, ToeCategory.NotDone), (toe.BrachialUsed, toe.Category));
        Assert.Null(toe.Reported);
        Assert.Null(toe.WifiGrade);
        Assert.Null(toe.Limits);
        Assert.Equal([IndexFlags.SingleArm], toe.Flags);
    }

    [Theory]
    [InlineData(MeasurementState.NotObtainable)]
    [InlineData(MeasurementState.Unreadable)]
    public void A_toe_without_a_number_is_not_measurable(MeasurementState why)
    {
        ToeBrachialResult toe = ToeBrachialIndex.Of(new(113, 114), new VesselPressure.Without(why), Rules.Default.Pressures);
        Assert.Equal((ToeCategory.NotMeasurable, why), (toe.Category, toe.ToeState));
        Assert.Null(toe.Index);
        Assert.Null(toe.WifiGrade);
    }

    /// <summary>Under a floor the index is a range and the grade follows it: one where the floor leaves one, else every one it leaves.</summary>
    [Theory]
    [InlineData(30, "<0.27", ToeCategory.Abnormal, "3", true, true, false)]
    [InlineData(40, "<0.36", ToeCategory.Abnormal, "2 or 3", null, true, false)]
    [InlineData(56, "<0.50", ToeCategory.Abnormal, "1 to 3", null, null, false)]
    [InlineData(90, "<0.79", ToeCategory.Undetermined, "0 to 3", null, null, null)]
    public void A_toe_under_the_floor_of_its_method_gives_a_range(int floor, string index, ToeCategory category, string grade, bool? below30, bool? below40, bool? above55)
    {
        ToeBrachialResult toe = ToeBrachialIndex.Of(new(113, 114), new VesselPressure.BelowLimit(floor), Rules.Default.Pressures);
        Assert.Equal(($"<{floor}", index, category, grade), (toe.Reported, toe.Range.ToString(), toe.Category, toe.WifiGrade.ToString()));
        Assert.Equal((below30, below40, above55), (toe.Limits!.Value.Below30, toe.Limits.Value.Below40, toe.Limits.Value.Above55));
        Assert.Null(toe.Index);
    }

    /// <summary>Whatever the pressure under the floor truly is, its index and its grade lie in what was said.</summary>
    [Property]
    public void The_truth_under_a_floor_is_in_the_range(byte truth, byte above, byte arm)
    {
        (int floor, ArmPressures arms) = (truth + 1 + above % 100, new(arm % 200 + 50, null));
        ToeBrachialResult known = ToeBrachialIndex.Of(arms, new VesselPressure.Measured(truth), Rules.Default.Pressures);
        ToeBrachialResult said = ToeBrachialIndex.Of(arms, new VesselPressure.BelowLimit(floor), Rules.Default.Pressures);
        Assert.True(known.Index <= said.Range!.Value.Highest && known.Index >= said.Range.Value.Lowest);
        Assert.False(known.WifiGrade!.Value.IsApartFrom(said.WifiGrade!.Value));
        Assert.True(said.Category == known.Category || said.Category == ToeCategory.Undetermined);
    }

    [Property]
    public void The_grade_never_rises_when_the_toe_pressure_rises(ushort mmHg) =>
        Assert.True(ToePressureGrade.Of((mmHg % 400) + 1) <= ToePressureGrade.Of(mmHg % 400));

    [Property]
    public void Limits_agree_with_the_printed_pressure(ushort word)
    {
        int mmHg = word % 401;
        ToePressureLimits limits = ToeBrachialIndex.Of(new(null, null), new VesselPressure.Measured(mmHg), Rules.Default.Pressures).Limits!.Value;
        Assert.Equal((mmHg < 30, mmHg < 40, mmHg < 50, mmHg > 55), (limits.Below30, limits.Below40, limits.Below50, limits.Above55));
    }
}
