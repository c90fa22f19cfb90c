using System.Globalization;
using System.Text;
using Vascular.Devices.Iiod;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Tcm;

namespace Vascular.Simulators.Iiod;

/// <summary>A board with one ADS1115 for each TCM4/40, as its iiod shows it. Every connection to it is an <see cref="IiodSession"/>.</summary>
/// <remarks>Names, channels and scan indices are those of the kernel's ads1015 driver; the label of a converter is the monitor's name. Scale and rate are fixed:
/// 2.048 V full scale, 128 conversions a second.</remarks>
public sealed class SimulatedIiod
{
    /// <summary>mV per count.</summary>
    public const double MilliVoltsPerCount = 0.0625;

    public const int SamplesPerSecond = 128;

    internal const int Inputs = 4;

    private const int FirstScanIndex = 4;
    private const int TimestampScanIndex = 8;

    private static readonly string[] AttributeNames = ["raw", "sampling_frequency", "scale"];

    private readonly List<SimulatedTcm> monitors;

    /// <param name="utcAtStart">What the board's clock says at time 0, for the timestamps of buffered samples.</param>
    public SimulatedIiod(IEnumerable<SimulatedTcm> monitors, DateTimeOffset utcAtStart)
    {
        this.monitors = [.. monitors];
        UtcAtStartNs = (utcAtStart - DateTimeOffset.UnixEpoch).Ticks * 100;
        Context = new IiodContext("simulated: converters on the analogue outputs of TCM4/40 monitors, no patient", [.. this.monitors.Select(Device)]);
        ContextXml = Context.Write();
    }

    public IiodContext Context { get; }

    public byte[] ContextXml { get; }

    /// <summary>ns since 1970.</summary>
    public long UtcAtStartNs { get; }

    /// <summary>Number of the device a command names, by id, label or name; null when there is none.</summary>
    public int? Find(string word)
    {
        for (int n = 0; n < monitors.Count; n++)
        {
            IiodDevice device = Context.Devices[n];
            if (word == device.Id || word == device.Label || word == device.Name)
            {
                return n;
            }
        }

        return null;
    }

    /// <summary>An attribute as its file in sysfs reads, without the line end; null when there is no such attribute.</summary>
    public string? Read(int device, int input, string attribute, long atNs) => attribute switch
    {
        "raw" => Count(device, input, atNs).ToString(CultureInfo.InvariantCulture),
        "scale" => "0.062500000",
        "sampling_frequency" => SamplesPerSecond.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Count of one conversion.</summary>
    public short Count(int device, int input, long atNs) =>
        (short)Math.Clamp(Math.Floor((monitors[device].MilliVolts(input, atNs) / MilliVoltsPerCount) + 0.5), short.MinValue, short.MaxValue);

    private static IiodDevice Device(SimulatedTcm monitor, int number) => new(string.Create(CultureInfo.InvariantCulture, $"iio:device{number}"), "ads1015", monitor.Name)
    {
        Channels =
        [
            .. Enumerable.Range(0, Inputs).Select(n => new IiodChannel($"voltage{n}", IsOutput: false, Name: null)
            {
                Scan = new IiodScan(FirstScanIndex + n, "le:S16/16>>0", "0.062500"),
                Attributes = [.. AttributeNames.Select(a => (a, $"in_voltage{n}_{a}"))],
            }),
            new IiodChannel("timestamp", IsOutput: false, Name: null) { Scan = new IiodScan(TimestampScanIndex, "le:S64/64>>0", null) },
        ],
        BufferAttributes = ["data_available", "direction"],
    };
}
