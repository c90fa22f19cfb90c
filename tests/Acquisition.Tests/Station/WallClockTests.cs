using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Capture;

namespace Vascular.Acquisition.Tests.Station;

public class WallClockTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_step_of_the_wall_clock_adds_an_anchor_and_moves_nothing()
    {
        var time = new SteppingTime();
        var clock = new StationClock(time);
        var stepped = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bench = new LiveStation(clock, time) { WallClockStepped = by => stepped.TrySetResult(by) };
        var files = new MemoryTapeFiles();
        using TapeKeys keys = TapeKeys.InMemory();
        Guid id = Guid.Parse("01890000-0000-7000-8000-000000000001");
        using TapeWriter tape = TapeWriter.Create(files, new TapeOrigin(id, "bedside-box-01", "0.0.0"), keys, clock.UtcZeroNs);
        var settings = new ExaminationSettings { Channels = [], Protocol = LiveExamination.StandardProtocol, RuleVersion = "test" };
        using Examination examination = Examination.Begin(id, tape, settings, 1, bench, new NoChart());
        bench.Begin(examination);
        using var stop = new CancellationTokenSource();
        Task running = bench.RunAsync(stop.Token);
        time.Step = TimeSpan.FromHours(1);
        TimeSpan by = await stepped.Task.WaitAsync(Deadline);
        await stop.CancelAsync();
        await running.WaitAsync(Deadline);

        Assert.InRange(by.TotalSeconds, 3599, 3601);
        TapeAnchor[] anchors = [.. new TapeReader(files, keys).Read().Where(r => r.Record.Type == TapeRecordType.Anchor).Select(r => TapeAnchor.Of(r.Record)!.Value)];
        Assert.Equal(2, anchors.Length);
        Assert.InRange((anchors[1].UtcNs - anchors[0].UtcOf(anchors[1].AtNs)) / 1e9, 3599, 3601);
        Assert.Equal(anchors[0], examination.Fold.Anchor);
    }

    /// <summary>The machine's time, with a wall clock that somebody sets.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        private long _stepTicks;

        public TimeSpan Step
        {
            set => Interlocked.Exchange(ref _stepTicks, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _stepTicks));

        public override long GetTimestamp() => System.GetTimestamp();

        public override long TimestampFrequency => System.TimestampFrequency;
    }

    private sealed class NoChart : IChart
    {
        public void Commit(ActEffect effect)
        {
        }

        public void Sealed(TapeSeal seal)
        {
        }

        public void Ended(ActEffect end)
        {
        }
    }
}
