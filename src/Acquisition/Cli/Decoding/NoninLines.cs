using System.Buffers;
using System.Text.Json;
using Vascular.Devices.Nonin;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli.Decoding;

/// <summary>Nonin formats 2 and 7: a line for each five-byte frame, and a <c>packet</c> line behind each whole packet, at the offset of the packet's first frame.</summary>
public sealed class NoninLines(NoninFormat format, IBufferWriter<byte> lines) : FrameLines(NoninCodec.LongestLook, lines)
{
    private NoninAlignment _alignment = new(NoninAlignment.FewestWindows);
    private NoninPacket _packet;
    private long _packetAt;

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out WireFault fault)
    {
        OperationStatus status = format == NoninFormat.Format7
            ? NoninCodec.TryReadFormat7(ref wire, ref _alignment, out NoninFrame frame, out fault)
            : NoninFormat2Codec.TryRead(ref wire, out frame, out fault);
        if (status == OperationStatus.InvalidData)
        {
            _packet.Break();
        }

        if (status != OperationStatus.Done)
        {
            return status;
        }

        WriteFrame(frame);
        _packetAt = frame.Sync ? Offset : _packetAt;
        if (_packet.Add(frame, out NoninNumerics numerics, out _) == NoninPacketStep.Complete)
        {
            WritePacket(numerics);
        }

        return status;
    }

    /// <summary>Behind noise in which no frame was found, a rest too short to judge is more of the same.</summary>
    protected override WireFault LeftOver(in ReadOnlySequence<byte> wire) =>
        format != NoninFormat.Format7 ? base.LeftOver(wire) : InRefusedRun && !_alignment.Trusted ? WireFault.None : NoninCodec.LeftOver(wire, _alignment);

    private void WriteFrame(in NoninFrame frame)
    {
        Utf8JsonWriter json = BeginLine(Offset, "frame");
        json.WriteNumber("status", (byte)frame.Status);
        json.WriteBoolean("sync", frame.Sync);
        json.WriteBoolean("sensor_disconnected", frame.SensorDisconnected);
        json.WriteBoolean("artefact", frame.Artefact);
        json.WriteBoolean("out_of_track", frame.OutOfTrack);
        json.WriteBoolean("sensor_alarm", frame.SensorAlarm);
        json.WriteBoolean("pulse_marker", frame.PulseMark);
        json.WriteString("perfusion", frame.Perfusion switch
        {
            NoninPerfusion.High => "high",
            NoninPerfusion.Marginal => "marginal",
            NoninPerfusion.Low => "low",
            _ => null,
        });
        json.WriteNumber("pleth", frame.Pleth);
        json.WriteNumber("float", frame.Float);
        EndLine();
    }

    private void WritePacket(in NoninNumerics numerics)
    {
        Utf8JsonWriter json = BeginLine(_packetAt, "packet");
        WriteNumber(json, "pulse_per_min", numerics.PulsePerMin);
        WriteNumber(json, "spo2_percent", numerics.Spo2Percent);
        json.WriteNumber("firmware_revision", numerics.FirmwareRevision);
        json.WriteNumber("timer_thirds_s", numerics.TimerThirds);
        json.WriteBoolean("high_quality", numerics.HighQuality);
        json.WriteBoolean("low_battery", numerics.LowBattery);
        WriteNumber(json, "spo2_display_percent", numerics.Spo2DisplayPercent);
        WriteNumber(json, "spo2_fast_percent", numerics.Spo2FastPercent);
        WriteNumber(json, "spo2_beat_to_beat_percent", numerics.Spo2BeatToBeatPercent);
        WriteNumber(json, "extended_pulse_per_min", numerics.ExtendedPulsePerMin);
        WriteNumber(json, "extended_spo2_percent", numerics.ExtendedSpo2Percent);
        WriteNumber(json, "extended_spo2_display_percent", numerics.ExtendedSpo2DisplayPercent);
        WriteNumber(json, "pulse_display_per_min", numerics.PulseDisplayPerMin);
        WriteNumber(json, "extended_pulse_display_per_min", numerics.ExtendedPulseDisplayPerMin);
        EndLine();
    }
}
