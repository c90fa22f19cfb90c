using System.Buffers;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Devices.Nonin;
using Vascular.Devices.Par;
using Vascular.Devices.Tcm;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Examinations;

/// <summary>An examination's records made by hand, folded as they are made; findings and bytes sent are put on the tape as a station would.</summary>
internal sealed class HandTape
{
    /// <summary>UTC of AtNs 0: 15 September 2017, 09:30.</summary>
    public const long AnchorUtcNs = 1_505_467_800_000_000_000;
    public const string Cuff = "cuff-1";
    public const string Ppg = "ppg-1";
    public const string Skin = "tcpo2-1";
    public const string ChestSkin = "tcpo2-2";
    public const string Barometer = "barometer-1";
    public const string SkinStep = "tcpo2.dorsum.right";
    public const string ChestStep = "tcpo2.chest.left";
    public const string CuffIdentity = "PAR 1";
    public const string PpgIdentity = "Nonin 1";
    public const string Person = "technician";

    public static readonly Guid Id = new("0195c2a0-0000-7000-8000-0000000000aa");
    public static readonly Site Ankle = Site.Parse("R.DP");
    private static readonly Act.Patient Somebody = new("urn:oid:2.999.1.1", "P-1", null, null, null, null, null, null);

    public static readonly ExaminationSettings Settings = new()
    {
        RuleVersion = "test",
        Channels = [new ChannelSettings(Cuff, "par", true, 254), new ChannelSettings(Ppg, "nonin7", true, null),
            new ChannelSettings(Skin, ChannelSettings.Tcm4, true, null) { SkinSensor = new SkinSensorSettings(new TcmOptions(), SetCelsius: 44, SiteLimitS: 14_400, Air: AirOf.Saturated) },
            new ChannelSettings(ChestSkin, ChannelSettings.Tcm4, true, null), new ChannelSettings(Barometer, "bmp280", true, null)],
        Protocol =
        [
            new ProtocolStep("arm.right", StepKind.ArmPressure, Site.Parse("R.ARM")), new ProtocolStep("arm.left", StepKind.ArmPressure, Site.Parse("L.ARM")),
            new ProtocolStep("ankle.dp.right", StepKind.AnklePressure, Ankle), new ProtocolStep("ppg.right", StepKind.PulseTrace, Site.Parse("R.TOE")),
            new ProtocolStep(SkinStep, StepKind.SkinOxygen, Site.Parse("R.FOOT.DORSUM")), new ProtocolStep(ChestStep, StepKind.SkinOxygen, Site.Parse("L.CHEST")),
        ],
    };

    private readonly List<TapeRecord> _records = [];
    private readonly ArrayBufferWriter<byte> _wire = new();

    private HandTape()
    {
    }

    public ExaminationFold Fold { get; } = new(Id);

    public IReadOnlyList<TapeRecord> Records => _records;

    /// <summary>Everything the fold asked to be sent.</summary>
    public List<Outgoing.Send> Sends { get; } = [];

    public long NowNs { get; private set; }

    /// <summary>Told of each record after it was folded.</summary>
    public Action<TapeRecord>? Folded { get; set; }

    /// <summary>An examination with a patient, both lines open.</summary>
    /// <param name="pulse">Protocol of the toe sensor.</param>
    /// <param name="readings">Readings the protocol asks for at the ankle.</param>
    public static HandTape Begun(double speed = 1, string pulse = "nonin7", int readings = 1)
    {
        ExaminationSettings settings = Settings with { Channels = [Settings.Channels[0], Settings.Channels[1] with { Protocol = pulse }, .. Settings.Channels.Skip(2)], Protocol = [.. Settings.Protocol.Select(s => s.Kind == StepKind.AnklePressure ? s with { Readings = readings } : s)] };
        var tape = new HandTape();
        tape.Put(new TapeAnchor(0, AnchorUtcNs).ToRecord());
        tape.Put(new TapeRecord(TapeRecordType.Settings, 0, 0, SettingsRecord.Write(settings)));
        if (speed != 1)
        {
            tape.Put(new TapeRecord(TapeRecordType.Speed, 0, 0, CanonicalJson.Write(new JsonObject { ["speed"] = speed })));
        }

        tape.Open(Cuff, CuffIdentity);
        tape.Open(Ppg, PpgIdentity);
        tape.Do(Somebody);
        return tape;
    }

