using System.Globalization;
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
    private const string Grammar = "write drop=P, flip=P, duplicate=P (chance per byte), stall@S+N or disconnect@S+N (from second S for N seconds)";

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
            On = node.Has("on") ? node.Parsed("on", Site.Parse) : null,
        };
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
                device = Spoilt(device, fault is YamlScalarNode { Value: { } text } && Parts(text) is { } parts
                    ? parts
                    : throw new ScenarioFault(node.File, fault.Start.Line, $"devices.{name}.faults", $"'{fault}' is no fault: {Grammar}"));
            }
        }

        node.Close();
        return device;
    }

    private static ScenarioDevice Spoilt(ScenarioDevice device, (string Word, double First, double? Second) fault)
    {
        WireFaultPlan faults = device.Faults ?? new();
        return fault switch
        {
            ("drop", var chance, _) => device with { Faults = faults with { Drop = chance } },
            ("flip", var chance, _) => device with { Faults = faults with { Flip = chance } },
            ("duplicate", var chance, _) => device with { Faults = faults with { Duplicate = chance } },
            ("stall", var at, var seconds) => device with { Faults = faults with { Stalls = [.. faults.Stalls, Span(at, seconds)] } },
            (_, var at, var seconds) => device with { Unplugged = [.. device.Unplugged, Span(at, seconds)] },
        };
    }

    private static (long FromNs, long ToNs) Span(double at, double? seconds) => (Nanoseconds.FromSeconds(at), Nanoseconds.FromSeconds(at + seconds!.Value));

    /// <summary>A fault's word and numbers; null when it is none.</summary>
    private static (string Word, double First, double? Second)? Parts(string text)
    {
        string[] parts = text.Split('=', '@', '+');
        bool once = parts is ["stall" or "disconnect", _, _] && text.Contains('@', StringComparison.Ordinal);
        bool chance = parts is ["drop" or "flip" or "duplicate", _] && text.Contains('=', StringComparison.Ordinal);
        if ((!once && !chance) || !Number(parts[1], once ? MostFaultSeconds : 1, out double first))
        {
            return null;
        }

        return !once ? (parts[0], first, null) : Number(parts[2], MostFaultSeconds, out double second) ? (parts[0], first, second) : null;
    }

    private static bool Number(string text, double most, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value <= most;
}
