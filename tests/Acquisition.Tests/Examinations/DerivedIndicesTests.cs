using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>What accepted findings give together: numbers with their uncertainty, ranges where an input is censored, grades that follow.</summary>
public sealed class DerivedIndicesTests
{
    private static readonly Finding Arm = Measured("brachial-sys", "R.ARM", 114, 4);

    [Fact]
    public void A_toe_under_the_floor_gives_an_interval_and_the_grades_it_leaves()
    {
        IReadOnlyList<Finding> derived = Of(Arm, Below("toe-sys", "R.TOE", 40));
        Finding tbi = derived.Single(f => f.Measure == "tbi");
        Assert.Equal((MeasurementState.Interval, (double?)null, (double?)null, 0.36, "<0.36", "abnormal"), (tbi.State, tbi.Value, tbi.Lower, tbi.Upper, tbi.Printed, tbi.Category));
        Finding grade = derived.Single(f => f.Measure == "wifi-ischemia");
        Assert.Equal((MeasurementState.Interval, (double?)null, 2.0, 3.0, "2 or 3 (TP)"), (grade.State, grade.Value, grade.Lower, grade.Upper, grade.Printed));
    }

    [Fact]
    public void A_floor_that_leaves_one_grade_gives_it()
    {
        Finding grade = Of(Arm, Below("toe-sys", "R.TOE", 30)).Single(f => f.Measure == "wifi-ischemia");
        Assert.Equal((MeasurementState.Measured, 3.0, "3 (TP)"), (grade.State, grade.Value, grade.Printed));
    }

    [Fact]
    public void An_ankle_under_the_floor_bounds_the_limb()
    {
        IReadOnlyList<Finding> derived = Of(Arm, Below("ankle-sys-pt", "L.PT", 30), Measured("ankle-sys-dp", "L.DP", 25, 3));
        Finding limb = derived.Single(f => f.Measure == "abi");
        Assert.Equal((MeasurementState.Interval, 0.21, 0.27, "0.21 to 0.27", "abnormal"), (limb.State, limb.Lower, limb.Upper, limb.Printed, limb.Category));
        Assert.Equal((MeasurementState.Interval, 0.27), (derived.Single(f => f.Measure == "abi-pt").State, derived.Single(f => f.Measure == "abi-pt").Upper));
        Assert.Equal("3 (ABI+AP)", derived.Single(f => f.Measure == "wifi-ischemia").Printed);
    }

    /// <summary>27 ± 3 over 60 ± 4: 3/60 = 0.05 and 0.45 · 4/60 = 0.03, in quadrature 0.0583.</summary>
    [Fact]
    public void The_perfusion_index_carries_the_uncertainty_of_both_electrodes()
    {
        IReadOnlyList<Finding> derived = Of(Measured("tcpo2-plateau", "R.FOOT.DORSUM", 27, 3), Measured("tcpo2-plateau", "L.CHEST", 60, 4));
        Finding rpi = Assert.Single(derived, f => f.Measure == "rpi");
        Assert.Equal(("0.45", 0.45, "R.FOOT.DORSUM"), (rpi.Printed, rpi.Value, rpi.Site.Code));
        Assert.Equal(0.058310, rpi.Uncertainty!.Value, 6);
        Finding grade = derived.Single(f => f.Measure == "wifi-ischemia");
        Assert.Equal(("3 (TcPO2)", "within_uncertainty_2_or_3"), (grade.Printed, Assert.Single(grade.Flags)));
    }

    [Fact]
    public void A_low_chest_and_a_foot_above_it_are_doubts_and_change_no_number()
    {
        Finding rpi = Of(Measured("tcpo2-plateau", "R.FOOT.DORSUM", 42, 3), Measured("tcpo2-plateau", "R.CHEST", 39, 3)).Single(f => f.Measure == "rpi");
        Assert.Equal(("1.08", "chest_reference_low,rpi_gt_1"), (rpi.Printed, string.Join(',', rpi.Flags)));
    }

    [Fact]
    public void A_grade_well_inside_its_limits_says_nothing_of_others_and_a_foot_without_a_basis_has_none()
    {
        Assert.Empty(Of(Arm, Measured("toe-sys", "R.TOE", 50, 5)).Single(f => f.Measure == "wifi-ischemia").Flags);
        Assert.DoesNotContain(Of(Arm, Absent("toe-sys", "R.TOE")), f => f.Measure == "wifi-ischemia");
    }

    private static IReadOnlyList<Finding> Of(params Finding[] accepted) => DerivedIndices.Of(HandTape.Id, 1, HandTape.Settings, accepted);

    private static Finding Measured(string measure, string site, int mmHg, double half) =>
        Finding(measure, site, MeasurementState.Measured, $"{mmHg}") with { Value = mmHg, Unrounded = mmHg, Uncertainty = half };

    private static Finding Below(string measure, string site, int floor) => Finding(measure, site, MeasurementState.BelowLimit, $"<{floor}") with { Limit = floor };

    private static Finding Absent(string measure, string site) => Finding(measure, site, MeasurementState.Absent, "no pulse found");

    private static Finding Finding(string measure, string site, MeasurementState state, string printed)
    {
        string name = $"1/{site}/1/{measure}/{site}";
        return new Finding
        {
            Id = Identifiers.Version5(HandTape.Id, name),
            Version = 1,
            Name = name,
            Step = site,
            Attempt = 1,
            Measure = measure,
            Site = Site.Parse(site),
            State = state,
            Unit = "mm[Hg]",
            Printed = printed,
            Method = "test",
            MethodVersion = 1,
        };
    }
}
