using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Station;

/// <summary>Commits what acts accept, and the bundle at the end, in the station's record: the two transactions of a result.</summary>
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
    public RecordChart(
        Guid examination, RecordDatabase database, ReportPlace place, IReadOnlyList<string> consumers, Func<ExaminationFold> fold, Action committed, int largestPacket = SessionParts.DefaultLargestPacket)
    {
        (_examination, _place, _consumers, _fold, _committed) = (examination, place, consumers, fold, committed);
        _record = new ExaminationRecord(database);
        _outbox = new OutboxRecord(database, largestPacket);
    }

    public void Commit(ActEffect effect)
    {
        ArgumentNullException.ThrowIfNull(effect);
        NumberedAct act = effect.Act;
        switch (act.Act)
        {
            case Act.Patient patient:
                var opening = new ExaminationOpening(_examination, effect.UtcNs, _place.Site, _place.Gateway, new ReportPatient(patient.System, patient.Value, patient.Gender), _fold().Settings!.Simulated);
                Wait(_record.OpenAsync(opening, act.User, CancellationToken.None));
                break;
            case Act.End:
                Wait(_record.EndAsync(_examination, act.Number, act.User, effect.UtcNs, CancellationToken.None));
                break;
            default:
                Guid[] withdrawn = [.. effect.Withdrawn.Where(w => effect.Accepted.All(a => a.Id != w.Id)).Select(w => w.Id)];
                Wait(_record.CommitAcceptanceAsync(new Acceptance(_examination, act.Number, act.Act.Kind, act.User, effect.UtcNs, effect.Accepted, withdrawn), CancellationToken.None));
                break;
        }
    }

    public void Ended(ExaminationFold fold, ReadOnlyMemory<byte> recordingSha256)
    {
        ArgumentNullException.ThrowIfNull(fold);
        NumberedAct end = fold.Acts.All[^1];
        SessionReport report = ReportOf.Examination(_examination, fold, _place, resultVersion: 1, recordingSha256);
        Wait(_outbox.CommitSendAsync([report], _consumers, end.User, fold.Anchor!.Value.UtcOf(end.AtNs), CancellationToken.None));
        _committed();
    }

    public void Sealed(Capture.TapeSeal seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        Wait(_record.KeepSealAsync(_examination, seal.Segment, seal.ToBytes(), CancellationToken.None));
    }

    private static void Wait(Task task) => task.GetAwaiter().GetResult();
}
