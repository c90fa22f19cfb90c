using System.Globalization;
using System.Text.Json;

namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>Birth and death of this station on <c>…/state</c>: retained, so a consumer that comes later knows too.</summary>
internal static class GatewayState
{
    /// <summary>Said on connect.</summary>
    public static byte[] Online(MqttOutletOptions options) => Json(options, "online", reason: null, options.Time.GetUtcNow());

    /// <summary>Said before a clean disconnect.</summary>
    public static byte[] Stopped(MqttOutletOptions options) => Json(options, "offline", "stopped", options.Time.GetUtcNow());

    /// <summary>The will: the broker says it when the line is lost. It has no time, since nobody knows it beforehand.</summary>
    public static byte[] Lost(MqttOutletOptions options) => Json(options, "offline", "connection-lost", time: null);

    private static byte[] Json(MqttOutletOptions options, string state, string? reason, DateTimeOffset? time)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("state", state);
            if (reason is not null)
            {
                json.WriteString("reason", reason);
            }

            json.WriteString("bootId", options.BootId);
            if (time is { } at)
            {
                json.WriteString("time", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            }

            if (options.Software is not null && state == "online")
            {
                json.WriteString("software", options.Software);
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
