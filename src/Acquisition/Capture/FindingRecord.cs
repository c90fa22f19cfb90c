using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Capture;

/// <summary>A finding as the tape keeps it: canonical JSON, doubles as the 16 hexadecimal digits of their bits, and back without the loss of a bit.</summary>
/// <remarks>Every member is always there, null where the finding has nothing: equal findings are equal bytes.</remarks>
public static class FindingRecord
{
    public static byte[] ToBytes(Finding finding) => CanonicalJson.Write(ToJson(finding));

    /// <summary>The same bytes as text, as the record database keeps them.</summary>
    public static string ToText(Finding finding) => Encoding.UTF8.GetString(ToBytes(finding));

    /// <inheritdoc cref="FromBytes"/>
    public static Finding FromText(string json) => FromBytes(Encoding.UTF8.GetBytes(json));

    public static JsonObject ToJson(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new JsonObject
        {
            ["id"] = finding.Id.ToString("D"),
            ["version"] = finding.Version,
            ["name"] = finding.Name,
            ["step"] = finding.Step,
            ["attempt"] = finding.Attempt,
            ["measure"] = finding.Measure,
            ["site"] = finding.Site.Code,
            ["state"] = finding.State.Word(),
            ["value"] = CanonicalJson.Bits(finding.Value),
            ["unrounded"] = CanonicalJson.Bits(finding.Unrounded),
            ["unit"] = finding.Unit,
            ["limit"] = CanonicalJson.Bits(finding.Limit),
            ["uncertainty"] = CanonicalJson.Bits(finding.Uncertainty),
            ["lower"] = CanonicalJson.Bits(finding.Lower),
            ["upper"] = CanonicalJson.Bits(finding.Upper),
            ["printed"] = finding.Printed,
            ["reason"] = finding.Reason,
            ["category"] = finding.Category,
            ["flags"] = Texts(finding.Flags),
            ["method"] = finding.Method,
            ["method_version"] = finding.MethodVersion,
            ["settings_sha256"] = finding.SettingsSha256,
            ["inputs"] = Texts(finding.Inputs.Select(id => id.ToString("D"))),
            ["links"] = Texts(finding.Links),
            ["from_at_ns"] = finding.FromAtNs,
            ["to_at_ns"] = finding.ToAtNs,
            ["parts"] = new JsonArray([.. finding.Parts.Select(Part)]),
            ["trace"] = finding.Trace is { } trace ? Trace(trace) : null,
        };
    }

    /// <exception cref="FormatException">It is not a finding; the message names the member.</exception>
    public static Finding FromBytes(ReadOnlySpan<byte> utf8) =>
        FromJson(CanonicalJson.Read(utf8) as JsonObject ?? throw new FormatException("A finding is a JSON object."));

    /// <inheritdoc cref="FromBytes"/>
    public static Finding FromJson(JsonObject json) => new()
    {
        Id = Id(Text(json, "id")),
        Version = Integer32(json, "version"),
        Name = Text(json, "name"),
        Step = Text(json, "step"),
        Attempt = Integer32(json, "attempt"),
        Measure = Text(json, "measure"),
        Site = Site.Parse(Text(json, "site")),
        State = MeasurementStates.Parse(Text(json, "state")),
        Value = CanonicalJson.FromBits(Member(json, "value")),
        Unrounded = CanonicalJson.FromBits(Member(json, "unrounded")),
        Unit = Text(json, "unit"),
        Limit = CanonicalJson.FromBits(Member(json, "limit")),
        Uncertainty = CanonicalJson.FromBits(Member(json, "uncertainty")),
        Lower = CanonicalJson.FromBits(Member(json, "lower")),
        Upper = CanonicalJson.FromBits(Member(json, "upper")),
        Printed = Text(json, "printed"),
        Reason = TextOrNull(json, "reason"),
        Category = TextOrNull(json, "category"),
        Flags = [.. Elements(json, "flags").Select(flag => Value<string>(flag, "flags"))],
        Method = Text(json, "method"),
        MethodVersion = Integer32(json, "method_version"),
        SettingsSha256 = TextOrNull(json, "settings_sha256"),
        Inputs = [.. Elements(json, "inputs").Select(id => Id(Value<string>(id, "inputs")))],
        Links = [.. Elements(json, "links").Select(link => Value<string>(link, "links"))],
        FromAtNs = Integer(json, "from_at_ns"),
        ToAtNs = Integer(json, "to_at_ns"),
        Parts = [.. Elements(json, "parts").Select(part => PartFrom(Object(part, "parts")))],
        Trace = Member(json, "trace") is { } trace ? TraceFrom(Object(trace, "trace")) : null,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);

    private static JsonNode? Part(FindingPart part) => new JsonObject
    {
        ["name"] = part.Name,
        ["value"] = CanonicalJson.Bits(part.Value),
        ["unit"] = part.Unit,
        ["reason"] = part.Reason,
    };

    private static FindingPart PartFrom(JsonObject json) =>
        new(Text(json, "name"), CanonicalJson.FromBits(Member(json, "value")), Text(json, "unit"), TextOrNull(json, "reason"));

    private static JsonObject Trace(FindingTrace trace) => new()
    {
        ["from_at_ns"] = trace.FromAtNs,
        ["period_ns"] = trace.PeriodNs,
        ["samples"] = new JsonArray([.. trace.Samples.Select(sample => sample is { } count ? (JsonNode?)JsonValue.Create(count) : null)]),
        ["lower_limit"] = trace.LowerLimit,
        ["upper_limit"] = trace.UpperLimit,
    };

    private static FindingTrace TraceFrom(JsonObject json) => new(
        Integer(json, "from_at_ns"),
        Integer(json, "period_ns"),
        [.. Elements(json, "samples").Select(sample => sample is null ? (int?)null : Value<int>(sample, "samples"))],
        Integer32(json, "lower_limit"),
        Integer32(json, "upper_limit"));

    private static JsonNode? Member(JsonObject json, string name) =>
        json.TryGetPropertyValue(name, out JsonNode? member) ? member : throw new FormatException($"The finding has no '{name}'.");

    private static string Text(JsonObject json, string name) => Value<string>(Member(json, name), name);

    private static string? TextOrNull(JsonObject json, string name) => Member(json, name) is { } text ? Value<string>(text, name) : null;

    private static long Integer(JsonObject json, string name) => Member(json, name) is JsonValue made && made.TryGetValue(out int small) ? small : Value<long>(Member(json, name), name);

    private static int Integer32(JsonObject json, string name) => Integer(json, name) is var integer && integer == (int)integer
        ? (int)integer
        : throw new FormatException($"The finding's '{name}' is beyond 32 bits.");

    private static JsonArray Elements(JsonObject json, string name) =>
        Member(json, name) as JsonArray ?? throw new FormatException($"The finding's '{name}' is not a list.");

    private static JsonObject Object(JsonNode? node, string name) =>
        node as JsonObject ?? throw new FormatException($"The finding's '{name}' is not an object.");

    private static T Value<T>(JsonNode? node, string name) => node is JsonValue value && value.TryGetValue(out T? taken)
        ? taken
        : throw new FormatException($"The finding's '{name}' is not a {typeof(T).Name}.");

    private static Guid Id(string text) => Guid.TryParseExact(text, "D", out Guid id)
        ? id
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not an id."));
}
