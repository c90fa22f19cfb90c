using System.Net;
using System.Text;
using System.Text.Json;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>The outlet's contract against the embedded broker.</summary>
public sealed class MqttOutletOnEmbeddedBrokerTests
{
    [Fact]
    public Task A_letter_arrives_whole() => RunAsync(OutletContract.A_letter_arrives_whole);

    [Fact]
    public Task The_receipt_says_what_the_broker_said() => RunAsync(OutletContract.The_receipt_says_what_the_broker_said);

    [Fact]
    public Task A_letter_to_the_station_is_received_and_none_to_another() => RunAsync(OutletContract.A_letter_to_the_station_is_received_and_none_to_another);

    [Fact]
    public Task A_letter_its_receiver_was_not_done_with_comes_again() => RunAsync(OutletContract.A_letter_its_receiver_was_not_done_with_comes_again);

    [Fact]
    public Task A_lost_line_ends_publishing_and_receiving_with_an_IOException() => RunAsync(OutletContract.A_lost_line_ends_publishing_and_receiving_with_an_IOException);

    [Fact]
    public Task No_broker_is_an_IOException() => RunAsync(OutletContract.No_broker_is_an_IOException);

    [Fact]
    public Task A_stop_ends_receiving_quietly_and_a_cancelled_wait_says_cancelled() => RunAsync(OutletContract.A_stop_ends_receiving_quietly_and_a_cancelled_wait_says_cancelled);

    [Fact]
    public Task The_state_says_online_then_offline() => RunAsync(OutletContract.The_state_says_online_then_offline);

    [Fact]
    public async Task A_broker_of_another_authority_is_not_believed()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        using TestKeys others = new();
        MqttOutletOptions deceived = peer.Options with { AuthorityFile = others.Broker.AuthorityFile };
        await Assert.ThrowsAsync<BrokerNotBelievedException>(() => MqttOutlet.OpenAsync(deceived, CancellationToken.None));
    }

    [Fact]
    public async Task A_broker_under_another_name_is_not_believed()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using EmbeddedBroker everywhere = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = 0, Address = IPAddress.Any, Certificate = peer.Keys.Broker }, TimeProvider.System);
        MqttOutletOptions options = peer.Options with { Port = everywhere.Port };
        await Assert.ThrowsAsync<BrokerNotBelievedException>(() => MqttOutlet.OpenAsync(options with { Host = "127.0.0.2" }, CancellationToken.None));
        await (await MqttOutlet.OpenAsync(options with { Host = "127.0.0.1" }, CancellationToken.None)).DisposeAsync();
    }

    [Fact]
    public async Task Missing_certificate_files_are_an_IOException_that_names_them()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        MqttOutletOptions options = peer.Options;
        File.WriteAllText(options.Certificate!.KeyFile, "no key");
        IOException failure = await Assert.ThrowsAnyAsync<IOException>(() => MqttOutlet.OpenAsync(options, CancellationToken.None));
        Assert.Contains("bedside-box-01.crt", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_is_retained_and_has_the_boot_id()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        await using IOutletConsumer late = await peer.ConsumerAsync("vascular/v1/+/+/state");
        Letter born = await late.NextAsync();
        Assert.True(born.Retain);
        Assert.Equal("application/json", born.ContentType);
        Assert.Equal("11111111-2222-4333-8444-555555555555", Json(born).GetProperty("bootId").GetString());
        Assert.Equal("0.0.0-test", Json(born).GetProperty("software").GetString());
    }

    [Fact]
    public async Task After_a_cut_line_the_broker_says_the_will()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutletConsumer consumer = await peer.ConsumerAsync("vascular/v1/+/+/state");
        // one packet over the limit makes the broker cut the line; over 3.1.1 nobody told the outlet the limit
        await using IOutlet doomed = await MqttOutlet.OpenAsync(peer.Options with { Version = MqttVersion.Mqtt311, LargestPacket = 4 << 20 }, CancellationToken.None);
        await Assert.ThrowsAnyAsync<IOException>(() => doomed.PublishAsync(OutletContract.Result() with { Body = new byte[2 << 20] }, CancellationToken.None));
        Assert.Equal("online", Json(await consumer.NextAsync()).GetProperty("state").GetString());
        JsonElement will = Json(await consumer.NextAsync());
        Assert.Equal("offline", will.GetProperty("state").GetString());
        Assert.Equal("connection-lost", will.GetProperty("reason").GetString());
        Assert.Equal("11111111-2222-4333-8444-555555555555", will.GetProperty("bootId").GetString());
    }

    [Fact]
    public async Task A_command_says_where_its_reply_goes_and_the_reply_carries_its_correlation()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutlet outlet = await peer.OpenAsync();
        await using TestClient requester = await TestClient.ConnectAsync(peer.Port, peer.Keys.Client("ehr-bridge"), "ehr-bridge");
        await requester.SubscribeAsync("vascular/v1/+/+/reply/ehr-bridge");
        await requester.RequestAsync(OutletContract.Box + "/cmd/resend", OutletContract.Box + "/reply/ehr-bridge", [1, 2, 3]);
        await using IAsyncEnumerator<Letter> letters = outlet.ReceiveAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await letters.MoveNextAsync().AsTask().WaitAsync(TestClient.Deadline));
        Letter command = letters.Current;
        Letter reply = OutletContract.Result() with { Topic = command.ReplyTo!, Correlation = command.Correlation };
        Assert.Equal(Receipt.Stored, await outlet.PublishAsync(reply, CancellationToken.None));
        Assert.Equal([1, 2, 3], (await requester.NextAsync()).CorrelationData);
    }

    [Fact]
    public async Task Over_MQTT_3_1_1_the_body_arrives_without_properties()
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await using IOutletConsumer consumer = await peer.ConsumerAsync("vascular/v1/+/+/result/+");
        await using IOutlet outlet = await MqttOutlet.OpenAsync(peer.Options with { Version = MqttVersion.Mqtt311 }, CancellationToken.None);
        Assert.Equal(Receipt.Stored, await outlet.PublishAsync(OutletContract.Result("{\"a\":1}"), CancellationToken.None));
        Letter got = await consumer.NextAsync();
        Assert.Empty(got.Properties);
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(got.Body.Span));
    }

    private static async Task RunAsync(Func<IOutletPeer, Task> promise)
    {
        await using EmbeddedPeer peer = await EmbeddedPeer.StartAsync();
        await promise(peer);
    }

    private static JsonElement Json(Letter letter) => JsonDocument.Parse(letter.Body).RootElement;
}

