using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>What accepted findings give together: numbers with their uncertainty, ranges where an input is censored, grades that follow.</summary>
public sealed class DerivedIndicesTests
{
    private static readonly Finding Arm = Measured("brachial-sys", "R.ARM", 114, 4);

    /// <summary>The hand-made examination's, with steps named by their seconds after exercise.</summary>
    private static readonly ExaminationSettings Settings = HandTape.Settings with
    {
        Protocol = [.. HandTape.Settings.Protocol, .. ((int[])[60, 300]).Select(s => new ProtocolStep($"{s}", StepKind.AnklePressure, Site.Parse("R.DP")) { AfterExerciseS = s })],
    };

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

    /// <summary>PT open at 254, DP open at 300, over an arm of 114: each at least its own bound, the limb at least the higher one.</summary>
    [Fact]
    public void Arteries_that_stay_open_bound_the_limb_from_below_and_never_are_its_value()
    {
        IReadOnlyList<Finding> derived = Of(Arm, Measured("brachial-sys", "L.ARM", 100, 4), Above("ankle-sys-pt", "R.PT", 254), Above("ankle-sys-dp", "R.DP", 300), Above("toe-sys", "R.TOE1", 254));
        Assert.Equal(
            [("abi-pt", 2.22), ("abi-dp", 2.63), ("abi", 2.63), ("tbi", 2.22)],
            derived.Where(f => f.State == MeasurementState.Interval).Select(f => (f.Measure, f.Lower!.Value)));
        Assert.All(derived.Where(f => f.State == MeasurementState.Interval), f => Assert.Equal((null, null), (f.Value, f.Upper)));
        Finding limb = derived.Single(f => f.Measure == "abi");
        Assert.Equal("noncompressible", limb.Category);
        Assert.Equal(["nc_pt", "nc_dp"], limb.Flags.Where(f => f.StartsWith("nc_", StringComparison.Ordinal)));
    }

    /// <summary>The limb is the higher artery: its value, its uncertainty, and its doubt.</summary>
    [Theory]
    [InlineData(false, true, "Unreliable")]
    [InlineData(true, false, "Measured")]
    public void A_doubt_goes_with_the_pressure_that_decides(bool pt, bool dp, string limb)
    {
        IReadOnlyList<Finding> derived = Of(
            Arm, Doubtful(Measured("ankle-sys-pt", "R.PT", 80, 9), pt), Doubtful(Measured("ankle-sys-dp", "R.DP", 102, 3), dp), Doubtful(Measured("toe-sys", "R.TOE", 32, 3), true) with { Flags = ["cold_toe"] });
        Finding index = derived.Single(f => f.Measure == "abi");
        Assert.Equal(("0.89", limb), (index.Printed, index.State.ToString()));
        Assert.Equal(derived.Single(f => f.Measure == "abi-dp").Uncertainty, index.Uncertainty);
        Assert.Equal((pt, dp), (derived.Single(f => f.Measure == "abi-pt").State == MeasurementState.Unreliable, derived.Single(f => f.Measure == "abi-dp").State == MeasurementState.Unreliable));
        Finding toe = derived.Single(f => f.Measure == "tbi");
        Assert.Equal((MeasurementState.Unreliable, true), (toe.State, toe.Flags.Contains("cold_toe")));
    }

    /// <summary>Side by side: what is right less left says which side is the lower one.</summary>
    [Theory]
    [InlineData(131, 110, "21", "suggests_disease_left")]
    [InlineData(130, 110, "20", "suggests_disease_left")]
    [InlineData(110, 130, "-20", "suggests_disease_right")]
    [InlineData(110, 129, "-19", "within_limit")]
    public void The_lower_side_is_the_one_that_is_named(int right, int left, string printed, string category)
    {
        Finding difference = Of(Measured("calf-sys", "R.CALF", right, 3), Doubtful(Measured("calf-sys", "L.CALF", left, 4), true)).Single(f => f.Measure == "side-difference");
        Assert.Equal((printed, category, MeasurementState.Unreliable, 5.0), (difference.Printed, difference.Category, difference.State, difference.Uncertainty));
    }

    [Fact]
    public void Of_the_ankle_the_higher_artery_counts_for_a_fall_and_one_that_stays_open_leaves_none()
    {
        Finding calf = Measured("calf-sys", "R.CALF", 125, 3), pt = Measured("ankle-sys-pt", "R.PT", 90, 9), dp = Measured("ankle-sys-dp", "R.DP", 110, 4);
        Finding fall = Of(calf, pt, dp).Single(f => f.Measure == "segment-gradient");
        Assert.Equal(("15", "within_limit", 5.0, "R.ANKLE"), (fall.Printed, fall.Category, fall.Uncertainty, fall.Site.Code));
        Finding none = Of(calf, Above("ankle-sys-pt", "R.PT", 254), dp).Single(f => f.Measure == "segment-gradient");
        Assert.Equal((null, MeasurementState.NotDone, null), (none.Value, none.State, none.Category));
        Assert.DoesNotContain(Of(pt, dp, calf, Measured("ankle-sys-dp", "L.DP", 60, 3)), f => f.Measure == "side-difference");   // the left is a single-level study
    }

