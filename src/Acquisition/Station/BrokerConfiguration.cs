using Vascular.Acquisition.Publishing;

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

    /// <summary>Largest whole MQTT packet of a result, bytes; what is larger is split. The embedded broker takes as much.</summary>
    public int LargestPacketBytes { get; init; } = SessionParts.DefaultLargestPacket;

    /// <summary>PEM files of a site's broker, absolute: its authority, our certificate, our key. Null with the embedded broker.</summary>
    public BrokerCertificates? Certificates { get; init; }
}

/// <summary>Files (PEM) that prove a site's broker to us and us to it.</summary>
public sealed record BrokerCertificates(string AuthorityFile, string CertificateFile, string KeyFile);
