using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vascular.Acquisition.Station;

/// <summary>One value that stands otherwise in the station file than before.</summary>
/// <param name="At">Where, devices by their names: <c>devices[ppg-1].link.port</c>.</param>
/// <param name="From">As it was written, JSON; null where nothing was.</param>
/// <param name="To">As it is written, JSON; null where nothing is.</param>
public sealed record ChangedValue(string At, string? From, string? To)
{
    /// <summary>What differs between two station files that were both read without fault, in order of place. Spelling, order of members and comments do not count.</summary>
    public static IReadOnlyList<ChangedValue> Between(string before, string after)
    {
        Dictionary<string, string> was = Values(before);
        Dictionary<string, string> now = Values(after);
        return [.. was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Select(at => new ChangedValue(at, was.GetValueOrDefault(at), now.GetValueOrDefault(at)))
            .Where(value => value.From != value.To)];
    }

    public JsonObject ToJson() => new() { ["at"] = At, ["from"] = Parsed(From), ["to"] = Parsed(To) };

    private static JsonNode? Parsed(string? value) => value is null ? null : JsonNode.Parse(value);

    private static Dictionary<string, string> Values(string file)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var lenient = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
        Collect(JsonNode.Parse(file, documentOptions: lenient), string.Empty, values);
        return values;
    }

    private static void Collect(JsonNode? node, string at, Dictionary<string, string> values)
    {
        if (node is JsonObject { Count: > 0 } members)
        {
            foreach ((string name, JsonNode? value) in members)
            {
                Collect(value, at.Length == 0 ? name : $"{at}.{name}", values);
            }
        }
        else if (node is JsonArray { Count: > 0 } items && items.All(item => item is JsonObject named && named.ContainsKey("name")))
        {
            foreach (JsonNode? item in items)
            {
                Collect(item, $"{at}[{item!["name"]}]", values);
            }
        }
        else
        {
            values[at] = node?.ToJsonString() ?? "null";
        }
    }
}
