using System.Globalization;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Publishing;

/// <summary>What a station says about itself beside its results: how it and its devices stand, and technical events. Telling it never waits and never fails.</summary>
/// <remarks>States: the last value wins, and a new line hears every one again. Events: a bounded queue that drops its oldest and says how many.
/// All of it is lost with the process; nothing here is a result.</remarks>
public sealed class StationNews
{
    /// <summary>Events kept while no broker takes them; beyond it the oldest goes, counted.</summary>
    public const int LongestQueue = 256;

    /// <summary>Devices whose state is told; a station has a handful.</summary>
    public const int MostDevices = 64;

    /// <summary>The station's own state is said at most this often.</summary>
    public static readonly TimeSpan StateEvery = TimeSpan.FromSeconds(1);

    /// <summary>A result owed for longer makes the station degraded. Counted from when this process first saw it owed.</summary>
    public static readonly TimeSpan OwedTooLong = TimeSpan.FromMinutes(15);

    private readonly OutboxAddress address;
    private readonly Guid bootId;
    private readonly string software;
    private readonly TimeProvider time;
    private readonly ChangeSignal changed = new();
    private readonly ChangeSignal said = new();
    private readonly Lock gate = new();
    private readonly Queue<Letter> events = new();
    private readonly Dictionary<string, (DeviceState State, bool Unsaid)> devices = new(StringComparer.Ordinal);
    private readonly Dictionary<long, long> owedSince = []; // by row, a timestamp; bounded by the rows owed
    private (string State, string? Reason, int? Outbox)? stateSaid;
    private long stateSaidAt;
    private long number;
    private long lost;
    private long lostSaid;
    private int? outbox;
    private int held;
    private bool recordFailed;
    private bool lineLost;
    private bool notBelieved;

    /// <exception cref="ArgumentException">Site or gateway cannot be a topic level.</exception>
    public StationNews(OutboxAddress address, Guid bootId, string software, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(address);
        _ = Topics.Root(address.Site, address.Gateway);
        (this.address, this.bootId, this.software, this.time) = (address, bootId, software, time);
    }

    /// <summary>Events that no broker got: dropped from the full queue, or refused.</summary>
    public long LostEvents
    {
        get
        {
            lock (gate)
            {
                return lost;
            }
        }
    }

    public void Tell(TechnicalEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        lock (gate)
        {
            if (events.Count == LongestQueue)
            {
                events.Dequeue();
                lost++;
            }

            events.Enqueue(LetterOf(happened));
        }

        changed.Raise();
    }

    /// <summary>What happened in delivery. A line that cannot be opened again and again, and a broker that is not believed again and again, is told once.</summary>
    public void Tell(OutboxEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        bool wasLost;
        bool wasNotBelieved;
        lock (gate)
        {
            (wasLost, wasNotBelieved) = (lineLost, notBelieved);
            lineLost = happened.Kind switch { OutboxEventKind.LineLost or OutboxEventKind.BrokerNotBelieved => true, OutboxEventKind.LineOpened => false, _ => lineLost };
            notBelieved = happened.Kind switch { OutboxEventKind.BrokerNotBelieved => true, OutboxEventKind.LineOpened => false, _ => notBelieved };
            recordFailed |= happened.Kind == OutboxEventKind.RecordFailed;
        }

        bool isNews = happened.Kind switch { OutboxEventKind.LineLost => !wasLost, OutboxEventKind.BrokerNotBelieved => !wasNotBelieved, OutboxEventKind.LineOpened => wasLost, _ => true };
        if (isNews && TechnicalEvent.Of(happened) is { } news)
        {
            Tell(news);
        }
    }

    /// <summary>How a device stands now. A name that cannot be a topic level, and any beyond <see cref="MostDevices"/>, is not told.</summary>
    public void Device(string device, string state, string? reason = null, bool simulated = false)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (gate)
        {
            if (!Topics.IsLevel(device) || (devices.Count == MostDevices && !devices.ContainsKey(device)))
            {
                return;
            }

            DeviceState? before = devices.GetValueOrDefault(device).State;
            devices[device] = (new DeviceState(state, reason, time.GetUtcNow(), simulated, before?.Expected, before?.Received) { Electrode = before?.Electrode, ModemLines = state == DeviceState.Disconnected ? null : before?.ModemLines }, true);
        }

