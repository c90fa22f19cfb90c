using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>The answers to one row, or why it was refused.</summary>
/// <param name="Values">One text for each answer column, empty where there is none; null when refused.</param>
/// <param name="Error">Names the column and its value; null when answered.</param>
public readonly record struct ScoreAnswer(IReadOnlyList<string>? Values, string? Error)
{
    public static ScoreAnswer Of(params string[] values) => new(values, null);

    public static ScoreAnswer Refused(string column, string error) => new(null, $"{column}: {error}");
}

/// <summary>One rule of the project as a table: columns in, columns out.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Inputs">Columns that a file must have.</param>
/// <param name="Answers">Columns that are written, in order.</param>
/// <param name="Rule">Inputs, in the order of <paramref name="Inputs"/>, and the rule set to answers. Never throws, whatever the text.</param>
public sealed record ScoreTable(string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Answers, Func<IReadOnlyList<string>, RuleSet, ScoreAnswer> Rule)
{
    /// <summary>Names of the answer columns that hold a <c>;</c> list.</summary>
    public const string Flags = "flags";
    public const string Reasons = "reasons";

    /// <summary>Name of the column that says which constants a site set otherwise; there only when it did.</summary>
    public const string SiteRules = "site_rules";

    /// <summary>Name of the last column.</summary>
    public const string Error = "error";

    /// <summary>Sections and constants of the rule set that the answers rest on.</summary>
    public IReadOnlyList<string> RestsOn { get; init; } = [];

    /// <summary>Set where the answers belong to all rows together: makes what gathers them.</summary>
    public Func<RuleSet, IScoreGathering>? Gather { get; init; }

    public static IReadOnlyList<ScoreTable> All { get; } =
    [
        AbiTable.Table, TbiTable.Table, OxygenTable.Table, AirPointTable.Table, WifiTables.Ischemia, WifiTables.Stage, WifiTables.Benefit, GlassTable.Table,
        FlatnessTable.Table, VeinArterializationTable.Table, SurveillanceTable.Table, SurvivalTable.Table,
    ];
}

/// <summary>Takes rows one by one and answers once, after the last.</summary>
public interface IScoreGathering
{
    /// <summary>Takes the input fields of one row.</summary>
    /// <returns>Why it was refused; null when it was taken.</returns>
    string? Take(IReadOnlyList<string> fields);

    /// <summary>The rows of the answer, in order.</summary>
    IEnumerable<ScoreAnswer> Answers();
}
