namespace Vascular.Processing.Angiography;

/// <summary>How a run was taken, as far as its header says it; null where it does not.</summary>
/// <param name="Laterality">R or L.</param>
/// <param name="PrimaryAngleDegrees">Positioner Primary Angle (0018,1510).</param>
/// <param name="SecondaryAngleDegrees">Positioner Secondary Angle (0018,1511).</param>
/// <param name="ContrastAgent">Contrast/Bolus Agent (0018,0010), as typed.</param>
/// <param name="ContrastVolumeMl">Contrast/Bolus Volume (0018,1041), ml.</param>
/// <param name="ContrastRateMlPerS">Contrast Flow Rate (0018,1046), ml/s.</param>
public sealed record RunAcquisition(
    string? Laterality,
    double? PrimaryAngleDegrees,
    double? SecondaryAngleDegrees,
    string? ContrastAgent,
    double? ContrastVolumeMl,
    double? ContrastRateMlPerS)
{
    /// <summary>Whom it shows: Patient ID, or as a station has bound the study.</summary>
    public string? Patient { get; init; }

    /// <summary>Who gave that number: Issuer of Patient ID (0010,0021), or the system a station has bound the study in.</summary>
    public string? PatientIssuer { get; init; }
}

/// <summary>What must be the same before the figures of two runs are set side by side.</summary>
public enum MatchCriterion
{
    /// <summary>The same leg.</summary>
    Side,

    /// <summary>Where the catheter's tip lay. No header says it: a person does.</summary>
    CatheterPosition,

    ContrastAgent,
    ContrastVolume,
    ContrastRate,

    /// <summary>Both angles of the C-arm.</summary>
    Projection,

    /// <summary>Frame for frame, as far as both runs go.</summary>
    FrameRate,

    /// <summary>Both runs have natural densities (LIN): the unit of a LOG run is its maker's own.</summary>
    Densities,

    /// <summary>The same person.</summary>
    Patient,
}

/// <summary>How one criterion stands.</summary>
public enum MatchStanding
{
    Same,

    /// <summary>The headers do not say; a person said it is the same.</summary>
    Stated,

    /// <summary>The headers say it differs: nobody can overrule that.</summary>
    Differs,

    /// <summary>Not said by both headers, and by nobody.</summary>
    NotSaid,
}

/// <summary>One criterion of a comparison.</summary>
/// <param name="Says">What the headers say, for a person.</param>
public readonly record struct Match(MatchCriterion Criterion, MatchStanding Standing, string Says)
{
    public bool Holds => Standing is MatchStanding.Same or MatchStanding.Stated;
}
