using System.CommandLine;
using System.Text;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition score TABLE [FILE.csv|-]</c>: the rules of the service over the rows of a file.</summary>
public static class ScoreCommand
{
    private const string Stdin = "-";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static Command Build()
    {
        Argument<string> table = new("TABLE") { Description = $"{string.Join(" or ", ScoreTable.All.Select(t => t.Name))}." };
        table.Validators.Add(result =>
        {
            string? name = result.GetValueOrDefault<string>();
            if (name is not null && ScoreTable.All.All(t => t.Name != name))
            {
                result.AddError($"unknown table '{name}'");
            }
        });
        Argument<string> file = new("FILE") { Description = "CSV with a header line, UTF-8; '-' or nothing reads standard input.", DefaultValueFactory = _ => Stdin };
        Option<bool> json = new("--json") { Description = "JSON lines instead of CSV: every field a string, an empty one null, flags and reasons arrays (null in a refused row)." };
        Option<string?> rules = new("--rules") { Description = "The site's own constants (see docs/site-rules.md); every row then says which of them its table rests on." };
        Command command = new("score", Help()) { table, file, json, rules };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(table),
            parsed.GetRequiredValue(file),
            parsed.GetValue(json),
            parsed.GetValue(rules) is { } own ? SiteRules.Read(own) : ClinicalRules.Default));
        return command;
    }

    private static string Help()
    {
        StringBuilder help = new();
        help.AppendLine("Puts every row of a CSV through one rule and writes it with its answers.");
        help.AppendLine();
        foreach (ScoreTable table in ScoreTable.All)
        {
            help.AppendLine($"{table.Name} reads {string.Join(", ", table.Inputs)}");
            help.AppendLine($"{table.Name} writes {string.Join(", ", table.Answers)}");
        }

        help.AppendLine();
        help.AppendLine("Out come all columns unchanged and in order, then the answers, then error. A column already named like an answer is replaced by the answer.");
        help.AppendLine("Pressures are decimal text in mmHg: 102, 29.5, >254 (flow persists at the cuff limit), <30 (under the floor of the method; an index or grade is then a range), empty (arm not usable, vessel not done); "
            + "also absent (pt, dp), flat and amputated (toe). >96 (amp_mm): the print ends there.");
        help.AppendLine("kaplan-meier answers once for all rows together: three endpoints at 6, 12 and 24 months; a subject that cannot be read is a row with its reason, before them.");
        help.Append("A row that cannot be read keeps its columns, has empty answers and its reason in error; the rest goes on and the exit code stays 0. "
            + "A missing file or column is exit code 1.");
        return help.ToString();
    }

    private static int Run(string name, string file, bool json, RuleSet rules)
    {
        ScoreTable table = ScoreTable.All.First(t => t.Name == name);
        TextWriter output = new StreamWriter(Console.OpenStandardOutput(), Utf8);   // flushed in Run; closing it after a full disk would fail once more
        Run(table, file, json, output, rules);
        return CommandLine.Done;
    }

    /// <param name="file">A path, or <c>-</c> for standard input.</param>
    /// <param name="rules">Null: as delivered.</param>
    /// <exception cref="CommandFailure">The file is missing, unreadable or without the table's columns, or the output cannot be written.</exception>
    public static void Run(ScoreTable table, string file, bool json, TextWriter output, RuleSet? rules = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        string source = file == Stdin ? "standard input" : file;
        using TextReader input = new StreamReader(Open(file), Utf8);
        try
        {
            Scoring.Run(table, input, source, json ? new JsonScoreOutput(output) : new CsvScoreOutput(output), rules ?? ClinicalRules.Default);
            output.Flush();
        }
        catch (IOException broken)
        {
            throw new CommandFailure(broken.Message.TrimEnd('.'), $"while scoring {source}", "look at the file and at what reads the output", broken);
        }
    }

    private static Stream Open(string file)
    {
        try
        {
            return file == Stdin ? Console.OpenStandardInput() : File.OpenRead(file);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string what = refused is FileNotFoundException or DirectoryNotFoundException ? "no such file"
                : Directory.Exists(file) ? "a folder, not a file"
                : refused.Message.TrimEnd('.');
            throw new CommandFailure(what, file, "give the path of a CSV file, or - for standard input", refused);
        }
    }
}
