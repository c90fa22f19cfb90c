using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Tests.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>The embedded broker, and the two consumers every result must reach.</summary>
public class EmbeddedCourt : IAsyncLifetime
{
    public EmbeddedPeer Broker { get; private set; } = null!;

    public Jury Jury { get; private set; } = null!;

    public QuickTime Time { get; } = new(40);

    /// <summary>A minute for an answer is 1.5 s here.</summary>
    public MqttOutletOptions Options => Broker.Options with { Time = Time, Deadline = TimeSpan.FromMinutes(1), KeepAlive = TimeSpan.FromSeconds(2) };

    public async Task InitializeAsync()
    {
        Broker = await EmbeddedPeer.StartAsync(Tune);
        Jury = new Jury(Broker);
        Jury.Start();
        await Jury.Recorder.HearAsync("listening");
    }

    public async Task DisposeAsync()
    {
        await Jury.DisposeAsync();
        await Broker.DisposeAsync();
    }

    protected virtual BrokerOptions Tune(BrokerOptions usual)
    {
        ArgumentNullException.ThrowIfNull(usual);
        return usual with { Consumers = [.. SendingStation.Required] };
    }
}
