using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Simulators.Run;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary><c>simulate run</c>: all devices of a scenario at once, on one patient, each at an end of its own, and the hands of its script.</summary>
public static class RunCommand
{
    /// <summary>Written by hand to be pasted: no escapes.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Build()
    {
        Argument<string> scenario = new("SCENARIO") { Description = "A name (see 'simulate list') or a .yaml file." };
        Option<double> speed = new("--speed") { Description = "Simulated seconds a second.", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<ulong?> seed = new("--seed") { Description = "Another seed than the scenario's.", HelpName = "N" };
        Option<string?> truth = new("--truth") { Description = "File for JSON lines: what was true and when (virtual time, bytes written, true value; beats; hands).", HelpName = "FILE" };
        Option<string?> links = new("--links") { Description = "Folder for the links to the pseudo-terminals (default: a new one under the system's temporary folder).", HelpName = "DIR" };
        Option<bool> tcp = new("--tcp") { Description = "What would be on a pseudo-terminal is on a TCP port of loopback." };
        Option<string[]> end = new("--end") { Description = "Another end than the scenario's for a device: pty, tcp, rfc2217, udp (intellivue), mllp (pcd01, dials a station here), with :PORT where one is chosen; may be repeated.", HelpName = "DEVICE=END[:PORT]" };
        Option<int> port = new("--port") { Description = "First port, the next for the next device that listens and has none of its own; 0 for any free ones.", DefaultValueFactory = _ => 0, HelpName = "PORT" };
        Option<string?> control = new("--control") { Description = "Unix socket to make: takes faults and changes of the patient while the scenario runs, one JSON object a line.", HelpName = "SOCKET" };
        Option<bool> now = new("--now") { Description = "Time starts at once. Without it, it starts when every device has its host." };
        Option<bool> stop = new("--stop") { Description = "Ends when the script has ended. Without it the devices go on until they are stopped." };
        speed.Validators.Add(v =>
        {
            if (v.GetValueOrDefault<double>() is not (> 0 and <= 1000))
            {
                v.AddError("--speed is a number above 0, 1000 at most");
            }
        });
        port.Validators.Add(v =>
        {
            if (v.GetValueOrDefault<int>() is < 0 or > 65_000)
            {
                v.AddError("--port is a number from 0 to 65000");
            }
        });
        Command command = new("run", "Plays all devices of a scenario, each on a line of its own, and says where as JSON lines: each is an entry of \"devices\" in station.json.")
        {
            scenario, speed, seed, truth, links, tcp, end, port, control, now, stop,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            await using StreamWriter? told = ScenarioOptions.Truth(parsed.GetValue(truth));
            SimulatedWorld world = new(
                Placed(ScenarioOptions.Load(parsed.GetValue(scenario)!, "SCENARIO"), parsed.GetValue(end) ?? []), parsed.GetValue(seed), (name, done) => told?.WriteLine(done.ToJson(name)));
            using ControlSocket? socket = parsed.GetValue(control) is { } path ? new ControlSocket(path) : null;
            string? folder = parsed.GetValue(tcp) ? null : Folder(parsed.GetValue(links));
            try
            {
                using ScenarioEnds ends = Open(world, folder, parsed.GetValue(port), told);
                foreach (JsonObject entry in ends.Entries)
                {
                    Console.WriteLine(entry.ToJsonString(Plain));
                }

                ScenarioRun run = new(world, ends.All, told, Console.WriteLine);
                DeviceControl changes = new(world, ends.LinesOf, told);
                await run.RunAsync(
                    TimeProvider.System, parsed.GetValue(speed), parsed.GetValue(now), parsed.GetValue(stop),
                    nowNs => socket?.Serve(said => changes.Obey(nowNs, said, Status(world, run, ends))), cancel);
            }
            finally
            {
                if (parsed.GetValue(links) is null && folder is not null)
                {
                    Directory.Delete(folder);
                }
            }

            return CommandLine.Done;
        });
        return command;
    }

    /// <summary>The scenario with the ends that were asked for.</summary>
    /// <param name="asked"><c>DEVICE=END[:PORT]</c>.</param>
    private static Scenario Placed(Scenario scenario, IEnumerable<string> asked)
    {
        List<ScenarioDevice> devices = [.. scenario.Devices];
        foreach (string text in asked)
        {
            string[] parts = text.Split('=');
            int at = devices.FindIndex(d => d.Name == parts[0]);
            if (parts.Length != 2 || at < 0)
            {
                throw new CommandFailure($"'{text}' names no device of {scenario.Id}", "in --end", $"write DEVICE=END with one of {string.Join(", ", devices.Select(d => d.Name))}");
            }

            try
            {
                devices[at] = devices[at] with { End = LineEnd.Parse(parts[1], ScenarioDevice.Ends(devices[at].Kind)) };
            }
            catch (FormatException wrong)
            {
                throw new CommandFailure(wrong.Message, $"in --end for {parts[0]}", "choose one of these", wrong);
            }
        }

        return scenario with { Devices = devices };
    }

    private static ScenarioEnds Open(SimulatedWorld world, string? folder, int port, TextWriter? truth)
    {
        try
        {
            return new ScenarioEnds(world, folder, port, truth);
        }
        catch (IOException refused)
        {
            throw new CommandFailure(refused.Message, "among the ends of the devices", "choose another --links folder, --port or --end", refused);
        }
    }

    private static JsonObject Status(SimulatedWorld world, ScenarioRun run, ScenarioEnds ends) => new()
    {
        ["scenario"] = world.Scenario.Id,
        ["connected"] = ends.All.Count(e => e.HasHost),
        ["ends"] = ends.All.Count,
        ["faults"] = ends.LinesOf(null).Sum(l => l.Count),
        ["over"] = run.IsOver,
    };

    private static string Folder(string? named)
    {
        try
        {
            return named is null ? Directory.CreateTempSubdirectory("simulate-").FullName : Directory.CreateDirectory(named).FullName;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(refused.Message.TrimEnd('.'), $"in --links {named}", "choose a folder that can be written", refused);
        }
    }
}
