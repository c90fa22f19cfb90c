using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Acquisition.Station;

/// <summary>The MQTT broker results are published to: the station's own, or one of the site.</summary>
public sealed record BrokerConfiguration
{
    public const int DefaultPort = 18883;

    /// <summary>True: the station runs its own broker and makes its certificates.</summary>
    public bool Embedded { get; init; } = true;

    /// <summary>Where the broker is; for the embedded one the name its clients use.</summary>
    public string Host { get; init; } = "localhost";

    public int Port { get; init; } = DefaultPort;

    /// <summary>PEM file of the authority a site's broker comes from, absolute. Null with the embedded broker.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Our certificate to a site's broker. Null with the embedded broker, and with one that has no client certificates.</summary>
    public BrokerCertificate? Certificate { get; init; }

    /// <summary>Our user and password to a site's broker, beside the certificate or in its place. Null: none are said.</summary>
    public BrokerLogin? Login { get; init; }

    /// <summary>The MQTT version spoken; null: 5, and 3.1.1 with a broker that refuses 5.</summary>
    public MqttVersion? Version { get; init; }

    /// <summary>Largest whole MQTT packet of a result, bytes; what is larger is split. The embedded broker takes as much.</summary>
    public int LargestPacketBytes { get; init; } = SessionParts.DefaultLargestPacket;
}

/// <summary>Files (PEM, absolute) that prove us to a site's broker.</summary>
public sealed record BrokerCertificate(string CertificateFile, string KeyFile);
