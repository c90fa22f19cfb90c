using System.Collections.Concurrent;
using System.Net;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>What the embedded broker needs to start.</summary>
public sealed record BrokerOptions
{
    /// <summary>Wanted TCP port; 0 takes any free one, and a busy one gives way to the next free one above it.</summary>
    public required int Port { get; init; }

    /// <summary>Address listened on; loopback unless the site says otherwise.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The broker's own certificate; its authority is the only one clients may come from.</summary>
    public required StationCertificate Certificate { get; init; }

    /// <summary>Names that read results and acknowledge them: the required consumers.</summary>
    public IReadOnlyCollection<string> Consumers { get; init; } = ["ehr-bridge"];

    /// <summary>Largest packet, bytes. A larger one ends the connection.</summary>
    public int LargestPacket { get; init; } = 1 << 20;

    /// <summary>Messages queued for one client; when full the newest is dropped and counted.</summary>
    public int LongestQueue { get; init; } = 20_000;

    /// <summary>Connections at once; further ones are closed and counted.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Sessions kept for one certificate name.</summary>
    public int SessionsPerName { get; init; } = 8;
}

/// <summary>The broker of a station that has none: MQTT over TLS with client certificates, rights by certificate name, nothing on disk.</summary>
/// <remarks>Its PUBACK is no delivery: sessions live as long as the process, and the outbox is the store.
/// Topics and rights: <c>docs/asyncapi.yaml</c>, <see cref="BrokerAccess"/>.</remarks>
public sealed class EmbeddedBroker : IAsyncDisposable
{
    private readonly BrokerOptions options;
    private readonly TimeProvider time;
    private readonly BrokerAccess access;
    private readonly TlsListener listener;
    private readonly MqttServer server;

    // by client id; bounded by Connections
    private readonly ConcurrentDictionary<string, Guest> connected = new(StringComparer.Ordinal);

