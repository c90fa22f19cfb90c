using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Run;

/// <summary>A scenario on real lines: its devices at their ends, and the hands of its script. What the script says to a station is only announced: whoever sits there does it.</summary>
/// <remarks>One thread, one order: what is due earlier happens earlier; of two things due at once the device's comes first. Times are virtual, and start with the first
/// <see cref="Turn"/>; on real lines they are what the caller's clock says, so two runs differ where their hosts do.</remarks>
public sealed class ScenarioRun
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(8);

    /// <summary>A station asks a module for its result once it has ended; hands wait for that.</summary>
    private const long ResultNs = 2 * Nanoseconds.PerSecond;

    private readonly SimulatedWorld world;
    private readonly IReadOnlyList<IRunEnd> ends;
    private readonly TextWriter? truth;
    private readonly Action<string> said;
    private readonly List<(ScriptStep Step, ScriptAction Action)> script;
    private int next;
    private long handAtNs;
    private (string Device, long UntilNs, bool Began)? awaited;
    private long beat = -1;

    /// <param name="truth">Gets a line for each beat and each movement of a hand; each device writes its own.</param>
    /// <param name="said">Gets one line of JSON for each thing the script does.</param>
    public ScenarioRun(SimulatedWorld world, IReadOnlyList<IRunEnd> ends, TextWriter? truth, Action<string> said)
    {
        ArgumentNullException.ThrowIfNull(world);
        (this.world, this.ends, this.truth, this.said) = (world, ends, truth, said);
        script = [.. world.Scenario.Script.Steps.SelectMany(s => s.Actions.Select(a => (s, a)))];
        handAtNs = Nanoseconds.PerSecond;
    }

    /// <summary>Every end has its host: the earliest moment at which nobody misses anything.</summary>
    public bool AllHaveHosts => ends.All(e => e.HasHost);

    /// <summary>The hands have done all there is to do; the devices go on.</summary>
    public bool IsOver => next >= script.Count && awaited is null;

    /// <summary>Plays at the pace of a clock until cancelled. Time begins when every end has its host, and both that and the end of the script are said.</summary>
    /// <param name="speed">Simulated seconds a second.</param>
    /// <param name="atOnce">Time waits for nobody.</param>
    /// <param name="toTheEnd">Ends with the script.</param>
    /// <param name="between">Called between two turns, with the time.</param>
    public async Task RunAsync(TimeProvider time, double speed, bool atOnce, bool toTheEnd, Action<long>? between, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(time);
        while (!atOnce && !AllHaveHosts && !cancel.IsCancellationRequested)
        {
            between?.Invoke(0);
            Wait();
            await Task.Delay(Pause, time, CancellationToken.None);
        }

        said(Line(new JsonObject { ["at_s"] = 0, ["does"] = "begin", ["speed"] = speed }));
        long began = time.GetTimestamp();
        bool over = false;
        while (!cancel.IsCancellationRequested && !(over && toTheEnd))
        {
            long nowNs = (long)(time.GetElapsedTime(began).TotalNanoseconds * speed);
            between?.Invoke(nowNs);
            Turn(nowNs);
            if (IsOver && !over)
            {
                over = true;
                said(Line(new JsonObject { ["at_s"] = Math.Round(Nanoseconds.ToSeconds(nowNs), 3), ["does"] = "over" }));
            }

            await Task.Delay(Pause, time, CancellationToken.None);
        }
    }

    /// <summary>Lets hosts come while time stands still.</summary>
    public void Wait()
    {
        foreach (IRunEnd end in ends)
        {
            end.Look(0);
        }
    }

    /// <summary>Does everything due up to a time, then looks at the lines.</summary>
    public void Turn(long nowNs)
    {
        while (true)
        {
            IRunEnd? speaker = ends.Where(e => e.NextAtNs <= nowNs).MinBy(e => e.NextAtNs);
            if (!IsOver && awaited is null && handAtNs <= nowNs && (speaker is null || handAtNs < speaker.NextAtNs))
            {
                Act();
            }
            else if (speaker is not null)
            {
                speaker.Speak(speaker.NextAtNs!.Value);
            }
            else
            {
                break;
            }
        }

        foreach (IRunEnd end in ends)
        {
            end.Look(nowNs);
        }

        Await(nowNs);
        TellBeat(nowNs);
    }

    private void Act()
    {
        (ScriptStep step, ScriptAction action) = script[next++];
        Tell(handAtNs, step.Key, action);
        HandMove move = world.Perform(handAtNs, action);
        if (action is ScriptAction.WaitResult wait)
        {
            awaited = (wait.Device, move.DoneAtNs, false);
        }

        if (action is ScriptAction.Mark { Artery: var artery } && move.Heard)
        {
            said(Line(new JsonObject { ["at_s"] = Seconds(move.DoneAtNs), ["step"] = step.Key, ["heard"] = artery.Code }));
        }

        handAtNs = Math.Max(handAtNs, move.DoneAtNs);
    }

    /// <summary>A module measures as long as it does; one that nobody told to is given up at the script's deadline.</summary>
    private void Await(long nowNs)
    {
        if (awaited is not { } wait)
        {
            return;
        }

        bool measuring = world.IsMeasuring(wait.Device);
        if ((wait.Began && !measuring) || nowNs >= wait.UntilNs)
        {
            (awaited, handAtNs) = (null, nowNs + ResultNs);
        }
        else
        {
            awaited = wait with { Began = wait.Began || measuring };
        }
    }

    private void TellBeat(long nowNs)
    {
        Heartbeat now = world.Patient.Beats.At(nowNs);
        if (truth is null || now.Index == beat)
        {
            return;
        }

        beat = now.Index;
        truth.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"at_s\":{Nanoseconds.ToSeconds(now.AtNs):F6},\"beat\":{now.Index},\"length_s\":{Nanoseconds.ToSeconds(now.LengthNs):F6},\"strength\":{now.Strength:F3},\"systolic_swing_percent\":{now.Swing * 100:F3}}}"));
    }

    private void Tell(long atNs, string step, ScriptAction action)
    {
        JsonObject line = new() { ["at_s"] = Seconds(atNs), ["step"] = step, ["does"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(action.GetType().Name) };
        switch (action)
        {
            case ScriptAction.Bind bind:
                (line["device"], line["site"]) = (bind.Device, bind.Site.Code);
                break;
            case ScriptAction.Enter enter:
                line[enter.What] = enter.Value;
                break;
            case ScriptAction.Inflate inflate:
                (line["cuff"], line["to_mmHg"]) = (inflate.Cuff, inflate.ToMmHg);
                break;
            case ScriptAction.Bleed bleed:
                (line["cuff"], line["until_mmHg"], line["mmHg_per_s"]) = (bleed.Cuff, bleed.UntilMmHg, bleed.MmHgPerS);
                break;
            case ScriptAction.NotObtainable given:
                line["reason"] = given.Reason;
                break;
        }

        said(Line(line));
        truth?.WriteLine(Line(line));
    }

    private static double Seconds(long ns) => Math.Round(Nanoseconds.ToSeconds(ns), 6);

    private static string Line(JsonObject line) => line.ToJsonString(Plain);
}
