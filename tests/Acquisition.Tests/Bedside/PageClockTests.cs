using Vascular.Acquisition.Bedside.Live;

namespace Vascular.Acquisition.Tests.Bedside;

public class PageClockTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void Before_eight_round_trips_no_event_has_a_time()
    {
        var clock = new PageClock();
        for (int i = 0; i < PageClock.Rounds - 1; i++)
        {
            Assert.False(clock.Add(i, i + 10, 5));
            Assert.Null(clock.Map(5, Second));
        }

        Assert.True(clock.Add(7, 17, 5));
        Assert.NotNull(clock.Map(5, Second));
    }

    [Fact]
    public void The_shortest_round_trip_counts_and_half_of_it_is_the_uncertainty()
    {
        var clock = new PageClock();
        Measure(clock, Second, pageMs: 500, bestNs: 2_000_000, otherNs: 60_000_000);
        // 500 ms on the page were the middle of the shortest trip: 1 s and 1 ms here.
        Assert.Equal((Second + 1_000_000, 1_000_000), clock.Map(500, Second));
        Assert.Equal((Second + 1_000_000 - 30_000_000, 1_000_000), clock.Map(470, Second));
    }

    [Fact]
    public void The_rate_of_a_slow_clock_is_taken_from_two_measurements()
    {
        // the page loses 100 µs a second (100 ppm)
        var clock = new PageClock();
        Measure(clock, 0, pageMs: 0, bestNs: 0, otherNs: 1000);
        Measure(clock, 10 * Second, pageMs: 10_000 * (1 - 100e-6), bestNs: 0, otherNs: 1000);
        (long at, _) = clock.Map(20_000 * (1 - 100e-6), 20 * Second)!.Value;
        Assert.InRange(at, (20 * Second) - 20_000, (20 * Second) + 20_000);
    }

    [Fact]
    public void A_disturbed_second_measurement_does_not_bend_the_rate()
    {
        var clock = new PageClock();
        Measure(clock, 0, pageMs: 0, bestNs: 0, otherNs: 1000);
        Measure(clock, 10 * Second, pageMs: 9_000, bestNs: 0, otherNs: 1000);
        Assert.Equal((11 * Second, 0), clock.Map(10_000, 11 * Second));
    }

    [Fact]
    public void A_clock_that_was_not_measured_for_long_is_not_believed()
    {
        var clock = new PageClock();
        Measure(clock, 0, pageMs: 0, bestNs: 0, otherNs: 1000);
        Assert.NotNull(clock.Map(1, PageClock.LongestAgeNs));
        Assert.Null(clock.Map(1, PageClock.LongestAgeNs + 1));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_a_page_makes_up_is_no_time(double pageMs)
    {
        var clock = new PageClock();
        Assert.False(clock.Add(0, 1, pageMs));
        Measure(clock, 0, pageMs: 0, bestNs: 0, otherNs: 1000);
        Assert.Null(clock.Map(pageMs, 1));
    }

    private static void Measure(PageClock clock, long sentNs, double pageMs, long bestNs, long otherNs)
    {
        for (int i = 0; i < PageClock.Rounds; i++)
        {
            clock.Add(sentNs, sentNs + (i == 3 ? bestNs : otherNs), pageMs);
        }
    }
}
