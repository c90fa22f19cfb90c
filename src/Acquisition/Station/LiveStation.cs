using System.Threading.Channels;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Devices;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>An examination on real lines: what the links bring, what people do and what falls due are put in order by one loop, the tape's only writer.</summary>
/// <remarks>Links are opened after the examination began, so that its tape has their first byte. The loop is never entered twice at once.</remarks>
public sealed class LiveStation : IBench, IBenchTime, IBedsideDoor
{
    private const long TickNs = 1_000_000_000;
    private const long CountNs = 60 * TickNs;
    private const int MostAsked = 256;

    /// <summary>How long a stop waits for the lines to close; a driver that hangs longer is left behind.</summary>
    public static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    /// <summary>The wall clock stepped when it differs by more than this from what the tape's time says: a slow drift is no step.</summary>
    private const long WallStepLimitNs = 500_000_000;

    private readonly Channel<LinkEvent> _events = LinkEvent.Queue();
    private readonly Channel<Action> _asked = System.Threading.Channels.Channel.CreateBounded<Action>(new BoundedChannelOptions(MostAsked) { SingleReader = true });
    private readonly PriorityQueue<Action, (long AtNs, long Order)> _due = new();
    private readonly Dictionary<string, SupervisedLink> _links = [];
    private readonly Dictionary<string, (CancellationTokenSource Stop, Task Done)> _running = [];
    private readonly Dictionary<string, LinkSettings> _lines = [];
    private readonly Dictionary<string, long> _wakes = [];
    private readonly Dictionary<string, WireWatch> _watches = [];
    private readonly ElectrodeWatch _electrodes = new();
    private readonly ITapeClock _clock;
    private readonly TimeProvider _time;
    private Examination? _examination;
    private CancellationToken _stopping;
    private long _beganNs;
    private long _tapeOffsetNs;
    private long _lookedNs;
    private long _countedNs;
    private long _wallStepNs;
    private long _scheduled;

    public LiveStation(ITapeClock clock, TimeProvider time) => (_clock, _time) = (clock, time);

    /// <summary>Where the links put their events.</summary>
    public ChannelWriter<LinkEvent> Events => _events.Writer;

    /// <summary>Told of what the person at the bedside must know of the links, after it is on the tape. Called in the loop.</summary>
    public Action<LinkNotice>? Noticed { get; init; }

    /// <summary>Told once a minute, and at the end, what came of each device's trace. Called in the loop.</summary>
    public Action<string, SampleTally>? Counted { get; init; }

    /// <summary>Called once a minute, in the loop.</summary>
    public Action? Minute { get; init; }

    /// <summary>Told of a step of the wall clock, after it is on the tape. Called in the loop.</summary>
    public Action<TimeSpan>? WallClockStepped { get; init; }

    bool IBedsideDoor.IsScripted => false;

    ISimulatedHands? IBedsideDoor.Hands => Simulated;

    /// <summary>Simulators in place of some devices; null: every device is real.</summary>
    public SimulatedDevices? Simulated { get; init; }

    long IBedsideDoor.TapeAt(long agoNs) => TapeNowNs - agoNs;

    /// <summary>Nanoseconds since this station took up the examination.</summary>
    public long NowNs => _clock.NowNs - _beganNs;

    public Examination Examination => _examination ?? throw new InvalidOperationException("No examination has begun.");

    private long TapeNowNs => _tapeOffsetNs + NowNs;

    /// <summary>When a tick is due: a second after the last record, whatever wrote it.</summary>
    private long TickDueNs => Examination.Fold.LastAtNs - _tapeOffsetNs + TickNs;

    /// <param name="line">How the line is set; goes to the tape each time it opens. Null where it has no settings.</param>
    public void Add(SupervisedLink link, LinkSettings? line = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        _links.Add(link.Name, link);
        if (line is not null)
        {
            _lines.Add(link.Name, line);
        }
    }

