using System.Buffers;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Wire;

/// <summary>A line that does wrong to the bytes a device sends, from the seed. Knows neither device nor host.</summary>
/// <remarks>Every fault has a source of chance of its own, so that one more fault moves no other. Faults strike in the order in which they were added.
/// On a line of datagrams (each after its length in two bytes) drop, duplicate and reorder take whole ones, and flip never touches the length.</remarks>
public sealed class SpoiltLine
{
    /// <summary>Bytes that a burst may hold back. What comes beyond is lost and counted.</summary>
    public const int MostHeld = 1 << 20;

    private readonly ulong seed;
    private readonly string name;
    private readonly bool datagrams;
    private readonly Action<AppliedFault>? told;
    private readonly List<Acting> faults = [];
    private readonly ArrayBufferWriter<byte> held = new();
    private readonly ArrayBufferWriter<byte> partial = new();
    private readonly ArrayBufferWriter<byte> swapped = new();
    private readonly byte[] one = new byte[1];
    private int added;
    private long heldUntilNs;
    private long stalledUntilNs;
    private long stallLost;
    private Acting? stall;
    private Acting? burst;
    private int cut;

    /// <param name="name">Of the device, for the sources of chance.</param>
    /// <param name="told">Hears of each fault as it is done.</param>
    public SpoiltLine(IEnumerable<LineFault> faults, ulong seed, string name, Action<AppliedFault>? told = null, bool datagrams = false)
    {
        ArgumentNullException.ThrowIfNull(faults);
        (this.seed, this.name, this.told, this.datagrams) = (seed, name, told, datagrams);
        foreach (LineFault fault in faults)
        {
            Add(fault, 0);
        }
    }

    /// <summary>The faults as they were added; those that strike once and have are gone.</summary>
    public IEnumerable<LineFault> Faults => faults.Where(f => !f.Done).Select(f => f.Fault);

    /// <summary>Faults done to the wire so far.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes given to the host since the start.</summary>
    public long Offset { get; private set; }

    /// <summary>True from a disconnect until <see cref="Begin"/>.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>When a broken line can be had again.</summary>
    public long BackAtNs { get; private set; }

    /// <summary>When the line does something by itself: gives out what it held, or breaks; null when it will not.</summary>
    public long? NextAtNs
    {
        get
        {
            long? next = held.WrittenCount > 0 ? heldUntilNs : null;
            foreach (Acting fault in faults)
            {
                if (!IsBroken && fault is { Done: false, Fault: { Kind: LineFaultKind.Disconnect, Chance: null } } && (next is null || fault.AtNs < next))
                {
                    next = fault.AtNs;
                }
            }

            return next;
        }
    }

    /// <param name="nowNs">A fault without a time strikes from here on.</param>
    public void Add(LineFault fault, long nowNs)
    {
        ArgumentNullException.ThrowIfNull(fault);
        faults.Add(new Acting(fault, fault.AtNs ?? nowNs, new SeededStream(seed, $"{name}/faults/{fault.Word}/{added++}")));
        faults.RemoveAll(f => f.Done);
    }

    /// <summary>No fault any more; a stall or burst under way ends.</summary>
    public void Clear(long nowNs)
    {
        faults.Clear();
        (stalledUntilNs, heldUntilNs) = (Math.Min(stalledUntilNs, nowNs), Math.Min(heldUntilNs, nowNs));
    }

    /// <summary>A host has connected.</summary>
    public void Begin(long atNs)
    {
        IsBroken = false;
        Forget();
        foreach (Acting missed in faults.Where(f => f.Fault is { Kind: LineFaultKind.Disconnect, Chance: null } && f.AtNs <= atNs))
        {
            missed.Done = true; // there was no host to lose
        }

        foreach (Acting fault in faults.Where(f => f.Fault.Kind == LineFaultKind.MidFrame && !f.Done && f.AtNs <= atNs))
        {
            if (fault.Fault.Chance is not { } chance || fault.Chance.Unit() < chance)
            {
                fault.Done = fault.Fault is { Chance: null, AtNs: not null };
                cut = (int)fault.Fault.AmountOr(fault.Chance);
                Tell(new AppliedFault(atNs, Offset, fault.Fault, Amount: cut));
            }
        }
    }

