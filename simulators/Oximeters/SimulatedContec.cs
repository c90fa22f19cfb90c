using System.Buffers;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Oximeters;

/// <summary>A Contec oximeter of protocol V7.0: streams 60 packets a second once it is told to.</summary>
/// <remarks>Layout: docs/devices/contec-v7.md. What a device does without "I am connected" is not documented: by default it goes on, with
/// <c>needsKeepAlive</c> it falls idle ten seconds after the last one.</remarks>
public sealed class SimulatedContec(string name, SimulatedPatient patient, ulong seed, bool needsKeepAlive = false)
    : SimulatedOximeter(name, patient, seed, samplesPerSecond: 60, bitsPerSecond: 115_200)
{
    private const int CommandBytes = 9;
    private const long PatienceNs = 10_000_000_000;

    private readonly byte[] heard = new byte[CommandBytes];
    private int heardCount;
    private long hostHeardNs;

    /// <summary>Real-time packets are on.</summary>
    public bool Streams { get; private set; }

    public override void Connected(long atNs)
    {
        base.Connected(atNs);
        (Streams, heardCount, hostHeardNs) = (false, 0, atNs);
    }

    public override void Receive(long atNs, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            heardCount = value < 0x80 ? 0 : heardCount;
            heard[heardCount++] = value;
            if (heardCount == CommandBytes)
            {
                heardCount = 0;
                Obey(atNs, (byte)(heard[2] & 0x7F | (heard[1] & 1) << 7));
            }
        }
    }

    protected override void Speak(in OximeterMoment moment, IBufferWriter<byte> wire)
    {
        if (Streams && needsKeepAlive && moment.AtNs - hostHeardNs > PatienceNs)
        {
            Streams = false;
            wire.Write(Packed(0x0C));
        }

        if (!Streams)
        {
            return;
        }

        int perfusion = moment.PulsePerMin is null ? 0xFFFF : (int)Math.Round(moment.PerfusionIndexPercent * 100);
        wire.Write(Packed(
            0x01,
            (byte)((moment.SensorOn ? 6 : 0x80) | (moment.OutOfTrack && moment.SensorOn ? 0x10 : 0) | (moment.PulseMarked ? 0x40 : 0)),
            (byte)((moment.SensorOn ? moment.Scaled(32, 0, 127) : 0x40) | (moment.OutOfTrack ? 0x80 : 0)),
            (byte)(Math.Clamp((int)(moment.PulseCounts / 200), 0, 15) | (moment.PulsePerMin is null ? 0x10 : 0)),
            (byte)(moment.PulsePerMin ?? 0xFF),
            (byte)(moment.Spo2Percent ?? 0x7F),
            (byte)perfusion,
            (byte)(perfusion >> 8)));
    }

    private void Obey(long atNs, byte command)
    {
        hostHeardNs = atNs;
        switch (command)
        {
            case 0xA1:
                Streams = true;
                break;
            case 0xA2:
                Streams = false;
                Say(atNs, Packed(0x0C));
                break;
            case 0xAA:
                Say(atNs, Packed(0x04, "CMS50E\0"u8.ToArray()));
                break;
            case 0xAC:
                Say(atNs, Packed(0x0E, 0));
                break;
            case 0xAF:
                break;
            default:
                Say(atNs, Packed(0x0B, command, 5));
                break;
        }
    }

    private static byte[] Packed(byte type, params byte[] data)
    {
        if (data.Length == 0)
        {
            return [type, 0x80];
        }

        int high = 0x80;
        for (int i = 0; i < data.Length; i++)
        {
            high |= data[i] >> 7 << i;
        }

        return [type, (byte)high, .. data.Select(d => (byte)(d | 0x80))];
    }
}
