using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

public sealed class VesselPressureTests
{
    [Fact]
    public void A_finding_is_read_by_its_state()
    {
        Assert.Equal(new VesselPressure.Measured(102), VesselPressure.Of(Finding(MeasurementState.Measured, value: 102)));
        Assert.Equal(new VesselPressure.Measured(102, unreliable: true), VesselPressure.Of(Finding(MeasurementState.Unreliable, value: 102)));
        Assert.Equal(new VesselPressure.AboveLimit(254), VesselPressure.Of(Finding(MeasurementState.AboveLimit, limit: 254)));
        Assert.Equal(new VesselPressure.BelowLimit(30), VesselPressure.Of(Finding(MeasurementState.BelowLimit, limit: 29.4)));
        Assert.Equal(VesselPressure.NoFlow, VesselPressure.Of(Finding(MeasurementState.Absent)));
        Assert.Equal(MeasurementState.Amputated, VesselPressure.Of(Finding(MeasurementState.Amputated)).State);
    }

    [Theory]
    [InlineData(MeasurementState.Measured)]
    [InlineData(MeasurementState.AboveLimit)]
    [InlineData(MeasurementState.BelowLimit)]
    [InlineData(MeasurementState.Running)]
    public void A_finding_without_the_number_its_state_promises_is_refused(MeasurementState state) =>
        Assert.Throws<ArgumentException>(() => VesselPressure.Of(Finding(state)));

    [Theory]
    [InlineData(-1)]
    [InlineData(401)]
    [InlineData(999)]
    public void A_number_no_cuff_can_reach_is_refused(int mmHg)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VesselPressure.Measured(mmHg));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VesselPressure.AboveLimit(mmHg));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VesselPressure.BelowLimit(mmHg));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArmPressures(mmHg, 120));
    }

    [Fact]
    public void An_arm_at_zero_is_refused_and_a_vessel_at_zero_is_a_number()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArmPressures(120, 0));
        Assert.Equal(0, new VesselPressure.Measured(0).MmHg);
    }

    private static Finding Finding(MeasurementState state, double? value = null, double? limit = null) => new()
    {
        Id = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        Version = 1,
        Name = "1/dp.right/1/ankle-sys/R.DP",
        Step = "dp.right",
        Attempt = 1,
        Measure = "ankle-sys",
        Site = new Site(Side.Right, Place.DorsalisPedis),
        State = state,
        Value = value,
        Limit = limit,
        Unit = "mm[Hg]",
        Printed = "",
        Method = "return-of-pulse",
        MethodVersion = 1,
    };
}
