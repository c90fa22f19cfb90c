using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary>Where a simulated device is to be found: one of these options, as the device's protocol allows.</summary>
internal sealed class LineOptions
{
    private readonly Option<string?> pty = new("--pty") { Description = "Symbolic link to make to a new pseudo-terminal.", HelpName = "LINK" };
    private readonly Option<int?> tcp = new("--tcp") { Description = "TCP port on loopback; 0 for any free one.", HelpName = "PORT" };
    private readonly Option<int?> rfc2217 = new("--rfc2217") { Description = "The same, as a serial port behind RFC 2217 (telnet COM port control).", HelpName = "PORT" };
    private readonly Option<int?> udp = new("--udp") { Description = "UDP port on loopback (intellivue).", HelpName = "PORT" };
    private readonly Option<string?> mllp = new("--mllp") { Description = "Listener to dial (pcd01).", HelpName = "HOST:PORT" };
    private readonly Option<int?> iiod = new("--iiod") { Description = "TCP port of the daemon (tcm4-iiod, sensors-iiod); the same as --tcp.", HelpName = "PORT" };

    public IEnumerable<Option> All => [pty, tcp, rfc2217, udp, mllp, iiod];

    /// <summary>Words of the options a device can be reached by.</summary>
    public static IReadOnlyList<string> Of(string device) => device switch
    {
        IiodCommandLine.Name or IiodCommandLine.Sensors => ["--tcp", "--iiod"],
        "intellivue" => ["--pty", "--tcp", "--rfc2217", "--udp"],
        "pcd01" => ["--tcp", "--mllp"],
        _ => ["--pty", "--tcp", "--rfc2217"],
    };

    public void Check(CommandResult parsed, string device)
    {
        string[] given = [.. All.Where(o => parsed.GetResult(o) is not null).Select(o => o.Name)];
        IReadOnlyList<string> allowed = Of(device);
        if (given.Length != 1 || !allowed.Contains(given[0]))
        {
            parsed.AddError($"exactly one of {string.Join(", ", allowed)} is needed for {device}");
        }
        else if (parsed.GetValue(mllp) is { } address && !TryAddress(address, out _, out _))
        {
            parsed.AddError($"'{address}' is no HOST:PORT");
        }
    }

    /// <summary>Datagrams, each after its length.</summary>
    public bool Datagrams(ParseResult parsed) => parsed.GetValue(udp) is not null;

    /// <summary>Port of an iiod.</summary>
    public int IiodPort(ParseResult parsed) => parsed.GetValue(iiod) ?? parsed.GetValue(tcp)!.Value;

    /// <exception cref="CommandFailure">The name or port is taken.</exception>
    public IHostLine Open(ParseResult parsed)
    {
        Option given = All.Single(o => parsed.GetResult(o) is not null);
        try
        {
            if (parsed.GetValue(mllp) is { } address)
            {
                TryAddress(address, out string host, out int port);
                return new DialledLine(host, port, TimeProvider.System);
            }

            return parsed.GetValue(pty) is { } link ? new PtyLine(link)
                : parsed.GetValue(rfc2217) is { } com ? new ComPortLine(com)
                : parsed.GetValue(udp) is { } datagrams ? new UdpLine(datagrams)
                : new TcpLine(parsed.GetValue(tcp)!.Value);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            throw new CommandFailure(refused.Message.TrimEnd('.'), $"in {given.Name} {string.Join(' ', parsed.GetResult(given)!.Tokens)}", "choose another name or port", refused);
        }
    }

    /// <summary>HOST:PORT, the host in brackets where it is an IPv6 address.</summary>
    internal static bool TryAddress(string text, out string host, out int port)
    {
        int colon = text.LastIndexOf(':');
        host = colon > 0 ? text[..colon].Trim('[', ']') : "";
        port = 0;
        return host.Length > 0 && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue;
    }
}
