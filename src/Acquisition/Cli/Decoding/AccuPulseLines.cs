using System.Buffers;
using System.Text.Json;
using Vascular.Devices.AccuPulse;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>AccuPulse manometer: a line for each answer.</summary>
public sealed class AccuPulseLines(IBufferWriter<byte> lines) : FrameLines(AccuPulseCodec.LongestLook, lines)
{
    protected override void Skip(ref ReadOnlySequence<byte> wire) => AccuPulseCodec.SkipSeparators(ref wire);

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = AccuPulseCodec.TryRead(ref wire, out AccuPulseFrame frame, out fault);
        if (status == OperationStatus.Done)
        {
            Write(BeginLine(Offset, "frame"), frame);
            EndLine();
        }

        return status;
    }

    private static void Write(Utf8JsonWriter json, in AccuPulseFrame frame)
    {
        switch (frame.Answer)
        {
            case AccuPulseAnswer.Pressure:
                json.WriteString("kind", "cuff_pressure");
                WriteNumber(json, "cuff_mmHg", frame.MmHg is null ? null : frame.Tenths / 10m);
                json.WriteString("out_of_range", frame.Tenths switch
                {
                    AccuPulseFrame.AboveRange => "above",
                    AccuPulseFrame.BelowRange => "below",
                    _ => null,
                });
                break;

            case AccuPulseAnswer.Text:
                json.WriteString("kind", "text");
                json.WriteString("text", frame.Text);
                break;

            default:
                json.WriteString("kind", frame.Answer == AccuPulseAnswer.Accepted ? "accepted" : "rejected");
                break;
        }
    }
}
