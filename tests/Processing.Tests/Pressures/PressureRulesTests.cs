using FsCheck.Xunit;
using Vascular.Processing.Pressures;

namespace Vascular.Processing.Tests.Pressures;

/// <summary>Repeated readings, arms, levels, exercise and cold toes.</summary>
[Properties(Replay = "20261122,1", QuietOnSuccess = true, MaxTest = 1000)]
public sealed class PressureRulesTests
{
    private static readonly PressureRule Rule = Rules.Default.Pressures;

    [Theory]
    [InlineData(new double[] { 32 }, 32, false)]
    [InlineData(new double[] { 32, 42 }, 37, false)]
    [InlineData(new double[] { 32, 43 }, 38, true)]
    [InlineData(new double[] { 32, 42.1 }, 37, true)]
    [InlineData(new double[] { 32, 60, 34 }, 34, false)]
    [InlineData(new double[] { 20, 60, 34, 36 }, 35, false)]
    public void Two_readings_more_than_ten_apart_ask_for_a_third_and_three_give_the_median(double[] readings, int printed, bool third)
    {
        RepeatedReadings result = RepeatedReadings.Of(readings, Rule)!;
        Assert.Equal((printed, third, third ? 1 : 0), (result.Printed, result.NeedsThird, result.Flags.Count));
    }

    [Fact]
    public void No_reading_is_no_result_and_no_pressure_is_refused()
    {
        Assert.Null(RepeatedReadings.Of([], Rule));
        Assert.Throws<ArgumentOutOfRangeException>(() => RepeatedReadings.Of([32, double.NaN], Rule));
        Assert.Throws<ArgumentOutOfRangeException>(() => RepeatedReadings.Of([999], Rule));
    }

    [Property]
    public void The_result_lies_among_the_readings_in_any_order_and_never_falls_when_one_rises(byte a, byte b, byte c, byte more)
    {
        double[] readings = [a, b, c];
        double result = RepeatedReadings.Of(readings, Rule)!.MmHg;
        Assert.InRange(result, readings.Min(), readings.Max());
        Assert.Equal(result, RepeatedReadings.Of([c, a, b], Rule)!.MmHg);
        Assert.True(RepeatedReadings.Of([a + more % 100, b, c], Rule)!.MmHg >= result);
    }

    [Theory]
    [InlineData(new[] { 130 }, 119, 130, true)]
    [InlineData(new[] { 130 }, 120, 130, false)]
    [InlineData(new[] { 140, 122 }, 119, 122, false)]
    [InlineData(new[] { 140, 145 }, 119, 145, false)]
    public void The_first_arm_is_repeated_once_and_its_first_reading_discarded(int[] first, int second, int used, bool repeat)
    {
        ArmReadings read = ArmReadings.Of(rightFirst: true, first, second);
        Assert.Equal((used, repeat), (read.Arms.Used, read.RepeatFirst));
        Assert.Equal(read.Arms.Used, ArmReadings.Of(rightFirst: false, first, second).Arms.Used);
        Assert.False(ArmReadings.Of(true, first, null).RepeatFirst);
    }

    [Fact]
    public void A_fall_of_twenty_between_levels_or_sides_suggests_disease_and_nothing_is_computed_across_an_open_ankle()
    {
        SegmentalPressures right = new(Mm(140), Mm(121), Mm(101)), left = new(Mm(139), Mm(141), new VesselPressure.AboveLimit(254));
        Assert.Equal([(19, false), (20, true)], right.Gradients(Rule).Select(g => (g.FallMmHg!.Value, g.Suggests!.Value)));
        Assert.Equal([(-2, false), (null, null)], left.Gradients(Rule).Select(g => (g.FallMmHg, g.Suggests)));
        Assert.Equal([(1, false), (-20, true), (null, null)], SegmentalPressures.Sides(right, left, Rule).Select(s => (s.RightLessLeftMmHg, s.Suggests)));
    }

    /// <summary>A thigh with two cuffs against one with one: every level is there, and the upper thigh has nothing to be compared with.</summary>
    [Fact]
    public void A_side_with_one_thigh_cuff_loses_no_level_of_the_other()
    {
        SegmentalPressures four = new(Mm(140), Mm(121), Mm(101)) { HighThigh = Mm(150) }, three = new(Mm(139), Mm(141), Mm(100));
        (LimbLevel, int?)[] expected = [(LimbLevel.HighThigh, null), (LimbLevel.Thigh, 1), (LimbLevel.Calf, -20), (LimbLevel.Ankle, 1)];
        Assert.Equal(expected, SegmentalPressures.Sides(four, three, Rule).Select(s => (s.Level, s.RightLessLeftMmHg)));
        Assert.Equal(expected.Select(e => (e.Item1, -e.Item2)), SegmentalPressures.Sides(three, four, Rule).Select(s => (s.Level, s.RightLessLeftMmHg)));
    }

    [Property]
    public void A_larger_fall_never_suggests_less(byte upper, byte lower, byte more)
    {
        bool suggests = new SegmentalPressures(Mm(upper), Mm(lower), Mm(0)).Gradients(Rule)[0].Suggests!.Value;
        Assert.True(!suggests || new SegmentalPressures(Mm(upper + more % 100), Mm(lower), Mm(0)).Gradients(Rule)[0].Suggests!.Value);
    }

    [Theory]
    [InlineData(120, 90, 100, 80, 30, 20, false)]
    [InlineData(120, 89, 100, 80, 31, 20, true)]
    [InlineData(120, 90, 100, 79, 30, 21, true)]
    [InlineData(60, 55, 41, 32, 5, 22, true)]
    [InlineData(100, 110, 90, 95, -10, -6, false)]
    public void Exercise_is_positive_past_either_limit(int rest, int after, int restIndex, int afterIndex, int fall, int percent, bool positive)
    {
        ExerciseResponse response = ExerciseResponse.Of(rest, after, new PressureIndex(restIndex), new PressureIndex(afterIndex), Rule);
        Assert.Equal((fall, percent, positive), (response.FallMmHg, response.FallPercent, response.Positive));
    }

    [Fact]
    public void Exercise_without_numbers_has_no_answer_and_with_one_fall_that_one_decides()
    {
        Assert.Null(ExerciseResponse.Of(null, 90, new PressureIndex(0), new PressureIndex(0), Rule).Positive);
        Assert.True(ExerciseResponse.Of(120, 80, null, null, Rule).Positive);
        Assert.False(ExerciseResponse.Of(null, null, new PressureIndex(90), new PressureIndex(90), Rule).Positive);
    }

    [Theory]
    [InlineData(29.9, true)]
    [InlineData(30.0, false)]
    [InlineData(null, false)]
    public void A_toe_below_thirty_degrees_is_cold_and_an_unknown_one_is_not(double? celsius, bool cold) =>
        Assert.Equal(cold, ToeTemperature.Flags(celsius, Rule).Count > 0);

    [Fact]
    public void No_skin_has_such_a_temperature() => Assert.Throws<ArgumentOutOfRangeException>(() => ToeTemperature.Flags(98.6, Rule));

    private static VesselPressure.Measured Mm(int mmHg) => new(mmHg);
}
