using System.Globalization;
using System.Text.Json;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What people answered for an evidence sheet: one JSON object, read strictly.</summary>
/// <remarks>Angiography, veins, wound and the patient's goals are read by people; nothing of it is computed.</remarks>
public sealed record EvidenceEntries
{
    public required Side Side { get; init; }

    public required string EnteredBy { get; init; }

    public required DateTimeOffset EnteredAt { get; init; }

    public IReadOnlyDictionary<string, EvidenceEntry> Answers { get; init; } = new Dictionary<string, EvidenceEntry>();

    /// <summary>Flags beside the steps, of <see cref="Advisories"/>.</summary>
    public IReadOnlyList<string> Advisory { get; init; } = [];

    /// <summary>WIfI wound and foot infection grade; null: not entered.</summary>
    public (int Wound, int Infection)? Wifi { get; init; }

    /// <summary>Rutherford category; null: not entered.</summary>
    public int? Rutherford { get; init; }

    public IReadOnlyList<ReaderScore> Scores { get; init; } = [];

    /// <summary>Advisory flags and what they mean. [S] but for dialysis [V] (PROMISE II: 6-month amputation-free survival 36.8 %).</summary>
    public static IReadOnlyDictionary<string, string> Advisories { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["infection_or_gangrene_far_advanced"] = "infection or gangrene far advanced: a graft near wounds may thrombose",
        ["no_tissue_loss"] = "no tissue loss: the patients of ALPS and PROMISE all had it",
        ["vasculitis"] = "vasculitis: excluded from PROMISE I",
        ["dialysis"] = "dialysis: 6-month amputation-free survival 36.8 % in PROMISE II",
    };

    /// <exception cref="FormatException">The text is no such object; the message names the place.</exception>
    public static EvidenceEntries Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = document.RootElement;
            Only(root, "the file", "side", "entered_by", "entered_at", "answers", "advisory", "wifi", "rutherford", "scores");
            return new EvidenceEntries
            {
                Side = Text(root, "side") switch { "right" => Side.Right, "left" => Side.Left, _ => throw new FormatException("side: write \"right\" or \"left\"") },
                EnteredBy = Text(root, "entered_by") ?? throw new FormatException("entered_by is missing"),
                EnteredAt = DateTimeOffset.TryParse(Text(root, "entered_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
                    ? at
                    : throw new FormatException("entered_at: write a time as 2018-04-03T10:00:00Z"),
                Answers = root.TryGetProperty("answers", out JsonElement answers) ? ReadAnswers(answers) : new Dictionary<string, EvidenceEntry>(),
                Advisory = root.TryGetProperty("advisory", out JsonElement advisory) ? [.. advisory.EnumerateArray().Select(Advised)] : [],
                Wifi = root.TryGetProperty("wifi", out JsonElement wifi) ? (Whole(wifi, "wound", 3), Whole(wifi, "infection", 3)) : null,
                Rutherford = root.TryGetProperty("rutherford", out _) ? Whole(root, "rutherford", RutherfordObjective.HighestCategory) : null,
                Scores = root.TryGetProperty("scores", out JsonElement scores) ? [.. scores.EnumerateArray().Select(Score)] : [],
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException(broken.Message.TrimEnd('.'), broken);
        }
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
        List<EvidenceLink> links = Text(entry, "says") is { Length: > 0 } says ? [new(EvidenceKind.Statement, "", says)] : [];
        foreach (JsonElement frame in entry.TryGetProperty("frames", out JsonElement frames) ? frames.EnumerateArray() : default)
        {
            Only(frame, $"{key}.frames", "sop", "frame", "says");
            string sop = Text(frame, "sop") ?? "";
            if (sop.Length is 0 or > 64 || !sop.All(c => char.IsAsciiDigit(c) || c == '.'))
            {
                throw new FormatException($"{key}.frames: sop is no UID");
            }

            links.Add(new(EvidenceKind.Frame, string.Create(CultureInfo.InvariantCulture, $"{sop}#{Whole(frame, "frame", 100_000)}"), Text(frame, "says") ?? ""));
        }

        return new(answer, links, entry.TryGetProperty("findings", out JsonElement findings) ? [.. findings.EnumerateArray().Select(f => f.GetString() ?? "")] : []);
    }

    private static string Advised(JsonElement word) => word.GetString() is { } known && Advisories.ContainsKey(known)
        ? known
        : throw new FormatException($"advisory: write {string.Join(", ", Advisories.Keys)}");

    private static ReaderScore Score(JsonElement entry)
    {
        Only(entry, "scores", "scale", "score", "says");
        return ReaderScore.TryOf(Text(entry, "scale") ?? "", Whole(entry, "score", 5), Text(entry, "says") ?? "")
            ?? throw new FormatException("scores: write a scale of sad_0_2, mac_ferraresi_0_2, mac_pedal_0_5 and a score on it");
    }

    private static void Only(JsonElement element, string place, params string[] names)
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

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static int Whole(JsonElement element, string name, int highest) =>
        element.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int number) && number >= 0 && number <= highest
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name}: write a whole number from 0 to {highest}"));
}

/// <summary>One answer.</summary>
/// <param name="Links">Statement and frames.</param>
/// <param name="Findings">Measures of the examination that support it: <c>toe-sys</c>.</param>
public sealed record EvidenceEntry(ChecklistAnswer Answer, IReadOnlyList<EvidenceLink> Links, IReadOnlyList<string> Findings);
