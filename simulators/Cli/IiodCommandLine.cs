using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Tcm;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary><c>simulate device tcm4-iiod</c>: the TcPO2 monitors of a scenario behind one iiod, each electrode on a place of its own from the start.
/// <c>simulate device sensors-iiod</c>: every other sensor on one board.</summary>
internal static class IiodCommandLine
{
    internal const string Name = "tcm4-iiod";
    internal const string DefaultScenario = "tcpo2-foot-chest";

    /// <summary>A board with a MAX30102, a barometer, and a MicroPressure sensor, an MCP3208 and an HX711 on one cuff.</summary>
    internal const string Sensors = "sensors-iiod";
    internal const string SensorsScenario = "seed-2017-09";

    internal static async Task RunAsync(Scenario scenario, ulong? seed, int port, string[] faults, string[] events, TextWriter? truth, ControlSocket? socket, CancellationToken cancel)
    {
        double late = faults.Where(IsLate).Select(Late).LastOrDefault();
        IReadOnlyList<LineFault> spoilt = DeviceCommand.Faults(faults.Where(f => !IsLate(f)));
        if (events.Length > 0)
        {
            scenario = scenario with { Truth = scenario.Truth with { SkinEvents = [.. events.Select(Event).OrderBy(e => e.FromNs)] } };
        }

        SimulatedWorld world = new(scenario, seed);
        IReadOnlyList<SimulatedTcm> monitors = world.OxygenMonitors;
        Site[] places = [.. scenario.Truth.Skin.Keys];
        if (monitors.Count == 0 || places.Length < monitors.Count)
        {
            throw new CommandFailure($"{monitors.Count} TcPO2 monitors and {places.Length} places of skin", $"in the scenario {scenario.Id}", "choose a scenario with as many places as monitors");
        }

        for (int n = 0; n < monitors.Count; n++)
        {
            world.PutOn(monitors[n].Name, places[n]);
        }

        using IiodServer server = Listen(new SimulatedIiod(monitors, scenario.Start), monitors, port, late, spoilt, world.Seed, done => truth?.WriteLine(done.ToJson(Name)));
        DeviceControl changes = new(world, _ => server.Lines, truth);
        Console.WriteLine($"{Name} on {server.Address}: {string.Join(", ", monitors.Select(m => $"{m.Name} at {m.Skin.On}"))}");
        await server.RunAsync(TimeProvider.System, truth, cancel, nowNs => socket?.Serve(said => changes.Obey(nowNs, said, new JsonObject { ["device"] = Name, ["bytes"] = server.Bytes })));
    }

    internal static async Task RunSensorsAsync(Scenario scenario, ulong? seed, int port, Site? site, string[] faults, TextWriter? truth, ControlSocket? socket, CancellationToken cancel)
    {
        SimulatedWorld world = new(scenario, seed);
        SensorBoard sensors = new(world);
        sensors.PutOn(site ?? new Site(Side.Right, Place.Toe));
        using IiodServer server = Listen(sensors.Board, [], port, faults.Where(IsLate).Select(Late).LastOrDefault(), DeviceCommand.Faults(faults.Where(f => !IsLate(f))), world.Seed, done => truth?.WriteLine(done.ToJson(Sensors)));
        DeviceControl changes = new(world, _ => server.Lines, truth, sensors);
        Console.WriteLine($"{Sensors} on {server.Address}: {string.Join(", ", sensors.Board.Devices.Select(d => d.DriverName))}");
        await server.RunAsync(TimeProvider.System, truth, cancel, nowNs => socket?.Serve(said => changes.Obey(nowNs, said, new JsonObject { ["device"] = Sensors, ["bytes"] = server.Bytes })));
    }

    private static IiodServer Listen(SimulatedIiod board, IReadOnlyList<SimulatedTcm> monitors, int port, double late, IReadOnlyList<LineFault> faults, ulong seed, Action<AppliedFault> told)
    {
        try
        {
            return new IiodServer(board, monitors, port, late, seed, faults, told);
        }
        catch (Exception refused) when (refused is SocketException or ArgumentException)
        {
            throw new CommandFailure(refused.Message.TrimEnd('.'), $"in --tcp {port}", "choose another port", refused);
        }
    }

    private static bool IsLate(string fault) => fault.StartsWith("late", StringComparison.Ordinal);

    private static double Late(string fault) =>
        fault.Split('=') is ["late", string text] && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double chance) && chance <= 1
            ? chance
            : throw new CommandFailure($"'{fault}' is no fault of an iiod", "in --fault", "write late=P with P from 0 to 1");

    /// <summary><c>KIND@S+N[:SITE]</c>.</summary>
    private static SkinEvent Event(string text)
    {
        string[] parts = text.Split('@', '+', ':');
        int kind = Array.FindIndex(ScenarioFile.SkinEventWords, w => w.Word == parts[0]);
        Site site = default;
        if (kind >= 0 && parts.Length is 3 or 4 && Seconds(parts[1], out double from) && Seconds(parts[2], out double length)
            && (parts.Length == 3 || Site.TryParse(parts[3], out site)))
        {
            long fromNs = Nanoseconds.FromSeconds(from);
            return new SkinEvent(ScenarioFile.SkinEventWords[kind].Kind, parts.Length == 4 ? site : null, fromNs, fromNs + Nanoseconds.FromSeconds(length));
        }

        throw new CommandFailure($"'{text}' is no event", "in --event", "write KIND@S+N or KIND@S+N:SITE, for instance air_leak@600+30:R.FOOT.DORSUM");
    }

    private static bool Seconds(string text, out double seconds) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds) && seconds <= 86_400;
}
