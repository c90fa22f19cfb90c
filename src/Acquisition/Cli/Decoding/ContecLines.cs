using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Vascular.Devices.Contec;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>Contec protocol V7.0 (device to host): a line for each packet.</summary>
public sealed class ContecLines(IBufferWriter<byte> lines) : FrameLines(ContecCodec.LongestLook, lines)
{
    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = ContecCodec.TryRead(ref wire, out ContecFrame frame, out ContecSample sample, out fault);
        if (status == OperationStatus.Done)
        {
            Utf8JsonWriter json = BeginLine(Offset, "frame");
            if (frame.Packet == ContecPacket.RealTime)
            {
                Write(json, sample);
            }
            else
            {
                Write(json, frame);
            }

            EndLine();
        }

        return status;
    }

    private static void Write(Utf8JsonWriter json, in ContecSample sample)
    {
        json.WriteString("kind", "real_time");
        json.WriteNumber("pleth", sample.Pleth);
        WriteNumber(json, "pulse_per_min", sample.PulsePerMin);
        WriteNumber(json, "spo2_percent", sample.Spo2Percent);
        WriteNumber(json, "perfusion_index_percent", sample.PerfusionIndexHundredths / 100m);
        json.WriteNumber("signal_strength", sample.SignalStrength);
        json.WriteNumber("bar", sample.Bar);
        json.WriteBoolean("beep", sample.Beep);
        json.WriteBoolean("searching", sample.Searching);
        json.WriteBoolean("searching_too_long", sample.SearchingTooLong);
        json.WriteBoolean("low_spo2", sample.LowSpo2);
        json.WriteBoolean("probe_error", sample.ProbeError);
    }

    private static void Write(Utf8JsonWriter json, in ContecFrame frame)
    {
        switch (frame.Packet)
        {
            case ContecPacket.DeviceId:
                json.WriteString("kind", "device_id");
                json.WriteString("device_id", Text(frame));
                break;

            case ContecPacket.CommandFeedback:
                json.WriteString("kind", "command_feedback");
                json.WriteNumber("command", frame[0]);
                json.WriteNumber("reason", frame[1]);
                break;

            case ContecPacket.Free:
                json.WriteString("kind", "free");
                break;

            case ContecPacket.Disconnect:
                json.WriteString("kind", "disconnect");
                json.WriteNumber("reason", frame[0]);
                break;

            case ContecPacket.PerfusionSupport:
                json.WriteString("kind", "perfusion_support");
                json.WriteBoolean("perfusion_index_valid", frame[0] == 0);
                break;

            case ContecPacket.StorageLength:
                json.WriteString("kind", "storage_length");
                json.WriteNumber("user", frame[0]);
                json.WriteNumber("segment", frame[1]);
                json.WriteNumber("bytes", (long)((frame.Data >> 16) & 0xFFFF_FFFF));
                break;

            default:
                json.WriteString("kind", "other");
                json.WriteNumber("type", (int)frame.Packet);
                json.WriteString("data", Hex(frame));
                break;
        }
    }

    private static string Hex(in ContecFrame frame)
    {
        StringBuilder text = new();
        for (int i = 0; i < frame.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{frame[i]:X2}");
        }

        return text.ToString();
    }

    /// <summary>A C string of at most seven characters; what is no printable ASCII is a question mark.</summary>
    private static string Text(in ContecFrame frame)
    {
        StringBuilder text = new();
        for (int i = 0; i < frame.Length && frame[i] != 0; i++)
        {
            text.Append(frame[i] is >= 0x20 and < 0x7F ? (char)frame[i] : '?');
        }

        return text.ToString();
    }
}
