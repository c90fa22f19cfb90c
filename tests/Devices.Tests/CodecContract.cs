using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests;

/// <summary>One frame, every way it can arrive: what holds for every codec of a byte stream.</summary>
public abstract class CodecContract<TFrame>
{
    protected delegate OperationStatus Read(ref ReadOnlySequence<byte> wire, out TFrame frame, out WireFault fault);

    /// <summary>A reader that knows nothing yet.</summary>
    protected abstract Read NewReader();

    /// <summary>Whole frames, nothing else, at least four of them.</summary>
    protected abstract byte[] Golden { get; }

    /// <summary>How many.</summary>
    protected abstract int GoldenFrames { get; }

    /// <summary>What the codec may have to hold.</summary>
    protected abstract int LongestLook { get; }

    /// <summary>Bytes that belong to no frame and swallow none that follows.</summary>
    protected virtual byte[] Noise => [0x13, 0x37, 0x42, 0x55, 0x11];

    /// <summary>A changed bit can never pass: each frame has a checksum over all of it.</summary>
    protected virtual bool IsChecked => false;

    /// <summary>Whole frames after the damaged one that may be lost with it.</summary>
    protected virtual int LostWithIt => 1;

    /// <summary>Passes over what belongs to no frame and is no fault.</summary>
    protected virtual void Skip(ref ReadOnlySequence<byte> wire)
    {
    }

    /// <summary>Reading a frame allocates nothing.</summary>
    protected virtual bool IsAllocationFree => true;

    [Fact]
    public void Golden_frames_are_read_without_a_fault()
    {
        Story story = Tell(Golden);
        Assert.Equal(GoldenFrames, story.Frames.Count);
        Assert.Empty(story.Faults);
    }

    [Fact]
    public void Every_split_and_every_segmentation_gives_the_same_frames()
    {
        byte[] stream = [.. Noise, .. Golden, .. Noise, .. Golden, .. Golden[..^1]];
        Story whole = Tell(stream);
        Assert.InRange(whole.Frames.Count, 2 * GoldenFrames, 3 * GoldenFrames);
        for (int at = 0; at <= stream.Length; at++)
        {
            Assert.Equal(whole.Events, Tell(stream[..at], stream[at..]).Events);
        }

        Assert.Equal(whole.Events, Tell([.. stream.Select(b => new[] { b })]).Events);
        Assert.Equal(whole.Events, TellSequence(Wire.BytePerSegment(stream)).Events);
        Assert.Equal(whole.Events, TellSequence(Wire.Segments([], stream)).Events);
        Assert.Equal(whole.Events, TellSequence(Wire.Segments([], stream[..3], [], stream[3..])).Events);
    }

    [Fact]
    public void Noise_before_a_frame_is_one_refusal_and_costs_no_frame()
    {
        Story story = Tell([.. Noise, .. Golden]);
        Assert.Equal(Tell(Golden).Frames, story.Frames);
        Assert.Equal((0L, (long)Noise.Length), (Assert.Single(story.Faults).At, story.Faults[0].Length));
    }

    [Fact]
    public void A_stream_cut_anywhere_gives_its_whole_frames_and_nothing_else()
    {
        Story whole = Tell(Golden);
        for (int length = 0; length < Golden.Length; length++)
        {
            Story story = Tell(Golden[..length]);
            Assert.Equal(whole.Frames.Take(whole.Ends.Count(end => end <= length)), story.Frames);
            long left = length - (story.Frames.Count == 0 ? 0 : story.Ends[^1]);
            Assert.Equal(left, story.Faults.Sum(f => f.Length) + story.Pending + story.Skipped);
        }
    }

    [Fact]
    public void Each_flipped_bit_costs_its_own_frame_and_the_stream_goes_on()
    {
        byte[] stream = [.. Golden, .. Golden];
        Story good = Tell(stream);
        for (int bit = 0; bit < stream.Length * 8; bit++)
        {
            int hit = good.Ends.FindIndex(end => end > bit / 8);
            Story story = Tell(Wire.FlipBit(stream, bit));
            int after = Math.Min(good.Frames.Count, hit + 1 + LostWithIt);
            if (IsChecked)
            {
                Assert.Equal([.. good.Frames.Take(hit), .. good.Frames.Skip(hit + 1)], story.Frames);
                continue;
            }

            Assert.Equal(good.Frames.Take(hit), story.Frames.Take(hit));
            Assert.Equal(good.Frames.Skip(after), story.Frames.TakeLast(good.Frames.Count - after));
            Assert.True(story.Frames.Count <= good.Frames.Count + 1, $"bit {bit}");
        }
    }

    [Fact]
    public void Each_lost_byte_costs_few_frames_and_the_stream_goes_on()
    {
        byte[] stream = [.. Golden, .. Golden];
        Story good = Tell(stream);
        for (int at = 0; at < stream.Length; at++)
        {
            int hit = good.Ends.FindIndex(end => end > at);
            Story story = Tell([.. stream[..at], .. stream[(at + 1)..]]);
            int after = Math.Min(good.Frames.Count, hit + 1 + LostWithIt);
            Assert.Equal(good.Frames.Take(hit), story.Frames.Take(hit));
            Assert.Equal(good.Frames.Skip(after), story.Frames.TakeLast(good.Frames.Count - after));
        }
    }

