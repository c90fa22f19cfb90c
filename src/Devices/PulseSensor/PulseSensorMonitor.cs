using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.PulseSensor;

/// <summary>A board with one or several PulseSensors: raw plethysmograms, pulse rate, beat intervals.</summary>
/// <remarks>Readings: <see cref="ReadingKind.PlethSample"/>, <see cref="ReadingKind.PulseRate"/> and <see cref="ReadingKind.PulseInterval"/>, each with the
/// sensor's number in Detail. Samples of all sensors share the times of sensor 0. The first line after the line opened may have lost its beginning:
/// it is refused as <see cref="WireFault.Truncated"/>, with Detail 0. It sends nothing.</remarks>
public sealed class PulseSensorMonitor : WireMonitor<PulseSensorFrame>
{
    private const int UsualLineBytes = 6;       // S512 CR LF

    private readonly PulseSensorOptions _options;
    private readonly Waveform _waveform;
    private readonly SampleClock _clock;
    private long _samples;
    private long _sampledNs;
    private bool _whole;

    public PulseSensorMonitor(PulseSensorOptions options)
        : base(PulseSensorCodec.LongestLook)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _waveform = options.ToWaveform();
        _clock = new SampleClock(options.SamplesPerSecond);
    }

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        _clock.Restart();
        (_samples, _whole) = (0, false);
    }

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out PulseSensorFrame frame, out WireFault fault) =>
        PulseSensorCodec.TryRead(ref wire, _options.Several, out frame, out fault);

    protected override WireFault LeftOver(in ReadOnlySequence<byte> wire)
    {
        ReadOnlySequence<byte> rest = wire;
        PulseSensorCodec.SkipSeparators(ref rest);
        return base.LeftOver(rest);
    }

    protected override void Take(in PulseSensorFrame frame, long atNs, long behind, IList<Reading> readings)
    {
        if (!_whole)
        {
            _whole = true;
            readings.Add(new Reading(ReadingKind.Refused, atNs, atNs, 0) { Fault = WireFault.Truncated });
            return;
        }

        switch (frame.Line)
        {
            case PulseSensorLine.Sample:
                AddSample(frame.Sensor, frame.Sample, atNs, behind, readings);
                break;

            case PulseSensorLine.Samples:
                for (int sensor = 0; sensor < frame.Count; sensor++)
                {
                    AddSample(sensor, frame.SampleOf(sensor), atNs, behind, readings);
                }

                break;

            case PulseSensorLine.Plotter:
                AddSample(0, frame.Sample, atNs, behind, readings);
                break;

            case PulseSensorLine.Rate:
                readings.Add(Numeric(ReadingKind.PulseRate, frame.PulsePerMin, atNs) with { Detail = frame.Sensor });
                break;

            case PulseSensorLine.Interval:
                readings.Add(Numeric(ReadingKind.PulseInterval, frame.IntervalMs, atNs) with { Detail = frame.Sensor });
                break;
        }

        // a plotter repeats its rate in every line: once a second is enough
        if (frame.Line == PulseSensorLine.Plotter && (_samples - 1) % _options.SamplesPerSecond == 0)
        {
            readings.Add(Numeric(ReadingKind.PulseRate, frame.PulsePerMin, atNs));
            readings.Add(Numeric(ReadingKind.PulseInterval, frame.IntervalMs, atNs));
        }
    }

    protected override void Refuse(in RefusedRun run, long atNs, IList<Reading> readings)
    {
        base.Refuse(run, atNs, readings);
        _whole = true;      // what was refused ended with a line
    }

    private void AddSample(int sensor, int sample, long atNs, long behind, IList<Reading> readings)
    {
        if (sample > _waveform.HighestCount)
        {
            readings.Add(new Reading(ReadingKind.Refused, atNs, atNs, 0) { Fault = WireFault.Range });
            return;
        }

        if (sensor == 0)
        {
            _sampledNs = _clock.Next(atNs, behind / UsualLineBytes);
            _samples++;
        }

        readings.Add(new Reading(ReadingKind.PlethSample, _sampledNs, atNs, sample) { Index = Math.Max(0, _samples - 1), Detail = sensor, Waveform = _waveform });
    }
}
