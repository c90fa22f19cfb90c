using System.Buffers;
using Vascular.Acquisition.Station;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>A simulated world that several threads touch: devices paced on the system clock, and the technician in the station's loop. One lock.</summary>
public sealed class SharedWorld(Scenario scenario)
{
    private readonly Lock gate = new();

    public SimulatedWorld World { get; } = new(scenario);

    public ISimulatedDevice Device(string name) => new Locked(World.Device(name), gate);

    public IBenchTime Time(IBenchTime time) => new LockedTime(time, gate);

    public T Look<T>(Func<SimulatedWorld, T> look)
    {
        lock (gate)
        {
            return look(World);
        }
    }

    private sealed class LockedTime(IBenchTime time, Lock gate) : IBenchTime
    {
        public long NowNs => time.NowNs;

        public void Schedule(long atNs, Action action) => time.Schedule(atNs, () =>
        {
            lock (gate)
            {
                action();
            }
        });
    }

    private sealed class Locked(ISimulatedDevice device, Lock gate) : ISimulatedDevice
    {
        public string Name => device.Name;

        public string TrueValueName => device.TrueValueName;

        public bool IsUp => Do(() => device.IsUp);

        public long? NextAtNs => Do(() => device.NextAtNs);

        public void Advance(long atNs, IBufferWriter<byte> wire)
        {
            lock (gate)
            {
                device.Advance(atNs, wire);
            }
        }

        public void Receive(long atNs, ReadOnlySpan<byte> bytes)
        {
            lock (gate)
            {
                device.Receive(atNs, bytes);
            }
        }

        public void Connected(long atNs)
        {
            lock (gate)
            {
                device.Connected(atNs);
            }
        }

        public void Disconnected(long atNs)
        {
            lock (gate)
            {
                device.Disconnected(atNs);
            }
        }

        public double? TrueValue(long atNs) => Do(() => device.TrueValue(atNs));

        private T Do<T>(Func<T> look)
        {
            lock (gate)
            {
                return look();
            }
        }
    }
}

/// <summary>What a line took from its device while it was plugged in once, and when.</summary>
public sealed class Plugging
{
    private readonly List<(long AtNs, int Count)> writes = [];

    public List<byte> Bytes { get; } = [];

    /// <summary>How many bytes had been handed to the line before a time.</summary>
    /// <param name="atNs">Nanoseconds since the world began.</param>
    public int Until(long atNs) => writes.Where(w => w.AtNs < atNs).Sum(w => w.Count);

    internal void Take(long atNs, ReadOnlySpan<byte> bytes)
    {
        writes.Add((atNs, bytes.Length));
        Bytes.AddRange(bytes);
    }
}

/// <summary>One device of a shared world behind a real line that is plugged and unplugged; keeps what the line took in each connection.</summary>
public sealed class PluggedDevice(ISimulatedDevice device, Func<IHostLine> plug, long startedAt) : IAsyncDisposable
{
    private CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;
    private Tapped? line;

    /// <summary>What the line took, plug by plug.</summary>
    public List<Plugging> Written { get; } = [];

    public void Plug()
    {
        Plugging written = new();
        Written.Add(written);
        stop = new CancellationTokenSource();
        line = new Tapped(plug(), written, startedAt);
        Tapped plugged = line;
        CancellationToken cancel = stop.Token;
        running = Task.Run(() => new PacedDevice(device, plugged, TimeProvider.System).RunAsync(cancel, startedAt), CancellationToken.None);
    }

    /// <summary>Pulls the cable: the other end sees the line go away. Plugged in again only after it ended.</summary>
    public async Task UnplugAsync(long atNs)
    {
        await stop.CancelAsync();
        await running;
        line?.Dispose();
        device.Disconnected(atNs);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        line?.Dispose();
        stop.Dispose();
    }

    private sealed class Tapped(IHostLine line, Plugging written, long startedAt) : IHostLine
    {
        public string Address => line.Address;

        public int? Read(Span<byte> bytes) => line.Read(bytes);

        public int Write(ReadOnlySpan<byte> bytes)
        {
            long atNs = (long)TimeProvider.System.GetElapsedTime(startedAt).TotalNanoseconds;
            int taken = line.Write(bytes);
            written.Take(atNs, bytes[..taken]);
            return taken;
        }

        public void HangUp() => line.HangUp();

        public void Dispose() => line.Dispose();
    }
}
