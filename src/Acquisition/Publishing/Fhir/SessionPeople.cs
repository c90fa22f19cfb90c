using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>Patient, laboratory, the people who measured and accepted, and the order.</summary>
public static class SessionPeople
{
    /// <exception cref="ArgumentException">The gender is none of FHIR's.</exception>
    public static Patient Patient(BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ReportPatient patient = frame.Report.Patient;
        return new Patient
        {
            Meta = frame.Marks(),
            Identifier = [new Identifier(patient.System, patient.Value) { Use = Identifier.IdentifierUse.Usual, Type = Kind("MR") }],
            Gender = patient.Gender is not { } gender
                ? null
                : EnumUtility.ParseLiteral<AdministrativeGender>(gender) ?? throw new ArgumentException($"'{gender}' is no administrative gender of FHIR.", nameof(frame)),
        };
    }

    public static Organization Laboratory(BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new Organization { Meta = frame.Marks(), Name = frame.Report.Site };
    }

    /// <summary>The technician first, then everyone else who accepted a finding, then who corrected the patient, then who entered and signed evidence sheets.</summary>
    public static IEnumerable<string> Users(SessionMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Technologists(message).Concat(message.HoldsReport ? message.Report.Evidence.SelectMany(Physicians) : []).Distinct(StringComparer.Ordinal);
    }

    public static PractitionerRole Person(string user, BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new PractitionerRole
        {
            Meta = frame.Marks(),
            Practitioner = new ResourceReference { Display = user },
            Organization = new ResourceReference(frame.Organization),
            Code = [new CodeableConcept { Text = Technologists(frame.Message).Contains(user) ? "Vascular technologist" : "Physician, by the name as typed" }],
        };
    }

    private static IEnumerable<string> Technologists(SessionMessage message) =>
        message.Findings.Select(f => f.AcceptedBy).Prepend(message.Report.Technician).Concat(message.Report.Correction is { By: var by } ? [by] : []);

    private static IEnumerable<string> Physicians(ReportedEvidence sheet) => sheet.EnteredBy.Concat(sheet.Signature is { By: var signer } ? [signer] : []);

    public static ServiceRequest Order(ReportOrder order, BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(frame);
        ServiceRequest request = new()
        {
            Meta = frame.Marks(),
            Status = RequestStatus.Active,
            Intent = RequestIntent.Order,
            Code = new CodeableConcept { Text = "Lower extremity arterial physiologic study" },
            Subject = new ResourceReference(frame.Patient),
        };
        AddIdentifier(request, "PLAC", order.PlacerSystem, order.Placer);
        AddIdentifier(request, "ACSN", order.AccessionSystem, order.Accession);
        if (order.Reason is { } reason)
        {
            request.ReasonCode.Add(new CodeableConcept { Text = reason });
        }

        return request;
    }

    private static void AddIdentifier(ServiceRequest request, string kind, string? system, string? value)
    {
        if (value is not null)
        {
            request.Identifier.Add(new Identifier(system, value) { Type = Kind(kind) });
        }
    }

    private static CodeableConcept Kind(string code) => new() { Coding = [new Coding(Systems.IdentifierType, code)] };
}
