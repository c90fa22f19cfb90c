using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Vascular.Acquisition.Bedside.Live;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Tests.Examinations;

namespace Vascular.Acquisition.Tests.Bedside;

/// <summary>The blocks of <c>/live</c>, read by the layout of docs/live-stream.md and nothing else.</summary>
public class LiveTracesTests
{
    private const long PeriodNs = 13_333_333;
    private readonly LiveTraces _traces = new(new FakeTimeProvider());

    public LiveTracesTests() => _traces.Begin([new ChannelTrace(1, "cuff-1", 0), new ChannelTrace(2, "ppg-1", PeriodNs)]);

    [Fact]
    public void What_devices_said_comes_in_order_with_its_times()
    {
        HandTape tape = Watched();
        tape.Pressures(1, 2, t => 100 - (10 * t)).Pleth(2, 4, t => 32768 + (int)(t * 100));
        List<Block> blocks = Read(new LiveReader(_traces.Generation));
        Assert.Equal([90, 88, 86, 84, 82], blocks.Where(b => b.Channel == 1).SelectMany(b => b.Values).Select(v => (int)v));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => 1 + (i * 0.2)), blocks.Where(b => b.Channel == 1).SelectMany(b => b.Times).Select(t => Math.Round(t, 6)));
        Block[] pleth = [.. blocks.Where(b => b.Channel == 2)];
        Assert.Equal(150, pleth.Sum(b => b.Values.Count));
        Assert.All(pleth.Skip(1), b => Assert.True(b.Joined || b.Kind == 3));
        Assert.DoesNotContain(blocks, b => b.Kind == 3);
    }

    [Fact]
    public void A_reader_is_told_each_sample_once()
    {
        HandTape tape = Watched();
        var reader = new LiveReader(_traces.Generation);
        tape.Pleth(1, 2, _ => 1);
        Assert.Equal(75, Read(reader).Sum(b => b.Values.Count));
        Assert.Empty(Read(reader));
        tape.Pleth(2, 3, _ => 2);
        Assert.Equal(Enumerable.Repeat(2f, 75), Read(reader).SelectMany(b => b.Values));
    }

    [Fact]
    public void A_lost_line_is_an_open_gap_and_then_one_with_an_end()
    {
        HandTape tape = Watched();
        var reader = new LiveReader(_traces.Generation);
        tape.Pleth(1, 2, _ => 1);
        Read(reader);
        tape.At(2.5).Link(TapeRecordType.Closed, HandTape.Ppg);
        Block open = Assert.Single(Read(reader), b => b.Kind == 3);
        Assert.Equal((2, 1, -1L), (open.Channel, open.Word, open.Second));
        Assert.Empty(Read(reader));

        tape.At(3).Open(HandTape.Ppg, HandTape.PpgIdentity);
        tape.Pleth(3, 4, _ => 2);
        List<Block> blocks = Read(reader);
        Block closed = Assert.Single(blocks, b => b.Kind == 3);
        Assert.Equal(open.Start, closed.Start);
        Assert.InRange(closed.Second, 2_950_000_000, 3_050_000_000);
        Block after = blocks.First(b => b.Kind == 1);
        Assert.False(after.Joined);
        Assert.Equal(closed.Second, after.Start);
    }

    [Fact]
    public void A_slow_page_loses_the_oldest_and_is_told_how_many_and_a_new_page_missed_nothing()
    {
        var slow = new LiveReader(_traces.Generation);
        _traces.Add(2, 0, 0);
        Read(slow);
        for (int i = 1; i <= TraceHistory.Capacity + 100; i++)
        {
            _traces.Add(2, i * PeriodNs, i);
        }

        List<Block> blocks = Read(slow);
        Assert.Equal(100, slow.Missed);
        Assert.Equal(100u, blocks[^1].Missed);
        Assert.Equal(TraceHistory.Capacity, blocks.Sum(b => b.Values.Count));
        var fresh = new LiveReader(_traces.Generation);
        Assert.Equal(TraceHistory.Capacity, Read(fresh).Sum(b => b.Values.Count));
        Assert.Equal(0, fresh.Missed);
    }

    [Fact]
    public void Another_examination_is_another_generation()
    {
        var old = new LiveReader(_traces.Generation);
        _traces.Begin([new ChannelTrace(1, "cuff-1", 0)]);
        _traces.Add(1, 5, 5);
        Assert.Empty(Read(old));
        Assert.NotEqual(old.Generation, _traces.Generation);
        Assert.Equal([5f], Read(new LiveReader(_traces.Generation)).SelectMany(b => b.Values));
    }

    private HandTape Watched()
    {
        HandTape tape = HandTape.Begun();
        tape.Folded = record => _traces.Take(record, tape.Fold);
        return tape;
    }

    private List<Block> Read(LiveReader reader)
    {
        var wire = new ArrayBufferWriter<byte>();
        _traces.Read(reader, wire);
        return Block.All(wire.WrittenSpan);
    }

    private sealed record Block(int Kind, int Channel, int Word, bool Joined, uint Missed, long Start, long Second, List<float> Values, List<double> Times)
    {
        public static List<Block> All(ReadOnlySpan<byte> wire)
        {
            List<Block> blocks = [];
            while (!wire.IsEmpty)
            {
                ushort word = BinaryPrimitives.ReadUInt16LittleEndian(wire[2..]);
                long start = BinaryPrimitives.ReadInt64LittleEndian(wire[8..]);
                var block = new Block(wire[0], wire[1], word & 0x7fff, (word & 0x8000) != 0, BinaryPrimitives.ReadUInt32LittleEndian(wire[4..]), start, BinaryPrimitives.ReadInt64LittleEndian(wire[16..]), [], []);
                wire = wire[24..];
                for (int i = 0; block.Kind is 1 or 2 && i < block.Word; i++)
                {
                    bool even = block.Kind == 1;
                    block.Times.Add((start / 1e9) + (even ? i * block.Second / 1e9 : BinaryPrimitives.ReadUInt32LittleEndian(wire) / 1e6));
                    block.Values.Add(BinaryPrimitives.ReadSingleLittleEndian(wire[(even ? 0 : 4)..]));
                    wire = wire[(even ? 4 : 8)..];
                }

                blocks.Add(block);
            }

            return blocks;
        }
    }
}
