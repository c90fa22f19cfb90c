using System.Buffers;
using System.Text;
using MQTTnet;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>What both brokers have in common: certificates, the outlet, and a consumer that is not ours.</summary>
public abstract class MqttPeer : IOutletPeer
{
    public TestKeys Keys { get; } = new();

    public abstract int Port { get; }

    public MqttOutletOptions Options => new()
    {
        Host = "localhost",
        Port = Port,
        Site = "lab-a",
        Gateway = "bedside-box-01",
        BootId = new Guid("11111111-2222-4333-8444-555555555555"),
        AuthorityFile = Keys.Broker.AuthorityFile,
        Certificate = Keys.Client("bedside-box-01"),
        Software = "0.0.0-test",
        Time = TimeProvider.System,
    };

    public Task<IOutlet> OpenAsync() => MqttOutlet.OpenAsync(Options, CancellationToken.None);

    public async Task<IOutletConsumer> ConsumerAsync(string filter)
    {
        TestClient client = await TestClient.ConnectAsync(Port, Keys.Client("ehr-bridge"), "ehr-bridge");
        await client.SubscribeAsync(filter);
        return new Consumer(client);
    }

    public abstract Task KillAsync();

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Keys.Dispose();
        GC.SuppressFinalize(this);
    }

    private sealed class Consumer(TestClient client) : IOutletConsumer
    {
        public async Task<Letter> NextAsync()
        {
            MqttApplicationMessage message = await client.NextAsync();
            return new Letter(
                message.Topic,
                message.Payload.ToArray(),
                message.ContentType ?? "",
                [.. (message.UserProperties ?? []).Select(p => (p.Name, Encoding.UTF8.GetString(p.ValueBuffer.Span)))],
                message.MessageExpiryInterval == 0 ? null : TimeSpan.FromSeconds(message.MessageExpiryInterval),
                message.Retain,
                (byte)message.QualityOfServiceLevel);
        }

        public Task PublishAsync(string topic, string body) => client.PublishAsync(topic, Encoding.UTF8.GetBytes(body));

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }
}

public sealed class EmbeddedPeer : MqttPeer
{
    private EmbeddedBroker? broker;

    public override int Port => broker!.Port;

    public EmbeddedBroker Broker => broker!;

    /// <param name="tune">What differs from the usual.</param>
    public static async Task<EmbeddedPeer> StartAsync(Func<BrokerOptions, BrokerOptions>? tune = null)
    {
        EmbeddedPeer peer = new();
        BrokerOptions usual = new() { Port = 0, Certificate = peer.Keys.Broker };
        peer.broker = await EmbeddedBroker.StartAsync(tune?.Invoke(usual) ?? usual, TimeProvider.System);
        return peer;
    }

    public override async Task KillAsync() => await broker!.DisposeAsync();
}
