using System.Buffers;
using System.Globalization;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Wire;

/// <summary>One device and the line a host finds it at.</summary>
/// <remarks>Looked at now and then, on one thread; never waits. What a host does not read is lost, as behind a real port. A line that a fault broke is hung up, and can be
/// had again when the fault says.</remarks>
/// <param name="truth">Gets a line of JSON for each read a host was given.</param>
public sealed class DeviceEnd(ISimulatedDevice device, IHostLine line, TextWriter? truth) : IRunEnd
{
    private readonly ArrayBufferWriter<byte> wire = new(256);
    private readonly byte[] heard = new byte[4096];
    private long brokenUntilNs;

    public bool HasHost { get; private set; }

    public long? NextAtNs => device.NextAtNs;

    /// <summary>Bytes a host has taken.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes lost because the host did not read.</summary>
    public long BytesLost { get; private set; }

    public void Look(long nowNs)
    {
        if (HasHost && !device.IsUp)
        {
            (HasHost, brokenUntilNs) = (false, (device as WireFaults)?.Line.BackAtNs ?? nowNs);
            line.HangUp();
        }

        if (nowNs < brokenUntilNs)
        {
            return;
        }

        int? read = line.Read(heard);
        if (read is null == HasHost)
        {
            HasHost = !HasHost;
            if (HasHost)
            {
                device.Connected(nowNs);
            }
            else
            {
                device.Disconnected(nowNs);
            }
        }

        if (read > 0)
        {
            device.Receive(nowNs, heard.AsSpan(0, read.Value));
        }
    }

    public void Speak(long atNs)
    {
        wire.ResetWrittenCount();
        device.Advance(atNs, wire);
        if (!HasHost || wire.WrittenCount == 0)
        {
            return;
        }

        int written = line.Write(wire.WrittenSpan);
        Bytes += written;
        BytesLost += wire.WrittenCount - written;
        truth?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"at_s\":{Nanoseconds.ToSeconds(atNs):F6},\"device\":\"{device.Name}\",\"bytes\":{Bytes},\"{device.TrueValueName}\":{device.TrueValue(atNs)?.ToString("F3", CultureInfo.InvariantCulture) ?? "null"}}}"));
    }

    public void Dispose() => line.Dispose();
}
