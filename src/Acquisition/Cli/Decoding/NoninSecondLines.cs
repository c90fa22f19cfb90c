using System.Buffers;
using System.Text.Json;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>Nonin formats 1 and 8: a line for each frame, with the flags its format can carry.</summary>
public sealed class NoninSecondLines(NoninFormat format, IBufferWriter<byte> lines) : FrameLines(NoninSecondCodec.Format8Bytes, lines)
{
    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = format == NoninFormat.Format1
            ? NoninSecondCodec.TryReadFormat1(ref wire, out NoninSecond second, out fault)
            : NoninSecondCodec.TryReadFormat8(ref wire, out second, out fault);
        if (status == OperationStatus.Done)
        {
            Write(second);
        }

        return status;
    }

    private void Write(in NoninSecond second)
    {
        Utf8JsonWriter json = BeginLine(Offset, "frame");
        WriteNumber(json, "pulse_per_min", second.PulsePerMin);
        WriteNumber(json, "spo2_percent", second.Spo2Percent);
        json.WriteBoolean("out_of_track", second.Is(NoninSecondFlags.OutOfTrack));
        json.WriteBoolean("low_perfusion", second.Is(NoninSecondFlags.LowPerfusion));
        json.WriteBoolean("marginal_perfusion", second.Is(NoninSecondFlags.MarginalPerfusion));
        json.WriteBoolean("artefact", second.Is(NoninSecondFlags.Artefact));
        if (format == NoninFormat.Format1)
        {
            json.WriteBoolean("sensor_disconnected", second.Is(NoninSecondFlags.SensorDisconnected));
        }
        else
        {
            json.WriteBoolean("sensor_alarm", second.Is(NoninSecondFlags.SensorAlarm));
            json.WriteBoolean("high_quality", second.Is(NoninSecondFlags.HighQuality));
            json.WriteBoolean("low_battery", second.Is(NoninSecondFlags.LowBattery));
        }

        EndLine();
    }
}
