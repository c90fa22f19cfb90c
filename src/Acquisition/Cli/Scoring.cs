using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Puts every row of a CSV text through one table, one row at a time.</summary>
public static class Scoring
{
    /// <param name="source">Name of the text in messages, a path or <c>standard input</c>.</param>
    /// <exception cref="CommandFailure">There is no header, or it lacks or repeats a column.</exception>
    /// <param name="rules">The rule set, with the site's own constants where it has any.</param>
    public static void Run(ScoreTable table, TextReader input, string source, IScoreOutput output, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(output);
        CsvReader rows = new(input);
        ScoreColumns columns = ScoreColumns.Of(table, rows.Read(), source);
        string siteRules = string.Join(';', rules.FlagsOf(table.RestsOn));
        string[] said = siteRules.Length > 0 ? [siteRules] : [];
        if (table.Gather is { } gather)
        {
            Gathered(table, gather(rules), columns, rows, output, said);
            return;
        }

        string[] names = [.. columns.Kept.Select(k => columns.Header[k]), .. table.Answers, .. Named(said), ScoreTable.Error];
        string[] refused = [.. table.Answers.Select(_ => "")];
        output.Header(names);
        while (rows.Read() is { } row)
        {
            ScoreAnswer answer = Damage(columns, row) is { } damage ? new ScoreAnswer(null, damage) : table.Rule([.. columns.Inputs.Select(i => row.Fields[i])], rules);
            output.Row([.. columns.Kept.Select(k => k < row.Fields.Count ? row.Fields[k] : ""), .. answer.Values ?? refused, .. said, answer.Error ?? ""]);
        }
    }

    /// <summary>A table of subjects: each row that is refused, then the answers of all others.</summary>
    private static void Gathered(ScoreTable table, IScoreGathering gathering, ScoreColumns columns, CsvReader rows, IScoreOutput output, string[] said)
    {
        string[] nothing = [.. table.Answers.Select(_ => "")];
        output.Header([.. table.Answers, .. Named(said), ScoreTable.Error]);
        while (rows.Read() is { } row)
        {
            string? refused = Damage(columns, row)
                ?? (gathering.Take([.. columns.Inputs.Select(i => row.Fields[i])]) is { } why ? $"line {row.Line} ({VectorWords.Quote(row.Fields[0])}): {why}" : null);
            if (refused is not null)
            {
                output.Row([.. nothing, .. said, refused]);
            }
        }

        foreach (ScoreAnswer answer in gathering.Answers())
        {
            output.Row([.. answer.Values ?? nothing, .. said, answer.Error ?? ""]);
        }
    }

    private static string[] Named(string[] said) => said.Length > 0 ? [ScoreTable.SiteRules] : [];

    private static string? Damage(ScoreColumns columns, CsvRecord row) =>
        row.Fault ?? (row.Fields.Count == columns.Header.Count ? null : $"line {row.Line} has {row.Fields.Count} fields where the header has {columns.Header.Count}");
}

/// <summary>What the header of a file says about its columns.</summary>
/// <param name="Header">Names as written.</param>
/// <param name="Inputs">Places of the table's inputs, in the table's order.</param>
/// <param name="Kept">Places that are written again unchanged: all but those named like an answer, which the answers replace.</param>
internal sealed record ScoreColumns(IReadOnlyList<string> Header, IReadOnlyList<int> Inputs, IReadOnlyList<int> Kept)
{
    public static ScoreColumns Of(ScoreTable table, CsvRecord? header, string source)
    {
        if (header is null)
        {
            throw new CommandFailure("no header line", $"in {source}", $"begin with the columns {string.Join(", ", table.Inputs)}");
        }

        if (header.Fault is { } fault)
        {
            throw new CommandFailure($"the header {fault}", $"in {source}", "correct it");
        }

        string[] names = [.. header.Fields.Select(name => name.Trim())];
        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new CommandFailure($"column '{twice}' stands twice", $"in {source} line {header.Line}", "rename or remove one");
        }

        string[] missing = [.. table.Inputs.Where(input => Array.IndexOf(names, input) < 0)];
        if (missing.Length > 0)
        {
            throw new CommandFailure($"missing column {string.Join(" and ", missing)}", $"in {source} line {header.Line}", $"table {table.Name} needs {string.Join(", ", table.Inputs)}");
        }

        return new ScoreColumns(
            header.Fields,
            [.. table.Inputs.Select(input => Array.IndexOf(names, input))],
            [.. Enumerable.Range(0, names.Length).Where(place => names[place] != ScoreTable.Error && names[place] != ScoreTable.SiteRules && !table.Answers.Contains(names[place]))]);
    }
}
