using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

public sealed class TapeRecoveryTests : IDisposable
{
    private const long Later = SmallTape.AnchorUtcNs + 90_000_000_000;
    private const int Count = 22;
    private readonly TapeKeys keys = TapeKeys.InMemory();

    public void Dispose() => keys.Dispose();

    public enum Loss
    {
        /// <summary>Everything written before the cut is on the disk.</summary>
        None,

        /// <summary>Nothing that was not synced is.</summary>
        Unsynced,

        /// <summary>What was not synced reads as zeros.</summary>
        Zeroed,
    }

    [Theory]
    [InlineData(Loss.None, 1)]
    [InlineData(Loss.Unsynced, 3)]
    [InlineData(Loss.Zeroed, 3)]
    public void A_power_cut_at_any_byte_loses_nothing_that_was_synced(Loss loss, int stride)
    {
        (MemoryTapeFiles written, List<(int Instant, int Records)> synced) = TwoSegments();
        Assert.Equal(2, written.Segments().Count);
        for (int instant = 0; instant <= written.Instants; instant += stride)
        {
            MemoryTapeFiles disk = written.CutAt(new MemoryTapeFiles(), instant, out Dictionary<string, int> syncedBytes);
            if (loss != Loss.None)
            {
                disk.LoseUnsynced(syncedBytes, zeroed: loss == Loss.Zeroed);
            }

            int durable = synced.LastOrDefault(s => s.Instant <= instant).Records;
            RecoverAndCheck(disk, durable, synced[0].Instant <= instant, $"{loss} at {instant}");
        }
    }

    [Fact]
    public void A_second_power_cut_during_the_recovery_loses_nothing_either()
    {
        (MemoryTapeFiles written, List<(int Instant, int Records)> synced) = TwoSegments();
        for (int first = synced[0].Instant; first <= written.Instants; first += 211)
        {
            MemoryTapeFiles disk = written.CutAt(new MemoryTapeFiles(), first, out _);
            MemoryTapeFiles before = disk.Copy();
            TapeRecovery.Recover(disk, keys, SmallTape.Origin, Later, SmallTape.OneSegment).Writer?.Dispose();
            for (int second = 0; second <= disk.Instants; second += 5)
            {
                RecoverAndCheck(disk.CutAt(before, second, out _), synced.LastOrDefault(s => s.Instant <= first).Records, started: true, $"{first}, then {second}");
            }
        }
    }

