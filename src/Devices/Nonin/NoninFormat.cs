using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Nonin;

/// <summary>Serial data formats of Nonin oximeters; the number is the one the set-format command carries.</summary>
public enum NoninFormat
{
    /// <summary>Three bytes, once a second: rate and saturation (one public source).</summary>
    Format1 = 1,

    /// <summary>Five bytes, 75 a second: plethysmogram compressed to 8 bits.</summary>
    Format2 = 2,

    /// <summary>Five bytes, 75 a second: plethysmogram of 16 bits, not compressed.</summary>
    Format7 = 7,

    /// <summary>Four bytes, once a second: rate and saturation.</summary>
    Format8 = 8,

    /// <summary>A spot check with the device's date and time.</summary>
    Format13 = 13,
}

/// <summary>What is known of the plethysmograms of formats 2 and 7. Both are filtered (no DC); neither unit nor gain is documented.</summary>
public static class NoninWaveforms
{
    public static Waveform Format2 { get; } = new("nonin2", NoninCodec.FramesPerSecond, 8, 0, byte.MaxValue, WaveformScaling.Compressed);

    public static Waveform Format7 { get; } = new("nonin7", NoninCodec.FramesPerSecond, 16, 0, ushort.MaxValue, WaveformScaling.FixedGain);
}
