using System.Globalization;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What a person entered of the patient because a grade needs it: the newest standing act of each kind holds, and <c>unknown</c> takes it back.</summary>
/// <remarks>Nothing is guessed: what was not entered is unknown, and a grade that does not need it is given all the same. WIfI grades of wound and infection are a clinician's. docs/decisions/0034.</remarks>
public sealed class PatientEntries
{
    public const string Diabetes = "diabetes";
    public const string ForefootPvr = "forefoot_pvr";
    public const string Wound = "wound";
    public const string Infection = "infection";
    private const string Unknown = "unknown";

    private static readonly string[] Grades = ["0", "1", "2", "3", Unknown];

    /// <summary>What can be entered, whether it has a side, and its words.</summary>
    public static readonly IReadOnlyList<(string What, bool HasSide, IReadOnlyList<string> Words)> Kinds =
        [(Diabetes, false, ["yes", "no", Unknown]), (ForefootPvr, true, ["flat", "pulsatile", Unknown]), (Wound, true, Grades), (Infection, true, Grades)];

    private readonly Dictionary<(string What, Side? Side), string> _entered = [];

    private PatientEntries()
    {
    }

    public static PatientEntries None { get; } = new();

    /// <summary>True, false, or null for not entered.</summary>
    public bool? IsDiabetic => Word(Diabetes, null) is { } word ? word == "yes" : null;

    public static PatientEntries Of(ActLedger acts)
    {
        ArgumentNullException.ThrowIfNull(acts);
        PatientEntries entries = new();
        foreach (Act.Entry entry in acts.Standing.Select(a => a.Act).OfType<Act.Entry>())
        {
            entries._entered[(entry.What, entry.Side)] = entry.Value;
        }

        return entries;
    }

    /// <summary>The word that holds; null: not entered, or taken back.</summary>
    public string? Word(string what, Side? side) => _entered.GetValueOrDefault((what, side)) is { } word && word != Unknown ? word : null;

    /// <summary>The forefoot PVR is flat or minimally pulsatile; null: not entered.</summary>
    public bool? IsForefootFlat(Side side) => Word(ForefootPvr, side) is { } word ? word == "flat" : null;

    /// <summary>WIfI grade of wound or infection, 0 to 3; null: not entered.</summary>
    public int? Grade(string what, Side side) => Word(what, side) is { } word ? int.Parse(word, CultureInfo.InvariantCulture) : null;

    /// <summary>Why an entry cannot be made; null when it can.</summary>
    public static string? Refusal(Act.Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        (string What, bool HasSide, IReadOnlyList<string> Words) kind = Kinds.FirstOrDefault(k => k.What == entry.What);
        return kind.What is null ? $"'{entry.What}' is nothing that can be entered; expected {string.Join(", ", Kinds.Select(k => k.What))}"
            : kind.HasSide != entry.Side is not null ? $"{entry.What} is entered {(kind.HasSide ? "for one side" : "without a side")}"
            : kind.Words.Contains(entry.Value) ? null
            : $"{entry.What} is {string.Join(", ", kind.Words)}";
    }
}
