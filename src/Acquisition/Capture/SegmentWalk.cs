using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vascular.Acquisition.Capture;

/// <summary>Reads one segment record by record and checks everything that can be checked inside it: lengths, CRCs, chain values, the seal,
/// and with a key the tags. Stops at the first record that is wrong; verification may go on behind it.</summary>
public sealed class SegmentWalk : IDisposable
{
    private readonly Stream bytes;
    private readonly TapePublicKey publicKey;
    private readonly Func<SegmentHeader, byte[]>? unwrap;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] chain = new byte[TapeFormat.HashSize];
    private SegmentCipher? cipher;
    private byte[] frame = new byte[4096];
    private byte[] clear = new byte[4096];
    private long chainedBefore;
    private bool damaged;

    /// <param name="file">Name for faults.</param>
    /// <param name="bytes">The segment from its first byte; closed with the walk.</param>
    /// <param name="unwrap">Gives the examination's key for a header; null to check without opening records.</param>
    public SegmentWalk(string file, Stream bytes, TapePublicKey publicKey, Func<SegmentHeader, byte[]>? unwrap)
    {
        (File, this.bytes, this.publicKey, this.unwrap) = (file, new BufferedStream(bytes, 64 << 10), publicKey, unwrap);
    }

    public string File { get; }

    /// <summary>The header; null before the first record and where it is unreadable.</summary>
    public SegmentHeader? Header { get; private set; }

    /// <summary>The seal, once it was read and found true to every byte before it.</summary>
    public TapeSeal? Seal { get; private set; }

    /// <summary>True once a seal was reached, true or not.</summary>
    public bool SealSeen { get; private set; }

    /// <summary>SHA-256 of the seal's whole record, as the next header must carry it; empty until there is one.</summary>
    public ReadOnlyMemory<byte> SealHash { get; private set; }

    /// <summary>What is wrong with the record the walk stopped at; null when it came to the end.</summary>
    public TapeFault? Fault { get; private set; }

    /// <summary>True when a fault left the place of the next record known.</summary>
    public bool CanGoOn { get; private set; }

    /// <summary>The record read last; payload only with a key (or a clear record), valid until the next one is read.</summary>
    public TapeRecord Record { get; private set; }

    /// <summary>Where the record read last begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Records passed, the faulty ones included; the index of the next.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes passed: end of the last record.</summary>
    public long Length { get; private set; }

    /// <summary>SHA-256 over the good records so far: what a recovery seals.</summary>
    public void ChainTo(Span<byte> value) => hash.TryGetCurrentHash(value, out _);

    /// <summary>Reads the next record. False at the end of the segment and at a fault.</summary>
    public bool Next()
    {
        Fault = null;
        CanGoOn = false;
        Offset = Length;
        int got = bytes.ReadAtLeast(frame.AsSpan(0, TapeFormat.BodyAt), TapeFormat.BodyAt, throwOnEndOfStream: false);
        if (got == 0)
        {
            return false;
        }

        if (Seal is not null)
        {
            return Stop("bytes follow the seal");
        }

        if (got < TapeFormat.BodyAt)
        {
            return Stop("the file ends inside a record");
        }

        uint body = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        TapeRecordType type = (TapeRecordType)frame[TapeFormat.TypeAt];
        if (body > TapeFormat.MaxPayload + TapeFormat.TagSize)
        {
            return Stop($"the record's length ({body}) is beyond the format's limit");
        }

        int size = TapeFormat.BodyAt + (int)body;
        Grow(size);
        if (bytes.ReadAtLeast(frame.AsSpan(TapeFormat.BodyAt, (int)body), (int)body, throwOnEndOfStream: false) < body)
        {
            return Stop("the file ends inside a record");
        }

        Span<byte> whole = frame.AsSpan(0, size);
        if (TapeFormat.Crc(whole) != BinaryPrimitives.ReadUInt32LittleEndian(whole[TapeFormat.CrcAt..]))
        {
            return StopBut(size, "the CRC does not match the record's bytes");
        }

        string? why = !TapeFormat.IsKnown(type) ? $"record type {(byte)type} is none of the format's"
            : type == TapeRecordType.Header != (Records == 0) ? "a header stands first in its segment and nowhere else"
            : TapeFormat.IsClear(type) ? CheckClear(whole, type)
            : body < TapeFormat.TagSize ? "the record is too short for its tag"
            : Open(whole);
        return why is null ? Pass(whole, type) : CanGoOn ? StopBut(size, why) : Stop(why);
    }

    public void Dispose()
    {
        bytes.Dispose();
        hash.Dispose();
        cipher?.Dispose();
    }

    private string? CheckClear(ReadOnlySpan<byte> whole, TapeRecordType type)
    {
        ReadOnlySpan<byte> body = whole[TapeFormat.BodyAt..];
        if (BinaryPrimitives.ReadUInt16LittleEndian(whole[TapeFormat.LinkAt..]) != 0)
        {
            return "a clear record belongs to no link";
        }

        return type switch
        {
            TapeRecordType.Header => CheckHeader(whole, body),
            TapeRecordType.Chain => CheckChain(whole, body),
            _ => CheckSeal(whole, body),
        };
    }

    private string? CheckHeader(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body)
    {
        if (body.Length is < TapeFormat.TagSize or > SegmentCipher.MaxClearPayload + TapeFormat.TagSize)
        {
            return "the header has an impossible length";
        }

        if (!SegmentHeader.TryParse(body[..^TapeFormat.TagSize], out SegmentHeader? header, out string why))
        {
            return why;
        }

        Header = header!;
        if (unwrap is not null)
        {
            byte[] key = unwrap(Header);
            cipher = new SegmentCipher(key, Header.Number, Header.Salt.Span);
            CryptographicOperations.ZeroMemory(key);
        }

        if (!Header.SigningKeyId.Span.SequenceEqual(publicKey.Id.Span))
        {
            return $"the segment names signing key {Convert.ToHexStringLower(Header.SigningKeyId.Span)}, the public key is {Convert.ToHexStringLower(publicKey.Id.Span)}";
        }

        return Open(whole);
    }

    private string? CheckChain(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body)
    {
        if (body.Length != TapeFormat.HashSize + TapeFormat.TagSize)
        {
            return "the chain record has an impossible length";
        }

        if (ChainDiffers(body[..TapeFormat.HashSize]))
        {
            return NotAsWritten("chain value");
        }

        chainedBefore = Records;
        return Open(whole);
    }

    private string? CheckSeal(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body)
    {
        SealSeen = true;
        if (Header is null)
        {
            return null;
        }

        TapeSeal? seal = TapeSeal.Parse(body, Header, BinaryPrimitives.ReadInt64LittleEndian(whole[TapeFormat.AtNsAt..]));
        if (seal is null)
        {
            return "the seal is malformed";
        }

        if (ChainDiffers(seal.Chain.Span))
        {
            return NotAsWritten("seal's chain value");
        }

        if (seal.Records != Records)
        {
            return $"the seal counts {seal.Records} records, {Records} are there";
        }

        if (!publicKey.Verify(seal.Message(), seal.Signature.Span))
        {
            return "the seal's signature does not match";
        }

        Seal = seal;
        SealHash = SHA256.HashData(whole);
        return null;
    }

    private bool ChainDiffers(ReadOnlySpan<byte> value)
    {
        ChainTo(chain);
        return !damaged && !value.SequenceEqual(chain);
    }

    private string NotAsWritten(string what)
    {
        CanGoOn = true;
        return $"the {what} does not match: records {chainedBefore} to {Records - 1} are not all as they were written";
    }

    /// <summary>Decrypts the record, where there is a key.</summary>
    private string? Open(ReadOnlySpan<byte> whole)
    {
        if (cipher is null)
        {
            return null;
        }

        int length = whole.Length - TapeFormat.BodyAt - TapeFormat.TagSize;
        if (clear.Length < length)
        {
            clear = new byte[frame.Length];
        }

        return cipher.TryOpen(whole, Records, clear.AsSpan(0, length)) ? null : "the record is not authentic: its GCM tag does not match";
    }

    private bool Pass(ReadOnlySpan<byte> whole, TapeRecordType type)
    {
        hash.AppendData(whole);
        int payload = whole.Length - TapeFormat.BodyAt - (type == TapeRecordType.Seal ? 0 : TapeFormat.TagSize);
        ReadOnlyMemory<byte> opened = type == TapeRecordType.Seal || (cipher is null && TapeFormat.IsClear(type)) ? frame.AsMemory(TapeFormat.BodyAt, payload)
            : cipher is null ? default
            : clear.AsMemory(0, payload);
        Record = new TapeRecord(type, BinaryPrimitives.ReadUInt16LittleEndian(whole[TapeFormat.LinkAt..]), BinaryPrimitives.ReadInt64LittleEndian(whole[TapeFormat.AtNsAt..]), opened);
        Length += whole.Length;
        Records++;
        return true;
    }

    private bool Stop(string what)
    {
        Fault = new TapeFault(File, Offset, Records, what);
        return false;
    }

    /// <summary>A fault in a record whose end is known: verification may look at what follows, without chain values.</summary>
    private bool StopBut(int size, string what)
    {
        Stop(what);
        CanGoOn = damaged = true;
        Length += size;
        Records++;
        return false;
    }

    private void Grow(int size)
    {
        if (frame.Length < size)
        {
            Array.Resize(ref frame, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size));
        }
    }
}
