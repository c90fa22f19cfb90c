using System.Buffers;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Wire;

/// <summary>What goes wrong on a line. Nothing, unless said.</summary>
public sealed record WireFaultPlan
{
    /// <summary>Chance that a byte is lost, 0 to 1.</summary>
    public double Drop { get; init; }

    /// <summary>Chance that one bit of a byte is turned over, 0 to 1.</summary>
    public double Flip { get; init; }

    /// <summary>Chance that a byte comes twice, 0 to 1.</summary>
    public double Duplicate { get; init; }

    /// <summary>Times in which the line is up and nothing comes; what the device says meanwhile is lost.</summary>
    public IReadOnlyList<(long FromNs, long ToNs)> Stalls { get; init; } = [];

    /// <summary>When the line breaks; it stays broken until somebody connects again.</summary>
    public IReadOnlyList<long> DisconnectsAtNs { get; init; } = [];
}

/// <summary>A device behind a bad line: faults act on its bytes, from the seed. The device itself does not know.</summary>
public sealed class WireFaults : ISimulatedDevice
{
    private readonly ISimulatedDevice device;
    private readonly WireFaultPlan plan;
    private readonly SeededStream chance;
    private readonly ArrayBufferWriter<byte> clean = new(256);
    private long connectedAtNs;

    public WireFaults(ISimulatedDevice device, WireFaultPlan plan, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(plan);
        (this.device, this.plan, chance) = (device, plan, new SeededStream(seed, device.Name + "/faults"));
    }

    public string Name => device.Name;

    public string TrueValueName => device.TrueValueName;

    public bool IsUp { get; private set; }

    /// <summary>Bytes lost, changed or added so far.</summary>
    public long Faults { get; private set; }

    public long? NextAtNs
    {
        get
        {
            long? breaks = IsUp ? NextBreakNs() : null;
            return breaks is null ? device.NextAtNs : device.NextAtNs is { } next ? Math.Min(next, breaks.Value) : breaks;
        }
    }

    public void Connected(long atNs)
    {
        (IsUp, connectedAtNs) = (true, atNs);
        device.Connected(atNs);
    }

    public void Disconnected(long atNs)
    {
        IsUp = false;
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
        if (IsUp && NextBreakNs() <= atNs)
        {
            Disconnected(atNs);
        }

        clean.ResetWrittenCount();
        device.Advance(atNs, clean);
        if (!IsUp || Stalled(atNs))
        {
            Faults += clean.WrittenCount;
            return;
        }

        foreach (byte value in clean.WrittenSpan)
        {
            Spoil(value, wire);
        }
    }

    public double? TrueValue(long atNs) => device.TrueValue(atNs);

    private void Spoil(byte value, IBufferWriter<byte> wire)
    {
        if (chance.Unit() < plan.Drop)
        {
            Faults++;
            return;
        }

        if (chance.Unit() < plan.Flip)
        {
            Faults++;
            value ^= (byte)(1 << chance.Below(8));
        }

        wire.Write([value]);
        if (chance.Unit() < plan.Duplicate)
        {
            Faults++;
            wire.Write([value]);
        }
    }

    private bool Stalled(long atNs)
    {
        foreach ((long fromNs, long toNs) in plan.Stalls)
        {
            if (atNs >= fromNs && atNs < toNs)
            {
                return true;
            }
        }

        return false;
    }

    private long? NextBreakNs()
    {
        long? next = null;
        foreach (long atNs in plan.DisconnectsAtNs)
        {
            if (atNs > connectedAtNs && (next is null || atNs < next))
            {
                next = atNs;
            }
        }

        return next;
    }
}
