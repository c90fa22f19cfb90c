using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Examinations;
using Vascular.Devices.Links;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Sensors;
using Vascular.Simulators.Wire;

namespace Vascular.Acquisition.Station;

/// <summary>Simulators in place of the devices that a site switched to <c>"simulate": true</c>: one patient, one virtual clock that runs as the station's own.</summary>
/// <remarks>Everything behind these lines is the same as behind a port: supervision, tape, monitor. What marks it is the channel's <c>simulated</c> on the tape.
/// Cuff and sensor are on one patient, so a cuff that closes the artery takes the pulse under the sensor away.</remarks>
public sealed class SimulatedDevices : ISimulatedHands, IDisposable
{
    /// <summary>Reads that wait for the station; one that does not fetch them for so long loses the line, as a full buffer of a real port would lose bytes.</summary>
    public const int LongestQueue = 4096;

    private const string Patient = "seed-2017-09";
    private const double UsualCuffLimitMmHg = 300;

    private readonly Lock _gate = new();
    private readonly VirtualClock _clock = new();
    private readonly SimulatedWorld _world;
    private readonly Dictionary<string, SensorOnPatient> _sensors = new(StringComparer.Ordinal);
    private readonly ITapeClock _station;
    private readonly TimeProvider _time;
    private readonly long _beganNs;
    private readonly ITimer _timer;
    private bool _disposed;

