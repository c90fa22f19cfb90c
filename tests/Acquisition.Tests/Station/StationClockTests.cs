using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

public sealed class StationClockTests
{
    private readonly SteppedTime time = new();

    [Fact]
    public void The_clock_is_nanoseconds_since_its_zero()
    {
        var clock = new StationClock(time);
        Assert.Equal(0, clock.NowNs);
        time.Advance(TimeSpan.FromTicks(123));
        Assert.Equal(12_300, clock.NowNs);
        time.Advance(TimeSpan.FromDays(3650));
        Assert.Equal(315_360_000_000_012_300, clock.NowNs);
    }

    [Fact]
    public void Its_zero_is_tied_to_UTC_once()
    {
        time.Advance(TimeSpan.FromHours(5));
        var clock = new StationClock(time);
        Assert.Equal((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100, clock.UtcZeroNs);
    }

    [Fact]
    public void A_step_of_the_wall_clock_is_told_and_moves_nothing()
    {
        var clock = new StationClock(time);
        long zero = clock.UtcZeroNs;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, clock.WallStepNs);

        time.WallStep = TimeSpan.FromSeconds(-30);

        Assert.Equal(-30_000_000_000, clock.WallStepNs);
        Assert.Equal(1_000_000_000, clock.NowNs);
        Assert.Equal(zero, clock.UtcZeroNs);
    }
}
