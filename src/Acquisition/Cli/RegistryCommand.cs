using System.CommandLine;
using System.Text;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition registry FILE.csv</c>: subjects of a registry with their endpoints, as CSV with a data dictionary.</summary>
public static class RegistryCommand
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static Command Build()
    {
        Argument<string> file = new("FILE") { Description = "Subjects: CSV with a header line, UTF-8; '-' or nothing reads standard input.", DefaultValueFactory = _ => "-" };
        Option<string?> dictionary = new("--dictionary") { Description = "Where to write the data dictionary (CSV)." };
        Option<bool> gather = new("--gather") { Description = "Gather the subjects from the record of this station instead of a file: every limb for which a procedure is entered at its page." };
        Option<string?> data = new("--data") { Description = "With --gather: the data folder." };
        Command command = new("registry", Help()) { file, dictionary, gather, data };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(dictionary) is { } path)
            {
                try
                {
                    using StreamWriter words = new(path, append: false, Utf8);
                    RegistryTable.WriteDictionary(words, parsed.GetValue(gather));
                }
                catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
                {
                    throw new CommandFailure("the data dictionary cannot be written", path, $"choose another place ({refused.Message.TrimEnd('.')})", refused);
                }
            }

            if (parsed.GetValue(gather))
            {
                string gathered = await GatheredAsync(parsed.GetValue(data), cancel);
                Scoring.Run(RegistryTable.Table, new StringReader(gathered), "the record", new CsvScoreOutput(parsed.InvocationConfiguration.Output), ClinicalRules.Default);
                return CommandLine.Done;
            }

            using StreamWriter output = new(Console.OpenStandardOutput(), Utf8);
            ScoreCommand.Run(RegistryTable.Table, parsed.GetRequiredValue(file), json: false, output);
            return CommandLine.Done;
        });
        return command;
    }

    private static async Task<string> GatheredAsync(string? data, CancellationToken cancel) =>
        RegistryGathering.Csv(await new LimbRecord(await StationRecord.OpenAsync(data, cancel)).TreatedAsync(cancel), ClinicalRules.Default);

    private static string Help()
    {
        StringBuilder help = new();
        help.AppendLine("Reads one subject per row and writes it with its endpoints; days count from the procedure.");
        help.AppendLine($"reads {string.Join(", ", RegistryTable.Table.Inputs)}");
        help.AppendLine($"writes {string.Join(", ", RegistryTable.Table.Answers)}");
        help.Append("The months it writes are those 'score kaplan-meier' reads. A row that cannot be read keeps its columns and has its reason in error.");
        return help.ToString();
    }
}
