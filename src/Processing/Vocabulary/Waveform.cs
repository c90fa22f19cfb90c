namespace Vascular.Processing.Vocabulary;

/// <summary>What stands between the light and the number of a plethysmogram, as far as anybody has said.</summary>
public enum WaveformScaling
{
    /// <summary>Not stated: it may be compressed, or its gain may follow the signal.</summary>
    Unstated,

    /// <summary>Compressed by the device: equal steps of the signal are unequal steps of the number.</summary>
    Compressed,

    /// <summary>Proportional, but the front end's gain is unknown or set by hand.</summary>
    UnknownGain,

    /// <summary>Proportional with one gain throughout a recording: amplitudes of one recording may be compared.</summary>
    FixedGain,
}

/// <summary>What is known of a plethysmogram besides its samples; travels with every one of them.</summary>
/// <remarks>One instance for each protocol, so that a sample allocates nothing.</remarks>
/// <param name="Source">Protocol and, where it says more, the device's own word for the trace.</param>
/// <param name="RateHz">Nominal samples a second.</param>
/// <param name="Bits">Resolution of a sample on the wire.</param>
/// <param name="LowestCount">Lowest count the wire can carry.</param>
/// <param name="HighestCount">Highest count the wire can carry.</param>
public sealed record Waveform(string Source, double RateHz, int Bits, int LowestCount, int HighestCount, WaveformScaling Scaling)
{
    /// <summary>Fit for statements about amplitude, flatness first of all. Any other trace is shown and counted, never graded.</summary>
    public bool IsGradable => Scaling == WaveformScaling.FixedGain;
}
