using System.Buffers;
using Vascular.Simulators.Checks;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tests;

/// <summary>A right device made wrong in one thing: each of its messages passes one function.</summary>
/// <param name="cut">Length of the message at the front of the bytes; 0 when there is no whole one.</param>
/// <param name="change">Message and its number; what is sent in its place.</param>
/// <param name="pace">How fast its clock runs; 1 is right.</param>
internal sealed class Mutant(ISimulatedDevice device, Func<List<byte>, int> cut, Func<byte[], int, byte[]> change, double pace = 1) : ISimulatedDevice
{
    private readonly ArrayBufferWriter<byte> clean = new();
    private readonly List<byte> rest = [];
    private int number;

    public string Name => device.Name;

    public bool IsUp => device.IsUp;

    public long? NextAtNs => device.NextAtNs is { } next ? (long)Math.Ceiling(next / pace) : null;

    public string TrueValueName => device.TrueValueName;

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        clean.ResetWrittenCount();
        device.Advance((long)(atNs * pace) + 1, clean);
        rest.AddRange(clean.WrittenSpan);
        while (rest.Count > 0 && cut(rest) is > 0 and var length)
        {
            wire.Write(change([.. rest.Take(length)], number++));
            rest.RemoveRange(0, length);
        }
    }

    public void Receive(long atNs, ReadOnlySpan<byte> bytes) => device.Receive((long)(atNs * pace) + 1, bytes);

    public void Connected(long atNs) => device.Connected(atNs);

    public void Disconnected(long atNs) => device.Disconnected(atNs);

    public double? TrueValue(long atNs) => device.TrueValue(atNs);

    /// <summary>Holds a device against a check on the virtual clock.</summary>
    public static void Hold(ProtocolCheck check, ISimulatedDevice device, double seconds)
    {
        ArrayBufferWriter<byte> wire = new();
        long endNs = Nanoseconds.FromSeconds(seconds);
        long windUpNs = endNs - Nanoseconds.FromSeconds(check.WindUpSeconds);
        bool winding = false;
        long nowNs = 0;
        device.Connected(0);
        check.Begin();
        while (nowNs < endNs)
        {
            long next = Math.Min(device.NextAtNs ?? endNs, Math.Min(check.NextAtNs ?? endNs, winding ? endNs : windUpNs));
            nowNs = Math.Min(endNs, Math.Max(nowNs, next));
            wire.ResetWrittenCount();
            device.Advance(nowNs, wire);
            if (wire.WrittenCount > 0)
            {
                check.Hear(nowNs, wire.WrittenSpan);
            }

            if (!winding && nowNs >= windUpNs)
            {
                winding = true;
                check.WindUp(nowNs);
            }

            check.Wake(nowNs);
            while (check.NextToSend() is { } said)
            {
                device.Receive(nowNs, said);
            }
        }

        check.End(endNs);
    }
}

/// <summary>One connection to an iiod, as a device.</summary>
internal sealed class IiodDevice(IiodSession session) : ISimulatedDevice
{
    public string Name => "iiod";

    public bool IsUp => true;

    public long? NextAtNs => session.NextAtNs;

    public string TrueValueName => "none";

    public void Advance(long atNs, IBufferWriter<byte> wire) => session.Advance(atNs, wire);

    public void Receive(long atNs, ReadOnlySpan<byte> bytes) => session.Receive(atNs, bytes);

    public void Connected(long atNs)
    {
    }

    public void Disconnected(long atNs)
    {
    }

    public double? TrueValue(long atNs) => null;
}
