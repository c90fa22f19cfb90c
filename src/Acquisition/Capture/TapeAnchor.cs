using System.Buffers.Binary;

namespace Vascular.Acquisition.Capture;

/// <summary>Ties tape time to the wall: at <paramref name="AtNs"/> it was <paramref name="UtcNs"/> nanoseconds since 1970 UTC.</summary>
public readonly record struct TapeAnchor(long AtNs, long UtcNs)
{
    /// <summary>Payload of an <see cref="TapeRecordType.Anchor"/> record: UTC ns; its AtNs is the record's.</summary>
    public const int PayloadSize = sizeof(long);

    /// <summary>Wall time of a record, UTC ns since 1970.</summary>
    public long UtcOf(long atNs) => UtcNs + (atNs - AtNs);

    /// <summary>The record that says so. A later step of the wall clock adds one; it moves nothing.</summary>
    public TapeRecord ToRecord() => ToRecord(TapeRecordType.Anchor);

    /// <summary>The record that says it of a tape that goes on behind its end.</summary>
    public TapeRecord ToContinued() => ToRecord(TapeRecordType.Continued);

    private TapeRecord ToRecord(TapeRecordType type)
    {
        byte[] payload = new byte[PayloadSize];
        BinaryPrimitives.WriteInt64LittleEndian(payload, UtcNs);
        return new TapeRecord(type, 0, AtNs, payload);
    }

    /// <summary>The anchor an <see cref="TapeRecordType.Anchor"/>, <see cref="TapeRecordType.Resume"/> or <see cref="TapeRecordType.Continued"/> record sets; null for any other record.</summary>
    public static TapeAnchor? Of(in TapeRecord record) => record.Type switch
    {
        TapeRecordType.Anchor or TapeRecordType.Continued when record.Payload.Length == PayloadSize => new(record.AtNs, BinaryPrimitives.ReadInt64LittleEndian(record.Payload.Span)),
        TapeRecordType.Resume when TapeResume.TryParse(record, out TapeResume resume) => new(record.AtNs, resume.UtcNs),
        _ => null,
    };
}
