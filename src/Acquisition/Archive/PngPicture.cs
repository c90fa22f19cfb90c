using System.Buffers.Binary;
using System.IO.Compression;

namespace Vascular.Acquisition.Archive;

/// <summary>A picture of 8-bit red, green and blue as a PNG file (ISO/IEC 15948), the same bytes for the same picture.</summary>
internal static class PngPicture
{
    private const byte Truecolour = 2;
    private static readonly uint[] Remainders = Table();

    /// <param name="pixels">Row by row, three bytes a pixel.</param>
    public static byte[] Of(ReadOnlySpan<byte> pixels, int columns, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, 3 * columns * rows);
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows);
        (header[8], header[9]) = (8, Truecolour);
        Chunk(file, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int row = 0; row < rows; row++)
            {
                zip.WriteByte(0);   // no filter
                zip.Write(pixels.Slice(3 * columns * row, 3 * columns));
            }
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(data);
        uint crc = ~Update(Update(uint.MaxValue, kind), data);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc);
        file.Write(number);
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = Remainders[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] Table()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int k = 0; k < 8; k++)
            {
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
