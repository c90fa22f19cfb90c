using System.Buffers;
using Vascular.Devices.Nonin;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Nonin;

/// <summary>An oximeter module in serial format 7 with its sensor on a toe: 75 frames a second at 9600 bit/s, without being asked.</summary>
/// <remarks>Layout and flags: docs/devices/nonin.md. Assumed where the manufacturer's document is silent: pulses missing for
/// <see cref="OutOfTrackSeconds"/> set out-of-track, and rates go missing after <see cref="HoldSeconds"/>.</remarks>
public sealed class SimulatedNonin : ISimulatedDevice
{
    public const double OutOfTrackSeconds = 3;
    public const double HoldSeconds = 10;

    private const int BitsPerSecond = 9600;
    private const int MarkFrames = 12;
    private const int Centre = 32_768;
    private const int CutBytes = 3;

    private readonly SimulatedPatient patient;
    private readonly SerialOutput output;
    private readonly NoninReport report;
    private readonly ArrayBufferWriter<byte> frameBytes = new(NoninCodec.FrameBytes);
    private readonly byte[] floats = new byte[NoninCodec.FramesPerPacket];
    private readonly bool startMidPacket;
    private long frame = -1;
    private long packetStart;
    private long markedBeat = -1;
    private int markLeft;
    private NoninStatus mark;

    /// <param name="startMidPacket">The host opens a line that is already talking: its first frame is cut and the packet is under way.</param>
    public SimulatedNonin(string name, SimulatedPatient patient, ulong seed, bool startMidPacket = false)
    {
        ArgumentNullException.ThrowIfNull(patient);
        (Name, this.patient, this.startMidPacket) = (name, patient, startMidPacket);
        Pleth = new ToePleth(patient, 1.0 / NoninCodec.FramesPerSecond, new SeededStream(seed, name + "/sensor"));
        output = new SerialOutput(BitsPerSecond, new SeededStream(seed, name + "/line"));
        report = new NoninReport(patient.Truth.SpO2Percent);
    }

    public string Name { get; }

    public bool IsUp { get; private set; }

    public string TrueValueName => "pleth_above_foot_counts";

    /// <summary>The sensor.</summary>
    public ToePleth Pleth { get; }

    public long? NextAtNs => !IsUp ? null : output.NextAtNs ?? FrameAtNs(frame);

    public void Connected(long atNs)
    {
        IsUp = true;
        frame = Math.Max(frame, FrameAfter(atNs));
        packetStart = startMidPacket ? frame - 7 : frame;
        if (startMidPacket)
        {
            BeginPacket(FrameAtNs(frame));
            MakeFrame(FrameAtNs(frame));
            output.Write(FrameAtNs(frame), frameBytes.WrittenSpan[CutBytes..]);
            frame++;
        }
    }

    public void Disconnected(long atNs)
    {
        IsUp = false;
        output.Clear();
    }

    /// <summary>The module's format is fixed; commands are not answered.</summary>
    public void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
    }

    public void Advance(long atNs, IBufferWriter<byte> wire)
    {
        if (!IsUp)
        {
            return;
        }

        for (; FrameAtNs(frame) <= atNs; frame++)
        {
            if ((frame - packetStart) % NoninCodec.FramesPerPacket == 0)
            {
                BeginPacket(FrameAtNs(frame));
            }

            MakeFrame(FrameAtNs(frame));
            output.Write(FrameAtNs(frame), frameBytes.WrittenSpan);
        }

        output.Deliver(atNs, wire);
    }

    public double? TrueValue(long atNs) => Pleth.On is null ? null : Pleth.TrueCounts;

    private static long FrameAtNs(long frame) => frame * Nanoseconds.PerSecond / NoninCodec.FramesPerSecond;

    private static long FrameAfter(long atNs) => (atNs * NoninCodec.FramesPerSecond / Nanoseconds.PerSecond) + 1;

    private void BeginPacket(long atNs) =>
        report.Packet(atNs, (frame - packetStart) / NoninCodec.FramesPerPacket, sensorOn: Pleth.IsOnSkin).Write(floats);

    private void MakeFrame(long atNs)
    {
        double sample = Centre + Pleth.Next(atNs);
        NoticePulse(atNs);
        int place = (int)((frame - packetStart) % NoninCodec.FramesPerPacket);
        NoninStatus status = (place == 0 ? NoninStatus.Sync : NoninStatus.None)
            | (!Pleth.IsOnSkin ? NoninStatus.SensorAlarm : NoninStatus.None)
            | (report.OutOfTrack(atNs) ? NoninStatus.OutOfTrack : NoninStatus.None)
            | (markLeft > 0 ? mark : NoninStatus.None);
        markLeft = Math.Max(0, markLeft - 1);
        frameBytes.ResetWrittenCount();
        NoninCodec.WriteFormat7(new NoninFrame(status, (ushort)Math.Clamp(Math.Floor(sample + 0.5), 0, ushort.MaxValue), floats[place]), frameBytes);
    }

    /// <summary>Marks a pulse that stands out of the sensor's noise, by height.</summary>
    private void NoticePulse(long atNs)
    {
        if (Pleth.On is not { } toe || Pleth.BeatIndex == markedBeat)
        {
            return;
        }

        markedBeat = Pleth.BeatIndex;
        double height = Pleth.PulseCounts;
        if (height < 5 * patient.Truth.ToePulse.NoiseCounts || height <= 0)
        {
            return;
        }

        report.Pulse(atNs, patient.BeatAt(toe, atNs).LengthNs);
        markLeft = MarkFrames;
        mark = height switch
        {
            >= 2000 => NoninStatus.GreenPulse,
            >= 400 => NoninStatus.GreenPulse | NoninStatus.RedPulse,
            _ => NoninStatus.RedPulse,
        };
    }
}
