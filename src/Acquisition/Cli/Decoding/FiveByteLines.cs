using System.Buffers;
using System.Text.Json;
using Vascular.Devices.FiveByte;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>Five-byte oximeters: a line for each frame, its flags under the names of the dialect.</summary>
public sealed class FiveByteLines(FiveByteDialect dialect, IBufferWriter<byte> lines) : FrameLines(FiveByteCodec.FrameBytes, lines)
{
    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = FiveByteCodec.TryRead(ref wire, dialect, out FiveByteFrame frame, out fault);
        if (status == OperationStatus.Done)
        {
            Write(frame);
        }

        return status;
    }

    private void Write(in FiveByteFrame frame)
    {
        bool berry = dialect == FiveByteDialect.Berry;
        Utf8JsonWriter json = BeginLine(Offset, "frame");
        WriteNumber(json, "pleth", frame.Pleth);
        WriteNumber(json, "pulse_per_min", frame.PulsePerMin);
        WriteNumber(json, "spo2_percent", frame.Spo2Percent);
        json.WriteNumber("signal_strength", frame.SignalStrength);
        WriteNumber(json, "bar", frame.Bar);
        json.WriteBoolean("beep", frame.Beep);
        json.WriteBoolean("searching", frame.Searching);
        json.WriteBoolean(berry ? "no_signal" : "finger_out", frame.NoSignal);
        json.WriteBoolean(berry ? "probe_unplugged" : "spo2_dropping", frame.Unplugged);
        json.WriteBoolean(berry ? "no_finger" : "probe_error", frame.NoFinger);
        EndLine();
    }
}
