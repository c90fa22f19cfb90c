using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Doubts about an oscillometric measurement, and reasons for none. None changes a number.</summary>
[Flags]
public enum OscillometryFlags
{
    None = 0,

    /// <summary>Always with a systolic pressure: read off the envelope at a fixed share of its top, which held within 5 +- 8 mmHg in 73 % of volunteers.</summary>
    SystolicByFixedRatio = 1,

    /// <summary>The cuff was held or let off at once: no answer.</summary>
    NoDeflation = 2,

    /// <summary>Fewer than eight pulses while the cuff fell, or swings of noise or of the converter's steps.</summary>
    TooFewPulses = 4,

    /// <summary>The envelope does not clearly fall from its top to both sides: it was not passed.</summary>
    TopNotPassed = 8,

    /// <summary>Pulses do not fall to the systolic share above the top: the cuff was not above systolic.</summary>
    NotAboveSystolic = 16,

    /// <summary>Faster than 4 mmHg/s.</summary>
    TooFastDeflation = 32,

    /// <summary>More than a fifth of the heights lie off their neighbours: movement, or an irregular pulse. Without an answer: no envelope can be made of them.</summary>
    Irregular = 64,

    /// <summary>Sampled under 32 Hz, or too short.</summary>
    TooShort = 128,

    /// <summary>Samples are missing while the cuff fell.</summary>
    Gap = 256,

    /// <summary>More than five minutes were given; the rest was not taken.</summary>
    RunTooLong = 512,

    /// <summary>Two swings in a row like none of their neighbours, or a trembling: no answer. A very irregular pulse may look like that, too.</summary>
    Movement = 1024,

    /// <summary>The cuff fell twice, about as deep: two measurements in one record, and no answer.</summary>
    TwoDeflations = 2048,
}

/// <summary>The words of <see cref="OscillometryFlags"/>.</summary>
public static class OscillometryFlagWords
{
    private static readonly (OscillometryFlags Flag, string Word)[] All =
    [
        (OscillometryFlags.SystolicByFixedRatio, "systolic_by_fixed_ratio"), (OscillometryFlags.NoDeflation, "no_deflation"),
        (OscillometryFlags.TooFewPulses, "too_few_pulses"), (OscillometryFlags.TopNotPassed, "top_not_passed"),
        (OscillometryFlags.NotAboveSystolic, "not_above_systolic"), (OscillometryFlags.TooFastDeflation, "too_fast_deflation"),
        (OscillometryFlags.Irregular, "irregular"), (OscillometryFlags.TooShort, "too_short"), (OscillometryFlags.Gap, "gap"),
        (OscillometryFlags.RunTooLong, "run_too_long"), (OscillometryFlags.Movement, "movement"), (OscillometryFlags.TwoDeflations, "two_deflations"),
    ];

    public static IReadOnlyList<string> Words(this OscillometryFlags flags) => [.. All.Where(a => flags.HasFlag(a.Flag)).Select(a => a.Word)];
}

/// <summary>Pressures of an arm or ankle by the height of the cuff's own oscillations, or the reason there are none.</summary>
/// <param name="State">Measured or Unreadable.</param>
/// <param name="MeanMmHg">Cuff pressure at the top of the envelope, mmHg, not rounded.</param>
/// <param name="MeanHalfWidthMmHg">95 % half width of the mean: as far as the envelope is not told from its top, noise and step of the converter included, and spacing of the pulses.</param>
/// <param name="SystolicMmHg">By <see cref="Oscillometry.SystolicRatio"/>; null where the cuff was not above it.</param>
/// <param name="SystolicHalfWidthMmHg">Half of what the workable ratios (0.44 to 0.74) span, the method's own doubt, wider by the noise of the envelope.</param>
/// <param name="DiastolicMmHg">By <see cref="Oscillometry.DiastolicRatio"/>; null where the cuff stopped above it.</param>
/// <param name="DeflationMmHgPerS">Mean fall, positive.</param>
/// <param name="PulsePerMinute">From the median interval.</param>
/// <param name="Pulses">Pulses the envelope rests on.</param>
/// <param name="FromNs">Begin of the fall.</param>
/// <param name="ToNs">End of it.</param>
public readonly record struct OscillometryResult(
    MeasurementState State,
    double? MeanMmHg,
    double? MeanHalfWidthMmHg,
    double? SystolicMmHg,
    double? SystolicHalfWidthMmHg,
    double? DiastolicMmHg,
    double? DeflationMmHgPerS,
    double? PulsePerMinute,
    int Pulses,
    OscillometryFlags Flags,
    long FromNs,
    long ToNs);
