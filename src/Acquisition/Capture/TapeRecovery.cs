using System.Buffers.Binary;

namespace Vascular.Acquisition.Capture;

/// <summary>How a recovery found a tape.</summary>
public enum TapeState
{
    /// <summary>Not even the first header was whole: nothing was ever durable, the folder is free for <see cref="TapeWriter.Create(string, Guid, string, TapeKeys, string, long, TapeLimits?)"/>.</summary>
    NeverStarted,

    /// <summary>The last seal carries <c>end</c>: nothing to do.</summary>
    Ended,

    /// <summary>It was cut off, is sealed now and goes on with a resume record.</summary>
    Resumed,
}

/// <param name="BytesCut">Bytes behind the last whole record, cut off and kept beside the tape (<c>NNNNNN.N.cut</c>) unless they were all zero.</param>
/// <param name="Cut">What was wrong with the first record that was cut; null when nothing was.</param>
/// <param name="ResumedAtNs">AtNs of the resume record; null unless resumed.</param>
public sealed record TapeRecoveryReport(TapeState State, long BytesCut, TapeFault? Cut, TapeSeal? RecoveredSeal, long? ResumedAtNs);

/// <summary>Makes a tape that was cut off at any byte whole again and goes on behind it. Records before the cut are read with <see cref="TapeReader"/>.</summary>
public static class TapeRecovery
{
    /// <inheritdoc cref="Recover(ITapeFiles, TapeKeys, TapeOrigin, long, TapeLimits?)"/>
    public static (TapeWriter? Writer, TapeRecoveryReport Report) Recover(string directory, TapeKeys keys, Guid examination, string station, string softwareVersion, long utcNowNs, TapeLimits? limits = null) =>
        Recover(new TapeFolder(directory), keys, new TapeOrigin(examination, station, softwareVersion), utcNowNs, limits);

    /// <summary>Cuts at the last whole record, seals that segment as recovered, and opens the next one with a resume record, all durable on return.</summary>
    /// <param name="utcNowNs">Wall clock, UTC ns since 1970: AtNs goes on at last + 1 + wall time elapsed since the last record, never backwards.</param>
    /// <returns>The writer is null unless the state is <see cref="TapeState.Resumed"/>.</returns>
    /// <exception cref="TapeKeyException">The tape was written for other keys; nothing was changed.</exception>
    /// <exception cref="TapeDamagedException">It is damaged where a power cut cannot reach; nothing was changed.</exception>
    public static (TapeWriter? Writer, TapeRecoveryReport Report) Recover(ITapeFiles files, TapeKeys keys, TapeOrigin origin, long utcNowNs, TapeLimits? limits = null)
    {
        Tail? tail = null;
        long cut = 0;
        TapeFault? fault = null;
        foreach (int number in files.Segments().Reverse())
        {
            tail = Walk(files, keys, origin, number);
            fault = tail.Fault ?? fault;
            if (tail.Header is not null && !IsEmptyBehindEnd(files, keys, origin, tail))
            {
                break;
            }

            cut += Drop(files, number, tail.Fault);
        }

        if (tail?.Header is null)
        {
            return (null, new(TapeState.NeverStarted, cut, fault, null, null));
        }

        TapeSeal? recovered = null;
        if (tail.Seal is null || tail.Fault is not null)
        {
            (long here, TapeSeal? seal) = SealTail(files, keys, tail);
            cut += here;
            recovered = seal;
            tail = Walk(files, keys, origin, tail.Header.Number);
        }

        if (tail.Seal is not { } last)
        {
            throw new TapeDamagedException(tail.Fault ?? new TapeFault(TapeFormat.SegmentName(tail.Header!.Number), tail.GoodLength, tail.GoodRecords, "the seal just written is not there"));
        }

        if (last.End)
        {
            return (null, new(TapeState.Ended, cut, fault, null, null));
        }

        long atNs = GoesOnAtNs(tail, utcNowNs);
        TapeWriter writer = TapeWriter.Continue(files, origin, keys, limits ?? TapeLimits.Default, tail.Header!, last, tail.SealHash.Span, new TapeRecord(TapeRecordType.Resume, 0, atNs, new TapeResume(cut, utcNowNs).ToBytes()));
        return (writer, new(TapeState.Resumed, cut, fault, recovered, atNs));
    }

