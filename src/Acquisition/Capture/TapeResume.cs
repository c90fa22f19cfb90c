using System.Buffers.Binary;

namespace Vascular.Acquisition.Capture;

/// <summary>What a recovery says in the first record after the header: it empties codecs, monitors and filters and ends a running step as interrupted.</summary>
/// <param name="BytesCut">Bytes of torn records that were cut off.</param>
/// <param name="UtcNs">New anchor: UTC ns at the record's AtNs.</param>
public readonly record struct TapeResume(long BytesCut, long UtcNs)
{
    public const int PayloadSize = 2 * sizeof(long);

    public static bool TryParse(in TapeRecord record, out TapeResume resume)
    {
        resume = default;
        if (record.Type != TapeRecordType.Resume || record.Payload.Length != PayloadSize)
        {
            return false;
        }

        ReadOnlySpan<byte> payload = record.Payload.Span;
        resume = new(BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt64LittleEndian(payload[sizeof(long)..]));
        return true;
    }

    public byte[] ToBytes()
    {
        byte[] payload = new byte[PayloadSize];
        BinaryPrimitives.WriteInt64LittleEndian(payload, BytesCut);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(sizeof(long)), UtcNs);
        return payload;
    }
}
