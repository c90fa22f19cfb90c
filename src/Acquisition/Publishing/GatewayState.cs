using System.Globalization;
using System.Text.Json;

namespace Vascular.Acquisition.Publishing;

/// <summary>Birth, life and death of this station on <c>…/state</c>: retained, so a consumer that comes later knows too.</summary>
/// <param name="State">One of the words below.</param>
/// <param name="Reason">Offline, degraded: why, one of the words below.</param>
/// <param name="BootId">New at each start of the service: tells a restart from a lost line.</param>
/// <param name="Time">Null in the will: nobody knows beforehand when a line will be lost.</param>
/// <param name="Outbox">Results not yet acknowledged by every required consumer; null where it is not known.</param>
public sealed record GatewayState(string State, string? Reason, Guid BootId, DateTimeOffset? Time, string? Software = null, int? Outbox = null)
{
    public const string Online = "online";
    public const string Offline = "offline";

    /// <summary>Alive, and a person should look.</summary>
    public const string Degraded = "degraded";

    /// <summary>Offline: a clean stop.</summary>
    public const string Stopped = "stopped";

    /// <summary>Offline: said by the broker.</summary>
    public const string ConnectionLost = "connection-lost";

    /// <summary>Degraded: the station's own database failed and nothing was written since.</summary>
    public const string RecordFailed = "record-failed";

    /// <summary>Degraded: a consumer refused a result, and a person must decide.</summary>
    public const string ResultRejected = "result-rejected";

    /// <summary>Degraded: a result waits for a consumer for longer than <see cref="StationNews.OwedTooLong"/>.</summary>
    public const string ResultOwed = "result-owed";

    public Letter ToLetter(OutboxAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new Letter(Topics.State(address.Site, address.Gateway), ToBytes(), "application/json", [], Expires: null, Retain: true, Qos: 1);
    }

    public byte[] ToBytes()
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("state", State);
            if (Reason is not null)
            {
                json.WriteString("reason", Reason);
            }

            json.WriteString("bootId", BootId);
            if (Time is { } at)
            {
                json.WriteString("time", Stamp(at));
            }

            if (Software is not null)
            {
                json.WriteString("software", Software);
            }

            if (Outbox is { } owed)
            {
                json.WriteNumber("outbox", owed);
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>A time as states and events say it: UTC, RFC 3339, milliseconds.</summary>
    internal static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