    /// <summary>Takes up an examination that has just begun or was just resumed.</summary>
    /// <param name="atNs">This clock's time that the examination's newest record stands for: what taking it up lasted is time on the tape. Null: now.</param>
    public void Begin(Examination examination, long? atNs = null)
    {
        ArgumentNullException.ThrowIfNull(examination);
        (_examination, _beganNs, _tapeOffsetNs) = (examination, atNs ?? _clock.NowNs, examination.Fold.LastAtNs);
        foreach (ChannelSettings channel in examination.Fold.Settings!.Channels)
        {
            _watches[channel.Name] = new WireWatch(channel.Name, channel.Protocol);
        }
    }

    /// <summary>Does an act in its place among the records; the answer is the refusal, or null when it was done and is durable.</summary>
    /// <param name="act">Made when its turn comes, of what the examination then shows and the tape's time then.</param>
    public async Task<string?> PerformAsync(Func<ExaminationFold, long, Act> act, string user, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _asked.Writer.WriteAsync(
            () =>
            {
                try
                {
                    long now = TapeNowNs;
                    Act made = act(Examination.Fold, now);
                    string? refusal = Examination.Perform(made, user, now);
                    if (refusal is null && made is Act.Bind bind)
                    {
                        Simulated?.PutOn(bind.Link, bind.Site);
                    }

                    answer.SetResult(refusal);
                }
                catch (FormatException e)
                {
                    answer.SetResult(e.Message);
                }
                catch (Exception e)
                {
                    answer.SetException(e);
                    throw;
                }
            },
            cancel);
        try
        {
            return await answer.Task.WaitAsync(cancel);
        }
        catch (OperationCanceledException) when (answer.Task.IsCompletedSuccessfully)
        {
            // done, and stopped in the same moment: an act that is on the tape is never answered as if it were not
            return await answer.Task;
        }
    }

    /// <summary>Runs until the examination ends or <paramref name="cancel"/>; the links stop with it.</summary>
    /// <exception cref="IOException">The tape cannot be written: nothing after it would be durable, so the station stops.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _stopping = stop.Token;
        foreach (SupervisedLink link in _links.Values)
        {
            Supervise(link, Task.CompletedTask);
        }

        try
        {
            while (!Examination.Fold.IsEnded && !cancel.IsCancellationRequested)
            {
                Drain();
                if (!Examination.Fold.IsEnded)
                {
                    await WaitAsync(cancel);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // stopped: what is on the tape stays, the recovery goes on from there
        }
        finally
        {
            await stop.CancelAsync();
            await CloseAsync([.. _running.Values.Select(l => l.Done)]);
        }

        if (!Examination.Fold.IsEnded)
        {
            Drain();
            Examination.Sync();
        }

        Count();
    }

    /// <summary>Another line to a device that is there, in its place among the events: the line before it is closed, and then this one is opened.</summary>
    /// <param name="line">How it is set; null where it has no settings.</param>
    public ValueTask ReplaceAsync(SupervisedLink link, LinkSettings? line, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(link);
        return AskAsync(
            () =>
            {
                (CancellationTokenSource stop, Task done) = _running[link.Name];
                stop.Cancel();
                _links[link.Name] = link;
                Supervise(link, done, () => SetLine(link.Name, line));
            },
            cancel);
    }

    private void SetLine(string link, LinkSettings? line)
    {
        lock (_lines)
        {
            _lines.Remove(link);
            if (line is not null)
            {
                _lines.Add(link, line);
            }
        }
    }

    /// <summary>Runs a link when the one before it on the same device has closed; one that hangs there is left behind after <see cref="CloseLimit"/>.</summary>
    private void Supervise(SupervisedLink link, Task before, Action? opening = null)
    {
        // Not disposed: a line that hangs may still look at it.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        Task done = Task.Run(
            async () =>
            {
                if (!before.IsCompleted)
                {
                    await CloseAsync([before]);
                }

                opening?.Invoke();
                await link.RunAsync(stop.Token);
            },
            CancellationToken.None);
        _running[link.Name] = (stop, done);
    }

    /// <summary>Waits for the lines' last words. A line that hangs must not keep the examination of the others from its end.</summary>
    private async Task CloseAsync(Task[] links)
    {
        using var waited = new CancellationTokenSource();
        await Task.WhenAny(Task.WhenAll(links), Task.Delay(CloseLimit, _time, waited.Token));
        await waited.CancelAsync();
    }