    public HandTape At(double seconds)
    {
        NowNs = Ns(seconds);
        return this;
    }

    public static long Ns(double seconds) => (long)Math.Round(seconds * 1e9);

    public void Open(string link, string identity) =>
        Put(new TapeRecord(TapeRecordType.Open, Settings.LinkNumber(link), NowNs, CanonicalJson.Write(LinkEventJson.Open("/dev/" + link, identity))));

    public void Link(TapeRecordType type, string link) =>
        Put(new TapeRecord(type, Settings.LinkNumber(link), NowNs, type == TapeRecordType.Closed ? CanonicalJson.Write(LinkEventJson.Because("test")) : default));

    public void Tick() => Put(new TapeRecord(TapeRecordType.Tick, 0, NowNs, default));

    /// <summary>Does an act that can be done.</summary>
    /// <returns>Its number.</returns>
    public int Do(Act act, string user = Person)
    {
        Assert.Null(Fold.Refusal(act, user, NowNs));
        int number = Fold.Acts.NextNumber;
        Put(new TapeRecord(TapeRecordType.Act, 0, NowNs, CanonicalJson.Write(ActJson.Write(number, user, act))));
        return number;
    }

    public string? Refusal(Act act) => Fold.Refusal(act, Person, NowNs);

    public int Accept(string step) => Do(new Act.Accept([.. Fold.Findings.Where(f => f.Step == step).Select(f => new AcceptedVersion(f.Id, f.Version))]));

    public Finding? Finding(string step) => Fold.Findings.SingleOrDefault(f => f.Step == step);

    public void Say(in ParFrame frame)
    {
        _wire.ResetWrittenCount();
        ParCodec.Write(frame, _wire);
        Put(new TapeRecord(TapeRecordType.Bytes, Settings.LinkNumber(Cuff), NowNs, _wire.WrittenMemory.ToArray()));
    }

    /// <summary>Five pressures a second from one instant to another, the later one not included.</summary>
    public HandTape Pressures(double fromSeconds, double toSeconds, Func<double, double> mmHg, ParState state = ParState.Manometer)
    {
        for (int i = 0; fromSeconds + (i * 0.2) < toSeconds - 1e-9; i++)
        {
            double at = fromSeconds + (i * 0.2);
            At(at).Say(ParFrame.CuffPressure((int)Math.Round(mmHg(at)), state));
        }

        return At(toSeconds);
    }

    /// <summary>What was done so far, and then what is done after the end, an hour later.</summary>
    public HandTape Continue()
    {
        At((NowNs / 1e9) + 3600).Put(new TapeAnchor(NowNs, AnchorUtcNs + NowNs).ToContinued());
        return this;
    }

    /// <summary>75 frames a second of a sensor on a finger.</summary>
    public HandTape Pleth(double fromSeconds, double toSeconds, Func<double, int> counts)
    {
        for (int i = 0; fromSeconds + (i / 75.0) < toSeconds - 1e-9; i++)
        {
            double at = fromSeconds + (i / 75.0);
            _wire.ResetWrittenCount();
            NoninCodec.WriteFormat7(new NoninFrame(i % 25 == 0 ? NoninStatus.Sync : NoninStatus.None, (ushort)counts(at), 0), _wire);
            At(at).Put(new TapeRecord(TapeRecordType.Bytes, Settings.LinkNumber(Ppg), NowNs, _wire.WrittenMemory.ToArray()));
        }

        return At(toSeconds);
    }

    /// <summary>One poll of an electrode's converter: oxygen, temperature and power as Linux IIO attributes.</summary>
    public void Poll(string link, double mmHg, double celsius, double milliWatts)
    {
        string text = "";
        (int Input, double MilliVolts)[] inputs = [(1, celsius * 20), (2, milliWatts), (0, mmHg * 5)];
        foreach ((int input, double milliVolts) in inputs)
        {
            text += FormattableString.Invariant($"ads1015/in_voltage{input}_scale\t0.062500000\nads1015/in_voltage{input}_raw\t{Math.Round(milliVolts / 0.0625):0}\n");
        }

        Put(new TapeRecord(TapeRecordType.Bytes, Settings.LinkNumber(link), NowNs, System.Text.Encoding.ASCII.GetBytes(text)));
    }

