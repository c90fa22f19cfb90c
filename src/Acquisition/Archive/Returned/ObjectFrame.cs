using System.Globalization;
using Vascular.Acquisition.Publishing;
using Vascular.Devices.Dicom;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>What every object of one report shares: patient, study, series, equipment, times, identifiers.</summary>
/// <param name="orderedStudy">Study Instance UID of the order, which results are stored under; null: one of the examination's own.</param>
internal sealed class ObjectFrame(SessionReport report, string? orderedStudy = null)
{
    public const string Manufacturer = "Vascular acquisition service";

    /// <summary>Implementation Class UID: a version 4 UUID made once for this program.</summary>
    public const string Implementation = "2.25.319083526640174285926071847239105538241";

    public const string ImplementationName = "VASCULAR-ACQ";

    public SessionReport Report => report;

    public string Study { get; } = orderedStudy ?? Uid(report, "study");

    /// <summary>One series for each kind, over all versions of a binding.</summary>
    public string Series(ReturnedKind kind) => Uid(report, $"series/{kind}");

    /// <param name="which">Site of a trace; empty for what a report has once.</param>
    public string Instance(ReturnedKind kind, string which) => Uid(report, string.Create(CultureInfo.InvariantCulture, $"{kind}/{which}/{report.ResultVersion}"));

    /// <summary>Modules of patient, study, series, equipment and SOP; the object adds its own.</summary>
    public DataSet Start(ReturnedKind kind, string sopClass, string instance, string modality, string description, int number) => new DataSet()
        .Text(new(0x0008, 0x0005), "CS", "ISO_IR 192")
        .Text(new(0x0008, 0x0012), "DA", Date(report.Issued))
        .Text(new(0x0008, 0x0013), "TM", Time(report.Issued))
        .Text(new(0x0008, 0x0016), "UI", sopClass)
        .Text(new(0x0008, 0x0018), "UI", instance)
        .Text(new(0x0008, 0x0020), "DA", Date(report.Started))
        .Text(new(0x0008, 0x0023), "DA", Date(report.Issued))
        .Text(new(0x0008, 0x0030), "TM", Time(report.Started))
        .Text(new(0x0008, 0x0033), "TM", Time(report.Issued))
        .Text(new(0x0008, 0x0050), "SH", Optional(report.Order?.Accession))
        .Text(new(0x0008, 0x0060), "CS", modality)
        .Text(new(0x0008, 0x0070), "LO", Manufacturer)
        .Text(new(0x0008, 0x0090), "PN")
        .Text(new(0x0008, 0x0201), "SH", report.Issued.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal))
        .Text(new(0x0008, 0x1030), "LO", "Lower extremity arterial physiologic study")
        .Text(new(0x0008, 0x103E), "LO", report.Test ? $"SIMULATED, no patient: {description}" : description)
        .Text(new(0x0008, 0x1090), "LO", "vascular-acquisition")
        .Text(new(0x0010, 0x0010), "PN")
        .Text(new(0x0010, 0x0020), "LO", report.Patient.Value)
        .Items(new(0x0010, 0x0024), new DataSet().Text(new(0x0040, 0x0032), "UT", report.Patient.System).Text(new(0x0040, 0x0033), "CS", "URI"))
        .Text(new(0x0010, 0x0030), "DA")
        .Text(new(0x0010, 0x0040), "CS", Sex(report.Patient.Gender))
        .Text(new(0x0018, 0x1000), "LO", report.Gateway)
        .Text(new(0x0018, 0x1020), "LO", report.SoftwareVersion)
        .Text(new(0x0020, 0x000D), "UI", Study)
        .Text(new(0x0020, 0x000E), "UI", Series(kind))
        .Text(new(0x0020, 0x0010), "SH", report.Examination.ToString("N")[..16])
        .Text(new(0x0020, 0x0011), "IS", (1 + (int)kind).ToString(CultureInfo.InvariantCulture))
        .Text(new(0x0020, 0x0013), "IS", number.ToString(CultureInfo.InvariantCulture));

    public ReturnedObject End(ReturnedKind kind, string sopClass, string instance, DataSet data) =>
        new(kind, sopClass, Study, Series(kind), instance, report.ResultVersion, PartTenFile.Bytes(data, Implementation, ImplementationName));

    /// <summary>Objects by study and series, as a document names what it rests on or replaces (PS3.3 C.17.2).</summary>
    public static DataSet Evidence(IReadOnlyCollection<ReturnedObject> objects) => new DataSet()
        .Items(new(0x0008, 0x1115), [.. objects.GroupBy(o => o.Series).Select(series => new DataSet()
            .Items(new(0x0008, 0x1199), [.. series.Select(o => new DataSet().Text(new(0x0008, 0x1150), "UI", o.SopClass).Text(new(0x0008, 0x1155), "UI", o.Instance))])
            .Text(new(0x0020, 0x000E), "UI", series.Key))])
        .Text(new(0x0020, 0x000D), "UI", objects.First().Study);

    public static string Date(DateTimeOffset time) => time.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset time) => time.ToString("HHmmss.fff", CultureInfo.InvariantCulture);

    /// <summary>Date and time with its offset (DT).</summary>
    public static string DateTime(DateTimeOffset time) => time.ToString("yyyyMMddHHmmss.fffzzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    private static ReadOnlySpan<string> Optional(string? text) => text is null ? [] : new[] { text };

    private static ReadOnlySpan<string> Sex(string? gender) => gender switch
    {
        "male" => new[] { "M" },
        "female" => new[] { "F" },
        "other" => new[] { "O" },
        _ => [],
    };

    private static string Uid(SessionReport report, string name) =>
        DicomUid.Of(Identifiers.Version5(report.Examination, string.Create(CultureInfo.InvariantCulture, $"dicom/{report.Binding}/{name}")));
}
