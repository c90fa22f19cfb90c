using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Station;

/// <summary>An examination taken up: new, recovered after a crash, or found ended.</summary>
/// <param name="Examination">Null when its tape had ended: nothing is left to examine.</param>
/// <param name="Fold">The fold of the tape, in every case.</param>
/// <param name="Recovered">What the recovery did; null where there was no tape.</param>
public sealed record TakenUp(Examination? Examination, ExaminationFold Fold, TapeRecoveryReport? Recovered);

/// <summary>The folder of one examination's tape under the data folder, and how an examination on it is taken up.</summary>
public sealed class ExaminationFolder
{
    private readonly TapeKeys _keys;
    private readonly ReportPlace _place;
    private readonly TapeLimits _limits;
    private readonly Func<ITapeFiles> _open;

    public ExaminationFolder(string tapes, Guid examination, TapeKeys keys, ReportPlace place)
        : this(System.IO.Path.Combine(tapes, examination.ToString("D")), TapeFolder.Make, examination, keys, place, TapeLimits.Default)
    {
    }

    /// <param name="open">Opens the folder of the tape, made where it is missing.</param>
    public ExaminationFolder(string path, Func<string, ITapeFiles> open, Guid examination, TapeKeys keys, ReportPlace place, TapeLimits limits)
    {
        (Path, Examination, _keys, _place, _limits) = (path, examination, keys, place, limits);
        _open = () => open(path);
    }

    public Guid Examination { get; }

    public string Path { get; }

    /// <summary>Begins the examination, or goes on where its tape was cut off, or redoes the database's work of an ended one.</summary>
    /// <param name="settings">For a tape that has none yet: a tape keeps its own.</param>
    /// <param name="speed">Simulated seconds a second from here on; 1 in real time, null as fast as it goes.</param>
    /// <param name="beginUtcNs">UTC of AtNs 0 of a new examination.</param>
    /// <param name="resumeUtcNs">UTC now, given the tape's newest instant: decides how far a resumed tape's time goes on.</param>
    public TakenUp TakeUp(ExaminationSettings settings, long beginUtcNs, Func<long, long> resumeUtcNs, double? speed, IBench bench, Func<Func<ExaminationFold>, IChart> chart)
    {
        ArgumentNullException.ThrowIfNull(resumeUtcNs);
        ArgumentNullException.ThrowIfNull(chart);
        ExaminationFold? fold = null;
        IChart keeper = chart(() => fold ?? throw new InvalidOperationException("The examination is not taken up yet."));
        ITapeFiles files = _open();
        TapeRecoveryReport? report = null;
        if (files.Segments().Count > 0)
        {
            (TapeWriter? writer, report) = Recover(files, resumeUtcNs);
            if (report.State == TapeState.Resumed)
            {
                Examination resumed = Examinations.Examination.Resume(Examination, Records(files), writer!, settings, speed, bench, keeper, f => fold = f);
                return new TakenUp(resumed, resumed.Fold, report);
            }

            if (report.State == TapeState.Ended)
            {
                ExaminationFold ended = Examinations.Examination.Redo(Examination, Records(files), keeper, f => fold = f);
                return new TakenUp(null, ended, report);
            }
        }

        TapeWriter tape = TapeWriter.Create(files, Origin, _keys, beginUtcNs, _limits);
        Examination begun = Examinations.Examination.Begin(Examination, tape, settings, speed, bench, keeper, f => fold = f);
        return new TakenUp(begun, begun.Fold, report);
    }

    /// <summary>Does an act on an examination that has ended: its tape goes on behind the end, in a segment of its own, and ends again.</summary>
    /// <param name="act">Made of what the examination shows and its newest instant.</param>
    /// <param name="nowUtcNs">UTC now, given the tape's newest instant.</param>
    /// <returns>The fold, and why not; null when done, durable and committed.</returns>
    public (ExaminationFold Fold, string? Refusal) Correct(Func<ExaminationFold, long, Act> act, string user, Func<long, long> nowUtcNs, Func<Func<ExaminationFold>, IChart> chart)
    {
        ArgumentNullException.ThrowIfNull(act);
        ArgumentNullException.ThrowIfNull(nowUtcNs);
        ArgumentNullException.ThrowIfNull(chart);
        ExaminationFold? fold = null;
        IChart keeper = chart(() => fold!);
        ITapeFiles files = _open();

        // What a crash kept from the record goes first: bundles are committed in the order of the acts.
        fold = Examinations.Examination.Redo(Examination, Records(files), keeper, f => fold = f);
        long newest = fold.LastAtNs;
        Act wanted = act(fold, newest);
        if (!fold.IsEnded)
        {
            return (fold, "the examination has not ended");
        }

        if (fold.Refusal(wanted, user, newest) is { } reason)
        {
            return (fold, reason);
        }

        (TapeWriter tape, TapeRecord continued) = TapeRecovery.GoOnBehindEnd(files, _keys, Origin, nowUtcNs(newest), _limits);
        return (fold, Examinations.Examination.Correct(Examination, fold, tape, continued, wanted, user, keeper));
    }

    /// <summary>Every record of the tape in order.</summary>
    /// <exception cref="CommandFailure">A record in the middle is wrong.</exception>
    public IEnumerable<TapeRecord> Records() => Records(_open());

    private TapeOrigin Origin => new(Examination, _place.Gateway, _place.SoftwareVersion);

    private IEnumerable<TapeRecord> Records(ITapeFiles files)
    {
        var reader = new TapeReader(files, _keys);
        foreach (TapedRecord record in reader.Read())
        {
            yield return record.Record;
        }

        if (reader.Fault is { } fault)
        {
            throw new CommandFailure($"the tape is damaged: {fault}", Path, "run 'acquisition verify' on it and compare with a copy");
        }
    }

    private (TapeWriter? Writer, TapeRecoveryReport Report) Recover(ITapeFiles files, Func<long, long> resumeUtcNs)
    {
        long newest = 0;
        foreach (TapedRecord record in new TapeReader(files, _keys).Read())
        {
            newest = Math.Max(newest, record.Record.AtNs);
        }

        return TapeRecovery.Recover(files, _keys, Origin, resumeUtcNs(newest), _limits);
    }
}
