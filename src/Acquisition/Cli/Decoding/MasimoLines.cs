using System.Buffers;
using System.Text.Json;
using Vascular.Devices.Masimo;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>Masimo ASCII 1 and trend: a line for each line.</summary>
public sealed class MasimoLines(IBufferWriter<byte> lines) : FrameLines(MasimoCodec.LongestLook, lines)
{
    protected override void Skip(ref ReadOnlySequence<byte> wire) => MasimoCodec.SkipSeparators(ref wire);

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = MasimoCodec.TryRead(ref wire, out MasimoLine frame, out fault);
        if (status == OperationStatus.Done)
        {
            Write(BeginLine(Offset, "frame"), frame);
            EndLine();
        }

        return status;
    }

    private static void Write(Utf8JsonWriter json, in MasimoLine line)
    {
        WriteTime(json, "device_time", line.DeviceTime);
        json.WriteBoolean("trend", line.Trend);
        json.WriteString("serial_number", line.SerialNumber?.ToString("0000000000", System.Globalization.CultureInfo.InvariantCulture));
        WriteNumber(json, "spo2_percent", line.Spo2Percent);
        WriteNumber(json, "pulse_per_min", line.PulsePerMin);
        WriteNumber(json, "perfusion_index_percent", (decimal?)line.PerfusionIndexPercent);
        WriteNumber(json, "alarm", line.Alarm);
        WriteNumber(json, "exceptions", (int?)line.Exceptions);
        if (line.Exceptions is { } exceptions)
        {
            json.WriteBoolean("no_sensor", exceptions.HasFlag(MasimoExceptions.NoSensor));
            json.WriteBoolean("defective_sensor", exceptions.HasFlag(MasimoExceptions.DefectiveSensor));
            json.WriteBoolean("low_perfusion", exceptions.HasFlag(MasimoExceptions.LowPerfusion));
            json.WriteBoolean("pulse_search", exceptions.HasFlag(MasimoExceptions.PulseSearch));
            json.WriteBoolean("interference", exceptions.HasFlag(MasimoExceptions.Interference));
            json.WriteBoolean("sensor_off", exceptions.HasFlag(MasimoExceptions.SensorOff));
            json.WriteBoolean("ambient_light", exceptions.HasFlag(MasimoExceptions.AmbientLight));
            json.WriteBoolean("unrecognised_sensor", exceptions.HasFlag(MasimoExceptions.UnrecognisedSensor));
            json.WriteBoolean("low_signal_iq", exceptions.HasFlag(MasimoExceptions.LowSignalIq));
        }
    }
}
