using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>The evidence sheet as a form: begins as what stands, and says what a person changed.</summary>
public sealed class EvidenceForm
{
    private readonly EvidenceEntries _stood;

    public EvidenceForm(ExaminationEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        _stood = evidence.Entries;
        Measures = [.. evidence.Findings.Where(f => f.State is not (MeasurementState.NotDone or MeasurementState.NotObtainable)).GroupBy(f => f.Measure)
            .Select(g => (g.Key, string.Join(", ", g.Select(f => $"{f.Measure} {f.Site.Code}: {f.Printed}"))))];
        Lines = [.. ChecklistQuestion.All.Select(q => new EvidenceFormLine(q, _stood.Answers.GetValueOrDefault(q.Key)))];
        Advisory = [.. _stood.Advisory];
        (Wound, Infection, Rutherford) = (_stood.Wifi?.Wound.ToString(CultureInfo.InvariantCulture) ?? "", _stood.Wifi?.Infection.ToString(CultureInfo.InvariantCulture) ?? "", _stood.Rutherford?.ToString(CultureInfo.InvariantCulture) ?? "");
        foreach (ReaderScore score in _stood.Scores)
        {
            Scores[score.ScaleName] = score.Score.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Measures an answer may rest on, with what was found.</summary>
    public IReadOnlyList<(string Measure, string Words)> Measures { get; }

    public IReadOnlyList<EvidenceFormLine> Lines { get; }

    public HashSet<string> Advisory { get; }

    /// <summary>Grade 0 to 3; empty: not entered.</summary>
    public string Wound { get; set; }

    public string Infection { get; set; }

    public string Rutherford { get; set; }

    /// <summary>By the name of the scale; empty: not entered.</summary>
    public Dictionary<string, string> Scores { get; } = new(StringComparer.Ordinal) { ["sad_0_2"] = "", ["mac_ferraresi_0_2"] = "", ["mac_pedal_0_5"] = "" };

    /// <summary>What is other than it stood.</summary>
    /// <exception cref="FormatException">A field cannot be read; the message names it.</exception>
    public EvidenceEntered Changes()
    {
        Dictionary<string, EvidenceEntry> answers = [];
        foreach (EvidenceFormLine line in Lines)
        {
            EvidenceEntry now = line.Entry();
            EvidenceEntry? before = _stood.Answers.GetValueOrDefault(line.Question.Key);
            bool same = before is null
                ? now is { Answer: ChecklistAnswer.Unknown, Links.Count: 0, Findings.Count: 0 }
                : now.Answer == before.Answer && now.Links.SequenceEqual(before.Links) && now.Findings.ToHashSet().SetEquals(before.Findings);
            if (!same)
            {
                answers[line.Question.Key] = now;
            }
        }

        (int Wound, int Infection)? wifi = (Number(Wound, "WIfI wound"), Number(Infection, "WIfI infection")) switch
        {
            ({ } wound, { } infection) => (wound, infection),
            (null, null) when _stood.Wifi is null => null,
            _ => throw new FormatException("WIfI needs both grades, wound and infection"),
        };
        int? category = Number(Rutherford, "Rutherford");
        ReaderScore[] scores = [.. Scores.Where(s => s.Value.Length > 0).Select(s => Score(s.Key, s.Value))];
        return new EvidenceEntered
        {
            Answers = answers,
            Advisory = Advisory.SetEquals(_stood.Advisory) ? null : [.. EvidenceEntries.Advisories.Keys.Where(Advisory.Contains)],
            Wifi = wifi == _stood.Wifi ? null : wifi,
            Rutherford = category == _stood.Rutherford ? null : category ?? throw new FormatException("a Rutherford category that was entered is changed, or taken back by undo"),
            Scores = scores.ToHashSet().SetEquals(_stood.Scores) ? null : scores,
        };
    }

    private ReaderScore Score(string scale, string written) =>
        Number(written, scale) is { } number && ReaderScore.TryOf(scale, number, _stood.Scores.FirstOrDefault(s => s.ScaleName == scale && s.Score == number)?.Words ?? "") is { } score
            ? score
            : throw new FormatException($"{scale}: '{written}' is no score of it");

    private static int? Number(string written, string what) => written.Length == 0 ? null
        : int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw new FormatException($"{what}: '{written}' is no number");
}

/// <summary>One question of the form.</summary>
public sealed class EvidenceFormLine
{
    public EvidenceFormLine(ChecklistQuestion question, EvidenceEntry? entry)
    {
        Question = question;
        Answer = entry?.Answer switch { ChecklistAnswer.Yes => "yes", ChecklistAnswer.No => "no", _ => "" };
        Says = entry?.Links.FirstOrDefault(l => l.Kind == EvidenceKind.Statement)?.Words ?? "";
        Frames = string.Join("; ", (entry?.Links ?? []).Where(l => l.Kind == EvidenceKind.Frame).Select(l => $"{l.Reference} {l.Words}".TrimEnd()));
        Findings = [.. entry?.Findings ?? []];
    }

    public ChecklistQuestion Question { get; }

    /// <summary><c>yes</c>, <c>no</c>; empty: not answered.</summary>
    public string Answer { get; set; }

    public string Says { get; set; }

    /// <summary><c>SOP instance UID#frame words</c>, separated by semicolons.</summary>
    public string Frames { get; set; }

    public HashSet<string> Findings { get; }

    public EvidenceEntry Entry()
    {
        List<EvidenceLink> links = Says.Trim() is { Length: > 0 } says ? [new(EvidenceKind.Statement, "", says)] : [];
        links.AddRange(Frames.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Frame));
        return new EvidenceEntry(Answer switch { "yes" => ChecklistAnswer.Yes, "no" => ChecklistAnswer.No, _ => ChecklistAnswer.Unknown }, links, [.. Findings]);
    }

    private EvidenceLink Frame(string written)
    {
        string[] parts = written.Split(' ', 2, StringSplitOptions.TrimEntries);
        string[] named = parts[0].Split('#');
        return named.Length == 2 && named[0].Length is > 0 and <= 64 && named[0].All(c => char.IsAsciiDigit(c) || c == '.')
            && int.TryParse(named[1], NumberStyles.None, CultureInfo.InvariantCulture, out int frame) && frame is >= 1 and <= 100_000
            ? new EvidenceLink(EvidenceKind.Frame, string.Create(CultureInfo.InvariantCulture, $"{named[0]}#{frame}"), parts.Length > 1 ? parts[1] : "")
            : throw new FormatException($"'{written}' is no frame of {Question.Text}: write the SOP instance UID, #, the frame's number, and words");
    }
}
