using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Acquisition.Tests.Records;

namespace Vascular.Acquisition.Tests.Cli;

/// <summary>What the command says of results on their way to the archive, from a record on disk.</summary>
public sealed class ReturnsCommandTests
{
    [Fact]
    public async Task A_refused_object_is_listed_with_the_archives_reason_and_given_again()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        await new OutboxRecord(record.Database, givesBack: true).CommitSendAsync([await record.ReportAsync(1)], [], "technician", 1, default);
        ReturnRecord returns = new(record.Database);
        string instance = (await returns.OwedAsync(default))[0].Instance;
        await returns.NoteAsync(instance, ReturnState.Refused, "the archive refused the object (0110)", 4, default);

        (int exit, string said) = await AskAsync(record, "--refused", "--json");

        Assert.Equal(0, exit);
        JsonElement only = Assert.Single(JsonDocument.Parse(said).RootElement.EnumerateArray());
        Assert.Equal(
            (instance, "measurements", "refused", "the archive refused the object (0110)", 1),
            (only.GetProperty("instance").GetString(), only.GetProperty("kind").GetString(), only.GetProperty("state").GetString(), only.GetProperty("detail").GetString(), only.GetProperty("attempts").GetInt32()));
        Assert.Contains("document", (await AskAsync(record)).Said, StringComparison.Ordinal);

        Assert.Equal(0, (await AskAsync(record, "again", instance, "--user", "an archivist")).Exit);
        Assert.Equal("[]", (await AskAsync(record, "--refused", "--json")).Said.Trim());
        CommandFailure owed = await Assert.ThrowsAsync<CommandFailure>(() => AskAsync(record, "again", instance, "--user", "an archivist"));
        Assert.Contains("it is owed", owed.Message, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Said)> AskAsync(TemporaryRecord record, params string[] options)
    {
        StringWriter output = new(CultureInfo.InvariantCulture);
        int exit = await new RootCommand { ReturnsCommand.Build() }.Parse(["returns", .. options, "--data", Path.GetDirectoryName(record.File)!])
            .InvokeAsync(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
        return (exit, output.ToString());
    }
}
