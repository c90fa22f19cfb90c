using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Devices;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What folding a record asks the examination to do next, in order.</summary>
public abstract record Outgoing
{
    private Outgoing()
    {
    }

    /// <summary>Bytes for a device: taped, synced, then written.</summary>
    public sealed record Send(ushort Link, ReadOnlyMemory<byte> Bytes) : Outgoing;

    /// <summary>Write a wake record for the link when tape time reaches <paramref name="AtNs"/>.</summary>
    public sealed record Wake(ushort Link, long AtNs) : Outgoing;

    /// <summary>A finding to write to the tape.</summary>
    public sealed record Found(Finding Finding) : Outgoing;
}

/// <summary>The examination as a fold over its tape: records in, readings routed to the running attempt, acts applied, findings out.</summary>
/// <remarks>No clock, no port, no configuration that is not on the tape. Live and replay are this same class.</remarks>
public sealed class ExaminationFold
{
    private readonly Guid _examination;
    private readonly List<Reading> _readings = new(64);
    private readonly List<Outgoing> _out = [];
    private readonly List<Finding> _unwritten = [];
    private readonly ActLedger _acts = new();
    private readonly List<Attempt> _attempts = [];
    private readonly FindingLedger _findings = new();
    private readonly AcceptanceLedger _acceptance = new();
    private readonly EvidenceLedger _evidence = new();
    private List<Channel> _channels = [];
    private readonly List<SkinOxygenAttempt> _electrodes = [];
    private Attempt? _running;
    private string? _settingsSha256;
    private double? _barometerMmHg;

    public ExaminationFold(Guid examination) => _examination = examination;

    public Guid Examination => _examination;

    /// <summary>Null until the first settings record.</summary>
    public ExaminationSettings? Settings { get; private set; }

    /// <summary>Ties tape time to UTC; null until the anchor record.</summary>
    public TapeAnchor? Anchor { get; private set; }

    public IReadOnlyList<Channel> Channels => _channels;

    public IReadOnlyList<Attempt> Attempts => _attempts;

    /// <summary>The step that hands are busy with; null between steps.</summary>
    public Attempt? Running => _running;

    /// <summary>TcPO2 electrodes on the skin: steps that go on beside the running one.</summary>
    public IReadOnlyList<SkinOxygenAttempt> Electrodes => _electrodes;

    public ActLedger Acts => _acts;

    /// <summary>Findings as they stand now, steps in protocol order, then derived values.</summary>
    public IReadOnlyList<Finding> Findings => _findings.Current;

    /// <summary>What the acts so far accepted, and what of it went out.</summary>
    public AcceptanceLedger Acceptance => _acceptance;

    /// <summary>The evidence sheets as the acts so far left them.</summary>
    public EvidenceLedger Evidence => _evidence;

    public bool IsEnded { get; private set; }

    /// <summary>Simulated seconds a second; 1 in real time.</summary>
    public double? Speed { get; private set; } = 1;

    public long LastAtNs { get; private set; }

    /// <summary>What readings come to is accepted only as long as each of them is.</summary>
    public bool IsAccepted(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return _acts.Accepted.ContainsKey(new AcceptedVersion(finding.Id, finding.Version))
            && (finding.Method != Methods.RepeatedReadings.Name || finding.Inputs.All(input => _findings.Current.Any(f => f.Id == input && IsAccepted(f))));
    }

    /// <summary>What a step of the protocol has come to; null while it has nothing.</summary>
    public Finding? Outcome(string step) => Of(step).LastOrDefault();

    /// <summary>Findings of a step of the protocol: readings, then what they come to.</summary>
    public IEnumerable<Finding> Of(string step) => _findings.Current.Where(f => ProtocolStep.Of(f) == step);

    /// <summary>One of several readings of an artery: nothing rests on it but what they come to together.</summary>
    public bool IsReading(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return _findings.Current.Any(f => f.Method == Methods.RepeatedReadings.Name && f.Inputs.Contains(finding.Id));
    }

    /// <summary>Every reading the fold routed since the last record: for the screen, which may show them and computes nothing.</summary>
    public IReadOnlyList<Reading> LastReadings => _readings;