    [Fact]
    public void Random_buffers_never_throw_and_always_advance()
    {
        Random random = new(20261122);
        byte[] buffer = new byte[64];
        byte[] golden = Golden;
        for (int i = 0; i < 100_000; i++)
        {
            Span<byte> bytes = buffer.AsSpan(0, random.Next(buffer.Length + 1));
            random.NextBytes(bytes);
            if ((i & 1) == 1 && bytes.Length > 0)
            {
                int part = Math.Min(bytes.Length, golden.Length);      // half of them begin almost right
                golden.AsSpan(0, part).CopyTo(bytes);
                bytes[random.Next(part)] = (byte)random.Next(256);
            }

            Drain(buffer.AsMemory(0, bytes.Length));
        }
    }

    [Fact]
    public void However_long_the_garbage_little_is_held()
    {
        Random random = new(7);
        byte[] garbage = new byte[20_000];
        random.NextBytes(garbage);
        byte[] repeated = [.. Enumerable.Repeat(Golden[0], 5000)];
        foreach (byte[] stream in (byte[][])[garbage, repeated, [.. Golden, .. new byte[3000], .. Enumerable.Repeat((byte)0xFF, 3000)]])
        {
            Read read = NewReader();
            byte[] rest = [];
            foreach (byte[] part in stream.Chunk(7))
            {
                ReadOnlySequence<byte> wire = new([.. rest, .. part]);
                while (read(ref wire, out _, out _) != OperationStatus.NeedMoreData)
                {
                }

                rest = wire.ToArray();
                Assert.True(rest.Length <= LongestLook, $"{rest.Length} bytes held");
            }
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        if (!IsAllocationFree)
        {
            return;
        }

        byte[] stream = [.. Enumerable.Repeat(Golden, 50).SelectMany(b => b)];
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            Read read = NewReader();
            ReadOnlySequence<byte> wire = new(stream);
            int frames = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (read(ref wire, out _, out _) == OperationStatus.Done)
            {
                frames++;
            }

            // The runtime itself may allocate on this thread while it compiles; a frame that allocates does so in every round.
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(50 * GoldenFrames, frames);
        }

        Assert.Equal(0, least);
    }

    /// <summary>A frame in words, for comparison.</summary>
    protected virtual string Words(TFrame frame) => frame!.ToString()!;

    /// <summary>Reads a stream in these reads, as a caller does.</summary>
    private protected Story Tell(params byte[][] reads)
    {
        Story story = new();
        Read read = NewReader();
        byte[] rest = [];
        long at = 0;
        foreach (byte[] part in reads)
        {
            ReadOnlySequence<byte> wire = new([.. rest, .. part]);
            Drain(read, ref wire, ref at, story);
            rest = wire.ToArray();
        }

        story.Pending = rest.Length;
        return story;
    }

    private Story TellSequence(ReadOnlySequence<byte> wire)
    {
        Story story = new();
        long at = 0;
        Drain(NewReader(), ref wire, ref at, story);
        story.Pending = wire.Length;
        return story;
    }

    private void Drain(Read read, ref ReadOnlySequence<byte> wire, ref long at, Story story)
    {
        while (true)
        {
            long before = wire.Length;
            Skip(ref wire);
            at += before - wire.Length;
            story.Skipped += before - wire.Length;
            before = wire.Length;
            OperationStatus status = read(ref wire, out TFrame frame, out WireFault fault);
            if (status == OperationStatus.NeedMoreData)
            {
                at += before - wire.Length;
                return;
            }

            if (status == OperationStatus.Done)
            {
                story.Skipped = 0;
                story.Add(at, before - wire.Length, Words(frame));
            }
            else
            {
                story.Refuse(fault, at, before - wire.Length);
            }

            at += before - wire.Length;
        }
    }

    private void Drain(ReadOnlyMemory<byte> bytes)
    {
        Read read = NewReader();
        ReadOnlySequence<byte> wire = new(bytes);
        for (long before = wire.Length; ; before = wire.Length)
        {
            OperationStatus status = read(ref wire, out _, out WireFault fault);
            Assert.Equal(status == OperationStatus.InvalidData, fault != WireFault.None);
            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            Assert.True(wire.Length < before);
        }
    }

    /// <summary>What came out of a stream, and where.</summary>
    private protected sealed class Story
    {
        public List<string> Frames { get; } = [];

        public List<long> Ends { get; } = [];

        public List<(WireFault Fault, long At, long Length)> Faults { get; } = [];

        public List<string> Events { get; } = [];

        public long Pending { get; set; }

        /// <summary>Bytes passed over since the last frame.</summary>
        public long Skipped { get; set; }

        public void Add(long at, long length, string words)
        {
            Frames.Add(words);
            Ends.Add(at + length);
            Events.Add($"{at} {words}");
        }

        public void Refuse(WireFault fault, long at, long length)
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
