using System.Globalization;
using System.Text.Json;

namespace Vascular.Acquisition.Publishing;

/// <summary>Topic and CloudEvents 1.0 attributes (binary mode, MQTT user properties) of a session bundle. Made once, at commit; a resend is the same.</summary>
public sealed record SessionEnvelope(string Topic, IReadOnlyList<(string Name, string Value)> Properties)
{
    public const string ContentType = "application/fhir+json";
    public const string Type = "vascular.result.session.v1";

    private const int SequenceDigits = 20;

    /// <param name="sequence">Number of the bundle in this station's outbox, from 1.</param>
    /// <param name="traceParent">W3C trace context, or null.</param>
    public static SessionEnvelope Of(SessionReport report, long sequence, string? traceParent = null) => Of(SessionMessage.Whole(report), sequence, traceParent);

    /// <param name="sequence">Number of the message in this station's outbox, from 1.</param>
    /// <param name="traceParent">W3C trace context, or null.</param>
    public static SessionEnvelope Of(SessionMessage message, long sequence, string? traceParent = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        SessionReport report = message.Report;
        List<(string, string)> properties =
        [
            ("specversion", "1.0"),
            ("id", message.Id.ToString()),
            ("source", $"//{report.Site}/{report.Gateway}"),
            ("type", Type),
            ("time", report.Issued.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture)),
            ("subject", report.Examination.ToString()),
            ("sequence", sequence.ToString("D" + SequenceDigits, CultureInfo.InvariantCulture)),
            ("resultversion", report.ResultVersion.ToString(CultureInfo.InvariantCulture)),
        ];
        if (message.IsSplit)
        {
            properties.Add(("part", message.Part));
            properties.Add(("partof", report.MessageId.ToString()));
        }

        if (traceParent is not null)
        {
            properties.Add(("traceparent", traceParent));
        }

        return new SessionEnvelope(Topics.Session(report.Site, report.Gateway), properties);
    }

    /// <summary>The properties as the database keeps them: a JSON array of [name, value], in order.</summary>
    public string PropertiesJson() => JsonSerializer.Serialize(Properties.Select(p => new[] { p.Name, p.Value }));

    public static IReadOnlyList<(string Name, string Value)> ReadProperties(string json) =>
        [.. (JsonSerializer.Deserialize<string[][]>(json) ?? []).Select(p => (p[0], p[1]))];
}

/// <summary>The topics of one station. Levels hold only a-z, 0-9 and the hyphen, never anything about a patient.</summary>
public static class Topics
{
    public static string Session(string site, string gateway) => $"{Root(site, gateway)}/result/session";

    /// <summary>Without the last level, which is the consumer's name.</summary>
    public static string Acknowledgements(string site, string gateway) => $"{Root(site, gateway)}/ack/";

    /// <summary>Without the last level, which is the verb.</summary>
    public static string Commands(string site, string gateway) => $"{Root(site, gateway)}/cmd/";

    /// <summary>Without the last level, which is the requester's name.</summary>
    public static string Replies(string site, string gateway) => $"{Root(site, gateway)}/reply/";

    public static string State(string site, string gateway) => $"{Root(site, gateway)}/state";

    /// <exception cref="ArgumentException">A name that cannot be a level.</exception>
    public static string DeviceState(string site, string gateway, string device) => $"{Root(site, gateway)}/dev/{Level(device)}/state";

    public static string Event(string site, string gateway, string type) => $"{Root(site, gateway)}/event/{Level(type)}";

    /// <exception cref="ArgumentException">A name that cannot be a level.</exception>
    public static string Root(string site, string gateway) => $"vascular/v1/{Level(site)}/{Level(gateway)}";

    /// <summary>Whether a name can be one level of a topic.</summary>
    public static bool IsLevel(string name) => name.Length > 0 && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    private static string Level(string name) => IsLevel(name)
        ? name
        : throw new ArgumentException($"'{name}' cannot be a topic level: use a-z, 0-9 and the hyphen.", nameof(name));
}
