using System.Buffers.Binary;
using System.Globalization;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Tcm;

namespace Vascular.Simulators.Iiod;

/// <summary>An ADS1115 on the analogue outputs of a TCM4/40.</summary>
/// <remarks>Names, channels and scan indices are those of the kernel's ads1015 driver; the label is the monitor's name. Scale and rate are fixed: 2.048 V full scale,
/// 128 conversions a second. As in the kernel's driver only the first input that is enabled is converted, the others stay 0.</remarks>
public sealed class TcmConverter(SimulatedTcm monitor, long utcAtStartNs) : ISimulatedIio
{
    /// <summary>mV per count.</summary>
    public const double MilliVoltsPerCount = 0.0625;

    private const int Inputs = 4;
    private const int FirstScanIndex = 4;
    private const string Timestamp = "timestamp";

    public string DriverName => "ads1015";

    public string? Label => monitor.Name;

    public int SamplesPerSecond => 128;

    public IReadOnlyList<SimulatedIioChannel> Channels { get; } =
    [
        .. Enumerable.Range(0, Inputs).Select(n => new SimulatedIioChannel(
            $"voltage{n}", FirstScanIndex + n, "le:S16/16>>0", 2, "0.062500", ("raw", $"in_voltage{n}_raw"), ("sampling_frequency", $"in_voltage{n}_sampling_frequency"), ("scale", $"in_voltage{n}_scale"))),
        new SimulatedIioChannel(Timestamp, FirstScanIndex + Inputs, "le:S64/64>>0", 8, null),
    ];

    public string? Read(string channel, string attribute, long atNs) => attribute switch
    {
        _ when channel == Timestamp => null,
        "raw" => Count(channel, atNs).ToString(CultureInfo.InvariantCulture),
        "scale" => "0.062500000",
        "sampling_frequency" => SamplesPerSecond.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    public void Sample(SimulatedIioChannel channel, long number, bool first, Span<byte> element)
    {
        ArgumentNullException.ThrowIfNull(channel);
        long takenNs = number * Nanoseconds.PerSecond / SamplesPerSecond;
        if (channel.Id == Timestamp)
        {
            BinaryPrimitives.WriteInt64LittleEndian(element, utcAtStartNs + takenNs);
        }
        else if (first)
        {
            BinaryPrimitives.WriteInt16LittleEndian(element, Count(channel.Id, takenNs));
        }
    }

    /// <summary>Count of one conversion.</summary>
    private short Count(string channel, long atNs) =>
        (short)Math.Clamp(Math.Floor((monitor.MilliVolts(channel[^1] - '0', atNs) / MilliVoltsPerCount) + 0.5), short.MinValue, short.MaxValue);
}
