using System.Threading.Channels;
using Vascular.Devices;

namespace Vascular.Acquisition.Station;

/// <summary>What happened on a supervised link, in the order it happened: the tape's link records before they have a place on the tape.</summary>
/// <param name="Link">Configured name.</param>
/// <param name="Kind">Open, Closed, Bytes, Stray, Silent, Heard or WriteFailed.</param>
/// <param name="AtNs">Station clock; for bytes the stamp of the arrival.</param>
/// <param name="Bytes">One read, exactly as it arrived, in memory of its own: the receiver keeps it.</param>
/// <param name="Text">Open: the path. Closed, WriteFailed: the reason.</param>
/// <param name="Identity">Open: who answered, where the line tells it.</param>
public readonly record struct LinkEvent(string Link, RecordKind Kind, long AtNs, ReadOnlyMemory<byte> Bytes = default, string? Text = null, string? Identity = null)
{
    /// <summary>Events waiting for the recorder. A full queue makes the links wait and so the devices: the record never drops.</summary>
    public const int QueueLength = 4096;

    /// <summary>The queue from all links of a station to its one recorder.</summary>
    public static Channel<LinkEvent> Queue() => Channel.CreateBounded<LinkEvent>(new BoundedChannelOptions(QueueLength)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
    });
}
