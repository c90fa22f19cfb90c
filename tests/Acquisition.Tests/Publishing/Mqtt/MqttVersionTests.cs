using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>Which MQTT is spoken with a broker: 5, and 3.1.1 with one that refuses 5 in any of the ways brokers do.</summary>
public sealed class MqttVersionTests : IDisposable
{
    private readonly TestKeys keys = new();

    public void Dispose() => keys.Dispose();

    [Theory]
    [InlineData("says return code 1", new byte[] { 0x20, 2, 0, 1 }, new byte[] { 5, 4 })]
    [InlineData("says reason 132", new byte[] { 0x20, 3, 0, 132, 0 }, new byte[] { 5, 4 })]
    [InlineData("hangs up", new byte[0], new byte[] { 5, 5, 4 })]
    public async Task A_broker_that_refuses_5_is_spoken_to_in_3_1_1(string how, byte[] refusal, byte[] asked)
    {
        await using BytewiseBroker broker = new(keys.Broker, (version, _) => version == 5 ? refusal : BytewiseBroker.Welcome311);
        await using IOutlet outlet = await OpenAsync(broker, null);
        Assert.Equal(Receipt.Stored, await outlet.PublishAsync(OutletContract.Result(), CancellationToken.None));
        Assert.True(asked.AsSpan().SequenceEqual(broker.Asked.ToArray()), how);
    }

    [Fact]
    public async Task A_broker_that_hung_up_once_is_spoken_to_in_5()
    {
        await using BytewiseBroker broker = new(keys.Broker, (_, number) => number == 1 ? [] : BytewiseBroker.Welcome5);
        await using IOutlet outlet = await OpenAsync(broker, null);
        Assert.Equal(Receipt.Stored, await outlet.PublishAsync(OutletContract.Result(), CancellationToken.None));
        Assert.Equal([5, 5], broker.Asked);
    }

    [Fact]
    public async Task A_site_that_names_a_version_gets_no_other()
    {
        await using BytewiseBroker broker = new(keys.Broker, (version, _) => version == 5 ? BytewiseBroker.Unsupported5 : BytewiseBroker.Welcome311);
        await Assert.ThrowsAnyAsync<IOException>(() => OpenAsync(broker, MqttVersion.Mqtt5));
        await (await OpenAsync(broker, MqttVersion.Mqtt311)).DisposeAsync();
        Assert.Equal([5, 4], broker.Asked);
    }

    [Fact]
    public async Task A_refusal_for_another_reason_is_no_question_of_version()
    {
        await using BytewiseBroker broker = new(keys.Broker, (_, _) => [0x20, 3, 0, 135, 0]);
        IOException refused = await Assert.ThrowsAnyAsync<IOException>(() => OpenAsync(broker, null));
        Assert.Contains("NotAuthorized", refused.Message, StringComparison.Ordinal);
        Assert.Equal([5], broker.Asked);
    }

    [Fact]
    public async Task A_host_that_is_nowhere_is_an_IOException() =>
        await Assert.ThrowsAnyAsync<IOException>(() => MqttOutlet.OpenAsync(Options(1, null) with { Host = "broker.invalid" }, CancellationToken.None));

    [Fact]
    public async Task A_password_file_that_is_missing_is_an_IOException_and_nothing_is_said()
    {
        await using BytewiseBroker broker = new(keys.Broker, (_, _) => BytewiseBroker.Welcome5);
        BrokerLogin login = new("box", Path.Combine(keys.Root, "no-such-file"));
        await Assert.ThrowsAnyAsync<IOException>(() => MqttOutlet.OpenAsync(Options(broker.Port, null) with { Login = login, Certificate = null }, CancellationToken.None));
        Assert.Empty(broker.Asked);
    }

    private Task<IOutlet> OpenAsync(BytewiseBroker broker, MqttVersion? version) => MqttOutlet.OpenAsync(Options(broker.Port, version), CancellationToken.None);

    private MqttOutletOptions Options(int port, MqttVersion? version) => new()
    {
        Host = "localhost",
        Port = port,
        Site = "lab-a",
        Gateway = "bedside-box-01",
        BootId = new Guid("11111111-2222-4333-8444-555555555555"),
        AuthorityFile = keys.Broker.AuthorityFile,
        Certificate = keys.Client("bedside-box-01"),
        Time = TimeProvider.System,
        Version = version,
    };
}
