using Vascular.Devices.Tcm;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Wire;
using YamlDotNet.RepresentationModel;

namespace Vascular.Simulators.Scripts;

/// <summary>Reads the devices of a scenario, and what goes wrong on their lines.</summary>
internal static class DeviceReader
{
    private const double MostCuffMmHg = 400;
    private const double MostFaultSeconds = 86_400;
    private const string Grammar = "in " + LineFault.Grammar + " P is a chance per byte from 0 to 1, S a second, N bytes or (stall, burst, disconnect) seconds";

    public static List<ScenarioDevice> Read(ScenarioNode node)
    {
        List<ScenarioDevice> devices = [];
        foreach (string name in node.Keys)
        {
            devices.Add(Device(name, node.Map(name)));
        }

        return devices;
    }

    private static ScenarioDevice Device(string name, ScenarioNode node)
    {
        string kind = node.Word("kind", [.. ScenarioDevice.Kinds.Select(k => (k, k))]);
        ScenarioDevice device = new(name, kind, ScenarioDevice.HasCuff(kind) ? node.Number("cuff_limit_mmHg", 50, MostCuffMmHg) : null)
        {
            On = kind != ScenarioDevice.Pcd01 && node.Has("on") ? node.Parsed("on", Site.Parse) : null,
        };
        if (node.Has("end"))
        {
            device = device with { End = node.Parsed("end", text => LineEnd.Parse(text, ScenarioDevice.Ends(kind))) };
        }

        if (kind == ScenarioDevice.Tcm4)
        {
            device = device with
            {
                ElectrodeCelsius = node.Number("electrode_celsius", 37, 45),
                Range = node.Word("range_mmHg", ("200", TcmRange.UpTo200), ("800", TcmRange.UpTo800)),
            };
        }

        if (kind == ScenarioDevice.Masimo && node.Has("clock_jump"))
        {
            ScenarioNode jump = node.Map("clock_jump");
            device = device with { ClockJump = (Nanoseconds.FromSeconds(jump.Number("at_s", 0, MostFaultSeconds)), Nanoseconds.FromSeconds(jump.Number("by_s", -MostFaultSeconds, MostFaultSeconds))) };
            jump.Close();
        }

        if (node.Has("faults"))
        {
            foreach (YamlNode fault in node.List("faults"))
            {
                device = device with { Faults = [.. device.Faults, Fault(node, name, fault)] };
            }
        }

        node.Close();
        return device;
    }

    private static LineFault Fault(ScenarioNode device, string name, YamlNode fault)
    {
        string why = "a fault is a text";
        try
        {
            if (fault is YamlScalarNode { Value: { } text })
            {
                LineFault read = LineFault.Parse(text);
                return read is not { Kind: LineFaultKind.Disconnect, Chance: null, AtNs: null } ? read : throw new FormatException("at the start there is no host to lose: give @S or =P");
            }
        }
        catch (FormatException wrong)
        {
            why = wrong.Message;
        }

        throw new ScenarioFault(device.File, fault.Start.Line, $"devices.{name}.faults", $"'{fault}' is no fault: {why}; {Grammar}");
    }
}
