using System.Buffers.Binary;
using System.Text;

namespace Vascular.Acquisition.Capture;

/// <summary>Last record of a segment: it fixes every byte before it under the station's signature.</summary>
public sealed record TapeSeal
{
    /// <summary>Chain value, record count, flags, signature.</summary>
    public const int Size = TapeFormat.HashSize + sizeof(long) + 1 + SignatureSize;

    public const int SignatureSize = 64;

    private const int RecordsAt = TapeFormat.HashSize;
    private const int FlagsAt = RecordsAt + sizeof(long);
    private const int SignatureAt = FlagsAt + 1;
    private const byte RecoveredFlag = 1;
    private const byte EndFlag = 2;
    private static readonly byte[] Domain = Encoding.ASCII.GetBytes("vascular-tape-seal/1");

    public required Guid Examination { get; init; }

    public required int Segment { get; init; }

    /// <summary>SHA-256 over every byte of the segment before the seal.</summary>
    public required ReadOnlyMemory<byte> Chain { get; init; }

    /// <summary>Records of the segment before the seal, header and chain records included.</summary>
    public required long Records { get; init; }

    /// <summary>Written by a recovery, not by the writer of the records.</summary>
    public required bool Recovered { get; init; }

    /// <summary>The examination ended here; only a segment that continues it for a correction follows.</summary>
    public required bool End { get; init; }

    /// <summary>Latest AtNs of the tape when the segment closed.</summary>
    public required long AtNs { get; init; }

    /// <summary>ECDSA P-256 with SHA-256 over <see cref="Message"/>: r and s, 32 bytes each.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>What is signed: examination, segment number, AtNs, flags, chain value and record count.</summary>
    public byte[] Message()
    {
        byte[] message = new byte[Domain.Length + 16 + sizeof(int) + sizeof(long) + SignatureAt];
        Domain.CopyTo(message, 0);
        Span<byte> rest = message.AsSpan(Domain.Length);
        Examination.TryWriteBytes(rest, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32LittleEndian(rest[16..], Segment);
        BinaryPrimitives.WriteInt64LittleEndian(rest[20..], AtNs);
        WriteFields(rest[28..]);
        return message;
    }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        WriteFields(bytes);
        Signature.Span.CopyTo(bytes.AsSpan(SignatureAt));
        return bytes;
    }

    /// <summary>The seal in the body of a record of <paramref name="header"/>'s segment; null when the body is none.</summary>
    public static TapeSeal? Parse(ReadOnlySpan<byte> body, SegmentHeader header, long atNs)
    {
        ArgumentNullException.ThrowIfNull(header);
        return body.Length != Size || (body[FlagsAt] & ~(RecoveredFlag | EndFlag)) != 0 ? null : new TapeSeal
        {
            Examination = header.Examination,
            Segment = header.Number,
            Chain = body[..TapeFormat.HashSize].ToArray(),
            Records = BinaryPrimitives.ReadInt64LittleEndian(body[RecordsAt..]),
            Recovered = (body[FlagsAt] & RecoveredFlag) != 0,
            End = (body[FlagsAt] & EndFlag) != 0,
            AtNs = atNs,
            Signature = body[SignatureAt..].ToArray(),
        };
    }

    /// <summary>A seal kept apart from its tape, from <see cref="ToBytes"/>: enough to tell whether the tape still holds it. Null when the bytes are none.</summary>
    public static TapeSeal? Kept(Guid examination, int segment, ReadOnlySpan<byte> bytes) => bytes.Length != Size ? null : new TapeSeal
    {
        Examination = examination,
        Segment = segment,
        Chain = bytes[..TapeFormat.HashSize].ToArray(),
        Records = BinaryPrimitives.ReadInt64LittleEndian(bytes[RecordsAt..]),
        Recovered = (bytes[FlagsAt] & RecoveredFlag) != 0,
        End = (bytes[FlagsAt] & EndFlag) != 0,
        AtNs = 0,
        Signature = bytes[SignatureAt..].ToArray(),
    };

    private void WriteFields(Span<byte> bytes)
    {
        Chain.Span.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[RecordsAt..], Records);
        bytes[FlagsAt] = (byte)((Recovered ? RecoveredFlag : 0) | (End ? EndFlag : 0));
    }
}
