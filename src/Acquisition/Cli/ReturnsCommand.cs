using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Vascular.Acquisition.Archive.Returned;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Cli;

/// <summary><c>returns</c>: what went or goes back to the archive, and what the archive would not take.</summary>
internal static class ReturnsCommand
{
    public static Command Build()
    {
        Option<string?> data = new("--data") { Description = "Data folder (default $XDG_STATE_HOME/vascular-acquisition). The station may run.", HelpName = "DIR", Recursive = true };
        Option<bool> refused = new("--refused") { Description = "Only those that wait for a person." };
        Option<bool> json = new("--json") { Description = "One JSON document on stdout and nothing else." };
        Command command = new("returns", "Results on their way back to the archive: stored, owed, or refused and why.") { data, refused, json, Again(data) };
        command.SetAction(async (parsed, cancel) =>
        {
            IReadOnlyList<ReturnedResult> rows = await new ReturnRecord(await StationRecord.OpenAsync(parsed.GetValue(data), cancel)).ListAsync(parsed.GetValue(refused), cancel);
            Write(parsed.InvocationConfiguration.Output, rows, parsed.GetValue(json));
            return CommandLine.Done;
        });
        return command;
    }

    private static Command Again(Option<string?> data)
    {
        Argument<string> instance = new("instance") { Description = "SOP Instance UID." };
        Option<string> user = new("--user") { Description = "Who says so.", Required = true, HelpName = "NAME" };
        Command command = new("again", "Gives a refused object once more, after the archive was mended; kept with who said it.") { instance, user };
        command.SetAction(async (parsed, cancel) =>
        {
            var record = new ReturnRecord(await StationRecord.OpenAsync(parsed.GetValue(data), cancel));
            string uid = parsed.GetValue(instance)!;
            string? why = await record.AgainAsync(uid, parsed.GetValue(user)!, UtcNs.Of(TimeProvider.System.GetUtcNow()), cancel);
            return why is null ? CommandLine.Done : throw new CommandFailure(why, $"object {uid}", "look at 'acquisition returns'");
        });
        return command;
    }

    private static void Write(TextWriter output, IReadOnlyList<ReturnedResult> rows, bool json)
    {
        if (json)
        {
            output.WriteLine(new JsonArray([.. rows.Select(r => (JsonNode)ToJson(r))]).ToJsonString());
            return;
        }

        Table table = new Table().AddColumns("object", "examination", "version", "kind", "state", "tries", "the archive said");
        foreach (ReturnedResult row in rows)
        {
            string[] cells = [row.Instance, $"{row.Examination}", $"{row.ResultVersion}", Kind(row.Kind), State(row.State), $"{row.Attempts}", row.Detail ?? ""];
            table.AddRow(cells.Select(Markup.Escape).ToArray());
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Math.Max(console.Profile.Width, 160);
        console.Write(table);
    }

    private static JsonObject ToJson(ReturnedResult row) => new()
    {
        ["instance"] = row.Instance, ["study"] = row.Study, ["series"] = row.Series, ["examination"] = $"{row.Examination}", ["version"] = row.ResultVersion,
        ["kind"] = Kind(row.Kind), ["state"] = State(row.State), ["attempts"] = row.Attempts, ["detail"] = row.Detail, ["sha256"] = row.Sha256,
        ["committed_utc_ns"] = row.CommittedUtcNs, ["settled_utc_ns"] = row.SettledUtcNs,
    };

    private static string Kind(ReturnedKind kind) => kind switch
    {
        ReturnedKind.Measurements => "measurements",
        ReturnedKind.PulseWaveform => "pulse_waveform",
        ReturnedKind.Document => "document",
        ReturnedKind.Rejection => "rejection",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind."),
    };

    private static string State(ReturnState state) => state switch
    {
        ReturnState.Owed => "owed",
        ReturnState.Stored => "stored",
        ReturnState.StoredChanged => "stored_changed",
        ReturnState.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state."),
    };
}
