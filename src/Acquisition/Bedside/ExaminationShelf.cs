using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>An examination as a physician finds it: its evidence sheets, or why they cannot be shown.</summary>
/// <param name="Sheets">Right, then left; none before a patient is named.</param>
public sealed record ShelvedExamination(IReadOnlyList<StandingEvidence> Sheets, bool IsRunning, string? Trouble)
{
    public StandingEvidence? Of(Side side) => Sheets.FirstOrDefault(s => s.Side == side);
}

/// <summary>The examinations of a station for the pages that are read at a desk: the running one as its owner shows it, ended ones from their tapes. And the door for what is entered there.</summary>
/// <remarks>An ended examination is read again only when its tape has another segment. Everything is known by the examination's number; no address or log names a patient.</remarks>
public sealed class ExaminationShelf(StationHost station, BedsideBoard board, TimeProvider time)
{
    private const int Kept = 8;
    private const int Listed = 100;

    /// <summary>A running examination answers between two records.</summary>
    private static readonly TimeSpan RunningDeadline = TimeSpan.FromSeconds(15);

    /// <summary>The tape of an ended one is read before anything is added to it.</summary>
    private static readonly TimeSpan EndedDeadline = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<Guid, (int Segment, ShelvedExamination Read)> _read = [];

    /// <summary>The newest examinations of the station, the newest first.</summary>
    public Task<IReadOnlyList<Records.Examination>> ListAsync(CancellationToken cancel) => new ExaminationRecord(station.Database).NewestAsync(Listed, cancel);

    public async Task<ShelvedExamination> ReadAsync(Guid examination, CancellationToken cancel)
    {
        if (Running(examination) is { } view)
        {
            return new ShelvedExamination(view.Evidence, IsRunning: true, Trouble: null);
        }

        int segment = station.NewestSegment(examination);
        if (_read.TryGetValue(examination, out (int Segment, ShelvedExamination Read) known) && known.Segment == segment)
        {
            return known.Read;
        }

        (ExaminationFold? fold, string? why) = await Task.Run(() => station.Read(examination, cancel), cancel);
        return fold is null ? new ShelvedExamination([], IsRunning: false, why) : Keep(examination, segment, fold);
    }

    /// <summary>Does paperwork on an examination, running or ended.</summary>
    /// <param name="act">Makes an act with <see cref="Act.IsPaperwork"/>, or an undo of one; a <see cref="FormatException"/> of it is the refusal.</param>
    /// <returns>The refusal in words; null when it was done and is durable.</returns>
    public async Task<string?> EnterAsync(Guid examination, Func<ExaminationFold, Act> act, string user, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(act);
        try
        {
            if (Running(examination) is not null && board.Door is { } door)
            {
                return await door.EnterAsync((fold, _) => act(fold), user, cancel).WaitAsync(RunningDeadline, time, cancel);
            }

            (ExaminationFold? fold, string? refusal) = await Task.Run(() => station.CorrectAsync(examination, (read, _) => act(read), user, cancel), cancel).WaitAsync(EndedDeadline, time, cancel);
            if (fold is not null)
            {
                Keep(examination, station.NewestSegment(examination), fold);
            }

            return refusal;
        }
        catch (TimeoutException)
        {
            return "the station did not answer in time: look whether it still runs";
        }
        catch (Exception e) when (e is CommandFailure or IOException or UnauthorizedAccessException or DbException or DbUpdateException)
        {
            return "it could not be written: make room on the disk and start the station again, which goes on with what is on the tape";
        }
    }

    private BedsideView? Running(Guid examination) => board.View is { IsEnded: false } view && view.Examination == examination ? view : null;

    private ShelvedExamination Keep(Guid examination, int segment, ExaminationFold fold)
    {
        var read = new ShelvedExamination([.. new[] { fold.Evidence.Of(Side.Right), fold.Evidence.Of(Side.Left) }.OfType<StandingEvidence>()], IsRunning: false, Trouble: null);
        if (_read.Count >= Kept)
        {
            _read.Clear();
        }

        _read[examination] = (segment, read);
        return read;
    }
}