    private EmbeddedBroker(BrokerOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        access = new BrokerAccess(options.Consumers);
        listener = new TlsListener(options, time, Counters);
        MqttServerOptions rules = new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithoutEncryptedEndpoint()
            .WithPersistentSessions(true)
            .WithMaxPendingMessagesPerClient(options.LongestQueue)
            // DropOldest would keep every dropped QoS 1 message in the session's list of unacknowledged ones, without a bound
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropNewMessage)
            .WithDefaultCommunicationTimeout(TimeSpan.FromSeconds(10))
            .Build();
        server = new MqttServerFactory().CreateMqttServer(rules, [listener]);
        server.ValidatingConnectionAsync += ValidateAsync;
        server.ClientDisconnectedAsync += ForgetAsync;
        server.InterceptingPublishAsync += JudgePublishAsync;
        server.InterceptingClientEnqueueAsync += JudgeDeliveryAsync;
        server.InterceptingOutboundPacketAsync += JudgePacketAsync;
        server.ClientAcknowledgedPublishPacketAsync += SettleAsync;
        server.ApplicationMessageEnqueuedOrDroppedAsync += CountDropAsync;
        server.ClientSubscribedTopicAsync += TellOfConsumerAsync;
    }

    /// <summary>A required consumer subscribed: what it is owed can reach it now. Must not block.</summary>
    public event Action? ConsumerSubscribed;

    /// <summary>What was refused or lost since the start.</summary>
    public BrokerCounters Counters { get; } = new();

    /// <summary>Port in use.</summary>
    public int Port => listener.Port;

    /// <summary>True when the wanted port was busy and <see cref="Port"/> is the next free one.</summary>
    public bool Moved => options.Port != 0 && Port != options.Port;

    /// <summary>Where clients connect: <c>mqtts://localhost:PORT</c>.</summary>
    public Uri Address => new($"mqtts://localhost:{Port}");

    /// <summary>Binds, then answers.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">No port could be bound.</exception>
    /// <exception cref="IOException">A certificate file is missing.</exception>
    public static async Task<EmbeddedBroker> StartAsync(BrokerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        EmbeddedBroker broker = new(options, time);
        try
        {
            await broker.server.StartAsync();
            return broker;
        }
        catch
        {
            await broker.listener.DisposeAsync();
            broker.server.Dispose();
            throw;
        }
    }

    /// <summary>Number of clients connected now.</summary>
    public int Clients => connected.Count;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server.IsStarted)
        {
            await server.StopAsync(new MqttServerStopOptionsBuilder()
                .WithDefaultClientDisconnectOptions(o => o.WithReasonCode(MqttDisconnectReasonCode.ServerShuttingDown))
                .Build());
        }

        await listener.DisposeAsync();
        server.Dispose();
    }

    private async Task ValidateAsync(ValidatingConnectionEventArgs connecting)
    {
        string? name = connecting.ClientCertificate is { } certificate ? CertificatePolicy.NameOf(certificate) : null;
        connecting.ReasonCode = name is null ? MqttConnectReasonCode.NotAuthorized
            : !Belongs(connecting.ClientId, name) ? MqttConnectReasonCode.ClientIdentifierNotValid
            : await HasTooManySessionsAsync(connecting.ClientId, name) ? MqttConnectReasonCode.QuotaExceeded
            : MqttConnectReasonCode.Success;
        if (connecting.ReasonCode == MqttConnectReasonCode.Success)
        {
            connected[connecting.ClientId] = new Guest(connecting.ProtocolVersion);
        }
        else
        {
            Counters.RefuseConnection();
        }
    }

    /// <summary>Lets sessions go whose time is over, then counts those of this name: the library itself ends none.</summary>
    private async Task<bool> HasTooManySessionsAsync(string clientId, string name)
    {
        int held = 0;
        foreach (MqttSessionStatus session in await server.GetSessionsAsync())
        {
            if (session.DisconnectedTimestamp is { } left && !connected.ContainsKey(session.Id)
                && (time.GetUtcNow().UtcDateTime - left).TotalSeconds > session.ExpiryInterval && session.ExpiryInterval > 0)
            {
                await session.DeleteAsync();
            }
            else if (session.Id != clientId && NameOf(session.Id) == name)
            {
                held++;
            }
        }

        return held >= options.SessionsPerName;
    }

    private Task ForgetAsync(ClientDisconnectedEventArgs left)
    {
        if (left.DisconnectType != MqttClientDisconnectType.Takeover)
        {
            connected.TryRemove(left.ClientId, out _);
        }

        return Task.CompletedTask;
    }

    private Task JudgePublishAsync(InterceptingPublishEventArgs publish)
    {
        string topic = publish.ApplicationMessage.Topic ?? "";
        if (!access.MayWrite(NameOf(publish.ClientId), topic) || (publish.ApplicationMessage.Retain && !BrokerAccess.MayRetain(topic)))
        {
            publish.ProcessPublish = false;
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            // an older PUBACK has no reason: a refusal would look like success
            publish.CloseConnection = !connected.TryGetValue(publish.ClientId, out Guest? guest) || guest.Version != MqttProtocolVersion.V500;
            Counters.RefusePublish();
        }

        return Task.CompletedTask;
    }

    private Task JudgeDeliveryAsync(InterceptingClientApplicationMessageEnqueueEventArgs delivery)
    {
        delivery.AcceptEnqueue = access.MayRead(NameOf(delivery.ReceiverClientId), delivery.ApplicationMessage.Topic);
        return Task.CompletedTask;
    }

    private async Task JudgePacketAsync(InterceptingPacketEventArgs outbound)
    {
        switch (outbound.Packet)
        {
            case MqttPublishPacket publish:
                // a client that takes without ever acknowledging would grow its session without a bound
                if (publish.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce
                    && connected.TryGetValue(outbound.ClientId, out Guest? guest) && guest.Owe() > options.LongestQueue)
                {
                    outbound.ProcessPacket = false;
                    await server.DisconnectClientAsync(outbound.ClientId, new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.QuotaExceeded });
                }

                break;
            case MqttConnAckPacket { ReasonCode: MqttConnectReasonCode.Success } welcome:
                welcome.MaximumPacketSize = (uint)options.LargestPacket;
                welcome.SharedSubscriptionAvailable = false;
                break;
        }
    }

    private Task SettleAsync(ClientAcknowledgedPublishPacketEventArgs acknowledged)
    {
        if (connected.TryGetValue(acknowledged.ClientId, out Guest? guest))
        {
            guest.Settle();
        }

        return Task.CompletedTask;
    }

    private Task TellOfConsumerAsync(ClientSubscribedTopicEventArgs subscribed)
    {
        if (options.Consumers.Contains(NameOf(subscribed.ClientId)))
        {
            ConsumerSubscribed?.Invoke();
        }

        return Task.CompletedTask;
    }

    private Task CountDropAsync(ApplicationMessageEnqueuedEventArgs message)
    {
        if (message.IsDropped)
        {
            Counters.Drop();
        }

        return Task.CompletedTask;
    }

    /// <summary>A client id is its certificate's name, or that name, a dot and a suffix: nobody takes over another's session.</summary>
    private static bool Belongs(string? clientId, string name) =>
        clientId is { Length: <= 128 } && (clientId == name || (clientId.StartsWith(name + ".", StringComparison.Ordinal) && CertificatePolicy.IsName(clientId[(name.Length + 1)..])));

    /// <summary>The certificate name within a validated client id.</summary>
    private static string NameOf(string clientId) => clientId.Split('.', 2)[0];

    /// <summary>One connection: its protocol, since only MQTT 5 can say "not authorised", and the messages it owes an answer for.</summary>
    private sealed class Guest(MqttProtocolVersion version)
    {
        private int owed;

        public MqttProtocolVersion Version { get; } = version;

        public int Owe() => Interlocked.Increment(ref owed);

        public void Settle() => Interlocked.Decrement(ref owed);
    }
}