        changed.Raise();
    }

    /// <summary>Where the measurement under a device's electrode stands; null: none goes on. A device of which nothing was told is not told of.</summary>
    public void Electrode(string device, ElectrodeState? electrode)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (gate)
        {
            if (!devices.TryGetValue(device, out (DeviceState State, bool Unsaid) one))
            {
                return;
            }

            devices[device] = (one.State with { Electrode = electrode, Time = time.GetUtcNow() }, true);
        }

        changed.Raise();
    }

    /// <summary>The modem lines a device holds. A device of which nothing was told, or that is not connected, is not told of.</summary>
    public void ModemLines(string device, IReadOnlyList<string> held)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (gate)
        {
            if (!devices.TryGetValue(device, out (DeviceState State, bool Unsaid) one) || one.State.State == DeviceState.Disconnected)
            {
                return;
            }

            devices[device] = (one.State with { ModemLines = held, Time = time.GetUtcNow() }, true);
        }

        changed.Raise();
    }

    /// <summary>What came of a device's trace so far. Said with its state; a device that has none yet is not said.</summary>
    public void Samples(string device, long expected, long received)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (gate)
        {
            if (!devices.TryGetValue(device, out (DeviceState State, bool Unsaid) one) || (one.State.Expected == expected && one.State.Received == received))
            {
                return;
            }

            devices[device] = (one.State with { Expected = expected, Received = received, Time = time.GetUtcNow() }, true);
        }

        changed.Raise();
    }

    /// <summary>No device is read any more: the examination ended or stopped.</summary>
    public void NoDevices()
    {
        lock (gate)
        {
            foreach ((string device, (DeviceState before, _)) in devices.Where(d => d.Value.State.State != DeviceState.Disconnected).ToList())
            {
                devices[device] = (new DeviceState(DeviceState.Disconnected, null, time.GetUtcNow(), before.Simulated, before.Expected, before.Received), true);
            }
        }

        changed.Raise();
    }

    /// <summary>What the outbox owes.</summary>
    public void Owes(OutboxStanding standing)
    {
        ArgumentNullException.ThrowIfNull(standing);
        lock (gate)
        {
            (outbox, held) = (standing.Owed.Count + standing.Held, standing.Held);
            foreach (long settled in owedSince.Keys.Except(standing.Owed).ToList())
            {
                owedSince.Remove(settled);
            }

            foreach (long owed in standing.Owed)
            {
                owedSince.TryAdd(owed, time.GetTimestamp());
            }
        }

        changed.Raise();
    }

    /// <summary>The record could be written.</summary>
    public void RecordWritten()
    {
        lock (gate)
        {
            if (!recordFailed)
            {
                return;
            }

            recordFailed = false;
        }

        changed.Raise();
    }

    /// <summary>Says everything over one line until it is lost (<see cref="IOException"/>) or cancelled. What was not said stays for the next line.</summary>
    public async Task CarryAsync(IOutlet outlet, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(outlet);
        SayStatesAgain();
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            Task next = changed.Next();
            while (Next() is { } letter)
            {
                Receipt receipt = await outlet.PublishAsync(letter, cancel);
                Said(letter, receipt);
            }

            await next.WaitAsync(UntilNext() ?? Timeout.InfiniteTimeSpan, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until devices and events are said, the line is lost, or the deadline has passed: the last words of a station that stops.</summary>
    public async Task WaitUntilSaidAsync(TimeSpan deadline)
    {
        using CancellationTokenSource limit = new(deadline, time);
        while (!limit.IsCancellationRequested)
        {
            Task next = said.Next();
            lock (gate)
            {
                if (lineLost || (events.Count == 0 && !devices.Values.Any(d => d.Unsaid)))
                {
                    return;
                }
            }

            await next.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void SayStatesAgain()
    {
        lock (gate)
        {
            stateSaid = null;
            foreach (string device in devices.Keys.ToList())
            {
                devices[device] = devices[device] with { Unsaid = true };
            }
        }
    }

    /// <summary>What is to be said next; null when nothing is. States first: they are short, and they are what a person looks at.</summary>
    private Letter? Next()
    {
        lock (gate)
        {
            if (State() is var state && state != stateSaid && UntilState() <= TimeSpan.Zero)
            {
                (stateSaid, stateSaidAt) = (state, time.GetTimestamp());
                return new GatewayState(state.State, state.Reason, bootId, time.GetUtcNow(), software, state.Outbox).ToLetter(address);
            }

            foreach ((string device, (DeviceState State, bool Unsaid) one) in devices)
            {
                if (one.Unsaid)
                {
                    devices[device] = one with { Unsaid = false };
                    return one.State.ToLetter(address, device);
                }
            }

            if (lost > lostSaid)
            {
                string text = string.Create(CultureInfo.InvariantCulture, $"{lost - lostSaid} events were dropped or refused");
                lostSaid = lost;
                return LetterOf(new TechnicalEvent(TechnicalEventType.Quality, "events-dropped", TechnicalSeverity.Warning, null, text));
            }

            return events.TryPeek(out Letter? happened) ? happened : null;
        }
    }

    private void Said(Letter letter, Receipt receipt)
    {
        lock (gate)
        {
            // it may have been dropped while it was on its way
            if (events.TryPeek(out Letter? first) && ReferenceEquals(first, letter))
            {
                events.Dequeue();
                lost += receipt is Receipt.Stored or Receipt.NobodySubscribed ? 0 : 1;
            }
        }

        said.Raise();
    }

    private (string State, string? Reason, int? Outbox) State() =>
        recordFailed ? (GatewayState.Degraded, GatewayState.RecordFailed, outbox)
        : held > 0 ? (GatewayState.Degraded, GatewayState.ResultRejected, outbox)
        : UntilOwedTooLong() <= TimeSpan.Zero ? (GatewayState.Degraded, GatewayState.ResultOwed, outbox)
        : (GatewayState.Online, null, outbox);

    private TimeSpan UntilState() => stateSaid is null ? TimeSpan.Zero : StateEvery - time.GetElapsedTime(stateSaidAt);

    private TimeSpan? UntilOwedTooLong() => owedSince.Count == 0 ? null : OwedTooLong - time.GetElapsedTime(owedSince.Values.Min());

    /// <summary>Time until something is to be said that no call announces; null when there is none.</summary>
    private TimeSpan? UntilNext()
    {
        lock (gate)
        {
            TimeSpan? wait = State() != stateSaid ? UntilState() : UntilOwedTooLong() is { } left && left > TimeSpan.Zero ? left : null;
            return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
        }
    }

    private Letter LetterOf(TechnicalEvent happened) =>
        happened.ToLetter(address, Identifiers.Version5(bootId, string.Create(CultureInfo.InvariantCulture, $"event/{++number}")), time.GetUtcNow());
}
