using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary>Does what comes over the control socket, one JSON object at a time: to lines, to where devices sit, to their cuffs, to the patient.</summary>
/// <param name="lines">The lines that carry a device's bytes, or all there are.</param>
/// <param name="truth">Gets one line for each command that was done.</param>
/// <param name="board">The sensors of one board, which sit and are pumped together; null for the world's own devices.</param>
internal sealed class DeviceControl(SimulatedWorld world, Func<string?, IReadOnlyList<SpoiltLine>> lines, TextWriter? truth, SensorBoard? board = null)
{
    /// <summary>Every command, for people.</summary>
    internal const string Commands = "status, fault, faults, clear, put_on, take_off, inflate, hold, bleed, dump, set, limb, skin";

    private readonly SimulatedPatient patient = world.Patient;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, (double From, double To, Func<PatientTruth, double, PatientTruth> With)> Values = new(StringComparer.Ordinal)
    {
        ["heart_rate_per_min"] = (20, 250, (t, v) => t with { HeartRatePerMin = v }),
        ["spo2_percent"] = (0, 100, (t, v) => t with { SpO2Percent = (int)v }),
        ["arm_diastolic_mmHg"] = (20, 200, (t, v) => t with { ArmDiastolicMmHg = v }),
        ["amplitude_counts"] = (0, 30_000, (t, v) => t with { ToePulse = t.ToePulse with { AmplitudeCounts = v } }),
        ["noise_counts"] = (0, 5_000, (t, v) => t with { ToePulse = t.ToePulse with { NoiseCounts = v } }),
    };

