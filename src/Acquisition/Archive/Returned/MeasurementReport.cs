using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Devices.Dicom;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>Pressures, indices and oxygen of a report as a Comprehensive SR after TID 1500 (PS3.16): a group for each side, a number for each finding.</summary>
/// <remarks>A finding without a value is a code, its state: a sentinel stands nowhere. Bounds, limit and uncertainty are numbers of their own names beside it.
/// What it was derived from is named by measure and site; PS3.16 would allow references here, which the validators at hand do not follow.</remarks>
internal static class MeasurementReport
{
    public const string SopClass = "1.2.840.10008.5.1.4.1.1.88.33";

    private const string Modifier = "HAS CONCEPT MOD";
    private const string Context = "HAS OBS CONTEXT";
    private const string Property = "HAS PROPERTIES";

    private static readonly Coded FindingSite = Coded.Snomed("363698007", "Finding Site");
    private static readonly Coded Topography = Coded.Snomed("106233006", "Topographical modifier");
    private static readonly Coded Laterality = Coded.Snomed("272741003", "Laterality");
    private static readonly Coded Method = Coded.Snomed("370129005", "Measurement Method");

    /// <param name="traces">Waveforms of the same report.</param>
    /// <param name="predecessors">The same report's earlier version, if there was one.</param>
    public static ReturnedObject Of(ObjectFrame frame, IReadOnlyList<(ReportedFinding Finding, ReturnedObject Object)> traces, IReadOnlyCollection<ReturnedObject> predecessors)
    {
        SessionReport report = frame.Report;
        string instance = frame.Instance(ReturnedKind.Measurements, "");
        DataSet data = frame.Start(ReturnedKind.Measurements, SopClass, instance, "SR", "Vascular measurements", report.ResultVersion)
            .Items(new(0x0008, 0x1111))
            .Items(new(0x0040, 0xA372))
            .Text(new(0x0040, 0xA491), "CS", report.Status == ReportStatus.Partial ? "PARTIAL" : "COMPLETE")
            .Text(new(0x0040, 0xA493), "CS", "UNVERIFIED")
            .Text(new(0x0040, 0xA496), "CS", report.Status is ReportStatus.Partial or ReportStatus.Preliminary ? "PRELIMINARY" : "FINAL")
            .Items(new(0x0040, 0xA504), ReportItem.Template("1500"));
        if (predecessors.Count > 0)
        {
            data.Items(new(0x0040, 0xA360), ObjectFrame.Evidence(predecessors));
        }

        if (traces.Count > 0)
        {
            data.Items(new(0x0040, 0xA375), ObjectFrame.Evidence([.. traces.Select(t => t.Object)]));
        }

        Content(frame, traces).Write(data);
        return frame.End(ReturnedKind.Measurements, SopClass, instance, data);
    }

    private static ReportItem Content(ObjectFrame frame, IReadOnlyList<(ReportedFinding Finding, ReturnedObject Object)> traces)
    {
        SessionReport report = frame.Report;
        ReportItem root = ReportItem.Root(Coded.Dcm("126000", "Imaging Measurement Report"))
            .Add(ReportItem.Code(Modifier, Coded.Dcm("121049", "Language of Content Item and Descendants"), new Coded("en", "RFC5646", "English")))
            .Add(
                ReportItem.Code(Context, Coded.Dcm("121005", "Observer Type"), Coded.Dcm("121006", "Person")),
                ReportItem.Person(Context, Coded.Dcm("121008", "Person Observer Name"), report.Technician.Contains('^', StringComparison.Ordinal) ? report.Technician : report.Technician + "^"),
                ReportItem.Code(Context, Coded.Dcm("121005", "Observer Type"), Coded.Dcm("121007", "Device")),
                ReportItem.Uid(Context, Coded.Dcm("121012", "Device Observer UID"), DicomUid.Of(Identifiers.Version5(report.Examination, "dicom/gateway/" + report.Gateway))),
                ReportItem.Text(Context, Coded.Dcm("121013", "Device Observer Name"), report.Gateway),
                ReportItem.Text(Context, Coded.Dcm("121014", "Device Observer Manufacturer"), ObjectFrame.Manufacturer))
            .Add(ReportItem.Code(Modifier, Coded.Dcm("121058", "Procedure reported"), Coded.Snomed("363679005", "Imaging procedure")));
        if (report.Test)
        {
            root.Add(ReportItem.Text("CONTAINS", Coded.Ours("simulated", "Simulated"), "SIMULATED: at least one device was a simulator. No result of this report is of a patient."));
        }

        ReportItem all = ReportItem.Group(Coded.Dcm("126010", "Imaging Measurements"));
        Dictionary<Guid, Finding> findings = report.Findings.ToDictionary(f => f.Finding.Id, f => f.Finding);
        ILookup<Side, ReportedFinding> sides = report.Findings.Where(f => !f.Withdrawn).ToLookup(f => f.Finding.Site.Side);
        foreach (Side side in new[] { Side.Right, Side.Left })
        {
            if (sides[side].Any())
            {
                all.Add(Group(frame, side, sides[side], traces, findings));
            }
        }

        return root.Add(all);
    }

