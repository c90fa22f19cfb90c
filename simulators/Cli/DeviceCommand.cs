using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary><c>simulate device</c>: one device of a scenario on a pty or a TCP port, at the speed of the system's clock, until it is stopped.</summary>
public static class DeviceCommand
{
    private const string DefaultScenario = "seed-2017-09";

    public static Command Build()
    {
        Argument<string> name = new("NAME") { Description = $"One of {string.Join(", ", ListCommand.Devices.Select(d => d.Name))}." };
        name.AcceptOnlyFromAmong([.. ListCommand.Devices.Select(d => d.Name)]);
        Option<string?> pty = new("--pty") { Description = "Symbolic link to make to a new pseudo-terminal.", HelpName = "LINK" };
        Option<int?> tcp = new("--tcp") { Description = "Port on loopback; 0 for any free one.", HelpName = "PORT" };
        Option<string?> scenario = new("--scenario") { Description = $"Whose patient; {DefaultScenario}, or {IiodCommandLine.DefaultScenario} for {IiodCommandLine.Name}." };
        Option<ulong?> seed = new("--seed") { Description = "Another seed than the scenario's." };
        Option<Site?> site = new("--site")
        {
            Description = "Where sensor or cuff sits (R.TOE for a sensor, R.ARM for a cuff).",
            CustomParser = result =>
            {
                if (!Site.TryParse(result.Tokens[0].Value, out Site parsed))
                {
                    result.AddError($"'{result.Tokens[0].Value}' is not a site");
                }

                return parsed;
            },
        };
        Option<string[]> fault = new("--fault") { Description = "drop=P, flip=P or duplicate=P: chance per byte, 0 to 1; may be repeated. For tcm4-iiod late=P: chance per answer.", HelpName = "KIND=P" };
        Option<string[]> happening = new("--event")
        {
            Description = $"For {IiodCommandLine.Name}, in place of the scenario's: {string.Join(", ", ScenarioFile.SkinEventWords.Select(w => w.Word))}; from second S for N seconds, at a SITE or everywhere; may be repeated.",
            HelpName = "KIND@S+N[:SITE]",
        };
        Option<string?> truth = new("--truth") { Description = "File for JSON lines: time, bytes written, true value.", HelpName = "FILE" };
        Command command = new("device", "Plays one device until it is stopped.") { name, pty, tcp, scenario, seed, site, fault, happening, truth };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(pty) is null == parsed.GetValue(tcp) is null)
            {
                parsed.AddError("exactly one of --pty LINK and --tcp PORT is needed");
            }

            bool iiod = parsed.GetValue(name) == IiodCommandLine.Name;
            if (iiod && (parsed.GetValue(pty) is not null || parsed.GetValue(site) is not null))
            {
                parsed.AddError($"{IiodCommandLine.Name} takes neither --pty nor --site: it listens on a port, and its electrodes sit where the scenario has skin");
            }

            if (!iiod && parsed.GetValue(happening) is { Length: > 0 })
            {
                parsed.AddError($"--event is for {IiodCommandLine.Name}");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(name) == IiodCommandLine.Name)
            {
                await using StreamWriter? told = Truth(parsed.GetValue(truth));
                await IiodCommandLine.RunAsync(
                    Load(parsed.GetValue(scenario) ?? IiodCommandLine.DefaultScenario), parsed.GetValue(seed), parsed.GetValue(tcp)!.Value,
                    parsed.GetValue(fault) ?? [], parsed.GetValue(happening) ?? [], told, cancel);
                return 0;
            }

            ISimulatedDevice device = Device(parsed.GetValue(scenario) ?? DefaultScenario, parsed.GetValue(seed), parsed.GetValue(name)!, parsed.GetValue(site));
            device = Spoilt(device, parsed.GetValue(fault) ?? [], parsed.GetValue(seed) ?? 0);
            using IHostLine line = Line(parsed.GetValue(pty), parsed.GetValue(tcp));
            await using StreamWriter? file = Truth(parsed.GetValue(truth));
            Console.WriteLine($"{parsed.GetValue(name)} on {line.Address}");
            await new PacedDevice(device, line, TimeProvider.System, file).RunAsync(cancel);
            return 0;
        });
        return command;
    }

    private static ISimulatedDevice Device(string scenarioName, ulong? seed, string kind, Site? site)
    {
        Scenario scenario = Load(scenarioName);
        SimulatedWorld world = new(scenario, seed);
        if (BenchDevices.Make(kind, world, site ?? new Site(Side.Right, Place.Toe)) is { } bench)
        {
            return bench;
        }

        ScenarioDevice device = scenario.Devices.FirstOrDefault(d => d.Kind == kind)
            ?? throw new CommandFailure($"no {kind}", $"in the scenario {scenarioName}", "choose another scenario or device");
        world.PutOn(device.Name, site ?? new Site(Side.Right, kind == ScenarioDevice.Par ? Place.Arm : Place.Toe));
        return world.Device(device.Name);
    }

    private static Scenario Load(string name)
    {
        try
        {
            return ScenarioFile.Load(name);
        }
        catch (KeyNotFoundException unknown)
        {
            throw new CommandFailure(unknown.Message, "in --scenario", "see 'simulate list'");
        }
    }

    private static ISimulatedDevice Spoilt(ISimulatedDevice device, string[] faults, ulong seed)
    {
        WireFaultPlan plan = new();
        foreach (string fault in faults)
        {
            string[] parts = fault.Split('=');
            if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double chance) || chance > 1)
            {
                throw new CommandFailure($"'{fault}' is no fault", "in --fault", "write KIND=P with P from 0 to 1");
            }

            plan = parts[0] switch
            {
                "drop" => plan with { Drop = chance },
                "flip" => plan with { Flip = chance },
                "duplicate" => plan with { Duplicate = chance },
                _ => throw new CommandFailure($"unknown fault '{parts[0]}'", "in --fault", "use drop, flip or duplicate"),
            };
        }

        return faults.Length == 0 ? device : new WireFaults(device, plan, seed);
    }

    private static IHostLine Line(string? link, int? port)
    {
        try
        {
            return link is not null ? new PtyLine(link) : new TcpLine(port!.Value);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            throw new CommandFailure(refused.Message.TrimEnd('.'), link is not null ? $"in --pty {link}" : $"in --tcp {port}", "choose another name or port", refused);
        }
    }

    private static StreamWriter? Truth(string? path)
    {
        try
        {
            return path is null ? null : new StreamWriter(path) { NewLine = "\n" };
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(refused.Message.TrimEnd('.'), $"in --truth {path}", "choose a file that can be written", refused);
        }
    }
}
