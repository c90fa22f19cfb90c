using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using MQTTnet.Protocol;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

public sealed class EmbeddedBrokerTests : IAsyncLifetime, IDisposable
{
    private const string Box = "vascular/v1/lab-a/bedside-box-01";
    private readonly TestKeys keys = new();
    private EmbeddedBroker broker = null!;

    public async Task InitializeAsync() => broker = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = 0, Certificate = keys.Broker }, TimeProvider.System);

    public async Task DisposeAsync() => await broker.DisposeAsync();

    public void Dispose() => keys.Dispose();

    [Fact]
    public async Task No_certificate_no_session() => await AssertRefusedAsync(null);

    [Fact]
    public async Task A_foreign_authority_is_refused() => await AssertRefusedAsync(keys.Foreign);

    [Fact]
    public async Task An_expired_certificate_is_refused() => await AssertRefusedAsync(keys.Expired, "expired");

    [Fact]
    public async Task A_certificate_for_servers_only_is_refused() => await AssertRefusedAsync(keys.ServerOnly());

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
#pragma warning disable SYSLIB0039, CA5397 // the outdated version is what must be refused
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore SYSLIB0039, CA5397
    public async Task Only_TLS_1_2_and_later_is_spoken(SslProtocols version, bool accepted)
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, broker.Port);
        await using SslStream tls = new(tcp.GetStream());
        using X509Certificate2 root = keys.Broker.LoadAuthority();
        using X509Certificate2 mine = keys.Client("ehr-bridge").Load();
        Task handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = version,
            ClientCertificates = [mine],
            CertificateChainPolicy = CertificatePolicy.Chain(root, CertificatePolicy.ServerPurpose, TimeProvider.System.GetUtcNow()),
        }).WaitAsync(TestClient.Deadline);
        if (accepted)
        {
            await handshake;
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => handshake);
        }
    }

    [Theory]
    [InlineData("ehr-bridge", true)]
    [InlineData("ehr-bridge.sub", true)]
    [InlineData("bedside-box-01", false)]
    [InlineData("ehr-bridge2", false)]
    [InlineData("ehr-bridge.", false)]
    [InlineData("ehr-bridge.a.b", false)]
    [InlineData("monitor.ehr-bridge", false)]
    [InlineData("", false)]
    public async Task A_client_id_is_the_certificates_name_or_that_name_with_a_suffix(string clientId, bool accepted)
    {
        Task<TestClient> connecting = TestClient.ConnectAsync(broker.Port, keys.Client("ehr-bridge"), clientId);
        if (accepted)
        {
            await (await connecting).DisposeAsync();
        }
        else
        {
            TestClient.RefusedException refused = await Assert.ThrowsAsync<TestClient.RefusedException>(() => connecting);
            Assert.Equal(MqttClientConnectResultCode.ClientIdentifierNotValid, refused.Code);
            Assert.Equal(1, broker.Counters.RefusedConnections);
        }
    }

    [Fact]
    public async Task Another_certificate_cannot_take_over_a_session()
    {
        await using TestClient bridge = await ConnectAsync("ehr-bridge");
        await bridge.SubscribeAsync("vascular/v1/+/+/result/+");
        await Assert.ThrowsAsync<TestClient.RefusedException>(() => TestClient.ConnectAsync(broker.Port, keys.Client("monitor"), "ehr-bridge"));
        await using TestClient box = await ConnectAsync("bedside-box-01");
        Assert.Equal(0, await box.PublishAsync(Box + "/result/session", [1]));
        Assert.Equal(Box + "/result/session", (await bridge.NextAsync()).Topic);
    }

    [Fact]
    public async Task Publishing_elsewhere_is_answered_135_and_counted()
    {
        await using TestClient box = await ConnectAsync("bedside-box-01");
        Assert.Equal(135, await box.PublishAsync("vascular/v1/lab-a/bedside-box-02/result/session", [1]));
        Assert.Equal(1, broker.Counters.RefusedPublishes);
        Assert.Equal(16, await box.PublishAsync(Box + "/result/session", [1]));
    }

    [Fact]
    public async Task A_retained_result_is_refused()
    {
        await using TestClient box = await ConnectAsync("bedside-box-01");
        Assert.Equal(135, await box.PublishAsync(Box + "/result/session", [1], retain: true));
    }

    [Fact]
    public async Task Over_MQTT_3_1_1_a_denied_publisher_is_disconnected()
    {
        await using TestClient box = await TestClient.ConnectAsync(broker.Port, keys.Client("bedside-box-01"), "bedside-box-01", mqtt311: true);
        await Assert.ThrowsAnyAsync<Exception>(() => box.PublishAsync("vascular/v1/lab-a/bedside-box-02/state", [1]));
        await box.Lost;
    }

    [Theory]
    [InlineData("#")]
    [InlineData("vascular/v1/+/+/+/session")]
    [InlineData("vascular/v1/lab-a/bedside-box-01/result/session")]
    public async Task A_monitor_receives_no_result_however_it_spells_its_subscription(string filter)
    {
        await using TestClient monitor = await ConnectAsync("monitor");
        await monitor.SubscribeAsync(filter);
        await monitor.SubscribeAsync("vascular/v1/+/+/state");
        await using TestClient box = await ConnectAsync("bedside-box-01");
        Assert.Equal(16, await box.PublishAsync(Box + "/result/session", [1]));
        Assert.Equal(0, await box.PublishAsync(Box + "/state", [2]));
        Assert.Equal(Box + "/state", (await monitor.NextAsync()).Topic);
    }

    [Fact]
    public async Task A_retained_state_is_kept_from_a_subscriber_without_the_right_to_read_it()
    {
        await using TestClient box = await ConnectAsync("bedside-box-01");
        await box.PublishAsync(Box + "/state", [1], retain: true);
        await using TestClient sink = await ConnectAsync("audit-sink");
        await sink.SubscribeAsync("#");
        await box.PublishAsync(Box + "/audit", [2]);
        Assert.Equal(Box + "/audit", (await sink.NextAsync()).Topic);
        await using TestClient monitor = await ConnectAsync("monitor");
        await monitor.SubscribeAsync("#");
        Assert.Equal(Box + "/state", (await monitor.NextAsync()).Topic);
    }

    [Fact]
    public async Task A_will_cannot_say_that_another_station_died()
    {
        await using TestClient monitor = await ConnectAsync("monitor");
        await monitor.SubscribeAsync("#");
        await using (TestClient liar = await TestClient.ConnectAsync(broker.Port, keys.Client("bedside-box-02"), "bedside-box-02", more: o => o
            .WithWillTopic(Box + "/state").WithWillPayload("{}").WithWillRetain(true)))
        {
            // announcing far too much ends the connection without a DISCONNECT, so the will is due
            await Assert.ThrowsAnyAsync<Exception>(() => liar.PublishAsync("vascular/v1/lab-a/bedside-box-02/state", new byte[2 << 20]));
            await liar.Lost;
        }

        await using TestClient box = await ConnectAsync("bedside-box-01");
        await box.PublishAsync(Box + "/dev/tcpo2-1/state", [1]);
        Assert.Equal(Box + "/dev/tcpo2-1/state", (await monitor.NextAsync()).Topic);
        Assert.Equal(1, broker.Counters.RefusedPublishes);
    }

    [Fact]
    public async Task A_packet_over_the_limit_ends_the_connection_and_one_at_the_limit_passes()
    {
        await using TestClient box = await ConnectAsync("bedside-box-01");
        await using TestClient bridge = await ConnectAsync("ehr-bridge");
        await bridge.SubscribeAsync("vascular/v1/+/+/result/+");
        int overhead = 2 + (Box + "/result/session").Length + 2 + 1;
        Assert.Equal(0, await box.PublishAsync(Box + "/result/session", new byte[(1 << 20) - overhead]));
        Assert.Equal((1 << 20) - overhead, (await bridge.NextAsync()).Payload.Length);
        await Assert.ThrowsAnyAsync<Exception>(() => box.PublishAsync(Box + "/result/session", new byte[(1 << 20) - overhead + 1]));
        await box.Lost;
        Assert.Equal(1, broker.Counters.RefusedPackets);
    }

    [Fact]
    public async Task A_session_outlives_its_connection_while_the_broker_runs()
    {
        Action<MqttClientOptionsBuilder> persistent = o => o.WithCleanStart(false).WithSessionExpiryInterval(600);
        await using (TestClient first = await TestClient.ConnectAsync(broker.Port, keys.Client("ehr-bridge"), "ehr-bridge", more: persistent))
        {
            await first.SubscribeAsync("vascular/v1/+/+/result/+");
        }

        await using TestClient box = await ConnectAsync("bedside-box-01");
        Assert.Equal(0, await box.PublishAsync(Box + "/result/session", [7]));
        await using TestClient again = await TestClient.ConnectAsync(broker.Port, keys.Client("ehr-bridge"), "ehr-bridge", more: persistent);
        Assert.Equal(Box + "/result/session", (await again.NextAsync()).Topic);
    }

    [Fact]
    public async Task A_full_queue_drops_the_newest_and_counts_it()
    {
        await using EmbeddedBroker small = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = 0, Certificate = keys.Broker, LongestQueue = 3 }, TimeProvider.System);
        Action<MqttClientOptionsBuilder> persistent = o => o.WithCleanStart(false).WithSessionExpiryInterval(600);
        await using (TestClient away = await TestClient.ConnectAsync(small.Port, keys.Client("ehr-bridge"), "ehr-bridge", more: persistent))
        {
            await away.SubscribeAsync("vascular/v1/+/+/result/+");
        }

        await using TestClient box = await TestClient.ConnectAsync(small.Port, keys.Client("bedside-box-01"), "bedside-box-01");
        for (byte i = 0; i < 5; i++)
        {
            await box.PublishAsync(Box + "/result/session", [i]);
        }

        Assert.Equal(2, small.Counters.DroppedMessages);
        await using TestClient back = await TestClient.ConnectAsync(small.Port, keys.Client("ehr-bridge"), "ehr-bridge", more: persistent);
        for (byte i = 0; i < 3; i++)
        {
            Assert.Equal(i, (await back.NextAsync()).Payload.FirstSpan[0]);
        }
    }

    [Fact]
    public async Task A_client_that_never_acknowledges_is_disconnected_at_the_same_bound()
    {
        await using EmbeddedBroker small = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = 0, Certificate = keys.Broker, LongestQueue = 3 }, TimeProvider.System);
        await using TestClient silent = await TestClient.ConnectAsync(small.Port, keys.Client("ehr-bridge"), "ehr-bridge", acknowledges: false);
        await silent.SubscribeAsync("vascular/v1/+/+/result/+");
        await using TestClient box = await TestClient.ConnectAsync(small.Port, keys.Client("bedside-box-01"), "bedside-box-01");
        for (byte i = 0; i < 4; i++)
        {
            await box.PublishAsync(Box + "/result/session", [i]);
            if (i < 3)
            {
                Assert.Equal(i, (await silent.NextAsync()).Payload.FirstSpan[0]);
            }
        }

        await silent.Lost;
    }

    [Fact]
    public async Task One_name_cannot_fill_the_broker_with_sessions()
    {
        await using EmbeddedBroker small = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = 0, Certificate = keys.Broker, SessionsPerName = 2 }, TimeProvider.System);
        await using TestClient one = await TestClient.ConnectAsync(small.Port, keys.Client("monitor"), "monitor.a");
        await using TestClient two = await TestClient.ConnectAsync(small.Port, keys.Client("monitor"), "monitor.b");
        TestClient.RefusedException refused = await Assert.ThrowsAsync<TestClient.RefusedException>(() => TestClient.ConnectAsync(small.Port, keys.Client("monitor"), "monitor.c"));
        Assert.Equal(MqttClientConnectResultCode.QuotaExceeded, refused.Code);
        await using TestClient other = await TestClient.ConnectAsync(small.Port, keys.Client("ehr-bridge"), "ehr-bridge");
    }

    [Fact]
    public async Task A_session_whose_time_is_over_makes_room()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        await using EmbeddedBroker small = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = 0, Certificate = keys.Broker, SessionsPerName = 1 }, time);
        await (await TestClient.ConnectAsync(small.Port, keys.Client("monitor"), "monitor.a", more: o => o.WithCleanStart(false).WithSessionExpiryInterval(600))).DisposeAsync();
        while (small.Clients > 0)
        {
            await Task.Yield();   // until the broker has seen the client leave
        }

        await Assert.ThrowsAsync<TestClient.RefusedException>(() => TestClient.ConnectAsync(small.Port, keys.Client("monitor"), "monitor.b"));
        time.Advance(TimeSpan.FromMinutes(30));
        await (await TestClient.ConnectAsync(small.Port, keys.Client("monitor"), "monitor.b")).DisposeAsync();
    }

    [Fact]
    public async Task A_busy_port_gives_way_to_the_next_free_one_and_says_so()
    {
        await using EmbeddedBroker neighbour = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = broker.Port, Certificate = keys.Broker }, TimeProvider.System);
        Assert.True(neighbour.Moved);
        Assert.False(broker.Moved);
        Assert.NotEqual(broker.Port, neighbour.Port);
        await (await TestClient.ConnectAsync(neighbour.Port, keys.Client("monitor"), "monitor")).DisposeAsync();
    }

    private async Task<TestClient> ConnectAsync(string name) => await TestClient.ConnectAsync(broker.Port, keys.Client(name), name);

    private async Task AssertRefusedAsync(StationCertificate? certificate, string clientId = "ehr-bridge")
    {
        await Assert.ThrowsAnyAsync<Exception>(() => TestClient.ConnectAsync(broker.Port, certificate, clientId));
        Assert.Equal(0, broker.Clients);
        await broker.DisposeAsync();   // waits for every connection it still serves
        Assert.Equal(1, broker.Counters.RefusedConnections);
    }
}
