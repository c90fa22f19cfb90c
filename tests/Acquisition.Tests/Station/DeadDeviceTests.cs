using System.Runtime.CompilerServices;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Capture;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Devices that hang in every call a driver can hang in, ignoring every stop, beside one that streams: an examination of the others begins, runs and ends.</summary>
public sealed class DeadDeviceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task One_dead_device_delays_no_other_and_no_end()
    {
        const int Reads = 500;
        TimerTime time = new();
        StationClock clock = new(time);
        MemoryTapeFiles files = new();
        using TapeKeys keys = TapeKeys.InMemory();
        Guid id = Guid.Parse("01890000-0000-7000-8000-000000000002");
        TapeWriter tape = TapeWriter.Create(files, new TapeOrigin(id, "bedside-box-01", "0.0.0"), keys, clock.UtcZeroNs);
        string[] names = ["opens-never", "reads-never", "closes-never", "throws", "ppg-1"];
        var settings = new ExaminationSettings
        {
            Channels = [.. names.Select(n => new ChannelSettings(n, "nonin7", Simulated: false, CuffLimitMmHg: null))],
            Protocol = LiveExamination.StandardProtocol,
            RuleVersion = "test",
        };
        List<LinkNotice> notices = [];
        LiveStation bench = new(clock, time) { Noticed = notices.Add };
        using Examination examination = Examination.Begin(id, tape, settings, 1, bench, new NoChart());
        bench.Begin(examination);
        ScriptedLink streaming = new(clock);
        var heard = new TaskCompletionSource();
        HangingLink deaf = new();
        ScriptedLink lost = new(clock);
        lost.Lose("gone");
        Add("opens-never", _ => new ValueTask<ILink>(new TaskCompletionSource<ILink>().Task));
        Add("reads-never", _ => ValueTask.FromResult<ILink>(deaf));
        Add("closes-never", _ => ValueTask.FromResult<ILink>(new HangingLink(lost)));
        Add("throws", _ => throw new InvalidOperationException("a driver's bug"));
        Add("ppg-1", _ => ValueTask.FromResult<ILink>(streaming));
        examination.Onlooker = new Counter(Reads, heard);
        for (int i = 0; i < Reads; i++)
        {
            streaming.Say(0x81, (byte)i);
        }

        using var stop = new CancellationTokenSource();
        Task running = bench.RunAsync(stop.Token);
        await heard.Task.WaitAsync(Deadline);       // time stands: nothing of it needs a time-out of another device
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        await time.UntilAsync(running.ContinueWith(_ => true, TaskScheduler.Default), LiveStation.CloseLimit);

        Assert.Contains(notices, n => n.Link == "throws" && n.Event == LinkNotice.NotConnected && n.Detail is { } why && why.Contains("a driver's bug", StringComparison.Ordinal));
        byte[] taped = [.. new TapeReader(files, keys).Read().Where(r => r.Record is { Type: TapeRecordType.Bytes, Link: 5 }).SelectMany(r => r.Record.Payload.ToArray())];
        Assert.Equal(Reads * 2, taped.Length);

        void Add(string name, OpenLink open) => bench.Add(new SupervisedLink(name, null, open, bench.Events, clock, time, new Random(1))
        {
            NotConnected = why => bench.NotConnected(name, why),
        });
    }

    [Fact]
    public async Task An_attempt_that_hangs_is_given_up_said_and_followed_by_another_and_what_opens_late_is_closed()
    {
        TimerTime time = new();
        StationClock clock = new(time);
        var events = LinkEvent.Queue();
        var late = new TaskCompletionSource<ILink>();
        ScriptedLink[] links = [new(clock), new(clock)];
        int attempts = 0;
        List<string> said = [];
        using var stop = new CancellationTokenSource();
        SupervisedLink link = new("ppg-1", null, _ => attempts++ == 0 ? new ValueTask<ILink>(late.Task) : ValueTask.FromResult<ILink>(links[1]), events.Writer, clock, time, new Random(1)) { NotConnected = said.Add };
        Task running = link.RunAsync(stop.Token);
        Assert.Equal(SupervisedLink.OpenLimit, await time.NextWaitAsync());
        time.Advance(SupervisedLink.OpenLimit);
        time.Advance(await time.NextWaitAsync());
        Assert.Equal("scripted", (await events.Reader.ReadAsync().AsTask().WaitAsync(Deadline)).Text);
        Assert.Equal("the line does not open within 10 s: ppg-1, unplug the device and plug it in again", Assert.Single(said));
        links[0].DisposedAsync = new TaskCompletionSource();
        late.SetResult(links[0]);
        await links[0].DisposedAsync!.Task.WaitAsync(Deadline);
        await stop.CancelAsync();
        await running.WaitAsync(Deadline);
    }

    private sealed class Counter(int reads, TaskCompletionSource heard) : IOnlooker
    {
        private int _left = reads;

        public void Folded(in TapeRecord record, ExaminationFold fold)
        {
            if (record is { Type: TapeRecordType.Bytes, Link: 5 } && --_left == 0)
            {
                heard.SetResult();
            }
        }

        public void Synced(ExaminationFold fold)
        {
        }
    }

    /// <summary>A driver that never comes back: from a read, or (over a link that ends) from closing.</summary>
    private sealed class HangingLink(ILink? reads = null) : ILink
    {
        public string Path => "hanging";

        public string? Identity => null;

        public async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            if (reads is null)
            {
                await new TaskCompletionSource().Task;
                yield break;
            }

            await foreach (Arrival arrival in reads.ReadAsync(cancel))
            {
                yield return arrival;
            }
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => new(new TaskCompletionSource().Task);

        public ValueTask DisposeAsync() => reads is null ? ValueTask.CompletedTask : new(new TaskCompletionSource().Task);
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
