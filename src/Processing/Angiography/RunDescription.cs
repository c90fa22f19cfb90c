namespace Vascular.Processing.Angiography;

/// <summary>Digital subtraction the series itself asks for (Mask Operation, 0028,6101).</summary>
public enum MaskOperation
{
    /// <summary>NONE, or no Mask Subtraction Sequence: the mask is chosen here.</summary>
    None,

    /// <summary>AVG_SUB: the average of the named frames is the mask.</summary>
    Average,

    /// <summary>TID or REV_TID: frames subtract from one another; no fixed mask, so that the densities are differences in time and no curve. The mask is chosen here.</summary>
    InTime,
}

/// <summary>What a series says about one run, in the terms that its figures depend on.</summary>
/// <param name="BitsStored">1 to 16.</param>
/// <param name="MaskOperation">What the Mask Subtraction Sequence asks for.</param>
/// <param name="MaskFrames">Frames of the mask, from 0; empty where none are named.</param>
/// <param name="Moved">Positioner Motion or Table Motion is DYNAMIC, or their increments from frame to frame add up to a move. A collimator has no such attribute:
/// it is looked for in the pixels.</param>
public sealed record RunDescription(
    FrameTimes? Times,
    IntensityRelationship Relationship,
    int BitsStored,
    MaskOperation MaskOperation,
    IReadOnlyList<int> MaskFrames,
    bool Moved)
{
    /// <summary>Higher stored values mean less X-ray intensity (Pixel Intensity Relationship Sign, 0028,1041, is -1). Absent, values rise with the intensity.</summary>
    public bool FallsWithIntensity { get; init; }

    /// <summary>A curve needs a few frames before, at and after its top.</summary>
    public const int FewestFrames = 8;

    /// <summary>What can be refused before a pixel is read.</summary>
    public RunRefusal Refusal(int frames) =>
        Times is null ? RunRefusal.NoFrameTimes
        : frames < FewestFrames ? RunRefusal.TooFewFrames
        : Relationship is not (IntensityRelationship.Linear or IntensityRelationship.Logarithmic) ? RunRefusal.NotProportional
        : FallsWithIntensity && Relationship == IntensityRelationship.Linear ? RunRefusal.ZeroNotSaid
        : Moved ? RunRefusal.GantryMotion
        : RunRefusal.None;
}
