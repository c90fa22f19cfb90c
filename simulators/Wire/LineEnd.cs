using System.Globalization;

namespace Vascular.Simulators.Wire;

/// <summary>The kinds of end a host can find a device at.</summary>
public enum LineEndKind
{
    /// <summary>A pseudo-terminal, as behind a serial adapter.</summary>
    Pty,

    /// <summary>A TCP port that carries the bytes as they are.</summary>
    Tcp,

    /// <summary>A serial port behind RFC 2217.</summary>
    Rfc2217,

    /// <summary>A UDP port: whole datagrams.</summary>
    Udp,

    /// <summary>The device dials a listener for MLLP.</summary>
    Mllp,

    /// <summary>A converter behind an iiod.</summary>
    Iiod,
}

/// <summary>The end of one device.</summary>
/// <param name="Port">Where it listens, 1 to 65535; null for any free one. Of MLLP the port it dials; null for <see cref="MllpPort"/>.</param>
public sealed record LineEnd(LineEndKind Kind, int? Port = null)
{
    /// <summary>Where a station listens for MLLP unless it is told otherwise.</summary>
    public const int MllpPort = 2575;

    private static readonly string[] Words = ["pty", "tcp", "rfc2217", "udp", "mllp", "iiod"];

    /// <summary>The kind as it is written.</summary>
    public static string Word(LineEndKind kind) => Words[(int)kind];

    /// <summary>Reads <c>rfc2217</c> or <c>udp:24105</c>.</summary>
    /// <param name="kinds">Those the device can have.</param>
    /// <exception cref="FormatException">It is no end of this device; the message says what is.</exception>
    public static LineEnd Parse(string text, IReadOnlyList<LineEndKind> kinds)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(kinds);
        string[] parts = text.Split(':');
        int kind = Array.IndexOf(Words, parts[0]);
        int port = 0;
        bool ported = parts.Length == 2 && (LineEndKind)kind != LineEndKind.Pty && !parts[1].StartsWith('0')
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue;
        return kind >= 0 && kinds.Contains((LineEndKind)kind) && (parts.Length == 1 || ported)
            ? new LineEnd((LineEndKind)kind, ported ? port : null)
            : throw new FormatException($"'{text}' is no end of this device; there are {string.Join(", ", kinds.Select(Word))}, all but pty with :PORT behind where a port is chosen");
    }

    /// <summary>Opens it. Of an iiod only the daemon can be opened.</summary>
    /// <param name="link">Path of the link to a pseudo-terminal.</param>
    /// <param name="host">Whom an MLLP sender dials.</param>
    /// <exception cref="IOException">No terminal, or the name is taken.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public IHostLine Open(string link, string host = "127.0.0.1") => Kind switch
    {
        LineEndKind.Pty => new PtyLine(link),
        LineEndKind.Tcp => new TcpLine(Port ?? 0),
        LineEndKind.Rfc2217 => new ComPortLine(Port ?? 0),
        LineEndKind.Udp => new UdpLine(Port ?? 0),
        LineEndKind.Mllp => new DialledLine(host, Port ?? MllpPort, TimeProvider.System),
        _ => throw new InvalidOperationException("A converter is behind its daemon."),
    };

    public override string ToString() => Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{Word(Kind)}:{port}") : Word(Kind);
}
