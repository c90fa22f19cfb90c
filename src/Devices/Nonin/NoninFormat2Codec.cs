using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Nonin;

/// <summary>Nonin serial data format 2: 01, status, pleth, float, checksum.</summary>
/// <remarks>Source: Nonin, Model 9560 OEM Specification and Technical Information. A window is a frame when its first byte is 01, bit 7 of the second
/// is set and the checksum holds; on any failure one byte is dropped. In random bytes one position in 131,072 passes.</remarks>
public static class NoninFormat2Codec
{
    /// <summary>Bytes in a frame.</summary>
    public const int FrameBytes = NoninCodec.FrameBytes;

    private const byte First = 0x01;

    /// <summary>Takes one frame, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="frame">Its pleth is 0 to 255, compressed.</param>
    /// <param name="fault">With InvalidData: Checksum for a window that has the form of a frame, else Noise.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out NoninFrame frame, out WireFault fault)
    {
        (frame, fault) = (default, WireFault.None);
        Span<byte> copy = stackalloc byte[FrameBytes];
        ReadOnlySpan<byte> look = WireLook.At(wire, copy);
        bool begins = look.Length < 1 || look[0] == First;
        bool goesOn = look.Length < 2 || (look[1] & (byte)NoninStatus.Always) != 0;
        if (begins && goesOn && look.Length < FrameBytes)
        {
            return OperationStatus.NeedMoreData;
        }

        if (!begins || !goesOn || (byte)(look[0] + look[1] + look[2] + look[3]) != look[4])
        {
            fault = begins && goesOn ? WireFault.Checksum : WireFault.Noise;
            wire = wire.Slice(1);       // a true frame may start inside the damaged one
            return OperationStatus.InvalidData;
        }

        frame = new NoninFrame((NoninStatus)look[1], look[2], look[3]);
        wire = wire.Slice(FrameBytes);
        return OperationStatus.Done;
    }
}
