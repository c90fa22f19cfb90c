using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Vascular.Processing.Oxygen;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>The rule set this service carries inside it: <c>config/rules.json</c> of the build.</summary>
/// <remarks>Read strictly: a name that no rule has, a rule without its number and a number of the wrong kind are refused, so that a slip in the file is
/// seen at the first use of any rule and not in a result. docs/decisions/0016.</remarks>
public static class ClinicalRules
{
    private const string Resource = "config/rules.json";

    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = new UnitNames(),
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    public static RuleSet Default { get; } = Read();

    /// <param name="json">The text of a rule file.</param>
    /// <exception cref="JsonException">Not a whole rule set; the message names the place.</exception>
    public static RuleSet Parse(string json) =>
        JsonSerializer.Deserialize<RuleSet>(json, Strict) ?? throw new JsonException("A rule set is an object.");

    /// <summary>The constants as they stand on a tape.</summary>
    public static JsonObject ToJson(RuleSet rules) => (JsonObject)JsonSerializer.SerializeToNode(rules, Strict)!;

    /// <exception cref="FormatException">Not a whole rule set.</exception>
    public static RuleSet OfTape(JsonObject json)
    {
        try
        {
            return json.Deserialize<RuleSet>(Strict) ?? throw new FormatException("A rule set is an object.");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"The rule set on the tape is not whole: {broken.Message}", broken);
        }
    }

    /// <summary>The plateau's constants of a tape that holds no others.</summary>
    /// <exception cref="FormatException">Not a whole rule.</exception>
    public static PlateauRule PlateauOf(JsonObject json)
    {
        try
        {
            return json.Deserialize<PlateauRule>(Strict) ?? throw new FormatException("A plateau rule is an object.");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"The plateau rule on the tape is not whole: {broken.Message}", broken);
        }
    }

    private static RuleSet Read()
    {
        using Stream stream = typeof(ClinicalRules).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The build does not carry {Resource}.");
        using StreamReader text = new(stream);
        return Parse(text.ReadToEnd());
    }

    /// <summary>snake_case with the unit as it is written everywhere: <c>slope_mmHg_per_min</c>.</summary>
    private sealed class UnitNames : JsonNamingPolicy
    {
        public override string ConvertName(string name) =>
            SnakeCaseLower.ConvertName(name).Replace("mm_hg", "mmHg", StringComparison.Ordinal);
    }
}
