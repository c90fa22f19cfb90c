using System.Globalization;
using System.Reflection;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Patient.Rhythms;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Vascular.Simulators.Scripts;

/// <summary>Reads scenarios: those that come with the simulators, and others from files.</summary>
public static class ScenarioFile
{
    private const string Folder = "scenarios/";
    private const string Ending = ".yaml";
    private const double MostMmHg = 400;
    private const double MostEventSeconds = 86_400;

    /// <summary>What a follow-up compares, as the alert rules name it.</summary>
    private static readonly string[] Tests = ["ABI", "TBI", "TP", "TcPO2"];

    /// <summary>Words of what can happen to skin and electrode.</summary>
    internal static (string Word, SkinEventKind Kind)[] SkinEventWords { get; } =
    [
        ("oxygen", SkinEventKind.Oxygen), ("elevation", SkinEventKind.Elevation), ("air_leak", SkinEventKind.AirLeak),
        ("lift_off", SkinEventKind.LiftOff), ("heater_off", SkinEventKind.HeaterOff), ("dependency", SkinEventKind.Dependency),
    ];

    /// <summary>Names of the scenarios that come with the simulators.</summary>
    public static IReadOnlyList<string> Names() =>
    [
        .. typeof(ScenarioFile).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Folder, StringComparison.Ordinal) && n.EndsWith(Ending, StringComparison.Ordinal))
            .Select(n => n[Folder.Length..^Ending.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A scenario that comes with the simulators.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public static Scenario Load(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Folder}{name}{Ending}")
            ?? throw new KeyNotFoundException($"no scenario '{name}'; there are {string.Join(", ", Names())}");
        using StreamReader reader = new(stream);
        return Read(reader, name + Ending);
    }

    /// <exception cref="ScenarioFault">The text is not a scenario; the message names file, line and key.</exception>
    public static Scenario Read(TextReader text, string file)
    {
        YamlStream yaml = [];
        try
        {
            yaml.Load(text);
        }
        catch (YamlException wrong)
        {
            throw new ScenarioFault(file, wrong.Start.Line, "yaml", wrong.Message);
        }

        catch (InvalidOperationException)
        {
            throw new ScenarioFault(file, 1, "yaml", "the text breaks off inside a list or mapping");
        }

        if (yaml.Documents.Count != 1)
        {
            throw new ScenarioFault(file, 1, "yaml", $"expected one document, found {yaml.Documents.Count}");
        }

        ScenarioNode root = new(file, "", yaml.Documents[0].RootNode);
        IReadOnlyList<ScenarioDevice> devices = DeviceReader.Read(root.Map("devices"));
        PatientTruth truth = Truth(root.Map("truth"));
        Scenario scenario = new()
        {
            Id = root.Text("id"),
            Title = root.Text("title"),
            Seed = root.Parsed("seed", s => ulong.Parse(s, NumberStyles.None, CultureInfo.InvariantCulture)),
            Start = root.Parsed("start", s => DateTimeOffset.ParseExact(s, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
            Patient = Whole(root.Map("patient")),
            Order = Order(root.Map("order")),
            Truth = truth,
            Devices = devices,
            Script = new ScriptReader(file, devices, truth).Read(root.List("script")),
            FollowUp = root.Has("followup") ? FollowUp(root.Map("followup")) : null,
        };
        root.Close();
        return scenario;
    }

    /// <summary>A patient; the caller closes the node.</summary>
    internal static ScenarioSubject Subject(ScenarioNode node) => new(node.Text("system"), node.Text("identifier"),
        node.Word("gender", ("female", "female"), ("male", "male"), ("other", "other"), ("unknown", "unknown")));

    private static ScenarioSubject Whole(ScenarioNode node)
    {
        ScenarioSubject subject = Subject(node);
        node.Close();
        return subject;
    }

    private static ScenarioOrder Order(ScenarioNode node)
    {
        ScenarioOrder order = new(node.Text("placer"), node.Text("accession"), node.Text("reason"));
        node.Close();
        return order;
    }

    private static PatientTruth Truth(ScenarioNode node)
    {
        ScenarioNode pulse = node.Map("toe_pulse");
        PatientTruth truth = new()
        {
            HeartRatePerMin = node.Number("heart_rate_per_min", 20, 250),
            RespirationPerMin = node.Number("respiration_per_min", 4, 40),
            SpO2Percent = (int)node.Number("spo2_percent", 0, 100),
            PressureSwingPercent = node.Number("pressure_swing_percent", 0, 10),
            ArmDiastolicMmHg = node.Number("arm_diastolic_mmHg", 20, 200),
            Rhythm = node.Has("rhythm") ? LimbReader.Rhythm(node.Map("rhythm")) : () => new SinusRhythm(),
            Arteries = LimbReader.Arteries(node.Map("arteries")),
            LimbEvents = node.Has("limb_events") ? [.. node.Maps("limb_events").Select(LimbReader.Event).OrderBy(e => e.FromNs)] : [],
            AmputatedBelowKnee = node.Has("amputated_below_knee") ? Sides(node) : [],
            Skin = node.Has("skin") ? Skin(node.Map("skin")) : new Dictionary<Site, SkinTruth>(),
            SkinEvents = node.Has("skin_events") ? [.. node.Maps("skin_events").Select(SkinEvent).OrderBy(e => e.FromNs)] : [],
            ToePulse = new ToePulseTruth(
                pulse.Word(
                    "shape", ("ischaemic", PulseShape.Ischaemic), ("healthy", PulseShape.Healthy), ("notch_lost", PulseShape.NotchLost), ("rounded", PulseShape.Rounded), ("flat", PulseShape.Flat)),
                pulse.Number("amplitude_counts", 0, 30_000),
                pulse.Number("noise_counts", 0, 5_000),
                pulse.Number("growth_mmHg", 0.1, 100)),
        };
        pulse.Close();
        node.Close();
        return truth;
    }

    private static List<Side> Sides(ScenarioNode node) =>
    [
        .. node.List("amputated_below_knee").Select(side => side.ToString() switch
        {
            "left" => Side.Left,
            "right" => Side.Right,
            string other => throw node.Fault("amputated_below_knee", $"'{other}' is neither left nor right"),
        }),
    ];

    private static Dictionary<Site, SkinTruth> Skin(ScenarioNode node)
    {
        Dictionary<Site, SkinTruth> skin = [];
        foreach (string code in node.Keys)
        {
            if (!Site.TryParse(code, out Site site))
            {
                throw node.Fault(code, "is not a site (R or L, a dot, FOOT.DORSUM or CHEST)");
            }

            ScenarioNode place = node.Map(code);
            skin.Add(site, new SkinTruth(
                place.Number("plateau_mmHg", 0, 150), place.Number("warm_up_min", 1, 60), place.Number("noise_mmHg", 0, 20),
                place.Number("oxygen_rise_mmHg", 0, 600), place.Number("elevation_fall_mmHg", 0, 150),
                place.Has("dependency_rise_mmHg") ? place.Number("dependency_rise_mmHg", 0, 150) : 0));
            place.Close();
        }

        return skin;
    }

    private static SkinEvent SkinEvent(ScenarioNode node)
    {
        SkinEventKind kind = node.Word("kind", SkinEventWords);
        long fromNs = Nanoseconds.FromSeconds(node.Number("at_s", 0, MostEventSeconds));
        SkinEvent made = new(
            kind, node.Has("site") ? node.Parsed("site", Site.Parse) : null, fromNs, fromNs + Nanoseconds.FromSeconds(node.Number("seconds", 1, MostEventSeconds)));
        node.Close();
        return made;
    }

    private static ScenarioFollowUp FollowUp(ScenarioNode node)
    {
        int days = (int)node.Number("days_after_procedure", 0, 36_500);
        string test = node.Word("test", [.. Tests.Select(t => (t, t))]);
        bool index = test is "ABI" or "TBI";
        node.Number("best_prior", 0, index ? 3 : MostMmHg);
        ScenarioFollowUp followUp = new(days, test, node.Text("best_prior"));
        node.Close();
        return followUp;
    }
}
