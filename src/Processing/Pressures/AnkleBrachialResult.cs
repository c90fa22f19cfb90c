using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Which ankle artery a limb's index is taken from.</summary>
public enum LimbVessel
{
    PosteriorTibial,
    DorsalisPedis,

    /// <summary>Both gave the same pressure.</summary>
    Equal,
}

/// <summary>Words of <see cref="LimbVessel"/> on a report.</summary>
public static class LimbVessels
{
    public static string Word(this LimbVessel vessel) => vessel switch
    {
        LimbVessel.PosteriorTibial => "PT",
        LimbVessel.DorsalisPedis => "DP",
        LimbVessel.Equal => "PT=DP",
        _ => throw new ArgumentOutOfRangeException(nameof(vessel), vessel, "Not a vessel of the ankle."),
    };
}

/// <summary>Ankle-brachial index of one leg, with everything a report, a chart or a grade may say of it. Made by <see cref="AnkleBrachialIndex"/>.</summary>
public sealed record AnkleBrachialResult
{
    /// <summary>The denominator, mmHg; null without a usable arm.</summary>
    public required int? BrachialUsed { get; init; }

    public required MeasurementState PosteriorTibialState { get; init; }

    public required MeasurementState DorsalisPedisState { get; init; }

    /// <summary>Null when that artery has no number and no bound.</summary>
    public required VesselIndex? PosteriorTibialIndex { get; init; }

    public required VesselIndex? DorsalisPedisIndex { get; init; }

    /// <summary>The artery of the higher measured pressure; null without an index.</summary>
    public required LimbVessel? Vessel { get; init; }

    /// <summary>Index of the higher measured artery: the one reported. Beside a non-compressible artery, or one that may lie higher, it is kept and is not the limb's result.</summary>
    public required PressureIndex? Index { get; init; }

    /// <summary>Index of the lower measured artery; shown only where a site asks for that variant.</summary>
    public required PressureIndex? LowestIndex { get; init; }

    /// <summary>Where the limb's index lies when an artery under the floor of its method may be the higher one; null otherwise.</summary>
    public required IndexRange? Range { get; init; }

    /// <summary>What a report prints: <c>0.89 (DP); PT >254 NC</c>.</summary>
    public required string Display { get; init; }

    public required AnkleCategory Category { get; init; }

    /// <summary>Class of <see cref="Index"/> by itself. Never shown as the limb's result when <see cref="Category"/> is non-compressible.</summary>
    public required AnkleCategory? CategoryOfMeasuredVessel { get; init; }

    /// <summary>Teaching convention, off by default on screens; null unless <see cref="Category"/> is abnormal.</summary>
    public required AnkleSeverity? Severity { get; init; }

    /// <summary>The ankle does not answer: toe pressure or TBI with waveforms is required.</summary>
    public required bool TbiRequired { get; init; }

    /// <summary>True when WIfI may take its ischaemia grade from this index: compressible and at most 1.30.</summary>
    public required bool WifiUsable { get; init; }

    /// <summary>Of <see cref="IndexFlags"/>; their order means nothing.</summary>
    public required IReadOnlyList<string> Flags { get; init; }
}
