using Vascular.Acquisition.Examinations;
using Vascular.Devices.Links;
using Vascular.Devices.Tcm;

namespace Vascular.Acquisition.Station;

/// <summary>What a station knows of a protocol besides its codec: the usual line and whether an idle device is silent.</summary>
/// <param name="Name">As in <c>acquisition decode</c>, with the dialect behind it where there are several.</param>
/// <param name="Baud">Usual bit/s of its serial line.</param>
/// <param name="Parity">Usual parity.</param>
/// <param name="Silence">Silence that is worth reporting; null where an idle device says nothing.</param>
/// <param name="Options">Names of the options a device of this protocol may have.</param>
public sealed record DeviceProtocol(string Name, int Baud, SerialParity Parity, TimeSpan? Silence, IReadOnlyList<string> Options)
{
    /// <summary>Largest cuff pressure of the module, mmHg.</summary>
    public const string CuffLimit = "cuff_limit_mmHg";

    public const string FallBack = "fall_back";
    public const string SetFormat = "set_format";
    public const string AlignmentWindows = "alignment_windows";
    public const string DisconnectedBit = "sensor_disconnected_bit";
    public const string SampleRate = "samples_per_second";
    public const string SampleBits = "bits";
    public const string Range = "range_mmHg";
    public const string SeveralSensors = "several_sensors";

    private static readonly string[] Streams = ["serial", "tcp", "rfc2217", "tcp-listen"];
    private static readonly string[] Asked = ["i2c", "iiod"];
    private static readonly string[] AskedOverSpi = ["spi", "iiod"];
    private static readonly string[] NoninOptions = [FallBack, SetFormat, AlignmentWindows, DisconnectedBit];

    /// <summary>Between polls of a sensor whose trace is looked at.</summary>
    private static readonly TimeSpan Streaming = PolledReads.Streaming;

    /// <summary>Silence of a device that speaks, or is asked, once a second.</summary>
    private static readonly TimeSpan EverySecondSilence = TimeSpan.FromSeconds(5);

    /// <summary>What a poll reads, for a device that says nothing by itself: its link is <c>i2c</c> or <c>spi</c>, or <c>iiod</c>. Null for a device that speaks.</summary>
    public PolledReads? Polled { get; init; }

    /// <summary>The one kind of link that carries its messages whole, for a protocol that needs one; null for a protocol in a stream of bytes.</summary>
    public string? Carrier { get; init; }

    /// <summary>Kinds of link in <c>station.json</c> that carry it.</summary>
    public IReadOnlyList<string> Kinds => Polled is not null ? Name is ChannelSettings.Mcp320x or ChannelSettings.Hx711 ? AskedOverSpi : Asked : Carrier is not null ? [Carrier] : Streams;

