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

    /// <summary>PEM file of the authority the broker must come from.</summary>
    public required string AuthorityFile { get; init; }

    /// <summary>The gateway's certificate; null for a broker that knows its clients by <see cref="Login"/> alone.</summary>
    public StationCertificate? Certificate { get; init; }

    /// <summary>User and password for a broker that asks for them; null: none are said.</summary>
    public BrokerLogin? Login { get; init; }

    /// <summary>Version of the service, said in the birth message.</summary>
    public string? Software { get; init; }

    /// <summary>Stamps the state messages and measures every deadline.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Longest wait for connect, subscribe, publish and disconnect, each; the bytes of a letter under way have their time on <see cref="SlowestLine"/> besides.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a second that any line is trusted to carry. A slower one may never deliver its largest letters: each try would end
    /// before it is through. The ping sets the same bound: behind 1 MiB it is answered within its 22.5 s from about 50 KiB/s up.</summary>
    public int SlowestLine { get; init; } = 64 * 1024;

    /// <summary>Largest packet a broker takes that does not say so itself, bytes.</summary>
    public int LargestPacket { get; init; } = 1 << 20;

    /// <summary>Longest silence towards the broker before a ping; no answer within half of it is a lost line.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The version spoken; null: 5, and 3.1.1 with a broker that refuses 5.</summary>
    public MqttVersion? Version { get; init; }
}

/// <summary>Versions of MQTT a broker may have. With 3.1.1 properties, expiry and the reasons of a PUBACK are left out.</summary>
public enum MqttVersion
{
    Mqtt311,
    Mqtt5,
}

/// <summary>Who the station is to a broker that has no client certificates.</summary>
/// <param name="PasswordFile">Holds the password and nothing else; a line break at its end does not count. Read at each connection.</param>
public sealed record BrokerLogin(string User, string PasswordFile)
{
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public byte[] Password() => File.ReadAllBytes(PasswordFile).AsSpan().TrimEnd("\r\n"u8).ToArray();
}
