using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Nonin;

/// <summary>A Nonin oximeter that streams format 7: plethysmogram at 75 samples a second, pulse rate and saturation three times a second.</summary>
/// <remarks>
/// Readings: <see cref="ReadingKind.PlethSample"/> for each good frame, in device counts; <see cref="ReadingKind.PulseRate"/> and
/// <see cref="ReadingKind.OxygenSaturation"/> (4-beat averages) for each whole packet, with the marks its frames carried, Missing where the device
/// says so; <see cref="ReadingKind.Refused"/>, one for each run of refused bytes within a read, its Detail the number of bytes; and, where good frames
/// do not follow one another (SYNC early, or absent when due), a Refused of <see cref="WireFault.Truncated"/> with Detail 0 and, in Value, the
/// smallest number of frames that would explain it (0 = unknown).
/// <para>The sample count never jumps: a lost frame is no sample. Its time passes all the same (<see cref="SampleClock"/>).</para>
/// <para>It sends nothing: the device streams by itself.</para>
/// </remarks>
public sealed class NoninMonitor : IMonitor
{
    /// <summary>Damage up to this many bytes is taken to stand in place of the frames lost; more tells nothing about time.</summary>
    private const long LongestDamage = NoninCodec.FramesPerPacket * NoninCodec.FrameBytes;

    private readonly NoninOptions _options;
    private readonly WireTail _tail = new(NoninCodec.LongestLook);
    private readonly SampleClock _clock = new(NoninCodec.FramesPerSecond);
    private NoninAlignment _alignment;
    private NoninPacket _packet;
    private QualityMarks _packetMarks;
    private long _samples;
    private long _heardNs;

    public NoninMonitor(NoninOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Restart(0);
    }

    public Step Next(in Record record, IList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        switch (record.Kind)
        {
            case RecordKind.Open:
                Restart(record.AtNs);
                break;

            case RecordKind.Bytes:
                _heardNs = record.AtNs;
                Decode(record.AtNs, record.Bytes.Span, readings);
                break;

            case RecordKind.Silent:
                readings.Add(new Reading(ReadingKind.Silent, record.AtNs, record.AtNs, (record.AtNs - _heardNs) / 1e9));
                break;

            case RecordKind.Closed:
                if (NoninCodec.LeftOver(_tail.Wire, _alignment) is var fault and not WireFault.None)
                {
                    Flush(default(RefusedRun).With(fault, _tail.Wire.Length), record.AtNs, readings);
                }

                Restart(record.AtNs);
                break;
        }

        return Step.None;
    }

    private void Restart(long atNs)
    {
        _tail.Clear();
        _clock.Restart();
        _alignment = new NoninAlignment(_options.AlignmentWindows);
        _packet = default;
        _samples = 0;
        _heardNs = atNs;
    }

    private void Decode(long atNs, ReadOnlySpan<byte> read, IList<Reading> readings)
    {
        RefusedRun run = default;
        while (!read.IsEmpty)
        {
            _tail.Fill(ref read);
            ReadOnlySequence<byte> wire = _tail.Wire;
            for (long before = wire.Length; ; before = wire.Length)
            {
                OperationStatus status = NoninCodec.TryReadFormat7(ref wire, ref _alignment, out NoninFrame frame, out WireFault fault);
                if (status == OperationStatus.NeedMoreData)
                {
                    break;
                }

                if (status == OperationStatus.InvalidData)
                {
                    run = run.With(fault, before - wire.Length);
                    continue;
                }

                Flush(run, atNs, readings);
                run = default;
                Take(frame, atNs, behind: (wire.Length + read.Length) / NoninCodec.FrameBytes, readings);
            }

            _tail.Keep(wire);
        }

        Flush(run, atNs, readings);
    }

    private void Flush(in RefusedRun run, long atNs, IList<Reading> readings)
    {
        if (run.IsEmpty)
        {
            return;
        }

        readings.Add(run.ToReading(atNs) with { Index = _samples });
        _packet.Break();
        if (run.Bytes <= LongestDamage)
        {
            _clock.Skip((run.Bytes + NoninCodec.FrameBytes / 2) / NoninCodec.FrameBytes);
        }
    }

    private void Take(in NoninFrame frame, long atNs, long behind, IList<Reading> readings)
    {
        NoninPacketStep step = _packet.Add(frame, out NoninNumerics numerics, out int missing);
        if (step == NoninPacketStep.FramesLost)
        {
            readings.Add(new Reading(ReadingKind.Refused, atNs, atNs, missing) { Fault = WireFault.Truncated, Index = _samples });
            _clock.Skip(missing);
        }

        QualityMarks marks = MarksOf(frame);
        readings.Add(new Reading(ReadingKind.PlethSample, _clock.Next(atNs, behind), atNs, frame.Pleth) { Marks = marks, Index = _samples++ });
        _packetMarks = (frame.Sync ? QualityMarks.None : _packetMarks) | (marks & ~QualityMarks.PulseMark);
        if (step == NoninPacketStep.Complete)
        {
            QualityMarks all = _packetMarks | (numerics.LowBattery ? QualityMarks.LowBattery : QualityMarks.None);
            readings.Add(Numeric(ReadingKind.PulseRate, numerics.PulsePerMin, atNs, all));
            readings.Add(Numeric(ReadingKind.OxygenSaturation, numerics.Spo2Percent, atNs, all));
        }
    }

    private Reading Numeric(ReadingKind kind, int? value, long atNs, QualityMarks marks) =>
        new(kind, atNs, atNs, value ?? 0) { Marks = value is null ? marks | QualityMarks.Missing : marks, Index = _samples };

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
}
