namespace Vascular.Processing.Signals;

/// <summary>One pulse, published once. All places are sample counts since the detector was made, so a time is a count divided by the rate.</summary>
/// <param name="PeakAt">Systolic peak on the measurement path, in samples, parabola between samples: when it occurred.</param>
/// <param name="DetectedIndex">Sample at which the beat became known; always after <paramref name="PeakAt"/>.</param>
/// <param name="Amplitude">Foot to peak on the measurement path, in the unit of the samples. A lower bound when <paramref name="IsClipped"/>.</param>
/// <param name="OnsetAt">Foot, in samples: where the steepest upstroke's line meets the lowest value before it. Null when no upstroke was found.</param>
/// <param name="CrestTimeMs">Foot to peak, ms. Null when clipped or without a foot.</param>
/// <param name="Quality">Likeness to the accepted beats before it, 0 to 1; null for the first after a start, which has nothing to be like.</param>
/// <param name="IsClipped">The top is flat or lies on a rail: time holds, height is a lower bound.</param>
/// <remarks>Sources: two moving averages after Elgendi 2013 (doi 10.1371/journal.pone.0076585), made causal; features as in the field's usual names
/// (Asp, Tsp).</remarks>
public readonly record struct Beat(
    double PeakAt,
    long DetectedIndex,
    double Amplitude,
    double? OnsetAt,
    double? CrestTimeMs,
    double? Quality,
    bool IsClipped)
{
    /// <summary>From here a beat counts as like the ones before it.</summary>
    public const double GoodQuality = 0.8;

    /// <summary>Sample nearest to the systolic peak.</summary>
    public long PeakIndex => (long)Math.Floor(PeakAt + 0.5);

    /// <summary>Sample nearest to the foot.</summary>
    public long? OnsetIndex => OnsetAt is { } at ? (long)Math.Floor(at + 0.5) : null;

    public bool IsAccepted => Quality >= GoodQuality && !IsClipped;
}
