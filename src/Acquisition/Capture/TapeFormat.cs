using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vascular.Acquisition.Capture;

/// <summary>Layout of a record on disk and the limits of the format: docs/tape-format.md in code. All numbers are little endian.</summary>
public static class TapeFormat
{
    /// <summary>Version in every header; a reader refuses another one.</summary>
    public const ushort Version = 1;

    public const int LengthAt = 0;
    public const int CrcAt = 4;
    public const int TypeAt = 8;
    public const int LinkAt = 9;
    public const int AtNsAt = 11;

    /// <summary>Where the body begins: ciphertext and tag, or what a clear record carries.</summary>
    public const int BodyAt = 19;

    /// <summary>The clear fields that GCM authenticates: length, type, link, AtNs.</summary>
    public const int ClearFields = 15;

    public const int TagSize = 16;
    public const int HashSize = 32;
    public const int KeySize = 32;
    public const int NonceSize = 12;
    public const int KeyIdSize = 16;

    /// <summary>Largest payload of one record, bytes. A length above it is damage, never a reason to reserve memory.</summary>
    public const int MaxPayload = 4 << 20;

    public const string PublicKeyFile = "public.pem";
    public const string SegmentSuffix = ".tape";

    private const int CrcEnd = CrcAt + sizeof(uint);

    public static string SegmentName(int number) => number.ToString("D6", CultureInfo.InvariantCulture) + SegmentSuffix;

    /// <summary>The file that keeps what the <paramref name="copy"/>-th cut of a segment took off.</summary>
    public static string CutName(int number, int copy) => string.Create(CultureInfo.InvariantCulture, $"{number:D6}.{copy}.cut");

    /// <summary>True for <c>NNNNNN.tape</c> with a number from 1.</summary>
    public static bool TryParseSegmentName(string name, out int number)
    {
        number = 0;
        return name.EndsWith(SegmentSuffix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(0, name.Length - SegmentSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number > 0
            && name == SegmentName(number);
    }

    /// <summary>Records whose body is readable without the examination's key.</summary>
    public static bool IsClear(TapeRecordType type) => type is TapeRecordType.Header or TapeRecordType.Chain or TapeRecordType.Seal;

    public static bool IsKnown(TapeRecordType type) => type is >= TapeRecordType.Header and <= TapeRecordType.Stray;

    /// <summary>Bytes of a record on disk. A seal carries a signature instead of a tag.</summary>
    public static int SizeOf(TapeRecordType type, int payload) => BodyAt + payload + (type == TapeRecordType.Seal ? 0 : TagSize);

    /// <summary>CRC-32C (Castagnoli, reflected, initial and final inversion) over the whole record without the CRC field itself.</summary>
    public static uint Crc(ReadOnlySpan<byte> record) => ~Fold(Fold(uint.MaxValue, record[..CrcAt]), record[CrcEnd..]);

    private static uint Fold(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            ulong eight = MemoryMarshal.Read<ulong>(bytes);
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? eight : BinaryPrimitives.ReverseEndianness(eight));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }
}
