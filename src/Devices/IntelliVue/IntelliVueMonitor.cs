using System.Buffers;
using System.Buffers.Binary;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.IntelliVue;

/// <summary>What the settings on the tape say about an IntelliVue monitor.</summary>
public sealed record IntelliVueOptions
{
    public IntelliVueLine Line { get; init; }
}

/// <summary>An IntelliVue monitor with a transcutaneous gas measurement: tcpO2, tcpCO2, electrode temperature, heating power, site timer, once a second.</summary>
/// <remarks>
/// When the line opens it asks for an association; accepted, it answers the MDS create event and polls the numerics every second, which also keeps the
/// association. A poll that stays unanswered for <see cref="Patience"/>, a refusal, an abort or a release ends the association, and it is asked for again
/// after <see cref="Pause"/>. Readings carry the handle in Detail (several sites differ by it alone) and the monitor's time in
/// <see cref="Reading.DeviceTime"/>. Calibrating, invalid and unavailable values are Missing; a demonstration's are marked <see cref="QualityMarks.TestData"/>.
/// <see cref="ReadingKind.DeviceStatus"/>: Detail is the <see cref="IntelliVueKind"/> of a message about the association, or of an error.
/// <see cref="ReadingKind.NoReply"/>: Detail is the kind of the request.
/// </remarks>
public sealed class IntelliVueMonitor : WireMonitor<int>
{
    /// <summary>How long an answer may stay away; the monitor's own time-out is not known (10 s is our assumption of it).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>From the end of an association to asking anew.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    private readonly IntelliVueLine _line;
    private readonly byte[] _message = new byte[IntelliVueFraming.LongestMessage];
    private readonly List<IntelliVueNumeric> _numerics = new(64);
    private IntelliVueMessage _parsed;
    private long _answeredNs;
    private ushort _polls;
    private int _passOver;      // bytes left of a datagram that is no message
    private bool _waiting;      // an association was asked for and nothing has come

    public IntelliVueMonitor(IntelliVueOptions options)
        : base(IntelliVueFraming.LongestLook)
    {
        ArgumentNullException.ThrowIfNull(options);
        _line = options.Line;
    }

