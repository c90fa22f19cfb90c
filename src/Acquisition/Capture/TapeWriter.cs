using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vascular.Acquisition.Capture;

/// <summary>Writes the one ordered record stream of an examination. One owner, one thread.</summary>
/// <remarks>
/// A record is durable when the <see cref="Sync"/> after it has returned, not before. After an I/O error the writer refuses everything:
/// what was synced stays good, and <see cref="TapeRecovery"/> goes on from there.
/// </remarks>
public sealed class TapeWriter : IDisposable
{
    private const int BufferSize = 64 << 10;

    private readonly ITapeFiles files;
    private readonly TapeKeys keys;
    private readonly TapeLimits limits;
    private readonly TapeOrigin origin;
    private readonly byte[] examinationKey;
    private readonly byte[] wrappedKey;
    private readonly byte[] chain = new byte[TapeFormat.HashSize];
    private readonly byte[] previousSeal = new byte[TapeFormat.HashSize];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] buffer = new byte[BufferSize];
    private int used;
    private int hashed;
    private bool dirty;
    private ITapeFile? file;
    private SegmentCipher? cipher;
    private long segmentBytes;
    private long segmentStartNs;
    private long records;
    private string? broken;

    private TapeWriter(ITapeFiles files, TapeOrigin origin, TapeKeys keys, TapeLimits limits, byte[] examinationKey, byte[] wrappedKey, TapeAnchor anchor)
    {
        (this.files, this.origin, this.keys, this.limits) = (files, origin, keys, limits);
        (this.examinationKey, this.wrappedKey) = (examinationKey, wrappedKey);
        (Anchor, NewestAtNs) = (anchor, anchor.AtNs);
    }

    public Guid Examination => origin.Examination;

    /// <summary>Number of the segment being written, from 1.</summary>
    public int Segment { get; private set; }

    /// <summary>Largest AtNs appended so far; seals, chain records and a recovery go on from it.</summary>
    public long NewestAtNs { get; private set; }

    /// <summary>Ties AtNs to UTC; the newest one appended.</summary>
    public TapeAnchor Anchor { get; private set; }

    /// <summary>Seal of the newest closed segment, for the database; null while the first segment is open.</summary>
    public TapeSeal? NewestSeal { get; private set; }

    /// <summary>Value of the newest chain record or seal: SHA-256 of all bytes before it in its segment.</summary>
    public ReadOnlyMemory<byte> ChainValue => chain.ToArray();

    /// <summary>True after <see cref="End"/>.</summary>
    public bool Ended { get; private set; }

    /// <summary>Begins the tape of an examination in a folder that holds none. Header and anchor (AtNs 0) are durable when it returns;
    /// the settings are the caller's next record.</summary>
    /// <param name="anchorUtcNs">UTC ns since 1970 at AtNs 0.</param>
    /// <exception cref="IOException">The folder holds a tape already, or the disk refused.</exception>
    public static TapeWriter Create(string directory, Guid examination, string station, TapeKeys keys, string softwareVersion, long anchorUtcNs, TapeLimits? limits = null) =>
        Create(TapeFolder.Make(directory), new TapeOrigin(examination, station, softwareVersion), keys, anchorUtcNs, limits);

    /// <inheritdoc cref="Create(string, Guid, string, TapeKeys, string, long, TapeLimits?)"/>
    public static TapeWriter Create(ITapeFiles files, TapeOrigin origin, TapeKeys keys, long anchorUtcNs, TapeLimits? limits = null)
    {
        IReadOnlyList<string> names = files.Names();
        if (names.Any(name => TapeFormat.TryParseSegmentName(name, out _)))
        {
            throw new IOException($"{files.Place}: a tape is there already; a tape is never written over.");
        }

        if (names.Contains(TapeFormat.PublicKeyFile))
        {
            files.Delete(TapeFormat.PublicKeyFile);
        }

        using (ITapeFile publicKey = files.Create(TapeFormat.PublicKeyFile))
        {
            publicKey.Write(keys.PublicKey.ToPem());
            publicKey.Sync();
        }

        byte[] examinationKey = RandomNumberGenerator.GetBytes(TapeFormat.KeySize);
        TapeWriter writer = new(files, origin, keys, limits ?? TapeLimits.Default, examinationKey, keys.Wrap(origin.Examination, examinationKey), new TapeAnchor(0, anchorUtcNs));
        return writer.Begin(writer.Anchor.ToRecord());
    }

    /// <summary>Goes on behind a sealed segment: header and first record are durable when it returns.</summary>
    /// <param name="first">A resume or continued record: it sets the anchor.</param>
    internal static TapeWriter Continue(ITapeFiles files, TapeOrigin origin, TapeKeys keys, TapeLimits limits, SegmentHeader last, TapeSeal seal, ReadOnlySpan<byte> sealHash, in TapeRecord first)
    {
        TapeWriter writer = new(files, origin, keys, limits, keys.Unwrap(last), last.WrappedKey.ToArray(), TapeAnchor.Of(first)!.Value)
        {
            Segment = last.Number,
            NewestSeal = seal,
        };
        sealHash.CopyTo(writer.previousSeal);
        return writer.Begin(first);
    }

    /// <summary>Puts a record behind the last one, in memory or in the file; it is durable after the next <see cref="Sync"/>.</summary>
    /// <param name="record">Any type but header, chain, seal, resume and continued, which the tape writes itself.</param>
    /// <exception cref="IOException">The tape is broken; the message names the file.</exception>
    public void Append(in TapeRecord record)
    {
        if (TapeFormat.IsClear(record.Type) || record.Type is TapeRecordType.Resume or TapeRecordType.Continued || !TapeFormat.IsKnown(record.Type))
        {
            throw new ArgumentException($"A {record.Type} record is not the caller's to write.", nameof(record));
        }

        if (record.Payload.Length > TapeFormat.MaxPayload)
        {
            throw new ArgumentException($"A payload of {record.Payload.Length} bytes exceeds {TapeFormat.MaxPayload}.", nameof(record));
        }

        ThrowIfUnusable();
        NewestAtNs = Math.Max(NewestAtNs, record.AtNs);
        try
        {
            int size = TapeFormat.SizeOf(record.Type, record.Payload.Length);
            if (segmentBytes + size > limits.SegmentBytes || NewestAtNs - segmentStartNs >= limits.SegmentNs)
            {
                CloseSegment(end: false);
                OpenSegment();
            }

            Put(record.Type, record.Link, record.AtNs, record.Payload.Span);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Break(e);
        }

        Anchor = TapeAnchor.Of(record) ?? Anchor;
    }

    /// <summary>Returns when every record appended before is durable; writes a chain record first. Does nothing when nothing was appended.</summary>
    /// <exception cref="IOException">The tape is broken; the message names the file.</exception>
    public void Sync()
    {
        ThrowIfUnusable();
        if (!dirty)
        {
            return;
        }

        try
        {
            TakeChain();
            Put(TapeRecordType.Chain, 0, NewestAtNs, chain);
            Flush();
            file!.Sync();
            dirty = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Break(e);
        }
    }

    /// <summary>Ends the tape: the last seal carries <c>end</c> and is durable when it returns.</summary>
    /// <exception cref="IOException">The tape is broken; the message names the file.</exception>
    public void End(long atNs)
    {
        ThrowIfUnusable();
        NewestAtNs = Math.Max(NewestAtNs, atNs);
        try
        {
            CloseSegment(end: true);
            Ended = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Break(e);
        }
    }

    /// <summary>Lets go of the file. What was not synced is lost, and a tape that was not ended waits for its recovery.</summary>
    public void Dispose()
    {
        file?.Dispose();
        file = null;
        cipher?.Dispose();
        cipher = null;
        hash.Dispose();
        CryptographicOperations.ZeroMemory(examinationKey);
        broken ??= "the writer is closed";
    }

    private TapeWriter Begin(in TapeRecord first)
    {
        try
        {
            OpenSegment();
            Put(first.Type, first.Link, first.AtNs, first.Payload.Span);
            Sync();
            return this;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            IOException failure = Break(e);
            Dispose();
            throw failure;
        }
    }

    private void OpenSegment()
    {
        Segment++;
        byte[] salt = RandomNumberGenerator.GetBytes(TapeFormat.HashSize);
        file = files.Create(TapeFormat.SegmentName(Segment));
        files.SyncNames();
        cipher = new SegmentCipher(examinationKey, Segment, salt);
        (segmentBytes, records, segmentStartNs) = (0, 0, NewestAtNs);
        SegmentHeader header = new()
        {
            Origin = origin,
            Number = Segment,
            Salt = salt,
            PreviousSeal = previousSeal,
            Anchor = Anchor,
            SigningKeyId = keys.PublicKey.Id,
            WrappingKeyId = keys.WrappingId,
            WrappedKey = wrappedKey,
        };
        Put(TapeRecordType.Header, 0, NewestAtNs, header.ToBytes());
    }

    private void CloseSegment(bool end)
    {
        TakeChain();
        TapeSeal unsigned = new()
        {
            Examination = Examination,
            Segment = Segment,
            Chain = chain.ToArray(),
            Records = records,
            Recovered = false,
            End = end,
            AtNs = NewestAtNs,
        };
        TapeSeal seal = unsigned with { Signature = keys.Sign(unsigned.Message()) };
        byte[] record = SealRecord(seal);
        Flush();
        file!.Write(record);
        file.Sync();
        file.Dispose();
        file = null;
        cipher!.Dispose();
        cipher = null;
        hash.TryGetHashAndReset(previousSeal, out _);
        SHA256.HashData(record, previousSeal);
        NewestSeal = seal;
        dirty = false;
    }

    /// <summary>A seal as the bytes of its record.</summary>
    internal static byte[] SealRecord(TapeSeal seal)
    {
        byte[] record = new byte[TapeFormat.SizeOf(TapeRecordType.Seal, TapeSeal.Size)];
        SegmentCipher.WriteClearFields(record, TapeRecordType.Seal, 0, seal.AtNs);
        seal.ToBytes().CopyTo(record, TapeFormat.BodyAt);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(TapeFormat.CrcAt), TapeFormat.Crc(record));
        return record;
    }

    private void Put(TapeRecordType type, ushort link, long atNs, ReadOnlySpan<byte> payload)
    {
        int size = TapeFormat.SizeOf(type, payload.Length);
        if (used + size > buffer.Length)
        {
            Flush();
            if (size > buffer.Length)
            {
                buffer = new byte[size];
            }
        }

        Span<byte> frame = buffer.AsSpan(used, size);
        cipher!.Seal(frame, type, link, atNs, payload, records);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[TapeFormat.CrcAt..], TapeFormat.Crc(frame));
        used += size;
        segmentBytes += size;
        records++;
        dirty = true;
    }

    private void TakeChain()
    {
        HashUsed();
        hash.TryGetCurrentHash(chain, out _);
    }

    private void HashUsed()
    {
        hash.AppendData(buffer.AsSpan(hashed, used - hashed));
        hashed = used;
    }

    private void Flush()
    {
        HashUsed();
        file!.Write(buffer.AsSpan(0, used));
        (used, hashed) = (0, 0);
    }

    private IOException Break(Exception cause)
    {
        string at = Path.Combine(files.Place, TapeFormat.SegmentName(Math.Max(Segment, 1)));
        broken ??= cause is IOException { Message: var message } && message.StartsWith("tape is broken", StringComparison.Ordinal) ? message : $"tape is broken at {at}: {cause.Message}";
        return new IOException(broken, cause);
    }

    private void ThrowIfUnusable()
    {
        if (broken is not null)
        {
            throw new IOException(broken);
        }

        if (Ended)
        {
            throw new InvalidOperationException($"The tape of examination {Examination} has ended.");
        }
    }
}
