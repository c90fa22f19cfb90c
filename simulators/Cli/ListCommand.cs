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
        ("nonin1", "Nonin format 1: rate and saturation once a second"),
        ("nonin2", "Nonin format 2, 75 frames a second: plethysmogram compressed to 8 bits"),
        (ScenarioDevice.Nonin7, "Nonin format 7, 75 frames a second: plethysmogram of the right toe"),
        ("nonin8", "Nonin format 8: rate and saturation once a second"),
        ("nonin13", "Nonin format 13: a spot check every ten seconds"),
        ("contec-v7", "Contec protocol V7.0, 60 packets a second once started: plethysmogram of 7 bits"),
        ("oximeter-5byte-berry", "Berry, five-byte frames, 100 a second: plethysmogram of 7 bits"),
        ("oximeter-5byte-contec", "Contec CMS50D+ of old firmware, five-byte frames, 60 a second"),
        ("pulsesensor", "PulseSensor board: a raw sample every 20 ms as text"),
        (ScenarioDevice.Masimo, "Masimo ASCII 1: saturation, rate and perfusion index once a second"),
        (ScenarioDevice.Par, "PAR family cuff module: measurement and manometer mode"),
        (ScenarioDevice.AccuPulse, "AccuPulse manometer on a cuff that goes up and down by itself, four values a second once told to"),
        (IiodCommandLine.Name, "iiod with a converter on the analogue outputs of each TCM4/40 of the scenario: TcPO2, electrode temperature, heating power"),
        (IiodCommandLine.Sensors, "iiod with a MAX30102 on a toe, a MicroPressure sensor, an MCP3208 and an HX711 on one cuff, and a barometer"),
        (ScenarioDevice.IntelliVue, "IntelliVue monitor on RS-232 or UDP with one transcutaneous sensor: calibrates, then falls to what the skin has"),
        (ScenarioDevice.Pcd01, "Gateway with TcPO2 of two sites and a blood pressure, IHE PCD-01 over MLLP, processing id T"),
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
