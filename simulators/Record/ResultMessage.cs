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

    /// <summary>Version of the examination's bundle, from 1; null when the message has none or one that is no number.</summary>
    public int? Version => int.TryParse(Properties.GetValueOrDefault("resultversion"), out int version) && version > 0 ? version : Inside.Version;

    /// <summary>Opaque id of the examination; null when the message has none.</summary>
    public string? Subject => Properties.GetValueOrDefault("subject") ?? Inside.Examination;

    /// <summary><c>i/n</c> of a result that came in several messages; null when it came in one.</summary>
    public string? Part => Properties.GetValueOrDefault("part") ?? Inside.Part;

    /// <summary>Id of the first of these messages; null when it came in one.</summary>
    public string? PartOf => Properties.GetValueOrDefault("partof") ?? Inside.PartOf;

    /// <summary>The same as the bundle itself says it: all there is over MQTT 3.1.1.</summary>
    public SessionMark Inside { get; init; } = SessionMark.None;

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
        SessionMark mark = SessionMark.None;
        try
        {
            using JsonDocument bundle = JsonDocument.Parse(body);
            (string? inside, entries, fault) = Look(bundle.RootElement);
            mark = fault is null ? SessionMark.Of(bundle.RootElement) : SessionMark.None;
            id ??= inside;
        }
        catch (JsonException)
        {
            fault = "the payload is no JSON";
        }

        return (id is null ? null : new ResultMessage(topic, source, id, held, body, entries) { Inside = mark }, id is null ? fault ?? "no id" : fault);
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

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
