using FsCheck.Xunit;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests.Oxygen;

[Properties(Replay = "20260301,1", QuietOnSuccess = true, MaxTest = 500)]
public sealed class ProvocationTests
{
    private static readonly RuleSet Set = Rules.Default;

    [Fact]
    public void Oxygen_may_climb_fast_and_is_read_at_the_end_of_its_time()
    {
        Provocation fold = Oxygen();
        Feed(fold, 0, 599, t => 300 - 260 * Math.Exp(-t / 70));
        Assert.Equal(MeasurementState.Running, fold.Result.State);
        Feed(fold, 599, 700, t => 300 - 260 * Math.Exp(-t / 70));
        Assert.Equal((MeasurementState.Measured, 600_000_000_000), (fold.Result.State, fold.Result.AtNs));
        Assert.Equal(300, fold.Result.TensionMmHg!.Value, 0);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(300, 320)]
    public void A_gap_within_its_time_makes_it_unreadable(int from, int to)
    {
        Provocation fold = Oxygen();
        Feed(fold, 0, 700, t => t >= from && t < to ? double.NaN : 40);
        Assert.Equal((MeasurementState.Unreadable, PlateauFlags.Gap), (fold.Result.State, fold.Result.Flags));
        Assert.Null(fold.Result.TensionMmHg);
    }

    [Fact]
    public void Lifting_the_electrode_makes_it_unreadable_and_lifting_it_afterwards_does_not()
    {
        Provocation lifted = Oxygen(), done = Oxygen();
        Feed(lifted, 0, 300, _ => 40);
        lifted.LiftOff(300_000_000_000);
        Feed(lifted, 300, 700, _ => 40);
        Assert.Equal((MeasurementState.Unreadable, PlateauFlags.LiftOff), (lifted.Result.State, lifted.Result.Flags));
        Feed(done, 0, 601, _ => 40);
        done.LiftOff(601_000_000_000);
        Assert.Equal(MeasurementState.Measured, done.Result.State);
    }

    [Fact]
    public void A_fall_with_the_leg_raised_is_judged_only_where_the_limit_is_meant()
    {
        Assert.Equal(new LegElevation(14, true), LegElevation.Of(Tension(32), Tension(18), Set.Oxygen));
        Assert.Equal(new LegElevation(15, false), LegElevation.Of(Tension(32), Tension(17), Set.Oxygen));
        Assert.Equal(new LegElevation(20, null), LegElevation.Of(Tension(41), Tension(21), Set.Oxygen));
        Assert.Equal(new LegElevation(5, null), LegElevation.Of(Tension(19), Tension(14), Set.Oxygen));
        Assert.Equal(new LegElevation(-3, true), LegElevation.Of(Tension(20), Tension(23), Set.Oxygen));
    }

    [Fact]
    public void The_perfusion_index_is_taken_from_the_decimals_and_printed_half_up()
    {
        Assert.Equal("0.49", RegionalPerfusionIndex.Of(Tension(29.5), Tension(60), Set.Oxygen).Index.ToString());
        Assert.Equal("0.01", RegionalPerfusionIndex.Of(Tension(0.5), Tension(100), Set.Oxygen).Index.ToString());
        Assert.Equal("0.00", RegionalPerfusionIndex.Of(Tension(-1.5), Tension(60), Set.Oxygen).Index.ToString());
        Assert.Null(RegionalPerfusionIndex.Of(Tension(30), null, Set.Oxygen).Index);
        Assert.Equal([RegionalPerfusionIndex.ChestReferenceLow], RegionalPerfusionIndex.Of(Tension(30), Tension(0), Set.Oxygen).Doubts);
        Assert.Null(RegionalPerfusionIndex.Of(Tension(30), Tension(0), Set.Oxygen).Index);
        Assert.Equal([RegionalPerfusionIndex.ChestReferenceLow], RegionalPerfusionIndex.Of(Tension(30), Tension(39.9), Set.Oxygen).Doubts);
        Assert.Empty(RegionalPerfusionIndex.Of(Tension(60.2), Tension(60), Set.Oxygen).Doubts);
        Assert.Equal([RegionalPerfusionIndex.Above1], RegionalPerfusionIndex.Of(Tension(60.3), Tension(60), Set.Oxygen).Doubts);
    }

    [Property]
    public void The_grade_never_rises_when_the_tension_rises(ushort tenths)
    {
        OxygenTension lower = Tension(tenths % 1000 / 10.0), higher = Tension((tenths % 1000 + 1) / 10.0);
        Assert.True(higher.WifiGrade <= lower.WifiGrade);
        Assert.True(higher.Printed >= lower.Printed);
    }

    [Theory]
    [InlineData("-2.1")]
    [InlineData("800.1")]
    [InlineData("999")]
    public void Values_that_no_skin_has_are_refused(string text)
    {
        Assert.True(WrittenNumber.TryRead(text, out WrittenNumber number));
        Assert.False(OxygenTension.TryOf(number, Set, out _));
    }

    [Fact]
    public void The_air_point_falls_with_water_and_altitude()
    {
        Assert.Equal(159.2, AirPoint.Of(760, 22, 0).OxygenMmHg, 1);
        Assert.Equal(145.7, AirPoint.Of(760, 43, 100).OxygenMmHg, 1);
        Assert.Equal(130.7, AirPoint.Of(630, 22, 30).OxygenMmHg, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => AirPoint.Of(1013, 22, 50));
        Assert.Throws<ArgumentOutOfRangeException>(() => AirPoint.Of(760, 22, 101));
        Assert.Throws<ArgumentOutOfRangeException>(() => AirPoint.Of(760, double.NaN, 50));
    }

    [Fact]
    public void A_leg_that_hangs_down_and_a_limb_that_walks_are_differences_without_a_limit()
    {
        Assert.Equal(9, LegDependency.Of(Written("20.4"), Written("28.5")).RiseMmHg);
        Assert.Equal(-3, LegDependency.Of(Written("20"), Written("17")).RiseMmHg);
        // limb 40.5 to 22, chest 60 to 57.5: 18.5 fallen, 2.5 of it everywhere
        Assert.Equal("-16", ExerciseDrop.Of(Written("40.5"), Written("22"), Written("60"), Written("57.5")).MmHg.ToString());
    }

    private static OxygenTension Written(string text)
    {
        Assert.True(WrittenNumber.TryRead(text, out WrittenNumber mmHg));
        Assert.True(OxygenTension.TryOf(mmHg, Set, out OxygenTension tension));
        return tension;
    }

    private static Provocation Oxygen() => new(Set.Plateau, 0, Set.Oxygen.ChallengeS);

    private static OxygenTension Tension(double mmHg) =>
        OxygenTension.TryOf(WrittenNumber.Near(mmHg), Set, out OxygenTension tension) ? tension : throw new ArgumentOutOfRangeException(nameof(mmHg));

    private static void Feed(Provocation fold, int fromS, int toS, Func<double, double> trace)
    {
        for (int s = fromS; s < toS; s++)
        {
            fold.Take(s * 1_000_000_000L, trace(s));
        }
    }
}
