using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Patient;
using YamlDotNet.RepresentationModel;

namespace Vascular.Simulators.Scripts;

/// <summary>Reads the technician's script of a scenario and refuses what could not be played.</summary>
internal sealed class ScriptReader(string file, IReadOnlyList<ScenarioDevice> devices, PatientTruth truth)
{
    private const double MostSeconds = 3600;
    private const double MostMmHg = 400;

    public TechnicianScript Read(IReadOnlyList<YamlNode> list)
    {
        List<ScriptStep> steps = [];
        foreach (YamlNode item in list)
        {
            ScenarioNode node = new(file, $"script[{steps.Count}]", item);
            string key = node.Text("step");
            Site? site = node.Has("site") ? node.Parsed("site", Site.Parse) : null;
            List<ScriptAction> actions = [];
            foreach (YamlNode action in node.List("actions"))
            {
                actions.Add(Action(action, $"script.{key}.actions[{actions.Count}]"));
            }

            node.Close();
            steps.Add(new ScriptStep(key, site, actions));
        }

        List<ScriptAction> all = [.. steps.SelectMany(s => s.Actions)];
        int end = all.FindIndex(a => a is ScriptAction.End);
        return end >= 0 && all.Skip(end + 1).All(IsCorrection)
            ? new TechnicianScript(steps)
            : throw new ScenarioFault(file, list.Count > 0 ? list[^1].Start.Line : 1, "script", end < 0
                ? "does not finish with the action 'end'"
                : "does more behind 'end' than to correct: accept, undo, patient, wait");
    }

    /// <summary>What can be done of an examination that has ended.</summary>
    public static bool IsCorrection(ScriptAction action) => action is ScriptAction.Accept or ScriptAction.Undo or ScriptAction.Patient or ScriptAction.Wait;

    private ScriptAction Action(YamlNode node, string key)
    {
        if (node is YamlScalarNode word)
        {
            return word.Value switch
            {
                "start" => new ScriptAction.Start(),
                "stop" => new ScriptAction.Stop(),
                "accept" => new ScriptAction.Accept(),
                "send" => new ScriptAction.Send(),
                "repeat" => new ScriptAction.Repeat(),
                "undo" => new ScriptAction.Undo(),
                "end" => new ScriptAction.End(),
                _ => throw new ScenarioFault(file, node.Start.Line, key, $"unknown action '{word.Value}'"),
            };
        }

        ScenarioNode outer = new(file, key, node);
        string kind = outer.Keys.Count() == 1 ? outer.Keys.Single() : throw new ScenarioFault(file, node.Start.Line, key, "expected one action");
        ScenarioNode values = outer.Map(kind);
        ScriptAction action = Action(kind, values) ?? throw new ScenarioFault(file, node.Start.Line, key, $"unknown action '{kind}'");
        values.Close();
        return action;
    }

    private ScriptAction? Action(string kind, ScenarioNode v) => kind switch
    {
        "bind" => new ScriptAction.Bind(Device(v, "device"), v.Parsed("site", Site.Parse)),
        "enter" => new ScriptAction.Enter(v.Word("what", ("room_celsius", "room_celsius"), ("toe_celsius", "toe_celsius")), v.Number("value", 0, 50)),
        "wrap" => new ScriptAction.Wrap(Cuff(v), v.Word("fit", ("usual", CuffFit.Usual), ("narrow", CuffFit.Narrow), ("wide", CuffFit.Wide))),
        "inflate" => new ScriptAction.Inflate(Cuff(v), v.Number("to_mmHg", 1, MostMmHg), Rate(v)),
        "hold" => new ScriptAction.Hold(Cuff(v), v.Number("seconds", 0, MostSeconds)),
        "bleed" => new ScriptAction.Bleed(Cuff(v), Rate(v), v.Number("until_mmHg", 0, MostMmHg)),
        "wait_cuff" => new ScriptAction.WaitCuff(Cuff(v)),
        "dump" => new ScriptAction.Dump(Cuff(v)),
        "mark" => new ScriptAction.Mark(
            v.Word("when", ("doppler", MarkWhen.Doppler), ("still_heard", MarkWhen.StillHeard)), Artery(v),
            v.Number("reaction_ms", 0, 5000), v.Number("deadline_s", 1, MostSeconds)),
        "wait_result" => new ScriptAction.WaitResult(Device(v, "device"), v.Number("deadline_s", 1, MostSeconds)),
        "wait_plateau" => new ScriptAction.WaitPlateau(v.Number("deadline_s", 1, MostSeconds)),
        "wait" => new ScriptAction.Wait(v.Number("seconds", 0, MostSeconds)),
        "patient" => new ScriptAction.Patient(ScenarioFile.Subject(v)),
        "not_obtainable" => new ScriptAction.NotObtainable(v.Text("reason")),
        _ => null,
    };

    private static double Rate(ScenarioNode v) => v.Number("mmHg_per_s", 0.1, 100);

    private Site Artery(ScenarioNode v)
    {
        Site site = v.Parsed("artery", Site.Parse);
        return truth.Arteries.ContainsKey(site) ? site : throw v.Fault("artery", $"nothing is said of {site} under truth.arteries");
    }

    private string Device(ScenarioNode v, string name)
    {
        string device = v.Text(name);
        return devices.Any(d => d.Name == device) ? device : throw v.Fault(name, $"no device '{device}' under devices");
    }

    private string Cuff(ScenarioNode v)
    {
        string device = Device(v, "cuff");
        return devices.Any(d => d.Name == device && d.CuffLimitMmHg is not null) ? device : throw v.Fault("cuff", $"'{device}' has no cuff");
    }
}
