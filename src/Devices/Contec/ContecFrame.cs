using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Contec;

/// <summary>Packets of the device, by their type byte (docs/devices/contec-v7.md).</summary>
public enum ContecPacket
{
    /// <summary>No packet: the value of an unset frame.</summary>
    None = 0,
    RealTime = 0x01,
    DeviceId = 0x04,
    UserInfo = 0x05,
    StorageDate = 0x07,
    StorageLength = 0x08,
    StorageWithPerfusion = 0x09,
    SegmentCount = 0x0A,

    /// <summary>Answer to a command: the command and a reason.</summary>
    CommandFeedback = 0x0B,

    /// <summary>The device is idle.</summary>
    Free = 0x0C,

    /// <summary>The device leaves: a reason.</summary>
    Disconnect = 0x0D,
    PerfusionSupport = 0x0E,
    StorageWithoutPerfusion = 0x0F,
    UserCount = 0x10,
    DeviceNotice = 0x11,
    StorageTime = 0x12,
    StorageId = 0x15,
}

/// <summary>One packet of protocol V7.0, its data bytes whole again (bit 7 of each travels in a byte of its own).</summary>
/// <param name="Packet">Which packet.</param>
/// <param name="Length">Data bytes, 0 to 7.</param>
/// <param name="Data">Data bytes, the first in the lowest eight bits.</param>
public readonly record struct ContecFrame(ContecPacket Packet, int Length, ulong Data)
{
    /// <summary>Data byte <paramref name="index"/>, from 0.</summary>
    public byte this[int index] => (byte)(Data >> (8 * index));
}

/// <summary>The data of a real-time packet, 60 a second.</summary>
/// <param name="SignalStrength">0 to 8; above 8 counts as 8.</param>
/// <param name="Pleth">0 to 127, of no stated scaling; 64 while the probe reports an error.</param>
/// <param name="Bar">Bar graph, 0 to 15.</param>
/// <param name="PulsePerMin">1 to 254; null when missing.</param>
/// <param name="Spo2Percent">1 to 100; null when missing.</param>
/// <param name="PerfusionIndexHundredths">Perfusion index in 0.01 %, 0 to 2200; null when missing or marked invalid.</param>
/// <remarks>Source: Contec, Communication Protocol of Pulse Oximeter V7.0, 2010. A rate or saturation of 0, which the document does not allow, is
/// taken as missing.</remarks>
public readonly record struct ContecSample(
    int SignalStrength, bool SearchingTooLong, bool LowSpo2, bool Beep, bool ProbeError, bool Searching,
    int Pleth, int Bar, int? PulsePerMin, int? Spo2Percent, int? PerfusionIndexHundredths)
{
    private const int HighestPerfusion = 2200;
    private const int MissingPerfusion = 0xFFFF;
    private const byte MissingRate = 0xFF;
    private const byte MissingSaturation = 0x7F;

    /// <summary>7 bits; the document does not say whether the trace is scaled by the device, so nobody may grade it.</summary>
    public static Waveform Waveform { get; } = new("contec-v7", 60, 7, 0, 127, WaveformScaling.Unstated);

    /// <summary>Reads the seven data bytes of a real-time packet.</summary>
    /// <returns>Range for a saturation above 100 % or a perfusion index above 22 %.</returns>
    internal static WireFault Read(in ContecFrame frame, out ContecSample sample)
    {
        int perfusion = frame[5] | (frame[6] << 8);
        bool perfusionValid = (frame[2] & 0x10) == 0;
        byte saturation = frame[4];
        sample = new ContecSample(
            Math.Min(frame[0] & 0x0F, 8),
            (frame[0] & 0x10) != 0,
            (frame[0] & 0x20) != 0,
            (frame[0] & 0x40) != 0,
            (frame[0] & 0x80) != 0,
            (frame[1] & 0x80) != 0,
            frame[1] & 0x7F,
            frame[2] & 0x0F,
            frame[3] is 0 or MissingRate ? null : frame[3],
            saturation is 0 or MissingSaturation ? null : saturation,
            perfusion == MissingPerfusion || !perfusionValid ? null : perfusion);
        return saturation is > 100 and not MissingSaturation || perfusion is > HighestPerfusion and not MissingPerfusion ? WireFault.Range : WireFault.None;
    }
}
