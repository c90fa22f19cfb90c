using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary>What can be changed on a device that runs: its line, where it sits, its cuff, its patient.</summary>
/// <param name="PutOn">Puts sensor, cuff or electrode on a site, or takes it off; null for a device that sits nowhere.</param>
/// <param name="Cuff">Its cuff; null where there is none.</param>
internal sealed record Bench(ISimulatedDevice Device, Action<Site?>? PutOn = null, SimulatedCuff? Cuff = null);

/// <summary>Does what comes over the control socket, one JSON object at a time.</summary>
/// <param name="lines">The lines that faults act on.</param>
/// <param name="truth">Gets one line for each command that was done.</param>
internal sealed class DeviceControl(
    SimulatedPatient patient, Action<Site?>? putOn, SimulatedCuff? cuff, Func<IReadOnlyList<SpoiltLine>> lines, TextWriter? truth)
{
    /// <summary>Every command, for people.</summary>
    internal const string Commands = "status, fault, faults, clear, put_on, take_off, inflate, hold, bleed, dump, set, skin";

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
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
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
                foreach (SpoiltLine line in lines())
                {
                    line.Add(fault, nowNs);
                }

                return null;
            case "faults":
                return new JsonObject { ["faults"] = new JsonArray([.. lines().SelectMany(l => l.Faults).Select(f => f.ToString()).Distinct().Select(f => (JsonNode)f)]) };
            case "clear":
                foreach (SpoiltLine line in lines())
                {
                    line.Clear(nowNs);
                }

                return null;
            case "put_on":
                Put(Site.TryParse(Text(command, "site"), out Site site) ? site : throw new FormatException($"'{Text(command, "site")}' is not a site"));
                return null;
            case "take_off":
                Put(null);
                return null;
            case "set":
                Set(Text(command, "what"), command);
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

        SimulatedCuff moved = cuff ?? throw new FormatException("this device has no cuff");
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

    private void Put(Site? site)
    {
        (putOn ?? throw new FormatException("this device sits nowhere"))(site);
    }

    private void Set(string what, JsonObject command)
    {
        if (what == "systolic_mmHg")
        {
            Site artery = Site.TryParse(Text(command, "site"), out Site parsed) ? parsed : throw new FormatException($"'{Text(command, "site")}' is not a site");
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

        Site? on = command.ContainsKey("site") ? Site.TryParse(Text(command, "site"), out Site site) ? site : throw new FormatException($"'{Text(command, "site")}' is not a site") : null;
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
