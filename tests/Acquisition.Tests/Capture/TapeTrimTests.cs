using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Tests.Capture;

/// <summary>What is left of a recording that retention took off the disk still proves what was there.</summary>
public sealed class TapeTrimTests : IDisposable
{
    private readonly TapeKeys keys = TapeKeys.InMemory();

    public void Dispose() => keys.Dispose();

    [Fact]
    public void A_trimmed_tape_leaves_its_seals_and_they_verify()
    {
        MemoryTapeFiles files = SmallTape.Write(keys, 40, SmallTape.SmallSegments, end: true);
        int segments = files.Segments().Count;
        Assert.True(segments > 2);
        Assert.False(TapeTrim.IsTrimmed(files));
        Assert.True(TapeTrim.Trim(files, keys.PublicKey) > 1000);
        Assert.True(TapeTrim.IsTrimmed(files));
        Assert.Empty(files.Segments());
        TapeVerdict verdict = Verify(files);
        Assert.Equal((0, segments), (verdict.Segments, verdict.Trimmed));
        Assert.Empty(verdict.Faults);
        Assert.Equal(0, TapeTrim.Trim(files, keys.PublicKey));
    }

    [Fact]
    public void What_has_not_ended_or_is_damaged_is_never_trimmed()
    {
        MemoryTapeFiles running = SmallTape.Write(keys, 40, SmallTape.SmallSegments, end: false);
        Assert.Equal(0, TapeTrim.Trim(running, keys.PublicKey));
        Assert.DoesNotContain(running.Names(), n => n.EndsWith(".seal", StringComparison.Ordinal));

        MemoryTapeFiles damaged = SmallTape.Write(keys, 40, SmallTape.SmallSegments, end: true);
        Change(damaged, SmallTape.Segment2, at: 200);
        Assert.Equal(0, TapeTrim.Trim(damaged, keys.PublicKey));
        Assert.NotEmpty(damaged.Segments());
    }

    [Fact]
    public void A_changed_missing_or_foreign_seal_is_a_fault()
    {
        int segments = Trimmed().Segments;
        for (int at = 0; at < 133; at += 11)
        {
            MemoryTapeFiles changed = Trimmed().Files;
            Change(changed, "000002.seal", at);
            Assert.NotEmpty(Verify(changed).Faults);
        }

        for (int missing = 1; missing <= segments; missing++)
        {
            MemoryTapeFiles files = Trimmed().Files;
            files.Delete($"{missing:D6}.seal");
            Assert.True(Verify(files).Faults.Count > 0, $"seal {missing} of {segments}");
        }

        using TapeKeys others = TapeKeys.InMemory();
        Assert.NotEmpty(TapeVerification.Verify(Trimmed().Files, others.PublicKey).Faults);

        (MemoryTapeFiles Files, int Segments) Trimmed()
        {
            MemoryTapeFiles files = SmallTape.Write(keys, 40, SmallTape.SmallSegments, end: true);
            int count = files.Segments().Count;
            TapeTrim.Trim(files, keys.PublicKey);
            return (files, count);
        }
    }

    [Fact]
    public void A_trim_that_was_cut_off_verifies_and_is_done_again()
    {
        MemoryTapeFiles whole = SmallTape.Write(keys, 40, SmallTape.SmallSegments, end: true);
        MemoryTapeFiles files = SmallTape.Write(keys, 40, SmallTape.SmallSegments, end: true);
        TapeTrim.Trim(files, keys.PublicKey);
        foreach (string name in whole.Names().Where(n => n.EndsWith(".tape", StringComparison.Ordinal) && n != SmallTape.Segment1))
        {
            Copy(whole, files, name);
        }

        Assert.Empty(Verify(files).Faults);
    }

    private TapeVerdict Verify(MemoryTapeFiles files) => TapeVerification.Verify(files, keys.PublicKey);

    private static void Change(MemoryTapeFiles files, string name, int at)
    {
        byte[] bytes = Bytes(files, name);
        bytes[at] ^= 1;
        files.Delete(name);
        Write(files, name, bytes);
    }

    private static void Copy(MemoryTapeFiles from, MemoryTapeFiles to, string name) => Write(to, name, Bytes(from, name));

    private static void Write(MemoryTapeFiles files, string name, byte[] bytes)
    {
        using ITapeFile file = files.Create(name);
        file.Write(bytes);
        file.Sync();
    }

    private static byte[] Bytes(MemoryTapeFiles files, string name)
    {
        using Stream stream = files.Read(name);
        using MemoryStream all = new();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
