using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>A bare MQTT client over TLS: says what it is told, collects what arrives.</summary>
public sealed class TestClient : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly Channel<MqttApplicationMessage> arrived = Channel.CreateUnbounded<MqttApplicationMessage>();
    private readonly TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();

    private TestClient(bool acknowledges)
    {
        client.ApplicationMessageReceivedAsync += async message =>
        {
            message.AutoAcknowledge = acknowledges;
            await arrived.Writer.WriteAsync(message.ApplicationMessage);
        };
        client.DisconnectedAsync += _ => { lost.TrySetResult(); return Task.CompletedTask; };
    }

    /// <summary>Ends when the broker closed the connection.</summary>
    public Task Lost => lost.Task.WaitAsync(Deadline);

    /// <param name="certificate">Null: none is shown.</param>
    public static async Task<TestClient> ConnectAsync(int port, StationCertificate? certificate, string clientId, bool mqtt311 = false, bool acknowledges = true, Action<MqttClientOptionsBuilder>? more = null)
    {
        TestClient test = new(acknowledges);
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithTcpServer("localhost", port)
            .WithTlsOptions(tls => tls
                .WithCertificateValidationHandler(_ => true)
                .WithClientCertificates(certificate is null ? [] : [certificate.Load()]))
            .WithProtocolVersion(mqtt311 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500)
            .WithClientId(clientId)
            .WithTimeout(Deadline);
        more?.Invoke(options);
        try
        {
            MqttClientConnectResult welcome = await test.client.ConnectAsync(options.Build(), CancellationToken.None);
            if (welcome.ResultCode != MqttClientConnectResultCode.Success)
            {
                throw new RefusedException(welcome.ResultCode);
            }

            return test;
        }
        catch
        {
            await test.DisposeAsync();
            throw;
        }
    }

    public Task SubscribeAsync(string filter, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtLeastOnce) => client.SubscribeAsync(filter, qos).WaitAsync(Deadline);

    /// <summary>Everything below a filter, with the retain flag the publisher set.</summary>
    public Task OverhearAsync(string filter) => client
        .SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(f => f.WithTopic(filter).WithAtLeastOnceQoS().WithRetainAsPublished()).Build()).WaitAsync(Deadline);

    public async Task<int> PublishAsync(string topic, byte[] body, bool retain = false, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtLeastOnce)
    {
        MqttClientPublishResult answer = await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(body).WithRetainFlag(retain).WithQualityOfServiceLevel(qos).Build())
            .WaitAsync(Deadline);
        return (int)answer.ReasonCode;
    }

    public Task RequestAsync(string topic, string replyTo, byte[] correlation, string body = "") => client
        .PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(body).WithContentType("application/json").WithMessageExpiryInterval(30).WithResponseTopic(replyTo).WithCorrelationData(correlation).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build())
        .WaitAsync(Deadline);

    public Task<MqttApplicationMessage> NextAsync() => arrived.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    public async ValueTask DisposeAsync()
    {
        await client.TryDisconnectAsync();
        client.Dispose();
    }

    public sealed class RefusedException(MqttClientConnectResultCode code) : Exception(code.ToString())
    {
        public MqttClientConnectResultCode Code { get; } = code;
    }
}
