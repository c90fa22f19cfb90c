using System.Buffers;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Nonin;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tests;

/// <summary>What a bad line does to bytes: each kind by chance and at a time, the same from the same seed, and each told as it is done.</summary>
public sealed class LineFaultTests
{
    private const int Seconds = 20;

    private readonly List<AppliedFault> told = [];
    private readonly List<(long AtNs, int Length)> reads = [];

    [Theory]
    [InlineData("drop=0.01")]
    [InlineData("flip=0.01")]
    [InlineData("duplicate=0.01")]
    [InlineData("reorder=0.01")]
    [InlineData("stall=0.0005+0.5")]
    [InlineData("burst=0.003+0.5")]
    [InlineData("drop=0.01+4")]
    public void A_fault_by_chance_is_the_same_from_the_same_seed_and_another_from_another(string fault)
    {
        byte[] clean = Spoilt(1);
        byte[] once = Spoilt(1, fault);
        AppliedFault[] first = [.. told];
        byte[] again = Spoilt(1, fault);
        Assert.Equal(once, again);
        Assert.Equal(first, told);
        Assert.NotEmpty(first);
        bool changesBytes = !fault.StartsWith("burst", StringComparison.Ordinal);
        Assert.Equal(changesBytes, !once.SequenceEqual(clean));
        Spoilt(2, fault);
        Assert.NotEqual(first.Select(f => f.Offset), told.Select(f => f.Offset));
    }

    [Fact]
    public void Chances_are_kept()
    {
        int clean = Spoilt(1).Length;
        Assert.Equal(375 * Seconds, clean, 15.0);
        Assert.InRange(Spoilt(1, "drop=0.1").Length, clean * 0.88, clean * 0.92);
        Assert.Equal(clean - told.Count, Spoilt(1, "drop=0.1").Length);
        Assert.InRange(Spoilt(1, "duplicate=0.1").Length, clean * 1.08, clean * 1.12);
        Assert.Equal(clean, Spoilt(1, "flip=0.1").Length);
        Assert.InRange(told.Count, clean * 0.08, clean * 0.12);
    }

    [Fact]
    public void One_more_fault_moves_no_other()
    {
        Spoilt(1, "flip=0.01");
        long[] alone = [.. told.Select(f => f.Offset)];
        Spoilt(1, "flip=0.01", "duplicate@10");
        Assert.Equal(alone, told.Where(f => f.Fault.Kind == LineFaultKind.Flip).Select(f => f.Offset > told.Single(d => d.Fault.Kind == LineFaultKind.Duplicate).Offset ? f.Offset - 1 : f.Offset));
    }

    [Fact]
    public void A_fault_at_a_time_strikes_the_first_byte_from_then_on_once()
    {
        byte[] clean = Spoilt(1);
        int at = Before(5);
        byte[] dropped = Spoilt(1, "drop@5");
        Assert.Equal(clean.Where((_, n) => n != at), dropped);
        Assert.Equal(new AppliedFault(told[0].AtNs, at, LineFault.Parse("drop@5"), clean[at]), Assert.Single(told));

        Assert.Equal(clean.Where((_, n) => n < at || n >= at + 3), Spoilt(1, "drop@5+3"));
        Assert.Equal([.. clean[..at], clean[at], .. clean[at..]], Spoilt(1, "duplicate@5"));
        Assert.Equal([.. clean[..at], clean[at + 1], clean[at], .. clean[(at + 2)..]], Spoilt(1, "reorder@5"));

        byte[] flipped = Spoilt(1, "flip@5");
        Assert.Equal(at, Enumerable.Range(0, clean.Length).Single(n => flipped[n] != clean[n]));
        Assert.Equal(1, System.Numerics.BitOperations.PopCount((uint)(flipped[at] ^ clean[at])));
        Assert.Equal((clean[at], flipped[at]), (told[0].Was!.Value, told[0].Now!.Value));
        Assert.Equal($"{{\"at_s\":{Nanoseconds.ToSeconds(told[0].AtNs):F6},\"device\":\"ppg-1\",\"bytes\":{at},\"fault\":\"flip\",\"was\":\"{clean[at]:X2}\",\"now\":\"{flipped[at]:X2}\"}}", told[0].ToJson("ppg-1"));
    }

    [Fact]
    public void A_stall_loses_what_is_said_meanwhile_and_a_burst_holds_it_back()
    {
        byte[] clean = Spoilt(1);
        byte[] stalled = Spoilt(1, "stall@5+3");
        Assert.Equal(375 * 3, clean.Length - stalled.Length, 15.0);
        Assert.Equal(clean.Length - stalled.Length, told[^1].Amount);
        Assert.True(told[^1].Over);
        Assert.DoesNotContain(reads, r => r.AtNs is > 5_000_000_000 and < 7_999_000_000);

        Assert.Equal(clean, Spoilt(1, "burst@5+3"));
        Assert.DoesNotContain(reads, r => r.AtNs is > 5_020_000_000 and < 7_999_000_000);
        Assert.Contains(reads, r => r.Length > 375 * 2.9);
    }

    [Fact]
    public void A_line_heard_from_the_middle_of_a_frame_misses_its_first_bytes()
    {
        byte[] clean = Spoilt(1);
        Assert.Equal(clean[3..], Spoilt(1, "mid-frame+3"));
        int drawn = clean.Length - Spoilt(1, "mid-frame").Length;
        Assert.InRange(drawn, 1, 2);
        Assert.Equal(clean[drawn..], Spoilt(1, "mid-frame"));
    }

