using System.Data.Common;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Station;

/// <summary>Takes recordings off the disk whose results are delivered and whose time is over, while the station runs: at the end of an examination and every hour. Oldest first; results never.</summary>
/// <param name="said">Takes one line for each recording that went, and one for each new reason why none could.</param>
public sealed class Retention(StationHost station, Action<string> said, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Recordings that go in one look: each is checked whole before it goes, and an examination may be running. What is left waits for the next look.</summary>
    public const int MostAtOnce = 8;

    private readonly ChangeSignal _asked = new();
    private string? _failed;

    /// <summary>An examination ended: look now.</summary>
    public void Ask() => _asked.Raise();

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            Task asked = _asked.Next();
            using (var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel))
            {
                await Task.WhenAny(asked, Task.Delay(Every, time, enough.Token));
                await enough.CancelAsync();
            }

            if (!cancel.IsCancellationRequested)
            {
                await LookAsync(cancel);
            }
        }
    }

    /// <summary>Trims once, and says what went.</summary>
    /// <param name="most">Recordings at most.</param>
    public async Task TrimAsync(int most, CancellationToken cancel)
    {
        foreach (Guid trimmed in await station.TrimAsync(most, cancel))
        {
            said(new JsonObject { ["event"] = "recording_trimmed", ["examination"] = trimmed.ToString() }.ToJsonString());
            station.Delivery.News.Tell(new TechnicalEvent(TechnicalEventType.Storage, "recording-trimmed", TechnicalSeverity.Info, null, "a delivered examination's recording was trimmed by retention; its results are kept"));
        }
    }

    /// <summary>A disk or a database that fails costs a look, not the station.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            await TrimAsync(MostAtOnce, cancel);
            _failed = null;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // stopped
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException or DbUpdateException)
        {
            if (_failed != failure.Message)
            {
                _failed = failure.Message;
                said(new JsonObject { ["event"] = "trim_failed", ["why"] = failure.Message }.ToJsonString());
                station.Delivery.News.Tell(new TechnicalEvent(TechnicalEventType.Storage, "trim-failed", TechnicalSeverity.Warning, null, "delivered recordings could not be trimmed; they are kept, and it is tried again"));
            }
        }
    }
}
