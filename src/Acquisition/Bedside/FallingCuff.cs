using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>What the screen may say about the end point while the cuff still falls, and what was said last when the run was over.</summary>
/// <param name="Attempt">Number of the step's attempt.</param>
/// <param name="Mark">The last statement; a withdrawn one says where it had been.</param>
public sealed record LiveMark(string Step, int Attempt, EndPointMark Mark);

/// <summary>Watches the running cuff for the screen, sample by sample as the attempt itself gets them. The finding never comes from here.</summary>
internal sealed class FallingCuff
{
    // The cuff's own tolerance is no matter of where the end point lies: the same as the attempt's own fold.
    private LiveEndPoint _watch = new(cuffAccuracyMmHg: 0);
    private CuffAttempt? _attempt;
    private int _gaps;

    /// <summary>Null before the first statement of the newest attempt.</summary>
    public LiveMark? Newest { get; private set; }

    /// <summary>Takes what one record said.</summary>
    /// <returns>True when there is a new statement.</returns>
    public bool Take(in TapeRecord record, ExaminationFold fold)
    {
        if (fold.Running is CuffAttempt running && running != _attempt)
        {
            (_attempt, _gaps, _watch, Newest) = (running, 0, new LiveEndPoint(cuffAccuracyMmHg: 0), null);
        }

        if (_attempt is not { IsClosed: false } attempt || fold.ChannelOf(record.Link) is not { } channel || !attempt.Uses(channel))
        {
            return false;
        }

        if (attempt.Gaps.Count != _gaps)
        {
            _gaps = attempt.Gaps.Count;
            _watch.Gap(record.AtNs);
        }

        bool said = false;
        IReadOnlyList<Reading> readings = fold.LastReadings;
        for (int i = 0; i < readings.Count && channel.Binding is not null; i++)
        {
            said |= Take(readings[i], attempt);
        }

        return said;
    }

    private bool Take(in Reading reading, CuffAttempt attempt)
    {
        switch (reading.Kind)
        {
            case ReadingKind.CuffPressure when reading.HasValue:
                _watch.Cuff(reading.AtNs, reading.Value);
                return false;
            case ReadingKind.PlethSample when (reading.Marks & (QualityMarks.SensorAlarm | QualityMarks.SensorDisconnected)) != 0:
            case ReadingKind.Refused:
                _watch.Gap(reading.AtNs);
                return false;
            case ReadingKind.PlethSample when _watch.TryPleth(reading.AtNs, reading.Value, out EndPointMark mark):
                Newest = new LiveMark(attempt.Step.Key, attempt.Number, mark);
                return true;
            default:
                return false;
        }
    }
}
