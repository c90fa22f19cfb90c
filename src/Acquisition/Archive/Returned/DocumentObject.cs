using System.Globalization;
using Vascular.Acquisition.Publishing;
using Vascular.Devices.Dicom;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>The report for people as Encapsulated PDF (PS3.3 A.45.1).</summary>
internal static class DocumentObject
{
    public const string SopClass = "1.2.840.10008.5.1.4.1.1.104.1";

    public static ReturnedObject Of(ObjectFrame frame)
    {
        string instance = frame.Instance(ReturnedKind.Document, "");
        SessionReport report = frame.Report;
        byte[] pdf = PrintedReport.Of(report);
        DataSet data = frame.Start(ReturnedKind.Document, SopClass, instance, "DOC", "Vascular report", report.ResultVersion)
            .Text(new(0x0008, 0x002A), "DT", ObjectFrame.DateTime(report.Started))
            .Text(new(0x0008, 0x0064), "CS", "WSD")
            .Text(new(0x0028, 0x0301), "CS", "YES")
            .Items(new(0x0040, 0xA043), Coded.Measure("art-physio-rep").ToDataSet())
            .Text(new(0x0040, 0xA493), "CS", "UNVERIFIED")
            .Text(new(0x0042, 0x0010), "ST", string.Create(CultureInfo.InvariantCulture, $"{(report.Test ? "SIMULATED: " : "")}Vascular measurements, version {report.ResultVersion}"))
            .Bytes(new(0x0042, 0x0011), pdf)
            .Text(new(0x0042, 0x0012), "LO", "application/pdf")
            .Longs(new(0x0042, 0x0015), pdf.Length);
        return frame.End(ReturnedKind.Document, SopClass, instance, data);
    }
}
