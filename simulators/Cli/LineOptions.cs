using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using Vascular.Simulators.Scripts;
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
    public static IReadOnlyList<string> Of(string device) => device is IiodCommandLine.Name or IiodCommandLine.Sensors
        ? ["--tcp", "--iiod"]
        : [.. ScenarioDevice.Ends(device).Select(kind => "--" + LineEnd.Word(kind))];

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

    /// <summary>The end that was chosen.</summary>
    public LineEnd End(ParseResult parsed)
    {
        if (parsed.GetValue(mllp) is { } address)
        {
            TryAddress(address, out _, out int dialled);
            return new LineEnd(LineEndKind.Mllp, dialled);
        }

        return parsed.GetValue(pty) is not null ? new LineEnd(LineEndKind.Pty)
            : parsed.GetValue(rfc2217) is { } com ? new LineEnd(LineEndKind.Rfc2217, com)
            : parsed.GetValue(udp) is { } datagrams ? new LineEnd(LineEndKind.Udp, datagrams)
            : parsed.GetValue(iiod) is { } daemon ? new LineEnd(LineEndKind.Iiod, daemon)
            : new LineEnd(LineEndKind.Tcp, parsed.GetValue(tcp)!.Value);
    }

    /// <exception cref="CommandFailure">The name or port is taken.</exception>
    public IHostLine Open(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(mllp) is { } address && TryAddress(address, out string host, out _)
                ? End(parsed).Open(string.Empty, host)
                : End(parsed).Open(parsed.GetValue(pty) ?? string.Empty);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            Option given = All.Single(o => parsed.GetResult(o) is not null);
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
