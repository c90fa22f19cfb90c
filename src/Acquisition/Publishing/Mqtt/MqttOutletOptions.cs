using Vascular.Acquisition.Access;

namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>What an <see cref="MqttOutlet"/> needs to open.</summary>
public sealed record MqttOutletOptions
{
    /// <summary>Broker, as named in its certificate.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port of the broker.</summary>
    public required int Port { get; init; }

    /// <summary>Laboratory or ward: topic level.</summary>
    public required string Site { get; init; }

    /// <summary>This station: topic level, client id, CN of <see cref="Certificate"/>.</summary>
    public required string Gateway { get; init; }

    /// <summary>New at each start of the service: tells a restart from a lost line.</summary>
    public required Guid BootId { get; init; }

    /// <summary>The gateway's certificate and the authority the broker must come from.</summary>
    public required StationCertificate Certificate { get; init; }

    /// <summary>Version of the service, said in the birth message.</summary>
    public string? Software { get; init; }

    /// <summary>Stamps the state messages and measures every deadline.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Longest wait for connect, subscribe, publish and disconnect, each.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest packet a broker takes that does not say so itself, bytes.</summary>
    public int LargestPacket { get; init; } = 1 << 20;

    /// <summary>True for a broker that has no MQTT 5: properties, expiry and reasons are then left out.</summary>
    public bool Mqtt311 { get; init; }
}