    /// <summary>Folds one record. The answer is valid until the next call.</summary>
    public IReadOnlyList<Outgoing> Next(in TapeRecord record)
    {
        _out.Clear();
        _readings.Clear();
        LastAtNs = Math.Max(LastAtNs, record.AtNs);
        switch (record.Type)
        {
            case TapeRecordType.Settings:
                ApplySettings(record.Payload);
                break;
            case TapeRecordType.Anchor:
                // The first anchor holds for the whole tape: a later step of the wall clock is noted there and moves nothing.
                Anchor ??= TapeAnchor.Of(record) ?? throw new FormatException("The anchor record is malformed.");
                break;
            case TapeRecordType.Speed:
                Speed = SpeedOf(Parse(record.Payload));
                break;
            case TapeRecordType.Act:
                Apply(record);
                break;
            case TapeRecordType.Finding:
                Written(record);
                break;
            case TapeRecordType.Resume:
                // Cut off before its first anchor was durable, a tape is anchored by its recovery.
                Anchor ??= TapeAnchor.Of(record);
                Resume(record.AtNs);
                break;
            case TapeRecordType.Continued:
                // No device is there any more; what the examination found stands.
                _channels.ForEach(c => c.Restart());
                break;
            case TapeRecordType.Tick:
                foreach (Channel channel in _channels)
                {
                    Route(channel, new Record(RecordKind.Tick, record.AtNs));
                }

                foreach (SkinOxygenAttempt electrode in _electrodes)
                {
                    electrode.Tick(record.AtNs);
                }

                break;
            default:
                if (AsDeviceRecord(record) is { } device && ChannelOf(record.Link) is { } one)
                {
                    Route(one, device);
                }

                break;
        }

        return _out;
    }

    /// <summary>Why this act cannot be done now, in words for the person who tried; null when it can.</summary>
    public string? Refusal(Act act, string user, long atNs) => ActRules.Refusal(this, act, user, atNs);

    public Channel? ChannelOf(ushort number) => number >= 1 && number <= _channels.Count ? _channels[number - 1] : null;

    public Channel? ChannelNamed(string name) => _channels.Find(c => c.Settings.Name == name);

    private static JsonObject Parse(ReadOnlyMemory<byte> payload) =>
        JsonNode.Parse(payload.Span) as JsonObject ?? throw new FormatException("The record is not a JSON object.");

    private static double? SpeedOf(JsonObject record) => record["speed"] switch
    {
        JsonValue value when value.TryGetValue(out double speed) => speed,
        JsonValue value when value.TryGetValue(out string? word) && word == Examinations.Examination.Unpaced => null,
        _ => throw new FormatException($"A speed record holds 'speed', a number or '{Examinations.Examination.Unpaced}'."),
    };

    private static Record? AsDeviceRecord(in TapeRecord record) => record.Type switch
    {
        TapeRecordType.Bytes => new Record(RecordKind.Bytes, record.AtNs, record.Payload),
        TapeRecordType.Stray => new Record(RecordKind.Stray, record.AtNs, record.Payload),
        TapeRecordType.Wake => new Record(RecordKind.Wake, record.AtNs),
        TapeRecordType.Open => new Record(RecordKind.Open, record.AtNs, default, LinkEventJson.Identity(record.Payload)),
        TapeRecordType.Closed => new Record(RecordKind.Closed, record.AtNs, default, LinkEventJson.Reason(record.Payload)),
        TapeRecordType.Silent => new Record(RecordKind.Silent, record.AtNs),
        TapeRecordType.Heard => new Record(RecordKind.Heard, record.AtNs),
        TapeRecordType.WriteFailed => new Record(RecordKind.WriteFailed, record.AtNs),
        _ => null,
    };

    private void ApplySettings(ReadOnlyMemory<byte> payload)
    {
        (ExaminationSettings settings, _settingsSha256) = SettingsRecord.Read(payload);
        if (Settings is null)
        {
            _channels = [.. settings.Channels.Select((c, i) => new Channel(c, (ushort)(i + 1)))];
        }

        Settings = settings;
    }

