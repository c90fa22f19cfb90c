using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Nonin;

/// <summary>A Nonin oximeter in one of its serial formats: a plethysmogram at 75 samples a second with rate and saturation (2, 7), rate and saturation
/// once a second (1, 8), or a spot check (13).</summary>
/// <remarks>
/// Readings of formats 2 and 7: <see cref="ReadingKind.PlethSample"/> for each good frame, in device counts, with its <see cref="Waveform"/>;
/// <see cref="ReadingKind.PulseRate"/> and <see cref="ReadingKind.OxygenSaturation"/> (4-beat averages) for each whole packet, with the marks its
/// frames carried, Missing where the device says so; <see cref="ReadingKind.Refused"/>, one for each run of refused bytes within a read, its Detail the
/// number of bytes; and, where good frames do not follow one another (SYNC early, or absent when due), a Refused of <see cref="WireFault.Truncated"/>
/// with Detail 0 and, in Value, the smallest number of frames that would explain it (0 = unknown).
/// <para>The sample count never jumps: a lost frame is no sample. Its time passes all the same (<see cref="SampleClock"/>).</para>
/// <para>Readings of formats 1, 8 and 13: rate and saturation of each frame; format 13 with <see cref="Reading.DeviceTime"/>, and with
/// <see cref="QualityMarks.FromMemory"/> where the device read them out of its memory.</para>
/// <para>It sends nothing unless told to set the format. <see cref="ReadingKind.FormatTried"/>: Detail 1 to 13 is the format that is tried from here on. In
/// <see cref="ReadingKind.DeviceStatus"/> <see cref="CommandAccepted"/> and <see cref="CommandRejected"/> are the device's answers. An answer is believed only as the first byte after the
/// command; which format a device is in, only what it then sends can tell.</para>
/// </remarks>
public sealed class NoninMonitor : WireMonitor<NoninMonitor.Message>
{
    /// <summary>Detail of a DeviceStatus: the device took the command.</summary>
    public const int CommandAccepted = 100;

    /// <summary>Detail of a DeviceStatus: the device declined the command.</summary>
    public const int CommandRejected = 101;

    /// <summary>How long bytes of one format may not be understood before the next is tried.</summary>
    public static readonly TimeSpan Trial = TimeSpan.FromSeconds(2);

    /// <summary>Damage up to this many bytes is taken to stand in place of the frames lost; more tells nothing about time.</summary>
    private const long LongestDamage = NoninCodec.FramesPerPacket * NoninCodec.FrameBytes;

    private static readonly NoninFormat[] Order = [NoninFormat.Format7, NoninFormat.Format2, NoninFormat.Format8];

    private readonly NoninOptions _options;
    private readonly SampleClock _clock = new(NoninCodec.FramesPerSecond);
    private NoninAlignment _alignment;
    private NoninPacket _packet;
    private QualityMarks _packetMarks;
    private long _samples;
    private long _openNs;
    private long _refusedSinceNs = Never;       // no frame of this format since then, and bytes were refused
    private bool _answerDue;                    // a command was sent and nothing has come since
    private byte _answer;

