using System.Buffers;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Nonin;

public class NoninCodecTests
{
    [Fact]
    public void The_golden_packet_is_read_frame_by_frame()
    {
        Reader reader = Reader.Of(NoninGolden.Packet);

        Assert.Empty(reader.Faults);
        Assert.Equal(25, reader.Frames.Count);
        Assert.Equal([32768, 33370, 33966, 34550, 35116], reader.Frames.Take(5).Select(f => (int)f.Pleth));
        Assert.Equal([0], Places(reader.Frames, f => f.Sync));
        Assert.Equal(Enumerable.Range(5, 12), Places(reader.Frames, f => f.Perfusion == NoninPerfusion.High));
        Assert.DoesNotContain(reader.Frames, f => f.SensorAlarm || f.OutOfTrack || f.Artefact || f.SensorDisconnected);
    }

    [Fact]
    public void The_golden_packet_holds_the_numbers_of_the_page()
    {
        NoninPacket packet = default;
        NoninPacketStep last = default;
        NoninNumerics numerics = default;
        foreach (NoninFrame frame in Reader.Of(NoninGolden.Packet).Frames)
        {
            Assert.NotEqual(NoninPacketStep.Complete, last);
            last = packet.Add(frame, out numerics, out _);
        }

        Assert.Equal(NoninPacketStep.Complete, last);
        Assert.Equal(
            new NoninNumerics
            {
                PulsePerMin = 72,
                Spo2Percent = 97,
                FirmwareRevision = 0x31,
                TimerThirds = 1234,
                HighQuality = true,
                Spo2DisplayPercent = 97,
                Spo2FastPercent = 97,
                Spo2BeatToBeatPercent = 97,
                ExtendedPulsePerMin = 72,
                ExtendedSpo2Percent = 97,
                ExtendedSpo2DisplayPercent = 97,
                PulseDisplayPerMin = 72,
                ExtendedPulseDisplayPerMin = 72,
            },
            numerics);
    }

    [Fact]
    public void The_golden_poor_pulse_carries_its_flags_and_a_rate_above_127()
    {
        Reader reader = Reader.Of(NoninGolden.PoorPulse);

        Assert.Equal(2, reader.Frames.Count);
        Assert.True(reader.Frames[0] is { Sync: true, OutOfTrack: true, Artefact: true, SensorAlarm: false, Perfusion: NoninPerfusion.Low, Pleth: 0x9C40 });
        byte[] floats = new byte[25];
        (floats[0], floats[1]) = (reader.Frames[0].Float, reader.Frames[1].Float);
        Assert.Equal(142, NoninNumerics.Read(floats).PulsePerMin);
    }

    [Fact]
    public void Rate_511_and_saturation_127_are_no_values()
    {
        byte[] floats = new byte[25];
        default(NoninNumerics).Write(floats);
        Assert.Equal([3, 0x7F, 0x7F], floats[..3]);
        NoninNumerics read = NoninNumerics.Read(floats);
        Assert.Equal(default, read);
        Assert.Null(read.PulsePerMin);
        Assert.Null(read.Spo2Percent);
    }

    [Fact]
    public void What_is_written_is_the_golden_packet_again()
    {
        ArrayBufferWriter<byte> wire = new();
        foreach (NoninFrame frame in Reader.Of(NoninGolden.Packet).Frames)
        {
            NoninCodec.WriteFormat7(frame, wire);
        }

        Assert.Equal(NoninGolden.Packet, wire.WrittenSpan.ToArray());
    }

    [Fact]
    public void Every_split_and_every_segmentation_gives_the_same_frames()
    {
        byte[] stream = [0x11, 0x80, .. NoninGolden.Packet, .. NoninGolden.Packet];
        Reader whole = Reader.Of(stream);
        Assert.Equal(50, whole.Frames.Count);
        for (int at = 0; at <= stream.Length; at++)
        {
            Assert.Equal(whole.Events, Reader.Of(stream[..at], stream[at..]).Events);
        }

        Assert.Equal(whole.Events, Reader.Of([.. stream.Select(b => new[] { b })]).Events);
        Assert.Equal(whole.Events, Reader.OfSequence(Wire.BytePerSegment(stream)).Events);
        Assert.Equal(whole.Events, Reader.OfSequence(Wire.Segments([], stream)).Events);
        Assert.Equal(whole.Events, Reader.OfSequence(Wire.Segments([], stream[..3], [], stream[3..])).Events);
    }

    [Fact]
    public void Noise_before_the_first_frame_is_refused_once_and_costs_no_frame()
    {
        byte[] noise = [0x00, 0x81, 0xFF, 0x80, 0x7F, 0x03, 0x33];
        Reader reader = Reader.Of([.. noise, .. NoninGolden.Packet]);
        Assert.Equal(25, reader.Frames.Count);
        Assert.Equal([(WireFault.Noise, 0L, 7L)], reader.Faults);
    }

