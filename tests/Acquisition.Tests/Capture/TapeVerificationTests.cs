using System.Buffers.Binary;
using System.Security.Cryptography;
using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

public sealed class TapeVerificationTests : IDisposable
{
    private readonly TapeKeys keys = TapeKeys.InMemory();

    public void Dispose() => keys.Dispose();

    [Fact]
    public void A_good_tape_has_no_fault_and_its_counts_are_right()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 60, SmallTape.SmallSegments, end: true);
        TapeVerdict verdict = TapeVerification.Verify(files, keys.PublicKey, SmallTape.Examination);
        Assert.Empty(verdict.Faults);
        Assert.Equal(files.Segments().Count, verdict.Segments);
        Assert.Equal(new TapeReader(files, keys).Read().Count(), verdict.Records);
        Assert.Equal(0, verdict.Unsealed);
    }

    [Fact]
    public void The_open_segment_of_a_running_examination_is_unsealed_and_no_fault()
    {
        TapeVerdict verdict = TapeVerification.Verify(SmallTape.Write(keys, 5, SmallTape.OneSegment, end: false), keys.PublicKey);
        Assert.Equal((1, 1, 0), (verdict.Segments, verdict.Unsealed, verdict.Faults.Count));
        Assert.Equal("""{"segments":1,"records":10,"unsealed":1,"faults":[]}""", verdict.ToJson());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_single_flipped_bit_is_found_in_its_record(bool end)
    {
        MemoryTapeFiles good = SmallTape.Write(keys, 14, SmallTape.OneSegment, end);
        byte[] segment = good[SmallTape.Segment1];
        foreach ((int offset, int size, _) in SmallTape.Frames(segment))
        {
            for (int bit = 0; bit < size * 8; bit++)
            {
                byte[] changed = [.. segment];
                changed[offset + (bit / 8)] ^= (byte)(1 << (bit % 8));
                good[SmallTape.Segment1] = changed;
                TapeVerdict verdict = TapeVerification.Verify(good, keys.PublicKey);
                TapeFault fault = Assert.Single(verdict.Faults);
                Assert.Equal((SmallTape.Segment1, offset), (fault.File, fault.Offset));
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_of_the_public_key_file_is_found()
    {
        byte[] pem = keys.PublicKey.ToPem();
        for (int bit = 0; bit < pem.Length * 8; bit++)
        {
            byte[] changed = [.. pem];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<TapeKeyException>(() => TapePublicKey.FromPem(changed, "public.pem"));
        }
    }

    [Fact]
    public void A_changed_byte_under_a_mended_crc_is_found_by_the_next_chain_value()
    {
        MemoryTapeFiles good = SmallTape.Write(keys, 14, SmallTape.OneSegment, end: true);
        byte[] segment = good[SmallTape.Segment1];
        List<(int Offset, int Size, TapeRecordType Type)> frames = SmallTape.Frames(segment);
        for (int index = 0; index < frames.Count; index++)
        {
            for (int at = TapeFormat.TypeAt; at < frames[index].Size; at++)
            {
                byte[] changed = [.. segment];
                changed[frames[index].Offset + at] ^= 0x55;
                SmallTape.MendCrc(changed, frames[index]);
                good[SmallTape.Segment1] = changed;
                TapeFault fault = TapeVerification.Verify(good, keys.PublicKey).Faults[0];
                int judge = frames.FindIndex(index, f => f.Type is TapeRecordType.Chain or TapeRecordType.Seal);
                int next = frames.FindIndex(Math.Min(judge + 1, frames.Count - 1), f => f.Type is TapeRecordType.Chain or TapeRecordType.Seal);
                Assert.InRange(fault.Record, index, next);
            }
        }
    }

    [Fact]
    public void Somebody_who_mends_crcs_and_chain_values_is_found_by_the_seal()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 14, SmallTape.OneSegment, end: true);
        byte[] segment = files[SmallTape.Segment1];
        List<(int Offset, int Size, TapeRecordType Type)> frames = SmallTape.Frames(segment);
        segment[frames[4].Offset + TapeFormat.BodyAt] ^= 1;
        SmallTape.MendCrc(segment, frames[4]);
        foreach ((int Offset, int Size, TapeRecordType Type) chain in frames.Where(f => f.Type is TapeRecordType.Chain or TapeRecordType.Seal))
        {
            SHA256.HashData(segment.AsSpan(0, chain.Offset)).CopyTo(segment, chain.Offset + TapeFormat.BodyAt);
            SmallTape.MendCrc(segment, chain);
        }

        files[SmallTape.Segment1] = segment;
        TapeFault fault = Assert.Single(TapeVerification.Verify(files, keys.PublicKey).Faults);
        Assert.Equal((frames[^1].Offset, "the seal's signature does not match"), (fault.Offset, fault.What));
    }

    [Fact]
    public void A_removed_record_is_found_wherever_it_stood()
    {
        byte[] segment = SmallTape.Write(keys, 14, SmallTape.OneSegment, end: true)[SmallTape.Segment1];
        foreach ((int offset, int size, TapeRecordType type) in SmallTape.Frames(segment).SkipLast(1))
        {
            MemoryTapeFiles files = new() { [SmallTape.Segment1] = [.. segment[..offset], .. segment[(offset + size)..]] };
            Assert.True(TapeVerification.Verify(files, keys.PublicKey).Faults.Count > 0, $"{type} at {offset}");
        }
    }

    [Fact]
    public void Two_records_in_swapped_order_are_found()
    {
        byte[] segment = SmallTape.Write(keys, 14, SmallTape.OneSegment, end: true)[SmallTape.Segment1];
        List<(int Offset, int Size, TapeRecordType Type)> frames = SmallTape.Frames(segment);
        (int Offset, int Size, TapeRecordType Type) a = frames[3];
        (int Offset, int Size, TapeRecordType Type) b = frames[4];
        MemoryTapeFiles files = new()
        {
            [SmallTape.Segment1] = [.. segment[..a.Offset], .. segment[b.Offset..(b.Offset + b.Size)], .. segment[a.Offset..b.Offset], .. segment[(b.Offset + b.Size)..]],
        };
        Assert.Contains("records", Assert.Single(TapeVerification.Verify(files, keys.PublicKey).Faults).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tape_cut_inside_a_record_is_a_fault_and_cut_between_records_is_unsealed()
    {
        byte[] segment = SmallTape.Write(keys, 14, SmallTape.OneSegment, end: true)[SmallTape.Segment1];
        HashSet<int> ends = [.. SmallTape.Frames(segment).Select(f => f.Offset)];
        for (int length = 1; length < segment.Length; length++)
        {
            MemoryTapeFiles files = new() { [SmallTape.Segment1] = segment[..length] };
            TapeVerdict verdict = TapeVerification.Verify(files, keys.PublicKey);
            Assert.Equal((1, ends.Contains(length) ? 0 : 1), (verdict.Unsealed, verdict.Faults.Count));
        }
    }

    [Fact]
    public void Bytes_after_the_seal_are_a_fault()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 5, SmallTape.OneSegment, end: true);
        int length = files[SmallTape.Segment1].Length;
        files[SmallTape.Segment1] = [.. files[SmallTape.Segment1], 0];
        TapeFault fault = Assert.Single(TapeVerification.Verify(files, keys.PublicKey).Faults);
        Assert.Equal((length, "bytes follow the seal"), ((int)fault.Offset, fault.What));
    }

    [Theory]
    [InlineData(SmallTape.Segment1)]
    [InlineData(SmallTape.Segment2)]
    [InlineData(SmallTape.Segment3)]
    public void A_removed_segment_is_named_first_middle_or_last(string removed)
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 30, SmallTape.SmallSegments, end: true);
        Assert.Equal(3, files.Segments().Count);
        files.Delete(removed);
        TapeFault fault = Assert.Single(TapeVerification.Verify(files, keys.PublicKey).Faults);
        Assert.Equal((removed, "the segment is missing"), (fault.File, fault.What));
        TapeReader reader = new(files, keys);
        Assert.True(reader.Read().Count() > 5 || removed == SmallTape.Segment1);
        Assert.Equal(removed == SmallTape.Segment3 ? null : removed, reader.Fault?.File);
        Assert.False(reader.Ended);
    }

    [Fact]
    public void Segments_under_each_others_names_are_found()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 30, SmallTape.SmallSegments, end: true);
        files.Rename(SmallTape.Segment1, "aside");
        files.Rename(SmallTape.Segment2, SmallTape.Segment1);
        files.Rename("aside", SmallTape.Segment2);
        TapeVerdict verdict = TapeVerification.Verify(files, keys.PublicKey);
        Assert.Contains(verdict.Faults, f => f.File == SmallTape.Segment1 && f.What.Contains("says segment 2", StringComparison.Ordinal));
        Assert.Contains(verdict.Faults, f => f.File == SmallTape.Segment2 && f.What.Contains("says segment 1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_segment_of_another_writing_of_the_same_examination_does_not_fit()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 30, SmallTape.SmallSegments, end: true);
        files[SmallTape.Segment2] = SmallTape.Write(keys, 30, SmallTape.SmallSegments, end: true)[SmallTape.Segment2];
        List<TapeFault> faults = [.. TapeVerification.Verify(files, keys.PublicKey).Faults];
        Assert.Equal([SmallTape.Segment2, SmallTape.Segment3], faults.Select(f => f.File));
        Assert.All(faults, f => Assert.Equal("the header does not carry the seal of the segment before", f.What));
    }

    [Fact]
    public void A_whole_tape_of_another_examination_is_found_by_its_name()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 5, SmallTape.OneSegment, end: true);
        Assert.Single(TapeVerification.Verify(files, keys.PublicKey, new Guid("0195c2a0-0000-7000-8000-000000000002")).Faults);
    }

    [Fact]
    public void Another_stations_key_verifies_nothing()
    {
        using TapeKeys other = TapeKeys.InMemory();
        TapeVerdict verdict = TapeVerification.Verify(SmallTape.Write(keys, 5, SmallTape.OneSegment, end: true), other.PublicKey);
        Assert.Contains("signing key", verdict.Faults[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_removed_end_shows_against_the_seal_the_database_holds()
    {
        MemoryTapeFiles files = new();
        using TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs);
        writer.Append(SmallTape.Record(0));
        writer.End(100);
        Assert.Empty(TapeVerification.Verify(files, keys.PublicKey, newestSeal: writer.NewestSeal).Faults);
        byte[] segment = files[SmallTape.Segment1];
        files[SmallTape.Segment1] = segment[..SmallTape.Frames(segment)[^1].Offset];
        Assert.Empty(TapeVerification.Verify(files, keys.PublicKey).Faults);
        Assert.Contains("database", Assert.Single(TapeVerification.Verify(files, keys.PublicKey, newestSeal: writer.NewestSeal).Faults).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_damaged_records_of_one_segment_are_both_named()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 14, SmallTape.OneSegment, end: true);
        byte[] segment = files[SmallTape.Segment1];
        List<(int Offset, int Size, TapeRecordType Type)> frames = SmallTape.Frames(segment);
        segment[frames[3].Offset + TapeFormat.BodyAt] ^= 1;
        segment[frames[9].Offset + TapeFormat.BodyAt] ^= 1;
        files[SmallTape.Segment1] = segment;
        Assert.Equal([3L, 9L], TapeVerification.Verify(files, keys.PublicKey).Faults.Select(f => f.Record));
    }

    [Fact]
    public void A_length_beyond_the_format_reserves_no_memory()
    {
        byte[] segment = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, uint.MaxValue);
        TapeFault fault = Assert.Single(TapeVerification.Verify(new MemoryTapeFiles { [SmallTape.Segment1] = segment }, keys.PublicKey).Faults);
        Assert.Contains("limit", fault.What, StringComparison.Ordinal);
    }
}
