using Vascular.Devices;
using Vascular.Devices.AccuPulse;
using Vascular.Devices.Barometer;
using Vascular.Devices.Contec;
using Vascular.Devices.FiveByte;
using Vascular.Devices.IntelliVue;
using Vascular.Devices.Masimo;
using Vascular.Devices.Max30102;
using Vascular.Devices.Mprls;
using Vascular.Devices.Nonin;
using Vascular.Devices.Par;
using Vascular.Devices.Pcd01;
using Vascular.Devices.PulseSensor;
using Vascular.Devices.Tcm;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>One device of an examination inside the fold: its monitor, and what is known of its line from the tape.</summary>
public sealed class Channel
{
    private const string NoIdentity = "(line not opened)";

    private readonly HashSet<int> _lapsed = [];
    private Waveform? _said; // of the newest sample: a device that fell back to another format says another

    public Channel(ChannelSettings settings, ushort number)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        Number = number;
        Monitor = NewMonitor(settings);
    }

    public ChannelSettings Settings { get; }

    public ushort Number { get; }

    public IMonitor Monitor { get; private set; }

    public bool IsOpen { get; private set; }

    public bool IsSilent { get; private set; }

    /// <summary>A whole frame came since the line opened or was heard again.</summary>
    public bool IsIdentified { get; private set; }

    /// <summary>How far the device has come, as the tape tells it. What the tape does not tell (a line that cannot be opened, bytes that are no frames) is the station's to add.</summary>
    public DevicePhase Phase =>
        !IsOpen ? DevicePhase.Connecting : IsSilent ? DevicePhase.Stale : IsIdentified ? DevicePhase.Streaming : DevicePhase.Identifying;

    /// <summary>Who answered when the line opened last: the device's identity, or the path where none is readable.</summary>
    public string Identity { get; private set; } = NoIdentity;

    /// <summary>The act that says where this channel sits, while it stands and the device is still the one it named; null: unbound.</summary>
    public NumberedAct? Binding { get; private set; }

    /// <summary>Newest pulse rate the device gave, 1/min; null before the first.</summary>
    public double? PulsePerMinute { get; private set; }

    public long LastHeardAtNs { get; private set; }

    /// <summary>Readings refused since the examination began.</summary>
    public int Refused { get; private set; }

    /// <summary>A TcPO2 monitor.</summary>
    public bool IsSkinSensor => Settings.Protocol == ChannelSettings.Tcm4;

    public bool IsCuff => Settings.Protocol is "par" or ChannelSettings.Mprls || Settings.Transducer is { Calibration: not null };

    /// <summary>A cuff that inflates and measures by itself.</summary>
    public bool IsCuffModule => Settings.Protocol == "par";

    /// <summary>What is known of the trace it streams, by the protocol; null for a device without one.</summary>
    public Waveform? Waveform => _said ?? Settings.Protocol switch
    {
        "nonin2" => NoninWaveforms.Format2,
        "nonin7" => NoninWaveforms.Format7,
        "contec-v7" => ContecSample.Waveform,
        "oximeter-5byte-berry" => FiveByteWaveforms.Berry,
        "oximeter-5byte-contec" => FiveByteWaveforms.Contec,
        "pulsesensor" => PulseSensor(Settings.Options).ToWaveform(),
        "max30102" => Max30102Monitor.Trace,
        _ => null,
    };

    /// <summary>What came of its trace, against what should have come.</summary>
    public SampleTally Samples { get; } = new();

    /// <summary>Samples a second of a trace that may be graded, by the protocol; 0 for a device without one. A compressed trace is shown and no step rests on it.</summary>
    public double SampleRateHz => Waveform is { IsGradable: true } waveform ? waveform.RateHz : 0;

    /// <summary>Finds the binding anew, after an act or after the line opened.</summary>
    public void Bind(ActLedger acts)
    {
        ArgumentNullException.ThrowIfNull(acts);
        NumberedAct? bind = acts.LastStanding(a => a is Act.Bind b && b.Link == Settings.Name);
        Binding = bind is { Act: Act.Bind named } && named.Identity == Identity && !_lapsed.Contains(bind.Number) ? bind : null;
    }

    /// <summary>The line has opened: what was bound to another device lapses, and does not come back with that device. It is confirmed by binding again.</summary>
    public void Lapse(ActLedger acts)
    {
        ArgumentNullException.ThrowIfNull(acts);
        foreach (NumberedAct act in acts.All)
        {
            if (act.Act is Act.Bind bind && bind.Link == Settings.Name && bind.Identity != Identity)
            {
                _lapsed.Add(act.Number);
            }
        }

        Bind(acts);
    }

    public void Note(in Record record)
    {
        switch (record.Kind)
        {
            case RecordKind.Open:
                _said = null;
                Samples.Close();
                (IsOpen, IsSilent, IsIdentified, Identity) = (true, false, false, record.Text ?? NoIdentity);
                break;
            case RecordKind.Closed:
                Samples.Close();
                IsOpen = false;
                break;
            case RecordKind.Silent:
                IsSilent = true;
                break;
            case RecordKind.Heard:
                (IsSilent, IsIdentified) = (false, false);
                break;
            case RecordKind.Bytes:
                LastHeardAtNs = record.AtNs;
                break;
        }
    }

    /// <summary>What its device just said: any whole frame tells that it is the one that was configured.</summary>
    public void Note(in Reading reading)
    {
        if (reading.Kind == ReadingKind.PulseRate && reading.HasValue)
        {
            PulsePerMinute = reading.Value;
        }
        else if (reading.Kind == ReadingKind.Refused)
        {
            Refused++;
        }

        else if (reading is { Kind: ReadingKind.PlethSample, Detail: 0, Waveform: { } waveform })
        {
            _said = waveform;
            Samples.Add(reading.AtNs, reading.ArrivedAtNs, waveform.RateHz);
        }

        IsIdentified |= reading.IsOfWholeFrame;
    }

    /// <summary>After a recovery codec and monitor start empty, and the line counts as closed until it opens anew.</summary>
    public void Restart()
    {
        Monitor = NewMonitor(Settings);
        (IsOpen, IsSilent, IsIdentified) = (false, false, false);
    }

    private static IMonitor NewMonitor(ChannelSettings settings) => settings.Protocol switch
    {
        "nonin1" => Nonin(NoninFormat.Format1, settings.Options),
        "nonin2" => Nonin(NoninFormat.Format2, settings.Options),
        "nonin7" => Nonin(NoninFormat.Format7, settings.Options),
        "nonin8" => Nonin(NoninFormat.Format8, settings.Options),
        "nonin13" => Nonin(NoninFormat.Format13, settings.Options),
        "contec-v7" => new ContecMonitor(new ContecOptions()),
        "oximeter-5byte-berry" => new FiveByteMonitor(new FiveByteOptions { Dialect = FiveByteDialect.Berry }),
        "oximeter-5byte-contec" => new FiveByteMonitor(new FiveByteOptions { Dialect = FiveByteDialect.Contec }),
        "pulsesensor" => new PulseSensorMonitor(PulseSensor(settings.Options)),
        "masimo" => new MasimoMonitor(new MasimoOptions()),
        "par" => new ParMonitor(new ParOptions()),
        "intellivue" => new IntelliVueMonitor(new IntelliVueOptions { Line = IntelliVueLine.Serial }),
        "intellivue-udp" => new IntelliVueMonitor(new IntelliVueOptions { Line = IntelliVueLine.Datagram }),
        "pcd01" => new Pcd01Monitor(new Pcd01Options()),
        "pcd01-mllp" => new Pcd01Monitor(new Pcd01Options { Line = Pcd01Line.Messages }),
        "accupulse" => new AccuPulseMonitor(new AccuPulseOptions()),
        ChannelSettings.Tcm4 => new TcmMonitor((settings.SkinSensor ?? SkinSensorSettings.Usual).Wiring),
        "bmp280" => new BarometerMonitor(),
        ChannelSettings.Mcp320x or ChannelSettings.Hx711 => (settings.Transducer ?? throw new FormatException($"The settings of '{settings.Name}' lack 'transducer'.")).NewMonitor(),
        ChannelSettings.Mprls => new MprlsMonitor(settings.Options.RangeMmHg is { } range ? new MprlsOptions { RangeMmHg = range } : new MprlsOptions()),
        "max30102" => new Max30102Monitor(),
        _ => throw new FormatException($"The settings name protocol '{settings.Protocol}' for '{settings.Name}', which this version does not read."),
    };

    private static NoninMonitor Nonin(NoninFormat format, DeviceOptions options)
    {
        var usual = new NoninOptions();
        return new NoninMonitor(new NoninOptions
        {
            Format = format,
            FallBack = options.FallBack ?? usual.FallBack,
            SetFormat = options.SetFormat ?? usual.SetFormat,
            AlignmentWindows = options.AlignmentWindows ?? usual.AlignmentWindows,
            SensorDisconnectedBit = options.SensorDisconnectedBit ?? usual.SensorDisconnectedBit,
        });
    }

    private static PulseSensorOptions PulseSensor(DeviceOptions options)
    {
        var usual = new PulseSensorOptions();
        return new PulseSensorOptions
        {
            SamplesPerSecond = options.SamplesPerSecond ?? usual.SamplesPerSecond,
            Bits = options.Bits ?? usual.Bits,
            Several = options.SeveralSensors ?? usual.Several,
        };
    }
}
