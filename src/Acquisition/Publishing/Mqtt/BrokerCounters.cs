namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>What the embedded broker refused or lost since its start: each loss is counted, none is silent.</summary>
public sealed class BrokerCounters
{
    private long dropped;
    private long connections;
    private long packets;
    private long publishes;

    /// <summary>Messages not queued because a client's queue was full; the sender's resend makes them good.</summary>
    public long DroppedMessages => Interlocked.Read(ref dropped);

    /// <summary>Connections ended before a session: no or wrong certificate, wrong client id, too many at once, or given up in the handshake.</summary>
    public long RefusedConnections => Interlocked.Read(ref connections);

    /// <summary>Connections ended because a packet was announced larger than the limit.</summary>
    public long RefusedPackets => Interlocked.Read(ref packets);

    /// <summary>Messages published without the right to.</summary>
    public long RefusedPublishes => Interlocked.Read(ref publishes);

    internal void Drop() => Interlocked.Increment(ref dropped);

    internal void RefuseConnection() => Interlocked.Increment(ref connections);

    internal void RefusePacket() => Interlocked.Increment(ref packets);

    internal void RefusePublish() => Interlocked.Increment(ref publishes);
}
