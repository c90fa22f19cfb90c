using Vascular.Devices.Registers;
using Vascular.Devices.Transducers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Hx711;

/// <summary>A bridge on an HX711 (<see cref="TransducerMonitor"/>).</summary>
/// <remarks>Lines: <c>hx711/gain128</c>, the bytes that came in (<see cref="Hx711Codec"/>); behind an iiod <c>in_voltage_scale</c> and <c>in_voltage0_raw</c> (channel A) or <c>in_voltage1_raw</c> (B).
/// A count is AVDD / gain / 2^24. Linux gives it as offset binary without saying so: 0 mV is 8388608. The kernel's scale is that of the gain used last, by whomever: hence the check of it.</remarks>
public sealed class Hx711Monitor : TransducerMonitor
{
    private const int IioZero = 1 << (Hx711Codec.Bits - 1);

    /// <param name="gain">128 or 64: channel A; 32: channel B.</param>
    public Hx711Monitor(int gain, TransducerOptions options)
        : base(
            Scale(options, gain),
            $"gain{gain}",
            ("in_voltage_scale", $"in_{Channel(gain)}_raw"),
            (Hx711Codec.LowestCount, Hx711Codec.HighestCount),
            IioZero)
    {
    }

    /// <summary>Id of the channel behind an iiod.</summary>
    public static string Channel(int gain) => gain == 32 ? "voltage1" : "voltage0";

    private protected override bool TryCount(in RegisterLine line, out int count)
    {
        Span<byte> bytes = stackalloc byte[Hx711Codec.Bytes];
        count = 0;
        return line.TryBytes(bytes) && Hx711Codec.TryRead(bytes, out count);
    }

    private static AnalogScale Scale(TransducerOptions options, int gain)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Hx711Codec.IsGain(gain)
            ? new AnalogScale("hx711", Hx711Codec.Bits, options.ReferenceMilliVolts, gain, options.ReferenceMilliVolts / gain / (1 << Hx711Codec.Bits)) { Calibration = options.Calibration }
            : throw new ArgumentOutOfRangeException(nameof(gain), gain, "A gain is 128, 64 or 32.");
    }
}