    /// <summary>The host has gone: what was held is lost.</summary>
    public void End() => Forget();

    /// <summary>Does what is due by itself; to be called before <see cref="Pass"/> at the same time.</summary>
    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        foreach (Acting fault in faults)
        {
            if (!IsBroken && fault is { Done: false, Fault: { Kind: LineFaultKind.Disconnect, Chance: null } } && fault.AtNs <= atNs)
            {
                fault.Done = true;
                Break(fault, atNs);
            }
        }

        if (burst is not null && heldUntilNs <= atNs)
        {
            Tell(new AppliedFault(atNs, Offset, burst.Fault, Amount: held.WrittenCount, Over: true));
            Give(held.WrittenSpan, wire);
            held.ResetWrittenCount();
            burst = null;
        }

        if (stall is not null && stalledUntilNs <= atNs)
        {
            Tell(new AppliedFault(atNs, Offset, stall.Fault, Amount: stallLost, Over: true));
            (stall, stallLost) = (null, 0);
        }
    }

    /// <summary>Takes what the device says and gives what is left of it.</summary>
    public void Pass(long atNs, ReadOnlySpan<byte> bytes, IBufferWriter<byte> wire)
    {
        if (faults.Count == 0 && !datagrams && IsClear)
        {
            Give(bytes, wire);
            return;
        }

        foreach (byte value in bytes)
        {
            if (IsBroken)
            {
                return;
            }

            if (!datagrams)
            {
                one[0] = value;
                Unit(atNs, one, wire);
                continue;
            }

            partial.Write([value]);
            ReadOnlySpan<byte> whole = partial.WrittenSpan;
            if (whole.Length >= 2 && whole.Length == 2 + ((whole[0] << 8) | whole[1]))
            {
                byte[] datagram = whole.ToArray();
                partial.ResetWrittenCount();
                Unit(atNs, datagram, wire);
            }
        }
    }

    /// <summary>Nothing of an earlier fault is left to do.</summary>
    private bool IsClear => !IsBroken && stall is null && burst is null && cut == 0 && swapped.WrittenCount == 0;

    /// <summary>One byte, or one datagram.</summary>
    private void Unit(long atNs, Span<byte> unit, IBufferWriter<byte> wire)
    {
        Begin(LineFaultKind.Disconnect, atNs, unit);
        if (IsBroken)
        {
            return;
        }

        stall = Begin(LineFaultKind.Stall, atNs, unit) ?? stall;
        burst = Begin(LineFaultKind.Burst, atNs, unit) ?? burst;
        if (cut > 0 && !datagrams)
        {
            cut--;
            return;
        }

        if (atNs < stalledUntilNs)
        {
            stallLost += unit.Length;
            return;
        }

        if (Strikes(LineFaultKind.Drop, atNs) is { } drop)
        {
            Tell(new AppliedFault(atNs, Offset, drop.Fault, unit[^1]));
            return;
        }

        Flip(atNs, unit);
        if (swapped.WrittenCount == 0 && Strikes(LineFaultKind.Reorder, atNs) is { } reorder)
        {
            Tell(new AppliedFault(atNs, Offset, reorder.Fault, unit[^1]));
            swapped.Write(unit);
            return;
        }

        Out(Beheaded(unit), wire);
        if (Strikes(LineFaultKind.Duplicate, atNs) is { } twice)
        {
            Tell(new AppliedFault(atNs, Offset, twice.Fault, unit[^1]));
            Out(unit, wire);
        }

        if (swapped.WrittenCount > 0)
        {
            Out(swapped.WrittenSpan, wire);
            swapped.ResetWrittenCount();
        }
    }

    private void Flip(long atNs, Span<byte> unit)
    {
        for (int at = datagrams ? 2 : 0; at < unit.Length; at++)
        {
            if (Strikes(LineFaultKind.Flip, atNs) is { } flip)
            {
                byte was = unit[at];
                unit[at] ^= (byte)(1 << flip.Chance.Below(8));
                Tell(new AppliedFault(atNs, Offset + at, flip.Fault, was, unit[at]));
            }
        }
    }

    /// <summary>A datagram without its first bytes.</summary>
    private ReadOnlySpan<byte> Beheaded(Span<byte> unit)
    {
        int less = datagrams ? Math.Min(cut, unit.Length - 2) : 0;
        if (less == 0)
        {
            return unit;
        }

        cut = 0;
        int length = unit.Length - 2 - less;
        (unit[less], unit[less + 1]) = ((byte)(length >> 8), (byte)length);
        return unit[less..];
    }

    private void Out(ReadOnlySpan<byte> unit, IBufferWriter<byte> wire)
    {
        if (burst is null)
        {
            Give(unit, wire);
        }
        else if (held.WrittenCount + unit.Length <= MostHeld)
        {
            held.Write(unit);
        }
        else
        {
            Count += unit.Length;
        }
    }

    private void Give(ReadOnlySpan<byte> bytes, IBufferWriter<byte> wire)
    {
        wire.Write(bytes);
        Offset += bytes.Length;
    }

    /// <summary>A fault that lasts begins; null when none does.</summary>
    private Acting? Begin(LineFaultKind kind, long atNs, ReadOnlySpan<byte> unit)
    {
        if (Strikes(kind, atNs) is not { } fault)
        {
            return null;
        }

        long untilNs = atNs + Nanoseconds.FromSeconds(fault.Fault.AmountOr(fault.Chance));
        switch (kind)
        {
            case LineFaultKind.Disconnect:
                Break(fault, atNs);
                return fault;
            case LineFaultKind.Stall:
                stalledUntilNs = Math.Max(stalledUntilNs, untilNs);
                break;
            default:
                heldUntilNs = Math.Max(heldUntilNs, untilNs);
                break;
        }

        Tell(new AppliedFault(atNs, Offset, fault.Fault, unit[^1], Amount: fault.Fault.AmountOr(fault.Chance)));
        return fault;
    }

    private void Break(Acting fault, long atNs)
    {
        double seconds = fault.Fault.AmountOr(fault.Chance);
        (IsBroken, BackAtNs) = (true, atNs + Nanoseconds.FromSeconds(seconds));
        Tell(new AppliedFault(atNs, Offset, fault.Fault, Amount: seconds));
        Forget();
    }

    private Acting? Strikes(LineFaultKind kind, long atNs)
    {
        Acting? struck = null;
        foreach (Acting fault in faults)
        {
            if (fault.Fault.Kind == kind && fault.Strikes(atNs))
            {
                struck ??= fault;
            }
        }

        return struck;
    }

    private void Forget()
    {
        held.ResetWrittenCount();
        partial.ResetWrittenCount();
        swapped.ResetWrittenCount();
        (burst, stall, stallLost, heldUntilNs, stalledUntilNs, cut) = (null, null, 0, 0, 0, 0);
    }

    private void Tell(in AppliedFault fault)
    {
        Count++;
        told?.Invoke(fault);
    }

    /// <summary>A fault with its chance and what is left of it.</summary>
    private sealed class Acting(LineFault fault, long atNs, SeededStream chance)
    {
        private int left;

        public LineFault Fault => fault;

        public long AtNs => atNs;

        public SeededStream Chance => chance;

        /// <summary>It strikes once, and has.</summary>
        public bool Done { get; set; }

        public bool Strikes(long nowNs)
        {
            if (left > 0)
            {
                left--;
                return true;
            }

            if (Done || nowNs < atNs || (fault.Chance is { } likely && chance.Unit() >= likely))
            {
                return false;
            }

            Done = fault.Chance is null;
            left = fault.Lasts ? 0 : Math.Max(0, (int)fault.AmountOr(chance) - 1);
            return true;
        }
    }
}
