using Vascular.Processing.Vocabulary;

namespace Vascular.Simulators.Patient;

/// <summary>What is true of a simulated patient, whatever a device makes of it. Fixed for a scenario.</summary>
public sealed record PatientTruth
{
    /// <summary>Mean heart rate, 1/min, 20 to 250.</summary>
    public required double HeartRatePerMin { get; init; }

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

    /// <summary>True for a site that does not exist on this patient.</summary>
    public bool IsAmputated(Site site) => site.Place != Place.Arm && AmputatedBelowKnee.Contains(site.Side);
}

/// <summary>One artery under a cuff.</summary>
/// <param name="SystolicMmHg">Mean systolic pressure; for a vessel that no cuff closes, the pressure inside it all the same.</param>
/// <param name="Compressible">False for a calcified vessel: flow goes on whatever the cuff does.</param>
public readonly record struct ArteryTruth(double SystolicMmHg, bool Compressible);

/// <summary>The pulse a sensor on the toe sees, in counts of a 16-bit plethysmogram.</summary>
/// <param name="Shape">Form of one beat.</param>
/// <param name="AmplitudeCounts">Foot to peak with an open cuff.</param>
/// <param name="NoiseCounts">Standard deviation of the sensor's noise.</param>
/// <param name="GrowthMmHg">Below the toe's systolic pressure by this much, a pulse passes whole; in between its height grows with the power 3/2 of the distance, as the tip of a pressure wave over the cuff does.</param>
public readonly record struct ToePulseTruth(PulseShape Shape, double AmplitudeCounts, double NoiseCounts, double GrowthMmHg);
