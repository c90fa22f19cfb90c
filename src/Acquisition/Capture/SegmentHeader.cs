using System.Buffers.Binary;
using System.Text;

namespace Vascular.Acquisition.Capture;

/// <summary>First record of a segment, in clear: what the segment is, where it stands and which keys it needs.</summary>
public sealed record SegmentHeader
{
    public const int MaxText = 256;

    private const int ExaminationAt = 8;
    private const int NumberAt = 24;
    private const int SaltAt = 28;
    private const int PreviousSealAt = 60;
    private const int AnchorAtNsAt = 92;
    private const int AnchorUtcNsAt = 100;
    private const int SigningKeyIdAt = 108;
    private const int WrappingKeyIdAt = 124;
    private const int WrappedKeyAt = 140;
    private const int TextsAt = WrappedKeyAt + TapeKeys.WrappedSize;
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes("VTAP");
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public required TapeOrigin Origin { get; init; }

    /// <summary>From 1, without gaps; also the file's name.</summary>
    public required int Number { get; init; }

    /// <summary>32 random bytes: makes the segment's key.</summary>
    public required ReadOnlyMemory<byte> Salt { get; init; }

    /// <summary>SHA-256 of the whole seal record of the segment before; zeros in segment 1.</summary>
    public required ReadOnlyMemory<byte> PreviousSeal { get; init; }

    /// <summary>The newest anchor before this segment (in segment 1 and after a resume: the one that follows the header).</summary>
    public required TapeAnchor Anchor { get; init; }

    public required ReadOnlyMemory<byte> SigningKeyId { get; init; }

    public required ReadOnlyMemory<byte> WrappingKeyId { get; init; }

    /// <summary>The examination's key, wrapped for the station: nonce, ciphertext, tag.</summary>
    public required ReadOnlyMemory<byte> WrappedKey { get; init; }

    public Guid Examination => Origin.Examination;

    public byte[] ToBytes()
    {
        byte[] station = Text(Origin.Station);
        byte[] software = Text(Origin.SoftwareVersion);
        byte[] bytes = new byte[TextsAt + 2 + station.Length + 2 + software.Length];
        Magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), TapeFormat.Version);
        Examination.TryWriteBytes(bytes.AsSpan(ExaminationAt), bigEndian: true, out _);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(NumberAt), Number);
        Salt.Span.CopyTo(bytes.AsSpan(SaltAt));
        PreviousSeal.Span.CopyTo(bytes.AsSpan(PreviousSealAt));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(AnchorAtNsAt), Anchor.AtNs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(AnchorUtcNsAt), Anchor.UtcNs);
        SigningKeyId.Span.CopyTo(bytes.AsSpan(SigningKeyIdAt));
        WrappingKeyId.Span.CopyTo(bytes.AsSpan(WrappingKeyIdAt));
        WrappedKey.Span.CopyTo(bytes.AsSpan(WrappedKeyAt));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(TextsAt), (ushort)station.Length);
        station.CopyTo(bytes, TextsAt + 2);
        int softwareAt = TextsAt + 2 + station.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(softwareAt), (ushort)software.Length);
        software.CopyTo(bytes, softwareAt + 2);
        return bytes;
    }

    /// <summary>The header in <paramref name="bytes"/>, or in words why it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SegmentHeader? header, out string why)
    {
        header = null;
        if (bytes.Length < TextsAt + 4 || !bytes.StartsWith(Magic))
        {
            why = "the header is not one of a tape";
            return false;
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (version != TapeFormat.Version || bytes[6] != 0 || bytes[7] != 0)
        {
            why = $"the header says format version {version}, this program reads {TapeFormat.Version}";
            return false;
        }

        ReadOnlySpan<byte> rest = bytes[TextsAt..];
        if (!TryTake(ref rest, out string station) || !TryTake(ref rest, out string software) || !rest.IsEmpty)
        {
            why = "the header's station or software version is malformed";
            return false;
        }

        header = new SegmentHeader
        {
            Origin = new TapeOrigin(new Guid(bytes.Slice(ExaminationAt, 16), bigEndian: true), station, software),
            Number = BinaryPrimitives.ReadInt32LittleEndian(bytes[NumberAt..]),
            Salt = bytes.Slice(SaltAt, TapeFormat.HashSize).ToArray(),
            PreviousSeal = bytes.Slice(PreviousSealAt, TapeFormat.HashSize).ToArray(),
            Anchor = new TapeAnchor(BinaryPrimitives.ReadInt64LittleEndian(bytes[AnchorAtNsAt..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[AnchorUtcNsAt..])),
            SigningKeyId = bytes.Slice(SigningKeyIdAt, TapeFormat.KeyIdSize).ToArray(),
            WrappingKeyId = bytes.Slice(WrappingKeyIdAt, TapeFormat.KeyIdSize).ToArray(),
            WrappedKey = bytes.Slice(WrappedKeyAt, TapeKeys.WrappedSize).ToArray(),
        };
        why = "";
        return true;
    }

    private static byte[] Text(string text)
    {
        byte[] bytes = Strict.GetBytes(text);
        return bytes.Length <= MaxText ? bytes : throw new ArgumentException($"'{text}' is longer than {MaxText} bytes of UTF-8.", nameof(text));
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (rest.Length < 2)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length > MaxText || rest.Length < 2 + length || !System.Text.Unicode.Utf8.IsValid(rest.Slice(2, length)))
        {
            return false;
        }

        text = Strict.GetString(rest.Slice(2, length));
        rest = rest[(2 + length)..];
        return true;
    }
}
