using System.Buffers;
using System.Globalization;
using System.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Par;

/// <summary>The ASCII protocol of the PAR family of NIBP modules, both directions. Knows bytes, never a port.</summary>
/// <remarks>
/// Module to host: STX text ETX CR. Host to module: STX cc;;kk ETX, or a bare X. Sources and confidence: docs/devices/par-nibp.md.
/// CR and LF between messages belong to none and are passed over. Text is parsed by letter and semicolon, not by column.
/// <para>Only commands carry a checksum whose rule is proven. A pressure line has none: a changed digit that leaves a pressure of 0 to 300 mmHg
/// passes; whatever else is damaged is refused.</para>
/// </remarks>
public static class ParCodec
{
    /// <summary>Highest pressure a line may carry, mmHg; more is refused as Range.</summary>
    public const int HighestMmHg = 300;

    /// <summary>Longest text between STX and ETX that is waited for; the longest known has 41 characters.</summary>
    public const int LongestText = 64;

    /// <summary>What a reader may have to hold before it can say what the first byte is.</summary>
    public const int LongestLook = LongestText + 2;

    internal const byte Stx = 0x02;
    internal const byte Etx = 0x03;
    private const byte Abort = (byte)'X';

    /// <summary>Takes one message of the module, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="wire">Advanced by Done and InvalidData; by NeedMoreData only past separators, so that what is left when the line closes was cut off.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out ParFrame frame, out WireFault fault)
    {
        frame = default;
        Span<byte> text = stackalloc byte[LongestLook];
        OperationStatus status = Cut(ref wire, forModule: false, ref text, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        fault = ParText.Parse(text, out frame);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Takes one command of the host, or one refusal, off the front of <paramref name="wire"/>. An X cuts a command short, as an abort should.</summary>
    public static OperationStatus TryReadCommand(ref ReadOnlySequence<byte> wire, out ParCommand command, out WireFault fault)
    {
        command = default;
        Span<byte> text = stackalloc byte[LongestLook];
        OperationStatus status = Cut(ref wire, forModule: true, ref text, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        if (text is [Abort])
        {
            command = ParCommand.Abort;
            return OperationStatus.Done;
        }

        fault = ParText.ParseCommand(text, out command);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Appends one message of the module. A status gets a right checksum, or a wrong one when <see cref="ParStatus.ChecksumMatches"/> is false.</summary>
    public static void Write(in ParFrame frame, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        string text = frame.Kind switch
        {
            ParFrameKind.CuffPressure => string.Create(CultureInfo.InvariantCulture, $"{frame.CuffMmHg:000}C{(int)frame.Cuff}S{(int)frame.State}"),
            ParFrameKind.EndOfMeasurement => "999",
            ParFrameKind.Status => ParText.Of(frame.Status!),
            _ => throw new ArgumentException("An unset frame is no message.", nameof(frame)),
        };
        Put(text, wire);
        wire.Write("\r"u8);
    }

    /// <summary>Appends one command, without a CR (a module takes it either way).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The command is none of the list.</exception>
    public static void WriteCommand(ParCommand command, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        if (!Enum.IsDefined(command))
        {
            throw new ArgumentOutOfRangeException(nameof(command), command, "No command of the PAR family.");
        }

        if (command == ParCommand.Abort)
        {
            wire.Write([Abort]);
            return;
        }

        string body = string.Create(CultureInfo.InvariantCulture, $"{(int)command:00};;");
        Put(string.Create(CultureInfo.InvariantCulture, $"{body}{ParText.Checksum(Encoding.ASCII.GetBytes(body)):X2}"), wire);
    }

    /// <summary>Passes over the CR and LF between messages, which belong to none; <see cref="TryRead"/> does so itself.</summary>
    public static void SkipSeparators(ref ReadOnlySequence<byte> wire)
    {
        SequenceReader<byte> reader = new(wire);
        reader.AdvancePastAny((byte)'\r', (byte)'\n');
        wire = wire.Slice(reader.Position);
    }

    private static void Put(string text, IBufferWriter<byte> wire)
    {
        wire.Write([Stx]);
        Encoding.ASCII.GetBytes(text, wire);
        wire.Write([Etx]);
    }

    /// <summary>Cuts the text of one message off the front; refuses what lies before it, and a message that does not end.</summary>
    private static OperationStatus Cut(ref ReadOnlySequence<byte> wire, bool forModule, ref Span<byte> text, out WireFault fault)
    {
        fault = WireFault.None;
        SkipSeparators(ref wire);
        int length = (int)Math.Min(wire.Length, LongestLook);
        Span<byte> look = text[..length];
        wire.Slice(0, length).CopyTo(look);
        if (length == 0)
        {
            return OperationStatus.NeedMoreData;
        }

        if (forModule && look[0] == Abort)
        {
            wire = wire.Slice(1);
            text = look[..1];
            return OperationStatus.Done;
        }

        int stop = look[1..].IndexOfAny(forModule ? [Stx, Etx, Abort] : [Stx, Etx]) + 1;
        if (look[0] == Stx && stop > 0 && look[stop] == Etx)
        {
            wire = wire.Slice(stop + 1);
            text = look[1..stop];
            return OperationStatus.Done;
        }

        if (look[0] == Stx && stop == 0 && length < LongestLook)
        {
            return OperationStatus.NeedMoreData;
        }

        fault = WireFault.Noise;
        wire = wire.Slice(NoiseLength(look, forModule));
        return OperationStatus.InvalidData;
    }

    /// <summary>Bytes to the next place where a message, a separator or an abort may begin: at least the first one.</summary>
    private static int NoiseLength(ReadOnlySpan<byte> look, bool forModule)
    {
        int next = look[1..].IndexOfAny(forModule ? [Stx, Abort, (byte)'\r', (byte)'\n'] : [Stx, (byte)'\r', (byte)'\n']);
        return next < 0 ? look.Length : next + 1;
    }
}
