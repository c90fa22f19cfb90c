using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing;

/// <summary>Status of the DiagnosticReport, by the rules of acceptance, end and signature.</summary>
public enum ReportStatus
{
    /// <summary>Sent before the examination ended.</summary>
    Partial,

    /// <summary>The examination ended; no physician has signed.</summary>
    Preliminary,
    Final,
    Amended,
    Corrected,
    EnteredInError,
}

/// <summary>Everything a session bundle says, before any FHIR: the whole examination as accepted. The mapping to FHIR is a pure function of it.</summary>
public sealed record SessionReport
{
    /// <summary>CloudEvent id of the bundle: new for each bundle, the same on every resend.</summary>
    public required Guid MessageId { get; init; }

    public required Guid Examination { get; init; }

    /// <summary>From 1; rises when the examination was moved to another patient. Report and findings of each binding have their own identifiers.</summary>
    public int Binding { get; init; } = 1;

    /// <summary>From 1, by 1 for each bundle of the examination.</summary>
    public required int ResultVersion { get; init; }

    public required ReportStatus Status { get; init; }

    /// <summary>Laboratory or ward, topic level.</summary>
    public required string Site { get; init; }

    /// <summary>This station, topic level, CN of its certificate.</summary>
    public required string Gateway { get; init; }

    public required string SoftwareVersion { get; init; }

    /// <summary>True when any byte came from a simulator: everything then carries HTEST.</summary>
    public required bool Test { get; init; }

    public required ReportPatient Patient { get; init; }

    public ReportOrder? Order { get; init; }

    /// <summary>Set in the two bundles of a correction of the patient, else null. Neither names the patient of the other.</summary>
    public ReportCorrection? Correction { get; init; }

    /// <summary>Start and end of the examination, from the tape.</summary>
    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Ended { get; init; }

    /// <summary>When the bundle was made, from the tape: results carry tape time, never the wall clock of a resend.</summary>
    public required DateTimeOffset Issued { get; init; }

    public required string Technician { get; init; }

    public required IReadOnlyList<ReportedFinding> Findings { get; init; }

    /// <summary>Evidence sheets that were entered, each of one limb; mostly none.</summary>
    public IReadOnlyList<ReportedEvidence> Evidence { get; init; } = [];

    public required IReadOnlyList<ReportedDevice> Devices { get; init; }

    /// <summary>SHA-256 (lower-case hex) of the tape's last chain value before the bundle: the raw recording it rests on.</summary>
    public required string RecordingSha256 { get; init; }

    /// <summary>Version of the rule set that computed the findings.</summary>
    public required string RuleVersion { get; init; }
}

/// <param name="System">Identifier system (URI) of the assigning authority.</param>
/// <param name="Gender">FHIR administrative gender, or null.</param>
public sealed record ReportPatient(string System, string Value, string? Gender);

public sealed record ReportOrder(string? PlacerSystem, string? Placer, string? AccessionSystem, string? Accession, string? Reason);

/// <param name="By">Who corrected the patient.</param>
public sealed record ReportCorrection(string By);

/// <param name="Withdrawn">True: sent as entered-in-error.</param>
public sealed record ReportedFinding(Finding Finding, DateTimeOffset ObservedFrom, DateTimeOffset ObservedTo, string AcceptedBy, DateTimeOffset AcceptedAt, bool Withdrawn = false)
{
    /// <summary>A waveform larger than a message: it is sent without its samples, says so, and names the interval of the recording that has them.</summary>
    public bool SamplesLeftOut { get; init; }
}

/// <summary>The evidence sheet of a limb as it goes out.</summary>
/// <param name="Version">From 1; rises only when the sheet changes.</param>
/// <param name="Signature">Null: entered and not signed, so preliminary.</param>
/// <param name="Amended">Something else was signed before this.</param>
/// <param name="Withdrawn">True: sent as entered-in-error.</param>
public sealed record ReportedEvidence(ExaminationEvidence Evidence, int Version, EvidenceSignature? Signature, bool Amended, bool Withdrawn)
{
    /// <summary>Everyone who entered an answer that stands.</summary>
    public IReadOnlyList<string> EnteredBy { get; init; } = [];
}

/// <param name="Link">Configured link name; findings name their links by it.</param>
/// <param name="Kind">What it is for people, for instance <c>Cuff pressure module (PAR family)</c>.</param>
/// <param name="Waveform">What is known of the trace it streams; null for a device without one.</param>
/// <param name="MdcType">IEEE 11073-10101 code of the VMD (70686 noninvasive pressure, 70774 pleth, 70710 transcutaneous oxygen); null where none was seen in a source.</param>
public sealed record ReportedDevice(string Link, string Kind, string? MdcType, string? Identity, bool Simulated, Vascular.Processing.Vocabulary.Waveform? Waveform = null);
