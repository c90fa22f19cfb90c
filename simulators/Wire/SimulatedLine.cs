using System.Buffers;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Wire;

/// <summary>A device's line on the virtual clock: each read of the host is one call of <c>arrived</c>, at the virtual time it happens.</summary>
/// <remarks>Everything happens on the thread that runs the clock.</remarks>
public sealed class SimulatedLine
{
    private readonly VirtualClock clock;
    private readonly int source;
    private readonly ISimulatedDevice device;
    private readonly Action<long, ReadOnlyMemory<byte>> arrived;
    private readonly Action<long>? lost;
    private readonly ArrayBufferWriter<byte> read = new(256);
    private long? scheduledAtNs;

    /// <param name="source">Index of the device among the clock's sources.</param>
    /// <param name="arrived">Time and bytes of one read; the memory is valid during the call only.</param>
    /// <param name="lost">Called when a fault broke the line; it stays broken until <see cref="Connect"/>.</param>
    public SimulatedLine(VirtualClock clock, int source, ISimulatedDevice device, Action<long, ReadOnlyMemory<byte>> arrived, Action<long>? lost = null)
    {
        (this.clock, this.source, this.device, this.arrived, this.lost) = (clock, source, device, arrived, lost);
    }

    public void Connect()
    {
        device.Connected(clock.NowNs);
        ScheduleNext();
    }

    public void Disconnect()
    {
        device.Disconnected(clock.NowNs);
    }

    /// <summary>Bytes from the host, at the clock's time.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (device.IsUp)
        {
            device.Receive(clock.NowNs, bytes);
            ScheduleNext();
        }
    }

    private void ScheduleNext()
    {
        if (!device.IsUp || device.NextAtNs is not { } next || scheduledAtNs <= next)
        {
            return; // an event that comes too early finds nothing to deliver and schedules the next one
        }

        long atNs = Math.Max(next, clock.NowNs);
        scheduledAtNs = atNs;
        clock.Schedule(atNs, source, () => Run(atNs));
    }

    private void Run(long atNs)
    {
        if (scheduledAtNs == atNs)
        {
            scheduledAtNs = null;
        }

        if (!device.IsUp)
        {
            return;
        }

        read.ResetWrittenCount();
        device.Advance(atNs, read);
        if (read.WrittenCount > 0)
        {
            arrived(atNs, read.WrittenMemory);
        }

        if (!device.IsUp)
        {
            lost?.Invoke(atNs);
        }

        ScheduleNext();
    }
}
