using System.Text.Json;

namespace Vascular.Acquisition.Publishing;

/// <summary>Last level of an event's topic.</summary>
public enum TechnicalEventType
{
    Link,
    Quality,
    Storage,
    Clock,
    Security,
}

public enum TechnicalSeverity
{
    Info,
    Warning,
    Error,
}

/// <summary>Something technical that whoever looks after stations wants to know, on <c>…/event/{type}</c>. Never about a patient.</summary>
/// <param name="Code">For programs; a-z and the hyphen.</param>
/// <param name="Device">Null where no device is meant.</param>
/// <param name="Text">For people, in the station's own words or the operating system's: never what a consumer or a device wrote.</param>
public sealed record TechnicalEvent(TechnicalEventType Type, string Code, TechnicalSeverity Severity, string? Device = null, string? Text = null)
{
    /// <summary>A broker keeps an event this long for a consumer that is away.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>What happened in delivery, as an event; null for what is no news.</summary>
    public static TechnicalEvent? Of(OutboxEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        string text = happened.MessageId is { } id ? $"{happened.Detail}, message {id}" : happened.Detail;
        return happened.Kind switch
        {
            OutboxEventKind.LineLost => new(TechnicalEventType.Link, "broker-lost", TechnicalSeverity.Warning, null, text),
            OutboxEventKind.LineOpened => new(TechnicalEventType.Link, "broker-back", TechnicalSeverity.Info, null, text),
            OutboxEventKind.BrokerNotBelieved => new(TechnicalEventType.Security, "broker-not-believed", TechnicalSeverity.Error, null, text),
            OutboxEventKind.NobodySubscribed => new(TechnicalEventType.Storage, "nobody-subscribed", TechnicalSeverity.Warning, null, text),
            OutboxEventKind.NotAuthorised => new(TechnicalEventType.Security, "not-authorised", TechnicalSeverity.Error, null, text),
            OutboxEventKind.BrokerRefused => new(TechnicalEventType.Storage, "broker-refused", TechnicalSeverity.Error, null, text),
            OutboxEventKind.TooLarge => new(TechnicalEventType.Storage, "packet-too-large", TechnicalSeverity.Error, null, text),
            OutboxEventKind.BrokerTakesLess => new(TechnicalEventType.Storage, "packet-limit-low", TechnicalSeverity.Warning, null, text),
            OutboxEventKind.Rejected => new(TechnicalEventType.Storage, "result-rejected", TechnicalSeverity.Error, null, text),
            OutboxEventKind.LateAcknowledgement => new(TechnicalEventType.Storage, "acknowledgement-late", TechnicalSeverity.Info, null, text),
            OutboxEventKind.ForeignAcknowledgement => new(TechnicalEventType.Security, "acknowledgement-foreign", TechnicalSeverity.Warning, null, text),
            OutboxEventKind.UnknownAcknowledgement => new(TechnicalEventType.Security, "acknowledgement-unknown", TechnicalSeverity.Warning, null, text),
            OutboxEventKind.UnreadableLetter => new(TechnicalEventType.Security, "letter-unreadable", TechnicalSeverity.Warning, null, text),
            OutboxEventKind.RecordFailed => new(TechnicalEventType.Storage, "record-failed", TechnicalSeverity.Error, null, text),
            _ => null,
        };
    }

    /// <param name="id">CloudEvent id; the same when the event has to be sent again.</param>
    public Letter ToLetter(OutboxAddress address, Guid id, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(address);
        string type = Type.ToString().ToLowerInvariant();
        return new Letter(
            Topics.Event(address.Site, address.Gateway, type),
            ToBytes(at),
            "application/json",
            [("specversion", "1.0"), ("id", id.ToString()), ("source", $"//{address.Site}/{address.Gateway}"), ("type", $"vascular.event.{type}.v1"), ("time", GatewayState.Stamp(at))],
            Lifetime,
            Retain: false,
            Qos: 1);
    }

    private byte[] ToBytes(DateTimeOffset at)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("code", Code);
            json.WriteString("severity", Severity.ToString().ToLowerInvariant());
            if (Device is not null)
            {
                json.WriteString("device", Device);
            }

            if (Text is not null)
            {
                json.WriteString("text", Text);
            }

            json.WriteString("time", GatewayState.Stamp(at));
            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
