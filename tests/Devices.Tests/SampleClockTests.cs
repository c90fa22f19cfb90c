namespace Vascular.Devices.Tests;

public class SampleClockTests
{
    private const long Ms = 1_000_000;
    private const long Second = 1000 * Ms;

    [Fact]
    public void A_punctual_device_keeps_its_period_exactly()
    {
        SampleClock clock = new(75);
        for (long i = 0; i < 75 * 600; i++)
        {
            long truth = Second + i * Second / 75;
            Assert.InRange(clock.Next(truth, 0) - truth, -100, 100);
        }
    }

    [Fact]
    public void A_bundle_in_one_read_is_spread_over_the_time_before_it()
    {
        SampleClock clock = new(75);
        long[] times = [.. Enumerable.Range(0, 75).Select(i => clock.Next(5 * Second, 74 - i))];
        Assert.Equal(5 * Second, times[^1]);
        Assert.InRange(times[0], 5 * Second - 74 * Second / 75 - 100, 5 * Second - 74 * Second / 75 + 100);
    }

    [Fact]
    public void Jitter_of_a_network_box_does_not_move_samples()
    {
        Random random = new(11);
        SampleClock clock = new(75);
        long last = 0;
        for (long i = 0; i < 75 * 300; i++)
        {
            long truth = Second + i * Second / 75;
            long at = clock.Next(truth + random.NextInt64(50 * Ms), 0);
            Assert.InRange(at - truth, -1 * Ms, i < 75 * 10 ? 51 * Ms : 3 * Ms);        // within 10 s on the line of the earliest arrivals
            Assert.InRange(at - last, i == 0 ? 0 : Second / 75 * 9 / 10, long.MaxValue);
            last = at;
        }
    }

    [Theory]
    [InlineData(0.004)]
    [InlineData(-0.004)]
    public void A_crystal_that_is_off_does_not_drift_away(double error)
    {
        SampleClock clock = new(75);
        double period = Second / 75.0 * (1 + error);
        for (long i = 0; i < 75 * 600; i++)
        {
            long truth = Second + (long)(i * period);
            Assert.InRange(clock.Next(truth, 0) - truth, -20 * Ms, 20 * Ms);
        }
    }

    [Fact]
    public void A_pause_of_the_device_is_a_jump_and_not_a_slow_slide()
    {
        SampleClock clock = new(75);
        long at = 0;
        for (long i = 0; i < 750; i++)
        {
            at = clock.Next(i * Second / 75, 0);
        }

        Assert.Equal(at + 7 * Second, clock.Next(at + 7 * Second, 0));
    }

    [Fact]
    public void A_stalled_line_that_delivers_late_moves_no_sample()
    {
        SampleClock clock = new(75);
        for (long i = 0; i < 750; i++)
        {
            clock.Next(i * Second / 75, 0);
        }

        for (long i = 750; i < 1050; i++)       // four seconds come in one read
        {
            long truth = i * Second / 75;
            Assert.InRange(clock.Next(1050 * Second / 75, 1049 - i) - truth, 0, Second / 75 + 100);
        }
    }

    [Fact]
    public void Frames_known_to_be_lost_take_their_time_with_them()
    {
        SampleClock clock = new(75);
        long first = clock.Next(Second, 0);
        clock.Skip(9);
        Assert.InRange(clock.Next(Second + 10 * Second / 75, 0) - first, 10 * Second / 75 - 2, 10 * Second / 75 + 2);
    }

    [Fact]
    public void Times_rise_whatever_arrives()
    {
        Random random = new(5);
        SampleClock clock = new(75);
        long arrival = 0;
        long last = long.MinValue;
        for (int i = 0; i < 100_000; i++)
        {
            arrival += random.Next(100) == 0 ? random.NextInt64(3 * Second) : random.NextInt64(30 * Ms);
            if (random.Next(50) == 0)
            {
                clock.Skip(random.Next(100));
            }

            long at = clock.Next(arrival, random.Next(20) == 0 ? random.Next(200) : 0);
            Assert.True(at > last);
            last = at;
        }
    }
}
