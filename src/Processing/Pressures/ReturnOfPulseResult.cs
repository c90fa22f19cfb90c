using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Doubts about a systolic pressure by return of pulse. None changes the number.</summary>
[Flags]
public enum ReturnOfPulseFlags
{
    None = 0,

    /// <summary>No five good beats were recorded before inflation.</summary>
    NoBaseline = 1,

    /// <summary>Samples on a rail within the decisive interval or, where no pulse was seen, where one may have been.</summary>
    Clipped = 2,

    /// <summary>A burst of movement within two beats of the end point.</summary>
    Movement = 4,

    /// <summary>Faster than 4 mmHg/s around the end point.</summary>
    TooFastDeflation = 8,

    /// <summary>Slower than 1 mmHg/s around the end point.</summary>
    StalledDeflation = 16,

    /// <summary>End point in the first 2 s of deflation: the cuff may not have been above systolic; or it never stood above the lowest pressure that is read.</summary>
    NotAboveSystolic = 32,

    /// <summary>The heights did not allow a line: the value is the first confirmed pulse plus half a beat's fall.</summary>
    NoTraceBack = 64,

    /// <summary>The decisive interval touches a gap, or a stretch without any change: a wire that died.</summary>
    Gap = 128,

    /// <summary>No fall of the cuff of 10 mmHg or more was seen.</summary>
    NoDeflation = 256,

    /// <summary>More than five minutes were given; the rest was not taken.</summary>
    RunTooLong = 512,

    /// <summary>Good contact before inflation, but no pulse there.</summary>
    NoPulseBefore = 1024,

    /// <summary>Too little of either channel for a statement.</summary>
    TooShort = 2048,

    /// <summary>While the artery was closed the trace was so noisy that pulses of a fifth of the height before inflation would not have been seen; without a
    /// recording from before it, of a fifth of what they grew to.</summary>
    Noise = 4096,
}

/// <summary>The words of <see cref="ReturnOfPulseFlags"/>.</summary>
public static class ReturnOfPulseFlagWords
{
    private static readonly (ReturnOfPulseFlags Flag, string Word)[] All =
    [
        (ReturnOfPulseFlags.NoBaseline, "no_baseline"), (ReturnOfPulseFlags.Clipped, "clipped"), (ReturnOfPulseFlags.Movement, "movement"),
        (ReturnOfPulseFlags.TooFastDeflation, "too_fast_deflation"), (ReturnOfPulseFlags.StalledDeflation, "stalled_deflation"),
        (ReturnOfPulseFlags.NotAboveSystolic, "not_above_systolic"), (ReturnOfPulseFlags.NoTraceBack, "no_trace_back"),
        (ReturnOfPulseFlags.Gap, "gap"), (ReturnOfPulseFlags.NoDeflation, "no_deflation"), (ReturnOfPulseFlags.RunTooLong, "run_too_long"),
        (ReturnOfPulseFlags.NoPulseBefore, "no_pulse_before"), (ReturnOfPulseFlags.TooShort, "too_short"),
        (ReturnOfPulseFlags.Noise, "noise"),
    ];

    public static IReadOnlyList<string> Words(this ReturnOfPulseFlags flags) => [.. All.Where(a => flags.HasFlag(a.Flag)).Select(a => a.Word)];
}

/// <summary>Systolic pressure by return of pulse, or the reason there is none.</summary>
/// <param name="State">Measured, AboveLimit, BelowLimit, Absent or Unreadable.</param>
/// <param name="SystolicMmHg">mmHg, not rounded; null unless measured.</param>
/// <param name="LimitMmHg">Highest cuff pressure of an AboveLimit, lowest of a BelowLimit; else null.</param>
/// <param name="UncertaintyMmHg">95 % half width, mmHg.</param>
/// <param name="EndpointResolutionMmHg">Fall of the cuff in one beat, mmHg.</param>
/// <param name="DeflationMmHgPerS">Fall around the end point, positive.</param>
/// <param name="EndPointAtNs">When the cuff passed the systolic pressure.</param>
/// <param name="FromNs">Begin of the decisive interval.</param>
/// <param name="ToNs">End of the decisive interval.</param>
public readonly record struct ReturnOfPulseResult(
    MeasurementState State,
    double? SystolicMmHg,
    double? LimitMmHg,
    double? UncertaintyMmHg,
    double? EndpointResolutionMmHg,
    double? DeflationMmHgPerS,
    long? EndPointAtNs,
    ReturnOfPulseFlags Flags,
    long FromNs,
    long ToNs)
{
    /// <summary>What <see cref="UncertaintyMmHg"/> is made of; empty without one.</summary>
    public IReadOnlyList<UncertaintyPart> Uncertain { get; init; } = [];
}