    private void Route(Channel channel, in Record record)
    {
        bool reopened = channel.IsOpen && record.Kind == RecordKind.Open;
        long heardNs = channel.LastHeardAtNs;
        channel.Note(record);
        if (record.Kind == RecordKind.Open)
        {
            channel.Lapse(_acts);
        }

        int before = _readings.Count;
        Step step = channel.Monitor.Next(record, _readings);
        if (_running is { } attempt && attempt.Uses(channel))
        {
            Capture(attempt, channel, reopened, heardNs, record.AtNs, before);
        }

        foreach (SkinOxygenAttempt electrode in _electrodes)
        {
            if (electrode.Uses(channel))
            {
                Capture(electrode, channel, reopened, heardNs, record.AtNs, before);
            }
        }

        for (int i = before; i < _readings.Count; i++)
        {
            channel.Note(_readings[i]);
            if (_readings[i] is { Kind: ReadingKind.AmbientPressure, HasValue: true } air)
            {
                _barometerMmHg = air.Value;
            }
        }

        Ask(channel, step);
    }

    /// <summary>Gives the attempt what its channel said, and tells it where the channel was not there or not bound.</summary>
    private void Capture(Attempt attempt, Channel channel, bool reopened, long heardNs, long atNs, int before)
    {
        bool isThere = channel is { IsOpen: true, IsSilent: false, Binding: not null };
        if (!isThere || reopened)
        {
            attempt.Lose(channel, heardNs, atNs);
        }

        if (isThere)
        {
            attempt.Regain(channel, atNs);
        }

        if (channel.Binding is not null)
        {
            for (int i = before; i < _readings.Count; i++)
            {
                attempt.Take(channel, _readings[i]);
            }
        }
    }

    private void Ask(Channel channel, in Step step)
    {
        if (!step.Send.IsEmpty)
        {
            _out.Add(new Outgoing.Send(channel.Number, step.Send));
        }

        if (step.WakeAtNs is { } wake)
        {
            _out.Add(new Outgoing.Wake(channel.Number, wake));
        }
    }

    private void Apply(in TapeRecord record)
    {
        (int number, string user, Act act) = ActJson.Read(Parse(record.Payload));
        var numbered = new NumberedAct(number, user, record.AtNs, act);
        IReadOnlyList<Finding> before = act is Act.Patient ? _findings.Current : [];
        _acts.Add(numbered, Speed);
        _channels.ForEach(c => c.Bind(_acts));
        switch (act)
        {
            case Act.Start start:
                Begin(start.Step, numbered);
                break;
            case Act.Stop stop:
                Finish(stop.Step, record.AtNs);
                break;
            case Act.End:
                IsEnded = true;
                break;
        }

        Refresh(before);
        _evidence.Next(this);
        _acceptance.Next(this, numbered);
    }

    private void Begin(string key, NumberedAct start)
    {
        ProtocolStep step = Settings!.Step(key)!;
        (Channel Channel, NumberedAct Bind)[] bound = [.. ActRules.ChannelsFor(this, step)];
        int number = _attempts.Count(a => a.Step.Key == key) + 1;
        Channel[] channels = [.. bound.Select(b => b.Channel)];
        int[] binds = [.. bound.Select(b => b.Bind.Number)];
        if (step.Kind == StepKind.SkinOxygen)
        {
            var electrode = new SkinOxygenAttempt(_examination, step, number, _acts.Binding, start, channels, binds, Settings.Rules.Plateau, AirPoint(channels[0]));
            _electrodes.Add(electrode);
            _attempts.Add(electrode);
            return;
        }

        _running = step.Kind switch
        {
            StepKind.ArmPressure => new ArmAttempt(_examination, step, number, _acts.Binding, start, channels, binds),
            StepKind.PulseTrace => new TraceAttempt(_examination, step, number, _acts.Binding, start, channels, binds),
            _ => new CuffAttempt(_examination, step, number, _acts.Binding, start, channels, binds),
        };
        _attempts.Add(_running);
        string? order = step.Kind switch { StepKind.ArmPressure => "measure", StepKind.PulseTrace => null, _ => "manometer" };
        Order(order, start.AtNs);
    }

