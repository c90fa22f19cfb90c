using FsCheck.Xunit;
using Vascular.Processing.Pressures;

namespace Vascular.Processing.Tests.Pressures;

[Properties(Replay = "20260105,1", QuietOnSuccess = true, MaxTest = 1000)]
public sealed class IndexUncertaintyTests
{
    [Fact]
    public void Both_pressures_contribute()
    {
        // 32 ± 3 over 114 ± 4: 3/114 = 0.026316 and 0.280702 · 4/114 = 0.009849, in quadrature 0.028099
        Assert.Equal(0.028099, IndexUncertainty.HalfWidth(32, 3, 114, 4)!.Value, 6);
    }

    [Fact]
    public void An_exact_arm_leaves_the_limb_alone() => Assert.Equal(0.05, IndexUncertainty.HalfWidth(80, 5, 100, 0)!.Value, 12);

    [Fact]
    public void At_a_limb_pressure_of_zero_the_limb_still_counts() => Assert.Equal(0.02, IndexUncertainty.HalfWidth(0, 2, 100, 4)!.Value, 12);

    [Fact]
    public void Half_an_answer_is_no_answer()
    {
        Assert.Null(IndexUncertainty.HalfWidth(32, null, 114, 4));
        Assert.Null(IndexUncertainty.HalfWidth(32, 3, 114, null));
    }

    [Theory]
    [InlineData(double.NaN, 3, 114, 4)]
    [InlineData(32, -1, 114, 4)]
    [InlineData(32, 3, 0, 4)]
    [InlineData(32, 3, 114, double.PositiveInfinity)]
    public void What_is_no_pressure_is_refused(double top, double topHalf, double bottom, double bottomHalf) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IndexUncertainty.HalfWidth(top, topHalf, bottom, bottomHalf));

    [Property]
    public void More_doubt_about_a_pressure_is_never_less_doubt_about_the_index(byte top, byte topHalf, byte bottom, byte bottomHalf)
    {
        double less = IndexUncertainty.HalfWidth(top, topHalf, bottom + 1, bottomHalf)!.Value;
        Assert.True(IndexUncertainty.HalfWidth(top, topHalf + 1, bottom + 1, bottomHalf) >= less);
        Assert.True(IndexUncertainty.HalfWidth(top, topHalf, bottom + 1, bottomHalf + 1) >= less);
    }
}
