using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Bedside;

/// <summary>What is owed of the shown examination and of earlier ones, and how the line to the broker stands.</summary>
/// <param name="Rows">Messages of the examination; none before it was sent.</param>
/// <param name="OwedInAll">Messages of the whole station that a consumer still owes an answer to.</param>
/// <param name="Held">Messages a consumer rejected: a person decides.</param>
/// <param name="LineIsUp">Null before the first word of it.</param>
/// <param name="Trouble">The newest thing that went wrong and has not mended; null: nothing.</param>
public sealed record DeliveryView(IReadOnlyList<OutboxStatus> Rows, int OwedInAll, int Held, bool? LineIsUp, string? Trouble)
{
    /// <summary>Every required consumer has the whole examination.</summary>
    public bool IsInChart => Rows.Count > 0 && Rows.All(r => r.State is OutboxState.Settled or OutboxState.SentNotConfirmed);
}

/// <summary>Follows the outbox for the page.</summary>
public sealed class BedsideDelivery(TimeProvider time)
{
    /// <summary>Looked at even when nobody said that something changed.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly ChangeSignal _changed = new();
    private volatile DeliveryView _view = new([], 0, 0, null, null);

    /// <summary>The view is another; called on any thread, must not block.</summary>
    public event Action? Changed;

    public DeliveryView View => _view;

    /// <summary>What happened to a delivery.</summary>
    public void Tell(OutboxEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        _view = happened.Kind switch
        {
            OutboxEventKind.LineOpened => _view with { LineIsUp = true, Trouble = null },
            OutboxEventKind.LineLost => _view with { LineIsUp = false, Trouble = "the line to the broker is down: results are kept and sent when it is back" },
            OutboxEventKind.NobodySubscribed => _view with { Trouble = "no consumer is subscribed: the result is kept and sent again when one is" },
            OutboxEventKind.BrokerRefused or OutboxEventKind.NotAuthorised => _view with { Trouble = "the broker refused a result: it is kept; look at the broker's rights and limits" },
            OutboxEventKind.TooLarge or OutboxEventKind.BrokerTakesLess or OutboxEventKind.BrokerNotBelieved => _view with { Trouble = happened.Detail },
            OutboxEventKind.RecordFailed => _view with { Trouble = "the record database failed: look at the room on its disk" },
            OutboxEventKind.Acknowledged or OutboxEventKind.Published => _view with { Trouble = null },
            _ => _view,
        };
        Changed?.Invoke();
        _changed.Raise();
    }

    /// <summary>Looks until cancelled.</summary>
    /// <param name="shown">The examination on the page.</param>
    public async Task RunAsync(RecordDatabase database, Func<Guid?> shown, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var outbox = new OutboxRecord(database);
        while (!cancel.IsCancellationRequested)
        {
            Task next = _changed.Next();
            try
            {
                await LookAsync(outbox, shown(), cancel);
            }
            catch (Exception e) when (e is DbException or DbUpdateException)
            {
                Tell(new OutboxEvent(OutboxEventKind.RecordFailed, null, e.Message));
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.WhenAny(next, Task.Delay(Every, time, cancel));
        }
    }

    private async Task LookAsync(OutboxRecord outbox, Guid? examination, CancellationToken cancel)
    {
        IReadOnlyList<OutboxStatus> rows = examination is { } id ? await outbox.StatusAsync(id, cancel) : [];
        OutboxStanding standing = await outbox.StandingAsync(cancel);
        DeliveryView before = _view;
        _view = before with { Rows = rows, OwedInAll = standing.Owed.Count, Held = standing.Held };
        if (!Same(before, _view))
        {
            Changed?.Invoke();
        }
    }

    private static bool Same(DeliveryView one, DeliveryView other) =>
        one.OwedInAll == other.OwedInAll && one.Held == other.Held && one.Rows.Count == other.Rows.Count
        && one.Rows.Zip(other.Rows).All(r => r.First.State == r.Second.State && r.First.Sequence == r.Second.Sequence
            && r.First.Consumers.Select(c => c.State).SequenceEqual(r.Second.Consumers.Select(c => c.State)));
}
