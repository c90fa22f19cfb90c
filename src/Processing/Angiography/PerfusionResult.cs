using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Angiography;

/// <summary>Doubts about a region's figures.</summary>
[Flags]
public enum PerfusionFlags
{
    None = 0,

    /// <summary>Noise stands above 10 % of the peak: arrival was read at twice the noise instead.</summary>
    ArrivalInNoise = 1,

    /// <summary>Contrast is there in the first frame: arrival and every time from it are bounds.</summary>
    ContrastAtStart = 2,

    /// <summary>The curve has not fallen to half its peak when the run ends: the width is a lower bound, area and transit time are of what was seen.</summary>
    TailCutOff = 4,

    /// <summary>Frames were left out after the fall to half the peak: area and transit times, which would be drawn across the gap, are not given.</summary>
    GapInTail = 8,

    /// <summary>The curve goes below its mask by a fiftieth to a tenth of the peak: the mask holds some contrast, or something moved; peak and area are too small by that.</summary>
    BelowMask = 16,
}

/// <summary>Perfusion figures of one region or pixel (project definitions, [D]; vendors differ, so each names its zero point and rule).</summary>
/// <param name="State">Measured; absent (nothing rises over the noise); unreadable (refused, see <paramref name="Refusal"/>); unreliable (contrast in the first frame).</param>
/// <param name="ArrivalS">First of three successive frames over 10 % of the peak, s from the first frame.</param>
/// <param name="TimeToPeakFromArrivalS">Top of the smoothed curve, s from arrival.</param>
/// <param name="TimeToPeakFromFirstFrameS">The same, s from the first frame.</param>
/// <param name="Peak">Top of the smoothed curve, density.</param>
/// <param name="WashInPerS">Steepest slope of the smoothed curve between arrival and peak, density/s.</param>
/// <param name="WidthS">Time above 50 % of the peak, s.</param>
/// <param name="Area">Trapezoids from arrival to the last frame, density s; comparable only for runs of equal length.</param>
/// <param name="MeanTransitMomentS">First moment of the density about arrival over the area, s.</param>
/// <param name="MeanTransitAreaS">Area over peak, s: the other definition in use.</param>
/// <param name="Noise">Standard deviation of a frame about the smoothed curve, density.</param>
public readonly record struct PerfusionResult(
    MeasurementState State,
    double? ArrivalS,
    double? TimeToPeakFromArrivalS,
    double? TimeToPeakFromFirstFrameS,
    double? Peak,
    double? WashInPerS,
    double? WidthS,
    double? Area,
    double? MeanTransitMomentS,
    double? MeanTransitAreaS,
    double? Noise,
    PerfusionFlags Flags,
    RunRefusal Refusal)
{
    public static PerfusionResult Refused(RunRefusal why) => Without(MeasurementState.Unreadable, why, null);

    public static PerfusionResult Without(MeasurementState state, RunRefusal why, double? noise) =>
        new(state, null, null, null, null, null, null, null, null, null, noise, PerfusionFlags.None, why);
}

/// <summary>The words of <see cref="PerfusionFlags"/>.</summary>
public static class PerfusionFlagWords
{
    private static readonly (PerfusionFlags Flag, string Word)[] Words =
    [
        (PerfusionFlags.ArrivalInNoise, "arrival_in_noise"),
        (PerfusionFlags.ContrastAtStart, "contrast_at_start"),
        (PerfusionFlags.TailCutOff, "tail_cut_off"),
        (PerfusionFlags.GapInTail, "gap_in_tail"),
        (PerfusionFlags.BelowMask, "below_mask"),
    ];

    public static IEnumerable<string> Of(PerfusionFlags flags) => Words.Where(w => flags.HasFlag(w.Flag)).Select(w => w.Word);
}
