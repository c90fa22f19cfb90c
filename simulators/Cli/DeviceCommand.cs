using System.CommandLine;
using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary><c>simulate device</c>: one device of a scenario on a pty or a TCP port, at the speed of the system's clock, until it is stopped.</summary>
public static class DeviceCommand
{
    private const string DefaultScenario = "seed-2017-09";
    private const double UsualCuffLimitMmHg = 300;

    public static Command Build()
    {
        Argument<string> name = new("NAME") { Description = $"One of {string.Join(", ", ListCommand.Devices.Select(d => d.Name))}." };
        name.AcceptOnlyFromAmong([.. ListCommand.Devices.Select(d => d.Name)]);
        LineOptions lines = new();
        Option<string?> scenario = new("--scenario") { Description = $"Whose patient; {DefaultScenario}, or {IiodCommandLine.DefaultScenario} for {IiodCommandLine.Name}." };
        Option<ulong?> seed = new("--seed") { Description = "Another seed than the scenario's." };
        Option<Site?> site = new("--site")
        {
            Description = "Where it sits (R.TOE for a sensor, R.ARM for a cuff, the scenario's first skin for intellivue).",
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
            await using StreamWriter? told = ScenarioOptions.Truth(parsed.GetValue(truth));
            using ControlSocket? socket = parsed.GetValue(control) is { } path ? new ControlSocket(path) : null;
            string kind = parsed.GetValue(name)!;
            string[] faults = parsed.GetValue(fault) ?? [];
            if (kind == IiodCommandLine.Name)
            {
                await IiodCommandLine.RunAsync(
                    Load(parsed.GetValue(scenario) ?? IiodCommandLine.DefaultScenario), parsed.GetValue(seed), lines.End(parsed).Port!.Value,
                    faults, parsed.GetValue(happening) ?? [], told, socket, cancel);
                return 0;
            }

            if (kind == IiodCommandLine.Sensors)
            {
                await IiodCommandLine.RunSensorsAsync(
                    Load(parsed.GetValue(scenario) ?? IiodCommandLine.SensorsScenario), parsed.GetValue(seed), lines.End(parsed).Port!.Value, parsed.GetValue(site), faults, told, socket, cancel);
                return 0;
            }

            SimulatedWorld world = World(
                Load(parsed.GetValue(scenario) ?? DefaultScenario), parsed.GetValue(seed), kind, parsed.GetValue(site), lines.End(parsed), Faults(faults), told);
            WireFaults device = world.Devices[0];
            DeviceControl changes = new(world, _ => [device.Line], told);
            using IHostLine line = lines.Open(parsed);
            Console.WriteLine($"{kind} on {line.Address}");
            await new PacedDevice(device, line, TimeProvider.System, told, (nowNs, end) => socket?.Serve(said => changes.Obey(nowNs, said, Status(device, end)))).RunAsync(cancel);
            return 0;
        });
        return command;
    }

    private static JsonObject Status(WireFaults device, DeviceEnd end) => new()
    {
        ["device"] = device.Name,
        ["connected"] = end.HasHost,
        ["bytes"] = end.Bytes,
        ["lost"] = end.BytesLost,
        ["faults"] = device.Line.Count,
    };

    /// <summary>The scenario's patient with this device alone: the scenario's own where it has one of the kind.</summary>
    /// <exception cref="CommandFailure">It does not sit there.</exception>
    internal static SimulatedWorld World(Scenario scenario, ulong? seed, string kind, Site? site, LineEnd end, IReadOnlyList<LineFault> faults, TextWriter? truth)
    {
        ScenarioDevice device = scenario.Devices.FirstOrDefault(d => d.Kind == kind) ?? new ScenarioDevice(kind, kind, ScenarioDevice.HasCuff(kind) ? UsualCuffLimitMmHg : null);
        device = device with { End = end, Faults = [.. device.Faults, .. faults], On = site ?? device.On ?? Usual(kind, scenario) };
        try
        {
            SimulatedWorld world = new(scenario with { Devices = [device] }, seed, (name, done) => truth?.WriteLine(done.ToJson(name)));
            if (kind == ScenarioDevice.AccuPulse)
            {
                SimulatedCuff cuff = world.Cuff(device.Name);
                cuff.Bleed(cuff.Inflate(Nanoseconds.FromSeconds(5), toMmHg: 200, mmHgPerS: 20), untilMmHg: 0, mmHgPerS: 3);
            }

            return world;
        }
        catch (KeyNotFoundException nowhere)
        {
            throw new CommandFailure(nowhere.Message.TrimEnd('.'), $"in --site for {kind}", "choose another site or scenario", nowhere);
        }
    }

    /// <summary>Where sensor, cuff or electrode sits when nobody says; null for what sits nowhere.</summary>
    private static Site? Usual(string kind, Scenario scenario) => kind switch
    {
        ScenarioDevice.Pcd01 => null,
        ScenarioDevice.IntelliVue => scenario.Truth.Skin.Keys.Select(skin => (Site?)skin).FirstOrDefault(),
        _ => new Site(Side.Right, ScenarioDevice.HasCuff(kind) ? Place.Arm : Place.Toe),
    };

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

    private static Scenario Load(string name) => ScenarioOptions.Load(name, "--scenario");
}
