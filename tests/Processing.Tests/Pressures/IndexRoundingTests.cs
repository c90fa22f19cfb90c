using FsCheck.Xunit;
using Vascular.Processing.Pressures;

namespace Vascular.Processing.Tests.Pressures;

[Properties(Replay = "20260101,1", QuietOnSuccess = true, MaxTest = 2000)]
public sealed class IndexRoundingTests
{
    [Theory]
    [InlineData(181, 200, "0.91")]
    [InlineData(199, 200, "1.00")]
    [InlineData(281, 200, "1.41")]
    [InlineData(161, 200, "0.81")]
    [InlineData(141, 200, "0.71")]
    [InlineData(131, 200, "0.66")]
    [InlineData(79, 200, "0.40")]
    public void An_exact_tie_rounds_up(int numerator, int denominator, string printed) =>
        Assert.Equal(printed, IndexRounding.HalfUp(numerator, denominator).ToString());

    [Theory]
    [InlineData(102, 114, "0.89")]
    [InlineData(32, 114, "0.28")]
    [InlineData(0, 120, "0.00")]
    [InlineData(400, 1, "400.00")]
    public void An_index_has_two_decimals(int numerator, int denominator, string printed) =>
        Assert.Equal(printed, IndexRounding.HalfUp(numerator, denominator).ToString());

    [Theory]
    [InlineData(254, 114, "2.22")]
    [InlineData(250, 180, "1.38")]
    [InlineData(199, 200, "0.99")]
    public void A_bound_is_rounded_down(int limit, int denominator, string printed) =>
        Assert.Equal(printed, IndexRounding.Floor(limit, denominator).ToString());

    [Theory]
    [InlineData(100, 0)]
    [InlineData(100, -1)]
    [InlineData(-1, 100)]
    public void A_ratio_that_does_not_exist_is_refused(int numerator, int denominator)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => IndexRounding.HalfUp(numerator, denominator));
        Assert.Throws<ArgumentOutOfRangeException>(() => IndexRounding.Floor(numerator, denominator));
    }

    [Property]
    public void The_rounded_index_is_the_decimal_rounded_away_from_zero(ushort top, byte bottom)
    {
        (int numerator, int denominator) = (top % 401, bottom + 1);
        decimal expected = Math.Round((decimal)numerator / denominator, 2, MidpointRounding.AwayFromZero);
        Assert.Equal(expected * 100, IndexRounding.HalfUp(numerator, denominator).Hundredths);
    }

    [Property]
    public void The_index_never_falls_when_the_limb_pressure_rises(ushort top, byte bottom)
    {
        (int numerator, int denominator) = (top % 401, bottom + 1);
        Assert.True(IndexRounding.HalfUp(numerator + 1, denominator) >= IndexRounding.HalfUp(numerator, denominator));
    }

    [Property]
    public void The_index_never_rises_when_the_arm_pressure_rises(ushort top, byte bottom)
    {
        (int numerator, int denominator) = (top % 401, bottom + 1);
        Assert.True(IndexRounding.HalfUp(numerator, denominator + 1) <= IndexRounding.HalfUp(numerator, denominator));
    }

    [Property]
    public void A_bound_never_exceeds_the_true_ratio_and_lies_within_a_hundredth_of_it(ushort top, byte bottom)
    {
        (int limit, int denominator) = ((top % 400) + 1, bottom + 1);
        int bound = IndexRounding.Floor(limit, denominator).Hundredths;
        Assert.True(bound * denominator <= 100 * limit);
        Assert.True((bound + 1) * denominator > 100 * limit);
    }
}
