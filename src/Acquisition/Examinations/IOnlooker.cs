using Vascular.Acquisition.Capture;

namespace Vascular.Acquisition.Examinations;

/// <summary>Who looks on while an examination runs: the screen. Called on the thread that owns the examination; must not block, and cannot change anything.</summary>
public interface IOnlooker
{
    /// <summary>A record was folded; <see cref="ExaminationFold.LastReadings"/> are its readings. It may not be durable yet: good for a trace, never for a "done".</summary>
    void Folded(in TapeRecord record, ExaminationFold fold);

    /// <summary>Everything folded so far is durable, and what it caused in the record is committed: what the fold says may be shown as done.</summary>
    void Synced(ExaminationFold fold);
}
