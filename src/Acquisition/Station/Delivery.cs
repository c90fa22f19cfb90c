using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Station;

/// <summary>The way out of a station: its broker (or the site's), and the outbox that delivers through it until told to stop.</summary>
public sealed class Delivery : IAsyncDisposable
{
    /// <summary>How long a stop waits for its last words; without a broker nobody would hear them.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly EmbeddedBroker? _broker;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly Task _watching;

    private Delivery(EmbeddedBroker? broker, Outbox outbox, StationNews news, Uri address, MqttOutletOptions options)
    {
        (_broker, Outbox, News, Address) = (broker, outbox, news, address);
        _running = Task.Run(() => outbox.RunAsync(cancel => MqttOutlet.OpenAsync(options, cancel), _stop.Token));
        _watching = new StationWatch(news, broker?.Counters, options.Time).RunAsync(_stop.Token);
    }

    public Outbox Outbox { get; }

    /// <summary>What the station says about itself, beside results.</summary>
    public StationNews News { get; }

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
        StationCertificate? gateway;
        string authorityFile;
        EmbeddedBroker? broker = null;
        Uri address;
        if (station.Broker.Embedded)
        {
            using StationAuthority authority = StationAuthority.Open(keys, time);
            gateway = authority.EnsureClient(station.Gateway);
            authorityFile = gateway.AuthorityFile;
            foreach (string consumer in station.Consumers.Append("monitor"))
            {
                authority.EnsureClient(consumer);
            }

            broker = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = station.Broker.Port, Certificate = authority.EnsureBroker(), Consumers = [.. station.Consumers], LargestPacket = station.Broker.LargestPacketBytes }, time);
            address = broker.Address;
        }
        else
        {
            authorityFile = station.Broker.AuthorityFile!;
            gateway = station.Broker.Certificate is { } files ? new StationCertificate(station.Gateway, authorityFile, files.CertificateFile, files.KeyFile) : null;
            address = new Uri($"mqtts://{station.Broker.Host}:{station.Broker.Port}");
        }

        var place = new OutboxAddress(station.Site, station.Gateway);
        var news = new StationNews(place, bootId, software, time);
        var outbox = new Outbox(new OutboxRecord(database, station.Broker.LargestPacketBytes), place, time, notice, news);
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
            AuthorityFile = authorityFile,
            Certificate = gateway,
            Login = station.Broker.Login,
            Version = station.Broker.Version,
            Software = software,
            LargestPacket = station.Broker.LargestPacketBytes,
            Time = time,
        };
        return new Delivery(broker, outbox, news, address, options);
    }

    public async ValueTask DisposeAsync()
    {
        await News.WaitUntilSaidAsync(LastWords);
        await _stop.CancelAsync();
        try
        {
            await _watching;
            await _running;
        }
        finally
        {
            if (_broker is not null)
            {
                await _broker.DisposeAsync();
            }

            _stop.Dispose();
        }
    }
}
