namespace Vascular.Devices.Dicom;

/// <summary>A data set as a DICOM file (PS3.10): preamble, file meta information, explicit VR little endian.</summary>
public static class PartTenFile
{
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";
    private const int Preamble = 128;

    private static readonly DicomTag SopClass = new(0x0008, 0x0016);
    private static readonly DicomTag SopInstance = new(0x0008, 0x0018);

    /// <param name="implementation">Implementation Class UID of who wrote it.</param>
    /// <param name="version">Implementation Version Name, at most 16 characters.</param>
    /// <exception cref="ArgumentException">The data set has no SOP class or instance.</exception>
    public static byte[] Bytes(DataSet data, string implementation, string version)
    {
        ArgumentNullException.ThrowIfNull(data);
        string sopClass = data.TextOf(SopClass) ?? throw new ArgumentException($"No SOP class {SopClass}.", nameof(data));
        string instance = data.TextOf(SopInstance) ?? throw new ArgumentException($"No SOP instance {SopInstance}.", nameof(data));
        byte[] meta = new DataSet()
            .Bytes(new(0x0002, 0x0001), [0, 1])
            .Text(new(0x0002, 0x0002), "UI", sopClass)
            .Text(new(0x0002, 0x0003), "UI", instance)
            .Text(new(0x0002, 0x0010), "UI", ExplicitLittleEndian)
            .Text(new(0x0002, 0x0012), "UI", implementation)
            .Text(new(0x0002, 0x0013), "SH", version)
            .ToBytes();
        byte[] length = new DataSet().Longs(new(0x0002, 0x0000), meta.Length).ToBytes();
        return [.. new byte[Preamble], .. "DICM"u8, .. length, .. meta, .. data.ToBytes()];
    }

    /// <summary>The data set's bytes of a file: what is left when an archive has rewritten the meta information.</summary>
    /// <returns>Empty when it is no DICOM file in explicit little endian.</returns>
    public static ReadOnlySpan<byte> DataOf(ReadOnlySpan<byte> file)
    {
        int start = Preamble + 4;
        if (file.Length < start + 12 || !file[Preamble..start].SequenceEqual("DICM"u8))
        {
            return [];
        }

        // group length: tag, "UL", two bytes of length, four of value
        long end = start + 12 + System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(file[(start + 8)..]);
        return end <= file.Length ? file[(int)end..] : [];
    }
}
