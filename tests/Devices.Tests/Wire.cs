using System.Buffers;
using System.Globalization;

namespace Vascular.Devices.Tests;

/// <summary>Bytes in every way they can arrive.</summary>
internal static class Wire
{
    public static byte[] Hex(string hex) =>
        [.. hex.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(b => byte.Parse(b, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    /// <summary>One sequence of several segments, some of them empty if so given.</summary>
    public static ReadOnlySequence<byte> Segments(params byte[][] parts)
    {
        Segment first = new(parts[0], 0);
        Segment last = parts.Skip(1).Aggregate(first, (segment, part) => segment.Append(part));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    public static ReadOnlySequence<byte> BytePerSegment(byte[] bytes) => Segments([.. bytes.Select(b => new[] { b }), []]);

    public static byte[] FlipBit(byte[] bytes, int bit)
    {
        byte[] damaged = [.. bytes];
        damaged[bit / 8] ^= (byte)(1 << (bit % 8));
        return damaged;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long before) => (Memory, RunningIndex) = (bytes, before);

        public Segment Append(byte[] bytes)
        {
            Segment next = new(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
