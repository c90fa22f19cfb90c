using System.Globalization;
using System.Text.Json;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>Everything that stands entered for the evidence sheet of one limb: from one JSON file, read strictly, or from the acts of an examination.</summary>
public sealed record EvidenceEntries
{
    public required Side Side { get; init; }

    /// <summary>Who entered last; empty where nobody has.</summary>
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

    public static EvidenceEntries Nothing(Side side) => new() { Side = side, EnteredBy = "", EnteredAt = default };

    /// <summary>These and what a person entered after them: the later answer to a question is the answer.</summary>
    public EvidenceEntries With(EvidenceEntered later, string by, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(later);
        Dictionary<string, EvidenceEntry> answers = new(Answers, StringComparer.Ordinal);
        foreach ((string question, EvidenceEntry answer) in later.Answers)
        {
            answers[question] = answer with { By = by, At = at };
        }

        return this with
        {
            EnteredBy = by,
            EnteredAt = at,
            Answers = answers,
            Advisory = later.Advisory ?? Advisory,
            Wifi = later.Wifi ?? Wifi,
            Rutherford = later.Rutherford ?? Rutherford,
            Scores = later.Scores ?? Scores,
        };
    }

    /// <exception cref="FormatException">The text is no such object; the message names the place.</exception>
    public static EvidenceEntries Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = document.RootElement;
            EvidenceEntered.Only(root, "the file", ["side", "entered_by", "entered_at", .. EvidenceEntered.Members]);
            EvidenceEntered what = EvidenceEntered.Read(root);
            return new EvidenceEntries
            {
                Side = EvidenceEntered.Text(root, "side") switch { "right" => Side.Right, "left" => Side.Left, _ => throw new FormatException("side: write \"right\" or \"left\"") },
                EnteredBy = EvidenceEntered.Text(root, "entered_by") ?? throw new FormatException("entered_by is missing"),
                EnteredAt = DateTimeOffset.TryParse(EvidenceEntered.Text(root, "entered_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
                    ? at
                    : throw new FormatException("entered_at: write a time as 2018-04-03T10:00:00Z"),
                Answers = what.Answers,
                Advisory = what.Advisory ?? [],
                Wifi = what.Wifi,
                Rutherford = what.Rutherford,
                Scores = what.Scores ?? [],
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException(broken.Message.TrimEnd('.'), broken);
        }
    }
}
