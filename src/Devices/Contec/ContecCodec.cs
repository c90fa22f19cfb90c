using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Contec;

/// <summary>Commands of the host, by their code.</summary>
public enum ContecCommand
{
    StartRealTime = 0xA1,
    StopRealTime = 0xA2,
    DeviceId = 0xAA,
    PerfusionSupport = 0xAC,

    /// <summary>"I am connected", to be sent every 5 s.</summary>
    KeepAlive = 0xAF,
}

/// <summary>Contec protocol V7.0 (CMS50E/EW/FW, CMS50D+ from firmware 4.6), both directions: a type byte without bit 7, a byte of high bits, data bytes
/// with bit 7 set.</summary>
/// <remarks>Source: Contec, Communication Protocol of Pulse Oximeter V7.0, 2010. There is no checksum: a changed bit that leaves bit 7 alone and
/// the values within their range passes unseen.</remarks>
public static class ContecCodec
{
    /// <summary>What a reader may have to hold before it can say what the first byte is.</summary>
    public const int LongestLook = 9;

    private const int CommandBytes = 9;
    private const byte CommandType = 0x7D;

    /// <summary>Takes one packet of the device, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="sample">With <see cref="ContecPacket.RealTime"/>: what it says.</param>
    /// <param name="fault">With InvalidData: Noise, or Range for a real-time packet whose values do not exist.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out ContecFrame frame, out ContecSample sample, out WireFault fault)
    {
        (frame, sample) = (default, default);
        Span<byte> packet = stackalloc byte[LongestLook];
        OperationStatus status = BitSevenFrame.Cut(ref wire, firstHasIt: false, static type => LengthOf(type), packet, out int length, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        ulong data = 0;
        int count = Math.Max(0, length - 2);
        for (int i = 0; i < count; i++)
        {
            data |= (ulong)((packet[2 + i] & 0x7F) | (((packet[1] >> i) & 1) << 7)) << (8 * i);
        }

        frame = new ContecFrame((ContecPacket)packet[0], count, data);
        fault = frame.Packet == ContecPacket.RealTime ? ContecSample.Read(frame, out sample) : WireFault.None;
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Appends one command without arguments: 9 bytes, unused ones 0.</summary>
    public static void WriteCommand(ContecCommand command, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        Span<byte> bytes = wire.GetSpan(CommandBytes)[..CommandBytes];
        bytes.Fill(0x80);
        (bytes[0], bytes[1], bytes[2]) = (CommandType, 0x81, (byte)((int)command | 0x80));
        wire.Advance(CommandBytes);
    }

    /// <summary>Bytes of a packet, 0 for a type the document does not have.</summary>
    private static int LengthOf(byte type) => (ContecPacket)type switch
    {
        ContecPacket.Free => 2,
        ContecPacket.Disconnect or ContecPacket.PerfusionSupport or ContecPacket.UserCount => 3,
        ContecPacket.SegmentCount or ContecPacket.CommandFeedback => 4,
        ContecPacket.StorageWithPerfusion => 6,
        ContecPacket.StorageDate or ContecPacket.StorageTime or ContecPacket.StorageLength or ContecPacket.StorageWithoutPerfusion => 8,
        ContecPacket.RealTime or ContecPacket.DeviceId or ContecPacket.UserInfo or ContecPacket.DeviceNotice or ContecPacket.StorageId => 9,
        _ => 0,
    };
}