    /// <summary>At rest PT 120 and DP 110 over 114, after it PT 80 and DP 95 over the higher arm of that time, 140: 1.05 falls to 0.68, by 35 %; 120 to 95 is a fall of 25 mmHg.</summary>
    [Fact]
    public void After_exercise_the_higher_artery_of_each_time_counts_over_the_higher_arm_of_that_time()
    {
        Finding[] rest = [Arm, Measured("ankle-sys-pt", "R.PT", 120, 3), Measured("ankle-sys-dp", "R.DP", 110, 3)];
        Finding[] after = [Exercised("ankle-ex-pt", "R.PT", 80, 60), Exercised("ankle-ex-dp", "R.DP", 95, 60), Exercised("brachial-ex", "R.ARM", 130, 60), Exercised("brachial-ex", "L.ARM", 140, 60)];
        IReadOnlyList<Finding> derived = Of([.. rest, .. after]);
        Assert.Equal(("0.68", MeasurementState.Measured), (derived.Single(f => f.Measure == "abi-exercise").Printed, derived.Single(f => f.Measure == "abi-exercise").State));
        Finding fall = derived.Single(f => f.Measure == "exercise-fall");
        Assert.Equal(("25", "positive", 35.0), (fall.Printed, fall.Category, fall.Parts.Single(p => p.Name == "index-fall").Value));
        Assert.Equal("1.05", derived.Single(f => f.Measure == "abi").Printed);

        // an arm in doubt leaves the index in doubt, and an artery that opened leaves nothing
        after[3] = Doubtful(after[3], true);
        Assert.Equal(MeasurementState.Unreliable, Of([.. rest, .. after]).Single(f => f.Measure == "abi-exercise").State);
        after[0] = Above("ankle-ex-pt", "R.PT", 254) with { Step = "60" };
        Assert.DoesNotContain(Of([.. rest, .. after]), f => f.Measure is "abi-exercise" or "exercise-fall");
    }

    /// <summary>Each time after exercise has its own answer; within both limits it is negative.</summary>
    [Fact]
    public void Each_time_after_exercise_is_an_answer_of_its_own()
    {
        IReadOnlyList<Finding> derived = Of(
            Arm, Measured("ankle-sys-dp", "R.DP", 120, 3), Exercised("ankle-ex-dp", "R.DP", 80, 60), Exercised("brachial-ex", "R.ARM", 120, 60), Exercised("ankle-ex-dp", "R.DP", 110, 300), Exercised("brachial-ex", "R.ARM", 114, 300));
        Assert.Equal(
            [("derived.exercise-60s", "40", "positive"), ("derived.exercise-300s", "10", "negative")],
            derived.Where(f => f.Measure == "exercise-fall").Select(f => (f.Step, f.Printed, f.Category!)));
        Assert.Equal(["0.67", "0.96"], derived.Where(f => f.Measure == "abi-exercise").Select(f => f.Printed));
    }

    /// <summary>The way from rest is that of the same place, from its newest plateau.</summary>
    [Fact]
    public void A_provocation_is_compared_with_the_newest_rest_of_its_own_place()
    {
        Finding early = Measured("tcpo2-plateau", "R.FOOT.DORSUM", 20, 3), late = early with { Id = Identifiers.Version5(HandTape.Id, "late"), Value = 30, Unrounded = 30, Printed = "30" };
        Finding other = Measured("tcpo2-plateau", "R.FOOT.PLANTAR", 50, 3);
        Finding rise = Of(early, late, other, Measured("tcpo2-oxygen", "R.FOOT.DORSUM", 40, 4)).Single(f => f.Measure == "oxygen-rise");
        Assert.Equal(("10", "rise_10_or_more", MeasurementState.Measured, 5.0), (rise.Printed, rise.Category, rise.State, rise.Uncertainty));
        Assert.Equal(late.Id, rise.Inputs[0]);
        Finding less = Of(late, Doubtful(Measured("tcpo2-oxygen", "R.FOOT.DORSUM", 39, 4), true)).Single(f => f.Measure == "oxygen-rise");
        Assert.Equal(("9", "rise_below_10", MeasurementState.Unreliable), (less.Printed, less.Category, less.State));
        Assert.DoesNotContain(Of(other, Measured("tcpo2-oxygen", "R.FOOT.DORSUM", 40, 4)), f => f.Measure == "oxygen-rise");
    }

    private static IReadOnlyList<Finding> Of(params Finding[] accepted) => DerivedIndices.Of(HandTape.Id, 1, Settings, accepted);

    /// <summary>Read some seconds after the end of the exercise at 100 s.</summary>
    private static Finding Exercised(string measure, string site, int mmHg, int seconds) => Measured(measure, site, mmHg, 4) with
    {
        Id = Identifiers.Version5(HandTape.Id, $"{measure}/{site}/{seconds}"),
        Step = $"{seconds}",
        FromAtNs = HandTape.Ns(99 + seconds),
        ToAtNs = HandTape.Ns(101 + seconds),
        Parts = [new FindingPart("after-exercise", seconds, "s")],
    };

    private static Finding Doubtful(Finding finding, bool doubtful) => doubtful ? finding with { State = MeasurementState.Unreliable, Reason = "moved" } : finding;

    private static Finding Above(string measure, string site, int limit) => Finding(measure, site, MeasurementState.AboveLimit, $">{limit} NC") with { Limit = limit };

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
