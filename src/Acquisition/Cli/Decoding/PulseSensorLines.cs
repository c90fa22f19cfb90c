using System.Buffers;
using System.Text.Json;
using Vascular.Devices.PulseSensor;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>PulseSensor boards: a line for each line of the sketch, read as of one sensor unless letters of several stand there.</summary>
public sealed class PulseSensorLines(IBufferWriter<byte> lines) : FrameLines(PulseSensorCodec.LongestLook, lines)
{
    protected override void Skip(ref ReadOnlySequence<byte> wire) => PulseSensorCodec.SkipSeparators(ref wire);

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = PulseSensorCodec.TryRead(ref wire, several: false, out PulseSensorFrame frame, out fault);
        if (status == OperationStatus.Done)
        {
            Write(BeginLine(Offset, "frame"), frame);
            EndLine();
        }

        return status;
    }

    private static void Write(Utf8JsonWriter json, in PulseSensorFrame frame)
    {
        json.WriteString("kind", frame.Line switch
        {
            PulseSensorLine.Sample => "sample",
            PulseSensorLine.Rate => "pulse_rate",
            PulseSensorLine.Interval => "interval",
            _ => "plotter",
        });
        json.WriteNumber("sensor", frame.Sensor);
        if (frame.Line is PulseSensorLine.Rate or PulseSensorLine.Plotter)
        {
            WriteNumber(json, "pulse_per_min", frame.PulsePerMin);
        }

        if (frame.Line is PulseSensorLine.Interval or PulseSensorLine.Plotter)
        {
            WriteNumber(json, "interval_ms", frame.IntervalMs);
        }

        if (frame.Line is PulseSensorLine.Sample or PulseSensorLine.Plotter)
        {
            json.WriteNumber("pleth", frame.Sample);
        }
    }
}
