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
        ToeBrachialResult toe = ToeBrachialIndex.Of(new(113, 114), new VesselPressure.Measured(32));
        Assert.Equal(("32", "0.28", ToeCategory.Abnormal, 2), (toe.Reported, toe.Index.ToString(), toe.Category, toe.WifiGrade));
    }

    [Fact]
    public void A_toe_that_was_not_done_has_nothing_but_its_arm()
    {
        ToeBrachialResult toe = ToeBrachialIndex.Of(new(null, 114), VesselPressure.NotDone);
        Assert.Equal((114, ToeCategory.NotDone), (toe.BrachialUsed, toe.Category));
        Assert.Null(toe.Reported);
        Assert.Null(toe.WifiGrade);
        Assert.Null(toe.Limits);
        Assert.Equal([IndexFlags.SingleArm], toe.Flags);
    }

    [Theory]
    [InlineData(MeasurementState.NotObtainable)]
    [InlineData(MeasurementState.Unreadable)]
    [InlineData(MeasurementState.BelowLimit)]
    public void A_toe_without_a_number_is_not_measurable(MeasurementState why)
    {
        ToeBrachialResult toe = ToeBrachialIndex.Of(new(113, 114), new VesselPressure.Without(why));
        Assert.Equal((ToeCategory.NotMeasurable, why), (toe.Category, toe.ToeState));
        Assert.Null(toe.Index);
        Assert.Null(toe.WifiGrade);
    }

    [Property]
    public void The_grade_never_rises_when_the_toe_pressure_rises(ushort mmHg) =>
        Assert.True(ToePressureGrade.Of((mmHg % 400) + 1) <= ToePressureGrade.Of(mmHg % 400));

    [Property]
    public void Limits_agree_with_the_printed_pressure(ushort word)
    {
        int mmHg = word % 401;
        ToePressureLimits limits = ToeBrachialIndex.Of(new(null, null), new VesselPressure.Measured(mmHg)).Limits!.Value;
        Assert.Equal((mmHg < 30, mmHg < 40, mmHg < 50, mmHg > 55), (limits.Below30, limits.Below40, limits.Below50, limits.Above55));
    }
}
