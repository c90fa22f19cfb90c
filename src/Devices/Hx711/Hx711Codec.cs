namespace Vascular.Devices.Hx711;

/// <summary>What goes out and comes in while an HX711 gives its last conversion, with an SPI bus as its clock. Knows bytes, never a bus.</summary>
/// <remarks>
/// Source: Avia Semiconductor, HX711 data sheet, serial interface. The part has a clock pin (PD_SCK) and a data pin (DOUT) and no bus of its own; on SPI its clock hangs on the bus's data
/// out and its data on the bus's data in (a wiring of others, for instance the crate hx711_spi): <c>10</c> on data out is one pulse, so each bit of the part comes in twice, once while its clock is
/// high and once while it is low, and the two must be alike.
/// <para>DOUT is low when a conversion is ready. 24 pulses give its bits, most significant first, two's complement; one, two or three more choose what is converted next: channel A × 128, B × 32,
/// A × 64. After the 25th DOUT is high until the next conversion is ready: so the last three bits in are 1, which an open wire that rests low does not say.</para>
/// </remarks>
public static class Hx711Codec
{
    /// <summary>Bits of a count.</summary>
    public const int Bits = 24;

    /// <summary>The bridge gives this or more.</summary>
    public const int HighestCount = (1 << (Bits - 1)) - 1;

    /// <summary>The bridge gives this or less.</summary>
    public const int LowestCount = -(1 << (Bits - 1));

    /// <summary>Bytes of a transfer: as many go out as come in.</summary>
    public const int Bytes = 7;

    private const byte Pulses = 0b1010_1010;
    private const byte AfterPulses = 0b0000_0111;

    /// <summary>Whether the part has this gain.</summary>
    public static bool IsGain(int gain) => gain is 128 or 64 or 32;

    /// <summary>Writes the pulses that take a conversion and choose the next one's gain.</summary>
    /// <param name="gain">128, 64 or 32.</param>
    /// <param name="bytes">At least <see cref="Bytes"/>.</param>
    public static void WriteRequest(int gain, Span<byte> bytes)
    {
        bytes[..(Bytes - 1)].Fill(Pulses);
        bytes[Bytes - 1] = gain switch
        {
            128 => 0b1000_0000,
            32 => 0b1010_0000,
            64 => 0b1010_1000,
            _ => throw new ArgumentOutOfRangeException(nameof(gain), gain, "A gain is 128, 64 or 32."),
        };
    }

    /// <summary>True when what came in while nothing went out says that a conversion is ready.</summary>
    public static bool IsReady(byte idle) => idle == 0;

    /// <summary>The count in what came in.</summary>
    /// <param name="bytes">Exactly <see cref="Bytes"/>.</param>
    /// <returns>False where a bit was not said twice alike, or DOUT is not high at the end: nothing, or something else, is on the wire.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out int count)
    {
        count = 0;
        if (bytes.Length != Bytes || (bytes[Bytes - 1] & AfterPulses) != AfterPulses)
        {
            return false;
        }

        uint bits = 0;
        foreach (byte four in bytes[..(Bytes - 1)])
        {
            for (int pair = 6; pair >= 0; pair -= 2)
            {
                int twice = (four >> pair) & 3;
                if (twice is not (0 or 3))
                {
                    return false;
                }

                bits = (bits << 1) | (uint)(twice & 1);
            }
        }

        count = (int)(bits << 8) >> 8;
        return true;
    }

    /// <summary>Writes what comes in for a count.</summary>
    /// <param name="count"><see cref="LowestCount"/> to <see cref="HighestCount"/>.</param>
    public static void Write(int count, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, LowestCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, HighestCount);
        for (int at = 0; at < Bytes - 1; at++)
        {
            int four = (count >> (20 - (4 * at))) & 0xF;
            bytes[at] = (byte)((((four >> 3) & 1) * 0xC0) | (((four >> 2) & 1) * 0x30) | (((four >> 1) & 1) * 0x0C) | ((four & 1) * 0x03));
        }

        bytes[Bytes - 1] = 0xFF;
    }
}
