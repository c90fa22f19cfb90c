using System.Buffers;
using System.Text;
using MQTTnet;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Tests.Records;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>States, events and replies over the shipped mosquitto configuration: its rights let them through.</summary>
public sealed class MosquittoNewsTests
{
    private const string Box = "vascular/v1/lab-a/bedside-box-01";

    [MosquittoFact]
    public async Task A_consumer_is_answered_and_hears_events_and_a_late_page_hears_the_states()
    {
        await using MosquittoPeer peer = await MosquittoPeer.StartAsync();
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await using TestClient consumer = await TestClient.ConnectAsync(peer.Port, peer.Keys.Client("ehr-bridge"), "ehr-bridge");
        await consumer.SubscribeAsync(Box + "/event/+");
        await consumer.SubscribeAsync(Box + "/reply/+");
        OutboxAddress address = new("lab-a", "bedside-box-01");
        StationNews news = new(address, peer.Options.BootId, "0.0.0-test", TimeProvider.System);
        Outbox outbox = new(record.Outbox, address, TimeProvider.System, _ => { }, news);
        using CancellationTokenSource stop = new();
        news.Device("ppg-1", DeviceState.Connected);
        news.Tell(new TechnicalEvent(TechnicalEventType.Link, "connected", TechnicalSeverity.Info, "ppg-1"));
        Task running = outbox.RunAsync(cancel => MqttOutlet.OpenAsync(peer.Options, cancel), stop.Token);
        Assert.Equal(Box + "/event/link", (await consumer.NextAsync()).Topic); // the station is there, its states are said

        await consumer.RequestAsync(Box + "/cmd/ping", Box + "/reply/ehr-bridge", [7, 0, 255]);
        MqttApplicationMessage reply = await consumer.NextAsync();
        Assert.Equal((Box + "/reply/ehr-bridge", """{"status":"done"}"""), (reply.Topic, Encoding.UTF8.GetString(reply.Payload.ToArray())));
        Assert.Equal([7, 0, 255], reply.CorrelationData);

        await using TestClient page = await TestClient.ConnectAsync(peer.Port, peer.Keys.Client("monitor"), "monitor");
        await page.SubscribeAsync("vascular/v1/+/+/dev/+/state");
        MqttApplicationMessage state = await page.NextAsync();
        Assert.Equal((Box + "/dev/ppg-1/state", true), (state.Topic, state.Retain));
        await stop.CancelAsync();
        await running.WaitAsync(TestClient.Deadline);
    }
}
