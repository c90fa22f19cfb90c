using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

public sealed class TapeRoundTripTests : IDisposable
{
    private readonly TapeKeys keys = TapeKeys.InMemory();

    public void Dispose() => keys.Dispose();

    [Fact]
    public void What_is_written_is_read_back_in_order_over_several_segments()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 60, SmallTape.SmallSegments, end: true);
        TapeReader reader = new(files, keys);
        SmallTape.AssertAreTheFirst(60, SmallTape.CallersRecords(reader));
        Assert.Null(reader.Fault);
        Assert.True(reader.Ended);
        Assert.True(files.Segments().Count >= 3);
    }

    [Fact]
    public void A_tape_begins_with_header_and_anchor_and_each_segment_says_where_it_stands()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 30, SmallTape.SmallSegments, end: true);
        List<TapedRecord> records = [.. new TapeReader(files, keys).Read()];
        Assert.Equal(TapeRecordType.Header, records[0].Record.Type);
        Assert.Equal(TapeRecordType.Anchor, records[1].Record.Type);
        Assert.Equal(TapeRecordType.Seal, records[^1].Record.Type);
        Assert.Equal(Enumerable.Range(0, records.Count).Select(n => (long)n), records.Select(r => r.Ordinal));
        using SegmentWalk walk = new(SmallTape.Segment2, files.Read(SmallTape.Segment2), keys.PublicKey, keys.Unwrap);
        Assert.True(walk.Next());
        Assert.Equal((2, SmallTape.Origin, new TapeAnchor(0, SmallTape.AnchorUtcNs)), (walk.Header!.Number, walk.Header.Origin, walk.Header.Anchor));
    }

    [Fact]
    public void The_clear_bytes_hold_nothing_of_a_payload()
    {
        MemoryTapeFiles files = new();
        byte[] secret = "patient ZX-PROBE-71 right hallux"u8.ToArray();
        using (TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs))
        {
            writer.Append(new TapeRecord(TapeRecordType.Act, 0, 1, secret));
            writer.Append(new TapeRecord(TapeRecordType.Act, 0, 2, secret));
            writer.End(3);
        }

        byte[] segment = files[SmallTape.Segment1];
        Assert.Equal(-1, segment.AsSpan().IndexOf(secret.AsSpan(0, 8)));
        List<(int Offset, int Size, TapeRecordType Type)> acts = [.. SmallTape.Frames(segment).Where(f => f.Type == TapeRecordType.Act)];
        Assert.NotEqual(segment[(acts[0].Offset + TapeFormat.BodyAt)..(acts[0].Offset + acts[0].Size)], segment[(acts[1].Offset + TapeFormat.BodyAt)..(acts[1].Offset + acts[1].Size)]);
    }

    [Fact]
    public void Empty_and_largest_payloads_survive_and_a_larger_one_is_refused()
    {
        MemoryTapeFiles files = new();
        byte[] large = new byte[TapeFormat.MaxPayload];
        large[^1] = 7;
        using (TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs))
        {
            writer.Append(new TapeRecord(TapeRecordType.Tick, 0, 1, default));
            writer.Append(new TapeRecord(TapeRecordType.Bytes, ushort.MaxValue, 2, large));
            Assert.Throws<ArgumentException>(() => writer.Append(new TapeRecord(TapeRecordType.Bytes, 1, 3, new byte[TapeFormat.MaxPayload + 1])));
            writer.End(3);
        }

        List<TapeRecord> records = [.. SmallTape.CallersRecords(new TapeReader(files, keys))];
        Assert.Equal(large, records.Single().Payload.ToArray());
        Assert.Empty(TapeVerification.Verify(files, keys.PublicKey).Faults);
    }

    [Theory]
    [InlineData(TapeRecordType.Header)]
    [InlineData(TapeRecordType.Chain)]
    [InlineData(TapeRecordType.Seal)]
    [InlineData(TapeRecordType.Resume)]
    public void The_tapes_own_records_are_not_the_callers_to_write(TapeRecordType type)
    {
        using TapeWriter writer = TapeWriter.Create(new MemoryTapeFiles(), SmallTape.Origin, keys, SmallTape.AnchorUtcNs);
        Assert.Throws<ArgumentException>(() => writer.Append(new TapeRecord(type, 0, 1, default)));
    }

    [Fact]
    public void A_segment_rolls_after_ten_minutes_of_tape_time()
    {
        MemoryTapeFiles files = new();
        using (TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs))
        {
            writer.Append(new TapeRecord(TapeRecordType.Tick, 0, 599_999_999_999, default));
            Assert.Equal(1, writer.Segment);
            Assert.Null(writer.NewestSeal);
            writer.Append(new TapeRecord(TapeRecordType.Tick, 0, 600_000_000_000, default));
            Assert.Equal((2, 1), (writer.Segment, writer.NewestSeal!.Segment));
            writer.Append(new TapeRecord(TapeRecordType.Tick, 0, 1_199_999_999_999, default));
            Assert.Equal(2, writer.Segment);
            writer.End(1_200_000_000_000);
        }

        Assert.Equal(2, files.Segments().Count);
    }

    [Fact]
    public void A_sync_with_nothing_new_writes_nothing()
    {
        MemoryTapeFiles files = new();
        using TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs);
        int before = files.Journal.Count;
        writer.Sync();
        Assert.Equal(before, files.Journal.Count);
    }

    [Fact]
    public void A_tape_is_never_written_over_and_never_after_its_end()
    {
        MemoryTapeFiles files = new();
        using TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs);
        writer.End(1);
        Assert.True(writer.Ended);
        Assert.Throws<InvalidOperationException>(() => writer.Append(SmallTape.Record(0)));
        Assert.Throws<IOException>(() => TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs));
    }

    [Fact]
    public void A_later_anchor_moves_wall_time_and_nothing_else()
    {
        TapeAnchor first = new(0, SmallTape.AnchorUtcNs);
        TapeAnchor second = new(1_000, SmallTape.AnchorUtcNs + 5_000_001_000);
        Assert.Equal(second, TapeAnchor.Of(second.ToRecord()));
        Assert.Equal(SmallTape.AnchorUtcNs + 999, first.UtcOf(999));
        Assert.Equal(SmallTape.AnchorUtcNs + 5_000_001_001, second.UtcOf(1_001));
    }

    [Fact]
    public void Appending_allocates_nothing_once_the_writer_runs()
    {
        TapeFolder folder = TapeFolder.Make(Path.Combine(Path.GetTempPath(), $"tape-allocation-{Environment.ProcessId}"));
        try
        {
            using TapeWriter writer = TapeWriter.Create(folder, SmallTape.Origin, keys, SmallTape.AnchorUtcNs);
            TapeRecord record = SmallTape.Record(0);
            void Second()
            {
                for (int n = 0; n < 80; n++)
                {
                    writer.Append(record);
                }

                writer.Sync();
            }

            Second();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int n = 0; n < 20; n++)
            {
                Second();
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20 * 80, $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes for 1600 records");
        }
        finally
        {
            Directory.Delete(folder.Place, recursive: true);
        }
    }
}
