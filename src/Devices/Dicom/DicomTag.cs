using System.Globalization;

namespace Vascular.Devices.Dicom;

/// <summary>Tag of a DICOM element: group and element number (PS3.6).</summary>
public readonly record struct DicomTag(ushort Group, ushort Element) : IComparable<DicomTag>
{
    public int CompareTo(DicomTag other) => ((uint)Group << 16 | Element).CompareTo((uint)other.Group << 16 | other.Element);

    public static bool operator <(DicomTag left, DicomTag right) => left.CompareTo(right) < 0;

    public static bool operator >(DicomTag left, DicomTag right) => left.CompareTo(right) > 0;

    public static bool operator <=(DicomTag left, DicomTag right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DicomTag left, DicomTag right) => left.CompareTo(right) >= 0;

    /// <summary>As the standard prints it: <c>(0008,0018)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Group:x4},{Element:x4})");
}
