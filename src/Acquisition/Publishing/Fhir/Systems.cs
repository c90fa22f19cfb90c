namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>The code and identifier systems of a bundle.</summary>
public static class Systems
{
    private const string Ours = "https://vascular-acquisition.example/fhir/";

    public const string Measure = Ours + "CodeSystem/vas-measure";
    public const string Site = Ours + "CodeSystem/vas-site";
    public const string Flag = Ours + "CodeSystem/vas-flag";
    public const string Category = Ours + "CodeSystem/vas-category";
    public const string Method = Ours + "CodeSystem/vas-method";
    public const string Event = Ours + "CodeSystem/vas-event";
    public const string ResultId = Ours + "NamingSystem/result-id";
    public const string ReportId = Ours + "NamingSystem/report-id";
    public const string SessionMessage = Ours + "StructureDefinition/session-message";
    public const string RecordingSha256 = Ours + "NamingSystem/recording-sha256";

    public const string EvidenceQuestionnaire = Ours + "Questionnaire/pdva-evidence";

    public const string Uri = "urn:ietf:rfc:3986";
    public const string Mdc = "urn:iso:std:iso:11073:10101";
    public const string Loinc = "http://loinc.org";
    public const string Snomed = "http://snomed.info/sct";
    public const string Ucum = "http://unitsofmeasure.org";
    public const string ActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    public const string ObservationCategory = "http://terminology.hl7.org/CodeSystem/observation-category";
    public const string Interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
    public const string DataAbsentReason = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    public const string IdentifierType = "http://terminology.hl7.org/CodeSystem/v2-0203";
    public const string DiagnosticService = "http://terminology.hl7.org/CodeSystem/v2-0074";
    public const string DataOperation = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
    public const string ProvenanceParticipant = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

    public const string GatewayDevice = "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice";
}
