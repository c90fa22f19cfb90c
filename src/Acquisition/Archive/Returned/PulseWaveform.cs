using System.Globalization;
using Vascular.Acquisition.Publishing;
using Vascular.Devices.Dicom;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>A digit's PPG as an Arterial Pulse Waveform (PS3.3 A.34.8): one channel in device counts, every sample as it came; a lost one is the padding value.</summary>
internal static class PulseWaveform
{
    public const string SopClass = "1.2.840.10008.5.1.4.1.1.9.5.1";

    /// <summary>Stored value of a sample that was lost.</summary>
    private const short Padding = short.MinValue;

    private const double NanosecondsInSecond = 1e9;

    /// <returns>Null when the trace has nothing in it, or counts too far apart for 16 bits beside the padding value: its samples are then in the recording alone.</returns>
    public static ReturnedObject? Of(ObjectFrame frame, ReportedFinding reported, int number)
    {
        Finding finding = reported.Finding;
        FindingTrace trace = finding.Trace!;
        if (!trace.Samples.Any(s => s is not null) || Baseline(trace) is not { } baseline)
        {
            return null;
        }

        ReportedDevice? device = frame.Report.Devices.FirstOrDefault(d => finding.Links.Contains(d.Link) && d.Waveform is not null);
        string instance = frame.Instance(ReturnedKind.PulseWaveform, finding.Name);
        string label = Label($"{finding.Site.Code} PPG");
        DataSet channel = new DataSet()
            .Text(new(0x003A, 0x0203), "SH", label)
            .Items(new(0x003A, 0x0208), Coded.Dcm("109116", "Arterial Pulse Waveform").ToDataSet())
            .Text(new(0x003A, 0x0210), "DS", "1")
            .Items(new(0x003A, 0x0211), new Coded("{counts}", "UCUM", "counts").ToDataSet())
            .Text(new(0x003A, 0x0212), "DS", "1")
            .Decimal(new(0x003A, 0x0213), baseline)
            .Text(new(0x003A, 0x0215), "DS", "0")
            .Short(new(0x003A, 0x021A), 16);
        DataSet group = new DataSet()
            .Text(new(0x0018, 0x1068), "DS", "0")
            .Text(new(0x003A, 0x0004), "CS", "ORIGINAL")
            .Short(new(0x003A, 0x0005), 1)
            .Longs(new(0x003A, 0x0010), trace.Samples.Count)
            .Decimal(new(0x003A, 0x001A), NanosecondsInSecond / trace.PeriodNs)
            .Text(new(0x003A, 0x0020), "SH", label)
            .Items(new(0x003A, 0x0200), channel)
            .Short(new(0x5400, 0x1004), 16)
            .Text(new(0x5400, 0x1006), "CS", "SS")
            .Words(new(0x5400, 0x100A), "OW", [Padding])
            .Words(new(0x5400, 0x1010), "OW", [.. trace.Samples.Select(s => s is { } count ? checked((short)(count - baseline)) : Padding)]);
        DataSet data = frame.Start(ReturnedKind.PulseWaveform, SopClass, instance, "HD", "Digit PPG", number)
            .Text(new(0x0008, 0x002A), "DT", ObjectFrame.DateTime(reported.ObservedFrom))
            .Text(new(0x0018, 0x106A), "CS", "NO TRIGGER")
            .Text(new(0x0018, 0x1800), "CS", "N")
            .Text(new(0x0020, 0x0060), "CS", finding.Site.Side == Side.Right ? "R" : "L")
            .Text(new(0x0020, 0x0200), "UI", DicomUid.Of(Identifiers.Version5(frame.Report.Examination, "dicom/clock")))
            .Items(new(0x0040, 0x0555))
            .Items(new(0x0040, 0xB020), [.. Remarks(frame.Report, finding, trace, device).Select(Remark)])
            .Items(new(0x5400, 0x0100), group);
        return frame.End(ReturnedKind.PulseWaveform, SopClass, instance, data);
    }

    /// <summary>Count that is stored as 0, so that every count fits beside the padding value; null when none does.</summary>
    private static int? Baseline(FindingTrace trace)
    {
        int lowest = trace.Samples.Min() ?? 0;
        int highest = trace.Samples.Max() ?? 0;
        long width = (long)highest - lowest;
        return lowest > Padding && highest <= short.MaxValue ? 0
            : width <= short.MaxValue - (Padding + 1) ? (int)(lowest - (Padding + 1L))
            : null;
    }

    /// <summary>What a reader of the counts must know: what made them, and what is missing.</summary>
    private static IEnumerable<string> Remarks(SessionReport report, Finding finding, FindingTrace trace, ReportedDevice? device)
    {
        if (device?.Waveform is { } waveform)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{waveform.Source}: {waveform.Bits} bit, {Scaling(waveform.Scaling)}");
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"samples lost: {trace.Samples.Count(s => s is null)} of {trace.Samples.Count}, stored as {Padding}");
        yield return $"state: {finding.State.Word()}, {finding.Printed}";
        if (report.Test)
        {
            yield return "SIMULATED, no patient";
        }
    }

    private static string Scaling(WaveformScaling scaling) => scaling switch
    {
        WaveformScaling.Compressed => "compressed by the device: amplitudes are not comparable",
        WaveformScaling.UnknownGain => "proportional, gain unknown",
        WaveformScaling.FixedGain => "proportional, one gain throughout",
        _ => "scaling not stated: amplitudes are not comparable",
    };

    private static DataSet Remark(string text) => new DataSet().Text(new(0x0070, 0x0006), "ST", text).Words(new(0x0040, 0xA0B0), "US", [1, 0]);

    private static string Label(string text) => text.Length <= 16 ? text : text[..16];
}
