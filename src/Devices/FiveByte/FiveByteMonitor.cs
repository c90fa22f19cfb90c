using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.FiveByte;

/// <summary>What the settings on the tape say about a five-byte oximeter. The wire does not tell the dialects apart.</summary>
public sealed record FiveByteOptions
{
    public FiveByteDialect Dialect { get; init; }
}

/// <summary>An oximeter that streams five-byte frames by itself: plethysmogram of 7 bits, pulse rate, saturation.</summary>
/// <remarks>Readings: <see cref="ReadingKind.PlethSample"/> for each frame, Missing where the device says so; rate and saturation with the first frame and
/// then once a second of frames. A sensor that cannot be used has <see cref="QualityMarks.SensorAlarm"/>, whatever the dialect calls it. It sends nothing.</remarks>
public sealed class FiveByteMonitor : WireMonitor<FiveByteFrame>
{
    private readonly FiveByteDialect _dialect;
    private readonly Waveform _waveform;
    private readonly SampleClock _clock;
    private long _samples;

    public FiveByteMonitor(FiveByteOptions options)
        : base(FiveByteCodec.FrameBytes)
    {
        ArgumentNullException.ThrowIfNull(options);
        _dialect = options.Dialect;
        _waveform = FiveByteWaveforms.Of(_dialect);
        _clock = new SampleClock((int)_waveform.RateHz);
    }

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        _clock.Restart();
        _samples = 0;
    }

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out FiveByteFrame frame, out WireFault fault) =>
        FiveByteCodec.TryRead(ref wire, _dialect, out frame, out fault);

    protected override void Take(in FiveByteFrame frame, long atNs, long behind, IList<Reading> readings)
    {
        QualityMarks marks = (frame.IsSensorUsable(_dialect) ? 0 : QualityMarks.SensorAlarm)
            | (frame.Unplugged && _dialect == FiveByteDialect.Berry ? QualityMarks.SensorDisconnected : 0)
            | (frame.Searching ? QualityMarks.Searching : 0);
        long index = _samples++;
        readings.Add(Numeric(ReadingKind.PlethSample, frame.Pleth, atNs, marks | (frame.Beep ? QualityMarks.PulseMark : 0)) with
        {
            AtNs = _clock.Next(atNs, behind / FiveByteCodec.FrameBytes),
            Index = index,
            Waveform = _waveform,
        });
        if (index % (long)_waveform.RateHz == 0)
        {
            readings.Add(Numeric(ReadingKind.PulseRate, frame.PulsePerMin, atNs, marks) with { Index = _samples });
            readings.Add(Numeric(ReadingKind.OxygenSaturation, frame.Spo2Percent, atNs, marks) with { Index = _samples });
        }
    }
}
