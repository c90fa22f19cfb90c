using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;

namespace Vascular.Acquisition.Station;

/// <summary>An examination taken up: new, recovered after a crash, or found ended.</summary>
/// <param name="Examination">Null when its tape had ended: nothing is left to examine.</param>
/// <param name="Fold">The fold of the tape, in every case.</param>
/// <param name="Recovered">What the recovery did; null for a new examination.</param>
public sealed record TakenUp(Examination? Examination, ExaminationFold Fold, TapeRecoveryReport? Recovered);

/// <summary>The folder of one examination's tape under the data folder, and how an examination on it is taken up.</summary>
public sealed class ExaminationFolder
{
    private readonly TapeKeys _keys;
    private readonly ReportPlace _place;

    public ExaminationFolder(string tapes, Guid examination, TapeKeys keys, ReportPlace place)
    {
        (Examination, _keys, _place) = (examination, keys, place);
        Path = System.IO.Path.Combine(tapes, examination.ToString("D"));
    }

    public Guid Examination { get; }

    public string Path { get; }

    /// <summary>Begins the examination, or goes on where its tape was cut off, or redoes the database's work of an ended one.</summary>
    /// <param name="settings">For a new examination only: a tape has its own.</param>
    /// <param name="beginUtcNs">UTC of AtNs 0 of a new examination.</param>
    /// <param name="resumeUtcNs">UTC now, given the tape's newest instant: decides how far a resumed tape's time goes on.</param>
    public TakenUp TakeUp(ExaminationSettings settings, long beginUtcNs, Func<long, long> resumeUtcNs, double speed, IBench bench, Func<Func<ExaminationFold>, IChart> chart)
    {
        ArgumentNullException.ThrowIfNull(resumeUtcNs);
        ArgumentNullException.ThrowIfNull(chart);
        ExaminationFold? fold = null;
        IChart keeper = chart(() => fold ?? throw new InvalidOperationException("The examination is not taken up yet."));
        if (Directory.Exists(Path))
        {
            (TapeWriter? writer, TapeRecoveryReport report) = Recover(resumeUtcNs);
            if (report.State == TapeState.Resumed)
            {
                Examination resumed = Examinations.Examination.Resume(Examination, Records(), writer!, bench, keeper, f => fold = f);
                return new TakenUp(resumed, resumed.Fold, report);
            }

            if (report.State == TapeState.Ended)
            {
                ExaminationFold ended = Examinations.Examination.Redo(Examination, Records(), keeper, f => fold = f);
                return new TakenUp(null, ended, report);
            }
        }

        TapeWriter tape = TapeWriter.Create(Path, Examination, _place.Gateway, _keys, _place.SoftwareVersion, beginUtcNs);
        Examination begun = Examinations.Examination.Begin(Examination, tape, settings, speed, bench, keeper, f => fold = f);
        return new TakenUp(begun, begun.Fold, null);
    }

    /// <summary>Every record of the tape in order.</summary>
    /// <exception cref="CommandFailure">A record in the middle is wrong.</exception>
    public IEnumerable<TapeRecord> Records()
    {
        var reader = new TapeReader(Path, _keys);
        foreach (TapedRecord record in reader.Read())
        {
            yield return record.Record;
        }

        if (reader.Fault is { } fault)
        {
            throw new CommandFailure($"the tape is damaged: {fault}", Path, "run 'acquisition verify' on it and compare with a copy");
        }
    }

    private (TapeWriter? Writer, TapeRecoveryReport Report) Recover(Func<long, long> resumeUtcNs)
    {
        long newest = 0;
        foreach (TapedRecord record in new TapeReader(Path, _keys).Read())
        {
            newest = Math.Max(newest, record.Record.AtNs);
        }

        return TapeRecovery.Recover(Path, _keys, Examination, _place.Gateway, _place.SoftwareVersion, resumeUtcNs(newest));
    }
}