    private void Order(string? order, long atNs)
    {
        if (order is not null && _running!.Channels.FirstOrDefault(c => c.IsCuff) is { } cuff)
        {
            Ask(cuff, cuff.Monitor.Next(new Record(RecordKind.Order, atNs, default, order), _readings));
        }
    }

    /// <summary>What an electrode reads in air, by the newest barometer reading before its step began.</summary>
    private double? AirPoint(Channel electrode) => (electrode.Settings.SkinSensor ?? SkinSensorSettings.Usual) switch
    {
        _ when _barometerMmHg is not (>= Processing.Oxygen.AirPoint.LowestBarometerMmHg and <= Processing.Oxygen.AirPoint.HighestBarometerMmHg) => null,
        { Air: AirOf.Dry } => Processing.Oxygen.AirPoint.Of(_barometerMmHg.Value, 0, 0).OxygenMmHg,
        { Air: AirOf.Saturated, SetCelsius: { } set } => Processing.Oxygen.AirPoint.Of(_barometerMmHg.Value, set, 100).OxygenMmHg,
        _ => null,
    };

    private void Finish(string step, long atNs)
    {
        if (_electrodes.Find(e => e.Step.Key == step) is { } electrode)
        {
            electrode.End(atNs, interrupted: false);
            _electrodes.Remove(electrode);
            return;
        }

        if (_running is not ArmAttempt { HasOutcome: true })
        {
            Order("stop", atNs);
        }

        _running!.End(atNs, interrupted: false);
        _running = null;
    }

    private void Resume(long atNs)
    {
        foreach (Channel channel in _channels)
        {
            channel.Restart();
        }

        _running?.End(atNs, interrupted: true);
        _running = null;
        _electrodes.ForEach(e => e.End(atNs, interrupted: true));
        _electrodes.Clear();
        _out.AddRange(_unwritten.Select(f => new Outgoing.Found(f)));
        Refresh([]);
    }

    private void Written(in TapeRecord record)
    {
        Finding written = FindingRecord.FromBytes(record.Payload.Span);
        int index = _unwritten.FindIndex(f => f.Id == written.Id && f.Version == written.Version);
        if (index >= 0)
        {
            _unwritten.RemoveAt(index);
        }
    }

    /// <summary>Recomputes what the closed attempts and the standing acts say; what changed is a new version and goes out.</summary>
    /// <param name="before">What stood under the binding before, when the patient was just corrected: its acceptance goes on.</param>
    private void Refresh(IReadOnlyList<Finding> before)
    {
        if (Settings is null || _acts.Binding == 0)
        {
            return;
        }

        var measured = new List<Finding>();
        foreach (ProtocolStep step in Settings.Protocol)
        {
            measured.AddRange(StepOutcome.Of(_examination, step, _attempts, _acts, Settings).Select(f => f with { SettingsSha256 = _settingsSha256 }));
        }

        IReadOnlyList<Finding> steps = _findings.Replace(measured, derived: false, Emit, _acts.Carry);
        Carry(before, steps);
        Finding[] accepted = [.. steps.Where(f => IsAccepted(f) && !IsReading(f))];
        Finding[] derived = [.. DerivedIndices.Of(_examination, _acts.Binding, Settings, accepted).Select(f => f with { SettingsSha256 = _settingsSha256 })];
        Carry(before, _findings.Replace(derived, derived: true, Emit, _acts.Carry));
    }

    private void Carry(IReadOnlyList<Finding> before, IReadOnlyList<Finding> now)
    {
        foreach (Finding old in before)
        {
            if (now.FirstOrDefault(f => (f.Step, f.Attempt, f.Measure, f.Site) == (old.Step, old.Attempt, old.Measure, old.Site)) is { } same)
            {
                _acts.Carry(new AcceptedVersion(old.Id, old.Version), new AcceptedVersion(same.Id, same.Version));
            }
        }
    }

    private void Emit(Finding finding)
    {
        _unwritten.Add(finding);
        _out.Add(new Outgoing.Found(finding));
    }
}
