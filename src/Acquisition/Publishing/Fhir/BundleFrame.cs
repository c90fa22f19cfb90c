using Hl7.Fhir.Model;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>The addresses inside one bundle, and the marks every resource of it carries.</summary>
/// <remarks>Every <c>fullUrl</c> is a version 5 identifier of the examination and a stable name, so that the same resource has the same address in every bundle of the examination.</remarks>
public sealed class BundleFrame(SessionMessage message)
{
    private readonly Dictionary<Guid, string> findings = message.Findings.ToDictionary(f => f.Finding.Id, f => Url(message.Report.Examination, "Observation/" + f.Finding.Id));
    private readonly HashSet<Guid> waveforms = [.. message.Report.Findings.Where(f => f.Finding.Trace is not null).Select(f => f.Finding.Id)];

    public SessionMessage Message { get; } = message;

    public SessionReport Report => Message.Report;

    public string Header => At("MessageHeader/" + Message.Id);

    /// <summary>Named by the patient too: after a wrong patient was corrected, two people never share an address.</summary>
    public string Patient => At($"Patient/{Report.Patient.System}|{Report.Patient.Value}");

    public string Organization => At("Organization");

    /// <summary>Of a binding, as the report: the order of one person is never that of another.</summary>
    public string Order => At(Report.Binding == 1 ? "ServiceRequest" : $"ServiceRequest/{Report.Binding}");

    public string Gateway => At("Device");

    public string DiagnosticReport => At($"DiagnosticReport/{Report.Binding}");

    /// <summary>The evidence sheet of a limb, of a binding as the report.</summary>
    public string Evidence(string limb) => At($"QuestionnaireResponse/{Report.Binding}/{limb}");

    public string Provenance => At("Provenance/" + Message.Id);

    public string Person(string user) => At("PractitionerRole/" + user);

    public string Device(string link) => At("Device/" + link);

    public string Observation(Guid finding) => findings[finding];

    /// <summary>Reference to an observation of this bundle, or by its identifier to one that is not in it.</summary>
    public ResourceReference ObservationReference(Guid finding) => findings.TryGetValue(finding, out string? url)
        ? new ResourceReference(url)
        : ByIdentifier(finding);

    /// <summary>Reference from one observation to another. A waveform is named by its identifier in every bundle, since it may be in another part:
    /// an observation must not read differently because the bundle was split.</summary>
    public ResourceReference InputReference(Guid finding) => waveforms.Contains(finding) ? ByIdentifier(finding) : ObservationReference(finding);

    /// <summary>Marks test data: what a simulator made can never look real.</summary>
    public Meta? Marks(int? version = null)
    {
        if (version is null && !Report.Test)
        {
            return null;
        }

        Meta meta = new() { VersionId = version?.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (Report.Test)
        {
            meta.Security.Add(new Coding(Systems.ActReason, "HTEST", "test health data"));
        }

        return meta;
    }

    private static ResourceReference ByIdentifier(Guid finding) => new() { Type = "Observation", Identifier = new Identifier(Systems.ResultId, finding.ToString()) };

    private string At(string name) => Url(Report.Examination, name);

    private static string Url(Guid examination, string name) => "urn:uuid:" + Identifiers.Version5(examination, name);
}
