using System.Globalization;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Acquisition.Station;

/// <summary>Looks every few seconds at what nobody reports by itself: whether the wall clock stepped, and what the broker refused or dropped.</summary>
/// <param name="broker">Null with a site's broker, which keeps its own counters.</param>
public sealed class StationWatch(StationNews news, BrokerCounters? broker, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>A change of the wall clock within one look that no slewing makes (500 ppm are 2.5 ms): someone set it, or the machine slept.</summary>
    public const long StepNs = 500_000_000;

    private readonly StationClock _clock = new(time);
    private long _wallNs;
    private long _dropped;
    private long _connections;
    private long _packets;
    private long _publishes;

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // stopped
        }
    }

    /// <summary>One look.</summary>
    public void Look()
    {
        long wallNs = _clock.WallStepNs;
        long stepNs = wallNs - _wallNs;
        _wallNs = wallNs;
        if (Math.Abs(stepNs) >= StepNs)
        {
            Say(TechnicalEventType.Clock, "clock-step", string.Create(CultureInfo.InvariantCulture, $"the wall clock moved by {stepNs / 1e9:+0.000;-0.000} s; running examinations keep their own time"));
        }

        if (broker is null)
        {
            return;
        }

        Count(broker.DroppedMessages, ref _dropped, TechnicalEventType.Storage, "messages-dropped", "messages were not queued for a consumer whose queue is full; results are sent again");
        Count(broker.RefusedConnections, ref _connections, TechnicalEventType.Security, "connections-refused", "connections were refused");
        Count(broker.RefusedPackets, ref _packets, TechnicalEventType.Security, "packets-refused", "connections were closed over a packet that was too large");
        Count(broker.RefusedPublishes, ref _publishes, TechnicalEventType.Security, "publishes-refused", "messages were refused: their sender may not write there");
    }

    private void Count(long now, ref long before, TechnicalEventType type, string code, string what)
    {
        if (now > before)
        {
            Say(type, code, string.Create(CultureInfo.InvariantCulture, $"{now - before} {what}"));
            before = now;
        }
    }

    private void Say(TechnicalEventType type, string code, string text) => news.Tell(new TechnicalEvent(type, code, TechnicalSeverity.Warning, null, text));
}
