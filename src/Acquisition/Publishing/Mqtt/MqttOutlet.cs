using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>The outlet over MQTT: TLS with client certificates, QoS as the letter says, one connection from opening to loss.</summary>
/// <remarks>Birth and death are said on <c>vascular/v1/{site}/{gateway}/state</c>; letters come from its <c>ack/+</c> and <c>cmd/+</c>.
/// A letter is acknowledged to the broker when the next one is asked for, that is after its receiver was done with it; an
/// unacknowledged one comes again on the next connection.</remarks>
public sealed class MqttOutlet : IOutlet
{
    private const int ReceiveMaximum = 40;
    private const uint SessionSeconds = 7 * 24 * 3600;

    /// <summary>"Unacceptable protocol version" as MQTT 3.1.1 says it, 3.2.2.3.</summary>
    private const MqttClientConnectResultCode UnacceptableVersion = (MqttClientConnectResultCode)1;


    private readonly MqttOutletOptions options;
    private readonly MqttVersion version;
    private readonly IMqttClient client;
    private readonly X509Certificate2? certificate;
    private readonly X509Certificate2 authority;

    // full = the receive handler waits, and with it the broker's unacknowledged letters
    private readonly Channel<MqttApplicationMessageReceivedEventArgs> arrived =
        Channel.CreateBounded<MqttApplicationMessageReceivedEventArgs>(new BoundedChannelOptions(ReceiveMaximum) { SingleReader = true });

    private readonly CancellationTokenSource closing = new();
    private readonly SemaphoreSlim turn = new(1);
    private long largestPacket;
    private long underWay; // bytes of the letter whose PUBACK is waited for
    private bool believed = true;
    private volatile bool givenUp;

    private MqttOutlet(MqttOutletOptions options, MqttVersion version)
    {
        (this.options, this.version) = (options, version);
        authority = X509CertificateLoader.LoadCertificateFromFile(options.AuthorityFile);
        certificate = options.Certificate?.Load();
        largestPacket = options.LargestPacket;
        client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += KeepAsync;
        client.DisconnectedAsync += LoseAsync;
    }

    /// <inheritdoc/>
    public OutletLimit Limit => new(Where, largestPacket);

    private string Root => $"vascular/v1/{options.Site}/{options.Gateway}";

    /// <summary>Connects, subscribes and says that the station is online.</summary>
    /// <remarks>A broker without MQTT 5 may say so (3.1.1 return code 1, MQTT 5 reason 132) or close the connection without a word, as RabbitMQ
    /// 3.10 does. A bare close may also be a broker that is going down, so 5 is tried twice before 3.1.1. 5 comes first at every opening.</remarks>
    /// <exception cref="IOException">No broker, wrong certificate, refused, or no answer within the deadline.</exception>
    public static async Task<IOutlet> OpenAsync(MqttOutletOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Version is { } only)
        {
            return await OpenAsync(options, only, cancel);
        }

        for (int attempt = 1; attempt <= 2; attempt++)
        {
            try
            {
                return await OpenAsync(options, MqttVersion.Mqtt5, cancel);
            }
            catch (VersionRefusedException refused)
            {
                if (refused.Said)
                {
                    break;
                }
            }
        }

