using System.Threading.Channels;
using Vascular.Acquisition.Station;
using Vascular.Devices;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Tests.Station;

public sealed class SupervisedLinkTests : IAsyncLifetime, IDisposable
{
    private const int Seed = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TimerTime time = new();
    private readonly StationClock clock;
    private readonly Channel<LinkEvent> events = LinkEvent.Queue();
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];

    public SupervisedLinkTests() => clock = new StationClock(time);

    public void Dispose() => stop.Dispose();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(Patience);
    }

    [Fact]
    public async Task An_opened_link_is_recorded_with_path_and_identity_and_its_bytes_as_they_came()
    {
        var link = new ScriptedLink(clock, "/dev/ttyUSB0 inode 9", "usb-FTDI_A5");
        Start("ppg-1", null, _ => ValueTask.FromResult<ILink>(link));

        LinkEvent open = await NextAsync();
        Assert.Equal(("ppg-1", RecordKind.Open, "/dev/ttyUSB0 inode 9", "usb-FTDI_A5"), (open.Link, open.Kind, open.Text, open.Identity));

        time.Advance(TimeSpan.FromMilliseconds(3));
        link.Say(1, 2);
        LinkEvent first = await NextAsync();
        time.Advance(TimeSpan.FromMilliseconds(4));
        link.Say(3, 4);
        LinkEvent second = await NextAsync();
        Assert.Equal((RecordKind.Bytes, 3_000_000), (first.Kind, first.AtNs));
        Assert.Equal((RecordKind.Bytes, 7_000_000), (second.Kind, second.AtNs));
        Assert.Equal([1, 2], first.Bytes.ToArray());
        Assert.Equal([3, 4], second.Bytes.ToArray());
    }

    [Fact]
    public async Task Modem_lines_are_told_when_they_are_known_and_when_they_change_and_not_between()
    {
        var link = new ScriptedLink(clock) { Inputs = SerialInputs.ClearToSend };
        var told = Channel.CreateUnbounded<SerialInputs>();
        var supervised = new SupervisedLink("par-1", null, _ => ValueTask.FromResult<ILink>(link), events.Writer, clock, time, new Random(Seed)) { Inputs = inputs => told.Writer.TryWrite(inputs) };
        running.Add(supervised.RunAsync(stop.Token));
        Assert.Equal(RecordKind.Open, (await NextAsync()).Kind);
        await LookedAsync();
        Assert.Equal(SerialInputs.ClearToSend, await told.Reader.ReadAsync());
        time.Advance(LinkConnection.InputsEvery);
        await LookedAsync();
        Assert.False(told.Reader.TryRead(out _));
        link.Inputs = SerialInputs.ClearToSend | SerialInputs.DataSetReady;
        time.Advance(LinkConnection.InputsEvery);
        await LookedAsync();
        Assert.Equal(SerialInputs.ClearToSend | SerialInputs.DataSetReady, await told.Reader.ReadAsync());

        async Task LookedAsync()
        {
            while (await time.NextWaitAsync() != LinkConnection.InputsEvery)
            {
                // a wait of the supervision
            }
        }
    }

    [Fact]
    public async Task A_missing_device_is_asked_for_again_with_growing_jittered_waits_of_at_most_a_second_for_ever()
    {
        int attempts = 0;
        SupervisedLink supervised = Start("cuff-1", null, _ =>
        {
            attempts++;
            throw new IOException("no such port: /dev/ttyUSB9, plug it in or correct devices[0].link.path");
        });

        var jitter = new Random(Seed);
        for (int attempt = 0; attempt < 3000; attempt++)
        {
            TimeSpan wait = await time.NextWaitAsync();
            Assert.Equal(attempt + 1, attempts);
            TimeSpan whole = TimeSpan.FromMilliseconds(Math.Min(1000, 100 * Math.Pow(2, Math.Min(attempt, 20))));
            TimeSpan expected = whole * (0.5 + (0.5 * jitter.NextDouble()));
            Assert.InRange(wait, expected - TimeSpan.FromMilliseconds(1), expected); // timers count whole milliseconds
            time.Advance(wait);
        }

        Assert.Equal("no such port: /dev/ttyUSB9, plug it in or correct devices[0].link.path", supervised.Status.Problem);
        Assert.False(supervised.Status.Connected);
        Assert.False(events.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_lost_line_is_closed_with_its_reason_and_opened_again()
    {
        ScriptedLink[] links = [new(clock, "first"), new(clock, "second")];
        int opened = 0;
        SupervisedLink supervised = Start("ppg-1", null, _ => ValueTask.FromResult<ILink>(links[opened++]));
        Assert.Equal(RecordKind.Open, (await NextAsync()).Kind);

        links[0].Lose("/dev/ttyUSB0 lost: the device file is gone");
        LinkEvent closed = await NextAsync();
        Assert.Equal((RecordKind.Closed, "/dev/ttyUSB0 lost: the device file is gone"), (closed.Kind, closed.Text));

        time.Advance(await time.NextWaitAsync());
        LinkEvent open = await NextAsync();
        Assert.Equal((RecordKind.Open, "second"), (open.Kind, open.Text));
        Assert.True(links[0].Disposed);
        Assert.Equal("second", supervised.Status.Path);
    }

    [Fact]
    public async Task A_link_that_opens_and_dies_at_once_is_not_asked_for_in_a_rush()
    {
        int opened = 0;
        Start("ppg-1", null, _ =>
        {
            opened++;
            var link = new ScriptedLink(clock);
            link.Lose("gone");
            return ValueTask.FromResult<ILink>(link);
        });

        for (int attempt = 0; attempt < 6; attempt++)
        {
            TimeSpan wait = await time.NextWaitAsync();
            Assert.Equal(attempt + 1, opened);
            Assert.True(wait >= SupervisedLink.FirstDelay * 0.5 * Math.Min(10, 1 << attempt), $"wait {attempt} was {wait}");
            time.Advance(wait);
        }
    }

    [Fact]
    public async Task After_a_good_connection_the_first_attempt_comes_at_once_and_waits_start_small_again()
    {
        var link = new ScriptedLink(clock);
        int opened = 0;
        Start("ppg-1", null, _ => opened++ == 3 ? ValueTask.FromResult<ILink>(link) : throw new IOException("absent"));
        for (int attempt = 0; attempt < 3; attempt++)
        {
            time.Advance(await time.NextWaitAsync());
        }

        Assert.Equal(RecordKind.Open, (await NextAsync()).Kind);
        time.Advance(SupervisedLink.SettledAfter);
        link.Lose("gone");
        Assert.Equal(RecordKind.Closed, (await NextAsync()).Kind);

        TimeSpan wait = await time.NextWaitAsync();
        Assert.Equal(5, opened);
        Assert.InRange(wait, SupervisedLink.FirstDelay * 0.5, SupervisedLink.FirstDelay);
    }

    [Fact]
    public async Task Silence_is_recorded_once_at_its_limit_and_ends_with_the_first_byte()
    {
        var link = new ScriptedLink(clock);
        SupervisedLink supervised = Start("ppg-1", SupervisedLink.StreamingSilence, _ => ValueTask.FromResult<ILink>(link));
        await NextAsync();

        Assert.Equal(TimeSpan.FromSeconds(2), await time.NextWaitAsync());
        time.Advance(TimeSpan.FromSeconds(2));
        LinkEvent silent = await NextAsync();
        Assert.Equal((RecordKind.Silent, 2_000_000_000), (silent.Kind, silent.AtNs));
        Assert.True(supervised.Status.Silent);

        time.Advance(TimeSpan.FromHours(1));
        link.Say(9);
        LinkEvent heard = await NextAsync();
        LinkEvent bytes = await NextAsync();
        Assert.Equal((RecordKind.Heard, RecordKind.Bytes), (heard.Kind, bytes.Kind));
        Assert.Equal(heard.AtNs, bytes.AtNs);
        Assert.False(supervised.Status.Silent);
    }

    [Fact]
    public async Task Each_read_starts_the_silence_limit_anew()
    {
        var link = new ScriptedLink(clock);
        Start("ppg-1", TimeSpan.FromSeconds(2), _ => ValueTask.FromResult<ILink>(link));
        await NextAsync();
        for (byte count = 0; count < 10; count++)
        {
            await time.NextWaitAsync();
            time.Advance(TimeSpan.FromSeconds(1.9));
            link.Say(count);
            Assert.Equal(RecordKind.Bytes, (await NextAsync()).Kind);
        }
    }

    [Fact]
    public async Task A_device_that_is_silent_when_idle_is_never_reported()
    {
        var link = new ScriptedLink(clock);
        Start("cuff-1", null, _ => ValueTask.FromResult<ILink>(link));
        await NextAsync();
        time.Advance(TimeSpan.FromHours(8));
        link.Say(2);
        Assert.Equal(RecordKind.Bytes, (await NextAsync()).Kind);
        Assert.Equal(0, time.PendingWaits);
    }

    [Fact]
    public async Task A_write_reaches_the_device_and_a_failed_one_is_recorded()
    {
        var link = new ScriptedLink(clock);
        SupervisedLink supervised = Start("cuff-1", null, _ => ValueTask.FromResult<ILink>(link));
        await NextAsync();

        Assert.True(await supervised.WriteAsync(new byte[] { 1 }, stop.Token).WaitAsync(Patience));
        link.OnWrite = _ => throw new IOException("did not take 1 bytes within 2 s");
        Assert.False(await supervised.WriteAsync(new byte[] { 2 }, stop.Token).WaitAsync(Patience));

        LinkEvent failed = await NextAsync();
        Assert.Equal((RecordKind.WriteFailed, "did not take 1 bytes within 2 s"), (failed.Kind, failed.Text));
        Assert.Equal([[1]], link.Written);
    }

    [Fact]
    public async Task A_write_to_a_device_that_is_not_there_is_recorded_as_failed()
    {
        SupervisedLink supervised = Start("cuff-1", null, _ => throw new IOException("absent"));
        await time.NextWaitAsync();
        Assert.False(await supervised.WriteAsync(new byte[] { 1 }, stop.Token).WaitAsync(Patience));
        LinkEvent failed = await NextAsync();
        Assert.Equal((RecordKind.WriteFailed, "not connected"), (failed.Kind, failed.Text));
    }

    [Fact]
    public async Task Sends_of_a_lost_connection_fail_and_are_never_carried_to_the_next()
    {
        ScriptedLink[] links = [new(clock, "first"), new(clock, "second")];
        links[0].OnWrite = cancel => Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
        int opened = 0;
        SupervisedLink supervised = Start("cuff-1", null, _ => ValueTask.FromResult<ILink>(links[opened++]));
        await NextAsync();
        Task<bool> writing = supervised.WriteAsync(new byte[] { 1 }, stop.Token);
        Task<bool> waiting = supervised.WriteAsync(new byte[] { 2 }, stop.Token);

        links[0].Lose("gone");

        Assert.Equal([RecordKind.WriteFailed, RecordKind.WriteFailed, RecordKind.Closed], [(await NextAsync()).Kind, (await NextAsync()).Kind, (await NextAsync()).Kind]);
        Assert.False(await writing);
        Assert.False(await waiting);
        time.Advance(await time.NextWaitAsync());
        Assert.Equal(RecordKind.Open, (await NextAsync()).Kind);
        Assert.True(await supervised.WriteAsync(new byte[] { 3 }, stop.Token).WaitAsync(Patience));
        Assert.Equal([[3]], links[1].Written);
    }

    [Fact]
    public async Task Sends_wait_in_a_bounded_queue_and_one_too_many_is_refused_at_once()
    {
        var link = new ScriptedLink(clock);
        var inWrite = new TaskCompletionSource();
        link.OnWrite = cancel =>
        {
            inWrite.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
        };
        SupervisedLink supervised = Start("cuff-1", null, _ => ValueTask.FromResult<ILink>(link));
        await NextAsync();
        _ = supervised.WriteAsync(new byte[] { 0 }, stop.Token);
        await inWrite.Task.WaitAsync(Patience);
        Task<bool>[] queued = [.. Enumerable.Range(0, LinkConnection.SendQueueLength).Select(_ => supervised.WriteAsync(new byte[] { 1 }, stop.Token))];

        Assert.False(await supervised.WriteAsync(new byte[] { 2 }, stop.Token).WaitAsync(Patience));
        Assert.Equal(RecordKind.WriteFailed, (await NextAsync()).Kind);
        Assert.DoesNotContain(queued, send => send.IsCompleted);
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_device_that_hangs_while_opening_delays_no_other()
    {
        var streaming = new ScriptedLink(clock);
        Start("dead", null, async cancel =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
            throw new IOException("never");
        });
        Start("alive", null, _ => ValueTask.FromResult<ILink>(streaming));
        Assert.Equal(("alive", RecordKind.Open), ((await NextAsync()) is var open ? (open.Link, open.Kind) : default));
        for (int count = 0; count < 1000; count++)
        {
            streaming.Say((byte)count);
            LinkEvent heard = await NextAsync();
            Assert.Equal(("alive", RecordKind.Bytes, (byte)count), (heard.Link, heard.Kind, heard.Bytes.Span[0]));
        }
    }

    [Fact]
    public async Task A_full_queue_stops_the_reading_and_loses_nothing()
    {
        const int Arrivals = 6000;
        var link = new ScriptedLink(clock) { Watch = (LinkEvent.QueueLength, new TaskCompletionSource()) };
        for (int count = 0; count < Arrivals; count++)
        {
            link.Say((byte)count, (byte)(count >> 8));
        }

        Start("ppg-1", null, _ => ValueTask.FromResult<ILink>(link));
        await link.Watch.Reached.Task.WaitAsync(Patience);

        // Open and all but one of the arrivals fill the queue; the last one waits for room, so nothing more is read
        Assert.Equal(LinkEvent.QueueLength, link.Pulled);
        Assert.Equal(RecordKind.Open, (await NextAsync()).Kind);
        for (int count = 0; count < Arrivals; count++)
        {
            Assert.Equal([(byte)count, (byte)(count >> 8)], (await NextAsync()).Bytes.ToArray());
        }
    }

    [Fact]
    public void The_queue_to_the_recorder_refuses_when_full_and_drops_nothing()
    {
        for (int count = 0; count < LinkEvent.QueueLength; count++)
        {
            Assert.True(events.Writer.TryWrite(new LinkEvent("ppg-1", RecordKind.Tick, count)));
        }

        Assert.False(events.Writer.TryWrite(new LinkEvent("ppg-1", RecordKind.Tick, -1)));
        Assert.True(events.Reader.TryRead(out LinkEvent oldest));
        Assert.Equal(0, oldest.AtNs);
    }

    [Fact]
    public async Task A_stop_closes_the_line_and_ends_normally()
    {
        var link = new ScriptedLink(clock);
        Start("ppg-1", SupervisedLink.StreamingSilence, _ => ValueTask.FromResult<ILink>(link));
        await NextAsync();
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(Patience);
        LinkEvent closed = await NextAsync();
        Assert.Equal((RecordKind.Closed, "stopped"), (closed.Kind, closed.Text));
        Assert.True(link.Disposed);
    }

    [Fact]
    public async Task A_stop_with_a_full_queue_waits_a_second_for_room_and_no_longer()
    {
        var link = new ScriptedLink(clock) { Watch = (LinkEvent.QueueLength, new TaskCompletionSource()) };
        for (int count = 0; count < LinkEvent.QueueLength + 10; count++)
        {
            link.Say(1);
        }

        Start("ppg-1", null, _ => ValueTask.FromResult<ILink>(link));
        await link.Watch.Reached.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        Assert.Equal(LinkRecorder.LastWordLimit, await time.NextWaitAsync());
        Assert.False(running[0].IsCompleted);
        time.Advance(LinkRecorder.LastWordLimit);
        await running[0].WaitAsync(Patience);
        Assert.True(link.Disposed);
    }

    private SupervisedLink Start(string name, TimeSpan? silence, OpenLink open)
    {
        var supervised = new SupervisedLink(name, silence, open, events.Writer, clock, time, new Random(Seed));
        running.Add(Task.Run(() => supervised.RunAsync(stop.Token)));
        return supervised;
    }

    private async Task<LinkEvent> NextAsync() => await events.Reader.ReadAsync().AsTask().WaitAsync(Patience);
}
