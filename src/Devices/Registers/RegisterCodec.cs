using System.Buffers;
using System.Buffers.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Registers;

/// <summary>The text lines in which a register link's reads stand on the tape. Knows bytes, never a bus.</summary>
/// <remarks>
/// <para><c>device/register TAB value LF</c> · <c>device/register TAB -errno LF</c>. Printable ASCII; the device holds no slash.</para>
/// <para>A minus and nothing but digits is an error number. So a value that is itself a negative whole number is written with a decimal point:
/// a converter that reads three counts below zero gives <c>-3.0</c>, a read that failed with ESRCH gives <c>-3</c>.</para>
/// </remarks>
public static class RegisterCodec
{
    /// <summary>Longest line without its LF; a longer one is noise.</summary>
    public const int LongestLine = 160;

    /// <summary>Longest value that is written.</summary>
    public const int LongestValue = 96;

    /// <summary>What a reader may have to hold before it can say what the first byte is.</summary>
    public const int LongestLook = LongestLine + 1;

    private const byte Lf = (byte)'\n';
    private const byte Tab = (byte)'\t';
    private const byte Slash = (byte)'/';
    private const int HighestErrno = 4095;

    /// <summary>Takes one line, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="wire">Advanced by Done and InvalidData, untouched by NeedMoreData.</param>
    /// <param name="room">At least <see cref="LongestLine"/> bytes; holds a line that lies in several segments.</param>
    /// <param name="line">With Done. Valid as long as <paramref name="wire"/>'s memory and <paramref name="room"/>.</param>
    /// <param name="fault">With InvalidData: Noise for what is no line, Range for an error number that cannot be one.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, Span<byte> room, out RegisterLine line, out WireFault fault)
    {
        line = default;
        fault = WireFault.None;
        ReadOnlySequence<byte> look = wire.Slice(0, Math.Min(wire.Length, LongestLook));
        if (look.PositionOf(Lf) is not { } end)
        {
            if (look.Length < LongestLook)
            {
                return OperationStatus.NeedMoreData;
            }

            wire = wire.Slice(LongestLook);
            fault = WireFault.Noise;
            return OperationStatus.InvalidData;
        }

        ReadOnlySequence<byte> text = look.Slice(0, end);
        wire = wire.Slice(wire.GetPosition(1, end));
        ReadOnlySpan<byte> span = text.FirstSpan;
        if (!text.IsSingleSegment)
        {
            text.CopyTo(room);
            span = room[..(int)text.Length];
        }

        fault = Parse(span, out line);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Appends the line of a read that gave <paramref name="value"/>. NUL and line ends behind it are not part of it; other control characters become spaces.</summary>
    /// <exception cref="ArgumentException">Longer than <see cref="LongestValue"/>.</exception>
    public static void WriteValue(ReadOnlySpan<byte> device, ReadOnlySpan<byte> register, ReadOnlySpan<byte> value, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        value = value.TrimEnd("\0\r\n "u8);
        if (value.Length > LongestValue)
        {
            throw new ArgumentException($"A value of {value.Length} characters does not belong on a line.", nameof(value));
        }

        WriteName(device, register, wire);
        Span<byte> text = wire.GetSpan(value.Length + 3);
        for (int i = 0; i < value.Length; i++)
        {
            text[i] = IsPrintable(value[i]) ? value[i] : (byte)' ';
        }

        int length = value.Length;
        if (IsErrno(value))
        {
            ".0"u8.CopyTo(text[length..]);
            length += 2;
        }

        text[length++] = Lf;
        wire.Advance(length);
    }

    /// <summary>Appends the line of a chip register, most significant byte first.</summary>
    public static void WriteBytes(ReadOnlySpan<byte> device, ReadOnlySpan<byte> register, ReadOnlySpan<byte> bytes, IBufferWriter<byte> wire)
    {
        Span<byte> text = stackalloc byte[2 + (2 * bytes.Length)];
        "0x"u8.CopyTo(text);
        Convert.TryToHexString(bytes, text[2..], out _);
        WriteValue(device, register, text, wire);
    }

    /// <summary>Appends the line of a read that failed.</summary>
    /// <param name="errno">Linux error number, 1 to 4095.</param>
    public static void WriteError(ReadOnlySpan<byte> device, ReadOnlySpan<byte> register, int errno, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        ArgumentOutOfRangeException.ThrowIfLessThan(errno, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(errno, HighestErrno);
        WriteName(device, register, wire);
        Span<byte> text = wire.GetSpan(8);
        Utf8Formatter.TryFormat(-errno, text, out int length);
        text[length++] = Lf;
        wire.Advance(length);
    }

    /// <summary>True for a whole line, with its LF, of a read that failed.</summary>
    public static bool IsError(ReadOnlySpan<byte> line) => IsErrno(line[(line.IndexOf(Tab) + 1)..].TrimEnd(Lf));

    /// <summary>True for a name that can stand before a slash: letters, digits, and <c>_ : . , -</c>.</summary>
    public static bool IsDeviceName(string name) =>
        name is { Length: > 0 and <= 40 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':' or '.' or ',' or '-');

    private static void WriteName(ReadOnlySpan<byte> device, ReadOnlySpan<byte> register, IBufferWriter<byte> wire)
    {
        wire.Write(device);
        wire.Write("/"u8);
        wire.Write(register);
        wire.Write("\t"u8);
    }

    private static WireFault Parse(ReadOnlySpan<byte> text, out RegisterLine line)
    {
        line = default;
        int tab = text.IndexOf(Tab);
        int slash = text.IndexOf(Slash);
        if (slash < 1 || tab < slash + 2 || !IsPrintable(text[..tab]) || !IsPrintable(text[(tab + 1)..]))
        {
            return WireFault.Noise;
        }

        ReadOnlySpan<byte> value = text[(tab + 1)..];
        int errno = 0;
        if (IsErrno(value) && (!Utf8Parser.TryParse(value[1..], out errno, out _) || errno is < 1 or > HighestErrno))
        {
            return WireFault.Range;
        }

        line = new RegisterLine(text[..slash], text[(slash + 1)..tab], errno == 0 ? value : default, errno);
        return WireFault.None;
    }

    private static bool IsErrno(ReadOnlySpan<byte> value) => value.Length > 1 && value[0] == (byte)'-' && value[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private static bool IsPrintable(byte value) => value is >= 0x20 and < 0x7F;

    private static bool IsPrintable(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0;
}
