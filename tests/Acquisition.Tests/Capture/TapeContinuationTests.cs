using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

/// <summary>What may stand behind the end of a tape: only a segment that says it continues an examination that ended.</summary>
public sealed class TapeContinuationTests : IDisposable
{
    private readonly TapeKeys _keys = TapeKeys.InMemory();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void A_segment_that_says_so_continues_an_ended_tape_and_ends_it_again()
    {
        MemoryTapeFiles files = SmallTape.Write(_keys, 4, SmallTape.OneSegment, end: true);
        (TapeWriter writer, TapeRecord continued) = TapeRecovery.GoOnBehindEnd(files, _keys, SmallTape.Origin, SmallTape.AnchorUtcNs + (4 * SmallTape.StepNs) + 3_600_000_000_000);
        Assert.Equal((4 * SmallTape.StepNs) + 1 + 3_600_000_000_000, continued.AtNs);
        writer.Append(SmallTape.Record(4) with { AtNs = continued.AtNs });
        writer.End(continued.AtNs);
        TapeVerdict verdict = TapeVerification.Verify(files, _keys.PublicKey);
        Assert.Empty(verdict.Faults);
        Assert.Equal((2, 0), (verdict.Segments, verdict.Unsealed));
        var reader = new TapeReader(files, _keys);
        Assert.Equal(5, SmallTape.CallersRecords(reader).Count);
        Assert.True(reader.Ended);
        Assert.Equal(TapeState.Ended, TapeRecovery.Recover(files, _keys, SmallTape.Origin, SmallTape.AnchorUtcNs).Report.State);
    }

    [Theory]
    [InlineData(true, TapeRecordType.Resume, "does not say that it continues")]
    [InlineData(false, TapeRecordType.Continued, "it had not ended")]
    public void Any_other_segment_behind_an_end_is_a_fault_and_so_is_one_that_says_so_without_an_end(bool end, TapeRecordType first, string what)
    {
        MemoryTapeFiles files = SmallTape.Write(_keys, 4, SmallTape.OneSegment, end);
        if (!end)
        {
            TapeRecovery.Recover(files, _keys, SmallTape.Origin, SmallTape.AnchorUtcNs).Writer!.Dispose();
            files.Delete(SmallTape.Segment2);
        }

        Forge(files, first).End(1_000_000_000);
        Assert.Contains(TapeVerification.Verify(files, _keys.PublicKey).Faults, f => f.What.Contains(what, StringComparison.Ordinal) && f.Record == 1);
        var reader = new TapeReader(files, _keys);
        Assert.Equal(4, SmallTape.CallersRecords(reader).Count);
        Assert.Contains(what, reader.Fault?.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tape_that_has_not_ended_is_not_continued()
    {
        MemoryTapeFiles files = SmallTape.Write(_keys, 4, SmallTape.OneSegment, end: false);
        Assert.Throws<InvalidOperationException>(() => TapeRecovery.GoOnBehindEnd(files, _keys, SmallTape.Origin, SmallTape.AnchorUtcNs));
        Assert.Equal([SmallTape.Segment1], files.Segments().Select(TapeFormat.SegmentName));
    }

    /// <summary>A second segment in the station's own hand that begins with another record than it should.</summary>
    private TapeWriter Forge(MemoryTapeFiles files, TapeRecordType first)
    {
        using var walk = new SegmentWalk(SmallTape.Segment1, files.Read(SmallTape.Segment1), _keys.PublicKey, _keys.Unwrap);
        while (walk.Next())
        {
        }

        byte[] payload = first == TapeRecordType.Resume ? new TapeResume(0, 0).ToBytes() : new TapeAnchor(0, 0).ToContinued().Payload.ToArray();
        return TapeWriter.Continue(files, SmallTape.Origin, _keys, SmallTape.OneSegment, walk.Header!, walk.Seal!, walk.SealHash.Span, new TapeRecord(first, 0, 900_000_000, payload));
    }
}
