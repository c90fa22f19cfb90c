namespace Vascular.Processing.Angiography;

/// <summary>Why a run gives no perfusion figures. Refusing is an answer: the run is shown, its numbers are not.</summary>
public enum RunRefusal
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>Neither Frame Time nor Frame Time Vector nor Cine Rate: the frames have no time axis.</summary>
    NoFrameTimes,

    /// <summary>Fewer frames than a curve can be read from.</summary>
    TooFewFrames,

    /// <summary>Pixel Intensity Relationship is neither LIN nor LOG: already windowed for display, or not said.</summary>
    NotProportional,

    /// <summary>Table, collimator or positioner moved while the run was taken: said by the header, or a blade seen in the picture.</summary>
    GantryMotion,

    /// <summary>No frames before contrast from which a mask could be taken.</summary>
    NoMask,

    /// <summary>Automatic exposure changed the background, and no uncontrasted part of the picture allows it to be taken out.</summary>
    Exposure,

    /// <summary>More than a fifth of the frames could not be brought to the mask.</summary>
    PatientMotion,

    /// <summary>Pixels of the region stand at the end of the range of the detector.</summary>
    Saturated,

    /// <summary>The run ends before one and a half times the time to peak.</summary>
    TooShort,

    /// <summary>Frames between arrival and the fall to half the peak were left out: the top may lie in the gap.</summary>
    FramesMissing,

    /// <summary>Something rises over the noise and never stands over 10 % of its peak in three successive frames up to the top.</summary>
    TooCoarse,

    /// <summary>LIN with Pixel Intensity Relationship Sign -1: values fall on a straight line as the intensity rises, and no attribute says which value is darkness.</summary>
    ZeroNotSaid,

    /// <summary>The curve falls below the mask by more than a tenth of its peak: contrast was in the mask, or the values run the other way.</summary>
    BelowMask,

    /// <summary>Nothing came where no light falls: most of the region lies under the collimator.</summary>
    OutsideField,
}

/// <summary>The words of <see cref="RunRefusal"/> for JSON, and the sentence for a person.</summary>
public static class RunRefusals
{
    private static readonly string[] Words =
    [
        "", "no_frame_times", "too_few_frames", "not_proportional", "gantry_motion", "no_mask", "exposure", "patient_motion", "saturated", "too_short",
        "frames_missing", "too_coarse", "zero_not_said", "below_mask", "outside_field",
    ];

    private static readonly string[] Sentences =
    [
        "",
        "the series says no frame times",
        "the series has too few frames for a curve",
        "the pixels are already windowed for display, or the series does not say how they follow the X-ray intensity",
        "table, collimator or C-arm moved during the run",
        "no frames before the contrast could serve as a mask",
        "the exposure changed during the run and no uncontrasted background is in the picture",
        "the foot moved: more than a fifth of the frames could not be aligned",
        "pixels of the region stand at the end of the detector's range",
        "the run ends before 1.5 times the time to peak",
        "frames around the rise or the top of the curve could not be aligned and are missing",
        "no three frames in a row stand over 10 % of the peak: a flash, or too few frames a second",
        "the pixel values fall as the X-ray intensity rises, and the series does not say which value is none",
        "the curve falls below the mask: contrast was in the mask, or the pixel values run the other way",
        "most of the region lies outside the exposed field",
    ];

    public static string Word(this RunRefusal refusal) => Words[(int)refusal];

    public static string Sentence(this RunRefusal refusal) => Sentences[(int)refusal];
}
