using Hl7.Fhir.Model;
using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>The report over the observations, and where everything came from.</summary>
public static class SessionConclusion
{
    public static DiagnosticReport Report(BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        SessionReport session = frame.Report;
        DiagnosticReport report = new()
        {
            Meta = frame.Marks(session.ResultVersion),
            Identifier = [new Identifier(Systems.ReportId, Identifiers.Version5(session.Examination, $"{session.Binding}/report").ToString())],
            Status = Status(session.Status),
            Category = [new CodeableConcept { Coding = [new Coding(Systems.DiagnosticService, "VUS", "Vascular Ultrasound")], Text = "Vascular laboratory" }],
            Code = MeasureCode.Find("art-physio-rep").OwnConcept(),
            Subject = new ResourceReference(frame.Patient),
            Effective = Quantities.Interval(session.Started, session.Ended),
            Issued = session.Issued,
            Performer = [new ResourceReference(frame.Organization)],
            Result = [.. Results(session).Select(frame.ObservationReference)],
        };
        if (session.Order is not null)
        {
            report.BasedOn.Add(new ResourceReference(frame.Order));
        }

        return report;
    }

    public static Provenance Provenance(BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        SessionReport session = frame.Report;
        IReadOnlyList<ReportedEvidence> sheets = frame.Message.HoldsReport ? session.Evidence : [];
        return new Provenance
        {
            Meta = frame.Marks(),
            Target =
            [
                .. frame.Message.HoldsReport ? [new ResourceReference(frame.DiagnosticReport)] : Array.Empty<ResourceReference>(),
                .. sheets.Select(e => new ResourceReference(frame.Evidence(e.Evidence.Limb))),
                .. frame.Message.Findings.Select(f => frame.ObservationReference(f.Finding.Id)),
            ],
            Recorded = session.Issued,
            Activity = new CodeableConcept { Coding = [new Coding(Systems.DataOperation, Operation(session))] },
            Reason = session.Correction is null ? [] : [new CodeableConcept { Text = Why(session.Status) }],
            Agent =
            [
                Agent("assembler", frame.Gateway),
                .. frame.Message.Findings.Select(f => f.AcceptedBy).Distinct(StringComparer.Ordinal).Select(user => Agent("verifier", frame.Person(user))),
                .. sheets.SelectMany(e => e.EnteredBy).Distinct(StringComparer.Ordinal).Select(user => Agent("enterer", frame.Person(user))),
                .. sheets.Select(e => e.Signature?.By).OfType<string>().Distinct(StringComparer.Ordinal).Select(user => Agent("attester", frame.Person(user))),
                .. session.Correction is { By: var by } ? [Agent("author", frame.Person(by))] : Array.Empty<Provenance.AgentComponent>(),
            ],
            Entity =
            [
                new Provenance.EntityComponent
                {
                    Role = Hl7.Fhir.Model.Provenance.ProvenanceEntityRole.Source,
                    What = new ResourceReference
                    {
                        Identifier = new Identifier(Systems.RecordingSha256, "sha256:" + session.RecordingSha256),
                        Display = "Raw device recording of the session",
                    },
                },
            ],
        };
    }

    /// <summary>What the report stands on: not the members of a limb's index nor the readings of a pressure (each lists its own), and nothing withdrawn unless the whole report is.</summary>
    private static IEnumerable<Guid> Results(SessionReport session)
    {
        HashSet<Guid> members = [.. session.Findings.Where(f => !f.Withdrawn).SelectMany(f =>
            f.Finding.Method == Methods.RepeatedReadings.Name ? f.Finding.Inputs : FindingObservation.Members(f.Finding, session))];
        return session.Findings.Where(f => !f.Withdrawn || session.Status == ReportStatus.EnteredInError).Select(f => f.Finding.Id).Where(id => !members.Contains(id));
    }

    private static string Operation(SessionReport session) => session switch
    {
        { Status: ReportStatus.EnteredInError } => "NULLIFY",
        { ResultVersion: 1 } or { Correction: not null } => "CREATE",
        _ => "UPDATE",
    };

    /// <summary>The correction in words, the same for everyone: who the other patient is stands nowhere.</summary>
    private static string Why(ReportStatus status) => status == ReportStatus.EnteredInError
        ? "The examination was recorded for the wrong patient; nothing of this report is of this patient."
        : "The patient of the examination was corrected; the measurements are as they were taken.";

    private static DiagnosticReport.DiagnosticReportStatus Status(ReportStatus status) => status switch
    {
        ReportStatus.Partial => DiagnosticReport.DiagnosticReportStatus.Partial,
        ReportStatus.Preliminary => DiagnosticReport.DiagnosticReportStatus.Preliminary,
        ReportStatus.Final => DiagnosticReport.DiagnosticReportStatus.Final,
        ReportStatus.Amended => DiagnosticReport.DiagnosticReportStatus.Amended,
        ReportStatus.Corrected => DiagnosticReport.DiagnosticReportStatus.Corrected,
        ReportStatus.EnteredInError => DiagnosticReport.DiagnosticReportStatus.EnteredInError,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A report has one of the listed states."),
    };

    private static Provenance.AgentComponent Agent(string kind, string who) => new()
    {
        Type = new CodeableConcept { Coding = [new Coding(Systems.ProvenanceParticipant, kind)] },
        Who = new ResourceReference(who),
    };
}
