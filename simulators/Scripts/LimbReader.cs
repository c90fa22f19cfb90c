using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Patient.Rhythms;

namespace Vascular.Simulators.Scripts;

/// <summary>Reads what a scenario says of heart, arteries and limbs.</summary>
internal static class LimbReader
{
    private const double MostMmHg = 400;
    private const double MostCounts = 30_000;
    private const double MostEventSeconds = 86_400;

    private const string Sinus = "sinus";
    private const string Fibrillation = "atrial_fibrillation";
    private const string ExtraBeats = "ectopy";

    private enum Happening
    {
        Movement,
        Tremor,
        ContactLoss,
        Vasospasm,
        Raised,
    }

    public static Func<IHeartRhythm> Rhythm(ScenarioNode node)
    {
        string kind = node.Word("kind", (Sinus, Sinus), (Fibrillation, Fibrillation), (ExtraBeats, ExtraBeats));
        double sway = kind != Fibrillation && node.Has("respiratory_sway_percent") ? node.Number("respiratory_sway_percent", 0, 20) : SinusRhythm.UsualSwayPercent;
        double extra = kind == ExtraBeats ? node.Number("extra_beats_percent", 0, 50) : 0;
        node.Close();
        return kind switch
        {
            Fibrillation => () => new AtrialFibrillation(),
            ExtraBeats => () => new Ectopy(extra, sway),
            _ => () => new SinusRhythm(sway),
        };
    }

    /// <summary>Arteries by site. A narrowed one has the pressure that is left of the higher arm's.</summary>
    public static Dictionary<Site, ArteryTruth> Arteries(ScenarioNode node)
    {
        Dictionary<Site, ArteryTruth> arteries = [];
        List<(Site Site, ScenarioNode Node)> narrowed = [];
        foreach (string code in node.Keys)
        {
            if (!Site.TryParse(code, out Site site))
            {
                throw node.Fault(code, "is not a site (R or L, a dot, ARM, PT, DP or TOE)");
            }

            ScenarioNode artery = node.Map(code);
            if (artery.Has("stenosis_percent"))
            {
                narrowed.Add((site, artery));
                continue;
            }

            arteries.Add(site, Artery(artery, artery.Number("systolic_mmHg", 1, MostMmHg)));
        }

        foreach ((Site site, ScenarioNode artery) in narrowed)
        {
            double arm = arteries.Where(a => a.Key.Place == Place.Arm).Select(a => a.Value.SystolicMmHg).DefaultIfEmpty(0).Max();
            double percent = artery.Number("stenosis_percent", 0, 99);
            arteries.Add(site, Artery(artery, arm > 0
                ? Stenosis.BehindMmHg(arm * ArteryTruth.Unobstructed(site), percent)
                : throw artery.Fault("stenosis_percent", "needs an arm with systolic_mmHg to start from")));
        }

        return arteries;
    }

    public static LimbEvent Event(ScenarioNode node)
    {
        Happening kind = node.Word(
            "kind", ("movement", Happening.Movement), ("tremor", Happening.Tremor), ("contact_loss", Happening.ContactLoss), ("vasospasm", Happening.Vasospasm), ("raised", Happening.Raised));
        Site on = node.Parsed("site", Site.Parse);
        long from = Nanoseconds.FromSeconds(node.Number("at_s", 0, MostEventSeconds));
        long to = from + Nanoseconds.FromSeconds(node.Number("seconds", 0.1, MostEventSeconds));
        LimbEvent made = kind switch
        {
            Happening.Movement => new LimbEvent.Movement(on, from, to, Counts(node)),
            Happening.Tremor => new LimbEvent.Tremor(on, from, to, Counts(node), node.Number("frequency_hz", 1, 20)),
            Happening.ContactLoss => new LimbEvent.ContactLoss(on, from, to),
            Happening.Vasospasm => new LimbEvent.Vasospasm(on, from, to, node.Number("amplitude_percent", 0, 100), node.Number("systolic_percent", 20, 200)),
            _ => new LimbEvent.Raised(on, from, to, node.Number("height_cm", -150, 150)),
        };
        node.Close();
        return made;
    }

    private static double Counts(ScenarioNode node) => node.Number("amplitude_counts", 0, MostCounts);

    private static ArteryTruth Artery(ScenarioNode node, double systolicMmHg)
    {
        ArteryTruth artery = new(systolicMmHg, node.Flag("compressible"), node.Has("wall_mmHg") ? node.Number("wall_mmHg", 0, MostMmHg) : 0);
        node.Close();
        return artery;
    }
}