    /// <summary>Goes on behind the end of a tape, for what is done after the examination ended: header and continued record are durable on return.</summary>
    /// <param name="utcNowNs">As of <see cref="Recover(ITapeFiles, TapeKeys, TapeOrigin, long, TapeLimits?)"/>.</param>
    /// <exception cref="InvalidOperationException">The tape has not ended, or was cut off: recover it first.</exception>
    public static (TapeWriter Writer, TapeRecord Continued) GoOnBehindEnd(ITapeFiles files, TapeKeys keys, TapeOrigin origin, long utcNowNs, TapeLimits? limits = null)
    {
        Tail? tail = files.Segments() is [.., var newest] ? Walk(files, keys, origin, newest) : null;
        if (tail is not { Header: { } header, Seal: { End: true } seal, Fault: null })
        {
            throw new InvalidOperationException($"{files.Place}: the tape has not ended.");
        }

        TapeRecord continued = new TapeAnchor(GoesOnAtNs(tail, utcNowNs), utcNowNs).ToContinued();
        return (TapeWriter.Continue(files, origin, keys, limits ?? TapeLimits.Default, header, seal, tail.SealHash.Span, continued), continued);
    }

    private static long GoesOnAtNs(Tail tail, long utcNowNs) => tail.NewestAtNs + 1 + Math.Max(0, utcNowNs - tail.Anchor.UtcOf(tail.NewestAtNs));

    /// <summary>A correction that was cut off before it said what it is: the tape still ends where it ended.</summary>
    private static bool IsEmptyBehindEnd(ITapeFiles files, TapeKeys keys, TapeOrigin origin, Tail tail) =>
        tail is { Seal: null, GoodRecords: 1, Header.Number: > 1 and var number } && Walk(files, keys, origin, number - 1).Seal is { End: true };

    private sealed record Tail(SegmentHeader? Header, TapeSeal? Seal, ReadOnlyMemory<byte> SealHash, ReadOnlyMemory<byte> Chain, long GoodLength, long GoodRecords, long NewestAtNs, TapeAnchor Anchor, TapeFault? Fault);

    /// <summary>Reads one segment to its end or to the first record that is not whole.</summary>
    private static Tail Walk(ITapeFiles files, TapeKeys keys, TapeOrigin origin, int number)
    {
        string name = TapeFormat.SegmentName(number);
        using SegmentWalk walk = new(name, files.Read(name), keys.PublicKey, keys.Unwrap);
        long newest = long.MinValue;
        TapeAnchor anchor = default;
        while (walk.Next())
        {
            if (walk.Records == 1)
            {
                anchor = walk.Header!.Anchor;
                if (walk.Header.Number != number || walk.Header.Examination != origin.Examination)
                {
                    throw new TapeDamagedException(new TapeFault(name, 0, 0, $"the header is of segment {walk.Header.Number} of examination {walk.Header.Examination}"));
                }
            }

            newest = Math.Max(newest, walk.Record.AtNs);
            anchor = TapeAnchor.Of(walk.Record) ?? anchor;
        }

        if (walk.Fault is { Record: 0 } && walk.Header is not null)
        {
            // a whole header that is not authentic or not ours is no work of a power cut
            throw new TapeDamagedException(walk.Fault);
        }

        byte[] chain = new byte[TapeFormat.HashSize];
        walk.ChainTo(chain);
        return new Tail(walk.Header, walk.Seal, walk.SealHash, chain, walk.Offset, walk.Fault?.Record ?? walk.Records, newest, anchor, walk.Fault);
    }

