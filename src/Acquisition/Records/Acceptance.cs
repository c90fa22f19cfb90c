using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Records;

/// <summary>An examination as it begins.</summary>
public sealed record ExaminationOpening(Guid Examination, long StartedUtcNs, string Site, string Gateway, ReportPatient Patient, bool Simulated);

/// <summary>What one act of the tape does to the record: findings accepted, findings taken back.</summary>
/// <param name="ActNumber">The key: the same act again changes nothing.</param>
/// <param name="Action">Word of the audit trail, for instance <c>accept</c>, <c>undo</c>, <c>repeat</c>.</param>
public sealed record Acceptance(
    Guid Examination,
    int ActNumber,
    string Action,
    string User,
    long AtUtcNs,
    IReadOnlyList<Finding> Accepted,
    IReadOnlyList<Guid> Withdrawn)
{
    /// <summary>Who accepted a finding, where it was another than <see cref="User"/>.</summary>
    public IReadOnlyDictionary<Guid, string> Acceptors { get; init; } = new Dictionary<Guid, string>();

    /// <summary>Set by the act that corrects the patient: the examination's patient from here on, and the number of the binding that begins.</summary>
    public (int Binding, ReportPatient Patient)? Rebound { get; init; }
}

/// <summary>A finding as it belongs into the next bundle.</summary>
/// <param name="Finding">With the version it has, or will have, outside.</param>
/// <param name="Withdrawn">True: sent before, now entered-in-error.</param>
public sealed record RecordedFinding(Finding Finding, string AcceptedBy, long AcceptedUtcNs, bool Withdrawn);
