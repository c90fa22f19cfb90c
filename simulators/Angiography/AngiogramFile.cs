using System.Globalization;
using System.Text;

namespace Vascular.Simulators.Angiography;

/// <summary>Writes a DICOM file (PS3.10) of one XA run, explicit little endian: what a cath lab would send. Loudly marked as simulated.</summary>
internal static class AngiogramFile
{
    private const string Xa = "1.2.840.10008.5.1.4.1.1.12.1";
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";

    /// <param name="pixels">Little-endian frames of 16 bits, as many as <paramref name="frames"/>.</param>
    public static void Write(Stream file, AngiogramSubject subject, int frames, int rows, int columns, double frameMs, ReadOnlySpan<byte> pixels)
    {
        using var data = new MemoryStream();
        Texts(data,
        [
            (0x00080008u, "CS", @"ORIGINAL\PRIMARY\SINGLE PLANE"), (0x00080016u, "UI", Xa), (0x00080018u, "UI", subject.Uid + ".3"), (0x00080020u, "DA", subject.Date), (0x00080030u, "TM", "110000"),
            (0x00080050u, "SH", subject.Accession), (0x00080060u, "CS", "XA"), (0x00080070u, "LO", "SIMULATED"), (0x00080080u, "LO", "SIMULATED"), (0x00080090u, "PN", ""),
            (0x00081030u, "LO", "SIMULATED angiogram of a foot"), (0x0008103Eu, "LO", "SIMULATED foot, lateral"), (0x00100010u, "PN", "SIMULATED^PATIENT"), (0x00100020u, "LO", subject.Patient),
            (0x00100021u, "LO", subject.Issuer), (0x00100030u, "DA", ""), (0x00100040u, "CS", subject.Sex), (0x00180015u, "CS", "FOOT"), (0x00180060u, "DS", "65"),
            (0x00181063u, "DS", frameMs.ToString("0.###", CultureInfo.InvariantCulture)),
            // 100 mA for 10 ms is 1 mAs
            (0x00181150u, "IS", "10"), (0x00181151u, "IS", "100"), (0x00181152u, "IS", "1"), (0x00181155u, "CS", "GR"), (0x00181500u, "CS", "STATIC"), (0x00181510u, "DS", "90"), (0x00181511u, "DS", "0"),
            (0x0020000Du, "UI", subject.Uid + ".1"), (0x0020000Eu, "UI", subject.Uid + ".2"), (0x00200010u, "SH", "1"), (0x00200011u, "IS", "1"), (0x00200013u, "IS", "1"), (0x00200020u, "CS", ""), (0x00200062u, "CS", subject.Side),
        ]);
        Short(data, 0x00280002, 1);
        Texts(data, [(0x00280004u, "CS", "MONOCHROME2"), (0x00280008u, "IS", frames.ToString(CultureInfo.InvariantCulture))]);
        Head(data, 0x00280009, "AT", 4);
        data.Write([0x18, 0x00, 0x63, 0x10]);
        foreach ((uint tag, int value) in new[] { (0x00280010u, rows), (0x00280011u, columns), (0x00280100u, 16), (0x00280101u, 12), (0x00280102u, 11), (0x00280103u, 0) })
        {
            Short(data, tag, value);
        }

        Texts(data, [(0x00281040u, "CS", "LIN"), (0x00281050u, "DS", "1500"), (0x00281051u, "DS", "2500")]);
        Head(data, 0x7FE00010, "OW", pixels.Length);

        using var meta = new MemoryStream();
        Head(meta, 0x00020001, "OB", 2);
        meta.Write([0, 1]);
        Texts(meta, [(0x00020002u, "UI", Xa), (0x00020003u, "UI", subject.Uid + ".3"), (0x00020010u, "UI", ExplicitLittleEndian), (0x00020012u, "UI", "2.25.20170915")]);
        file.Write(new byte[128]);
        file.Write("DICM"u8);
        Head(file, 0x00020000, "UL", 4);
        file.Write(BitConverter.GetBytes((uint)meta.Length));
        meta.WriteTo(file);
        data.WriteTo(file);
        file.Write(pixels);
    }

    private static void Texts(Stream to, (uint Tag, string Vr, string Value)[] elements)
    {
        foreach ((uint tag, string vr, string value) in elements)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(value.Length % 2 == 0 ? value : value + (vr == "UI" ? '\0' : ' '));
            Head(to, tag, vr, bytes.Length);
            to.Write(bytes);
        }
    }

    private static void Short(Stream to, uint tag, int value)
    {
        Head(to, tag, "US", 2);
        to.Write(BitConverter.GetBytes((ushort)value));
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

/// <summary>Whose simulated foot.</summary>
/// <param name="Issuer">Issuer of Patient ID: never one of a real department.</param>
/// <param name="Side">R or L.</param>
/// <param name="Date">YYYYMMDD.</param>
/// <param name="Uid">Stem of the study's identifiers, under 2.25.</param>
internal sealed record AngiogramSubject(string Patient, string Issuer, string Sex, string Accession, string Side, string Date, string Uid);