    /// <summary>Removes a segment that never got a whole header, so that its number is free again.</summary>
    private static long Drop(ITapeFiles files, int number, TapeFault? fault)
    {
        long length = KeepCut(files, number, from: 0, fault);
        files.Delete(TapeFormat.SegmentName(number));
        files.SyncNames();
        return length;
    }

    /// <summary>Cuts behind the last whole record and seals what stays; a segment already sealed is only cut.</summary>
    private static (long Cut, TapeSeal? Seal) SealTail(ITapeFiles files, TapeKeys keys, Tail tail)
    {
        int number = tail.Header!.Number;
        long cut = KeepCut(files, number, tail.GoodLength, tail.Fault);
        using ITapeFile file = files.Reopen(TapeFormat.SegmentName(number));
        file.Cut(tail.GoodLength);
        file.Sync();
        if (tail.Seal is not null)
        {
            return (cut, null);
        }

        TapeSeal unsigned = new()
        {
            Examination = tail.Header.Examination,
            Segment = number,
            Chain = tail.Chain,
            Records = tail.GoodRecords,
            Recovered = true,
            End = false,
            AtNs = tail.NewestAtNs,
        };
        TapeSeal seal = unsigned with { Signature = keys.Sign(unsigned.Message()) };
        file.Write(TapeWriter.SealRecord(seal));
        file.Sync();
        return (cut, seal);
    }

    /// <summary>Copies what is about to be cut into a file of its own: a fault behind which good records follow is for a person to judge.</summary>
    private static long KeepCut(ITapeFiles files, int number, long from, TapeFault? fault)
    {
        ReadOnlySpan<byte> bytes = TailOf(files, number, from);
        ThrowIfSynced(bytes, number, fault);
        if (bytes.IndexOfAnyExcept((byte)0) < 0)
        {
            return bytes.Length;
        }

        // a name of its own each time: a second recovery must not lose what the first one kept
        IReadOnlyList<string> names = files.Names();
        int copy = 1;
        while (names.Contains(TapeFormat.CutName(number, copy)))
        {
            copy++;
        }

        using ITapeFile kept = files.Create(TapeFormat.CutName(number, copy));
        kept.Write(bytes);
        kept.Sync();
        files.SyncNames();
        return bytes.Length;
    }

    private static byte[] TailOf(ITapeFiles files, int number, long from)
    {
        using Stream segment = files.Read(TapeFormat.SegmentName(number));
        segment.Seek(from, SeekOrigin.Begin);
        using MemoryStream tail = new();
        segment.CopyTo(tail);
        return tail.ToArray();
    }

    /// <summary>A whole chain record or seal behind the fault says that a sync came after it: then this is damage, not a torn tail, and cutting would lose durable records.</summary>
    private static void ThrowIfSynced(ReadOnlySpan<byte> tail, int number, TapeFault? fault)
    {
        int chain = TapeFormat.SizeOf(TapeRecordType.Chain, TapeFormat.HashSize);
        int seal = TapeFormat.SizeOf(TapeRecordType.Seal, TapeSeal.Size);
        for (int at = 0; at + chain <= tail.Length; at++)
        {
            ReadOnlySpan<byte> rest = tail[at..];
            int size = (TapeRecordType)rest[TapeFormat.TypeAt] switch { TapeRecordType.Chain => chain, TapeRecordType.Seal => seal, _ => int.MaxValue };
            if (size <= rest.Length
                && BinaryPrimitives.ReadInt32LittleEndian(rest) == size - TapeFormat.BodyAt
                && BinaryPrimitives.ReadUInt32LittleEndian(rest[TapeFormat.CrcAt..]) == TapeFormat.Crc(rest[..size]))
            {
                throw new TapeDamagedException(fault ?? new TapeFault(TapeFormat.SegmentName(number), 0, 0, "the segment is damaged"));
            }
        }
    }
}