    /// <summary>The monitor has accepted us.</summary>
    public bool IsAssociated { get; private set; }

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        (IsAssociated, _passOver) = (false, 0);
        if (record.Kind == RecordKind.Open)
        {
            Associate(record.AtNs);
        }
    }

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out int frame, out WireFault fault)
    {
        if (PassOver(ref wire, out fault))
        {
            frame = 0;
            return OperationStatus.InvalidData;
        }

        OperationStatus status = IntelliVueFraming.TryRead(ref wire, _line, _message, out frame, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        _numerics.Clear();
        fault = IntelliVueCodec.Parse(_message.AsSpan(0, frame), _numerics, out _parsed);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>A datagram that is empty or longer than any message is passed over whole: the next one begins where it ends.</summary>
    private bool PassOver(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        fault = WireFault.Range;
        if (_line == IntelliVueLine.Datagram && _passOver == 0 && wire.Length >= 2)
        {
            Span<byte> prefix = stackalloc byte[2];
            wire.Slice(0, 2).CopyTo(prefix);
            int declared = BinaryPrimitives.ReadUInt16BigEndian(prefix);
            _passOver = declared is 0 or > IntelliVueFraming.LongestMessage ? 2 + declared : 0;
        }

        int now = (int)Math.Min(_passOver, wire.Length);
        wire = wire.Slice(now);
        _passOver -= now;
        return now > 0;
    }

    protected override void Take(in int frame, long atNs, long behind, IList<Reading> readings)
    {
        switch (_parsed.Kind)
        {
            case IntelliVueKind.AssociationAccept:
                IsAssociated = true;
                (_answeredNs, DeadlineNs) = (atNs, atNs + Ns(PollEvery));
                break;

            case IntelliVueKind.CreateEvent:
                Span<byte> answer = stackalloc byte[IntelliVueCodec.CreateResultBytes];
                IntelliVueCodec.WriteCreateResult(_parsed, answer);
                IntelliVueFraming.Write(answer, _line, Outgoing);
                return;

            case IntelliVueKind.PollResult:
                _answeredNs = atNs;
                foreach (IntelliVueNumeric numeric in _numerics)
                {
                    Add(numeric, atNs, readings);
                }

                return;

            case IntelliVueKind.ReleaseRequest:
                IntelliVueFraming.Write(IntelliVueCodec.ReleaseResponse, _line, Outgoing);
                Leave(atNs);
                break;

            case IntelliVueKind.AssociationRefuse or IntelliVueKind.ReleaseResponse or IntelliVueKind.Abort:
                Leave(atNs);
                break;

            case IntelliVueKind.Error:
                break;

            default:
                return;
        }

        readings.Add(new Reading(ReadingKind.DeviceStatus, atNs, atNs, 0) { Detail = (int)_parsed.Kind });
    }

    protected override void Judge(in Record record, IList<Reading> readings)
    {
        if (record.AtNs < DeadlineNs)
        {
            return;
        }

        if (IsAssociated && record.AtNs - _answeredNs < Ns(Patience))
        {
            Span<byte> poll = stackalloc byte[IntelliVueCodec.PollBytes];
            _polls++;
            IntelliVueCodec.WritePoll(_polls, _polls, poll);
            IntelliVueFraming.Write(poll, _line, Outgoing);
            DeadlineNs = record.AtNs + Ns(PollEvery);
            return;
        }

        // after a pause that was ours, or after an answer that did not come
        if (IsAssociated || _waiting)
        {
            readings.Add(new Reading(ReadingKind.NoReply, record.AtNs, record.AtNs, 0)
            {
                Detail = (int)(IsAssociated ? IntelliVueKind.PollRequest : IntelliVueKind.AssociationRequest),
            });
        }

        IsAssociated = false;
        Associate(record.AtNs);
    }

    private void Associate(long atNs)
    {
        IntelliVueFraming.Write(IntelliVueCodec.AssociationRequest, _line, Outgoing);
        (DeadlineNs, _waiting) = (atNs + Ns(Patience), true);
    }

    private void Leave(long atNs)
    {
        (IsAssociated, _waiting) = (false, false);
        DeadlineNs = atNs + Ns(Pause);
    }

    private void Add(in IntelliVueNumeric numeric, long atNs, IList<Reading> readings)
    {
        ReadingKind? kind = numeric.PhysiologicalId switch
        {
            IntelliVueCodes.TcpO2 => ReadingKind.TranscutaneousOxygen,
            IntelliVueCodes.TcpCO2 => ReadingKind.TranscutaneousCarbonDioxide,
            IntelliVueCodes.SensorTemperature => ReadingKind.ElectrodeTemperature,
            IntelliVueCodes.HeatingPower => ReadingKind.HeatingPower,
            IntelliVueCodes.SiteTimer => ReadingKind.SiteTimer,
            _ => null,
        };
        if (kind is null)
        {
            return;
        }

        QualityMarks marks = Mark(numeric, IntelliVueStates.Questionable, QualityMarks.Questionable)
            | Mark(numeric, IntelliVueStates.Calibrating, QualityMarks.Calibrating)
            | Mark(numeric, IntelliVueStates.TestData | IntelliVueStates.DemoData, QualityMarks.TestData);
        readings.Add(Numeric(kind.Value, (double?)numeric.Usable, atNs, marks) with { Detail = numeric.Handle, DeviceTime = _parsed.DeviceTime });
    }

    private static QualityMarks Mark(in IntelliVueNumeric numeric, IntelliVueStates any, QualityMarks mark) => (numeric.State & any) != 0 ? mark : QualityMarks.None;

    private static long Ns(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
