using Microsoft.Extensions.Time.Testing;
using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Tests.Publishing;

public sealed class ResendTimesTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void A_row_is_due_at_once_then_after_a_minute_doubling_to_an_hour()
    {
        ResendTimes turns = new(time);
        Assert.Equal([7L], turns.Due([7]));
        int[] minutes = [1, 2, 4, 8, 16, 32, 60, 60];
        foreach (int wait in minutes)
        {
            turns.Published(7);
            Assert.Equal(TimeSpan.FromMinutes(wait), turns.UntilNext());
            time.Advance(TimeSpan.FromMinutes(wait) - TimeSpan.FromTicks(1));
            Assert.Empty(turns.Due([7]));
            time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal([7L], turns.Due([7]));
        }
    }

    [Fact]
    public void Rows_keep_their_order_and_each_its_own_turn()
    {
        ResendTimes turns = new(time);
        turns.Published(1);
        time.Advance(TimeSpan.FromSeconds(30));
        turns.Published(2);
        Assert.Equal([3L], turns.Due([1, 2, 3]));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([1L, 3L], turns.Due([1, 2, 3]));
        Assert.Equal(TimeSpan.Zero, turns.UntilNext());
    }

    [Fact]
    public void A_settled_row_is_forgotten_and_a_hurried_one_is_due_now()
    {
        ResendTimes turns = new(time);
        turns.Published(1);
        turns.Published(2);
        turns.Hurry(2);
        Assert.Equal([2L], turns.Due([1, 2]));
        Assert.Empty(turns.Due([]));
        Assert.Null(turns.UntilNext());
    }

    [Fact]
    public void A_step_of_the_wall_clock_changes_no_turn()
    {
        SteppedClock clock = new();
        ResendTimes turns = new(clock);
        turns.Published(1);
        clock.Wall = clock.Wall.AddDays(1);
        Assert.Empty(turns.Due([1]));
        clock.Monotonic = TimeSpan.FromMinutes(1);
        clock.Wall = clock.Wall.AddDays(-7);
        Assert.Equal([1L], turns.Due([1]));
    }

    /// <summary>Wall clock and monotonic clock move apart, as they do when somebody sets the time.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = new(2026, 1, 15, 9, 0, 0, TimeSpan.Zero);

        public TimeSpan Monotonic { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Monotonic.Ticks;
    }
}
