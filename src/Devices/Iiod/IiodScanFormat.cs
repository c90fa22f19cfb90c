using System.Globalization;

namespace Vascular.Devices.Iiod;

/// <summary>How a channel stands in a buffered sample: <c>be:u18/32&gt;&gt;8</c> is 18 bits, unsigned, most significant byte first, in 32 bits, 8 bits up.</summary>
/// <remarks>Source: Linux, Documentation/ABI/testing/sysfs-bus-iio (<c>_type</c>); libiio v0.24 (channel.c), which writes S and U where bits and storage are equal.
/// Elements stand in scan order, each aligned to its own size.</remarks>
/// <param name="Bits">Significant bits, 1 to <paramref name="StorageBits"/>.</param>
/// <param name="StorageBits">8, 16, 32 or 64.</param>
/// <param name="Shift">Bits below the significant ones.</param>
public readonly record struct IiodScanFormat(bool BigEndian, bool Signed, int Bits, int StorageBits, int Shift)
{
    /// <summary>Bytes of the element.</summary>
    public int Bytes => StorageBits / 8;

    /// <summary>Reads the format of a channel; a repeated element (<c>X</c>) is none that is read here.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IiodScanFormat format)
    {
        format = default;
        int slash = text.IndexOf('/'), shift = text.IndexOf(">>");
        if (text.Length < 9 || text[2] != ':' || slash < 5 || shift < slash
            || !Number(text[4..slash], out int bits) || !Number(text[(slash + 1)..shift], out int storage) || !Number(text[(shift + 2)..], out int down))
        {
            return false;
        }

        format = new IiodScanFormat(text.StartsWith("be"), text[3] is 's' or 'S', bits, storage, down);
        return (text.StartsWith("le") || text.StartsWith("be")) && text[3] is 's' or 'S' or 'u' or 'U'
            && storage is 8 or 16 or 32 or 64 && bits >= 1 && bits + down <= storage;
    }

    /// <summary>Where an element stands behind those before it.</summary>
    /// <param name="end">Bytes of the sample before it.</param>
    public int After(int end) => (end + Bytes - 1) / Bytes * Bytes;

    /// <summary>The value of an element, before offset and scale.</summary>
    /// <param name="element">Exactly <see cref="Bytes"/>.</param>
    public long Value(ReadOnlySpan<byte> element)
    {
        ulong word = 0;
        for (int at = 0; at < element.Length; at++)
        {
            word |= (ulong)element[BigEndian ? element.Length - 1 - at : at] << (8 * at);
        }

        int up = 64 - Bits;
        ulong raised = word >> Shift << up;
        return Signed ? (long)raised >> up : (long)(raised >> up);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(BigEndian ? "be" : "le")}:{(Bits == StorageBits ? Signed ? 'S' : 'U' : Signed ? 's' : 'u')}{Bits}/{StorageBits}>>{Shift}");

    private static bool Number(ReadOnlySpan<char> digits, out int number) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
