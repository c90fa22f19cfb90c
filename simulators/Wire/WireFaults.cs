using System.Buffers;

namespace Vascular.Simulators.Wire;

/// <summary>A device behind a line that may be bad: faults act on its bytes, from the seed. The device itself does not know.</summary>
public sealed class WireFaults : ISimulatedDevice
{
    private readonly ISimulatedDevice device;
    private readonly ArrayBufferWriter<byte> clean = new(256);

    public WireFaults(ISimulatedDevice device, IEnumerable<LineFault> faults, ulong seed, Action<AppliedFault>? told = null, bool datagrams = false)
    {
        ArgumentNullException.ThrowIfNull(device);
        (this.device, Line) = (device, new SpoiltLine(faults, seed, device.Name, told, datagrams));
    }

    public string Name => device.Name;

    public string TrueValueName => device.TrueValueName;

    public bool IsUp { get; private set; }

    /// <summary>The line: takes faults while it runs.</summary>
    public SpoiltLine Line { get; }

    public long? NextAtNs => !IsUp ? device.NextAtNs : Line.NextAtNs is not { } line ? device.NextAtNs : device.NextAtNs is { } next ? Math.Min(next, line) : line;

    public void Connected(long atNs)
    {
        IsUp = true;
        Line.Begin(atNs);
        device.Connected(atNs);
    }

    public void Disconnected(long atNs)
    {
        IsUp = false;
        Line.End();
        device.Disconnected(atNs);
    }

    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
        if (IsUp)
        {
            device.Receive(atNs, bytes);
        }
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        clean.ResetWrittenCount();
        device.Advance(atNs, clean);
        if (!IsUp)
        {
            return;
        }

        Line.Advance(atNs, wire);
        Line.Pass(atNs, clean.WrittenSpan, wire);
        if (Line.IsBroken)
        {
            Disconnected(atNs);
        }
    }

    public double? TrueValue(long atNs) => device.TrueValue(atNs);
}
