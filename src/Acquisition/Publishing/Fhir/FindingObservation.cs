using System.Globalization;
using Vascular.Acquisition.Examinations;
using Hl7.Fhir.Model;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>One finding as an Observation. The same version of a finding is the same Observation in every bundle.</summary>
public static class FindingObservation
{
    public static Observation Of(ReportedFinding reported, BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(reported);
        ArgumentNullException.ThrowIfNull(frame);
        Finding finding = reported.Finding;
        MeasureCode measure = MeasureCode.Find(finding.Measure);
        Observation observation = new()
        {
            Meta = frame.Marks(finding.Version),
            Extension = [new Extension(Systems.GatewayDevice, new ResourceReference(frame.Gateway))],
            Identifier = [new Identifier(Systems.ResultId, finding.Id.ToString())],
            Status = reported.Withdrawn ? ObservationStatus.EnteredInError : ObservationStatus.Final,
            Category = [new CodeableConcept { Coding = [new Coding(Systems.ObservationCategory, "procedure", "Procedure")] }],
            Code = measure.Concept(finding.Site.Side),
            Subject = new ResourceReference(frame.Patient),
            Effective = Effective(reported),
            Issued = reported.AcceptedAt,
            Performer = [new ResourceReference(frame.Person(reported.AcceptedBy))],
            BodySite = BodySite.Of(finding.Site),
            Method = Method(finding),
            Device = new ResourceReference(Device(finding, measure, frame)),
        };
        if (frame.Report.Order is not null)
        {
            observation.BasedOn.Add(new ResourceReference(frame.Order));
        }

        ObservationState.Write(finding, measure, observation, reported.SamplesLeftOut ? LeftOutSamples.Why(finding) : null);
        WriteInputs(finding, frame, observation);
        observation.Component.AddRange(ObservationComponents.Of(finding, frame.Report.RuleVersion));
        if (IsWaveform(finding) && frame.Report.Devices.FirstOrDefault(d => finding.Links.Contains(d.Link) && d.Waveform is not null) is { Waveform: { } waveform })
        {
            Waveform.Describe(waveform, observation);
        }

        if (reported.SamplesLeftOut)
        {
            LeftOutSamples.Mark(finding, observation);
        }

        return observation;
    }

    /// <summary>Whether the value of a finding is its samples. A trace without a statement (movement, sensor off) is not sent.</summary>
    public static bool IsWaveform(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding is { Value: null, Trace: not null, State: MeasurementState.Measured or MeasurementState.Unreliable };
    }

    /// <summary>The artery indices that make up a limb's index: its inputs, else those of the same limb and binding.</summary>
    public static IReadOnlyList<Guid> Members(Finding limb, SessionReport report)
    {
        ArgumentNullException.ThrowIfNull(limb);
        ArgumentNullException.ThrowIfNull(report);
        if (limb.Measure != "abi")
        {
            return [];
        }

        List<Finding> indices = [.. report.Findings.Where(f => !f.Withdrawn || report.Status == ReportStatus.EnteredInError).Select(f => f.Finding)
            .Where(f => f.Measure is "abi-pt" or "abi-dp" && f.Site.Side == limb.Site.Side && Binding(f) == Binding(limb))];
        List<Finding> inputs = indices.FindAll(f => limb.Inputs.Contains(f.Id));
        return [.. (inputs.Count > 0 ? inputs : indices).Select(f => f.Id)];
    }

    private static void WriteInputs(Finding finding, BundleFrame frame, Observation observation)
    {
        IReadOnlyList<Guid> members = Members(finding, frame.Report);
        observation.HasMember.AddRange(members.Select(frame.InputReference));
        observation.DerivedFrom.AddRange(finding.Inputs.Except(members).Select(frame.InputReference));
    }

    /// <summary>A waveform and a plateau last; anything else is true at the moment its measurement ended.</summary>
    private static DataType Effective(ReportedFinding reported) =>
        reported.Finding.Measure is "ppg-waveform" or "tcpo2-plateau"
            ? Quantities.Interval(reported.ObservedFrom, reported.ObservedTo)
            : Quantities.Moment(reported.ObservedTo);

    private static CodeableConcept Method(Finding finding)
    {
        string version = finding.MethodVersion.ToString(CultureInfo.InvariantCulture);
        return new CodeableConcept
        {
            Coding = [new Coding(Systems.Method, finding.Method) { Version = version }],
            Text = $"{finding.Method}, version {version}",
        };
    }

    /// <summary>Of the links a finding rests on, the device that measured this quantity; the gateway for what was computed.</summary>
    private static string Device(Finding finding, MeasureCode measure, BundleFrame frame)
    {
        List<ReportedDevice> devices = [.. frame.Report.Devices.Where(d => finding.Links.Contains(d.Link))];
        ReportedDevice? device = devices.Find(d => d.MdcType is not null && d.MdcType == measure.Vmd) ?? devices.FirstOrDefault();
        return ProtocolStep.IsDerived(finding.Step) || device is null ? frame.Gateway : frame.Device(device.Link);
    }

    private static string Binding(Finding finding) => finding.Name.Split('/')[0];
}
