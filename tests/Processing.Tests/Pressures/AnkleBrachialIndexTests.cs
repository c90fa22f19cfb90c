using FsCheck.Xunit;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

[Properties(Replay = "20260103,1", QuietOnSuccess = true, MaxTest = 2000)]
public sealed class AnkleBrachialIndexTests
{
    private static readonly ArmPressures Seed = new(113, 114);

    [Fact]
    public void The_seed_limb_is_noncompressible_and_keeps_the_number_of_the_other_artery()
    {
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(Seed, new VesselPressure.AboveLimit(254), new VesselPressure.Measured(102));
        Assert.Equal("0.89 (DP); PT >254 NC", limb.Display);
        Assert.Equal(AnkleCategory.Noncompressible, limb.Category);
        Assert.Equal(AnkleCategory.Abnormal, limb.CategoryOfMeasuredVessel);
        Assert.Equal(">2.22", limb.PosteriorTibialIndex?.ToString());
        Assert.Equal(0.89, limb.Index?.Value);
    }

    [Fact]
    public void Absent_beside_not_done_is_absent_flow()
    {
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(Seed, VesselPressure.NoFlow, VesselPressure.NotDone);
        Assert.Equal((AnkleCategory.AbsentFlow, "absent"), (limb.Category, limb.Display));
    }

    [Fact]
    public void Nothing_done_is_not_computable()
    {
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(Seed, VesselPressure.NotDone, VesselPressure.NotDone);
        Assert.Equal((AnkleCategory.NotComputable, "n/a"), (limb.Category, limb.Display));
        Assert.Empty(limb.Flags);
    }

    [Fact]
    public void Flow_under_the_floor_of_the_method_is_not_absent_flow()
    {
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(Seed, VesselPressure.NoFlow, new VesselPressure.BelowLimit(30));
        Assert.Equal((AnkleCategory.Abnormal, "<0.27"), (limb.Category, limb.Display));
    }

    /// <summary>Of a range the end that could do harm decides: no severity is named, and no grade rests on an index that may be 1.40.</summary>
    [Fact]
    public void A_range_names_no_severity_and_is_usable_only_where_all_of_it_is()
    {
        AnkleBrachialResult low = AnkleBrachialIndex.Of(Seed, new VesselPressure.BelowLimit(30), new VesselPressure.Measured(25));
        Assert.Equal((AnkleCategory.Abnormal, null, true, "0.21 to 0.27"), (low.Category, low.Severity, low.WifiUsable, low.Display));
        AnkleBrachialResult high = AnkleBrachialIndex.Of(new(100, 100), new VesselPressure.BelowLimit(140), new VesselPressure.Measured(120));
        Assert.Equal(("1.20 to 1.40", false), (high.Display, high.WifiUsable));
    }

    [Fact]
    public void Without_an_arm_a_noncompressible_artery_still_makes_the_limb_noncompressible()
    {
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(new(null, null), new VesselPressure.AboveLimit(254), new VesselPressure.Measured(102));
        Assert.Equal((AnkleCategory.Noncompressible, "PT >254 NC", true), (limb.Category, limb.Display, limb.TbiRequired));
        Assert.Null(limb.PosteriorTibialIndex);
        Assert.Null(limb.Index);
        Assert.Equal([IndexFlags.NoBrachial, IndexFlags.PosteriorTibialNoncompressible], limb.Flags);
    }

    [Fact]
    public void A_reading_the_operator_doubts_counts_and_is_flagged()
    {
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(Seed, VesselPressure.NotDone, new VesselPressure.Measured(102, unreliable: true));
        Assert.Equal("0.89", limb.Display);
        Assert.Equal(MeasurementState.Unreliable, limb.DorsalisPedisState);
        Assert.Equal([IndexFlags.DorsalisPedisUnreliable], limb.Flags);
    }

    [Property]
    public void A_limb_with_a_noncompressible_artery_never_has_a_class_of_its_own_number(uint arms, uint vessels)
    {
        (ArmPressures arm, VesselPressure pt, VesselPressure dp) = Case(arms, vessels);
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(arm, pt, dp);
        if (pt is VesselPressure.AboveLimit || dp is VesselPressure.AboveLimit)
        {
            Assert.Equal(AnkleCategory.Noncompressible, limb.Category);
            Assert.Null(limb.Severity);
            Assert.True(limb.TbiRequired);
            Assert.False(limb.WifiUsable);
            Assert.Contains(" NC", limb.Display, StringComparison.Ordinal);
        }
    }

    [Property]
    public void An_artery_has_a_number_only_when_it_was_measured_and_a_bound_only_when_it_stayed_open(uint arms, uint vessels)
    {
        (ArmPressures arm, VesselPressure pt, VesselPressure dp) = Case(arms, vessels);
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(arm, pt, dp);
        foreach ((VesselPressure vessel, VesselIndex? index) in new[] { (pt, limb.PosteriorTibialIndex), (dp, limb.DorsalisPedisIndex) })
        {
            Assert.Equal(arm.Used is not null && vessel is VesselPressure.Measured, index is VesselIndex.Exact);
            Assert.Equal(arm.Used is not null && vessel is VesselPressure.AboveLimit, index is VesselIndex.Above);
        }
    }

