using System.Text.Json;
using System.Text.Json.Serialization;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Tests;

/// <summary>The rule set of <c>config/rules.json</c>.</summary>
internal static class Rules
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = new UnitNames(), UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static RuleSet Default { get; } =
        JsonSerializer.Deserialize<RuleSet>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "config", "rules.json")), Names)!;

    private sealed class UnitNames : JsonNamingPolicy
    {
        public override string ConvertName(string name) => SnakeCaseLower.ConvertName(name).Replace("mm_hg", "mmHg", StringComparison.Ordinal);
    }
}
