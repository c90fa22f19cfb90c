using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Run;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary><c>simulate run</c>: all devices of a scenario at once, on one patient, each at an end of its own, and the hands of its script.</summary>
public static class RunCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(8);

    /// <summary>Written by hand to be pasted: no escapes.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Build()
    {
        Argument<string> scenario = new("SCENARIO") { Description = "A name (see 'simulate list') or a .yaml file." };
        Option<double> speed = new("--speed") { Description = "Simulated seconds a second.", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<ulong?> seed = new("--seed") { Description = "Another seed than the scenario's.", HelpName = "N" };
        Option<string?> truth = new("--truth") { Description = "File for JSON lines: what was true and when (virtual time, bytes written, true value; beats; hands).", HelpName = "FILE" };
        Option<string?> links = new("--links") { Description = "Folder for the links to the pseudo-terminals (default: a new one under the system's temporary folder).", HelpName = "DIR" };
        Option<bool> tcp = new("--tcp") { Description = "Every device on a TCP port of loopback, none on a pseudo-terminal." };
        Option<int> port = new("--port") { Description = "First TCP port, the next for the next device; 0 for any free ones.", DefaultValueFactory = _ => 0, HelpName = "PORT" };
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
            scenario, speed, seed, truth, links, tcp, port, now, stop,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            SimulatedWorld world = new(Load(parsed.GetValue(scenario)!), parsed.GetValue(seed));
            await using StreamWriter? told = Truth(parsed.GetValue(truth));
            string? folder = parsed.GetValue(tcp) ? null : Folder(parsed.GetValue(links));
            List<IRunEnd> ends = [];
            try
            {
                Open(world, folder, parsed.GetValue(port), told, ends);
                ScenarioRun run = new(world, ends, told, Console.WriteLine);
                await PlayAsync(run, parsed.GetValue(speed), parsed.GetValue(now), parsed.GetValue(stop), cancel);
            }
            finally
            {
                ends.ForEach(e => e.Dispose());
                if (parsed.GetValue(links) is null && folder is not null)
                {
                    Directory.Delete(folder);
                }
            }

            return CommandLine.Done;
        });
        return command;
    }

    private static async Task PlayAsync(ScenarioRun run, double speed, bool now, bool stop, CancellationToken cancel)
    {
        TimeProvider time = TimeProvider.System;
        while (!now && !run.AllHaveHosts && !cancel.IsCancellationRequested)
        {
            run.Wait();
            await Task.Delay(Look, time, CancellationToken.None);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"at_s\":0,\"does\":\"begin\",\"speed\":{speed}}}"));
        long began = time.GetTimestamp();
        bool said = false;
        while (!cancel.IsCancellationRequested)
        {
            long nowNs = (long)(time.GetElapsedTime(began).TotalNanoseconds * speed);
            run.Turn(nowNs);
            if (run.IsOver && !said)
            {
                said = true;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"at_s\":{Nanoseconds.ToSeconds(nowNs):F3},\"does\":\"over\"}}"));
                if (stop)
                {
                    return;
                }
            }

            await Task.Delay(Look, time, CancellationToken.None);
        }
    }

    private static void Open(SimulatedWorld world, string? folder, int port, TextWriter? truth, List<IRunEnd> ends)
    {
        IiodServer? board = null;
        foreach (ScenarioDevice device in world.Scenario.Devices)
        {
            JsonObject link;
            if (device.Kind == ScenarioDevice.Tcm4)
            {
                if (board is null)
                {
                    board = Opened(() => new IiodServer(new SimulatedIiod(world.OxygenMonitors, world.Scenario.Start), world.OxygenMonitors, Next(ref port), 0, world.Seed), device.Name);
                    ends.Add(new DaemonEnd(board, truth));
                }

                link = new JsonObject { ["kind"] = "iiod", ["host"] = "127.0.0.1", ["port"] = board.Port, ["device"] = device.Name };
            }
            else if (folder is not null && device.Kind != ScenarioDevice.Pcd01)
            {
                string path = Path.Combine(folder, device.Name);
                ends.Add(new DeviceEnd(world.Device(device.Name), Opened(() => new PtyLine(path), device.Name), truth));
                link = new JsonObject { ["kind"] = "serial", ["path"] = path };
            }
            else
            {
                TcpLine line = Opened(() => new TcpLine(Next(ref port)), device.Name);
                ends.Add(new DeviceEnd(world.Device(device.Name), line, truth));
                link = new JsonObject { ["kind"] = "tcp", ["host"] = "127.0.0.1", ["port"] = line.Port };
            }

            JsonObject entry = new() { ["name"] = device.Name, ["protocol"] = device.Kind, ["simulated"] = true, ["link"] = link };
            if (device.Kind == ScenarioDevice.Par)
            {
                entry["options"] = new JsonObject { ["cuff_limit_mmHg"] = device.CuffLimitMmHg };
            }

            Console.WriteLine(entry.ToJsonString(Plain));
        }
    }

    private static int Next(ref int port) => port == 0 ? 0 : port++;

    private static T Opened<T>(Func<T> open, string device)
    {
        try
        {
            return open();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            throw new CommandFailure(refused.Message.TrimEnd('.'), $"for {device}", "choose another --links folder or --port", refused);
        }
    }

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

    private static Scenario Load(string name)
    {
        try
        {
            if (!name.EndsWith(".yaml", StringComparison.Ordinal))
            {
                return ScenarioFile.Load(name);
            }

            using StreamReader text = File.OpenText(name);
            return ScenarioFile.Read(text, name);
        }
        catch (ScenarioFault wrong)
        {
            throw new CommandFailure(wrong.Message, "in the scenario", "correct that line; scenarios/schema.json says what may stand there", wrong);
        }
        catch (Exception missing) when (missing is KeyNotFoundException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure($"no scenario '{name}'", "in SCENARIO", "see 'simulate list', or name a .yaml file", missing);
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
