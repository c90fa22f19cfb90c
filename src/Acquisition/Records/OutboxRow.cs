namespace Vascular.Acquisition.Records;

public enum OutboxState
{
    /// <summary>At least one required consumer has not answered (or, with none required, no broker has taken it).</summary>
    Owed,

    /// <summary>Every required consumer has it, or a person closed what was rejected.</summary>
    Settled,

    /// <summary>No consumer is required and the broker took it: shown as "sent, not confirmed".</summary>
    SentNotConfirmed,

    /// <summary>Nothing is owed any more, but a consumer rejected it: a person decides.</summary>
    Held,
}

/// <summary>A message to send, exactly as it goes out, each time it goes out.</summary>
public sealed class OutboxRow
{
    /// <summary>Number on <c>result/session</c> of this station, rising by one across restarts.</summary>
    public required long Sequence { get; init; }

    /// <summary>CloudEvent id, the same on every resend.</summary>
    public required Guid MessageId { get; init; }

    public required Guid Examination { get; init; }

    public required int ResultVersion { get; init; }

    /// <summary>From 1; the messages of one result version differ in it.</summary>
    public int Part { get; init; } = 1;

    /// <summary>Messages of the result version; 1 when it was not split.</summary>
    public int Parts { get; init; } = 1;

    public required string Topic { get; init; }

#pragma warning disable CA1819 // a column
    public required byte[] Body { get; init; }
#pragma warning restore CA1819

    public required string ContentType { get; init; }

    /// <summary>User properties in order, JSON array of [name, value].</summary>
    public required string Properties { get; init; }

    public required long CommittedUtcNs { get; init; }

    public required OutboxState State { get; set; }

    public List<OutboxConsumer> Consumers { get; init; } = [];
}

public enum ConsumerState
{
    Owed,
    Stored,
    Duplicate,
    Rejected,

    /// <summary>A person closed it with a reason.</summary>
    Closed,
}

/// <summary>A consumer that was required when the row was committed.</summary>
public sealed class OutboxConsumer
{
    public long Sequence { get; init; }

    public required string Consumer { get; init; }

    public ConsumerState State { get; set; }

    /// <summary>When its last answer came.</summary>
    public long? AtUtcNs { get; set; }

    public string? Reason { get; set; }

    /// <summary>Where the consumer keeps it.</summary>
    public string? Reference { get; set; }
}

/// <summary>One thing that happened to a row: published, refused, line lost, answered.</summary>
public sealed class OutboxAttempt
{
    public long Id { get; init; }

    public required long Sequence { get; init; }

    public required long AtUtcNs { get; init; }

    public required string What { get; init; }

    public required string Detail { get; init; }
}

/// <summary>The last number given out, kept apart from the rows so that removing old rows never gives a number twice.</summary>
public sealed class OutboxCounter
{
    public required string Name { get; init; }

    public long Last { get; set; }
}
