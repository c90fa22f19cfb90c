namespace Vascular.Processing.Oxygen;

/// <summary>Constants of what is made of TcPO2 values.</summary>
public sealed record OxygenRule
{
    /// <summary>Highest value taken for one, mmHg [D]: above it a slipped digit or a stand-in for "none". Electrodes are linear to 700. [V]</summary>
    public required int HighestMmHg { get; init; }

    /// <summary>A chest reference under this is doubted, mmHg, compared as written. [D]</summary>
    public required int ChestLowMmHg { get; init; }

    /// <summary>The oxygen challenge: 100 % oxygen for this long, s. [R]</summary>
    public required double ChallengeS { get; init; }

    /// <summary>Leg elevation: the leg at 30 degrees for this long, s. [V] Rooke and Osmundson 1989; here because the next two rest on it.</summary>
    public required double ElevationS { get; init; }

    /// <summary>With a supine value from here, mmHg [R] Bacharach 1992, ...</summary>
    public required int ElevationSupineFromMmHg { get; init; }

    /// <summary>... to here, mmHg ...</summary>
    public required int ElevationSupineToMmHg { get; init; }

    /// <summary>... a fall of less than this favours healing, mmHg. [R]</summary>
    public required int ElevationDropMmHg { get; init; }
}
