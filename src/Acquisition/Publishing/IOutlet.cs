namespace Vascular.Acquisition.Publishing;

/// <summary>Where results leave the station. MQTT today by one library, tomorrow by another.</summary>
/// <remarks>It has no queue and no reconnect of its own: what failed here is never sent later behind our back.</remarks>
public interface IOutlet : IAsyncDisposable
{
    /// <summary>Publishes and answers what the broker said. <see cref="IOException"/>: the line is lost, or no answer came before the deadline.</summary>
    Task<Receipt> PublishAsync(Letter letter, CancellationToken cancel);

    /// <summary>What it takes now; null when it does not know.</summary>
    OutletLimit? Limit => null;

    /// <summary>Letters addressed to this station (acknowledgements, commands). Throws <see cref="IOException"/> when the line is lost.</summary>
    IAsyncEnumerable<Letter> ReceiveAsync(CancellationToken cancel);
}

/// <summary>The broker showed no certificate of the authority, or one of another name or time: nothing was said to it.</summary>
public sealed class BrokerNotBelievedException(string message, Exception inner) : IOException(message, inner);

/// <param name="Broker">Where, for people: for instance <c>broker localhost:18883</c>.</param>
/// <param name="LargestPacket">Largest whole packet it takes, bytes; a larger letter is not sent and answered <see cref="Receipt.TooLarge"/>.</param>
public sealed record OutletLimit(string Broker, long LargestPacket);

/// <summary>What the broker said. None of these is delivery: only a consumer's acknowledgement is.</summary>
public enum Receipt
{
    Stored,
    NobodySubscribed,
    NotAuthorised,

    /// <summary>Larger than the broker takes: it was not sent, and the line lives.</summary>
    TooLarge,

    Refused,
}

/// <summary>A message in BCL words. <paramref name="Properties"/> are MQTT 5 user properties, left out on 3.1.1.</summary>
public sealed record Letter(
    string Topic,
    ReadOnlyMemory<byte> Body,
    string ContentType,
    IReadOnlyList<(string Name, string Value)> Properties,
    TimeSpan? Expires,
    bool Retain,
    byte Qos)
{
    /// <summary>Where the sender of a command wants its reply (MQTT 5 response topic); null when it wants none.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>What the reply must carry back unchanged (MQTT 5 correlation data); empty when there is none.</summary>
    public ReadOnlyMemory<byte> Correlation { get; init; }
}