        return await OpenAsync(options, MqttVersion.Mqtt311, cancel);
    }

    private static async Task<IOutlet> OpenAsync(MqttOutletOptions options, MqttVersion version, CancellationToken cancel)
    {
        MqttOutlet outlet;
        try
        {
            outlet = new MqttOutlet(options, version);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"a certificate cannot be read from {options.Certificate?.CertificateFile ?? options.AuthorityFile}: {unreadable.Message}", unreadable);
        }

        try
        {
            await outlet.ConnectAsync(cancel);
            return outlet;
        }
        catch
        {
            await outlet.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<Receipt> PublishAsync(Letter letter, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(letter);
        long size = PacketSize.Of(letter);
        if (size > largestPacket)
        {
            return Receipt.TooLarge;
        }

        // one at a time: what waits behind a large letter has not been on the wire yet, and its deadline has not begun
        MqttClientPublishResult answer;
        await turn.WaitAsync(cancel);
        try
        {
            Interlocked.Exchange(ref underWay, size);
            answer = await InTimeAsync("publish", c => client.PublishAsync(Message(letter), c), cancel);
        }
        finally
        {
            Interlocked.Exchange(ref underWay, 0);
            turn.Release();
        }

        return answer.ReasonCode switch
        {
            MqttClientPublishReasonCode.Success => Receipt.Stored,
            MqttClientPublishReasonCode.NoMatchingSubscribers => Receipt.NobodySubscribed,
            MqttClientPublishReasonCode.NotAuthorized => Receipt.NotAuthorised,
            _ => Receipt.Refused,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Letter> ReceiveAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (MqttApplicationMessageReceivedEventArgs message in arrived.Reader.ReadAllAsync(cancel))
        {
            yield return Letter(message.ApplicationMessage);
            await InTimeAsync("acknowledge", async c =>
            {
                await message.AcknowledgeAsync(c);
                return true;
            }, cancel);
        }
    }

    /// <summary>Says offline, disconnects, and ends <see cref="ReceiveAsync"/>; a lost line makes it no slower. On a line that
    /// did not answer in time nothing more is said: the broker says the will.</summary>
    public async ValueTask DisposeAsync()
    {
        client.DisconnectedAsync -= LoseAsync;
        if (client.IsConnected && !givenUp)
        {
            try
            {
                await InTimeAsync("say offline", c => client.PublishAsync(State(GatewayState.Offline, GatewayState.Stopped), c), CancellationToken.None);
                await InTimeAsync("disconnect", async c =>
                {
                    await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = version == MqttVersion.Mqtt311 ? 0 : SessionSeconds }, c);
                    return true;
                }, CancellationToken.None);
            }
            catch (IOException)
            {
                // the line is gone: the broker says the will instead
            }
        }

        await closing.CancelAsync();
        arrived.Writer.TryComplete();
        client.Dispose();
        closing.Dispose();
        certificate?.Dispose();
        authority.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancel)
    {
        MqttClientConnectResult welcome = await WelcomeAsync(cancel);

        // the library says 0 for a broker that names no limit
        largestPacket = welcome.MaximumPacketSize is { } limit and > 0 ? limit : options.LargestPacket;
        MqttClientSubscribeOptions wanted = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(Root + "/ack/+", MqttQualityOfServiceLevel.AtLeastOnce)
            .WithTopicFilter(Root + "/cmd/+", MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        MqttClientSubscribeResult granted = await InTimeAsync("subscribe", c => client.SubscribeAsync(wanted, c), cancel);
        foreach (MqttClientSubscribeResultItem item in granted.Items)
        {
            if (item.ResultCode is not (MqttClientSubscribeResultCode.GrantedQoS1 or MqttClientSubscribeResultCode.GrantedQoS2))
            {
                throw new IOException($"{Where} refused the subscription to {item.TopicFilter.Topic}: {item.ResultCode}");
            }
        }

        await InTimeAsync("say online", c => client.PublishAsync(State(GatewayState.Online, reason: null), c), cancel);
    }

    private async Task<MqttClientConnectResult> WelcomeAsync(CancellationToken cancel)
    {
        MqttClientConnectResult welcome;
        try
        {
            welcome = await InTimeAsync("connect", c => client.ConnectAsync(Connection(), c), cancel);
        }
        catch (IOException failure) when (!believed)
        {
            throw new BrokerNotBelievedException($"{Where} showed no certificate that {options.AuthorityFile} vouches for; nothing was sent to it", failure);
        }
        catch (IOException failure) when (version == MqttVersion.Mqtt5 && failure.InnerException is MqttConnectingFailedException { InnerException: not OperationCanceledException })
        {
            // the line stood, and the CONNECT was answered by its end or by bytes that are no MQTT 5
            throw new VersionRefusedException(failure.Message, failure, said: false);
        }

        return welcome.ResultCode switch
        {
            MqttClientConnectResultCode.Success => welcome,
            MqttClientConnectResultCode.UnsupportedProtocolVersion or UnacceptableVersion when version == MqttVersion.Mqtt5 =>
                throw new VersionRefusedException($"{Where} has no MQTT 5", null, said: true),
            MqttClientConnectResultCode refused => throw new IOException($"{Where} refused the connection: {refused}"),
        };
    }

    private string Where => $"broker {options.Host}:{options.Port}";

    private MqttClientOptions Connection()
    {
        MqttClientOptionsBuilder connection = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithTlsOptions(tls => tls
                .UseTls()
                .WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13)
                .WithTargetHost(options.Host)
                .WithClientCertificates(certificate is null ? [] : [certificate])
                .WithCertificateValidationHandler(Believes))
            .WithProtocolVersion(version == MqttVersion.Mqtt311 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500)
            .WithClientId(options.Gateway)
            .WithCleanSession(false)
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.Deadline)
            .WithWillTopic(Root + "/state")
            .WithWillPayload(new GatewayState(GatewayState.Offline, GatewayState.ConnectionLost, options.BootId, Time: null).ToBytes())
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain(true);
        if (options.Login is { } login)
        {
            connection = connection.WithCredentials(login.User, login.Password());
        }

        if (version == MqttVersion.Mqtt5)
        {
            connection = connection
                .WithSessionExpiryInterval(SessionSeconds)
                .WithReceiveMaximum(ReceiveMaximum)
                .WithWillContentType("application/json")
                .WithWillPayloadFormatIndicator(MqttPayloadFormatIndicator.CharacterData);
        }

        return connection.Build();
    }

    private bool Believes(MqttClientCertificateValidationEventArgs shown) => believed = IsVouchedFor(shown);

    private bool IsVouchedFor(MqttClientCertificateValidationEventArgs shown)
    {
        const SslPolicyErrors Fatal = SslPolicyErrors.RemoteCertificateNotAvailable | SslPolicyErrors.RemoteCertificateNameMismatch;
        if ((shown.SslPolicyErrors & Fatal) != 0 || shown.Certificate is null)
        {
            return false;
        }

        using X509Certificate2 broker = X509CertificateLoader.LoadCertificate(shown.Certificate.GetRawCertData());
        return CertificatePolicy.Accepts(broker, authority, CertificatePolicy.ServerPurpose, options.Time.GetUtcNow());
    }

    private async Task KeepAsync(MqttApplicationMessageReceivedEventArgs message)
    {
        message.AutoAcknowledge = false;
        try
        {
            await arrived.Writer.WriteAsync(message, closing.Token);
        }
        catch (Exception gone) when (gone is OperationCanceledException or ChannelClosedException or ObjectDisposedException or IOException)
        {
            // not acknowledged: the broker keeps it for the next connection
        }
    }

    private Task LoseAsync(MqttClientDisconnectedEventArgs lost)
    {
        arrived.Writer.TryComplete(new IOException($"{Where} is gone: {lost.Reason}", lost.Exception));
        return Task.CompletedTask;
    }

    /// <summary>Waits no longer than the deadline, and the time that what is under way takes on the slowest line, and turns every way of the library to say "line lost" into one.</summary>
    private async Task<T> InTimeAsync<T>(string what, Func<CancellationToken, Task<T>> act, CancellationToken cancel)
    {
        TimeSpan wait = options.Deadline + TimeSpan.FromSeconds((double)Interlocked.Read(ref underWay) / options.SlowestLine);
        using CancellationTokenSource deadline = new(wait, options.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            return await act(either.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (failure is OperationCanceledException or MqttCommunicationException or ObjectDisposedException
            or AuthenticationException or MqttProtocolViolationException or InvalidOperationException or UnauthorizedAccessException or SocketException
            or NullReferenceException)
        {
            // the last is the library's: it acknowledges through an adapter that a lost line has just taken away
            givenUp |= failure is OperationCanceledException;
            throw new IOException($"{Where}: could not {what}: {failure.Message}", failure);
        }
    }

    private MqttApplicationMessage State(string state, string? reason) =>
        Message(new GatewayState(state, reason, options.BootId, options.Time.GetUtcNow(), state == GatewayState.Online ? options.Software : null)
            .ToLetter(new OutboxAddress(options.Site, options.Gateway)));

    private MqttApplicationMessage Message(Letter letter)
    {
        MqttApplicationMessageBuilder message = new MqttApplicationMessageBuilder()
            .WithTopic(letter.Topic)
            .WithPayloadSegment(letter.Body)
            .WithRetainFlag(letter.Retain)
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)letter.Qos);
        if (version == MqttVersion.Mqtt311)
        {
            return message.Build();
        }

        message.WithContentType(letter.ContentType).WithPayloadFormatIndicator(MqttPayloadFormatIndicator.CharacterData);
        foreach ((string name, string value) in letter.Properties)
        {
            message.WithUserProperty(name, Encoding.UTF8.GetBytes(value).AsMemory());
        }

        if (letter.ReplyTo is { } replyTo)
        {
            message.WithResponseTopic(replyTo);
        }

        if (!letter.Correlation.IsEmpty)
        {
            message.WithCorrelationData(letter.Correlation.ToArray());
        }

        if (letter.Expires is { } expires)
        {
            message.WithMessageExpiryInterval((uint)Math.Ceiling(expires.TotalSeconds));
        }

        return message.Build();
    }

    private static Letter Letter(MqttApplicationMessage message) => new(
        message.Topic,
        message.Payload.ToArray(),
        message.ContentType ?? "",
        [.. (message.UserProperties ?? []).Select(p => (p.Name, Encoding.UTF8.GetString(p.ValueBuffer.Span)))],
        message.MessageExpiryInterval == 0 ? null : TimeSpan.FromSeconds(message.MessageExpiryInterval),
        message.Retain,
        (byte)message.QualityOfServiceLevel)
    {
        ReplyTo = string.IsNullOrEmpty(message.ResponseTopic) ? null : message.ResponseTopic,
        Correlation = message.CorrelationData,
    };

    /// <summary>The broker would not speak MQTT 5.</summary>
    /// <param name="said">False: it only closed the connection.</param>
    private sealed class VersionRefusedException(string message, Exception? inner, bool said) : IOException(message, inner)
    {
        public bool Said { get; } = said;
    }
}
