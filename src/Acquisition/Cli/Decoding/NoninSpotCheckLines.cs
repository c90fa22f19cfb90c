using System.Buffers;
using System.Text.Json;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>Nonin format 13: a line for each spot check, with the device's own date and time.</summary>
public sealed class NoninSpotCheckLines(IBufferWriter<byte> lines) : FrameLines(NoninSpotCheckCodec.LongestLook, lines)
{
    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = NoninSpotCheckCodec.TryRead(ref wire, out NoninSpotCheck check, out fault);
        if (status == OperationStatus.Done)
        {
            Utf8JsonWriter json = BeginLine(Offset, "frame");
            WriteTime(json, "device_time", check.MeasuredAt);
            WriteNumber(json, "pulse_per_min", check.PulsePerMin);
            WriteNumber(json, "spo2_percent", check.Spo2Percent);
            json.WriteBoolean("high_quality", check.HighQuality);
            json.WriteBoolean("no_measurement", check.NoMeasurement);
            json.WriteBoolean("from_memory", check.FromMemory);
            json.WriteBoolean("low_battery", check.LowBattery);
            EndLine();
        }

        return status;
    }
}
