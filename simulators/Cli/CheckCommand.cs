using System.CommandLine;
using System.Net.Sockets;
using Vascular.Simulators.Checks;
using Vascular.Simulators.Interop;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary><c>simulate check</c>: holds a device, or somebody's simulator, against the rules of its protocol.</summary>
public static class CheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Build()
    {
        Argument<string?> name = new("PROTOCOL") { Description = $"One of {string.Join(", ", ProtocolChecks.Names)}.", Arity = ArgumentArity.ZeroOrOne };
        name.AcceptOnlyFromAmong([.. ProtocolChecks.Names]);
        Option<string?> pty = new("--pty") { Description = "Serial port, or link of a simulator.", HelpName = "LINK" };
        Option<string?> tcp = new("--tcp") { Description = "Device, or box with its serial port, that listens.", HelpName = "HOST:PORT" };
        Option<string?> udp = new("--udp") { Description = "Device on UDP (intellivue).", HelpName = "HOST:PORT" };
        Option<int?> mllp = new("--mllp") { Description = "Port to listen on for a gateway that dials (pcd01).", HelpName = "PORT" };
        Option<int?> baud = new("--baud") { Description = "Speed of a serial port; the protocol's own where it is left out.", HelpName = "BITS" };
        Option<double?> seconds = new("--seconds") { Description = "How long; what the protocol needs where it is left out.", HelpName = "N" };
        Option<bool> inflate = new("--inflate") { Description = "Lets the check of a cuff module start a measurement: the cuff is inflated. Never with a person in it who does not know." };
        Option<bool> json = new("--json") { Description = "One JSON document." };
        Option<bool> rules = new("--rules") { Description = "Prints every rule of every protocol as docs/conformance.md, and checks nothing." };
        Command command = new("check", "Holds a device against the rules of its protocol. Exit 0: none is broken, 1: one is, 2: it could not be checked.")
        {
            name, pty, tcp, udp, mllp, baud, seconds, inflate, json, rules,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(rules))
            {
                return;
            }

            string protocol = parsed.GetValue(name) ?? "";
            Option[] given = [.. new Option[] { pty, tcp, udp, mllp }.Where(o => parsed.GetResult(o) is not null)];
            if (protocol.Length == 0 || given.Length != 1 || (given[0] == udp && protocol != "intellivue") || (given[0] == mllp && protocol != "pcd01"))
            {
                parsed.AddError("a PROTOCOL and exactly one of --pty, --tcp, --udp (intellivue) and --mllp (pcd01) are needed");
            }
            else if ((parsed.GetValue(tcp) ?? parsed.GetValue(udp)) is { } address && !LineOptions.TryAddress(address, out _, out _))
            {
                parsed.AddError($"'{address}' is no HOST:PORT");
            }

            if (parsed.GetValue(seconds) is <= 0 or > 86_400)
            {
                parsed.AddError("--seconds is more than 0 and at most 86400");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(rules))
            {
                Console.Out.Write(RuleTable.Write());
                return CommandLine.Done;
            }

            string protocol = parsed.GetValue(name)!;
            ProtocolCheck check = ProtocolChecks.Make(protocol, parsed.GetValue(udp) is not null, parsed.GetValue(inflate));
            TimeSpan length = TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? ProtocolChecks.SecondsFor(protocol, parsed.GetValue(inflate)));
            string where = parsed.GetValue(pty) ?? parsed.GetValue(tcp) ?? parsed.GetValue(udp) ?? $"port {parsed.GetValue(mllp)}";
            try
            {
                using IHostLine line = parsed.GetValue(pty) is { } link ? new SerialFile(link, parsed.GetValue(baud) ?? Baud(protocol), protocol == "oximeter-5byte-contec")
                    : parsed.GetValue(mllp) is { } port ? new TcpLine(port)
                    : Dialled(parsed.GetValue(tcp), parsed.GetValue(udp));
                if (!await new CheckRun(check, line, TimeProvider.System).RunAsync(length, Patience, cancel))
                {
                    await Console.Error.WriteLineAsync($"error: nobody is there, at {where}, start the device first");
                    return CommandLine.Usage;
                }
            }
            catch (Exception refused) when (refused is IOException or SocketException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"error: {refused.Message.TrimEnd('.')}, at {where}, check the device and its address");
                return CommandLine.Usage;
            }

            if (parsed.GetValue(json))
            {
                Console.WriteLine(CheckReport.ToJson(check));
            }
            else
            {
                CheckReport.Write(check, Console.Out);
            }

            return CheckReport.Passes(check) ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    private static IHostLine Dialled(string? tcp, string? udp)
    {
        LineOptions.TryAddress((tcp ?? udp)!, out string host, out int port);
        return tcp is not null ? new DialledLine(host, port, TimeProvider.System) : new UdpCaller(host, port);
    }

    /// <summary>Speed of the protocol, bit/s.</summary>
    private static int Baud(string protocol) => protocol switch
    {
        "par" => 4800,
        "oximeter-5byte-contec" => 19_200,
        "masimo" or "nonin1" or "nonin2" or "nonin7" or "nonin8" or "nonin13" => 9600,
        _ => 115_200,
    };
}