    void IBench.Send(string link, ReadOnlyMemory<byte> bytes)
    {
        // Not awaited: a failed write comes back as an event of the link, and this loop must go on to take it.
        if (_links.TryGetValue(link, out SupervisedLink? line))
        {
            _ = line.WriteAsync(bytes, _stopping);
            return;
        }

        // A device of this examination that the station no longer has: the fold learns it as of any line that is down.
        _events.Writer.TryWrite(new LinkEvent(link, RecordKind.WriteFailed, _clock.NowNs, Text: "not configured any more"));
    }

    void IBench.WakeAt(string link, long atNs)
    {
        _wakes[link] = atNs;
        ((IBenchTime)this).Schedule(atNs - _tapeOffsetNs, () =>
        {
            if (_wakes.TryGetValue(link, out long wanted) && wanted == atNs)
            {
                _wakes.Remove(link);
                Append(TapeRecordType.Wake, link, TapeNowNs, default);
            }
        });
    }

    /// <summary>Calls back in the loop; only code that runs in the loop may schedule.</summary>
    void IBenchTime.Schedule(long atNs, Action action) => _due.Enqueue(action, (atNs, _scheduled++));

    /// <summary>A link does not open, and why: said after everything that happened on it before, so that "disconnected" stands first.</summary>
    public void NotConnected(string link, string why)
    {
        // A full queue loses the notice; the link's status still has it.
        _asked.Writer.TryWrite(() => SayNotConnected(link, why, tries: 20));
    }

    /// <summary>The modem lines of an open line are known, or changed. Any thread; a full queue loses it.</summary>
    public void Inputs(string link, SerialInputs inputs) =>
        _asked.Writer.TryWrite(() => Notice(new LinkNotice(link, LinkNotice.ModemLines, TapeNowNs, null) { Inputs = inputs }));

    private void SayNotConnected(string link, string why, int tries)
    {
        if (Examination.Fold.ChannelNamed(link) is not { IsOpen: true })
        {
            Notice(new LinkNotice(link, LinkNotice.NotConnected, TapeNowNs, why));
        }
        else if (tries > 0)
        {
            ((IBenchTime)this).Schedule(NowNs + 50_000_000, () => SayNotConnected(link, why, tries - 1));
        }
    }

    /// <summary>Asks for a call in the loop, from anywhere.</summary>
    public ValueTask AskAsync(Action action, CancellationToken cancel) => _asked.Writer.WriteAsync(action, cancel);

    private void Drain()
    {
        bool any = true;
        while (any && !Examination.Fold.IsEnded)
        {
            any = false;
            if (_events.Reader.TryRead(out LinkEvent happened))
            {
                Take(happened);
                any = true;
            }

            if (_asked.Reader.TryRead(out Action? asked))
            {
                asked();
                any = true;
            }

            if (_due.TryPeek(out _, out (long AtNs, long Order) next) && next.AtNs <= NowNs)
            {
                _due.Dequeue()();
                any = true;
            }
        }

        if (NowNs >= TickDueNs && !Examination.Fold.IsEnded)
        {
            Examination.Append(TapeRecordType.Tick, 0, TapeNowNs, ReadOnlyMemory<byte>.Empty);
        }

        foreach (LinkNotice notice in _electrodes.Next(Examination.Fold))
        {
            Notice(notice);
        }

        if (NowNs - _lookedNs >= TickNs)
        {
            _lookedNs = NowNs;
            LookAtWallClock();
            if (NowNs - _countedNs >= CountNs)
            {
                Count();
                Minute?.Invoke();
            }

            foreach (WireWatch watch in _watches.Values)
            {
                Notice(watch.Next(TapeNowNs, 0, []));
            }
        }
    }

    private void Count()
    {
        _countedNs = NowNs;
        foreach (Examinations.Channel channel in Examination.Fold.Channels)
        {
            if (channel.Samples.Received > 0)
            {
                Counted?.Invoke(channel.Settings.Name, channel.Samples);
            }
        }
    }