    private static ReportItem Group(
        ObjectFrame frame, Side side, IEnumerable<ReportedFinding> findings, IReadOnlyList<(ReportedFinding Finding, ReturnedObject Object)> traces, Dictionary<Guid, Finding> all)
    {
        string name = side == Side.Right ? "right side" : "left side";
        ReportItem group = ReportItem.Group(Coded.Dcm("125007", "Measurement Group"), "1501").Add(
            ReportItem.Text(Context, Coded.Dcm("112039", "Tracking Identifier"), $"examination {frame.Report.Examination}, {name}"),
            ReportItem.Uid(Context, Coded.Dcm("112040", "Tracking Unique Identifier"), DicomUid.Of(Identifiers.Version5(frame.Report.Examination, $"dicom/group/{name}"))));
        foreach (ReportedFinding finding in findings)
        {
            if (FindingObservation.IsWaveform(finding.Finding))
            {
                group.Add(Trace(finding, traces));
                continue;
            }

            group.Add(Item(finding.Finding, all)).Add(Beside(finding.Finding));
        }

        return group;
    }

    private static ReportItem Trace(ReportedFinding finding, IReadOnlyList<(ReportedFinding Finding, ReturnedObject Object)> traces)
    {
        Coded name = Coded.Measure(finding.Finding.Measure);
        ReturnedObject? trace = traces.FirstOrDefault(t => t.Finding.Finding.Id == finding.Finding.Id).Object;
        return trace is null
            ? ReportItem.Text("CONTAINS", name, $"{finding.Finding.Site.Code}: {finding.Finding.Printed}. The samples do not fit a DICOM waveform; they are in the station's recording.")
            : ReportItem.Object("WAVEFORM", name, trace.SopClass, trace.Instance).Add(Where(finding.Finding.Site));
    }

    private static ReportItem Item(Finding finding, Dictionary<Guid, Finding> inputs)
    {
        Coded name = Coded.Measure(finding.Measure);
        ReportItem item = finding is { Value: { } value, State: MeasurementState.Measured or MeasurementState.Unreliable }
            ? ReportItem.Number("CONTAINS", name, value, Unit(finding.Unit))
            : ReportItem.Code("CONTAINS", name, State(finding.State));
        item.Add(
            Where(finding.Site),
            ReportItem.Code(Modifier, Method, Coded.Ours(finding.Method, $"{finding.Method}, version {finding.MethodVersion}")),
            ReportItem.Code(Modifier, Coded.Ours("state", "State of the value"), State(finding.State)),
            ReportItem.Text(Property, Coded.Measure("printed-result"), finding.Printed));
        item.Add(finding.Category is { } category ? [ReportItem.Code(Modifier, Coded.Ours("category", "Class by the rule"), Coded.Ours(category, category.Replace('_', ' ')))] : []);
        item.Add(finding.Flags.Select(Flag));
        item.Add(finding.Inputs.Where(inputs.ContainsKey).Select(input => inputs[input]).Select(input =>
            ReportItem.Code(Modifier, Coded.Ours("derived-from", "Derived from"), Coded.Measure(input.Measure)).Add(Where(input.Site))));
        return item.Add(finding.Reason is { } reason ? [ReportItem.Text(Property, Coded.Ours("reason", "Reason"), reason)] : []);
    }

    /// <summary>A mark that names a site's constants may be longer than the meaning of a code.</summary>
    private static ReportItem Flag(string flag)
    {
        Coded mark = Coded.Ours("flag", "Mark of doubt");
        return flag.Length <= Coded.LongestMeaning
            ? ReportItem.Code(Modifier, mark, Coded.Ours(flag, flag.Replace('_', ' ').Replace('-', ' ')))
            : ReportItem.Text(Property, mark, flag);
    }

    /// <summary>Limit, bounds and uncertainty stand beside the number under names of their own, so that no reader takes a bound for the value.</summary>
    private static IEnumerable<ReportItem> Beside(Finding finding)
    {
        (string Code, string Meaning, double? Value)[] numbers =
        [
            ("limit", "Limit of device or method", finding.Limit),
            ("lower-bound", "Lower bound of the value", finding.Lower),
            ("upper-bound", "Upper bound of the value", finding.Upper),
            ("uncertainty", "Uncertainty, 95 % half width", finding.Uncertainty),
        ];
        return numbers.Where(n => n.Value is not null).Select(n => ReportItem.Number("CONTAINS", Coded.Ours(n.Code, n.Meaning), n.Value!.Value, Unit(finding.Unit))
            .Add(Where(finding.Site), ReportItem.Code(Modifier, Coded.Ours("of-measure", "Of the measurement"), Coded.Measure(finding.Measure))));
    }

    private static ReportItem Where(Site site)
    {
        (Coded place, Coded side) = SiteCodes.Of(site);
        ReportItem where = ReportItem.Code(Modifier, FindingSite, place).Add(ReportItem.Code(Modifier, Laterality, side));
        return SiteCodes.Exactly(site) is { } exactly ? where.Add(ReportItem.Code(Modifier, Topography, exactly)) : where;
    }

    private static Coded Unit(string ucum) => new(ucum, "UCUM", ucum switch { "mm[Hg]" => "mmHg", "Cel" => "degC", _ => ucum.Trim('{', '}') });

    private static Coded State(MeasurementState state) => Coded.Ours(state.Word(), StateWords(state));

    private static string StateWords(MeasurementState state) => state switch
    {
        MeasurementState.AboveLimit => "Above the limit of device or method",
        MeasurementState.BelowLimit => "Below the floor of device or method",
        MeasurementState.Interval => "Bounds instead of a value",
        MeasurementState.Absent => "No pulse or flow found under good conditions",
        MeasurementState.Unreadable => "Unreadable: no statement is possible",
        MeasurementState.Unreliable => "Measured, marked doubtful",
        MeasurementState.NotObtainable => "Tried and given up",
        MeasurementState.NotDone => "Not tried",
        MeasurementState.Amputated => "The site does not exist",
        _ => "Measured",
    };
}