/// <summary>The outlet's contract against a real mosquitto with the shipped configuration.</summary>
public sealed class MqttOutletOnMosquittoTests
{
    [MosquittoFact]
    public Task A_letter_arrives_whole() => RunAsync(OutletContract.A_letter_arrives_whole);

    [MosquittoFact]
    public Task The_receipt_says_what_the_broker_said() => RunAsync(OutletContract.The_receipt_says_what_the_broker_said);

    [MosquittoFact]
    public Task A_letter_to_the_station_is_received_and_none_to_another() => RunAsync(OutletContract.A_letter_to_the_station_is_received_and_none_to_another);

    [MosquittoFact]
    public Task A_letter_its_receiver_was_not_done_with_comes_again() => RunAsync(OutletContract.A_letter_its_receiver_was_not_done_with_comes_again);

    [MosquittoFact]
    public Task A_lost_line_ends_publishing_and_receiving_with_an_IOException() => RunAsync(OutletContract.A_lost_line_ends_publishing_and_receiving_with_an_IOException);

    [MosquittoFact]
    public Task No_broker_is_an_IOException() => RunAsync(OutletContract.No_broker_is_an_IOException);

    [MosquittoFact]
    public Task A_stop_ends_receiving_quietly_and_a_cancelled_wait_says_cancelled() => RunAsync(OutletContract.A_stop_ends_receiving_quietly_and_a_cancelled_wait_says_cancelled);

    [MosquittoFact]
    public Task The_state_says_online_then_offline() => RunAsync(OutletContract.The_state_says_online_then_offline);

    private static async Task RunAsync(Func<IOutletPeer, Task> promise)
    {
        await using MosquittoPeer peer = await MosquittoPeer.StartAsync();
        await promise(peer);
    }
}
