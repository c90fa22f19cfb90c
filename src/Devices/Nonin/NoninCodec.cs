using System.Buffers;
using System.Buffers.Binary;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Nonin;

/// <summary>Nonin serial data format 7: status, pleth high, pleth low, float, checksum. Knows bytes, never a port.</summary>
/// <remarks>
/// Source: Nonin, Model 9560 OEM Specification and Technical Information. The other formats have codecs of their own beside this one.
/// <para>Format 7 has no constant byte to find a frame by: bit 7 of the status is always set, but other bytes may have it too. So an unaligned
/// reader believes a position only when <see cref="NoninAlignment.Windows"/> windows in a row hold there. On a flat trace a shifted window can
/// hold as well (80 80 00 00 00 repeated holds at two shifts), so while a second shift also holds, the look goes on until only one does,
/// at most one packet: no 26 windows of a working device hold at a wrong shift, since its numbers are never all zero.</para>
/// <para>An aligned reader loses one frame to damage inside it and stays aligned when the frame after it holds; otherwise (a byte was lost
/// or added) it drops one byte and aligns anew.</para>
/// </remarks>
public static class NoninCodec
{
    /// <summary>Bytes in a frame.</summary>
    public const int FrameBytes = 5;

    /// <summary>Frames in a packet.</summary>
    public const int FramesPerPacket = 25;

    /// <summary>Frames, and samples, in a second.</summary>
    public const int FramesPerSecond = 75;

    /// <summary>What a reader may have to hold before it can say what the first byte is.</summary>
    public const int LongestLook = (FramesPerPacket + 2) * FrameBytes;

    /// <summary>Takes one frame, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="wire">Bytes in order of arrival. Advanced by Done and InvalidData, untouched by NeedMoreData; an end of the line is the caller's to judge
    /// (<see cref="LeftOver"/>).</param>
    /// <param name="alignment">What the calls before learnt; begin with a new one whenever the line opens.</param>
    /// <param name="fault">With InvalidData: Checksum for a frame damaged in an aligned stream, Noise for bytes in which no frame was found.</param>
    public static OperationStatus TryReadFormat7(ref ReadOnlySequence<byte> wire, ref NoninAlignment alignment, out NoninFrame frame, out WireFault fault)
    {
        (frame, fault) = (default, WireFault.None);
        Span<byte> copy = stackalloc byte[LongestLook];
        ReadOnlySpan<byte> look = WireLook.At(wire, copy);
        if (look.Length < FrameBytes)
        {
            return OperationStatus.NeedMoreData;
        }

        if (alignment.Trusted && Holds(look))
        {
            return Take(ref wire, look, out frame);
        }

        if (alignment.Trusted)
        {
            if (look.Length < 2 * FrameBytes)
            {
                return OperationStatus.NeedMoreData;
            }

            bool onlyThisFrame = Holds(look[FrameBytes..]) && !HoldsBefore(look, FrameBytes);
            alignment = alignment with { Trusted = onlyThisFrame };
            wire = wire.Slice(onlyThisFrame ? FrameBytes : 1);
            fault = WireFault.Checksum;
            return OperationStatus.InvalidData;
        }

        return Align(ref wire, look, ref alignment, out frame, out fault);
    }

    /// <summary>What bytes that stayed behind when the line closed are: a frame of an aligned stream that was whole but damaged is Checksum, anything else Truncated.</summary>
    public static WireFault LeftOver(in ReadOnlySequence<byte> wire, in NoninAlignment alignment) =>
        wire.IsEmpty ? WireFault.None : alignment.Trusted && wire.Length >= FrameBytes ? WireFault.Checksum : WireFault.Truncated;

    /// <summary>Appends one frame of format 7. Bit 7 of the status is set whatever <paramref name="frame"/> says.</summary>
    public static void WriteFormat7(in NoninFrame frame, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        Span<byte> bytes = wire.GetSpan(FrameBytes);
        bytes[0] = (byte)(frame.Status | NoninStatus.Always);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], frame.Pleth);
        bytes[3] = frame.Float;
        bytes[4] = Checksum(bytes);
        wire.Advance(FrameBytes);
    }

    private static OperationStatus Align(
        ref ReadOnlySequence<byte> wire, ReadOnlySpan<byte> look, ref NoninAlignment alignment, out NoninFrame frame, out WireFault fault)
    {
        (frame, fault) = (default, WireFault.None);
        int noise = 0;
        while (look.Length - noise >= FrameBytes)
        {
            switch (Judge(look[noise..], alignment.Windows))
            {
                case OperationStatus.Done when noise == 0:
                    alignment = alignment with { Trusted = true };
                    return Take(ref wire, look, out frame);

                case OperationStatus.InvalidData:
                    noise++;
                    continue;
            }

            break;
        }

        if (noise == 0)
        {
            return OperationStatus.NeedMoreData;
        }

        wire = wire.Slice(noise);
        fault = WireFault.Noise;
        return OperationStatus.InvalidData;
    }

    /// <summary>Whether a frame begins at the first byte: yes, no, or more must be seen.</summary>
    private static OperationStatus Judge(ReadOnlySpan<byte> look, int windows)
    {
        int rivals = 0b11110;       // bit p: a shift by p bytes has held so far
        for (int n = 0; n <= FramesPerPacket; n++)
        {
            if (look.Length < (n + 1) * FrameBytes)
            {
                return OperationStatus.NeedMoreData;
            }

            if (!Holds(look[(n * FrameBytes)..]))
            {
                return OperationStatus.InvalidData;
            }

            // the windows of a shift lie between two of ours, so they can be judged once the second of the two is here
            for (int shift = 1; shift < FrameBytes && n > 0; shift++)
            {
                if (!Holds(look[((n - 1) * FrameBytes + shift)..]))
                {
                    rivals &= ~(1 << shift);
                }
            }

            if (n + 1 >= windows && rivals == 0)
            {
                return OperationStatus.Done;
            }
        }

        return OperationStatus.InvalidData;
    }

    private static OperationStatus Take(ref ReadOnlySequence<byte> wire, ReadOnlySpan<byte> look, out NoninFrame frame)
    {
        frame = new NoninFrame((NoninStatus)look[0], BinaryPrimitives.ReadUInt16BigEndian(look[1..]), look[3]);
        wire = wire.Slice(FrameBytes);
        return OperationStatus.Done;
    }

    /// <summary>After a lost byte the next frame begins early, and then a window between the damaged one and its successor holds.</summary>
    private static bool HoldsBefore(ReadOnlySpan<byte> look, int end)
    {
        for (int at = 1; at < end; at++)
        {
            if (Holds(look[at..]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(ReadOnlySpan<byte> window) => (window[0] & (byte)NoninStatus.Always) != 0 && Checksum(window) == window[4];

    private static byte Checksum(ReadOnlySpan<byte> window) => (byte)(window[0] + window[1] + window[2] + window[3]);
}