    private SimulatedDevices(IReadOnlyList<DeviceConfiguration> simulated, ITapeClock station, TimeProvider time)
    {
        (_station, _time, _beganNs) = (station, time, station.NowNs);
        _world = new SimulatedWorld(ScenarioFile.Load(Patient) with
        {
            Devices = [.. simulated.Where(d => !IsSensor(d)).Select(d => new ScenarioDevice(d.Name, d.Protocol.Name, ScenarioDevice.HasCuff(d.Protocol.Name) ? d.CuffLimitMmHg ?? UsualCuffLimitMmHg : null))],
        });
        foreach (DeviceConfiguration device in simulated.Where(IsSensor))
        {
            _sensors.Add(device.Name, Sensor(device));
        }

        _timer = time.CreateTimer(_ => Turn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Simulators for those devices of a station that are to be simulated; null when there is none.</summary>
    public static SimulatedDevices? Of(StationConfiguration configuration, ITapeClock station, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(station);
        ArgumentNullException.ThrowIfNull(time);
        DeviceConfiguration[] simulated = [.. configuration.Devices.Where(d => d.Simulate)];
        return simulated.Length == 0 ? null : new SimulatedDevices(simulated, station, time);
    }

    /// <summary>Whether this version has a simulator for a protocol.</summary>
    public static bool Knows(string protocol) => ScenarioDevice.Kinds.Contains(protocol) || SensorDevices.All.Contains(protocol);

    /// <summary>Opens the line of a simulated device.</summary>
    /// <exception cref="IOException">It is open already.</exception>
    public ILink Open(string device)
    {
        lock (_gate)
        {
            if (Device(device).IsUp)
            {
                throw new IOException($"the simulated {device} is open already: the line before it has to close first");
            }

            var link = new Line(this, device);
            Advance();
            link.Wire.Connect();
            Wait();
            return link;
        }
    }

    /// <summary>Puts a simulated cuff, sensor or electrode where a person says that it is.</summary>
    public void PutOn(string device, Site site)
    {
        lock (_gate)
        {
            if (_sensors.TryGetValue(device, out SensorOnPatient? sensor))
            {
                sensor.PutOn?.Invoke(site);
            }
            else if (_world.Scenario.Devices.Any(d => d.Name == device))
            {
                try
                {
                    _world.PutOn(device, site);
                }
                catch (KeyNotFoundException)
                {
                    // nothing is known of this patient there: the electrode stays in air
                }
            }
        }
    }

    /// <summary>False: other devices of the examination may be real, and real time has one speed.</summary>
    public bool OwnTime => false;

    /// <inheritdoc/>
    public Task MoveAsync(CuffMove move, CancellationToken cancel)
    {
        lock (_gate)
        {
            Advance();
            foreach (ScenarioDevice device in _world.Scenario.Devices.Where(d => d.CuffLimitMmHg is not null))
            {
                CuffHand.Move(_world.Cuff(device.Name), move, _clock.NowNs);
            }

            foreach (SimulatedCuff cuff in _sensors.Values.Select(s => s.Cuff).OfType<SimulatedCuff>())
            {
                CuffHand.Move(cuff, move, _clock.NowNs);
            }

            Wait();
        }

        return Task.CompletedTask;
    }

    /// <summary>Nothing: see <see cref="OwnTime"/>.</summary>
    public Task ChangeSpeedAsync(double speed, CancellationToken cancel) => Task.CompletedTask;

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private ISimulatedDevice Device(string name) => _sensors.TryGetValue(name, out SensorOnPatient? sensor) ? sensor.Device : _world.Device(name);

    private static bool IsSensor(DeviceConfiguration device) => SensorDevices.All.Contains(device.Protocol.Name);

    /// <summary>A sensor on a bus, its transducer true to what the site says of it.</summary>
    private SensorOnPatient Sensor(DeviceConfiguration device)
    {
        SimulatedConverter? converter = device.Transducer is { } transducer
            ? new SimulatedConverter(
                transducer.Converter, transducer.Input, transducer.Gain, transducer.ReferenceMilliVolts, transducer.Calibration ?? TransducerSettings.Simulated(device.Protocol.Name).Calibration!)
            : null;
        return SensorDevices.Make(device.Protocol.Name, device.Name, _world, device.CuffLimitMmHg ?? UsualCuffLimitMmHg, device.Options.RangeMmHg ?? 300, converter);
    }

    private void Turn()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                Advance();
                Wait();
            }
        }
    }

    private void Advance() => _clock.RunUntil(Math.Max(_clock.NowNs, _station.NowNs - _beganNs));

    /// <summary>Wakes at the next event; timers of the system are no finer than a millisecond.</summary>
    private void Wait()
    {
        if (_clock.NextAtNs is { } next)
        {
            double ms = Math.Max(1, Math.Ceiling((next - (_station.NowNs - _beganNs)) / 1e6));
            _timer.Change(TimeSpan.FromMilliseconds(ms), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>One opening of a simulated line. Arrivals are stamped with the virtual instant at which the device spoke.</summary>
    private sealed class Line : ILink
    {
        private readonly SimulatedDevices _bench;
        private readonly Channel<Arrival> _arrivals = System.Threading.Channels.Channel.CreateBounded<Arrival>(new BoundedChannelOptions(LongestQueue) { SingleReader = true });
        private readonly string _device;

        internal Line(SimulatedDevices bench, string device)
        {
            (_bench, _device) = (bench, device);
            int source = bench._world.Devices.ToList().FindIndex(d => d.Name == device);
            Wire = new SimulatedLine(bench._clock, source, bench.Device(device), Arrive, _ => Lose("the simulated line broke"));
        }

        internal SimulatedLine Wire { get; }

        public string Path => $"simulated:{_device}";

        public string? Identity => $"simulated:{_bench._world.Scenario.Id}:{_device}";

        public async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            while (true)
            {
                Arrival arrival;
                try
                {
                    arrival = await _arrivals.Reader.ReadAsync(cancel);
                }
                catch (OperationCanceledException)
                {
                    yield break;
                }
                catch (ChannelClosedException closed) when (closed.InnerException is IOException lost)
                {
                    throw lost;
                }

                yield return arrival;
            }
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            lock (_bench._gate)
            {
                _bench.Advance();
                Wire.Send(bytes.Span);
                _bench.Wait();
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            lock (_bench._gate)
            {
                Wire.Disconnect();
            }

            Lose("it was closed");
            return ValueTask.CompletedTask;
        }

        private void Arrive(long atNs, ReadOnlyMemory<byte> bytes)
        {
            if (!_arrivals.Writer.TryWrite(new Arrival(_bench._beganNs + atNs, bytes.ToArray())))
            {
                Lose($"{LongestQueue} reads were not fetched");
            }
        }

        private void Lose(string why) => _arrivals.Writer.TryComplete(new IOException($"{Path} lost: {why}"));
    }
}
