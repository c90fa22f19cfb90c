using System.Buffers;
using System.Buffers.Binary;

namespace Vascular.Devices.Links;

/// <summary>Messages of a line without a byte stream, as they stand on the tape: each behind its length in two bytes, big endian.</summary>
/// <remarks>A message of 65,535 bytes or more stands in parts: as many of 65,535 as it fills, and a shorter one, which may be empty, that ends it.
/// So a whole message is the parts up to the first that is shorter than 65,535, and none is too long.</remarks>
internal static class MessageParts
{
    internal const int LengthBytes = 2;
    internal const int FullPart = ushort.MaxValue;

    /// <summary>Bytes a message takes with its lengths.</summary>
    internal static int SizeOf(int message) => message + (((message / FullPart) + 1) * LengthBytes);

    /// <summary>Appends one message.</summary>
    internal static void Write(in ReadOnlySequence<byte> message, IBufferWriter<byte> tape)
    {
        ReadOnlySequence<byte> rest = message;
        while (true)
        {
            int part = (int)Math.Min(rest.Length, FullPart);
            BinaryPrimitives.WriteUInt16BigEndian(tape.GetSpan(LengthBytes), (ushort)part);
            tape.Advance(LengthBytes);
            foreach (ReadOnlyMemory<byte> piece in rest.Slice(0, part))
            {
                tape.Write(piece.Span);
            }

            rest = rest.Slice(part);
            if (part < FullPart)
            {
                return;
            }
        }
    }

    /// <summary>Takes one message off the front of <paramref name="tape"/>.</summary>
    /// <param name="message">Room for it; a message it cannot hold is passed over whole.</param>
    /// <returns>Done; NeedMoreData; InvalidData for a message too long for the room.</returns>
    internal static OperationStatus TryRead(ref ReadOnlySequence<byte> tape, Span<byte> message, out int length)
    {
        length = 0;
        ReadOnlySequence<byte> rest = tape;
        Span<byte> prefix = stackalloc byte[LengthBytes];
        bool fits = true;
        while (rest.Length >= LengthBytes)
        {
            rest.Slice(0, LengthBytes).CopyTo(prefix);
            int part = BinaryPrimitives.ReadUInt16BigEndian(prefix);
            if (rest.Length < LengthBytes + part)
            {
                return OperationStatus.NeedMoreData;
            }

            fits = fits && part <= message.Length - length;
            if (fits)
            {
                rest.Slice(LengthBytes, part).CopyTo(message[length..]);
                length += part;
            }

            rest = rest.Slice(LengthBytes + part);
            if (part < FullPart)
            {
                tape = rest;
                return fits ? OperationStatus.Done : OperationStatus.InvalidData;
            }
        }

        return OperationStatus.NeedMoreData;
    }
}
