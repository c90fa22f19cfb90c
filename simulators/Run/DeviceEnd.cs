using System.Buffers;
using System.Globalization;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Run;

/// <summary>One device of a scenario and the line a host finds it at.</summary>
/// <remarks>Looked at now and then, on the one thread of the run; never waits. What a host does not read is lost, as behind a real port.</remarks>
public sealed class DeviceEnd(ISimulatedDevice device, IHostLine line, TextWriter? truth) : IRunEnd
{
    private readonly ArrayBufferWriter<byte> wire = new(256);
    private readonly byte[] heard = new byte[4096];

    public bool HasHost { get; private set; }

    public long? NextAtNs => device.NextAtNs;

    /// <summary>Bytes a host has taken.</summary>
    public long Bytes { get; private set; }

    public void Look(long nowNs)
    {
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

        Bytes += line.Write(wire.WrittenSpan);
        truth?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"at_s\":{Nanoseconds.ToSeconds(atNs):F6},\"device\":\"{device.Name}\",\"bytes\":{Bytes},\"{device.TrueValueName}\":{device.TrueValue(atNs)?.ToString("F3", CultureInfo.InvariantCulture) ?? "null"}}}"));
    }

    public void Dispose() => line.Dispose();
}
