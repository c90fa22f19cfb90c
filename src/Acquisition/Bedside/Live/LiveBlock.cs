using System.Buffers;
using System.Buffers.Binary;

namespace Vascular.Acquisition.Bedside.Live;

/// <summary>Kinds of block on <c>/live</c>.</summary>
public enum LiveBlockKind : byte
{
    /// <summary>Samples at even distances.</summary>
    Samples = 1,

    /// <summary>Samples each with its own time.</summary>
    Points = 2,

    /// <summary>An interval of which nothing is known.</summary>
    Gap = 3,

    /// <summary>The tape's time now, and how fast it runs.</summary>
    Clock = 4,

    /// <summary>Asks the page for the time of its own clock.</summary>
    Ping = 5,
}

/// <summary>The blocks of <c>/live</c>: a message holds one or more, one behind the other. Little endian; layout in docs/live-stream.md.</summary>
public static class LiveBlock
{
    /// <summary>Bytes before a block's samples.</summary>
    public const int HeaderBytes = 24;

    /// <summary>Most samples in one block.</summary>
    public const int MostSamples = 4096;

    /// <summary>Bit of the count: the block goes on where the one before it ended.</summary>
    public const int Joined = 0x8000;

    /// <summary>Begins a block of samples; <see cref="AddSample"/> follows <paramref name="count"/> times.</summary>
    /// <param name="joined">It goes on where the channel's block before it ended.</param>
    public static void BeginSamples(IBufferWriter<byte> wire, ushort channel, int count, uint missed, long startAtNs, long periodNs, bool joined) =>
        Header(wire, LiveBlockKind.Samples, (byte)channel, (ushort)(count | (joined ? Joined : 0)), missed, startAtNs, periodNs);

    public static void AddSample(IBufferWriter<byte> wire, float value)
    {
        ArgumentNullException.ThrowIfNull(wire);
        BinaryPrimitives.WriteSingleLittleEndian(wire.GetSpan(sizeof(float)), value);
        wire.Advance(sizeof(float));
    }

    /// <summary>Begins a block of points; <see cref="AddPoint"/> follows <paramref name="count"/> times.</summary>
    public static void BeginPoints(IBufferWriter<byte> wire, ushort channel, int count, uint missed, long startAtNs, bool joined) =>
        Header(wire, LiveBlockKind.Points, (byte)channel, (ushort)(count | (joined ? Joined : 0)), missed, startAtNs, 0);

    /// <param name="afterNs">Time since the block's start.</param>
    public static void AddPoint(IBufferWriter<byte> wire, long afterNs, float value)
    {
        ArgumentNullException.ThrowIfNull(wire);
        Span<byte> room = wire.GetSpan(8);
        BinaryPrimitives.WriteUInt32LittleEndian(room, (uint)Math.Clamp(afterNs / 1000, 0, uint.MaxValue));
        BinaryPrimitives.WriteSingleLittleEndian(room[4..], value);
        wire.Advance(8);
    }

    /// <param name="toNs">-1 while the gap is open.</param>
    public static void Gap(IBufferWriter<byte> wire, ushort channel, TraceLoss why, uint missed, long fromNs, long toNs) =>
        Header(wire, LiveBlockKind.Gap, (byte)channel, (ushort)why, missed, fromNs, toNs);

    /// <param name="speedThousandths">Tape seconds in a thousand seconds; 0 while the tape stands still, -1 when its time is not paced.</param>
    public static void Clock(IBufferWriter<byte> wire, long tapeNowNs, long speedThousandths) =>
        Header(wire, LiveBlockKind.Clock, 0, 0, 0, tapeNowNs, speedThousandths);

    public static void Ping(IBufferWriter<byte> wire, long number) => Header(wire, LiveBlockKind.Ping, 0, 0, 0, number, 0);

    private static void Header(IBufferWriter<byte> wire, LiveBlockKind kind, byte channel, ushort count, uint missed, long first, long second)
    {
        ArgumentNullException.ThrowIfNull(wire);
        Span<byte> room = wire.GetSpan(HeaderBytes);
        room[0] = (byte)kind;
        room[1] = channel;
        BinaryPrimitives.WriteUInt16LittleEndian(room[2..], count);
        BinaryPrimitives.WriteUInt32LittleEndian(room[4..], missed);
        BinaryPrimitives.WriteInt64LittleEndian(room[8..], first);
        BinaryPrimitives.WriteInt64LittleEndian(room[16..], second);
        wire.Advance(HeaderBytes);
    }
}
