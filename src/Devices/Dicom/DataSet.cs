using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Vascular.Devices.Dicom;

/// <summary>A data set to be written: elements in the order of their tags, in UTF-8 (<c>ISO_IR 192</c>), explicit VR little endian.</summary>
/// <remarks>What a value representation forbids (PS3.5 table 6.2-1) is refused when it is put in, with the tag: nothing is cut short or replaced.</remarks>
public sealed class DataSet
{
    private const uint Item = 0xE000_FFFE;

    private static readonly Dictionary<string, int> LongestText = new(StringComparer.Ordinal)
    {
        ["AE"] = 16, ["CS"] = 16, ["DA"] = 8, ["DS"] = 16, ["DT"] = 26, ["IS"] = 12, ["LO"] = 64, ["LT"] = 10240, ["PN"] = 64,
        ["SH"] = 16, ["ST"] = 1024, ["TM"] = 14, ["UC"] = int.MaxValue, ["UI"] = 64, ["UT"] = int.MaxValue,
    };

    private readonly SortedDictionary<DicomTag, (string Vr, byte[] Value)> elements = [];

    /// <summary>Text of one or several values; none at all is an empty element (type 2).</summary>
    /// <exception cref="ArgumentException">A value is too long for its representation, or has a character it forbids.</exception>
    public DataSet Text(DicomTag tag, string vr, params ReadOnlySpan<string> values)
    {
        bool oneValue = vr is "LT" or "ST" or "UT";
        foreach (string value in values)
        {
            Check(tag, vr, value, oneValue);
        }

        byte[] text = Encoding.UTF8.GetBytes(string.Join('\\', values.ToArray()));
        return Put(tag, vr, Even(text, vr == "UI" ? (byte)0 : (byte)' '));
    }

    /// <summary>A decimal string (DS): the shortest text of at most 16 characters that is nearest to the number.</summary>
    public DataSet Decimal(DicomTag tag, double value) => Text(tag, "DS", DecimalText(value));

    /// <summary>An unsigned 16-bit number.</summary>
    public DataSet Short(DicomTag tag, int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        return Put(tag, "US", bytes);
    }

    /// <summary>Unsigned 32-bit numbers.</summary>
    public DataSet Longs(DicomTag tag, params ReadOnlySpan<int> values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * k), checked((uint)values[k]));
        }

        return Put(tag, "UL", bytes);
    }

    /// <summary>Signed 16-bit words (OW), or one signed 16-bit number (SS).</summary>
    public DataSet Words(DicomTag tag, string vr, ReadOnlySpan<short> values)
    {
        byte[] bytes = new byte[2 * values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * k), values[k]);
        }

        return Put(tag, vr, bytes);
    }

    /// <summary>Bytes as they are (OB), padded to an even number with zero.</summary>
    public DataSet Bytes(DicomTag tag, ReadOnlySpan<byte> bytes) => Put(tag, "OB", Even(bytes.ToArray(), 0));

    /// <summary>Items of a sequence; none is an empty sequence.</summary>
    public DataSet Items(DicomTag tag, params ReadOnlySpan<DataSet> items)
    {
        using MemoryStream value = new();
        Span<byte> head = stackalloc byte[8];
        foreach (DataSet item in items)
        {
            byte[] body = item.ToBytes();
            BinaryPrimitives.WriteUInt32LittleEndian(head, Item);
            BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)body.Length);
            value.Write(head);
            value.Write(body);
        }

        return Put(tag, "SQ", value.ToArray());
    }

    /// <summary>The elements, each as tag, representation, length and value; the same data set gives the same bytes.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream all = new();
        Span<byte> head = stackalloc byte[12];
        foreach ((DicomTag tag, (string vr, byte[] value)) in elements)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head, tag.Group);
            BinaryPrimitives.WriteUInt16LittleEndian(head[2..], tag.Element);
            (head[4], head[5]) = ((byte)vr[0], (byte)vr[1]);
            if (vr is "OB" or "OW" or "SQ" or "UC" or "UT")
            {
                BinaryPrimitives.WriteUInt16LittleEndian(head[6..], 0);
                BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)value.Length);
                all.Write(head);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(head[6..], (ushort)value.Length);
                all.Write(head[..8]);
            }

            all.Write(value);
        }

        return all.ToArray();
    }

    /// <summary>Text of an element with one value, or null when it is not there.</summary>
    internal string? TextOf(DicomTag tag) => elements.TryGetValue(tag, out (string Vr, byte[] Value) element) ? Encoding.UTF8.GetString(element.Value).TrimEnd(' ', '\0') : null;

    private static string DecimalText(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException($"{value} is no decimal string.", nameof(value));
        }

        for (int digits = 15; digits > 0; digits--)
        {
            string text = value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (text.Length <= LongestText["DS"])
            {
                return text;
            }
        }

        throw new ArgumentException($"{value} has no decimal string of 16 characters.", nameof(value));
    }

    private static void Check(DicomTag tag, string vr, string value, bool oneValue)
    {
        if (!LongestText.TryGetValue(vr, out int longest))
        {
            throw new ArgumentException($"{tag}: {vr} is no representation of text.", nameof(vr));
        }

        if (value.Length > longest)
        {
            throw new ArgumentException($"{tag}: {value.Length} characters, {vr} has at most {longest}.", nameof(value));
        }

        bool wrong = vr switch
        {
            "CS" => value.Any(c => c is not ((>= 'A' and <= 'Z') or (>= '0' and <= '9') or ' ' or '_')),
            "UI" => value.Any(c => c is not ((>= '0' and <= '9') or '.')),
            "DA" => value.Any(c => !char.IsAsciiDigit(c)),
            _ => value.Any(c => char.IsControl(c) && !(oneValue && c is '\r' or '\n')) || (!oneValue && value.Contains('\\', StringComparison.Ordinal)),
        };
        if (wrong)
        {
            throw new ArgumentException($"{tag}: a character that {vr} does not have.", nameof(value));
        }
    }

    private static byte[] Even(byte[] value, byte pad) => value.Length % 2 == 0 ? value : [.. value, pad];

    private DataSet Put(DicomTag tag, string vr, byte[] value)
    {
        if (value.Length > ushort.MaxValue && vr is not ("OB" or "OW" or "SQ" or "UC" or "UT"))
        {
            throw new ArgumentException($"{tag}: {value.Length} bytes are more than {vr} carries.", nameof(value));
        }

        elements[tag] = (vr, value);
        return this;
    }
}
