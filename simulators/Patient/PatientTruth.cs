using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Patient.Rhythms;

namespace Vascular.Simulators.Patient;

/// <summary>What is true of a simulated patient, whatever a device makes of it. Fixed for a scenario.</summary>
public sealed record PatientTruth
{
    /// <summary>Mean heart rate, 1/min, 20 to 250.</summary>
    public required double HeartRatePerMin { get; init; }

    /// <summary>Makes the rhythm of one run: a rhythm remembers its last beats.</summary>
    public Func<IHeartRhythm> Rhythm { get; init; } = () => new SinusRhythm();

    /// <summary>Breaths, 1/min; sways beat length and pressure.</summary>
    public required double RespirationPerMin { get; init; }

    /// <summary>Saturation at the toe, %, 0 to 100.</summary>
    public required int SpO2Percent { get; init; }

    /// <summary>How far systolic pressures swing from beat to beat, % of the pressure (one standard deviation, about).</summary>
    public required double PressureSwingPercent { get; init; }

    /// <summary>Diastolic pressure of both arms, mmHg.</summary>
    public required double ArmDiastolicMmHg { get; init; }

    public required IReadOnlyDictionary<Site, ArteryTruth> Arteries { get; init; }

    public required ToePulseTruth ToePulse { get; init; }

    /// <summary>Sides whose leg ends below the knee: no ankle, no toe.</summary>
    public IReadOnlyList<Side> AmputatedBelowKnee { get; init; } = [];

    /// <summary>Skin under TcPO2 electrodes.</summary>
    public IReadOnlyDictionary<Site, SkinTruth> Skin { get; init; } = new Dictionary<Site, SkinTruth>();

    /// <summary>What happens to skin and electrodes, in the order of time.</summary>
    public IReadOnlyList<SkinEvent> SkinEvents { get; init; } = [];

    /// <summary>What happens to a limb, in the order of time.</summary>
    public IReadOnlyList<LimbEvent> LimbEvents { get; init; } = [];

    /// <summary>True for a site that does not exist on this patient.</summary>
    public bool IsAmputated(Site site) => site.Place is not (Place.Arm or Place.Chest) && AmputatedBelowKnee.Contains(site.Side);
}

/// <summary>One artery under a cuff.</summary>
/// <param name="SystolicMmHg">Mean systolic pressure; for a vessel that no cuff closes, the pressure inside it all the same.</param>
/// <param name="Compressible">False for a calcified vessel: flow goes on whatever the cuff does.</param>
/// <param name="WallMmHg">What a stiff wall needs beyond the blood's pressure to close: a cuff reads that much high. 0 for a soft vessel.</param>
public readonly record struct ArteryTruth(double SystolicMmHg, bool Compressible, double WallMmHg = 0)
{
    /// <summary>Systolic pressure without any narrowing, as a multiple of the arm's: the pulse grows on its way to the ankle (an index of 1.08 is in the middle of the
    /// normal 1.00 to 1.40; assumed) and is a little lower in a toe (students had 0.94 to 0.98: clinical reference 2.5).</summary>
    public static double Unobstructed(Site site) => site.IsAnkleArtery ? 1.08 : site.IsToe ? 0.95 : 1;
}

/// <summary>The pulse a sensor on the toe sees, in counts of a 16-bit plethysmogram.</summary>
/// <param name="Shape">Form of one beat.</param>
/// <param name="AmplitudeCounts">Foot to peak with an open cuff.</param>
/// <param name="NoiseCounts">Standard deviation of the sensor's noise.</param>
/// <param name="GrowthMmHg">Below the toe's systolic pressure by this much, a pulse passes whole; in between its height grows with the power 3/2 of the distance, as the tip of a pressure wave over the cuff does.</param>
public readonly record struct ToePulseTruth(PulseShape Shape, double AmplitudeCounts, double NoiseCounts, double GrowthMmHg);

/// <summary>Skin under a heated electrode.</summary>
/// <param name="PlateauMmHg">Oxygen tension once the skin is warm, lying and breathing air; 0 to 150.</param>
/// <param name="WarmUpMinutes">When the slow part of the way there is done to 95 %.</param>
/// <param name="NoiseMmHg">Standard deviation of what the device shows from second to second.</param>
/// <param name="OxygenRiseMmHg">What breathing oxygen adds in the end.</param>
/// <param name="ElevationFallMmHg">What raising the leg takes away in the end.</param>
/// <param name="DependencyRiseMmHg">What letting the leg hang adds in the end.</param>
public readonly record struct SkinTruth(
    double PlateauMmHg, double WarmUpMinutes, double NoiseMmHg, double OxygenRiseMmHg, double ElevationFallMmHg, double DependencyRiseMmHg = 0);

/// <summary>Something that happens to skin or electrode for a while.</summary>
/// <param name="On">Where; null for what happens to the whole patient.</param>
public readonly record struct SkinEvent(SkinEventKind Kind, Site? On, long FromNs, long ToNs)
{
    /// <summary>True while it goes on at this site.</summary>
    public bool Holds(Site site, long atNs) => atNs >= FromNs && atNs < ToNs && (On is null || On == site);
}

public enum SkinEventKind
{
    /// <summary>The patient breathes oxygen.</summary>
    Oxygen,

    /// <summary>The leg is raised.</summary>
    Elevation,

    /// <summary>The leg hangs.</summary>
    Dependency,

    /// <summary>The ring lets a little air in.</summary>
    AirLeak,

    /// <summary>The electrode hangs in the air.</summary>
    LiftOff,

    /// <summary>The monitor has switched its heater off.</summary>
    HeaterOff,
}
