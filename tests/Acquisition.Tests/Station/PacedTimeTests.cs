using Microsoft.Extensions.Time.Testing;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Station;

public class PacedTimeTests
{
    [Fact]
    public void Simulated_time_runs_at_its_speed_and_goes_on_from_where_it_changed()
    {
        var wall = new FakeTimeProvider();
        var paced = new PacedTime(10, wall);
        wall.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(20_000_000_000, paced.NowNs);
        Assert.True(paced.HasCome(20_000_000_000));
        Assert.False(paced.HasCome(20_100_000_000));
        paced.Change(1, paced.NowNs);
        wall.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(22_000_000_000, paced.NowNs);
    }

    /// <summary>Half a second ago is five seconds of the tape at ten times speed; but a world that hung for it stands where it stood.</summary>
    [Fact]
    public void A_moment_that_passed_is_where_the_world_stood_then()
    {
        var wall = new FakeTimeProvider();
        var paced = new PacedTime(10, wall);
        wall.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(15_000_000_000, paced.Was(500_000_000, worldNs: 20_000_000_000));
        Assert.Equal(14_000_000_000, paced.Was(500_000_000, worldNs: 14_000_000_000));
        Assert.Equal(10_000_000_000, paced.Was(1_000_000_000, worldNs: 14_000_000_000));
        Assert.Equal(15_000_000_000, paced.Was(-100_000_000, worldNs: 14_000_000_000));
    }

    [Fact]
    public void What_is_asked_comes_before_what_is_waited_for_and_nothing_is_taken_after_the_end()
    {
        var paced = new PacedTime(1, new FakeTimeProvider());
        var asked = new AskedQueue();
        int done = 0;
        Assert.True(asked.TryAdd(() => done++));
        paced.WaitUntil(3_600_000_000_000, asked)!();
        Assert.Equal(1, done);
        Assert.Null(paced.WaitUntil(0, asked));
        for (int i = 0; i < AskedQueue.Most; i++)
        {
            Assert.True(asked.TryAdd(() => done++));
        }

        Assert.False(asked.TryAdd(() => done++));
        Assert.Equal(AskedQueue.Most, asked.Close().Count);
        Assert.False(asked.TryAdd(() => done++));
    }
}