    /// <summary>The answer to one line.</summary>
    /// <param name="status">What <c>status</c> answers besides the time.</param>
    public string Obey(long nowNs, string line, JsonObject status)
    {
        JsonObject answer;
        try
        {
            JsonObject command = JsonNode.Parse(line) as JsonObject ?? throw new FormatException("a line is one JSON object");
            answer = Obey(nowNs, command, status) ?? new JsonObject();
            answer.Insert(0, "ok", true);
            truth?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"at_s\":{Nanoseconds.ToSeconds(nowNs):F6},\"control\":{command.ToJsonString(Plain)}}}"));
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or ScenarioFault)
        {
            answer = new JsonObject { ["ok"] = false, ["error"] = wrong.Message.TrimEnd('.') };
        }

        return answer.ToJsonString(Plain);
    }

    private JsonObject? Obey(long nowNs, JsonObject command, JsonObject status)
    {
        switch (Text(command, "do"))
        {
            case "status":
                status.Insert(0, "at_s", Nanoseconds.ToSeconds(nowNs));
                return status;
            case "fault":
                LineFault fault = LineFault.Parse(Text(command, "fault"));
                foreach (SpoiltLine line in lines(Named(command)))
                {
                    line.Add(fault, nowNs);
                }

                return null;
            case "faults":
                return new JsonObject { ["faults"] = new JsonArray([.. lines(Named(command)).SelectMany(l => l.Faults).Select(f => f.ToString()).Distinct().Select(f => (JsonNode)f)]) };
            case "clear":
                foreach (SpoiltLine line in lines(Named(command)))
                {
                    line.Clear(nowNs);
                }

                return null;
            case "put_on":
                Put(command, Place(command));
                return null;
            case "take_off":
                Put(command, null);
                return null;
            case "set":
                Set(Text(command, "what"), command);
                return null;
            case "limb":
                Strike(nowNs, command);
                return null;
            case "skin":
                Happen(nowNs, command);
                return null;
            default:
                return Move(nowNs, command);
        }
    }

    /// <summary>What hands do to the cuff.</summary>
    private JsonObject Move(long nowNs, JsonObject command)
    {
        string word = Text(command, "do");
        if (word is not ("inflate" or "hold" or "bleed" or "dump"))
        {
            throw new FormatException($"'{word}' is no command; there are {Commands}");
        }

        SimulatedCuff moved = Cuff(command);
        switch (word)
        {
            case "inflate":
                moved.Inflate(nowNs, Number(command, "to_mmHg", 0, 400), Number(command, "mmHg_per_s", 0.1, 100));
                break;
            case "bleed":
                moved.Bleed(nowNs, Number(command, "until_mmHg", 0, 400), Number(command, "mmHg_per_s", 0.1, 100));
                break;
            case "hold":
                moved.Hold(nowNs);
                break;
            default:
                moved.Dump(nowNs);
                break;
        }

        return new JsonObject { ["cuff_mmHg"] = Math.Round(moved.PressureAt(nowNs), 1) };
    }

    /// <summary>The device a command names; the only one there is; null where neither.</summary>
    private string? Named(JsonObject command) => command.ContainsKey("device")
        ? world.Device(Text(command, "device")).Name
        : world.Devices is [var only] ? only.Name : null;

    private SimulatedCuff Cuff(JsonObject command)
    {
        if (board is not null)
        {
            return board.Cuff;
        }

        string[] cuffs = [.. world.Scenario.Devices.Where(d => d.CuffLimitMmHg is not null && (Named(command) ?? d.Name) == d.Name).Select(d => d.Name)];
        return cuffs switch
        {
            [var only] => world.Cuff(only),
            [] => throw new FormatException(world.Devices.Count == 1 ? "this device has no cuff" : "there is no cuff"),
            _ => throw new FormatException($"which of {string.Join(", ", cuffs)}: name it as 'device'"),
        };
    }

    private void Put(JsonObject command, Site? site)
    {
        if (board is not null)
        {
            CheckPulse(site);
            board.PutOn(site);
            return;
        }

        string device = Named(command) ?? throw new FormatException($"which of {string.Join(", ", world.Devices.Select(d => d.Name))}: name it as 'device'");
        string kind = world.Scenario.Devices.Single(d => d.Name == device).Kind;
        if (kind == ScenarioDevice.Pcd01)
        {
            throw new FormatException($"{device} sits nowhere");
        }

        bool optical = !ScenarioDevice.HasCuff(kind) && kind is not (ScenarioDevice.Tcm4 or ScenarioDevice.IntelliVue);
        if (optical)
        {
            CheckPulse(site);
        }

        world.PutOn(device, site);
    }

    private void CheckPulse(Site? site)
    {
        if (site is { } on && !patient.Truth.Arteries.ContainsKey(on) && !patient.Truth.IsAmputated(on))
        {
            throw new FormatException($"the scenario says nothing of the pulse at {on}");
        }
    }

    private static Site Place(JsonObject command) =>
        Site.TryParse(Text(command, "site"), out Site site) ? site : throw new FormatException($"'{Text(command, "site")}' is not a site");

    /// <summary>Something happens to a limb from now on: the words and numbers of a scenario's <c>limb_events</c>, without their beginning.</summary>
    private void Strike(long nowNs, JsonObject command)
    {
        JsonObject said = (JsonObject)command.DeepClone();
        said.Remove("do");
        if (said.ContainsKey("at_s"))
        {
            throw new FormatException("a limb's event begins now: leave 'at_s' out");
        }

        LimbEvent happening = LimbReader.Event(ScenarioNode.Of(said.ToJsonString(Plain), "limb", ("at_s", "0")));
        happening = happening with { FromNs = nowNs, ToNs = nowNs + happening.ToNs };
        patient.Change(patient.Truth with { LimbEvents = [.. patient.Truth.LimbEvents, happening] });
    }

    private void Set(string what, JsonObject command)
    {
        if (what == "systolic_mmHg")
        {
            Site artery = Place(command);
            ArteryTruth now = patient.Truth.Arteries.TryGetValue(artery, out ArteryTruth known) ? known : throw new FormatException($"the scenario says nothing of {artery}");
            Dictionary<Site, ArteryTruth> arteries = new(patient.Truth.Arteries) { [artery] = now with { SystolicMmHg = Number(command, "to", 1, 400) } };
            patient.Change(patient.Truth with { Arteries = arteries });
            return;
        }

        if (!Values.TryGetValue(what, out (double From, double To, Func<PatientTruth, double, PatientTruth> With) value))
        {
            throw new FormatException($"'{what}' cannot be set; there are {string.Join(", ", Values.Keys)}, systolic_mmHg");
        }

        patient.Change(value.With(patient.Truth, Number(command, "to", value.From, value.To)));
    }

    private void Happen(long nowNs, JsonObject command)
    {
        string word = Text(command, "kind");
        int kind = Array.FindIndex(ScenarioFile.SkinEventWords, w => w.Word == word);
        if (kind < 0)
        {
            throw new FormatException($"'{word}' does not happen to skin; there are {string.Join(", ", ScenarioFile.SkinEventWords.Select(w => w.Word))}");
        }

        Site? on = command.ContainsKey("site") ? Place(command) : null;
        long untilNs = nowNs + Nanoseconds.FromSeconds(Number(command, "seconds", 0.1, 86_400));
        SkinEvent happening = new(ScenarioFile.SkinEventWords[kind].Kind, on, nowNs, untilNs);
        patient.Change(patient.Truth with { SkinEvents = [.. patient.Truth.SkinEvents, happening] });
    }

    private static string Text(JsonObject command, string name) =>
        command[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw new FormatException($"'{name}' is missing or no text");

    private static double Number(JsonObject command, string name, double from, double to) =>
        command[name] is JsonValue value && value.TryGetValue(out double number) && number >= from && number <= to
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{name}' is missing or no number from {from} to {to}"));
}
