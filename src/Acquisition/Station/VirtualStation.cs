using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Acquisition.Station;

/// <summary>Station and simulated devices on one virtual clock: devices, links, technician, writer and fold run on the caller's thread,
/// from one queue ordered by (time, source, sequence). The one place where the service knows the simulators.</summary>
public sealed class VirtualStation : IBench, IBenchTime
{
    private const long TickNs = 1_000_000_000;

    private readonly VirtualClock _clock = new();
    private readonly SimulatedWorld _world;
    private readonly Dictionary<string, SimulatedLine> _lines = [];
    private readonly Dictionary<string, long> _wakes = [];
    private readonly int _stationSource;
    private readonly int _technicianSource;
    private Examination? _examination;
    private long _tapeOffsetNs;

    public VirtualStation(Scenario scenario, ulong seed)
    {
        Scenario = scenario;
        _world = new SimulatedWorld(scenario, seed);
        for (int i = 0; i < _world.Devices.Count; i++)
        {
            ISimulatedDevice device = _world.Devices[i];
            _lines[device.Name] = new SimulatedLine(_clock, i, device, (atNs, bytes) => Write(TapeRecordType.Bytes, device.Name, bytes.ToArray()));
        }

        _stationSource = _world.Devices.Count;
        _technicianSource = _stationSource + 1;
    }

    public Scenario Scenario { get; }

    public ScriptedTechnician? Technician { get; private set; }

    /// <summary>Told when a device's line opens or is lost, after it is on the tape.</summary>
    public Action<LinkNotice>? Noticed { get; init; }

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

    /// <summary>Runs one event; false when none waits.</summary>
    public bool RunNext() => _clock.RunNext();

    /// <summary>Pulls a device's cable, noticed at once, and plugs it in again after <paramref name="forNs"/>.</summary>
    public void Unplug(string device, long atNs, long forNs)
    {
        _clock.Schedule(atNs, _stationSource, () =>
        {
            _lines[device].Disconnect();
            Write(TapeRecordType.Closed, device, CanonicalJson.Write(LinkEventJson.Because("cable pulled")));
            Noticed?.Invoke(new LinkNotice(device, LinkNotice.Disconnected, _tapeOffsetNs + _clock.NowNs, "cable pulled"));
        });
        _clock.Schedule(atNs + forNs, _stationSource, () =>
        {
            _lines[device].Connect();
            Opened(device);
        });
    }

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

    private void Opened(string device)
    {
        (string path, string identity) = ($"simulated:{device}", $"simulated:{Scenario.Id}:{device}");
        Write(TapeRecordType.Open, device, CanonicalJson.Write(LinkEventJson.Open(path, identity)));
        Noticed?.Invoke(new LinkNotice(device, LinkNotice.Connected, _tapeOffsetNs + _clock.NowNs, path, identity));
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
