namespace Vascular.Acquisition.Publishing;

/// <summary>What is worth showing about delivery. None of it is an error of the station.</summary>
public enum OutboxEventKind
{
    LineOpened,
    LineLost,

    /// <summary>Something answered for the broker that is not vouched for: nothing was said to it.</summary>
    BrokerNotBelieved,

    /// <summary>A message went out and is waited for.</summary>
    Published,

    /// <summary>The broker took the message and nobody is subscribed: it would reach no record.</summary>
    NobodySubscribed,

    /// <summary>The broker refused the message without a reason.</summary>
    BrokerRefused,

    /// <summary>The message is larger than the broker takes: not sent, still owed.</summary>
    TooLarge,

    /// <summary>The broker takes less than the results this station makes.</summary>
    BrokerTakesLess,

    /// <summary>The broker says that this station may not write there.</summary>
    NotAuthorised,

    /// <summary>A required consumer has it.</summary>
    Acknowledged,

    /// <summary>A required consumer refused it: a person decides.</summary>
    Rejected,

    /// <summary>An answer after the consumer had answered.</summary>
    LateAcknowledgement,

    /// <summary>An answer of a consumer nobody waits for.</summary>
    ForeignAcknowledgement,

    /// <summary>An answer to a message this station never sent.</summary>
    UnknownAcknowledgement,

    /// <summary>A letter that cannot be read.</summary>
    UnreadableLetter,

    /// <summary>The station's own database failed; tried again.</summary>
    RecordFailed,
}

/// <param name="MessageId">Null where no message is meant.</param>
/// <param name="Detail">For people; never about a patient.</param>
public sealed record OutboxEvent(OutboxEventKind Kind, Guid? MessageId, string Detail);
