using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Processing.Staging;

namespace Vascular.Acquisition.Examinations;

/// <summary>One answer.</summary>
/// <param name="Links">Statement and frames.</param>
/// <param name="Findings">Measures of the examination that support it: <c>toe-sys</c>.</param>
public sealed record EvidenceEntry(ChecklistAnswer Answer, IReadOnlyList<EvidenceLink> Links, IReadOnlyList<string> Findings)
{
    /// <summary>Who gave it; null where a file says it once for all of them.</summary>
    public string? By { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>What a person enters for an evidence sheet at one time: answers, and what stands beside the steps. What is left out stays as it was.</summary>
/// <remarks>Angiography, veins, wound and the patient's goals are read by people; nothing of it is computed. The same members in a file, at the station's door and on the tape.</remarks>
public sealed record EvidenceEntered
{
    /// <summary>Longest text a person may write beside an answer.</summary>
    public const int LongestWords = 2000;

    /// <summary>Members of the JSON object.</summary>
    public static IReadOnlyList<string> Members { get; } = ["answers", "advisory", "wifi", "rutherford", "scores"];

    /// <summary>By the question's key.</summary>
    public IReadOnlyDictionary<string, EvidenceEntry> Answers { get; init; } = new Dictionary<string, EvidenceEntry>();

    /// <summary>Flags beside the steps, of <see cref="EvidenceEntries.Advisories"/>.</summary>
    public IReadOnlyList<string>? Advisory { get; init; }

    /// <summary>WIfI wound and foot infection grade.</summary>
    public (int Wound, int Infection)? Wifi { get; init; }

    /// <summary>Rutherford category.</summary>
    public int? Rutherford { get; init; }

    public IReadOnlyList<ReaderScore>? Scores { get; init; }

    public bool IsEmpty => Answers.Count == 0 && Advisory is null && Wifi is null && Rutherford is null && Scores is null;

    /// <exception cref="FormatException">A member is wrong; the message names the place.</exception>
    public static EvidenceEntered Read(JsonElement root)
    {
        try
        {
            return new EvidenceEntered
            {
                Answers = Member(root, "answers") is { } answers ? ReadAnswers(answers) : new Dictionary<string, EvidenceEntry>(),
                Advisory = Member(root, "advisory") is { } advisory ? [.. advisory.EnumerateArray().Select(Advised)] : null,
                Wifi = Member(root, "wifi") is { } wifi ? (Whole(wifi, "wound", 3), Whole(wifi, "infection", 3)) : null,
                Rutherford = Member(root, "rutherford") is not null ? Whole(root, "rutherford", RutherfordObjective.HighestCategory) : null,
                Scores = Member(root, "scores") is { } scores ? [.. scores.EnumerateArray().Select(Score)] : null,
            };
        }
        catch (InvalidOperationException broken)
        {
            throw new FormatException(broken.Message.TrimEnd('.'), broken);
        }
    }

    /// <inheritdoc cref="Read(JsonElement)"/>
    public static EvidenceEntered Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        using var document = JsonDocument.Parse(json.ToJsonString());
        return Read(document.RootElement);
    }

    /// <summary>Adds the members to an object; what was not entered is not there.</summary>
    public void WriteTo(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (Answers.Count > 0)
        {
            json["answers"] = new JsonObject(Answers.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)Write(a.Value))));
        }

        if (Advisory is { } advisory)
        {
            json["advisory"] = new JsonArray([.. advisory.Select(a => JsonValue.Create(a))]);
        }

        if (Wifi is var (wound, infection))
        {
            json["wifi"] = new JsonObject { ["wound"] = wound, ["infection"] = infection };
        }

        if (Rutherford is { } category)
        {
            json["rutherford"] = category;
        }

        if (Scores is { } scores)
        {
            json["scores"] = new JsonArray([.. scores.Select(s => new JsonObject { ["scale"] = s.ScaleName, ["score"] = s.Score, ["says"] = s.Words })]);
        }
    }

    private static JsonObject Write(EvidenceEntry entry)
    {
        var json = new JsonObject { ["answer"] = entry.Answer switch { ChecklistAnswer.Yes => "yes", ChecklistAnswer.No => "no", _ => "unknown" } };
        if (entry.Links.FirstOrDefault(l => l.Kind == EvidenceKind.Statement) is { } statement)
        {
            json["says"] = statement.Words;
        }

        if (entry.Findings.Count > 0)
        {
            json["findings"] = new JsonArray([.. entry.Findings.Select(f => JsonValue.Create(f))]);
        }

        JsonNode[] frames = [.. entry.Links.Where(l => l.Kind == EvidenceKind.Frame).Select(Frame)];
        if (frames.Length > 0)
        {
            json["frames"] = new JsonArray(frames);
        }

        return json;
    }

    private static JsonObject Frame(EvidenceLink link)
    {
        string[] parts = link.Reference.Split('#');
        return new JsonObject { ["sop"] = parts[0], ["frame"] = int.Parse(parts[1], CultureInfo.InvariantCulture), ["says"] = link.Words };
    }

    private static Dictionary<string, EvidenceEntry> ReadAnswers(JsonElement answers)
    {
        Only(answers, "answers", [.. ChecklistQuestion.All.Select(q => q.Key)]);
        return answers.EnumerateObject().ToDictionary(a => a.Name, a => ReadAnswer(a.Name, a.Value), StringComparer.Ordinal);
    }

    private static EvidenceEntry ReadAnswer(string key, JsonElement entry)
    {
        Only(entry, key, "answer", "says", "findings", "frames");
        ChecklistAnswer answer = Text(entry, "answer") switch
        {
            "yes" => ChecklistAnswer.Yes,
            "no" => ChecklistAnswer.No,
            "unknown" => ChecklistAnswer.Unknown,
            _ => throw new FormatException($"{key}.answer: write \"yes\", \"no\" or \"unknown\""),
        };
        List<EvidenceLink> links = Words(entry, key) is { Length: > 0 } says ? [new(EvidenceKind.Statement, "", says)] : [];
        foreach (JsonElement frame in entry.TryGetProperty("frames", out JsonElement frames) ? frames.EnumerateArray() : default)
        {
            Only(frame, $"{key}.frames", "sop", "frame", "says");
            string sop = Text(frame, "sop") ?? "";
            if (sop.Length is 0 or > 64 || !sop.All(c => char.IsAsciiDigit(c) || c == '.'))
            {
                throw new FormatException($"{key}.frames: sop is no UID");
            }

            links.Add(new(EvidenceKind.Frame, string.Create(CultureInfo.InvariantCulture, $"{sop}#{Whole(frame, "frame", 100_000)}"), Words(frame, $"{key}.frames")));
        }

        return new(answer, links, entry.TryGetProperty("findings", out JsonElement findings) ? [.. findings.EnumerateArray().Select(f => f.GetString() ?? "")] : []);
    }

    private static string Advised(JsonElement word) => word.GetString() is { } known && EvidenceEntries.Advisories.ContainsKey(known)
        ? known
        : throw new FormatException($"advisory: write {string.Join(", ", EvidenceEntries.Advisories.Keys)}");

    private static ReaderScore Score(JsonElement entry)
    {
        Only(entry, "scores", "scale", "score", "says");
        return ReaderScore.TryOf(Text(entry, "scale") ?? "", Whole(entry, "score", 5), Words(entry, "scores"))
            ?? throw new FormatException("scores: write a scale of sad_0_2, mac_ferraresi_0_2, mac_pedal_0_5 and a score on it");
    }

    internal static void Only(JsonElement element, string place, params IReadOnlyList<string> names)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{place} is no object");
        }

        if (element.EnumerateObject().FirstOrDefault(p => !names.Contains(p.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw new FormatException($"{place}: unknown \"{unknown.Name}\", write one of {string.Join(", ", names)}");
        }
    }

    internal static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static string Words(JsonElement element, string place) => Text(element, "says") is not { } says ? ""
        : says.Length <= LongestWords ? says.Trim()
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{place}.says: {says.Length} characters, {LongestWords} are the most"));

    private static JsonElement? Member(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static int Whole(JsonElement element, string name, int highest) =>
        element.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int number) && number >= 0 && number <= highest
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name}: write a whole number from 0 to {highest}"));
}
