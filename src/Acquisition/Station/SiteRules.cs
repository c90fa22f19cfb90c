using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>A site's own constants over those of the rule set. Every result that rests on one says which, and what it was.</summary>
/// <remarks>The file names the version it is for and holds only what differs, in the layout of <c>config/rules.json</c>. A new version of the rules refuses an older file: somebody has to look. A value has
/// the kind and the sign of the delivered one and lies within a factor of <see cref="Furthest"/> of it, which catches minutes for seconds and kPa for mmHg; pairs that
/// belong together stay in order. [D]</remarks>
public static class SiteRules
{
    /// <summary>A constant further than this factor from the delivered one is taken for a slip.</summary>
    public const int Furthest = 10;

    private const string Example = """write { "version": "…", "pressures": { "segment_drop_mmHg": 30 } }""";

    /// <summary>Pairs of which the first is never above the second.</summary>
    private static readonly (string Section, string Lower, string Upper)[] Ordered =
    [
        ("plateau", "warm_up_s", "give_up_s"), ("plateau", "slope_mmHg_per_min", "withdraw_slope_mmHg_per_min"), ("plateau", "median_s", "result_s"),
        ("plateau", "result_s", "window_s"), ("plateau", "hold_s", "window_s"), ("plateau", "forecast_from_s", "forecast_to_s"),
        ("oxygen", "elevation_supine_from_mmHg", "elevation_supine_to_mmHg"),
        ("flatness", "severe_from_thousandths", "nonpulsatile_from_thousandths"), ("flatness", "mild_above_ms", "moderate_above_ms"),
    ];

    /// <exception cref="CommandFailure">The file cannot be read or says something that is not allowed.</exception>
    public static RuleSet Read(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure("no such rules file", file, "correct the path", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the rules file cannot be read", file, $"make it readable for this user ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    /// <param name="file">Names the text in messages.</param>
    /// <exception cref="CommandFailure">The text is not JSON or says something that is not allowed.</exception>
    public static RuleSet Parse(string json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return Over(ClinicalRules.Default, document.RootElement, file);
        }
        catch (JsonException failure)
        {
            throw new CommandFailure("the rules file is not valid JSON", failure.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"{file} line {line + 1}") : file, "correct it", failure);
        }
    }

    private static RuleSet Over(RuleSet delivered, JsonElement own, string file)
    {
        if (own.ValueKind != JsonValueKind.Object || !own.TryGetProperty("version", out JsonElement version) || version.ValueKind != JsonValueKind.String)
        {
            throw new CommandFailure("the rules file does not say which version of the rules it is for", file, Example);
        }

        if (version.GetString() != delivered.Version)
        {
            throw new CommandFailure($"the rules file is for version {version.GetString()} and this program has {delivered.Version}", file, "compare it with the rules of this version, then write this version into it");
        }

        JsonObject all = ClinicalRules.ToJson(delivered);
        List<RuleOverride> overrides = [];
        foreach (JsonProperty section in own.EnumerateObject().Where(s => s.Name != "version"))
        {
            if (all[section.Name] is not JsonObject known)
            {
                throw new CommandFailure($"the rules have no section \"{section.Name}\"", file, $"write one of {string.Join(", ", all.Where(s => s.Value is JsonObject).Select(s => s.Key))}");
            }

            if (section.Value.ValueKind != JsonValueKind.Object)
            {
                throw new CommandFailure("a section is an object of constants", $"{file} at {section.Name}", Example);
            }

            foreach (JsonProperty constant in section.Value.EnumerateObject())
            {
                string place = $"{section.Name}.{constant.Name}";
                if (known[constant.Name] is not { } from)
                {
                    throw new CommandFailure($"the rules have no constant \"{place}\"", file, $"write one of {string.Join(", ", known.Select(c => c.Key))}");
                }

                Check(constant.Value, from, place, file);
                JsonNode to = JsonNode.Parse(constant.Value.GetRawText())!;
                if (!JsonNode.DeepEquals(from, to))
                {
                    overrides.Add(new(place, from.ToJsonString(), to.ToJsonString()));
                    known[constant.Name] = to;
                }
            }
        }

        CheckOrder(all, file);
        try
        {
            return ClinicalRules.OfTape(all) with { Overrides = overrides };
        }
        catch (FormatException broken)
        {
            throw new CommandFailure("a constant is not of the kind the rules need (a whole number where the delivered one is whole)", file, $"correct it ({broken.Message.TrimEnd('.')})", broken);
        }
    }

    private static void Check(JsonElement value, JsonNode from, string place, string file)
    {
        if (from is JsonArray)
        {
            double[] months = value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(m => m.ValueKind == JsonValueKind.Number) ? [.. value.EnumerateArray().Select(m => m.GetDouble())] : [];
            if (months.Length is 0 or > 60 || months[0] < 0 || months.Zip(months.Skip(1)).Any(m => m.First >= m.Second))
            {
                throw new CommandFailure($"{value.GetRawText()} is no list of rising numbers", $"{file} at {place}", $"write a list as {from.ToJsonString()}");
            }

            return;
        }

        double delivered = from.GetValue<double>();
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double own) || !double.IsFinite(own))
        {
            throw new CommandFailure($"{value.GetRawText()} is no number", $"{file} at {place}", $"write a number as {from.ToJsonString()}");
        }

        if (Math.Sign(own) != Math.Sign(delivered) || Math.Abs(own) > Furthest * Math.Abs(delivered) || Math.Abs(own) * Furthest < Math.Abs(delivered))
        {
            throw new CommandFailure(
                $"{value.GetRawText()} is too far from the delivered {from.ToJsonString()} to be meant", $"{file} at {place}", $"write a value within a factor of {Furthest} of it, in the same unit");
        }
    }

    private static void CheckOrder(JsonObject all, string file)
    {
        foreach ((string section, string lower, string upper) in Ordered)
        {
            if (all[section]![lower]!.GetValue<double>() > all[section]![upper]!.GetValue<double>())
            {
                throw new CommandFailure($"{section}.{lower} is above {section}.{upper}", file, "change one of them");
            }
        }
    }
}
