using System.Globalization;
using System.Numerics;

namespace Vascular.Devices.Dicom;

/// <summary>Unique identifiers made of a UUID (PS3.5 annex B.2): <c>2.25.</c> and the UUID as one decimal number.</summary>
public static class DicomUid
{
    /// <summary>At most 44 characters of the 64 a UID may have.</summary>
    public static string Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return "2.25." + new BigInteger(bytes, isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture);
    }
}
