using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Pcd01;

/// <summary>Minimal lower layer protocol: 0B, message, 1C 0D.</summary>
public static class Mllp
{
    /// <summary>Longest message that is read; a longer one is refused as Noise.</summary>
    public const int LongestMessage = 65_535;

    /// <summary>What a reader may have to hold before it can say what the first byte is.</summary>
    public const int LongestLook = LongestMessage + FramingBytes;

    private const int FramingBytes = 3;

    internal const byte Begin = 0x0B;
    private const byte End = 0x1C;
    private const byte Return = 0x0D;

    /// <summary>Takes one message, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="message">With Done: the message without its framing; valid as long as the wire's memory is.</param>
    /// <param name="fault">With InvalidData: Truncated (a message began inside another), else Noise.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out ReadOnlySequence<byte> message, out WireFault fault) =>
        TryRead(ref wire, LongestMessage, out message, out fault);

    /// <param name="longest">Longest message that is read.</param>
    internal static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, int longest, out ReadOnlySequence<byte> message, out WireFault fault)
    {
        int longestLook = longest + FramingBytes;
        (message, fault) = (default, WireFault.None);
        SequenceReader<byte> reader = new(wire);
        if (!reader.TryRead(out byte first))
        {
            return OperationStatus.NeedMoreData;
        }

        if (first != Begin)
        {
            wire = reader.TryAdvanceTo(Begin, advancePastDelimiter: false) ? wire.Slice(reader.Position) : wire.Slice(wire.End);
            fault = WireFault.Noise;
            return OperationStatus.InvalidData;
        }

        SequencePosition start = reader.Position;
        while (reader.Consumed <= longestLook && reader.TryAdvanceToAny([Begin, End], advancePastDelimiter: false))
        {
            SequencePosition stop = reader.Position;
            reader.TryRead(out byte found);
            if (found == Begin)
            {
                wire = wire.Slice(stop);
                fault = WireFault.Truncated;
                return OperationStatus.InvalidData;
            }

            if (!reader.TryPeek(out byte next))
            {
                return OperationStatus.NeedMoreData;
            }

            if (next == Return)
            {
                message = wire.Slice(start, stop);
                reader.Advance(1);
                wire = wire.Slice(reader.Position);
                return OperationStatus.Done;
            }
        }

        if (wire.Length < longestLook)
        {
            return OperationStatus.NeedMoreData;
        }

        wire = wire.Slice(1);
        fault = WireFault.Noise;
        return OperationStatus.InvalidData;
    }

    /// <summary>Appends one message with its framing.</summary>
    public static void Write(ReadOnlySpan<byte> message, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        wire.Write([Begin]);
        wire.Write(message);
        wire.Write([End, Return]);
    }
}
