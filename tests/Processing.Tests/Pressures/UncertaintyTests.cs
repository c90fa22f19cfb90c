using FsCheck.Xunit;
using Vascular.Processing.Pressures;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Pressures;

/// <summary>An interval contains what it claims to: of measured pressures by their half widths, of censored ones by their limits.</summary>
[Properties(Replay = "20261122,3", QuietOnSuccess = true, MaxTest = 1000)]
public sealed class UncertaintyTests
{
    [Property]
    public void The_parts_of_an_index_are_its_half_width_in_quadrature(byte limb, byte limbHalf, byte arm, byte armHalf)
    {
        int below = arm + 1;
        double whole = IndexUncertainty.HalfWidth(limb, limbHalf, below, armHalf)!.Value;
        // half a unit of the twelfth decimal; not Equal to twelve decimals, which tells two neighbours apart that lie on either side of a half
        Assert.Equal(whole, UncertaintyPart.Whole(IndexUncertainty.Parts(limb, limbHalf, below, armHalf)), tolerance: 5e-13);
        Assert.Empty(IndexUncertainty.Parts(limb, null, below, armHalf));
    }

    /// <summary>One pressure off by its half width while the other is right: the index stays inside, exactly above the line and to first order below it.</summary>
    [Property]
    public void One_pressure_at_the_edge_of_its_half_width_leaves_the_index_inside_its_own(byte limb, byte limbHalf, byte arm)
    {
        double below = arm + 60, half = IndexUncertainty.HalfWidth(limb, limbHalf, below, 5)!.Value;
        Assert.True(limbHalf / below <= half + 1e-12);
        double lower = limb / (below + 5);
        Assert.True((limb / below) - lower <= half + 1e-12);
    }

    /// <summary>95 % of indices of pressures that are off at random, in fixed draws, lie within the half width.</summary>
    [Fact]
    public void Ninety_five_of_a_hundred_indices_lie_within_the_half_width()
    {
        var random = new Random(20261122);
        double half = IndexUncertainty.HalfWidth(80, 6, 130, 8)!.Value;
        int inside = 0;
        const int Draws = 20_000;
        for (int i = 0; i < Draws; i++)
        {
            double index = (80 + (Normal() * 6 / 1.96)) / (130 + (Normal() * 8 / 1.96));
            inside += Math.Abs(index - (80.0 / 130)) <= half ? 1 : 0;
        }

        Assert.InRange(inside / (double)Draws, 0.94, 0.96);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>Whatever a toe under the floor really has, its index and its grade are among those that are stated.</summary>
    [Property]
    public void A_censored_toe_is_contained_in_its_index_and_its_grades(byte floor, byte truth, byte arm)
    {
        int limit = floor + 1, mmHg = truth % limit;
        ToeBrachialResult censored = ToeBrachialIndex.Of(new ArmPressures(arm + 60, null), new VesselPressure.BelowLimit(limit), Rules.Default.Pressures);
        ToeBrachialResult known = ToeBrachialIndex.Of(new ArmPressures(arm + 60, null), new VesselPressure.Measured(mmHg), Rules.Default.Pressures);
        Assert.InRange(known.Index!.Value.Hundredths, censored.Range!.Value.Lowest.Hundredths, censored.Range.Value.Highest.Hundredths);
        Assert.InRange(known.WifiGrade!.Value.Best, censored.WifiGrade!.Value.Best, censored.WifiGrade.Value.Worst);
    }

    [Property]
    public void An_ankle_above_the_limit_or_under_the_floor_is_contained_in_its_bound(byte limit, byte more, byte other, byte arm)
    {
        ArmPressures arms = new(arm + 60, null);
        var open = (VesselIndex.Above)VesselIndex.Of(new VesselPressure.AboveLimit(100 + (limit / 2)), arms.Used)!;
        Assert.True(IndexRounding.HalfUp(100 + (limit / 2) + (more / 4) + 1, arms.Used!.Value).Hundredths >= open.Bound.Hundredths);

        int floor = limit + 1;
        AnkleBrachialResult censored = AnkleBrachialIndex.Of(arms, new VesselPressure.BelowLimit(floor), new VesselPressure.Measured(other));
        AnkleBrachialResult known = AnkleBrachialIndex.Of(arms, new VesselPressure.Measured(more % floor), new VesselPressure.Measured(other));
        if (censored.Range is { } range)
        {
            Assert.InRange(known.Index!.Value.Hundredths, range.Lowest.Hundredths, range.Highest.Hundredths);
        }
        else
        {
            Assert.Equal(known.Index, censored.Index);
        }
    }

    /// <summary>A grade of a range is the range of its grades: nothing possible is left out.</summary>
    [Property]
    public void The_grades_of_a_range_are_all_of_its_pressures(byte lowest, byte width, byte inside)
    {
        PressureRange range = new(lowest, lowest + width);
        int mmHg = lowest + (inside % (width + 1));
        GradeRange toes = ToePressureGrade.Of(range), ankles = AnklePressureGrade.Of(range);
        Assert.InRange(ToePressureGrade.Of(mmHg), toes.Best, toes.Worst);
        GradeRange ankle = AnklePressureGrade.Of(PressureRange.Exactly(mmHg));
        Assert.True(ankle.Best >= ankles.Best && ankle.Worst <= ankles.Worst);
    }
}
