using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vascular.Simulators.Iiod;

/// <summary>One command line of a client, in words. A line that is no command has the verb <see cref="Wrong"/>.</summary>
/// <param name="Verb">In capitals.</param>
/// <param name="Device">Id, name or label; empty where the verb has none.</param>
public sealed record IiodRequest(string Verb, string Device = "")
{
    public const string Wrong = "?";

    /// <summary>DEBUG, BUFFER, INPUT or OUTPUT; empty for the device itself.</summary>
    public string Scope { get; init; } = "";

    public string? Channel { get; init; }

    public string? Attribute { get; init; }

    public long Number { get; init; }

    public string? Mask { get; init; }
}

/// <summary>The daemon's side of the text protocol of libiio 0.24, written and read without the service's codec.</summary>
/// <remarks>Source: libiio v0.24 (parser.y, lexer.l, ops.c), seen on the wire of Debian's iiod 0.24; docs/devices/tcm4-40-analog.md.</remarks>
public static class IiodWire
{
    /// <summary>Longest command line that is waited for.</summary>
    public const int LongestLine = 512;

    private static readonly IiodRequest Wrong = new(IiodRequest.Wrong);

    /// <summary>Splits a line (without its end) into the words of a command; null for an empty one, which is not answered.</summary>
    public static IiodRequest? Read(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return null;
        }

        string verb = words[0].Any(char.IsAsciiLetterUpper) && words[0].Any(char.IsAsciiLetterLower) ? IiodRequest.Wrong : words[0].ToUpperInvariant();
        string device = words.Length > 1 ? words[1] : "";
        return (verb, words.Length) switch
        {
            ("QUIT", 1) => new IiodRequest("EXIT"),
            ("EXIT" or "VERSION" or "PRINT" or "ZPRINT" or "HELP", 1) => new IiodRequest(verb),
            ("TIMEOUT", 2) => Numbered(new IiodRequest(verb), words[1]),
            ("CLOSE" or "GETTRIG", 2) => new IiodRequest(verb, device),
            ("SETTRIG", 2 or 3) => new IiodRequest(verb, device) { Attribute = words.Length == 3 ? words[2] : null },
            ("READBUF" or "WRITEBUF", 3) => Numbered(new IiodRequest(verb, device), words[2]),
            ("SET", 4) => Numbered(new IiodRequest(verb, device) { Attribute = words[2] }, words[3]),
            ("OPEN", 4 or 5) => Numbered(new IiodRequest(verb, device) { Mask = words[3] }, words[2]),
            ("READ", >= 2) => Named(new IiodRequest(verb, device), words[2..]),
            ("WRITE", >= 3) => Numbered(Named(new IiodRequest(verb, device), words[2..^1]), words[^1]),
            _ => Wrong,
        };
    }

    /// <summary>An answer that is a number alone.</summary>
    public static void WriteCode(int code, IBufferWriter<byte> wire) => wire.Write(Encoding.ASCII.GetBytes(code.ToString(CultureInfo.InvariantCulture) + "\n"));

    /// <summary>The length, the data, and a line feed that is not counted.</summary>
    public static void WriteData(ReadOnlySpan<byte> data, IBufferWriter<byte> wire)
    {
        WriteCode(data.Length, wire);
        wire.Write(data);
        if (!data.IsEmpty)
        {
            wire.Write("\n"u8);
        }
    }

    /// <summary>Major, minor and the tag, padded to seven characters.</summary>
    public static void WriteVersion(IBufferWriter<byte> wire) => wire.Write("0.24.v0.24  \n"u8);

    private static IiodRequest Numbered(IiodRequest request, string digits) =>
        request.Verb != IiodRequest.Wrong && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? request with { Number = number } : Wrong;

    private static IiodRequest Named(IiodRequest request, string[] words)
    {
        string scope = words.Length > 0 && words[0].ToUpperInvariant() is "DEBUG" or "BUFFER" or "INPUT" or "OUTPUT" ? words[0].ToUpperInvariant() : "";
        string[] rest = scope.Length == 0 ? words : words[1..];
        bool channel = scope is "INPUT" or "OUTPUT";
        return rest.Length > (channel ? 2 : 1) || (channel && rest.Length == 0)
            ? Wrong
            : request with { Scope = scope, Channel = channel ? rest[0] : null, Attribute = rest.Length == (channel ? 2 : 1) ? rest[^1] : null };
    }
}
