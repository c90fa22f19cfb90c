using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

public sealed class TapeFaultyDiskTests : IDisposable
{
    private readonly TapeKeys keys = TapeKeys.InMemory();

    public void Dispose() => keys.Dispose();

    [Fact]
    public void A_full_disk_is_named_breaks_the_writer_and_keeps_what_was_synced()
    {
        MemoryTapeFiles files = new();
        using TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs);
        files.Room = files.Names().Sum(name => files[name].Length) + 1000;
        int synced = 0;
        IOException? full = null;
        for (int n = 0; full is null; n++)
        {
            writer.Append(SmallTape.Record(n));
            try
            {
                writer.Sync();
                synced = n + 1;
            }
            catch (IOException e)
            {
                full = e;
            }
        }

        Assert.Contains("tape is broken at /memory/000001.tape: No space left on device", full.Message, StringComparison.Ordinal);
        Assert.Equal(full.Message, Assert.Throws<IOException>(() => writer.Append(SmallTape.Record(99))).Message);
        Assert.Equal(full.Message, Assert.Throws<IOException>(() => writer.End(0)).Message);
        Assert.True(synced > 3);
        SmallTape.AssertAreTheFirst(synced, SmallTape.CallersRecords(new TapeReader(files, keys)));

        files.Room = null;
        (TapeWriter? next, TapeRecoveryReport report) = TapeRecovery.Recover(files, keys, SmallTape.Origin, SmallTape.AnchorUtcNs);
        next!.Dispose();
        Assert.Equal(TapeState.Resumed, report.State);
        SmallTape.AssertAreTheFirst(synced, SmallTape.CallersRecords(new TapeReader(files, keys)));
    }

    [Fact]
    public void A_failed_sync_is_never_taken_for_durable_afterwards()
    {
        MemoryTapeFiles files = new();
        using TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs);
        writer.Append(SmallTape.Record(0));
        files.SyncFails = true;
        Assert.Throws<IOException>(writer.Sync);
        files.SyncFails = false;
        Assert.Throws<IOException>(writer.Sync);
        Assert.Throws<IOException>(() => writer.Append(SmallTape.Record(1)));
    }

    [Fact]
    public void A_disk_that_fills_while_a_segment_rolls_breaks_the_writer_too()
    {
        MemoryTapeFiles files = new();
        using TapeWriter writer = TapeWriter.Create(files, SmallTape.Origin, keys, SmallTape.AnchorUtcNs, SmallTape.SmallSegments);
        files.Room = 1100;
        Exception? failure = Record.Exception(() =>
        {
            for (int n = 0; n < 40; n++)
            {
                writer.Append(SmallTape.Record(n));
            }
        });
        Assert.StartsWith("tape is broken at", Assert.IsType<IOException>(failure).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_io_error()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.ThrowsAny<IOException>(() => TapeWriter.Create(Path.Combine(file, "tape"), SmallTape.Examination, "station-1", keys, "0.1.0", SmallTape.AnchorUtcNs));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
