using System.Buffers.Binary;
using System.Text;
using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

/// <summary>A short tape for tests, in memory.</summary>
internal static class SmallTape
{
    public const long AnchorUtcNs = 1_790_000_000_000_000_000;
    public const string Segment1 = "000001.tape";
    public const string Segment2 = "000002.tape";
    public const string Segment3 = "000003.tape";

    /// <summary>Tape time between two records.</summary>
    public const long StepNs = 13_333_333;

    public static readonly Guid Examination = new("0195c2a0-0000-7000-8000-000000000001");

    public static TapeOrigin Origin { get; } = new(Examination, "station-1", "0.1.0");

    /// <summary>A segment of about eight records.</summary>
    public static TapeLimits SmallSegments { get; } = new(1000, long.MaxValue);

    public static TapeLimits OneSegment { get; } = new(1 << 20, long.MaxValue);

    /// <summary>The n-th record: bytes of a link, an act now and then.</summary>
    public static TapeRecord Record(int n)
    {
        byte[] payload = n % 5 == 4 ? Encoding.UTF8.GetBytes($"{{\"act\":{n}}}") : new byte[4 + (n % 7)];
        if (n % 5 != 4)
        {
            BinaryPrimitives.WriteInt32LittleEndian(payload, n);
        }

        return new TapeRecord(n % 5 == 4 ? TapeRecordType.Act : TapeRecordType.Bytes, (ushort)(n % 5 == 4 ? 0 : 1 + (n % 3)), (n + 1) * StepNs, payload);
    }

    /// <summary>Records 0 to <paramref name="count"/> − 1, a sync after every third, the end if asked.</summary>
    public static MemoryTapeFiles Write(TapeKeys keys, int count, TapeLimits limits, bool end)
    {
        MemoryTapeFiles files = new();
        using TapeWriter writer = TapeWriter.Create(files, Origin, keys, AnchorUtcNs, limits);
        for (int n = 0; n < count; n++)
        {
            writer.Append(Record(n));
            if (n % 3 == 2)
            {
                writer.Sync();
            }
        }

        writer.Sync();
        if (end)
        {
            writer.End(count * StepNs);
        }

        return files;
    }

    /// <summary>Records a caller wrote, payloads copied.</summary>
    public static List<TapeRecord> CallersRecords(TapeReader reader)
    {
        List<TapeRecord> records = [];
        foreach (TapedRecord taped in reader.Read())
        {
            if (taped.Record.Type is TapeRecordType.Bytes or TapeRecordType.Act)
            {
                records.Add(taped.Record with { Payload = taped.Record.Payload.ToArray() });
            }
        }

        return records;
    }

    public static void AssertAreTheFirst(int count, IReadOnlyList<TapeRecord> records)
    {
        Assert.Equal(count, records.Count);
        for (int n = 0; n < count; n++)
        {
            AssertSame(Record(n), records[n]);
        }
    }

    public static void AssertSame(in TapeRecord expected, in TapeRecord actual)
    {
        Assert.Equal((expected.Type, expected.Link, expected.AtNs), (actual.Type, actual.Link, actual.AtNs));
        Assert.Equal(expected.Payload.ToArray(), actual.Payload.ToArray());
    }

    /// <summary>Offsets and sizes of the records in a segment.</summary>
    public static List<(int Offset, int Size, TapeRecordType Type)> Frames(byte[] segment)
    {
        List<(int, int, TapeRecordType)> frames = [];
        for (int at = 0; at < segment.Length;)
        {
            int size = TapeFormat.BodyAt + BinaryPrimitives.ReadInt32LittleEndian(segment.AsSpan(at));
            frames.Add((at, size, (TapeRecordType)segment[at + TapeFormat.TypeAt]));
            at += size;
        }

        return frames;
    }

    /// <summary>Makes the CRC of a changed record right again, as somebody who knows the format would.</summary>
    public static void MendCrc(byte[] segment, (int Offset, int Size, TapeRecordType Type) frame)
    {
        Span<byte> record = segment.AsSpan(frame.Offset, frame.Size);
        BinaryPrimitives.WriteUInt32LittleEndian(record[TapeFormat.CrcAt..], TapeFormat.Crc(record));
    }
}
