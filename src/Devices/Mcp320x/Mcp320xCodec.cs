namespace Vascular.Devices.Mcp320x;

/// <summary>A converter of the family: 12 bits each.</summary>
public enum Mcp320xPart
{
    /// <summary>One input, between its two pins.</summary>
    Mcp3201,

    /// <summary>Two inputs.</summary>
    Mcp3202,

    /// <summary>Four inputs.</summary>
    Mcp3204,

    /// <summary>Eight inputs.</summary>
    Mcp3208,
}

/// <summary>What goes out and comes in while an MCP3201, 3202, 3204 or 3208 converts one input. Knows bytes, never a bus.</summary>
/// <remarks>
/// Source: Microchip, MCP3201 (DS21290), MCP3202 (DS21034), MCP3204/3208 (DS21298) data sheets, serial communications in 8-bit segments, SPI mode 0,0; the count's place as in Linux,
/// drivers/iio/adc/mcp320x.c, whose request of the four-wire parts stands two bits further left.
/// <para>Out (· 0): 3202 <c>·······1 SC1·····  ········</c> (S single-ended, C channel, most significant bit first); 3204 and 3208 <c>·····1SC CC······ ········</c>; the 3201 has no data in.</para>
/// <para>In: 3201 <c>??0BBBBB BBBBBBBL</c>, L being bit 1 once more (the part begins to say the count backwards); the others <c>???????? ???0BBBB BBBBBBBB</c>. The 0 is the null bit:
/// where nothing drives the wire and it rests high it reads 1. Where it rests low an absent part reads as 0 V.</para>
/// </remarks>
public static class Mcp320xCodec
{
    /// <summary>Bits of a count.</summary>
    public const int Bits = 12;

    /// <summary>Highest count; the input is at the reference, or above.</summary>
    public const int HighestCount = (1 << Bits) - 1;

    /// <summary>Most bytes of a transfer.</summary>
    public const int MostBytes = 3;

    /// <summary>The part's name, in the words of the Linux driver.</summary>
    public static string Name(Mcp320xPart part) => part switch
    {
        Mcp320xPart.Mcp3201 => "mcp3201",
        Mcp320xPart.Mcp3202 => "mcp3202",
        Mcp320xPart.Mcp3204 => "mcp3204",
        _ => "mcp3208",
    };

    /// <summary>Inputs of a part.</summary>
    public static int Inputs(Mcp320xPart part) => part switch
    {
        Mcp320xPart.Mcp3201 => 1,
        Mcp320xPart.Mcp3202 => 2,
        Mcp320xPart.Mcp3204 => 4,
        _ => 8,
    };

    /// <summary>Bytes of a transfer: as many go out as come in.</summary>
    public static int Bytes(Mcp320xPart part) => part == Mcp320xPart.Mcp3201 ? 2 : MostBytes;

    /// <summary>Writes what goes out for one input against ground.</summary>
    /// <param name="bytes">At least <see cref="Bytes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part has no such input.</exception>
    public static void WriteRequest(Mcp320xPart part, int input, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(input);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(input, Inputs(part));
        bytes[..Bytes(part)].Clear();
        switch (part)
        {
            case Mcp320xPart.Mcp3201:
                break;
            case Mcp320xPart.Mcp3202:
                bytes[0] = 0b0000_0001;
                bytes[1] = (byte)(0b1010_0000 | (input << 6));
                break;
            default:
                bytes[0] = (byte)(0b0000_0110 | (input >> 2));
                bytes[1] = (byte)(input << 6);
                break;
        }
    }

    /// <summary>The count in what came in.</summary>
    /// <param name="bytes">Exactly <see cref="Bytes"/>.</param>
    /// <returns>False where the null bit is not 0, or an MCP3201's bit 1 is not said twice alike: nothing, or something else, is on the wire.</returns>
    public static bool TryRead(Mcp320xPart part, ReadOnlySpan<byte> bytes, out int count)
    {
        count = 0;
        if (bytes.Length != Bytes(part))
        {
            return false;
        }

        if (part == Mcp320xPart.Mcp3201)
        {
            count = ((bytes[0] & 0x1F) << 7) | (bytes[1] >> 1);
            return (bytes[0] & 0x20) == 0 && (bytes[1] & 1) == ((count >> 1) & 1);
        }

        count = ((bytes[1] & 0x0F) << 8) | bytes[2];
        return (bytes[1] & 0x10) == 0;
    }

    /// <summary>Writes what comes in for a count; bits that nobody drives are 1.</summary>
    /// <param name="count">0 to <see cref="HighestCount"/>.</param>
    public static void Write(Mcp320xPart part, int count, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, HighestCount);
        if (part == Mcp320xPart.Mcp3201)
        {
            (bytes[0], bytes[1]) = ((byte)(0xC0 | (count >> 7)), (byte)((count << 1) | ((count >> 1) & 1)));
            return;
        }

        (bytes[0], bytes[1], bytes[2]) = (0xFF, (byte)(0xE0 | (count >> 8)), (byte)count);
    }
}
