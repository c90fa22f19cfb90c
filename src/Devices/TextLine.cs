using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices;

/// <summary>Lines of text that end with CR, LF or both, in any order. Between lines CR, LF and NUL belong to none.</summary>
internal static class TextLine
{
    /// <summary>Passes over what stands between lines.</summary>
    public static void SkipSeparators(ref ReadOnlySequence<byte> wire)
    {
        SequenceReader<byte> reader = new(wire);
        reader.AdvancePastAny((byte)'\r', (byte)'\n', (byte)0);
        wire = wire.Slice(reader.Position);
    }

    /// <summary>Cuts the text of one line off the front of <paramref name="wire"/>, its first end character with it; refuses a line that does not end.</summary>
    /// <param name="text">In: room for the longest line and its end; out: the line.</param>
    /// <param name="fault">With InvalidData: Noise.</param>
    public static OperationStatus Cut(ref ReadOnlySequence<byte> wire, ref Span<byte> text, out WireFault fault)
    {
        fault = WireFault.None;
        SkipSeparators(ref wire);
        int length = (int)Math.Min(wire.Length, text.Length);
        wire.Slice(0, length).CopyTo(text);
        int end = text[..length].IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0)
        {
            wire = wire.Slice(end + 1);
            text = text[..end];
            return OperationStatus.Done;
        }

        if (length < text.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        wire = wire.Slice(length);
        fault = WireFault.Noise;
        return OperationStatus.InvalidData;
    }
}
