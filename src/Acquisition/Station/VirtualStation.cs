using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Acquisition.Station;

/// <summary>Station and simulated devices on one virtual clock: devices, links, technician, writer and fold run on the caller's thread,
/// from one queue ordered by (time, source, sequence). The one place where the service knows the simulators.</summary>
/// <remarks>A page's acts come from other threads and wait for their turn in a queue of their own; they happen at the paced time of the moment they came.</remarks>
public sealed class VirtualStation : IBench, IBenchTime, IBedsideDoor, ISimulatedHands
{
    private const long TickNs = 1_000_000_000;
    private const long ListenNs = 100_000_000;
    private const string CablePulled = "cable pulled";

    private readonly AskedQueue _asked = new();
    private readonly ElectrodeWatch _electrodes = new();
    private readonly VirtualClock _clock = new();
    private readonly SimulatedWorld _world;
    private readonly Dictionary<string, SimulatedLine> _lines = [];
    private readonly Dictionary<string, long> _wakes = [];
    private readonly Dictionary<string, WireWatch> _watches = [];
    private readonly int _stationSource;
    private readonly int _technicianSource;
    private Examination? _examination;
    private long _tapeOffsetNs;
    private PacedTime? _pace;

    public VirtualStation(Scenario scenario, ulong seed)
    {
        Scenario = scenario;
        _world = new SimulatedWorld(scenario, seed);
        for (int i = 0; i < _world.Devices.Count; i++)
        {
            WireFaults device = _world.Devices[i];
            _lines[device.Name] = new SimulatedLine(_clock, i, device, (atNs, bytes) => Say(device.Name, bytes.ToArray()), _ => Broke(device));
            _watches[device.Name] = new WireWatch(device.Name, ScenarioSettings.ProtocolOf(scenario.Devices[i]));
        }

        _stationSource = _world.Devices.Count;
        _technicianSource = _stationSource + 1;
    }

    public Scenario Scenario { get; }

    public ScriptedTechnician? Technician { get; private set; }

    /// <summary>Told when a device's line opens or is lost, after it is on the tape.</summary>
    public Action<LinkNotice>? Noticed { get; init; }

    /// <summary>Told when a pulse is heard over the artery of the running ankle step, at its tape time: what a person's ear would tell. Null: nobody listens.</summary>
    public Action<long>? Heard { get; init; }

    /// <summary>The script is at work; false once a person took over.</summary>
    public bool IsScripted => Technician is { IsDone: false, Trouble: null };

    ISimulatedHands IBedsideDoor.Hands => this;

    long IBedsideDoor.TapeAt(long agoNs) => _tapeOffsetNs + (_pace?.Was(agoNs, _clock.NowNs) ?? _clock.NowNs - agoNs);

    /// <summary>Virtual time since this station began, ns.</summary>
    public long NowNs => _clock.NowNs;

    /// <summary>Opens the lines and seats the technician. Call once, before <see cref="Run"/>.</summary>
    public void Begin(Examination examination)
    {
        ArgumentNullException.ThrowIfNull(examination);
        _examination = examination;
        _tapeOffsetNs = examination.Fold.LastAtNs;
        foreach ((string name, SimulatedLine line) in _lines)
        {
            line.Connect();
            Opened(name);
        }

        Tick();
        Technician = new ScriptedTechnician(Scenario, _world, examination, this, _tapeOffsetNs);
        _clock.Schedule(_clock.NowNs, _technicianSource, Technician.Begin);
        if (Heard is not null)
        {
            Listen();
        }
    }

    /// <summary>Runs until the examination ends, the script is in trouble, or <paramref name="cancel"/>.</summary>
    /// <param name="pace">Called before each event with its virtual time; waits there when time is paced. Null: as fast as it goes.</param>
    /// <returns>What went wrong; null when the examination ended well.</returns>
    public string? Run(Action<long>? pace, CancellationToken cancel)
    {
        while (!_examination!.Fold.IsEnded)
        {
            cancel.ThrowIfCancellationRequested();
            if (Technician!.Trouble is { } trouble)
            {
                return trouble;
            }

            if (_clock.NextAtNs is { } next)
            {
                pace?.Invoke(next);
            }

            if (!RunNext())
            {
                return $"nothing is left to happen in {Scenario.Id}, and the examination has not ended";
            }
        }

        return null;
    }

