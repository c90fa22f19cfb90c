using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.AccuPulse;

/// <summary>The AccuPulse handheld NIBP simulator as a streaming manometer: short lines of text.</summary>
/// <remarks>Source: one page of its manual. Commands end with CR; that answers do is taken from there and not stated. <c>=</c> and <c>#</c> count
/// without a line end. No checksum: a changed or lost digit passes unseen. For the bench, never for a patient.</remarks>
public static class AccuPulseCodec
{
    /// <summary>What a reader may have to hold before it can say what the first byte is.</summary>
    public const int LongestLook = 65;

    private const int LowestTenths = -300;
    private const int HighestTenths = 4000;

    /// <summary>Takes one answer, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="fault">With InvalidData: Noise, or Range for a pressure that is neither within -30 to 400 mmHg nor one of the rails.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out AccuPulseFrame frame, out WireFault fault)
    {
        (frame, fault) = (default, WireFault.None);
        SkipSeparators(ref wire);
        if (!wire.IsEmpty && FirstOf(wire) is (byte)'=' or (byte)'#')
        {
            frame = new AccuPulseFrame(FirstOf(wire) == '=' ? AccuPulseAnswer.Accepted : AccuPulseAnswer.Rejected);
            wire = wire.Slice(1);
            return OperationStatus.Done;
        }

        Span<byte> text = stackalloc byte[LongestLook];
        OperationStatus status = TextLine.Cut(ref wire, ref text, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        fault = Parse(text, out frame);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Passes over what stands between lines; <see cref="TryRead"/> does so itself.</summary>
    public static void SkipSeparators(ref ReadOnlySequence<byte> wire) => TextLine.SkipSeparators(ref wire);

    /// <summary>Appends <c>MAN_STR</c> CR <c>ON</c> or <c>OFF</c> CR: a pressure every 250 ms from then on, or none.</summary>
    /// <param name="brackets">The manual prints names in angle brackets; whether they are typed is not clear.</param>
    public static void WriteStream(bool on, bool brackets, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        string argument = on ? "ON" : "OFF";
        Encoding.ASCII.GetBytes(brackets ? $"<MAN_STR>\r<{argument}>\r" : $"MAN_STR\r{argument}\r", wire);
    }

    private static WireFault Parse(ReadOnlySpan<byte> text, out AccuPulseFrame frame)
    {
        frame = default;
        ReadOnlySpan<byte> digits = text[0] == '-' ? text[1..] : text;
        if (digits.Length is >= 1 and <= 4 && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && Utf8Parser.TryParse(text, out int tenths, out _))
        {
            frame = new AccuPulseFrame(AccuPulseAnswer.Pressure, tenths);
            return tenths is (>= LowestTenths and <= HighestTenths) or AccuPulseFrame.BelowRange or AccuPulseFrame.AboveRange ? WireFault.None : WireFault.Range;
        }

        // words have a letter; a number that is none of the forms above is no word
        if (text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0 || !char.IsAsciiLetter((char)text[0]))
        {
            return WireFault.Noise;
        }

        frame = new AccuPulseFrame(AccuPulseAnswer.Text, Text: Encoding.ASCII.GetString(text));
        return WireFault.None;
    }

    private static byte FirstOf(in ReadOnlySequence<byte> wire)
    {
        Span<byte> one = stackalloc byte[1];
        wire.Slice(0, 1).CopyTo(one);
        return one[0];
    }
}