    public NoninMonitor(NoninOptions options)
        : base(Math.Max(NoninCodec.LongestLook, NoninSpotCheckCodec.LongestLook))
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Try(options.Format);
    }

    /// <summary>The format that is read now.</summary>
    public NoninFormat Format { get; private set; }

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        _samples = 0;
        (_openNs, _refusedSinceNs, _answerDue) = (record.AtNs, Never, false);
        Try(_options.Format);
        if (record.Kind == RecordKind.Open && _options.SetFormat)
        {
            Ask();
        }
    }

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out Message frame, out WireFault fault)
    {
        frame = default;
        if (_answerDue && !wire.IsEmpty)
        {
            _answerDue = false;
            byte first = wire.First.Span[0];
            if (first is NoninCommand.Accepted or NoninCommand.Rejected)
            {
                frame = new Message { Answer = first };
                fault = WireFault.None;
                wire = wire.Slice(1);
                return OperationStatus.Done;
            }
        }

        return Read(ref wire, out frame, out fault);
    }

    protected override void Take(in Message frame, long atNs, long behind, IList<Reading> readings)
    {
        if (frame.Answer != 0)
        {
            bool accepted = frame.Answer == NoninCommand.Accepted;
            readings.Add(new Reading(ReadingKind.DeviceStatus, atNs, atNs, 0) { Detail = accepted ? CommandAccepted : CommandRejected });
            _answer = frame.Answer;
            return;
        }

        _refusedSinceNs = Never;
        switch (Format)
        {
            case NoninFormat.Format2 or NoninFormat.Format7:
                TakeSample(frame.Frame, atNs, behind / NoninCodec.FrameBytes, readings);
                break;

            case NoninFormat.Format13:
                TakeSpotCheck(frame.SpotCheck, atNs, readings);
                break;

            default:
                QualityMarks marks = MarksOf(frame.Second);
                readings.Add(Numeric(ReadingKind.PulseRate, frame.Second.PulsePerMin, atNs, marks));
                readings.Add(Numeric(ReadingKind.OxygenSaturation, frame.Second.Spo2Percent, atNs, marks));
                break;
        }
    }

    protected override void Refuse(in RefusedRun run, long atNs, IList<Reading> readings)
    {
        readings.Add(run.ToReading(atNs) with { Index = _samples });
        _packet.Break();
        _refusedSinceNs = Math.Min(_refusedSinceNs, atNs);
        if (run.Bytes <= LongestDamage)
        {
            _clock.Skip((run.Bytes + NoninCodec.FrameBytes / 2) / NoninCodec.FrameBytes);
        }
    }

    protected override void Judge(in Record record, IList<Reading> readings)
    {
        bool declined = _answer == NoninCommand.Rejected;
        bool strange = _options.FallBack && _refusedSinceNs != Never && record.AtNs - _refusedSinceNs >= Ns(Trial);
        _answer = 0;
        if ((declined && _options.FallBack) || strange)
        {
            _refusedSinceNs = Never;
            Try(Order[(Array.IndexOf(Order, Format) + 1) % Order.Length]);
            readings.Add(new Reading(ReadingKind.FormatTried, record.AtNs, record.AtNs, 0) { Detail = (int)Format });
            if (_options.SetFormat && record.AtNs - _openNs < Ns(NoninCommand.Window))
            {
                Ask();
            }
        }
    }

    protected override WireFault LeftOver(in ReadOnlySequence<byte> wire) =>
        Format == NoninFormat.Format7 ? NoninCodec.LeftOver(wire, _alignment) : base.LeftOver(wire);

    private void Try(NoninFormat format)
    {
        Format = format;
        _clock.Restart();
        _alignment = new NoninAlignment(_options.AlignmentWindows);
        _packet = default;
    }

    private void Ask()
    {
        NoninCommand.WriteSetFormat(Format, Outgoing);
        _answerDue = true;
    }

    private OperationStatus Read(ref ReadOnlySequence<byte> wire, out Message frame, out WireFault fault)
    {
        NoninFrame sample = default;
        NoninSecond second = default;
        NoninSpotCheck check = default;
        OperationStatus status = Format switch
        {
            NoninFormat.Format7 => NoninCodec.TryReadFormat7(ref wire, ref _alignment, out sample, out fault),
            NoninFormat.Format2 => NoninFormat2Codec.TryRead(ref wire, out sample, out fault),
            NoninFormat.Format8 => NoninSecondCodec.TryReadFormat8(ref wire, out second, out fault),
            NoninFormat.Format1 => NoninSecondCodec.TryReadFormat1(ref wire, out second, out fault),
            _ => NoninSpotCheckCodec.TryRead(ref wire, out check, out fault),
        };
        frame = new Message { Frame = sample, Second = second, SpotCheck = check };
        return status;
    }

    private void TakeSample(in NoninFrame frame, long atNs, long behind, IList<Reading> readings)
    {
        NoninPacketStep step = _packet.Add(frame, out NoninNumerics numerics, out int missing);
        if (step == NoninPacketStep.FramesLost)
        {
            readings.Add(new Reading(ReadingKind.Refused, atNs, atNs, missing) { Fault = WireFault.Truncated, Index = _samples });
            _clock.Skip(missing);
        }

        QualityMarks marks = MarksOf(frame);
        readings.Add(new Reading(ReadingKind.PlethSample, _clock.Next(atNs, behind), atNs, frame.Pleth)
        {
            Marks = marks,
            Index = _samples++,
            Waveform = Format == NoninFormat.Format7 ? NoninWaveforms.Format7 : NoninWaveforms.Format2,
        });
        _packetMarks = (frame.Sync ? QualityMarks.None : _packetMarks) | (marks & ~QualityMarks.PulseMark);
        if (step == NoninPacketStep.Complete)
        {
            QualityMarks all = _packetMarks | (numerics.LowBattery ? QualityMarks.LowBattery : QualityMarks.None);
            readings.Add(Numeric(ReadingKind.PulseRate, numerics.PulsePerMin, atNs, all) with { Index = _samples });
            readings.Add(Numeric(ReadingKind.OxygenSaturation, numerics.Spo2Percent, atNs, all) with { Index = _samples });
        }
    }

    private static void TakeSpotCheck(in NoninSpotCheck check, long atNs, IList<Reading> readings)
    {
        QualityMarks marks = (check.FromMemory ? QualityMarks.FromMemory : 0) | (check.LowBattery ? QualityMarks.LowBattery : 0);
        readings.Add(Numeric(ReadingKind.PulseRate, check.PulsePerMin, atNs, marks) with { DeviceTime = check.MeasuredAt });
        readings.Add(Numeric(ReadingKind.OxygenSaturation, check.Spo2Percent, atNs, marks) with { DeviceTime = check.MeasuredAt });
    }

    private static QualityMarks MarksOf(in NoninSecond second) =>
        (second.Is(NoninSecondFlags.SensorDisconnected) ? QualityMarks.SensorDisconnected : 0)
        | (second.Is(NoninSecondFlags.SensorAlarm) ? QualityMarks.SensorAlarm : 0)
        | (second.Is(NoninSecondFlags.OutOfTrack) ? QualityMarks.OutOfTrack : 0)
        | (second.Is(NoninSecondFlags.LowPerfusion) ? QualityMarks.LowPerfusion : 0)
        | (second.Is(NoninSecondFlags.MarginalPerfusion) ? QualityMarks.MarginalPerfusion : 0)
        | (second.Is(NoninSecondFlags.Artefact) ? QualityMarks.Artefact : 0)
        | (second.Is(NoninSecondFlags.LowBattery) ? QualityMarks.LowBattery : 0);

    private QualityMarks MarksOf(in NoninFrame frame)
    {
        QualityMarks marks = frame.Perfusion switch
        {
            NoninPerfusion.High => QualityMarks.PulseMark,
            NoninPerfusion.Marginal => QualityMarks.PulseMark | QualityMarks.MarginalPerfusion,
            NoninPerfusion.Low => QualityMarks.PulseMark | QualityMarks.LowPerfusion,
            _ => QualityMarks.None,
        };
        marks |= frame.Artefact ? QualityMarks.Artefact : 0;
        marks |= frame.OutOfTrack ? QualityMarks.OutOfTrack : 0;
        marks |= frame.SensorAlarm ? QualityMarks.SensorAlarm : 0;
        marks |= frame.SensorDisconnected && _options.SensorDisconnectedBit ? QualityMarks.SensorDisconnected : 0;
        return marks;
    }

    private static long Ns(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>One frame of the format that is read, or one byte of answer.</summary>
    public readonly record struct Message
    {
        internal NoninFrame Frame { get; init; }

        internal NoninSecond Second { get; init; }

        internal NoninSpotCheck SpotCheck { get; init; }

        /// <summary>0: a frame.</summary>
        internal byte Answer { get; init; }
    }
}
