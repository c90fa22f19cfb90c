using System.Buffers;
using System.Text.Json;
using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>What a PAR-family module says (module to host): a line for each message. CR and LF between messages are no fault.</summary>
public sealed class ParLines(IBufferWriter<byte> lines) : FrameLines(ParCodec.LongestLook, lines)
{
    protected override void Skip(ref ReadOnlySequence<byte> wire) => ParCodec.SkipSeparators(ref wire);

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = ParCodec.TryRead(ref wire, out ParFrame frame, out fault);
        if (status == OperationStatus.Done)
        {
            Utf8JsonWriter json = BeginLine(Offset, "frame");
            Write(json, frame);
            EndLine();
        }

        return status;
    }

    private static void Write(Utf8JsonWriter json, in ParFrame frame)
    {
        switch (frame.Kind)
        {
            case ParFrameKind.CuffPressure:
                json.WriteString("kind", "cuff_pressure");
                json.WriteNumber("cuff_mmHg", frame.CuffMmHg);
                json.WriteNumber("cuff", (int)frame.Cuff);
                json.WriteNumber("state", (int)frame.State);
                break;

            case ParFrameKind.EndOfMeasurement:
                json.WriteString("kind", "end_of_measurement");
                break;

            case ParFrameKind.Status:
                WriteStatus(json, frame.Status!);
                break;
        }
    }

    private static void WriteStatus(Utf8JsonWriter json, ParStatus status)
    {
        json.WriteString("kind", "status");
        json.WriteNumber("state", (int)status.State);
        json.WriteBoolean("neonatal", status.Neonatal);
        json.WriteNumber("cycle", status.Cycle);
        json.WriteNumber("message", status.Message);
        json.WriteString("message_text", ParMessage.TryGetText(status.Message, out string? text) ? text : null);
        WriteNumber(json, "systolic_mmHg", status.Result?.SystolicMmHg);
        WriteNumber(json, "diastolic_mmHg", status.Result?.DiastolicMmHg);
        WriteNumber(json, "mean_mmHg", status.Result?.MeanMmHg);
        WriteNumber(json, "pulse_per_min", status.PulsePerMin);
        json.WriteString("time", status.Time);
        json.WriteBoolean("checksum_matches", status.ChecksumMatches);
    }
}
