using System.Buffers.Binary;

namespace Vascular.Acquisition.Capture;

/// <summary>Takes the raw recording of an ended examination off the disk and leaves its seals: what was signed, and that it is gone, can still be proved.</summary>
/// <remarks>All of a tape or nothing of it: its segments hold bytes, acts and findings together and are read from the first record on. Results are in the record
/// database, which is never trimmed. The seals are all durable before the first segment goes; cut off in the middle, it is done again.</remarks>
public static class TapeTrim
{
    private const string Ending = ".seal";
    private const int Size = 16 + sizeof(int) + sizeof(long) + TapeSeal.Size;

    /// <summary>Trims a tape that has ended.</summary>
    /// <returns>Bytes that went; 0 where the tape has not ended, is damaged, or is trimmed already.</returns>
    public static long Trim(ITapeFiles files, TapePublicKey publicKey)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(publicKey);
        List<TapeSeal> seals = [];
        foreach (int number in files.Segments())
        {
            using SegmentWalk walk = new(TapeFormat.SegmentName(number), files.Read(TapeFormat.SegmentName(number)), publicKey, unwrap: null);
            while (walk.Next())
            {
            }

            if (walk.Fault is not null || walk.Seal is not { } seal)
            {
                return 0;
            }

            seals.Add(seal);
        }

        if (seals is not [.., { End: true }])
        {
            return 0;
        }

        foreach (TapeSeal seal in seals.Where(s => !files.Names().Contains(NameOf(s.Segment))))
        {
            using ITapeFile file = files.Create(NameOf(seal.Segment));
            file.Write(ToBytes(seal));
            file.Sync();
        }

        files.SyncNames();
        long went = 0;
        foreach (TapeSeal seal in seals)
        {
            using (Stream segment = files.Read(TapeFormat.SegmentName(seal.Segment)))
            {
                went += segment.Length;
            }

            files.Delete(TapeFormat.SegmentName(seal.Segment));
        }

        files.SyncNames();
        return went;
    }

    /// <summary>Nothing is left of the tape but its seals.</summary>
    public static bool IsTrimmed(ITapeFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return files.Segments().Count == 0 && files.Names().Any(n => n.EndsWith(Ending, StringComparison.Ordinal));
    }

    /// <summary>Seals that stand in the place of segments, by number; a file that is no seal is null.</summary>
    internal static SortedDictionary<int, TapeSeal?> Seals(ITapeFiles files)
    {
        SortedDictionary<int, TapeSeal?> seals = [];
        foreach (string name in files.Names().Where(n => n.EndsWith(Ending, StringComparison.Ordinal)))
        {
            if (TapeFormat.TryParseSegmentName(name[..^Ending.Length] + TapeFormat.SegmentSuffix, out int number))
            {
                using Stream file = files.Read(name);
                byte[] bytes = new byte[Size + 1];
                int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                seals[number] = length == Size ? Parse(bytes.AsSpan(0, Size)) : null;
            }
        }

        return seals;
    }

    internal static string NameOf(int segment) => Path.ChangeExtension(TapeFormat.SegmentName(segment), Ending);

    private static byte[] ToBytes(TapeSeal seal)
    {
        byte[] bytes = new byte[Size];
        seal.Examination.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), seal.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20), seal.AtNs);
        seal.ToBytes().CopyTo(bytes, 28);
        return bytes;
    }

    private static TapeSeal? Parse(ReadOnlySpan<byte> bytes) =>
        TapeSeal.Kept(new Guid(bytes[..16], bigEndian: true), BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]), bytes[28..]) is { } seal
            ? seal with { AtNs = BinaryPrimitives.ReadInt64LittleEndian(bytes[20..]) }
            : null;
}
