using System.Buffers;
using System.Buffers.Binary;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.IntelliVue;

/// <summary>How messages are told apart.</summary>
public enum IntelliVueLine
{
    /// <summary>RS-232: C0, escaped header, message and frame check sequence, C1.</summary>
    Serial,

    /// <summary>UDP: one message a datagram; on the tape, and so in a stream, each after its length in two bytes.</summary>
    Datagram,
}

/// <summary>Frames of the Data Export interface, on either line.</summary>
/// <remarks>Sources: two public programs; the serial framing is one program's. Frame check sequence: PPP FCS-16 over header and message before escaping.</remarks>
public static class IntelliVueFraming
{
    /// <summary>Longest message that is read; the monitor's own limit is negotiated and smaller.</summary>
    public const int LongestMessage = 2048;

    /// <summary>What a reader may have to hold before it can say what the first byte is: a message of bytes that all need escaping.</summary>
    public const int LongestLook = 2 * (LongestMessage + HeaderBytes + CheckBytes) + 2;

    private const int HeaderBytes = 4;
    private const int CheckBytes = 2;
    private const byte Begin = 0xC0;
    private const byte End = 0xC1;
    private const byte Escape = 0x7D;
    private const byte Turned = 0x20;
    private const int GoodResidue = 0xF0B8;

    /// <summary>Takes one message, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="message">Room for <see cref="LongestMessage"/> bytes.</param>
    /// <param name="length">With Done: bytes of the message.</param>
    /// <param name="fault">With InvalidData: Checksum, Truncated (a frame began inside another), Range (a length that cannot be), else Noise.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, IntelliVueLine line, Span<byte> message, out int length, out WireFault fault) =>
        line == IntelliVueLine.Serial ? TryReadSerial(ref wire, message, out length, out fault) : TryReadDatagram(ref wire, message, out length, out fault);

    /// <summary>Appends one message with its framing.</summary>
    public static void Write(ReadOnlySpan<byte> message, IntelliVueLine line, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, LongestMessage);
        if (line == IntelliVueLine.Datagram)
        {
            wire.Write<byte>([(byte)(message.Length >> 8), (byte)message.Length]);
            wire.Write(message);
            return;
        }

        ReadOnlySpan<byte> header = [0x11, 0x01, (byte)(message.Length >> 8), (byte)message.Length];
        int check = ~Fold(Fold(0xFFFF, header), message);
        wire.Write([Begin]);
        Put(header, wire);
        Put(message, wire);
        Put([(byte)check, (byte)(check >> 8)], wire);
        wire.Write([End]);
    }

    private static OperationStatus TryReadDatagram(ref ReadOnlySequence<byte> wire, Span<byte> message, out int length, out WireFault fault)
    {
        (length, fault) = (0, WireFault.None);
        if (wire.Length < 2)
        {
            return OperationStatus.NeedMoreData;
        }

        Span<byte> prefix = stackalloc byte[2];
        wire.Slice(0, 2).CopyTo(prefix);
        int declared = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        if (declared is 0 or > LongestMessage)
        {
            wire = wire.Slice(1);
            fault = WireFault.Range;
            return OperationStatus.InvalidData;
        }

        if (wire.Length < 2 + declared)
        {
            return OperationStatus.NeedMoreData;
        }

        wire.Slice(2, declared).CopyTo(message);
        wire = wire.Slice(2 + declared);
        length = declared;
        return OperationStatus.Done;
    }

    private static OperationStatus TryReadSerial(ref ReadOnlySequence<byte> wire, Span<byte> message, out int length, out WireFault fault)
    {
        (length, fault) = (0, WireFault.None);
        Span<byte> copy = stackalloc byte[LongestLook];
        ReadOnlySpan<byte> look = WireLook.At(wire, copy);
        if (look.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        int stop = look[0] == Begin ? look[1..].IndexOfAny(Begin, End) + 1 : 0;
        if (look[0] == Begin && stop == 0 && look.Length < LongestLook)
        {
            return OperationStatus.NeedMoreData;
        }

        if (look[0] != Begin || stop == 0)
        {
            int next = look[1..].IndexOf(Begin) + 1;
            wire = wire.Slice(next > 0 ? next : look.Length);
            fault = WireFault.Noise;
            return OperationStatus.InvalidData;
        }

        if (look[stop] == Begin)
        {
            wire = wire.Slice(stop);
            fault = WireFault.Truncated;
            return OperationStatus.InvalidData;
        }

        fault = Open(look[1..stop], message, out length);
        wire = wire.Slice(stop + 1);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Takes escapes, header and check sequence off.</summary>
    private static WireFault Open(ReadOnlySpan<byte> escaped, Span<byte> message, out int length)
    {
        length = 0;
        Span<byte> plain = stackalloc byte[LongestMessage + HeaderBytes + CheckBytes];
        int count = 0;
        for (int i = 0; i < escaped.Length; i++)
        {
            bool turned = escaped[i] == Escape;
            if (count == plain.Length || (turned && ++i == escaped.Length))
            {
                return WireFault.Noise;
            }

            plain[count++] = (byte)(turned ? escaped[i] ^ Turned : escaped[i]);
        }

        if (count <= HeaderBytes + CheckBytes || Fold(0xFFFF, plain[..count]) != GoodResidue)
        {
            return WireFault.Checksum;
        }

        length = count - HeaderBytes - CheckBytes;
        if (plain[0] != 0x11 || plain[1] != 0x01 || BinaryPrimitives.ReadUInt16BigEndian(plain[2..]) != length)
        {
            return WireFault.Range;
        }

        plain.Slice(HeaderBytes, length).CopyTo(message);
        return WireFault.None;
    }

    private static void Put(ReadOnlySpan<byte> plain, IBufferWriter<byte> wire)
    {
        foreach (byte value in plain)
        {
            if (value is Begin or End or Escape)
            {
                wire.Write<byte>([Escape, (byte)(value ^ Turned)]);
            }
            else
            {
                wire.Write([value]);
            }
        }
    }

    private static int Fold(int sum, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) != 0 ? (sum >> 1) ^ 0x8408 : sum >> 1;
            }
        }

        return sum;
    }
}