    [Fact]
    public void A_stream_cut_anywhere_leaves_whole_frames_and_a_truncated_end()
    {
        for (int length = 10; length < NoninGolden.Packet.Length; length++)
        {
            Reader reader = Reader.Of(NoninGolden.Packet[..length]);
            Assert.Equal(length / 5, reader.Frames.Count);
            (WireFault, long, long)[] expected = length % 5 == 0 ? [] : [(WireFault.Truncated, length - length % 5, length % 5)];
            Assert.Equal(expected, reader.Faults);
        }
    }

    [Fact]
    public void A_single_frame_cannot_be_trusted()
    {
        Reader reader = Reader.Of(NoninGolden.PoorPulse[..5]);
        Assert.Empty(reader.Frames);
        Assert.Equal([(WireFault.Truncated, 0L, 5L)], reader.Faults);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Each_single_flipped_bit_costs_its_own_frame_and_no_other(int windows)
    {
        byte[] stream = [.. NoninGolden.Packet, .. NoninGolden.Packet];
        List<NoninFrame> good = Reader.Of(stream).Frames;
        for (int bit = 0; bit < stream.Length * 8; bit++)
        {
            int lost = bit / 8 / 5;
            Reader reader = Reader.With(windows, Wire.FlipBit(stream, bit));

            // frames before the damage are lost with it only while too few of them had been seen to be trusted
            int first = lost < windows ? lost : 0;
            Assert.Equal([.. good[..(lost - first)], .. good[(lost + 1)..]], reader.Frames);
            Assert.Equal([(first > 0 || lost == 0 ? WireFault.Noise : WireFault.Checksum, (lost - first) * 5L, (first + 1) * 5L)], reader.Faults);
        }
    }

    [Fact]
    public void Each_dropped_byte_costs_its_own_frame_and_no_other()
    {
        byte[] stream = [.. NoninGolden.Packet, .. NoninGolden.Packet];
        List<NoninFrame> good = Reader.Of(stream).Frames;
        for (int at = 10; at < 240; at++)
        {
            int lost = at / 5;
            Reader reader = Reader.Of([.. stream[..at], .. stream[(at + 1)..]]);
            Assert.Equal([.. good[..lost], .. good[(lost + 1)..]], reader.Frames);
            Assert.Equal(4, Assert.Single(reader.Faults).Length);
        }
    }

    [Fact]
    public void A_flat_trace_is_never_read_at_a_wrong_shift()
    {
        // 32768 with a zero float byte reads 80 80 00 00 00: a window that holds at two shifts
        byte[] floats = new byte[25];
        new NoninNumerics { FirmwareRevision = 0x31 }.Write(floats);
        ArrayBufferWriter<byte> wire = new();
        for (int i = 0; i < 100; i++)
        {
            NoninCodec.WriteFormat7(new NoninFrame(i % 25 == 0 ? NoninStatus.Sync : NoninStatus.None, 32768, floats[i % 25]), wire);
        }

        byte[] stream = wire.WrittenSpan.ToArray();
        for (int start = 0; start < 125; start++)
        {
            List<NoninFrame> frames = Reader.Of(stream[start..]).Frames;
            Assert.Equal((stream.Length - start) / 5, frames.Count);
            Assert.All(frames, f => Assert.Equal(32768, f.Pleth));
        }
    }

    [Fact]
    public void Format_2_is_not_taken_for_format_7()
    {
        Reader reader = Reader.Of([.. NoninGolden.Format2Packet, .. NoninGolden.Format2Packet]);
        Assert.Empty(reader.Frames);
        Assert.Equal(WireFault.Noise, reader.Faults[0].Fault);
    }

    [Fact]
    public void However_long_the_garbage_little_is_held()
    {
        Random random = new(7);
        byte[] garbage = new byte[20_000];
        random.NextBytes(garbage);
        foreach (byte[] stream in (byte[][])[garbage, [.. Enumerable.Repeat((byte)0x80, 5000)], [.. NoninGolden.Packet, .. new byte[3000], .. Enumerable.Repeat((byte)0xFF, 3000)]])
        {
            NoninAlignment alignment = new(NoninAlignment.FewestWindows);
            byte[] rest = [];
            foreach (byte[] part in stream.Chunk(7))
            {
                ReadOnlySequence<byte> wire = new([.. rest, .. part]);
                while (NoninCodec.TryReadFormat7(ref wire, ref alignment, out _, out _) != OperationStatus.NeedMoreData)
                {
                }

                rest = wire.ToArray();
                Assert.True(rest.Length <= NoninCodec.LongestLook, $"{rest.Length} bytes held");
            }
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        byte[] stream = [.. Enumerable.Repeat(NoninGolden.Packet, 50).SelectMany(b => b)];
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            NoninAlignment alignment = new(NoninAlignment.FewestWindows);
            ReadOnlySequence<byte> wire = new(stream);
            int frames = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (NoninCodec.TryReadFormat7(ref wire, ref alignment, out _, out _) == OperationStatus.Done)
            {
                frames++;
            }

            // The runtime itself may allocate on this thread while it compiles; a frame that allocates does so in every round.
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.InRange(frames, (25 * 50) - 5, 25 * 50);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Random_buffers_never_throw_and_always_advance()
    {
        Random random = new(20260722);
        byte[] buffer = new byte[64];
        int falseFrames = 0;
        for (int i = 0; i < 100_000; i++)
        {
            Span<byte> bytes = buffer.AsSpan(0, random.Next(buffer.Length + 1));
            random.NextBytes(bytes);
            NoninAlignment alignment = new(2, Trusted: (i & 1) == 1);
            ReadOnlySequence<byte> wire = new(buffer, 0, bytes.Length);
            for (long before = wire.Length; ; before = wire.Length)
            {
                OperationStatus status = NoninCodec.TryReadFormat7(ref wire, ref alignment, out _, out WireFault fault);
                Assert.Equal(status == OperationStatus.InvalidData, fault != WireFault.None);
                if (status == OperationStatus.NeedMoreData)
                {
                    Assert.Equal(before, wire.Length);
                    break;
                }

                Assert.True(wire.Length < before);
                falseFrames += status == OperationStatus.Done ? 1 : 0;
            }
        }

        // 50 000 trusted beginnings at 1/512 each, and 6 million positions at 512⁻² each: some 100 + 20
        Assert.InRange(falseFrames, 1, 300);
    }

    [Fact]
    public void Any_frames_written_are_read_again()
    {
        Random random = new(7);
        ArrayBufferWriter<byte> wire = new();
        List<NoninFrame> written = [];
        for (int i = 0; i < 5000; i++)
        {
            NoninFrame frame = new((NoninStatus)random.Next(256) | NoninStatus.Always, (ushort)random.Next(65536), (byte)random.Next(256));
            written.Add(frame);
            NoninCodec.WriteFormat7(frame, wire);
        }

        Assert.Equal(written, Reader.Of(wire.WrittenSpan.ToArray()).Frames);
    }

    private static IEnumerable<int> Places(List<NoninFrame> frames, Func<NoninFrame, bool> where) =>
        Enumerable.Range(0, frames.Count).Where(i => where(frames[i]));

    /// <summary>Reads a stream as a caller does, and keeps what came out and where.</summary>
    private sealed class Reader
    {
        public List<NoninFrame> Frames { get; } = [];

        public List<(WireFault Fault, long At, long Length)> Faults { get; } = [];

        public List<string> Events { get; } = [];

        public static Reader Of(params byte[][] reads) => With(NoninAlignment.FewestWindows, reads);

        public static Reader With(int windows, params byte[][] reads)
        {
            Reader reader = new();
            NoninAlignment alignment = new(windows);
            byte[] rest = [];
            long at = 0;
            foreach (byte[] read in reads)
            {
                ReadOnlySequence<byte> wire = new([.. rest, .. read]);
                reader.Drain(ref wire, ref alignment, ref at);
                rest = wire.ToArray();
            }

            return reader.End(new ReadOnlySequence<byte>(rest), alignment, at);
        }

        public static Reader OfSequence(ReadOnlySequence<byte> wire)
        {
            Reader reader = new();
            NoninAlignment alignment = new(NoninAlignment.FewestWindows);
            long at = 0;
            reader.Drain(ref wire, ref alignment, ref at);
            return reader.End(wire, alignment, at);
        }

        private void Drain(ref ReadOnlySequence<byte> wire, ref NoninAlignment alignment, ref long at)
        {
            while (true)
            {
                long before = wire.Length;
                OperationStatus status = NoninCodec.TryReadFormat7(ref wire, ref alignment, out NoninFrame frame, out WireFault fault);
                if (status == OperationStatus.NeedMoreData)
                {
                    return;
                }

                if (status == OperationStatus.Done)
                {
                    Frames.Add(frame);
                    Events.Add($"{at} {frame}");
                }
                else
                {
                    Refuse(fault, at, before - wire.Length);
                }

                at += before - wire.Length;
            }
        }

        private Reader End(in ReadOnlySequence<byte> rest, in NoninAlignment alignment, long at)
        {
            WireFault fault = NoninCodec.LeftOver(rest, alignment);
            if (fault != WireFault.None)
            {
                Refuse(fault, at, rest.Length);
            }

            return this;
        }

        private void Refuse(WireFault fault, long at, long length)
        {
            if (Faults.Count > 0 && Faults[^1].At + Faults[^1].Length == at)
            {
                Faults[^1] = Faults[^1] with { Length = Faults[^1].Length + length };
                return;
            }

            Faults.Add((fault, at, length));
            Events.Add($"{at} {fault}");
        }
    }
}
