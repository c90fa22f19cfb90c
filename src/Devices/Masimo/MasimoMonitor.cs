using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Masimo;

/// <summary>What the settings on the tape say about a Masimo monitor: nothing; it must be set to ASCII 1 at the device.</summary>
public sealed record MasimoOptions;

/// <summary>A Masimo Rad-8 or Radical-7 in ASCII 1: saturation, pulse rate and perfusion index once a second. No plethysmogram.</summary>
/// <remarks>Readings carry <see cref="Reading.DeviceTime"/>; those of a trend line also <see cref="QualityMarks.FromMemory"/>. It sends nothing.</remarks>
public sealed class MasimoMonitor : WireMonitor<MasimoLine>
{
    public MasimoMonitor(MasimoOptions options)
        : base(MasimoCodec.LongestLook) => ArgumentNullException.ThrowIfNull(options);

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out MasimoLine frame, out WireFault fault) =>
        MasimoCodec.TryRead(ref wire, out frame, out fault);

    protected override WireFault LeftOver(in ReadOnlySequence<byte> wire)
    {
        ReadOnlySequence<byte> rest = wire;
        MasimoCodec.SkipSeparators(ref rest);
        return base.LeftOver(rest);
    }

    protected override void Take(in MasimoLine frame, long atNs, long behind, IList<Reading> readings)
    {
        MasimoExceptions exceptions = frame.Exceptions ?? MasimoExceptions.None;
        QualityMarks marks = (frame.Trend ? QualityMarks.FromMemory : 0)
            | Mark(exceptions, MasimoExceptions.NoSensor, QualityMarks.SensorDisconnected)
            | Mark(exceptions, MasimoExceptions.DefectiveSensor | MasimoExceptions.SensorOff | MasimoExceptions.UnrecognisedSensor, QualityMarks.SensorAlarm)
            | Mark(exceptions, MasimoExceptions.LowPerfusion, QualityMarks.LowPerfusion)
            | Mark(exceptions, MasimoExceptions.PulseSearch, QualityMarks.Searching)
            | Mark(exceptions, MasimoExceptions.Interference | MasimoExceptions.AmbientLight, QualityMarks.Artefact)
            | Mark(exceptions, MasimoExceptions.LowSignalIq, QualityMarks.Questionable);
        readings.Add(Numeric(ReadingKind.OxygenSaturation, frame.Spo2Percent, atNs, marks) with { DeviceTime = frame.DeviceTime });
        readings.Add(Numeric(ReadingKind.PulseRate, frame.PulsePerMin, atNs, marks) with { DeviceTime = frame.DeviceTime });
        readings.Add(Numeric(ReadingKind.PerfusionIndex, frame.PerfusionIndexPercent, atNs, marks) with { DeviceTime = frame.DeviceTime });
    }

    private static QualityMarks Mark(MasimoExceptions exceptions, MasimoExceptions any, QualityMarks mark) => (exceptions & any) != 0 ? mark : QualityMarks.None;
}
