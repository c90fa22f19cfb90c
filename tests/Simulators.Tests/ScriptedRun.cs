using System.Globalization;
using Vascular.Devices.Par;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tests;

/// <summary>Plays a scenario's script on the virtual clock with nothing but bytes at the other end: a host that orders a measurement for an arm
/// and the manometer elsewhere, and asks for the result a second after the end.</summary>
internal sealed class ScriptedRun
{
    private const int Technician = 100;

    private readonly SimulatedWorld world;
    private readonly VirtualClock clock = new();
    private readonly Dictionary<string, SimulatedLine> lines = [];
    private readonly List<(ScriptStep Step, ScriptAction Action)> script;
    private int next;

    private ScriptedRun(Scenario scenario, ulong? seed)
    {
        world = new SimulatedWorld(scenario, seed);
        script = [.. scenario.Script.Steps.SelectMany(s => s.Actions.Select(a => (s, a)))];
        for (int i = 0; i < world.Devices.Count; i++)
        {
            string name = world.Devices[i].Name;
            Wire[name] = new MemoryStream();
            lines[name] = new SimulatedLine(clock, i, world.Devices[i], (atNs, bytes) => Arrived(name, atNs, bytes.Span));
        }
    }

    /// <summary>All bytes of each device, in order.</summary>
    public Dictionary<string, MemoryStream> Wire { get; } = [];

    /// <summary>Time and text of each line of the cuff module.</summary>
    public List<(long AtNs, string Text)> Par { get; } = [];

    /// <summary>Time and bytes of each read of the oximeter.</summary>
    public List<(long AtNs, byte[] Bytes)> Nonin { get; } = [];

    /// <summary>Step, time of the key and true cuff pressure of each mark.</summary>
    public List<(string Step, long AtNs, double TrueMmHg)> Marks { get; } = [];

    /// <summary>Result line of each step that had one.</summary>
    public Dictionary<string, string> Results { get; } = [];

    /// <summary>When each step began.</summary>
    public Dictionary<string, long> Began { get; } = [];

    public long EndNs => clock.NowNs;

    public static ScriptedRun Play(Scenario scenario, ulong? seed = null)
    {
        ScriptedRun run = new(scenario, seed);
        foreach (SimulatedLine line in run.lines.Values)
        {
            line.Connect();
        }

        run.clock.Schedule(Nanoseconds.FromSeconds(1), Technician, run.Act);
        while (run.next < run.script.Count && run.clock.RunNext())
        {
        }

        return run;
    }

    /// <summary>Integer pressure the module said last before a time.</summary>
    public int CuffSaidAt(long atNs) => int.Parse(Par.Last(p => p.AtNs <= atNs && p.Text.Length == 7).Text[..3], CultureInfo.InvariantCulture);

    private void Act()
    {
        if (next >= script.Count)
        {
            return;
        }

        (ScriptStep step, ScriptAction action) = script[next++];
        HandMove move = world.Perform(clock.NowNs, action);
        switch (action)
        {
            case ScriptAction.Start:
                Began[step.Key] = clock.NowNs;
                bool arm = step.Key.StartsWith("arm", StringComparison.Ordinal);
                if (!step.Key.StartsWith("ppg", StringComparison.Ordinal))
                {
                    Send(arm ? ParCommand.Measure : ParCommand.Manometer);
                }

                break;
            case ScriptAction.Stop when !step.Key.StartsWith("arm", StringComparison.Ordinal):
                Send(ParCommand.Abort);
                break;
            case ScriptAction.Mark:
                Assert.True(move.Heard, $"nothing heard in {step.Key}");
                Marks.Add((step.Key, move.DoneAtNs, world.Patient.CuffOver(step.Site!.Value, move.DoneAtNs)));
                break;
            case ScriptAction.WaitResult:
                long begun = clock.NowNs;
                clock.Schedule(begun + Nanoseconds.PerSecond, Technician, () => LookForResult(step.Key, begun, move.DoneAtNs));
                return;
        }

        clock.Schedule(move.DoneAtNs, Technician, Act);
    }

    private void LookForResult(string step, long sinceNs, long deadlineNs)
    {
        Assert.True(clock.NowNs < deadlineNs, $"no result in {step}");
        string? result = Par.LastOrDefault(p => p.AtNs > sinceNs && p.Text.StartsWith('S')).Text;
        if (result is not null)
        {
            Results[step] = result;
            clock.Schedule(clock.NowNs, Technician, Act);
            return;
        }

        if (Par.Any(p => p.AtNs > sinceNs && p.Text == "999"))
        {
            Send(ParCommand.Status);
        }

        clock.Schedule(clock.NowNs + Nanoseconds.PerSecond, Technician, () => LookForResult(step, sinceNs, deadlineNs));
    }

    private void Send(ParCommand command)
    {
        System.Buffers.ArrayBufferWriter<byte> bytes = new();
        ParCodec.WriteCommand(command, bytes);
        lines["cuff-1"].Send(bytes.WrittenSpan);
    }

    private void Arrived(string name, long atNs, ReadOnlySpan<byte> bytes)
    {
        Wire[name].Write(bytes);
        if (name != "cuff-1")
        {
            Nonin.Add((atNs, bytes.ToArray()));
            return;
        }

        foreach (byte value in bytes)
        {
            switch (value)
            {
                case 2:
                    text.Clear();
                    break;
                case 3:
                    Par.Add((atNs, text.ToString()));
                    break;
                default:
                    text.Append((char)value);
                    break;
            }
        }
    }

    private readonly System.Text.StringBuilder text = new();
}
