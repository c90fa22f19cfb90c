using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Station;

/// <summary>The way out of a station: its broker (or the site's), and the outbox that delivers through it until told to stop.</summary>
public sealed class Delivery : IAsyncDisposable
{
    private readonly EmbeddedBroker? _broker;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private Delivery(EmbeddedBroker? broker, Outbox outbox, Uri address, MqttOutletOptions options)
    {
        (_broker, Outbox, Address) = (broker, outbox, address);
        _running = Task.Run(() => outbox.RunAsync(cancel => MqttOutlet.OpenAsync(options, cancel), _stop.Token));
    }

    public Outbox Outbox { get; }

    /// <summary>Where the broker is.</summary>
    public Uri Address { get; }

    /// <summary>The wanted port was in use and another was taken.</summary>
    public bool Moved => _broker?.Moved ?? false;

    /// <summary>Messages the embedded broker dropped because a client's queue was full; 0 with a site's broker.</summary>
    public long Dropped => _broker?.Counters.DroppedMessages ?? 0;

    /// <summary>Starts broker and outbox. With a site's broker nothing listens here.</summary>
    /// <param name="bootId">New at each start of the service.</param>
    public static async Task<Delivery> StartAsync(StationConfiguration station, string keys, RecordDatabase database, Guid bootId, string software, Action<OutboxEvent> notice, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(station);
        StationCertificate gateway;
        EmbeddedBroker? broker = null;
        Uri address;
        if (station.Broker.Embedded)
        {
            using StationAuthority authority = StationAuthority.Open(keys, time);
            gateway = authority.EnsureClient(station.Gateway);
            foreach (string consumer in station.Consumers.Append("monitor"))
            {
                authority.EnsureClient(consumer);
            }

            broker = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = station.Broker.Port, Certificate = authority.EnsureBroker(), Consumers = [.. station.Consumers] }, time);
            address = broker.Address;
        }
        else
        {
            BrokerCertificates files = station.Broker.Certificates!;
            gateway = new StationCertificate(station.Gateway, files.AuthorityFile, files.CertificateFile, files.KeyFile);
            address = new Uri($"mqtts://{station.Broker.Host}:{station.Broker.Port}");
        }

        var outbox = new Outbox(new OutboxRecord(database), new OutboxAddress(station.Site, station.Gateway), time, notice);
        if (broker is not null)
        {
            broker.ConsumerSubscribed += outbox.ConsumerReturned;
        }

        var options = new MqttOutletOptions
        {
            Host = address.Host,
            Port = address.Port,
            Site = station.Site,
            Gateway = station.Gateway,
            BootId = bootId,
            Certificate = gateway,
            Software = software,
            Time = time,
        };
        return new Delivery(broker, outbox, address, options);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _stop.Dispose();
    }
}
