namespace Vascular.Processing.Waveforms;

/// <summary>Constants of the pulsatility flatness index and of the grade of a trace. Both are defined by this project and not validated. [D]</summary>
public sealed record FlatnessRule
{
    /// <summary>Amplitude with the index 0.500, mm at 100 % gain: the limit of Carter and Tate [V], the anchor of the scale [D].</summary>
    public required int HalfAtMm { get; init; }

    /// <summary>From this index on a trace is nonpulsatile, thousandths (1 mm or less).</summary>
    public required int NonpulsatileFromThousandths { get; init; }

    /// <summary>From this index on a trace is barely pulsatile, thousandths.</summary>
    public required int SevereFromThousandths { get; init; }

    /// <summary>Up to this crest time a pulse can be normal, ms. [V] Peltokangas 2019 as a limit for a lesion; [D] as a grade.</summary>
    public required int MildAboveMs { get; init; }

    /// <summary>Above this crest time a pulse is moderately flattened, ms. [V] PubMed 31479424 as a threshold; [D] as a grade.</summary>
    public required int ModerateAboveMs { get; init; }

    /// <summary>Fewest accepted beats.</summary>
    public required int FewestBeats { get; init; }

    /// <summary>A notch is there when the fall, having eased, grows steeper again by this share of the steepest fall.</summary>
    public required double NotchShare { get; init; }

    /// <summary>Slowest sampling, Hz.</summary>
    public required double LowestRateHz { get; init; }
}