    [Fact]
    public void A_broken_line_is_noticed_when_it_breaks_and_works_again_when_somebody_connects()
    {
        VirtualClock clock = new();
        WireFaults broken = new(Nonin(), [LineFault.Parse("disconnect@3+2")], 1, told.Add);
        List<long> lost = [];
        long bytes = 0;
        SimulatedLine line = new(clock, 0, broken, (_, read) => bytes += read.Length, lost.Add);
        line.Connect();
        clock.RunUntil(5 * Nanoseconds.PerSecond);
        Assert.Equal([3_000_000_000], lost);
        Assert.Equal(5_000_000_000, broken.Line.BackAtNs);
        Assert.InRange(bytes, 375 * 2.9, 375 * 3.0);
        Assert.Equal("{\"at_s\":3.000000,\"device\":\"ppg-1\",\"bytes\":" + bytes + ",\"fault\":\"disconnect\",\"seconds\":2}", Assert.Single(told).ToJson("ppg-1"));
        (long before, bytes) = (bytes, 0);
        line.Connect();
        clock.RunUntil(6 * Nanoseconds.PerSecond);
        Assert.InRange(bytes, 360, 375);
        Assert.Equal(before + bytes, broken.Line.Offset);
    }

    [Fact]
    public void Faults_come_and_go_while_the_line_runs()
    {
        SpoiltLine line = new([], 1, "ppg-1", told.Add);
        ArrayBufferWriter<byte> wire = new();
        line.Pass(0, [1, 2, 3], wire);
        line.Add(LineFault.Parse("burst+10"), 5);
        line.Pass(6, [4, 5], wire);
        Assert.Equal([1, 2, 3], wire.WrittenSpan.ToArray());
        line.Clear(7);
        Assert.Equal(7, line.NextAtNs);
        line.Advance(7, wire);
        line.Pass(8, [6], wire);
        Assert.Equal([1, 2, 3, 4, 5, 6], wire.WrittenSpan.ToArray());
    }

    [Fact]
    public void Datagrams_are_lost_doubled_and_swapped_whole_and_their_lengths_stay_right()
    {
        byte[] three = [0, 2, 10, 11, 0, 1, 20, 0, 3, 30, 31, 32];
        Assert.Equal([0, 1, 20, 0, 3, 30, 31, 32], Through("drop@0"));
        Assert.Equal([0, 2, 10, 11, 0, 2, 10, 11, 0, 1, 20, 0, 3, 30, 31, 32], Through("duplicate@0"));
        Assert.Equal([0, 1, 20, 0, 2, 10, 11, 0, 3, 30, 31, 32], Through("reorder@0"));
        Assert.Equal([0, 1, 11, 0, 1, 20, 0, 3, 30, 31, 32], Through("mid-frame+1"));
        byte[] flipped = Through("flip=1");
        Assert.Equal([0, 2, 0, 1, 0, 3], new[] { 0, 1, 4, 5, 7, 8 }.Select(n => flipped[n]));
        Assert.NotEqual(10, flipped[2]);

        byte[] Through(string fault)
        {
            SpoiltLine line = new([LineFault.Parse(fault)], 1, "udp", datagrams: true);
            ArrayBufferWriter<byte> wire = new();
            line.Begin(0);
            foreach (byte value in three)
            {
                line.Pass(0, [value], wire);
            }

            return wire.WrittenSpan.ToArray();
        }
    }

    [Theory]
    [InlineData("flip=0.01", LineFaultKind.Flip, 0.01, null, null)]
    [InlineData("stall@30+5", LineFaultKind.Stall, null, 30.0, 5.0)]
    [InlineData("mid-frame", LineFaultKind.MidFrame, null, null, null)]
    [InlineData("disconnect+4", LineFaultKind.Disconnect, null, null, 4.0)]
    [InlineData("drop=0.5+3", LineFaultKind.Drop, 0.5, null, 3.0)]
    public void A_fault_is_read_as_it_is_written(string text, LineFaultKind kind, double? chance, double? at, double? amount)
    {
        LineFault fault = LineFault.Parse(text);
        Assert.Equal((kind, chance, at is null ? null : (long?)Nanoseconds.FromSeconds(at.Value), amount), (fault.Kind, fault.Chance, fault.AtNs, fault.Amount));
        Assert.Equal(text, fault.ToString());
    }

    [Theory]
    [InlineData("melt=1")]
    [InlineData("drop=2")]
    [InlineData("drop=x")]
    [InlineData("drop@-1")]
    [InlineData("")]
    public void What_is_no_fault_is_refused(string text) => Assert.Throws<FormatException>(() => LineFault.Parse(text));

    private static SimulatedNonin Nonin()
    {
        SimulatedNonin nonin = new("ppg-1", new SimulatedPatient(ScenarioFile.Load("seed-2017-09").Truth, 1), 1);
        nonin.Pleth.PutOn(Site.Parse("R.TOE"));
        return nonin;
    }

    /// <summary>Bytes of twenty seconds behind a line with these faults.</summary>
    private byte[] Spoilt(ulong seed, params string[] faults)
    {
        told.Clear();
        reads.Clear();
        VirtualClock clock = new();
        MemoryStream bytes = new();
        WireFaults device = new(Nonin(), faults.Select(LineFault.Parse), seed, told.Add);
        new SimulatedLine(clock, 0, device, (atNs, read) =>
        {
            bytes.Write(read.Span);
            reads.Add((atNs, read.Length));
        }).Connect();
        clock.RunUntil(Seconds * Nanoseconds.PerSecond);
        return bytes.ToArray();
    }

    /// <summary>Bytes of the latest run that came before a second.</summary>
    private int Before(double second) => reads.Where(r => r.AtNs < Nanoseconds.FromSeconds(second)).Sum(r => r.Length);
}
