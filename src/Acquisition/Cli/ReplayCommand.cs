using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition replay EXAM|DIR</c>: every finding derived again from the tape and compared bit for bit, with the record database where there is one.</summary>
public static class ReplayCommand
{
    public static Command Build()
    {
        Argument<string> tape = new("EXAM|DIR") { Description = "Examination id under the data folder's tapes, or the folder of a tape." };
        Option<string?> data = new("--data") { Description = "Data folder (default $XDG_STATE_HOME/vascular-acquisition).", HelpName = "DIR" };
        Option<string?> keys = new("--keys") { Description = "Folder of the station's keys (default $XDG_CONFIG_HOME/vascular-acquisition/keys).", HelpName = "DIR" };
        Option<string> speed = new("--speed") { Description = "Only 'max': as fast as it goes.", DefaultValueFactory = _ => "max" };
        speed.AcceptOnlyFromAmong("max");
        Option<bool> json = new("--json") { Description = "One JSON document: {\"findings\",\"identical\",\"superseded\",\"trimmed\",\"differences\":[…]}." };
        Command command = new("replay", "Feeds a tape through the live path and compares every finding with the one on the tape. Exit 1 for a difference under the same method version.") { tape, data, keys, speed, json };
        command.SetAction(async (parsed, cancel) =>
        {
            string folder = TapeArgument.Folder(parsed.GetValue(tape)!, parsed.GetValue(data));
            ReplayOutcome outcome = await ReplayAsync(folder, KeysArgument.Folder(parsed.GetValue(keys)), cancel);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                await output.WriteLineAsync(Json(outcome).ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            }
            else
            {
                foreach (ReplayDifference difference in outcome.Differences)
                {
                    await output.WriteLineAsync($"difference: {difference.What}: on the tape {difference.Taped ?? "nothing"}, now {difference.Replayed ?? "nothing"}");
                }

                await output.WriteLineAsync($"{folder}: {outcome.Findings} findings, {outcome.Identical} identical, {outcome.Superseded} superseded, {outcome.Trimmed} trimmed, {outcome.Differences.Count} differences");
            }

            return outcome.Differences.Count == 0 ? CommandLine.Done : CommandLine.Failed;
        });
        return command;
    }

    /// <summary>Replays the tape of a folder; where the folder lies in a data folder, its findings must also match the database there.</summary>
    /// <exception cref="CommandFailure">The tape or its keys cannot be read.</exception>
    public static async Task<ReplayOutcome> ReplayAsync(string folder, string keysFolder, CancellationToken cancel)
    {
        (Guid examination, Replay replay) = TapedExamination.Read(folder, keysFolder, cancel);
        ReplayOutcome outcome = replay.Finish();
        string database = Path.Combine(folder, "..", "..", "record.db");
        return File.Exists(database)
            ? outcome with { Differences = [.. outcome.Differences, .. await AgainstRecordAsync(examination, replay.Fold, database, cancel)] }
            : outcome;
    }

    private static async Task<IReadOnlyList<ReplayDifference>> AgainstRecordAsync(Guid examination, ExaminationFold fold, string file, CancellationToken cancel)
    {
        var record = new ExaminationRecord(await RecordDatabase.OpenAsync(file, cancel));
        Dictionary<Guid, Finding> recorded = (await record.AcceptedFindingsAsync(examination, cancel)).Where(f => !f.Withdrawn).ToDictionary(f => f.Finding.Id, f => f.Finding);
        var differences = new List<ReplayDifference>();
        foreach (Finding finding in fold.Findings.Where(fold.IsAccepted))
        {
            if (!recorded.Remove(finding.Id, out Finding? there))
            {
                differences.Add(new ReplayDifference($"{finding.Name} in the database", finding.Printed, null));
            }
            else if (!FindingRecord.ToBytes(finding with { Version = 1 }).AsSpan().SequenceEqual(FindingRecord.ToBytes(there with { Version = 1 })))
            {
                differences.Add(new ReplayDifference($"{finding.Name} in the database", finding.Printed, there.Printed));
            }
        }

        differences.AddRange(recorded.Values.Select(f => new ReplayDifference($"{f.Name} in the database", null, f.Printed)));
        return differences;
    }

    private static JsonObject Json(ReplayOutcome outcome) => new()
    {
        ["findings"] = outcome.Findings,
        ["identical"] = outcome.Identical,
        ["superseded"] = outcome.Superseded,
        ["trimmed"] = outcome.Trimmed,
        ["differences"] = new JsonArray([.. outcome.Differences.Select(d => new JsonObject { ["what"] = d.What, ["taped"] = d.Taped, ["replayed"] = d.Replayed })]),
    };
}
