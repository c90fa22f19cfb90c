using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices;

/// <summary>Frames that are told apart by bit 7 alone: the first byte has it and no other does, or the other way round. No checksum.</summary>
/// <remarks>A lost byte shows as a first byte that comes too early, an added one as a byte that begins nothing. A changed value cannot be seen here.</remarks>
internal static class BitSevenFrame
{
    /// <summary>Cuts one frame off the front of <paramref name="wire"/> into <paramref name="frame"/>, or refuses what cannot begin one.</summary>
    /// <param name="firstHasIt">Whether bit 7 is set in the first byte (and clear in the rest) or clear in the first byte (and set in the rest).</param>
    /// <param name="lengthOf">Bytes of the frame that begins with this byte, 2 to <paramref name="frame"/>'s length; 0 when none does.</param>
    /// <param name="length">With Done: how many bytes were cut.</param>
    /// <param name="fault">With InvalidData: Noise.</param>
    public static OperationStatus Cut(
        ref ReadOnlySequence<byte> wire, bool firstHasIt, Func<byte, int> lengthOf, Span<byte> frame, out int length, out WireFault fault)
    {
        (length, fault) = (0, WireFault.None);
        ReadOnlySpan<byte> look = WireLook.At(wire, frame);
        if (look.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        int expected = Begins(look[0], firstHasIt) ? lengthOf(look[0]) : 0;
        int same = 1;
        while (same < look.Length && same < expected && !Begins(look[same], firstHasIt))
        {
            same++;
        }

        if (expected > 0 && same == expected)
        {
            look[..expected].CopyTo(frame);
            wire = wire.Slice(expected);
            length = expected;
            return OperationStatus.Done;
        }

        if (expected > 0 && same == look.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        // to the next byte that may begin a frame: the frame cut short, or what began none
        int refused = 1;
        while (refused < look.Length && !Begins(look[refused], firstHasIt))
        {
            refused++;
        }

        wire = wire.Slice(refused);
        fault = WireFault.Noise;
        return OperationStatus.InvalidData;
    }

    private static bool Begins(byte value, bool firstHasIt) => (value & 0x80) != 0 == firstHasIt;
}
