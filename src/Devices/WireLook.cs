using System.Buffers;

namespace Vascular.Devices;

/// <summary>The first bytes of a wire in one piece, wherever its segments end.</summary>
internal static class WireLook
{
    /// <summary>As much of the front as there is, at most <paramref name="copy"/>'s length; copied only where a segment ends inside it.</summary>
    public static ReadOnlySpan<byte> At(in ReadOnlySequence<byte> wire, Span<byte> copy)
    {
        if (wire.FirstSpan.Length >= copy.Length || wire.IsSingleSegment)
        {
            return wire.FirstSpan[..Math.Min(wire.FirstSpan.Length, copy.Length)];
        }

        int length = (int)Math.Min(wire.Length, copy.Length);
        wire.Slice(0, length).CopyTo(copy);
        return copy[..length];
    }
}
