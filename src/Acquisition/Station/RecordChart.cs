using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Station;

/// <summary>Commits what acts accept, and the bundles they make, in the station's record: the two transactions of a result.</summary>
/// <remarks>Waits for the database on the examination's own thread: nothing after an act may be called done before its commit.</remarks>
public sealed class RecordChart : IChart
{
    private readonly Guid _examination;
    private readonly ExaminationRecord _record;
    private readonly OutboxRecord _outbox;
    private readonly ReportPlace _place;
    private readonly IReadOnlyList<string> _consumers;
    private readonly Func<ExaminationFold> _fold;
    private readonly Action _committed;

    /// <param name="fold">The examination's fold, asked when an act is committed.</param>
    /// <param name="committed">Called when an outbox row was committed.</param>
    /// <param name="largestPacket">Largest whole packet of a result, bytes.</param>
    /// <param name="givesBack">True: results are owed to the archive too.</param>
    public RecordChart(
        Guid examination, RecordDatabase database, ReportPlace place, IReadOnlyList<string> consumers, Func<ExaminationFold> fold, Action committed, int largestPacket = SessionParts.DefaultLargestPacket, bool givesBack = false)
    {
        (_examination, _place, _consumers, _fold, _committed) = (examination, place, consumers, fold, committed);
        _record = new ExaminationRecord(database);
        _outbox = new OutboxRecord(database, largestPacket, givesBack);
    }

    public void Commit(ActEffect effect)
    {
        ArgumentNullException.ThrowIfNull(effect);
        NumberedAct act = effect.Act;
        switch (act.Act)
        {
            case Act.Patient patient when effect.Binding == 1:
                var opening = new ExaminationOpening(_examination, effect.UtcNs, _place.Site, _place.Gateway, new ReportPatient(patient.System, patient.Value, patient.Gender), _fold().Settings!.Simulated);
                Wait(_record.OpenAsync(opening, act.User, CancellationToken.None));
                break;
            case Act.End:
                Wait(_record.EndAsync(_examination, act.Number, act.User, effect.UtcNs, CancellationToken.None));
                break;
            default:
                Wait(_record.CommitAcceptanceAsync(AcceptanceOf(effect), CancellationToken.None));
                Send(effect);
                break;
        }
    }

    public void Ended(ActEffect end) => Send(end);

    public void Sealed(Capture.TapeSeal seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        Wait(_record.KeepSealAsync(_examination, seal.Segment, seal.ToBytes(), CancellationToken.None));
    }

    private Acceptance AcceptanceOf(ActEffect effect)
    {
        NumberedAct act = effect.Act;
        Guid[] withdrawn = [.. effect.Withdrawn.Where(w => effect.Accepted.All(a => a.Id != w.Id)).Select(w => w.Id)];
        return new Acceptance(_examination, act.Number, act.Act.Kind, act.User, effect.UtcNs, effect.Accepted, withdrawn)
        {
            Acceptors = effect.Acceptors,
            Rebound = act.Act is Act.Patient patient ? (effect.Binding, new ReportPatient(patient.System, patient.Value, patient.Gender)) : null,
        };
    }

    /// <summary>Commits the bundles of an act in one transaction. The record is as the act left it: the acts before are committed, none after.</summary>
    private void Send(ActEffect effect)
    {
        Guid[] messages = [.. effect.Sendings.Select(s => Identifiers.Bundle(_examination, effect.Act.Number, s.Binding))];
        if (messages.Length == 0 || Wait(_outbox.HasAsync(messages, CancellationToken.None)))
        {
            return;
        }

        IReadOnlyList<RecordedFinding> recorded = Wait(_record.AcceptedFindingsAsync(_examination, CancellationToken.None));
        int version = Wait(_record.NextResultVersionAsync(_examination, CancellationToken.None));
        SessionReport[] reports = [.. effect.Sendings.Select((s, i) => ReportOf.Examination(
            _examination, effect.Basis!, s, _place, messages[i], version + i, Findings(effect.Basis!, recorded, s.Binding), effect.Recording))];
        Wait(_outbox.CommitSendAsync(reports, _consumers, effect.Act.User, effect.UtcNs, CancellationToken.None));
        _committed();
    }

    private static IReadOnlyList<ReportedFinding> Findings(ReportBasis basis, IReadOnlyList<RecordedFinding> recorded, int binding) =>
    [
        .. recorded.Where(r => Identifiers.BindingOf(r.Finding.Name) == binding)
            .Select(r => ReportOf.Finding(basis, r.Finding, r.AcceptedBy, UtcNs.ToTime(r.AcceptedUtcNs), r.Withdrawn)),
    ];

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