    /// <summary>The room's air pressure as a Linux IIO attribute.</summary>
    public void Air(double kiloPascal) =>
        Put(new TapeRecord(TapeRecordType.Bytes, Settings.LinkNumber(Barometer), NowNs, System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"bmp280/in_pressure_input\t{kiloPascal}\n"))));

    /// <summary>One poll a second of an electrode at 44 °C from one instant to another, the later one not included.</summary>
    public HandTape Tensions(string link, double fromSeconds, double toSeconds, Func<double, double> mmHg, double celsius = 44)
    {
        for (double at = fromSeconds; at < toSeconds - 1e-9; at++)
        {
            At(at).Poll(link, mmHg(at), celsius, 412);
        }

        return At(toSeconds);
    }

    /// <summary>The module measures an arm by itself: pressures, end, the status asked for at a wake, the answer.</summary>
    public void Arm(string step, string site, int systolic)
    {
        double from = NowNs / 1e9;
        Do(new Act.Bind(Cuff, Site.Parse(site), CuffIdentity));
        Do(new Act.Start(step));
        Pressures(from + 0.2, from + 2, _ => 100, ParState.Measuring);
        Say(ParFrame.EndOfMeasurement);
        At(from + 3).Put(new TapeRecord(TapeRecordType.Wake, Settings.LinkNumber(Cuff), NowNs, default));
        At(from + 3.2).Say(ParFrame.OfStatus(new ParStatus { State = ParState.Idle, Result = new ParResult(systolic, 70, 85), PulsePerMin = 72 }));
        At(from + 4).Do(new Act.Stop(step));
        At(from + 5);
    }

    /// <summary>One reading of the ankle artery: the cuff falls 2 mmHg/s through the pressure, marked there or not at all.</summary>
    public HandTape AnkleReading(double mmHg, bool further = false, Sound? sound = Sound.Returned)
    {
        double from = NowNs / 1e9;
        Do(new Act.Bind(Cuff, Ankle, CuffIdentity));
        Do(new Act.Start("ankle.dp.right", further));
        double top = sound == Sound.StillHeard ? 254 : mmHg + 20;
        Pressures(from + 0.2, from + 10, t => sound == Sound.StillHeard ? 254 : top - (2 * (t - from)));
        if (sound is { } heard)
        {
            Do(new Act.Mark(heard, NowNs, 0));
        }

        Pressures(from + 10.2, from + 15, t => sound == Sound.StillHeard ? 254 : top - (2 * (t - from)));
        Do(new Act.Stop("ankle.dp.right"));
        return At(from + 16);
    }

    /// <summary>Cuff on the ankle artery, 140 mmHg at the start and 2 mmHg/s down; the marks as told; stopped after 20 s.</summary>
    public HandTape AnkleRun(params double[] marksAfter)
    {
        double from = NowNs / 1e9;
        Do(new Act.Bind(Cuff, Ankle, CuffIdentity));
        Do(new Act.Start("ankle.dp.right"));
        double at = from + 0.2;
        foreach (double mark in marksAfter)
        {
            Pressures(at, from + mark, t => 140 - (2 * (t - from)));
            Do(new Act.Mark(Sound.Returned, NowNs, 0));
            at = from + mark + 0.2;
        }

        Pressures(at, from + 20, t => 140 - (2 * (t - from)));
        Do(new Act.Stop("ankle.dp.right"));
        return this;
    }

    public void Put(in TapeRecord record)
    {
        _records.Add(record);
        Outgoing[] asked = [.. Fold.Next(record)];
        Folded?.Invoke(record);
        foreach (Outgoing outgoing in asked)
        {
            switch (outgoing)
            {
                case Outgoing.Send send:
                    Sends.Add(send);
                    _records.Add(new TapeRecord(TapeRecordType.Sent, send.Link, record.AtNs, send.Bytes));
                    break;
                case Outgoing.Found found:
                    var written = new TapeRecord(TapeRecordType.Finding, 0, record.AtNs, FindingRecord.ToBytes(found.Finding));
                    _records.Add(written);
                    Fold.Next(written);
                    break;
            }
        }
    }

    public static ReplayOutcome Replay(IEnumerable<TapeRecord> records)
    {
        var replay = new Replay(Id);
        foreach (TapeRecord record in records)
        {
            replay.Next(record);
        }

        return replay.Finish();
    }
}
