using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Iiod;

/// <summary>The text protocol of iiod (libiio 0.x), both directions. Knows bytes, never a socket.</summary>
/// <remarks>
/// Source: libiio v0.24 (parser.y, lexer.l, ops.c), seen on the wire of Debian's iiod 0.24; docs/devices/tcm4-40-analog.md.
/// <para>Commands are words on a line. An answer begins with a whole number on a line of its own: the bytes that follow, closed by one line feed that is not
/// counted; or 0; or a negative error number, with nothing behind it. Nothing in an answer says which command it belongs to.</para>
/// </remarks>
public static class IiodCodec
{
    /// <summary>Longest command line that is waited for.</summary>
    public const int LongestCommand = 512;

    /// <summary>Longest answer to a question for an attribute, bytes.</summary>
    public const int LongestValue = 4096;

    /// <summary>Longest context, bytes of XML.</summary>
    public const int LongestContext = 4 << 20;

    private const byte Lf = (byte)'\n';
    private const int LongestNumber = 12;
    private const int HighestErrno = 4095;

    /// <summary>Takes an answer off the front of <paramref name="wire"/>.</summary>
    /// <param name="wire">Advanced by Done only; after InvalidData the connection is of no more use, since nothing tells where the next answer begins.</param>
    /// <param name="withData">The question was one whose answer carries data.</param>
    /// <param name="most">Longest data that is waited for.</param>
    /// <param name="code">Bytes of data, 0, or a negative error number.</param>
    /// <param name="data">Lies in <paramref name="wire"/>'s memory.</param>
    /// <param name="fault">With InvalidData: Noise for what is no number, Range for a number that cannot be.</param>
    public static OperationStatus TryReadReply(
        ref ReadOnlySequence<byte> wire, bool withData, int most, out int code, out ReadOnlySequence<byte> data, out WireFault fault)
    {
        (code, data, fault) = (0, default, WireFault.None);
        SequenceReader<byte> reader = new(wire);
        reader.AdvancePastAny((byte)'\r', Lf);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, Lf))
        {
            fault = reader.Remaining > LongestNumber ? WireFault.Noise : WireFault.None;
            return fault == WireFault.None ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        }

        Span<byte> digits = stackalloc byte[LongestNumber];
        if (line.Length is 0 or > LongestNumber || !Number(line, digits, out code))
        {
            fault = WireFault.Noise;
        }
        else if (code < -HighestErrno || (withData && code > most))
        {
            fault = WireFault.Range;
        }

        if (fault != WireFault.None)
        {
            return OperationStatus.InvalidData;
        }

        if (withData && code > 0)
        {
            if (reader.Remaining < code + 1)
            {
                return OperationStatus.NeedMoreData;
            }

            data = reader.UnreadSequence.Slice(0, code);
            reader.Advance(code);
            if (!reader.TryRead(out byte end) || end != Lf)
            {
                fault = WireFault.Noise;
                return OperationStatus.InvalidData;
            }
        }

        wire = wire.Slice(reader.Position);
        return OperationStatus.Done;
    }

    /// <summary>Takes the answer to <see cref="IiodVerb.Version"/>, which is a line of its own kind, off the front of <paramref name="wire"/>.</summary>
    /// <param name="version">Major, minor and tag, for instance <c>0.24.v0.24</c>.</param>
    public static OperationStatus TryReadVersion(ref ReadOnlySequence<byte> wire, out string version, out WireFault fault)
    {
        (version, fault) = ("", WireFault.None);
        ReadOnlySequence<byte> look = wire.Slice(0, Math.Min(wire.Length, 64));
        if (look.PositionOf(Lf) is not { } end)
        {
            fault = look.Length < 64 ? WireFault.None : WireFault.Noise;
            return fault == WireFault.None ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        }

        version = Encoding.Latin1.GetString(look.Slice(0, end)).TrimEnd();
        string[] parts = version.Split('.');
        bool holds = parts.Length >= 3 && parts[..2].All(p => p.Length is > 0 and < 5 && p.All(char.IsAsciiDigit));
        if (!holds)
        {
            (version, fault) = ("", WireFault.Noise);
            return OperationStatus.InvalidData;
        }

        wire = wire.Slice(wire.GetPosition(1, end));
        return OperationStatus.Done;
    }

    /// <summary>Takes the answer to a <see cref="IiodVerb.ReadBuffer"/> off the front of <paramref name="wire"/>: blocks, each behind its number of bytes, the mask of channels on a line
    /// behind the first number alone, until all bytes that were asked for are there, or a 0 or an error number in place of a block.</summary>
    /// <param name="wire">Advanced by Done only.</param>
    /// <param name="wanted">Bytes that were asked for.</param>
    /// <param name="maskDigits">8 for every 32 channels of the device.</param>
    /// <param name="code">Bytes that came, fewer than wanted where the daemon ended early, or a negative error number.</param>
    /// <param name="mask">As it was said; empty where no block came.</param>
    /// <param name="data">Gets the bytes of all blocks with Done; what it holds otherwise is of no use.</param>
    public static OperationStatus TryReadBlocks(
        ref ReadOnlySequence<byte> wire, int wanted, int maskDigits, out int code, out string mask, IBufferWriter<byte> data, out WireFault fault)
    {
        ArgumentNullException.ThrowIfNull(data);
        (code, mask) = (0, "");
        ReadOnlySequence<byte> rest = wire;
        while (code < wanted)
        {
            OperationStatus status = TryReadReply(ref rest, withData: false, 0, out int block, out _, out fault);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            if (block <= 0)
            {
                code = block < 0 ? block : code;
                break;
            }

            if (code + block > wanted)
            {
                fault = WireFault.Range;
                return OperationStatus.InvalidData;
            }

            int first = mask.Length == 0 ? maskDigits + 1 : 0;
            if (rest.Length < first + block)
            {
                return OperationStatus.NeedMoreData;
            }

            if (first > 0 && !Mask(rest.Slice(0, first), out mask))
            {
                fault = WireFault.Noise;
                return OperationStatus.InvalidData;
            }

            foreach (ReadOnlyMemory<byte> part in rest.Slice(first, block))
            {
                data.Write(part.Span);
            }

            (rest, code) = (rest.Slice(first + block), code + block);
        }

        (wire, fault) = (rest, WireFault.None);
        return OperationStatus.Done;
    }

    /// <summary>Takes one command line off the front of <paramref name="wire"/>; an empty line is passed over, as the daemon does. The data of a write stay on the wire.</summary>
    /// <param name="command">A line that is no command is <see cref="IiodVerb.Unknown"/>.</param>
    /// <param name="fault">With InvalidData: Noise for a line that is too long; the connection is of no more use.</param>
    public static OperationStatus TryReadCommand(ref ReadOnlySequence<byte> wire, out IiodCommand command, out WireFault fault)
    {
        (command, fault) = (new IiodCommand(IiodVerb.Unknown), WireFault.None);
        while (wire.Slice(0, Math.Min(wire.Length, LongestCommand)).PositionOf(Lf) is { } end)
        {
            string line = Encoding.Latin1.GetString(wire.Slice(0, end)).TrimEnd('\r');
            wire = wire.Slice(wire.GetPosition(1, end));
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                command = Parse(words);
                return OperationStatus.Done;
            }
        }

        fault = wire.Length < LongestCommand ? WireFault.None : WireFault.Noise;
        return fault == WireFault.None ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
    }

    /// <summary>Appends one command line. Not for the data of a write.</summary>
    public static void WriteCommand(IiodCommand command, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(wire);
        StringBuilder line = new(Word(command.Verb));
        foreach (string? word in (string?[])[command.Device.Length > 0 ? command.Device : null, ScopeWord(command.Scope), command.Channel, command.Attribute])
        {
            line.Append(word is null ? "" : " ").Append(word);
        }

        if (HasNumber(command.Verb))
        {
            line.Append(CultureInfo.InvariantCulture, $" {command.Number}");
        }

        line.Append(command.Mask is null ? "" : " ").Append(command.Mask).Append("\r\n");
        string text = line.ToString();
        Encoding.Latin1.GetBytes(text, wire.GetSpan(text.Length));
        wire.Advance(text.Length);
    }

    /// <summary>Appends an answer that is a number alone.</summary>
    public static void WriteCode(int code, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        Span<byte> text = wire.GetSpan(16);
        Utf8Formatter.TryFormat(code, text, out int length);
        text[length] = Lf;
        wire.Advance(length + 1);
    }

    /// <summary>Appends an answer with data: their number, they, and a line feed.</summary>
    public static void WriteData(ReadOnlySpan<byte> data, IBufferWriter<byte> wire)
    {
        WriteCode(data.Length, wire);
        wire.Write(data);
        if (data.Length > 0)
        {
            wire.Write("\n"u8);
        }
    }

    /// <summary>Appends the answer to <see cref="IiodVerb.Version"/>.</summary>
    /// <param name="tag">Padded to 7 characters.</param>
    public static void WriteVersion(int major, int minor, string tag, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        wire.Write(Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{tag,-7}\n")));
    }

    /// <summary>Hexadecimal digits and a line feed.</summary>
    private static bool Mask(in ReadOnlySequence<byte> line, out string mask)
    {
        mask = Encoding.Latin1.GetString(line);
        bool holds = mask.EndsWith('\n') && mask[..^1].All(char.IsAsciiHexDigit);
        mask = mask[..^1];
        return holds;
    }

    private static bool Number(in ReadOnlySequence<byte> line, Span<byte> digits, out int number)
    {
        line.CopyTo(digits);
        ReadOnlySpan<byte> text = ((ReadOnlySpan<byte>)digits[..(int)line.Length]).TrimEnd((byte)'\r');
        return Utf8Parser.TryParse(text, out number, out int used) && used == text.Length && text[0] != (byte)'+';
    }

    private static IiodCommand Parse(string[] words)
    {
        IiodVerb verb = VerbOf(words[0]);
        IiodCommand command = new(verb, words.Length > 1 && verb != IiodVerb.Timeout ? words[1] : "");
        return verb switch
        {
            IiodVerb.Version or IiodVerb.Print or IiodVerb.ZPrint or IiodVerb.Help or IiodVerb.Exit => words.Length == 1 ? command : Wrong,
            IiodVerb.Timeout => words.Length == 2 && Parse(words[1], out long ms) ? command with { Number = ms } : Wrong,
            IiodVerb.Read => words.Length >= 2 ? Attribute(command, words[2..]) : Wrong,
            IiodVerb.Write => words.Length >= 3 && Parse(words[^1], out long bytes) ? Attribute(command, words[2..^1]) with { Number = bytes } : Wrong,
            IiodVerb.Open => words.Length is 4 or 5 && Parse(words[2], out long samples) ? command with { Number = samples, Mask = words[3] } : Wrong,
            IiodVerb.ReadBuffer or IiodVerb.WriteBuffer => words.Length == 3 && Parse(words[2], out long count) ? command with { Number = count } : Wrong,
            IiodVerb.Close or IiodVerb.GetTrigger => words.Length == 2 ? command : Wrong,
            IiodVerb.SetTrigger => words.Length is 2 or 3 ? command with { Attribute = words.Length == 3 ? words[2] : null } : Wrong,
            IiodVerb.Set => words.Length == 4 && Parse(words[3], out long value) ? command with { Attribute = words[2], Number = value } : Wrong,
            _ => Wrong,
        };
    }

    private static IiodCommand Wrong => new(IiodVerb.Unknown);

    private static IiodCommand Attribute(IiodCommand command, string[] words)
    {
        IiodScope scope = words.Length == 0 ? IiodScope.Device : words[0].ToUpperInvariant() switch
        {
            "DEBUG" => IiodScope.Debug,
            "BUFFER" => IiodScope.Buffer,
            "INPUT" => IiodScope.Input,
            "OUTPUT" => IiodScope.Output,
            _ => IiodScope.Device,
        };
        bool channel = scope is IiodScope.Input or IiodScope.Output;
        string[] rest = scope == IiodScope.Device ? words : words[1..];
        int most = channel ? 2 : 1;
        return rest.Length > most || (channel && rest.Length == 0) ? Wrong : command with
        {
            Scope = scope,
            Channel = channel ? rest[0] : null,
            Attribute = rest.Length == most ? rest[^1] : null,
        };
    }

    private static bool Parse(string word, out long number) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool HasNumber(IiodVerb verb) => verb is IiodVerb.Timeout or IiodVerb.Write or IiodVerb.Open or IiodVerb.ReadBuffer or IiodVerb.WriteBuffer or IiodVerb.Set;

    private static string? ScopeWord(IiodScope scope) => scope == IiodScope.Device ? null : scope.ToString().ToUpperInvariant();

    private static string Word(IiodVerb verb) => verb switch
    {
        IiodVerb.ReadBuffer => "READBUF",
        IiodVerb.WriteBuffer => "WRITEBUF",
        IiodVerb.GetTrigger => "GETTRIG",
        IiodVerb.SetTrigger => "SETTRIG",
        IiodVerb.Unknown => throw new ArgumentException("No command says nothing.", nameof(verb)),
        _ => verb.ToString().ToUpperInvariant(),
    };

    /// <summary>Upper or lower case, as whole words.</summary>
    private static IiodVerb VerbOf(string word)
    {
        foreach (IiodVerb verb in Enum.GetValues<IiodVerb>())
        {
            if (verb != IiodVerb.Unknown && string.Equals(word, Word(verb), StringComparison.OrdinalIgnoreCase))
            {
                return verb;
            }
        }

        return word is "QUIT" or "quit" ? IiodVerb.Exit : IiodVerb.Unknown;
    }
}
