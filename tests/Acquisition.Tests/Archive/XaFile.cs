using System.Globalization;
using System.Text;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>A DICOM Part 10 file of an XA run, explicit little endian, written by hand from PS3.5 and PS3.10 so that no code of the product judges itself.</summary>
internal static class XaFile
{
    private const string Xa = "1.2.840.10008.5.1.4.1.1.12.1";

    /// <param name="relationship">Pixel Intensity Relationship.</param>
    /// <param name="frameTimes">Frame Time, Frame Time Vector and Cine Rate elements as they shall stand in the file; empty for a run without clock.</param>
    /// <param name="pixel">Stored value at frame, row, column.</param>
    public static void Write(string path, int frames, int rows, int columns, string relationship, IReadOnlyList<(uint Tag, string Vr, string Value)> frameTimes, Func<int, int, int, ushort> pixel) =>
        Write(path, frames, rows, columns, relationship, frameTimes, [], pixel);

    /// <param name="more">Elements beside these, or in place of them: of group 0008, 0010, 0018 or 0020.</param>
    public static void Write(string path, int frames, int rows, int columns, string relationship, IReadOnlyList<(uint Tag, string Vr, string Value)> frameTimes, IReadOnlyList<(uint Tag, string Vr, string Value)> more, Func<int, int, int, ushort> pixel)
    {
        using var data = new MemoryStream();
        (uint, string, string)[] texts =
        [
            (0x00080008, "CS", @"ORIGINAL\PRIMARY\SINGLE PLANE"), (0x00080016, "UI", Xa), (0x00080018, "UI", "2.25.7001"), (0x00080060, "CS", "XA"),
            (0x00100020, "LO", "TEST-0002"), .. frameTimes.Where(t => t.Tag >> 16 == 0x0018), (0x00181500, "CS", "STATIC"),
            (0x0020000D, "UI", "2.25.7002"), (0x0020000E, "UI", "2.25.7003"),
        ];
        string instance = more.FirstOrDefault(t => t.Tag == 0x00080018).Value ?? "2.25.7001";
        foreach ((uint tag, string vr, string value) in texts.Where(t => !more.Any(m => m.Tag == t.Item1)).Concat(more).OrderBy(t => t.Item1))
        {
            Text(data, tag, vr, value);
        }

        Short(data, 0x00280002, 1);
        Text(data, 0x00280004, "CS", "MONOCHROME2");
        // padded: a file may be lengthened to 999 frames
        Text(data, 0x00280008, "IS", frames.ToString(CultureInfo.InvariantCulture).PadRight(4));
        foreach ((uint tag, int value) in new[] { (0x00280010u, rows), (0x00280011u, columns), (0x00280100u, 16), (0x00280101u, 12), (0x00280102u, 11), (0x00280103u, 0) })
        {
            Short(data, tag, value);
        }

        Text(data, 0x00281040, "CS", relationship);
        Head(data, 0x7FE00010, "OW", frames * rows * columns * 2);
        using var writer = new BinaryWriter(data);
        for (int frame = 0; frame < frames; frame++)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    writer.Write(pixel(frame, row, column));
                }
            }
        }

        writer.Flush();
        using var meta = new MemoryStream();
        Head(meta, 0x00020001, "OB", 2);
        meta.Write([0, 1]);
        Text(meta, 0x00020002, "UI", more.FirstOrDefault(t => t.Tag == 0x00080016).Value ?? Xa);
        Text(meta, 0x00020003, "UI", instance);
        Text(meta, 0x00020010, "UI", "1.2.840.10008.1.2.1");
        Text(meta, 0x00020012, "UI", "2.25.7000");
        using var file = new FileStream(path, FileMode.Create);
        file.Write(new byte[128]);
        file.Write("DICM"u8);
        Head(file, 0x00020000, "UL", 4);
        file.Write(BitConverter.GetBytes((uint)meta.Length));
        meta.WriteTo(file);
        data.WriteTo(file);
    }

    /// <summary>Makes more frames of a file of one, as a hole in the file: what is not written is zero and takes no room.</summary>
    public static void Lengthen(string path, int frames, int frameBytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        byte[] head = new byte[(int)Math.Min(file.Length - frameBytes, 4096)];
        file.ReadExactly(head);
        ReadOnlySpan<byte> numberOfFrames = [0x28, 0x00, 0x08, 0x00, (byte)'I', (byte)'S'];
        int number = head.AsSpan().IndexOf(numberOfFrames) + 8;
        file.Position = number;
        file.Write(Encoding.ASCII.GetBytes(frames.ToString(CultureInfo.InvariantCulture).PadRight(4)));
        file.Position = file.Length - frameBytes - 4;
        file.Write(BitConverter.GetBytes(frames * frameBytes));
        file.SetLength(file.Length + (long)(frames - 1) * frameBytes);
    }

    private static void Short(Stream to, uint tag, int value)
    {
        Head(to, tag, "US", 2);
        to.Write(BitConverter.GetBytes((ushort)value));
    }

    private static void Text(Stream to, uint tag, string vr, string value)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(value.Length % 2 == 0 ? value : value + (vr == "UI" ? '\0' : ' '));
        Head(to, tag, vr, bytes.Length);
        to.Write(bytes);
    }

    private static void Head(Stream to, uint tag, string vr, int length)
    {
        to.Write(BitConverter.GetBytes((ushort)(tag >> 16)));
        to.Write(BitConverter.GetBytes((ushort)tag));
        to.Write(Encoding.ASCII.GetBytes(vr));
        if (vr is "OB" or "OW")
        {
            to.Write([0, 0]);
            to.Write(BitConverter.GetBytes(length));
        }
        else
        {
            to.Write(BitConverter.GetBytes((ushort)length));
        }
    }
}
