using Vascular.Devices.Registers;
using Vascular.Devices.Transducers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Mcp320x;

/// <summary>A pressure transducer on an MCP3201, 3202, 3204 or 3208 (<see cref="TransducerMonitor"/>).</summary>
/// <remarks>Lines: <c>mcp3208/ch0</c>, the bytes that came in (<see cref="Mcp320xCodec"/>); behind an iiod <c>in_voltage_scale</c> and <c>in_voltage0_raw</c>, which have no number before the scale and,
/// for an MCP3201, both its pins in their names. A count is VREF / 4096; at 4095 the input is at the reference or above, and nothing is measured below 0 V.</remarks>
public sealed class Mcp320xMonitor : TransducerMonitor
{
    private readonly Mcp320xPart _part;

    /// <param name="input">From 0, less than the part's inputs.</param>
    public Mcp320xMonitor(Mcp320xPart part, int input, TransducerOptions options)
        : base(
            Scale(options, part),
            $"ch{input}",
            (ScaleFile(part), $"in_{Channel(part, input)}_raw"),
            (-1, Mcp320xCodec.HighestCount),
            zero: 0) => _part = part;

    /// <summary>Id of an input's channel behind an iiod.</summary>
    public static string Channel(Mcp320xPart part, int input) => part == Mcp320xPart.Mcp3201 ? "voltage0-voltage1" : $"voltage{input}";

    private protected override bool TryCount(in RegisterLine line, out int count)
    {
        Span<byte> bytes = stackalloc byte[Mcp320xCodec.MostBytes];
        bytes = bytes[..Mcp320xCodec.Bytes(_part)];
        count = 0;
        return line.TryBytes(bytes) && Mcp320xCodec.TryRead(_part, bytes, out count);
    }

    private static string ScaleFile(Mcp320xPart part) => part == Mcp320xPart.Mcp3201 ? "in_voltage-voltage_scale" : "in_voltage_scale";

    private static AnalogScale Scale(TransducerOptions options, Mcp320xPart part)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new AnalogScale(Mcp320xCodec.Name(part), Mcp320xCodec.Bits, options.ReferenceMilliVolts, 1, options.ReferenceMilliVolts / (1 << Mcp320xCodec.Bits))
        {
            Calibration = options.Calibration,
        };
    }
}