    [Property]
    public void The_limb_index_is_the_highest_of_the_measured_arteries(uint arms, uint vessels)
    {
        (ArmPressures arm, VesselPressure pt, VesselPressure dp) = Case(arms, vessels);
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(arm, pt, dp);
        PressureIndex[] measured = [.. new[] { limb.PosteriorTibialIndex, limb.DorsalisPedisIndex }.OfType<VesselIndex.Exact>().Select(e => e.Index).Order()];
        Assert.Equal(measured.Length > 0 ? measured[^1] : null, limb.Index);
        Assert.Equal(measured.Length > 0 ? measured[0] : null, limb.LowestIndex);
        Assert.Equal(limb.Index is null, limb.Vessel is null);
        Assert.Equal(limb.Index is null, limb.CategoryOfMeasuredVessel is null);
    }

    [Property]
    public void Exchanging_the_arms_changes_nothing(uint arms, uint vessels)
    {
        (ArmPressures arm, VesselPressure pt, VesselPressure dp) = Case(arms, vessels);
        AnkleBrachialResult one = AnkleBrachialIndex.Of(arm, pt, dp);
        AnkleBrachialResult other = AnkleBrachialIndex.Of(new(arm.Left, arm.Right), pt, dp);
        Assert.Equal(one with { Flags = [] }, other with { Flags = one.Flags.SequenceEqual(other.Flags) ? [] : other.Flags });
    }

    [Property]
    public void Severity_is_said_of_abnormal_limbs_and_of_no_others(uint arms, uint vessels)
    {
        (ArmPressures arm, VesselPressure pt, VesselPressure dp) = Case(arms, vessels);
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(arm, pt, dp);
        Assert.Equal(limb.Category == AnkleCategory.Abnormal, limb.Severity is not null);
    }

    [Property]
    public void The_class_never_falls_when_the_limb_pressure_rises(ushort vessel, byte arm)
    {
        (int mmHg, int brachial) = (vessel % 400, arm + 1);
        AnkleBrachialResult at = AnkleBrachialIndex.Of(new(brachial, null), new VesselPressure.Measured(mmHg), VesselPressure.NotDone);
        AnkleBrachialResult above = AnkleBrachialIndex.Of(new(brachial, null), new VesselPressure.Measured(mmHg + 1), VesselPressure.NotDone);
        Assert.True(above.Category >= at.Category);
    }

    /// <summary>Spreads two random words over every kind of arm and artery, with ties and equal pressures common.</summary>
    private static (ArmPressures Arms, VesselPressure Pt, VesselPressure Dp) Case(uint arms, uint vessels) =>
        (new(Arm((int)(arms % 65_536)), Arm((int)(arms / 65_536))), Vessel((int)(vessels % 65_536)), Vessel((int)(vessels / 65_536)));

    private static int? Arm(int word) => word % 5 == 0 ? null : 80 + (word / 5 % 121);

    private static VesselPressure Vessel(int word) => (word % 8) switch
    {
        0 => VesselPressure.NoFlow,
        1 => VesselPressure.NotDone,
        2 => new VesselPressure.Without(MeasurementState.Amputated),
        3 => new VesselPressure.AboveLimit(word / 8 % 2 == 0 ? 254 : 300),
        _ => new VesselPressure.Measured(word / 8 % 301),
    };

    /// <summary>An artery under the floor may be the higher one: then the limb's index is a range, and its class only where the whole range has one.</summary>
    [Theory]
    [InlineData(30, null, "<0.27", AnkleCategory.Abnormal, true)]
    [InlineData(30, 25, "0.21 to 0.27", AnkleCategory.Abnormal, true)]
    [InlineData(110, 100, "0.87 to 0.97", AnkleCategory.Undetermined, true)]
    [InlineData(30, 102, "0.89", AnkleCategory.Abnormal, true)]
    public void An_artery_under_the_floor_of_its_method_bounds_the_limb(int floor, int? other, string display, AnkleCategory category, bool usable)
    {
        AnkleBrachialResult limb = AnkleBrachialIndex.Of(new(113, 114), new VesselPressure.BelowLimit(floor), other is { } mmHg ? new VesselPressure.Measured(mmHg) : VesselPressure.NotDone);
        Assert.Equal((display, category, usable), (limb.Display, limb.Category, limb.WifiUsable));
        Assert.Equal($"<{IndexRounding.Ceiling(floor, 114)}", limb.PosteriorTibialIndex!.ToString());
        Assert.Equal(other > floor, limb.Range is null);
    }

    [Fact]
    public void Beside_an_artery_that_stays_open_a_floor_changes_nothing() =>
        Assert.Equal(AnkleCategory.Noncompressible, AnkleBrachialIndex.Of(new(113, 114), new VesselPressure.BelowLimit(30), new VesselPressure.AboveLimit(254)).Category);

    [Property]
    public void The_truth_under_a_floor_is_in_the_range(byte truth, byte above, byte other, byte arm)
    {
        ArmPressures arms = new(arm % 200 + 50, null);
        AnkleBrachialResult known = AnkleBrachialIndex.Of(arms, new VesselPressure.Measured(truth), new VesselPressure.Measured(other));
        AnkleBrachialResult said = AnkleBrachialIndex.Of(arms, new VesselPressure.BelowLimit(truth + 1 + above % 100), new VesselPressure.Measured(other));
        IndexRange range = said.Range ?? IndexRange.Exactly(said.Index!.Value);
        Assert.True(known.Index >= range.Lowest && known.Index <= range.Highest);
        Assert.True(said.Category == known.Category || said.Category == AnkleCategory.Undetermined);
    }
}
