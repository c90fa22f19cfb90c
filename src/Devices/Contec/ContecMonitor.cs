using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Contec;

/// <summary>A Contec oximeter of protocol V7.0: plethysmogram of 7 bits at 60 samples a second, pulse rate, saturation and perfusion index.</summary>
/// <remarks>
/// It starts the stream when the line opens and says "I am connected" every 5 s. Readings: <see cref="ReadingKind.PlethSample"/> for each real-time
/// packet; rate, saturation and perfusion index with every 60th of them, the first included; <see cref="ReadingKind.NoReply"/>
/// (Detail = the start command) once for each time the stream did not begin or stayed away, after which it is asked for every second;
/// <see cref="ReadingKind.DeviceStatus"/> for any other packet, Detail = 256 × its type + its last data byte.
/// </remarks>
public sealed class ContecMonitor : WireMonitor<ContecMonitor.Packet>
{
    private const int PerSecond = 60;

    private readonly ContecOptions _options;
    private readonly SampleClock _clock = new(PerSecond);
    private long _samples;
    private long _keepAliveNs = Never;
    private long _streamDueNs = Never;
    private bool _told;

    public ContecMonitor(ContecOptions options)
        : base(ContecCodec.LongestLook)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        _clock.Restart();
        (_samples, _told) = (0, false);
        (_keepAliveNs, _streamDueNs) = (Never, Never);
        if (record.Kind == RecordKind.Open)
        {
            Start(record.AtNs);
            _keepAliveNs = record.AtNs + Ns(_options.KeepAlive);
        }
    }

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out Packet frame, out WireFault fault)
    {
        OperationStatus status = ContecCodec.TryRead(ref wire, out ContecFrame packet, out ContecSample sample, out fault);
        frame = new Packet(packet, sample);
        return status;
    }

    protected override void Take(in Packet frame, long atNs, long behind, IList<Reading> readings)
    {
        if (frame.Frame.Packet != ContecPacket.RealTime)
        {
            int last = frame.Frame.Length > 0 ? frame.Frame[frame.Frame.Length - 1] : 0;
            readings.Add(new Reading(ReadingKind.DeviceStatus, atNs, atNs, 0) { Detail = ((int)frame.Frame.Packet << 8) | last });
            return;
        }

        ContecSample sample = frame.Sample;
        QualityMarks marks = (sample.ProbeError ? QualityMarks.SensorAlarm : 0)
            | (sample.Searching ? QualityMarks.Searching : 0)
            | (sample.SearchingTooLong ? QualityMarks.OutOfTrack : 0);
        readings.Add(new Reading(ReadingKind.PlethSample, _clock.Next(atNs, behind / ContecCodec.LongestLook), atNs, sample.Pleth)
        {
            Marks = marks | (sample.Beep ? QualityMarks.PulseMark : 0),
            Index = _samples,
            Waveform = ContecSample.Waveform,
        });
        if (_samples++ % PerSecond == 0)
        {
            readings.Add(Numeric(ReadingKind.PulseRate, sample.PulsePerMin, atNs, marks) with { Index = _samples });
            readings.Add(Numeric(ReadingKind.OxygenSaturation, sample.Spo2Percent, atNs, marks) with { Index = _samples });
            readings.Add(Numeric(ReadingKind.PerfusionIndex, sample.PerfusionIndexHundredths / 100.0, atNs, marks) with { Index = _samples });
        }

        (_streamDueNs, _told) = (atNs + Ns(_options.ReplyTimeout), false);
    }

    protected override void Judge(in Record record, IList<Reading> readings)
    {
        if (record.AtNs >= _streamDueNs)
        {
            if (!_told)
            {
                readings.Add(new Reading(ReadingKind.NoReply, record.AtNs, record.AtNs, 0) { Detail = (int)ContecCommand.StartRealTime });
                _told = true;
            }

            Start(record.AtNs);
        }

        if (record.AtNs >= _keepAliveNs)
        {
            ContecCodec.WriteCommand(ContecCommand.KeepAlive, Outgoing);
            _keepAliveNs = record.AtNs + Ns(_options.KeepAlive);
        }

        DeadlineNs = Math.Min(_streamDueNs, _keepAliveNs);
    }

    private void Start(long atNs)
    {
        ContecCodec.WriteCommand(ContecCommand.StartRealTime, Outgoing);
        _streamDueNs = atNs + Ns(_options.ReplyTimeout);
    }

    private static long Ns(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>A packet and, for a real-time one, what it says.</summary>
    public readonly record struct Packet(ContecFrame Frame, ContecSample Sample);
}
