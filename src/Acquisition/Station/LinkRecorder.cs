using System.Threading.Channels;
using Vascular.Devices;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>Puts the events of one link into the recorder's queue and waits while it is full.</summary>
internal sealed class LinkRecorder(string name, ChannelWriter<LinkEvent> events, ITapeClock clock, TimeProvider time)
{
    /// <summary>How long the last events of a stopped link wait for room.</summary>
    internal static readonly TimeSpan LastWordLimit = TimeSpan.FromSeconds(1);

    internal ValueTask RecordAsync(RecordKind kind, CancellationToken cancel, long? atNs = null, ReadOnlyMemory<byte> bytes = default, string? text = null, string? identity = null) =>
        events.WriteAsync(new LinkEvent(name, kind, atNs ?? clock.NowNs, bytes, text, identity), cancel);

    /// <summary>As <see cref="RecordAsync"/>, but a stop does not cut it off: the event still has <see cref="LastWordLimit"/> to find room.</summary>
    internal async ValueTask RecordLastAsync(RecordKind kind, string text, CancellationToken cancel)
    {
        var last = new LinkEvent(name, kind, clock.NowNs, Text: text);
        if (events.TryWrite(last))
        {
            return;
        }

        try
        {
            await events.WriteAsync(last, cancel);
        }
        catch (OperationCanceledException)
        {
            using var deadline = new CancellationTokenSource(LastWordLimit, time);
            try
            {
                await events.WriteAsync(last, deadline.Token);
            }
            catch (OperationCanceledException)
            {
                // stopped, and nobody reads any more: the recovery of the tape closes the link
            }
        }
    }
}
