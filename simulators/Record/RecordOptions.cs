namespace Vascular.Simulators.Record;

/// <summary>What <see cref="ResultRecorder"/> needs to run.</summary>
public sealed record RecordOptions
{
    /// <summary>Broker, <c>mqtts://HOST:PORT</c>.</summary>
    public required Uri Broker { get; init; }

    /// <summary>Client id: the certificate's name, or that name, a dot and a suffix.</summary>
    public string Client { get; init; } = "ehr-bridge";

    /// <summary>PEM file of the authority the broker must come from.</summary>
    public required string AuthorityFile { get; init; }

    /// <summary>PEM file of this consumer's certificate; null with a broker that asks for a password instead.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>User at a broker that asks for one; its password is the text of <see cref="PasswordFile"/>.</summary>
    public string? User { get; init; }

    public string? PasswordFile { get; init; }

    /// <summary>Speaks MQTT 3.1.1: no message then has properties.</summary>
    public bool Mqtt311 { get; init; }

    /// <summary>What it does wrong, for tests; null: nothing.</summary>
    public RecordFault? Fault { get; init; }

    /// <summary>JSON lines are appended here.</summary>
    public required string OutFile { get; init; }

    /// <summary>The chart as it stands is written here as JSON after each result; null: no chart is kept.</summary>
    public string? ChartFile { get; init; }

    /// <summary>Ends after so many distinct results of this run; null runs until stopped.</summary>
    public int? Count { get; init; }

    /// <summary>Site to listen to; <c>+</c> is every site.</summary>
    public string Site { get; init; } = "+";

    /// <summary>How long broker and certificate files may be missing, at the start and after a lost line.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Name on the acknowledgement topic: the certificate's name.</summary>
    public string Consumer => Client.Split('.', 2)[0];
}
