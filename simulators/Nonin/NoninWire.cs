using System.Buffers;

namespace Vascular.Simulators.Nonin;

/// <summary>Flags of a status byte as the module sends them.</summary>
[Flags]
public enum NoninFlags : byte
{
    None = 0,
    Sync = 0x01,
    Green = 0x02,
    Red = 0x04,
    SensorAlarm = 0x08,
    OutOfTrack = 0x10,
}

/// <summary>Frames of format 7, written byte for byte. The service's reader has nothing to do with them: a simulator that shared its codec would prove nothing.</summary>
/// <remarks>Source: Nonin, Model 9560 OEM Specification and Technical Information (docs/devices/nonin.md).</remarks>
public static class NoninWire
{
    public const int FrameBytes = 5;
    public const int FramesPerPacket = 25;
    public const int FramesPerSecond = 75;

    private const byte Always = 0x80;

    /// <summary>Status, sample (high byte first), float byte, and the sum of the four mod 256.</summary>
    public static void WriteFormat7(NoninFlags flags, ushort pleth, byte number, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        byte status = (byte)(Always | (byte)flags);
        byte high = (byte)(pleth >> 8);
        byte low = (byte)(pleth & 0xFF);
        wire.Write<byte>([status, high, low, number, (byte)(status + high + low + number)]);
    }
}

/// <summary>What a packet's 25 float bytes say; null where the module has no value.</summary>
public sealed record NoninNumbers
{
    private const int NoRate = 511;
    private const byte NoSaturation = 127;

    /// <summary>HR, E-HR, HR-D and E-HR-D, 1/min.</summary>
    public int? Rate { get; init; }

    public int? LongRate { get; init; }

    public int? ShownRate { get; init; }

    public int? ShownLongRate { get; init; }

    /// <summary>The same for every kind of saturation that goes with a rate, %.</summary>
    public int? Saturation { get; init; }

    public int? LongSaturation { get; init; }

    public int? ShownSaturation { get; init; }

    public int? ShownLongSaturation { get; init; }

    public byte Revision { get; init; }

    /// <summary>Thirds of a second, 0 to 16383.</summary>
    public int Thirds { get; init; }

    /// <summary>Bit 5 of STAT2.</summary>
    public bool SmartPoint { get; init; }

    /// <summary>Frames 1 to 25 in order; reserved ones are 0.</summary>
    public void Write(Span<byte> floats)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(floats.Length, NoninWire.FramesPerPacket);
        floats.Clear();
        (floats[0], floats[1]) = Split(Rate);                   // 1, 2: HR
        floats[2] = Percent(Saturation);                        // 3: SpO2
        floats[3] = Revision;                                   // 4: SREV
        (floats[5], floats[6]) = ((byte)((Thirds >> 7) & 0x7F), (byte)(Thirds & 0x7F));     // 6, 7: TMR
        floats[7] = (byte)(SmartPoint ? 0x20 : 0);              // 8: STAT2
        floats[8] = Percent(ShownSaturation);                   // 9: SpO2-D
        floats[9] = Percent(Saturation);                        // 10: fast
        floats[10] = Percent(Saturation);                       // 11: beat to beat
        (floats[13], floats[14]) = Split(LongRate);             // 14, 15: E-HR
        floats[15] = Percent(LongSaturation);                   // 16: E-SpO2
        floats[16] = Percent(ShownLongSaturation);              // 17: E-SpO2-D
        (floats[19], floats[20]) = Split(ShownRate);            // 20, 21: HR-D
        (floats[21], floats[22]) = Split(ShownLongRate);        // 22, 23: E-HR-D
    }

    private static (byte High, byte Low) Split(int? rate) => ((byte)(((rate ?? NoRate) >> 7) & 0x03), (byte)((rate ?? NoRate) & 0x7F));

    private static byte Percent(int? value) => (byte)(value ?? NoSaturation);
}
