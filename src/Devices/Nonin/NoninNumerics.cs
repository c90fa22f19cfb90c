namespace Vascular.Devices.Nonin;

/// <summary>The numbers of one packet: 25 float bytes of formats 2 and 7. Null where the device says the value is missing.</summary>
/// <remarks>Source: Nonin, Model 9560 OEM Specification and Technical Information. Missing on the wire: 511 for a rate, 127 for a saturation.</remarks>
public readonly record struct NoninNumerics
{
    private const int MissingRate = 511;
    private const int MissingSaturation = 127;

    /// <summary>Pulse rate, 4-beat average, 0 to 510 per minute.</summary>
    public int? PulsePerMin { get; init; }

    /// <summary>Oxygen saturation, 4-beat average, 0 to 126 %.</summary>
    public int? Spo2Percent { get; init; }

    /// <summary>Firmware revision of the module, as a plain byte of 7 bits.</summary>
    public int FirmwareRevision { get; init; }

    /// <summary>The device's own time in thirds of a second, 0 to 16383, then from 0 again.</summary>
    public int TimerThirds { get; init; }

    /// <summary>SPA: the device's high-quality mark on the reading (9560).</summary>
    public bool HighQuality { get; init; }

    /// <summary>Battery low (9560).</summary>
    public bool LowBattery { get; init; }

    /// <summary>For display: refreshed every 1.5 s, holds the last value for 10 s after the sensor came off.</summary>
    public int? Spo2DisplayPercent { get; init; }

    /// <summary>4-beat average, fast response.</summary>
    public int? Spo2FastPercent { get; init; }

    /// <summary>No average.</summary>
    public int? Spo2BeatToBeatPercent { get; init; }

    /// <summary>8-beat average.</summary>
    public int? ExtendedPulsePerMin { get; init; }

    /// <summary>8-beat average.</summary>
    public int? ExtendedSpo2Percent { get; init; }

    /// <summary>8-beat average, for display.</summary>
    public int? ExtendedSpo2DisplayPercent { get; init; }

    /// <summary>4-beat average, for display.</summary>
    public int? PulseDisplayPerMin { get; init; }

    /// <summary>8-beat average, for display.</summary>
    public int? ExtendedPulseDisplayPerMin { get; init; }

    /// <summary>Reads the float bytes of frames 1 to 25, in order. Bytes 5, 12, 13, 18, 19, 24 and 25 are reserved and not looked at.</summary>
    public static NoninNumerics Read(ReadOnlySpan<byte> floats)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(floats.Length, NoninCodec.FramesPerPacket);
        return new NoninNumerics
        {
            PulsePerMin = Rate(floats[0], floats[1]),
            Spo2Percent = Saturation(floats[2]),
            FirmwareRevision = floats[3],
            TimerThirds = ((floats[5] & 0x7F) << 7) | (floats[6] & 0x7F),
            HighQuality = (floats[7] & 0x20) != 0,
            LowBattery = (floats[7] & 0x01) != 0,
            Spo2DisplayPercent = Saturation(floats[8]),
            Spo2FastPercent = Saturation(floats[9]),
            Spo2BeatToBeatPercent = Saturation(floats[10]),
            ExtendedPulsePerMin = Rate(floats[13], floats[14]),
            ExtendedSpo2Percent = Saturation(floats[15]),
            ExtendedSpo2DisplayPercent = Saturation(floats[16]),
            PulseDisplayPerMin = Rate(floats[19], floats[20]),
            ExtendedPulseDisplayPerMin = Rate(floats[21], floats[22]),
        };
    }

    /// <summary>Writes the float bytes of frames 1 to 25; reserved ones are 0.</summary>
    public void Write(Span<byte> floats)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(floats.Length, NoninCodec.FramesPerPacket);
        floats.Clear();
        PutRate(floats, PulsePerMin);
        floats[2] = (byte)(Spo2Percent ?? MissingSaturation);
        floats[3] = (byte)FirmwareRevision;
        floats[5] = (byte)((TimerThirds >> 7) & 0x7F);
        floats[6] = (byte)(TimerThirds & 0x7F);
        floats[7] = (byte)((HighQuality ? 0x20 : 0) | (LowBattery ? 0x01 : 0));
        floats[8] = (byte)(Spo2DisplayPercent ?? MissingSaturation);
        floats[9] = (byte)(Spo2FastPercent ?? MissingSaturation);
        floats[10] = (byte)(Spo2BeatToBeatPercent ?? MissingSaturation);
        PutRate(floats[13..], ExtendedPulsePerMin);
        floats[15] = (byte)(ExtendedSpo2Percent ?? MissingSaturation);
        floats[16] = (byte)(ExtendedSpo2DisplayPercent ?? MissingSaturation);
        PutRate(floats[19..], PulseDisplayPerMin);
        PutRate(floats[21..], ExtendedPulseDisplayPerMin);
    }

    private static int? Rate(byte high, byte low)
    {
        int rate = ((high & 0x03) << 7) | (low & 0x7F);
        return rate == MissingRate ? null : rate;
    }

    private static int? Saturation(byte value)
    {
        int percent = value & 0x7F;
        return percent == MissingSaturation ? null : percent;
    }

    private static void PutRate(Span<byte> floats, int? perMin)
    {
        int rate = perMin ?? MissingRate;
        floats[0] = (byte)((rate >> 7) & 0x03);
        floats[1] = (byte)(rate & 0x7F);
    }
}