    /// <summary>The same at a pace that acts may come between, and change.</summary>
    public string? RunPaced(PacedTime pace, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(pace);
        _pace = pace;
        try
        {
            while (!_examination!.Fold.IsEnded)
            {
                cancel.ThrowIfCancellationRequested();
                if (Technician!.Trouble is { } trouble)
                {
                    return trouble;
                }

                long next = _clock.NextAtNs ?? throw new InvalidOperationException("A station that runs has a tick ahead.");
                if (pace.WaitUntil(next, _asked) is { } asked)
                {
                    _clock.Schedule(Math.Clamp(pace.NowNs, _clock.NowNs, next), _technicianSource, asked);
                    RunNext();
                }
                else if (pace.HasCome(next))
                {
                    RunNext();
                }
            }

            return null;
        }
        finally
        {
            foreach (Action late in _asked.Close())
            {
                late();
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The first act of a person ends the script; the simulated devices go on, in real time.</remarks>
    public Task<string?> PerformAsync(Func<ExaminationFold, long, Act> act, string user, CancellationToken cancel) => PerformAsync(act, user, takesOver: true, cancel);

    /// <inheritdoc/>
    public Task<string?> EnterAsync(Func<ExaminationFold, long, Act> act, string user, CancellationToken cancel) => PerformAsync(act, user, takesOver: false, cancel);

    private Task<string?> PerformAsync(Func<ExaminationFold, long, Act> act, string user, bool takesOver, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(act);
        return AskAsync(
            () =>
            {
                try
                {
                    if (takesOver)
                    {
                        TakeOver();
                    }

                    long now = _tapeOffsetNs + _clock.NowNs;
                    Act made = act(_examination!.Fold, now);
                    string? refusal = _examination.Perform(made, user, now);
                    if (refusal is null && made is Act.Bind bind)
                    {
                        _world.PutOn(bind.Link, bind.Site);
                    }

                    return refusal;
                }
                catch (FormatException e)
                {
                    return e.Message;
                }
            },
            "the examination has ended",
            cancel);
    }

    bool ISimulatedHands.OwnTime => true;

    /// <inheritdoc/>
    public Task MoveAsync(CuffMove move, CancellationToken cancel) => AskAsync(
        () =>
        {
            TakeOver();
            string? name = (_examination!.Fold.Running?.Channels ?? _examination.Fold.Channels).FirstOrDefault(c => c.IsCuff)?.Settings.Name;
            if (name is null)
            {
                return null;
            }

            CuffHand.Move(_world.Cuff(name), move, _clock.NowNs);
            return null;
        },
        null,
        cancel);

    /// <inheritdoc/>
    public Task ChangeSpeedAsync(double speed, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        return AskAsync(
            () =>
            {
                ChangeSpeed(speed);
                return null;
            },
            null,
            cancel);
    }

    /// <summary>Runs one event; false when none waits.</summary>
    public bool RunNext()
    {
        bool ran = _clock.RunNext();
        if (Noticed is not null)
        {
            foreach (LinkNotice notice in _electrodes.Next(_examination!.Fold))
            {
                Noticed(notice);
            }
        }

        return ran;
    }

    /// <summary>Pulls a device's cable, noticed at once, and plugs it in again after <paramref name="forNs"/>.</summary>
    public void Unplug(string device, long atNs, long forNs)
    {
        _clock.Schedule(atNs, _stationSource, () =>
        {
            _lines[device].Disconnect();
            Lost(device);
        });
        PlugIn(device, atNs + forNs);
    }

    /// <summary>A fault broke the line: it is noticed at once, and had again when the fault says.</summary>
    private void Broke(WireFaults device)
    {
        Lost(device.Name);
        PlugIn(device.Name, device.Line.BackAtNs);
    }

    private void Lost(string device)
    {
        Write(TapeRecordType.Closed, device, CanonicalJson.Write(LinkEventJson.Because(CablePulled)));
        Noticed?.Invoke(new LinkNotice(device, LinkNotice.Disconnected, _tapeOffsetNs + _clock.NowNs, CablePulled) { Simulated = true });
    }

    private void PlugIn(string device, long atNs) => _clock.Schedule(atNs, _stationSource, () =>
    {
        _lines[device].Connect();
        Opened(device);
    });

    void IBench.Send(string link, ReadOnlyMemory<byte> bytes) => _lines[link].Send(bytes.Span);

    void IBench.WakeAt(string link, long atNs)
    {
        _wakes[link] = atNs;
        _clock.Schedule(Math.Max(_clock.NowNs, atNs - _tapeOffsetNs), _stationSource, () =>
        {
            // A later wish replaced this one: only the newest is written.
            if (_wakes.TryGetValue(link, out long wanted) && wanted == atNs)
            {
                _wakes.Remove(link);
                Write(TapeRecordType.Wake, link, default);
            }
        });
    }

    void IBenchTime.Schedule(long atNs, Action action) => _clock.Schedule(Math.Max(_clock.NowNs, atNs), _technicianSource, action);

    private void Say(string device, ReadOnlyMemory<byte> bytes)
    {
        if (!_examination!.Fold.IsEnded)
        {
            Write(TapeRecordType.Bytes, device, bytes);
            if (_watches[device].Next(_tapeOffsetNs + _clock.NowNs, bytes.Length, _examination.Fold.LastReadings) is { } notice)
            {
                Noticed?.Invoke(notice with { Simulated = true });
            }
        }
    }

    private void Opened(string device)
    {
        _watches[device].Forget();
        (string path, string identity) = ($"simulated:{device}", $"simulated:{Scenario.Id}:{device}");
        Write(TapeRecordType.Open, device, CanonicalJson.Write(LinkEventJson.Open(path, identity)));
        Noticed?.Invoke(new LinkNotice(device, LinkNotice.Connected, _tapeOffsetNs + _clock.NowNs, path, identity) { Simulated = true });
    }

    /// <summary>Asks for something in the loop; its answer, or <paramref name="late"/> when the loop has ended.</summary>
    private async Task<string?> AskAsync(Func<string?> what, string? late, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _asked.TryAdd(() => Answer(what, late, answer)) ? await answer.Task.WaitAsync(cancel) : late;
    }

    private void Answer(Func<string?> what, string? late, TaskCompletionSource<string?> answer)
    {
        try
        {
            answer.SetResult(_examination!.Fold.IsEnded ? late : what());
        }
        catch (Exception e)
        {
            answer.SetException(e);
            throw;
        }
    }

    private void TakeOver()
    {
        if (IsScripted)
        {
            Technician!.StepBack();
            ChangeSpeed(1);
        }
    }

    private void ChangeSpeed(double speed)
    {
        if (_pace is { } pace && !_examination!.Fold.IsEnded && _examination.Fold.Speed != speed)
        {
            _examination.ChangeSpeed(speed, _tapeOffsetNs + _clock.NowNs);
            pace.Change(speed, _clock.NowNs);
        }
    }

    /// <summary>What an ear over the artery hears in the next tenth of a second.</summary>
    private void Listen()
    {
        if (_examination!.Fold.IsEnded)
        {
            return;
        }

        long until = _clock.NowNs + ListenNs;
        if (_examination.Fold.Running is { Step: { Kind: StepKind.AnklePressure, Site: var artery } }
            && _world.Patient.NextDopplerSound(artery, _clock.NowNs, until) is { } sound)
        {
            Heard!(_tapeOffsetNs + sound);
        }

        _clock.Schedule(until, _stationSource, Listen);
    }

    private void Write(TapeRecordType type, string link, ReadOnlyMemory<byte> payload)
    {
        if (!_examination!.Fold.IsEnded)
        {
            _examination.Append(type, link, _tapeOffsetNs + _clock.NowNs, payload);
        }
    }

    private void Tick()
    {
        if (_examination!.Fold.IsEnded)
        {
            return;
        }

        if (_tapeOffsetNs + _clock.NowNs >= _examination.Fold.LastAtNs + TickNs)
        {
            _examination.Append(TapeRecordType.Tick, 0, _tapeOffsetNs + _clock.NowNs, ReadOnlyMemory<byte>.Empty);
        }

        _clock.Schedule(_examination.Fold.LastAtNs - _tapeOffsetNs + TickNs, _stationSource, Tick);
    }
}
