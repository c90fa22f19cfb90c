using System.Text.Json;

namespace Vascular.Simulators.Record;

/// <summary>What a bundle says of itself in its MessageHeader: the envelope for who has no user properties.</summary>
/// <param name="Examination">Opaque id; null when the bundle does not say.</param>
/// <param name="Version">Version of the examination's bundle, from 1.</param>
/// <param name="Part"><c>i/n</c> of a result that came in several messages; null when it came in one.</param>
/// <param name="PartOf">Id of the first of these messages.</param>
public sealed record SessionMark(string? Examination, int? Version, string? Part, string? PartOf)
{
    public const string Url = "https://vascular-acquisition.example/fhir/StructureDefinition/session-message";

    public static SessionMark None { get; } = new(null, null, null, null);

    /// <summary>Reads the mark; what is missing or of another kind is null.</summary>
    public static SessionMark Of(JsonElement bundle)
    {
        if (Items(bundle, "entry").FirstOrDefault() is not { ValueKind: JsonValueKind.Object } first || !first.TryGetProperty("resource", out JsonElement header))
        {
            return None;
        }

        JsonElement session = Items(header, "extension").FirstOrDefault(e => Text(e, "url") == Url);
        return new SessionMark(
            Bare(Said(session, "examination", "valueUri")),
            Said(session, "resultversion", "valuePositiveInt") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int version) ? version : null,
            String(Said(session, "part", "valueString")),
            Bare(Said(session, "partof", "valueUri")));
    }

    private static JsonElement Said(JsonElement session, string name, string kind) =>
        Items(session, "extension").FirstOrDefault(e => Text(e, "url") == name) is { ValueKind: JsonValueKind.Object } said && said.TryGetProperty(kind, out JsonElement value) ? value : default;

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) ? String(value) : null;

    private static string? String(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Bare(JsonElement uuid) => String(uuid) is { } text && text.StartsWith("urn:uuid:", StringComparison.Ordinal) ? text["urn:uuid:".Length..] : null;
}
