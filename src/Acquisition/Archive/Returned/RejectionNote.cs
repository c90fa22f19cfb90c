using Vascular.Devices.Dicom;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>Says that stored objects are of another patient: Key Object Selection "Rejected for Patient Safety Reasons" (IHE IOCM; PS3.16 TID 2010, CID 7011).</summary>
internal static class RejectionNote
{
    public const string SopClass = "1.2.840.10008.5.1.4.1.1.88.59";

    /// <param name="rejected">At least one object, all of the frame's binding.</param>
    public static ReturnedObject Of(ObjectFrame frame, IReadOnlyCollection<ReturnedObject> rejected)
    {
        string instance = frame.Instance(ReturnedKind.Rejection, "");
        DataSet data = frame.Start(ReturnedKind.Rejection, SopClass, instance, "KO", "Rejected: wrong patient", frame.Report.ResultVersion)
            .Items(new(0x0008, 0x1111))
            .Items(new(0x0040, 0xA375), ObjectFrame.Evidence(rejected))
            .Items(new(0x0040, 0xA504), ReportItem.Template("2010"));
        ReportItem.Root(Coded.Dcm("113037", "Rejected for Patient Safety Reasons"))
            .Add(rejected.Select(o => ReportItem.Object(o.Kind == ReturnedKind.PulseWaveform ? "WAVEFORM" : "COMPOSITE", o.SopClass, o.Instance)))
            .Write(data);
        return frame.End(ReturnedKind.Rejection, SopClass, instance, data);
    }
}
