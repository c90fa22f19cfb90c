using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.FiveByte;

/// <summary>Who gave the five bytes their meaning.</summary>
public enum FiveByteDialect
{
    /// <summary>Berry, "BCI Protocol V1.2", 100 frames a second. That it is the protocol of the Smiths BCI 31392 is not verified.</summary>
    Berry,

    /// <summary>Contec CMS50D+ with firmware before 4.6, as one program reads it; 60 frames a second is the later document's figure.</summary>
    Contec,
}

/// <summary>One five-byte frame. Flags keep the place they have on the wire; what they are called differs by dialect.</summary>
/// <param name="SignalStrength">0 to 8.</param>
/// <param name="NoSignal">Byte 1 bit 4. Berry: no signal; Contec: finger out.</param>
/// <param name="Unplugged">Byte 1 bit 5. Berry: probe unplugged; Contec: saturation dropping.</param>
/// <param name="Beep">A pulse is being marked.</param>
/// <param name="Pleth">Berry 0 to 100, null for its 0 (invalid); Contec 0 to 127.</param>
/// <param name="Bar">Bar graph 0 to 15; Berry: null for its 0 (invalid).</param>
/// <param name="NoFinger">Byte 3 bit 4. Berry: no finger; Contec: probe error.</param>
/// <param name="Searching">Looking for a pulse.</param>
/// <param name="PulsePerMin">0 to 254; null when missing (255).</param>
/// <param name="Spo2Percent">0 to 100; null when missing (127).</param>
public readonly record struct FiveByteFrame(
    int SignalStrength, bool NoSignal, bool Unplugged, bool Beep, int? Pleth, int? Bar, bool NoFinger, bool Searching, int? PulsePerMin, int? Spo2Percent)
{
    /// <summary>No statement may rest on the sensor now. In the Contec dialect a dropping saturation is no reason.</summary>
    public bool IsSensorUsable(FiveByteDialect dialect) => !NoSignal && !NoFinger && !(Unplugged && dialect == FiveByteDialect.Berry);
}

/// <summary>What is known of the traces: 7 bits for the eye, scaled to a screen, gain not stated.</summary>
public static class FiveByteWaveforms
{
    public static Waveform Berry { get; } = new("oximeter-5byte berry", 100, 7, 0, 100, WaveformScaling.Unstated);

    public static Waveform Contec { get; } = new("oximeter-5byte contec", 60, 7, 0, 127, WaveformScaling.Unstated);

    public static Waveform Of(FiveByteDialect dialect) => dialect == FiveByteDialect.Berry ? Berry : Contec;
}