    /// <summary>A step of the wall clock adds an anchor to the tape; it moves nothing that was stamped.</summary>
    private void LookAtWallClock()
    {
        if (_clock is StationClock station && Math.Abs(station.WallStepNs - _wallStepNs) > WallStepLimitNs && !Examination.Fold.IsEnded)
        {
            long stepNs = station.WallStepNs - _wallStepNs;
            _wallStepNs = station.WallStepNs;
            Examination.Append(new TapeAnchor(TapeNowNs, station.UtcZeroNs + station.NowNs + _wallStepNs));
            WallClockStepped?.Invoke(TimeSpan.FromTicks(stepNs / TimeSpan.NanosecondsPerTick));
        }
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        long until = TickDueNs;
        if (_due.TryPeek(out _, out (long AtNs, long Order) next))
        {
            until = Math.Min(until, next.AtNs);
        }

        TimeSpan wait = TimeSpan.FromMicroseconds(Math.Max(0, (until - NowNs) / 1000) + 1);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task first = await Task.WhenAny(
            _events.Reader.WaitToReadAsync(enough.Token).AsTask(),
            _asked.Reader.WaitToReadAsync(enough.Token).AsTask(),
            Task.Delay(wait, _time, enough.Token));
        await enough.CancelAsync();
        cancel.ThrowIfCancellationRequested();
        _ = first;
    }

    private void Take(in LinkEvent happened)
    {
        long atNs = _tapeOffsetNs + (happened.AtNs - _beganNs);
        (TapeRecordType Type, ReadOnlyMemory<byte> Payload)? record = happened.Kind switch
        {
            RecordKind.Bytes => (TapeRecordType.Bytes, happened.Bytes),
            RecordKind.Stray => (TapeRecordType.Stray, happened.Bytes),
            RecordKind.Open => (TapeRecordType.Open, CanonicalJson.Write(LinkEventJson.Open(happened.Text ?? happened.Link, happened.Identity, LineOf(happened.Link)))),
            RecordKind.Closed => (TapeRecordType.Closed, CanonicalJson.Write(LinkEventJson.Because(happened.Text ?? "closed"))),
            RecordKind.Silent => (TapeRecordType.Silent, ReadOnlyMemory<byte>.Empty),
            RecordKind.Heard => (TapeRecordType.Heard, ReadOnlyMemory<byte>.Empty),
            RecordKind.WriteFailed => (TapeRecordType.WriteFailed, CanonicalJson.Write(LinkEventJson.Because(happened.Text ?? "write failed"))),
            _ => null,
        };
        if (record is { } one)
        {
            Append(one.Type, happened.Link, atNs, one.Payload);
            Watch(happened, atNs);
        }
    }

    private LinkSettings? LineOf(string link)
    {
        lock (_lines)
        {
            return _lines.GetValueOrDefault(link);
        }
    }

    private void Watch(in LinkEvent happened, long atNs)
    {
        WireWatch watch = _watches[happened.Link];
        if (happened.Kind is RecordKind.Bytes or RecordKind.Stray)
        {
            Notice(watch.Next(atNs, happened.Bytes.Length, Examination.Fold.LastReadings));
            return;
        }

        if (happened.Kind is RecordKind.Open or RecordKind.Closed or RecordKind.Heard)
        {
            watch.Forget();
        }

        Notice(happened.Kind switch
        {
            RecordKind.Open => new LinkNotice(happened.Link, LinkNotice.Connected, atNs, happened.Text, happened.Identity),
            RecordKind.Closed => new LinkNotice(happened.Link, LinkNotice.Disconnected, atNs, happened.Text),
            RecordKind.Silent => new LinkNotice(happened.Link, LinkNotice.Silent, atNs, null),
            RecordKind.Heard => new LinkNotice(happened.Link, LinkNotice.Heard, atNs, null),
            _ => new LinkNotice(happened.Link, LinkNotice.WriteFailed, atNs, happened.Text),
        });
    }

    private void Notice(LinkNotice? notice)
    {
        if (notice is not null)
        {
            Noticed?.Invoke(Examination.Fold.ChannelNamed(notice.Link) is { Settings.Simulated: true } ? notice with { Simulated = true } : notice);
        }
    }

    private void Append(TapeRecordType type, string link, long atNs, ReadOnlyMemory<byte> payload) =>
        Examination.Append(type, link, atNs, payload);
}
