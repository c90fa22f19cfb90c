using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Devices.Dicom;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>A coded concept (PS3.3 section 8): value, designator of its scheme, meaning for people.</summary>
/// <param name="Meaning">At most <see cref="LongestMeaning"/> characters.</param>
internal sealed record Coded(string Value, string Scheme, string Meaning)
{
    /// <summary>Designator of our own codes: the standard asks for 99 before a private scheme.</summary>
    public const string Private = "99VAS";

    public const int LongestMeaning = 64;

    private const int LongestShortCode = 16;

    public static Coded Dcm(string value, string meaning) => new(value, "DCM", meaning);

    public static Coded Snomed(string value, string meaning) => new(value, "SCT", meaning);

    public static Coded Ours(string value, string meaning) => new(value, Private, meaning);

    public static Coded Measure(string code)
    {
        MeasureCode measure = MeasureCode.Find(code);
        return Ours(measure.Code, measure.Text);
    }

    public DataSet ToDataSet()
    {
        DataSet data = Value.Length > LongestShortCode
            ? new DataSet().Text(new(0x0008, 0x0119), "UC", Value)
            : new DataSet().Text(new(0x0008, 0x0100), "SH", Value);
        return data.Text(new(0x0008, 0x0102), "SH", Scheme).Text(new(0x0008, 0x0104), "LO", Meaning);
    }
}