    [Fact]
    public void Time_goes_on_by_the_wall_and_never_backwards()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 3, SmallTape.OneSegment, end: false);
        long last = 3 * SmallTape.StepNs;
        (TapeWriter? writer, TapeRecoveryReport report) = TapeRecovery.Recover(files.Copy(), keys, SmallTape.Origin, Later);
        writer!.Dispose();
        Assert.Equal(90_000_000_000 + 1, report.ResumedAtNs);
        (writer, report) = TapeRecovery.Recover(files.Copy(), keys, SmallTape.Origin, SmallTape.AnchorUtcNs - 1_000_000_000);
        writer!.Dispose();
        Assert.Equal(last + 1, report.ResumedAtNs);
    }

    [Fact]
    public void A_later_anchor_counts_for_the_time_elapsed()
    {
        MemoryTapeFiles files = new();
        using (TapeWriter first = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs))
        {
            first.Append(new TapeAnchor(1_000, SmallTape.AnchorUtcNs + 3_600_000_000_000).ToRecord());
            first.Sync();
        }

        (TapeWriter? writer, TapeRecoveryReport report) = TapeRecovery.Recover(files, keys, SmallTape.Origin, SmallTape.AnchorUtcNs + 3_600_000_000_500);
        writer!.Dispose();
        Assert.Equal(1_000 + 1 + 500, report.ResumedAtNs);
    }

    [Fact]
    public void The_resume_record_says_what_was_cut_and_anchors_time_anew()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 3, SmallTape.OneSegment, end: false);
        files[SmallTape.Segment1] = [.. files[SmallTape.Segment1], 1, 2, 3];
        (TapeWriter? writer, TapeRecoveryReport report) = TapeRecovery.Recover(files, keys, SmallTape.Origin, Later);
        writer!.Append(SmallTape.Record(3));
        writer.End(0);
        writer.Dispose();
        Assert.Equal((TapeState.Resumed, 3L), (report.State, report.BytesCut));
        Assert.True(report.RecoveredSeal!.Recovered);
        TapedRecord resumed = default;
        TapeResume resume = default;
        foreach (TapedRecord taped in new TapeReader(files, keys).Read())
        {
            if (TapeResume.TryParse(taped.Record, out TapeResume found))
            {
                (resumed, resume) = (taped, found);
            }
        }

        Assert.Equal((2, 1L, new TapeResume(3, Later)), (resumed.Segment, resumed.Index, resume));
        Assert.Equal([1, 2, 3], files["000001.1.cut"]);
        Assert.Empty(TapeVerification.Verify(files, keys.PublicKey).Faults);
    }

    [Fact]
    public void An_ended_tape_is_left_alone()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 30, SmallTape.SmallSegments, end: true);
        int operations = files.Journal.Count;
        (TapeWriter? writer, TapeRecoveryReport report) = TapeRecovery.Recover(files, keys, SmallTape.Origin, Later);
        Assert.Null(writer);
        Assert.Equal(TapeState.Ended, report.State);
        Assert.Equal(operations, files.Journal.Count);
    }

    [Fact]
    public void An_empty_folder_and_an_empty_first_segment_never_started()
    {
        Assert.Equal(TapeState.NeverStarted, TapeRecovery.Recover(new MemoryTapeFiles(), keys, SmallTape.Origin, Later).Report.State);
        MemoryTapeFiles files = new() { [SmallTape.Segment1] = [], [TapeFormat.PublicKeyFile] = keys.PublicKey.ToPem() };
        Assert.Equal(TapeState.NeverStarted, TapeRecovery.Recover(files, keys, SmallTape.Origin, Later).Report.State);
        TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs).Dispose();
        Assert.Single(files.Segments());
    }

    [Fact]
    public void Another_stations_keys_change_nothing()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 3, SmallTape.OneSegment, end: false);
        int operations = files.Journal.Count;
        using TapeKeys other = TapeKeys.InMemory();
        Assert.Throws<TapeKeyException>(() => TapeRecovery.Recover(files, other, SmallTape.Origin, Later));
        Assert.Equal(operations, files.Journal.Count);
    }

    [Fact]
    public void A_flipped_bit_in_synced_records_is_never_cut_away_in_silence()
    {
        MemoryTapeFiles good = SmallTape.Write(keys, 8, SmallTape.OneSegment, end: false);
        byte[] segment = good[SmallTape.Segment1];
        int lastChain = SmallTape.Frames(segment)[^1].Offset;
        for (int at = 0; at < lastChain; at++)
        {
            byte[] changed = [.. segment];
            changed[at] ^= 4;
            MemoryTapeFiles files = new() { [SmallTape.Segment1] = changed };
            Assert.ThrowsAny<Exception>(() => TapeRecovery.Recover(files, keys, SmallTape.Origin, Later));
            Assert.Equal(changed, files[SmallTape.Segment1]);
        }
    }

    private static (MemoryTapeFiles Files, List<(int Instant, int Records)> Synced) TwoSegments(TapeKeys keys)
    {
        MemoryTapeFiles files = new();
        using TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs, new TapeLimits(1500, long.MaxValue));
        List<(int, int)> synced = [(files.Instants, 0)];
        for (int n = 0; n < Count; n++)
        {
            writer.Append(SmallTape.Record(n));
            if (n % 3 == 2)
            {
                writer.Sync();
                synced.Add((files.Instants, n + 1));
            }
        }

        writer.End(Count * SmallTape.StepNs);
        synced.Add((files.Instants, Count));
        return (files, synced);
    }

    private (MemoryTapeFiles Files, List<(int Instant, int Records)> Synced) TwoSegments() => TwoSegments(keys);

    private void RecoverAndCheck(MemoryTapeFiles disk, int durable, bool started, string when)
    {
        (TapeWriter? writer, TapeRecoveryReport report) = TapeRecovery.Recover(disk, keys, SmallTape.Origin, Later, SmallTape.OneSegment);
        if (report.State == TapeState.NeverStarted)
        {
            Assert.False(started, when);
            Assert.Empty(disk.Segments());
            return;
        }

        int unsealed = TapeVerification.Verify(disk, keys.PublicKey) is { Faults.Count: 0 } verdict ? verdict.Unsealed : -1;
        Assert.True(unsealed == (report.State == TapeState.Ended ? 0 : 1), $"{when}: {unsealed} unsealed, {report}");
        writer?.Append(new TapeRecord(TapeRecordType.Tick, 0, writer.NewestAtNs + 1, default));
        writer?.End(0);
        writer?.Dispose();
        TapeReader reader = new(disk, keys);
        List<TapeRecord> records = SmallTape.CallersRecords(reader);
        Assert.True(records.Count >= durable, $"{when}: {records.Count} of {durable} records");
        SmallTape.AssertAreTheFirst(records.Count, records);
        Assert.True(reader.Ended, when);
        long newest = 0;
        foreach (TapedRecord taped in reader.Read())
        {
            Assert.True(taped.Record.AtNs >= newest, when);
            newest = taped.Record.AtNs;
        }

        Assert.Empty(TapeVerification.Verify(disk, keys.PublicKey).Faults);
    }
}