    /// <summary>Protocols this version reads.</summary>
    public static IReadOnlyList<DeviceProtocol> All { get; } =
    [
        new("nonin1", 9600, SerialParity.None, EverySecondSilence, [DisconnectedBit]),
        new("nonin2", 9600, SerialParity.None, SupervisedLink.StreamingSilence, NoninOptions),
        new("nonin7", 9600, SerialParity.None, SupervisedLink.StreamingSilence, NoninOptions),
        new("nonin8", 9600, SerialParity.None, EverySecondSilence, NoninOptions),
        new("nonin13", 9600, SerialParity.None, null, [DisconnectedBit]),
        new("contec-v7", 115_200, SerialParity.None, SupervisedLink.StreamingSilence, []),
        new("oximeter-5byte-berry", 115_200, SerialParity.None, SupervisedLink.StreamingSilence, []),
        new("oximeter-5byte-contec", 19_200, SerialParity.Odd, SupervisedLink.StreamingSilence, []),
        new("pulsesensor", 115_200, SerialParity.None, SupervisedLink.StreamingSilence, [SampleRate, SampleBits, SeveralSensors]),
        new("masimo", 9600, SerialParity.None, EverySecondSilence, []),
        new("par", 4800, SerialParity.None, null, [CuffLimit]),
        new("accupulse", 115_200, SerialParity.None, SupervisedLink.StreamingSilence, []),
        new("intellivue", 115_200, SerialParity.None, EverySecondSilence, []),
        new("intellivue-udp", 0, SerialParity.None, EverySecondSilence, []) { Carrier = "udp" },
        new("pcd01", 115_200, SerialParity.None, null, []),
        new("pcd01-mllp", 0, SerialParity.None, null, []) { Carrier = "mllp" },
        new(ChannelSettings.Tcm4, 0, SerialParity.None, EverySecondSilence, SkinSensorFile.Options)
        {
            Polled = PolledReads.Of(new TcmOptions()),
        },
        new(Examinations.ChannelSettings.Mprls, 0, SerialParity.None, EverySecondSilence, [CuffLimit, Range])
        {
            Polled = new PolledReads(new I2cChip.Mprls(), "mprls0025pa", [new IiodAttribute("pressure", "offset"), new IiodAttribute("pressure", "scale"), new IiodAttribute("pressure", "raw")]) { Period = Streaming },
        },
        new("max30102", 0, SerialParity.None, SupervisedLink.StreamingSilence, [])
        {
            Polled = new PolledReads(new I2cChip.Max30102(), "max30102", []) { Period = Streaming, Buffer = new IiodBuffer(["intensity_red", "intensity_ir"], Devices.Registers.Max30102.FifoSamples) },
        },
        new("bmp280", 0, SerialParity.None, EverySecondSilence, [])
        {
            Polled = new PolledReads(new I2cChip.Bmp280(), "bmp280", [new IiodAttribute("pressure", "input"), new IiodAttribute("temp", "input")]),
        },
        new(ChannelSettings.Mcp320x, 0, SerialParity.None, EverySecondSilence, TransducerFile.OptionsOf(ChannelSettings.Mcp320x)) { Polled = PolledReads.Of(TransducerSettings.Usual(ChannelSettings.Mcp320x)) },
        new(ChannelSettings.Hx711, 0, SerialParity.None, EverySecondSilence, TransducerFile.OptionsOf(ChannelSettings.Hx711)) { Polled = PolledReads.Of(TransducerSettings.Usual(ChannelSettings.Hx711)) },
    ];

    /// <returns>Null when no protocol of this version has this name.</returns>
    public static DeviceProtocol? Find(string name) => All.FirstOrDefault(protocol => protocol.Name == name);
}

/// <summary>What one poll of a device reads, by either way in.</summary>
/// <param name="Chip">Over I2C; null where it is not on that bus.</param>
/// <param name="IioName">The Linux driver's name of the same chip, where the link names no device.</param>
/// <param name="Attributes">Behind an iiod, one by one; none: it is read in buffers.</param>
public sealed record PolledReads(I2cChip? Chip, string IioName, IReadOnlyList<IiodAttribute> Attributes)
{
    /// <summary>Between polls of a sensor whose trace is looked at.</summary>
    internal static readonly TimeSpan Streaming = TimeSpan.FromMilliseconds(100);

    /// <summary>Between polls, where the site says nothing.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Over SPI; null where it is not on that bus.</summary>
    public SpiChip? SpiChip { get; init; }

    /// <summary>Behind an iiod in buffers, where it has no one-shot reads; null where it has.</summary>
    public IiodBuffer? Buffer { get; init; }

    /// <summary>A pressure transducer's converter, with the input it hangs on.</summary>
    public static PolledReads Of(TransducerSettings transducer)
    {
        ArgumentNullException.ThrowIfNull(transducer);
        return new PolledReads(null, transducer.Converter, transducer.IiodAttributes) { SpiChip = transducer.Chip, Period = Streaming };
    }

    /// <summary>The converter of a TcPO2 monitor, with the inputs that are wired.</summary>
    public static PolledReads Of(TcmOptions wiring)
    {
        ArgumentNullException.ThrowIfNull(wiring);
        return new PolledReads(new I2cChip.Ads1115(wiring.Inputs), "ads1015", wiring.IiodAttributes);
    }
}
