using System.Net.Sockets;
using System.Text.Json.Nodes;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Tcm;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Run;

/// <summary>Every device of a scenario at its end, and what a station writes in its file to find it there.</summary>
/// <remarks>TcPO2 monitors share one daemon, but for those whose line is spoilt or whose port is chosen: each of them has its own.</remarks>
public sealed class ScenarioEnds : IDisposable
{
    private const string Here = "127.0.0.1";

    private readonly SimulatedWorld world;
    private readonly TextWriter? truth;
    private readonly List<IRunEnd> ends = [];
    private readonly List<JsonObject> entries = [];
    private readonly Dictionary<string, IiodServer> daemons = new(StringComparer.Ordinal);
    private int port;

    /// <param name="folder">Where the links to pseudo-terminals are; null: what would be on one is on TCP.</param>
    /// <param name="port">First port, the next for the next that listens and has none of its own; 0 for any free ones.</param>
    /// <exception cref="IOException">An end cannot be had; names the device.</exception>
    public ScenarioEnds(SimulatedWorld world, string? folder, int port, TextWriter? truth)
    {
        ArgumentNullException.ThrowIfNull(world);
        (this.world, this.port, this.truth) = (world, port, truth);
        try
        {
            foreach (ScenarioDevice device in world.Scenario.Devices)
            {
                Open(device, folder);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<IRunEnd> All => ends;

    /// <summary>For each device, in the scenario's order, its entry of <c>"devices"</c> in <c>station.json</c>.</summary>
    public IReadOnlyList<JsonObject> Entries => entries;

    /// <summary>The lines that carry a device's bytes, or all there are.</summary>
    public IReadOnlyList<SpoiltLine> LinesOf(string? device) =>
    [
        .. world.Devices.Where(d => device is null || d.Name == device).SelectMany(d => daemons.TryGetValue(d.Name, out IiodServer? daemon) ? daemon.Lines : [d.Line]).Distinct(),
    ];

    public void Dispose() => ends.ForEach(end => end.Dispose());

    private void Open(ScenarioDevice device, string? folder)
    {
        LineEnd end = folder is null && device.End.Kind == LineEndKind.Pty ? new LineEnd(LineEndKind.Tcp) : device.End;
        JsonObject link;
        try
        {
            link = end.Kind == LineEndKind.Iiod ? Behind(device, end) : Line(device, end, Path.Combine(folder ?? string.Empty, device.Name));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            throw new IOException($"{device.Name} at {end}: {refused.Message.TrimEnd('.')}", refused);
        }

        string carried = end.Kind is LineEndKind.Udp or LineEndKind.Mllp ? $"{device.Kind}-{LineEnd.Word(end.Kind)}" : device.Kind;
        JsonObject entry = new() { ["name"] = device.Name, ["protocol"] = carried, ["simulated"] = true, ["link"] = link };
        if (device.Kind == ScenarioDevice.Par)
        {
            entry["options"] = new JsonObject { ["cuff_limit_mmHg"] = device.CuffLimitMmHg };
        }

        entries.Add(entry);
    }

    private JsonObject Line(ScenarioDevice device, LineEnd end, string path)
    {
        LineEnd placed = end with { Port = end.Kind is LineEndKind.Pty or LineEndKind.Mllp ? end.Port : Port(end) };
        IHostLine line = placed.Open(path);
        ends.Add(new DeviceEnd(world.Device(device.Name), line, truth));
        return line switch
        {
            PtyLine => new JsonObject { ["kind"] = "serial", ["path"] = path },
            DialledLine => new JsonObject { ["kind"] = "mllp", ["port"] = end.Port ?? LineEnd.MllpPort, ["peers"] = new JsonArray(Here) },
            UdpLine udp => Network("udp", udp.Port),
            ComPortLine serial => Network("rfc2217", serial.Port),
            _ => Network("tcp", ((TcpLine)line).Port),
        };
    }

    private JsonObject Behind(ScenarioDevice device, LineEnd end)
    {
        if (!daemons.TryGetValue(device.Name, out IiodServer? daemon))
        {
            bool alone = IsAlone(device);
            SimulatedTcm[] monitors = [.. world.OxygenMonitors.Where(m => alone ? m.Name == device.Name : !IsAlone(world.Scenario.Devices.Single(d => d.Name == m.Name)))];
            daemon = new IiodServer(
                new SimulatedIiod(monitors, world.Scenario.Start), monitors, Port(end), 0, world.Seed, device.Faults, done => truth?.WriteLine(done.ToJson(device.Name)));
            ends.Add(new DaemonEnd(daemon, truth));
            foreach (SimulatedTcm monitor in monitors)
            {
                daemons.Add(monitor.Name, daemon);
            }
        }

        JsonObject link = Network("iiod", daemon.Port);
        link["device"] = device.Name;
        return link;
    }

    private static bool IsAlone(ScenarioDevice device) => device.Faults.Count > 0 || device.End.Port is not null;

    private int Port(LineEnd end) => end.Port ?? (port == 0 ? 0 : port++);

    private static JsonObject Network(string kind, int port) => new() { ["kind"] = kind, ["host"] = Here, ["port"] = port };
}
