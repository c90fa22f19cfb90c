using System.CommandLine;
using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Nonin;
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
        LineOptions lines = new();
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
        Option<string[]> fault = new("--fault")
        {
            Description = $"{LineFault.Kinds}; P is a chance per byte, S a second, N bytes or (stall, burst, disconnect) seconds; may be repeated. Behind an iiod also late=P: chance per answer.",
            HelpName = LineFault.Grammar,
        };
        Option<string[]> happening = new("--event")
        {
            Description = $"For {IiodCommandLine.Name}, in place of the scenario's: {string.Join(", ", ScenarioFile.SkinEventWords.Select(w => w.Word))}; from second S for N seconds, at a SITE or everywhere; may be repeated.",
            HelpName = "KIND@S+N[:SITE]",
        };
        Option<string?> truth = new("--truth") { Description = "File for JSON lines: time, bytes written, true value; each fault as it is done; each command of --control.", HelpName = "FILE" };
        Option<string?> control = new("--control") { Description = "Unix socket to make: takes faults and changes of the patient while the device runs, one JSON object a line.", HelpName = "SOCKET" };
        Command command = new("device", "Plays one device until it is stopped.") { name, scenario, seed, site, fault, happening, truth, control };
        foreach (Option line in lines.All)
        {
            command.Options.Add(line);
        }

        command.Validators.Add(parsed =>
        {
            bool iiod = parsed.GetValue(name) == IiodCommandLine.Name;
            if (parsed.GetValue(name) is { } device)
            {
                lines.Check(parsed, device);
            }

            if (iiod && parsed.GetValue(site) is not null)
            {
                parsed.AddError($"{IiodCommandLine.Name} takes no --site: its electrodes sit where the scenario has skin");
            }

            if (!iiod && parsed.GetValue(happening) is { Length: > 0 })
            {
                parsed.AddError($"--event is for {IiodCommandLine.Name}");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            await using StreamWriter? told = Truth(parsed.GetValue(truth));
            using ControlSocket? socket = parsed.GetValue(control) is { } path ? new ControlSocket(path) : null;
            string kind = parsed.GetValue(name)!;
            string[] faults = parsed.GetValue(fault) ?? [];
            if (kind == IiodCommandLine.Name)
            {
                await IiodCommandLine.RunAsync(
                    Load(parsed.GetValue(scenario) ?? IiodCommandLine.DefaultScenario), parsed.GetValue(seed), lines.IiodPort(parsed),
                    faults, parsed.GetValue(happening) ?? [], told, socket, cancel);
                return 0;
            }

            if (kind == IiodCommandLine.Sensors)
            {
                await IiodCommandLine.RunSensorsAsync(
                    Load(parsed.GetValue(scenario) ?? IiodCommandLine.SensorsScenario), parsed.GetValue(seed), lines.IiodPort(parsed), parsed.GetValue(site), faults, told, socket, cancel);
                return 0;
            }

            SimulatedWorld world = new(Load(parsed.GetValue(scenario) ?? DefaultScenario), parsed.GetValue(seed));
            Bench bench = Device(world, kind, parsed.GetValue(site), lines.Datagrams(parsed));
            WireFaults device = new(bench.Device, Faults(faults), world.Seed, done => told?.WriteLine(done.ToJson()), lines.Datagrams(parsed));
            DeviceControl changes = new(world.Patient, bench.PutOn, bench.Cuff, () => [device.Line], told);
            using IHostLine line = lines.Open(parsed);
            Console.WriteLine($"{kind} on {line.Address}");
            await new PacedDevice(device, line, TimeProvider.System, told, (nowNs, paced) => socket?.Serve(said => changes.Obey(nowNs, said, Status(device, paced)))).RunAsync(cancel);
            return 0;
        });
        return command;
    }

    private static JsonObject Status(WireFaults device, PacedDevice paced) => new()
    {
        ["device"] = device.Name,
        ["connected"] = paced.IsConnected,
        ["bytes"] = paced.BytesWritten,
        ["lost"] = paced.BytesLost,
        ["faults"] = device.Line.Count,
    };

    /// <summary>The device and what can be changed on it.</summary>
    private static Bench Device(SimulatedWorld world, string kind, Site? site, bool datagrams)
    {
        if (BenchDevices.OnBench(kind, world, site ?? new Site(Side.Right, Place.Toe), datagrams) is { } bench)
        {
            return bench;
        }

        ScenarioDevice device = world.Scenario.Devices.FirstOrDefault(d => d.Kind == kind)
            ?? throw new CommandFailure($"no {kind}", $"in the scenario {world.Scenario.Id}", "choose another scenario or device");
        world.PutOn(device.Name, site ?? new Site(Side.Right, kind == ScenarioDevice.Par ? Place.Arm : Place.Toe));
        ISimulatedDevice made = world.Device(device.Name);
        return kind == ScenarioDevice.Par
            ? new Bench(made, world.Cuff(device.Name).PutOn, world.Cuff(device.Name))
            : new Bench(made, on => (made as SimulatedNonin)?.Pleth.PutOn(on));
    }

    /// <exception cref="CommandFailure">One of them is no fault.</exception>
    internal static IReadOnlyList<LineFault> Faults(IEnumerable<string> words)
    {
        try
        {
            return [.. words.Select(LineFault.Parse)];
        }
        catch (FormatException wrong)
        {
            throw new CommandFailure(wrong.Message, "in --fault", $"write {LineFault.Grammar}, for instance flip=0.001, stall@30+5 or mid-frame", wrong);
        }
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
