using System.Text.Json;

namespace Vascular.Simulators.Record;

/// <summary>One message from a result topic, with what a consumer must know to store it once and to answer it.</summary>
/// <param name="Topic"><c>vascular/v1/{site}/{gateway}/result/{kind}</c>.</param>
/// <param name="Source">CloudEvent source; from the topic where MQTT carried no properties.</param>
/// <param name="Id">CloudEvent id; from <c>Bundle.identifier</c> where MQTT carried no properties.</param>
/// <param name="Properties">User properties as they came.</param>
/// <param name="Bundle">The payload, byte for byte.</param>
/// <param name="Entries">Entries of the bundle.</param>
public sealed record ResultMessage(
    string Topic,
    string Source,
    string Id,
    IReadOnlyDictionary<string, string> Properties,
    ReadOnlyMemory<byte> Bundle,
    int Entries)
{
    private const string Urn = "urn:uuid:";

    /// <summary>Number of the session bundle of its source, 20 digits; null when the message has none.</summary>
    public string? Sequence => Properties.GetValueOrDefault("sequence");

    /// <summary>Version of the examination's bundle, from 1, without properties that of its DiagnosticReport; null when the message has none or one that is no number.</summary>
    public int? Version => int.TryParse(Properties.GetValueOrDefault("resultversion") ?? Report.Version, out int version) && version > 0 ? version : null;

    /// <summary>Opaque id of the examination, without properties that of its DiagnosticReport; null when the message has none.</summary>
    public string? Subject => Properties.GetValueOrDefault("subject") ?? Report.Id;

    /// <summary>What the DiagnosticReport in the bundle says of itself: all that MQTT 3.1.1 leaves of the envelope, beside <c>Bundle.identifier</c>.</summary>
    public (string? Id, string? Version) Report { get; private init; }

    /// <summary>Where the acknowledgement goes.</summary>
    public string AcknowledgementTopic(string consumer) => $"{string.Join('/', Topic.Split('/').Take(4))}/ack/{consumer}";

    /// <summary>Reads a message; null and why when nothing in it says which result it is.</summary>
    public static (ResultMessage? Message, string? Fault) Read(string topic, IEnumerable<KeyValuePair<string, string>> properties, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(topic);
        Dictionary<string, string> held = new(StringComparer.Ordinal);
        foreach ((string name, string value) in properties)
        {
            held[name] = value;
        }

        string[] level = topic.Split('/');
        string source = held.GetValueOrDefault("source") ?? (level.Length > 3 ? $"//{level[2]}/{level[3]}" : topic);
        string? id = held.GetValueOrDefault("id");
        string? fault = null;
        int entries = 0;
        (string? Id, string? Version) report = default;
        try
        {
            using JsonDocument bundle = JsonDocument.Parse(body);
            (string? inside, entries, fault) = Look(bundle.RootElement);
            id ??= inside;
            report = fault is null ? ReportOf(bundle.RootElement) : default;
        }
        catch (JsonException)
        {
            fault = "the payload is no JSON";
        }

        return (id is null ? null : new ResultMessage(topic, source, id, held, body, entries) { Report = report }, id is null ? fault ?? "no id" : fault);
    }

    private static (string? Id, int Entries, string? Fault) Look(JsonElement bundle)
    {
        if (bundle.ValueKind != JsonValueKind.Object || Text(bundle, "resourceType") != "Bundle" || Text(bundle, "type") != "message")
        {
            return (null, 0, "the payload is no FHIR message bundle");
        }

        string? id = bundle.TryGetProperty("identifier", out JsonElement identifier) && identifier.ValueKind == JsonValueKind.Object ? Text(identifier, "value") : null;
        int entries = bundle.TryGetProperty("entry", out JsonElement entry) && entry.ValueKind == JsonValueKind.Array ? entry.GetArrayLength() : 0;
        return (id?.StartsWith(Urn, StringComparison.Ordinal) == true ? id[Urn.Length..] : null, entries, null);
    }

    private static (string? Id, string? Version) ReportOf(JsonElement bundle)
    {
        if (!bundle.TryGetProperty("entry", out JsonElement entries) || entries.ValueKind != JsonValueKind.Array)
        {
            return default;
        }

        foreach (JsonElement entry in entries.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("resource", out JsonElement resource) && resource.ValueKind == JsonValueKind.Object
                && Text(resource, "resourceType") == "DiagnosticReport")
            {
                string? id = resource.TryGetProperty("identifier", out JsonElement list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
                    && list[0].ValueKind == JsonValueKind.Object ? Text(list[0], "value") : null;
                return (id, resource.TryGetProperty("meta", out JsonElement meta) && meta.ValueKind == JsonValueKind.Object ? Text(meta, "versionId") : null);
            }
        }

        return default;
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
