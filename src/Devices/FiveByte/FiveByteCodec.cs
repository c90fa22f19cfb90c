using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.FiveByte;

/// <summary>Five bytes a frame, bit 7 in the first alone, no checksum: Berry oximeters, and the Contec CMS50D+ of old firmware.</summary>
/// <remarks>Sources: Berry, BCI Protocol V1.2 for Bluetooth and USB Oximeter, 2017; one public program for the Contec dialect. A changed bit that
/// leaves bit 7 alone and the values within their range passes unseen.</remarks>
public static class FiveByteCodec
{
    /// <summary>Bytes in a frame.</summary>
    public const int FrameBytes = 5;

    private const int HighestStrength = 8;
    private const int HighestBerryPleth = 100;
    private const int MissingRate = 0xFF;
    private const int MissingSaturation = 0x7F;

    /// <summary>Takes one frame, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="fault">With InvalidData: Noise, or Range for a saturation of 101 to 126 %, and in the Berry dialect a strength above 8 or a pleth above 100.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, FiveByteDialect dialect, out FiveByteFrame frame, out WireFault fault)
    {
        frame = default;
        Span<byte> b = stackalloc byte[FrameBytes];
        OperationStatus status = BitSevenFrame.Cut(ref wire, firstHasIt: true, static _ => FrameBytes, b, out _, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        bool berry = dialect == FiveByteDialect.Berry;
        int strength = b[0] & 0x0F;
        if (b[4] is > 100 and not MissingSaturation || (berry && (strength > HighestStrength || b[1] > HighestBerryPleth)))
        {
            fault = WireFault.Range;
            return OperationStatus.InvalidData;
        }

        int rate = ((b[2] & 0x40) << 1) | b[3];
        int bar = b[2] & 0x0F;
        frame = new FiveByteFrame(
            Math.Min(strength, HighestStrength),
            (b[0] & 0x10) != 0,
            (b[0] & 0x20) != 0,
            (b[0] & 0x40) != 0,
            berry && b[1] == 0 ? null : b[1],
            berry && bar == 0 ? null : bar,
            (b[2] & 0x10) != 0,
            (b[2] & 0x20) != 0,
            rate == MissingRate ? null : rate,
            b[4] == MissingSaturation ? null : b[4]);
        return OperationStatus.Done;
    }
}
