using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Tests;

public sealed class ClockTests
{
    [Fact]
    public void Events_run_by_time_then_source_then_order_of_scheduling()
    {
        VirtualClock clock = new();
        List<string> ran = [];
        clock.Schedule(20, 1, () => ran.Add("20/1"));
        clock.Schedule(10, 2, () => ran.Add("10/2 first"));
        clock.Schedule(10, 2, () => ran.Add("10/2 second"));
        clock.Schedule(10, 1, () => clock.Schedule(10, 0, () => ran.Add("10/0 late")));

        while (clock.RunNext())
        {
        }

        Assert.Equal(["10/0 late", "10/2 first", "10/2 second", "20/1"], ran);
        Assert.Equal(20, clock.NowNs);
    }

    [Fact]
    public void The_past_cannot_be_scheduled()
    {
        VirtualClock clock = new();
        clock.RunUntil(100);

        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Schedule(99, 0, () => { }));
    }

    [Fact]
    public void More_events_than_the_bound_are_refused()
    {
        VirtualClock clock = new();
        for (int i = 0; i < VirtualClock.MostWaiting; i++)
        {
            clock.Schedule(i, 0, () => { });
        }

        Assert.Throws<InvalidOperationException>(() => clock.Schedule(1, 0, () => { }));
    }

    [Fact]
    public void Random_numbers_are_the_published_ones_of_their_generator()
    {
        // SplitMix64 from state 1234567; the empty name's hash is undone by the seed
        SeededStream stream = new(1234567 ^ 14695981039346656037, "");

        ulong[] published = [6457827717110365317, 3203168211198807973, 9817491932198370423];
        ulong[] drawn = [stream.Next(), stream.Next(), stream.Next()];

        Assert.Equal(published, drawn);
    }

    [Fact]
    public void Streams_of_one_seed_differ_by_name()
    {
        Assert.NotEqual(new SeededStream(7, "heart").Next(), new SeededStream(7, "sensor").Next());
    }
}
