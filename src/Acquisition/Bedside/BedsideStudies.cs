using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Bedside;

/// <summary>Follows for the page what the record knows of the archive's studies. The archive itself is asked by the station's feed alone.</summary>
public sealed class BedsideStudies(TimeProvider time)
{
    /// <summary>The record is looked at even when the feed said nothing: a person binds a study beside the station.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly ChangeSignal _changed = new();
    private long _newest = -1;

    /// <summary>A list made before is old; called on any thread, must not block.</summary>
    public event Action? Changed;

    /// <summary>The feed has written something of a study into the record.</summary>
    public void Tell() => _changed.Raise();

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(RecordDatabase database, CancellationToken cancel)
    {
        var studies = new StudyRecord(database);
        while (!cancel.IsCancellationRequested)
        {
            Task next = _changed.Next();
            try
            {
                long newest = await studies.NewestEventAsync(cancel);
                if (newest != _newest)
                {
                    _newest = newest;
                    Changed?.Invoke();
                }
            }
            catch (Exception e) when (e is DbException or DbUpdateException)
            {
                // the feed says so; it is looked at again
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.WhenAny(next, Task.Delay(Every, time, cancel));
        }
    }
}
