using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Cli;

/// <summary><c>simulate list</c>: the scenarios and devices there are.</summary>
public static class ListCommand
{
    /// <summary>Words of the devices that can be simulated alone, each with what it is.</summary>
    internal static readonly (string Name, string What)[] Devices =
    [
        (ScenarioDevice.Nonin7, "Nonin format 7, 75 frames a second: plethysmogram of the right toe"),
        (ScenarioDevice.Par, "PAR family cuff module: measurement and manometer mode"),
        (IiodCommandLine.Name, "iiod with a converter on the analogue outputs of each TCM4/40 of the scenario: TcPO2, electrode temperature, heating power"),
        (IiodCommandLine.Sensors, "iiod with a MAX30102 on a toe, a MicroPressure sensor, an MCP3208 and an HX711 on one cuff, and a barometer"),
        .. BenchDevices.All,
    ];

    public static Command Build()
    {
        Option<bool> json = new("--json") { Description = "One JSON document." };
        Command command = new("list", "Lists scenarios and devices.") { json };
        command.SetAction(parsed => Run(parsed.GetValue(json), Console.Out));
        return command;
    }

    internal static int Run(bool json, TextWriter output)
    {
        List<Scenario> scenarios = [.. ScenarioFile.Names().Select(ScenarioFile.Load)];
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new
            {
                scenarios = scenarios.Select(s => new { name = s.Id, title = s.Title, seed = s.Seed, start = s.Start.UtcDateTime }),
                devices = Devices.Select(d => new { name = d.Name, what = d.What }),
            }));
            return 0;
        }

        output.WriteLine("scenarios");
        foreach (Scenario scenario in scenarios)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {scenario.Id,-22} {scenario.Title}"));
        }

        output.WriteLine("devices");
        foreach ((string name, string what) in Devices)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-22} {what}"));
        }

        return 0;
    }
}
