using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Records;
using Vascular.Processing.Staging;

namespace Vascular.Acquisition.Tests.Cli;

/// <summary>The report of a centre's readers, from scores in a record on disk.</summary>
public sealed class ReadersCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("readers-");
    private ReadingRecord record = null!;

    public async Task InitializeAsync() => record = new ReadingRecord(await RecordDatabase.OpenAsync(Path.Combine(folder.FullName, "record.db"), default), TimeProvider.System);

    public Task DisposeAsync()
    {
        folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Two_readers_are_reported_with_their_table_and_both_kappas()
    {
        Assert.Contains("no two readers", await ReportAsync(), StringComparison.Ordinal);

        // the textbook table of 50 cases, 20, 5, 10, 15: 0.70 observed, 0.50 by chance, kappa 0.40; here as scores 0 and 2 of SAD
        await EnterAsync((0, 0, 20), (0, 2, 5), (2, 0, 10), (2, 2, 15));
        JsonElement pair = Assert.Single(JsonDocument.Parse(await ReportAsync("--json")).RootElement.GetProperty("pairs").EnumerateArray());
        Assert.Equal(("sad_0_2", "A. First", "B. Second", 50), (pair.GetProperty("scale").GetString(), pair.GetProperty("first").GetString(), pair.GetProperty("second").GetString(), pair.GetProperty("legs").GetInt32()));
        Assert.Equal("[[20,0,5],[0,0,0],[10,0,15]]", pair.GetProperty("table").GetRawText());
        foreach (string weights in (string[])["unweighted", "linear", "quadratic"])
        {
            Assert.Equal(0.4, pair.GetProperty(weights).GetProperty("kappa").GetDouble(), 4);
        }

        Assert.Contains("A. First and B. Second, 50 legs, 70 % equal", await ReportAsync(), StringComparison.Ordinal);
        Assert.Contains("linear kappa 0.40 (95 % 0.15 to 0.65)", await ReportAsync(), StringComparison.Ordinal);
    }

    private async Task EnterAsync(params (int First, int Second, int Times)[] legs)
    {
        int study = 0;
        foreach ((int first, int second, int times) in legs)
        {
            for (int k = 0; k < times; k++)
            {
                var frame = new FrameReference($"2.25.{++study}", $"2.25.{study}.1", "XA", 9);
                await record.ScoreAsync(Guid.CreateVersion7(), frame, "R", new ReaderScore(ScoreScale.SmallArteryDisease, first, ""), "A. First", default);
                await record.ScoreAsync(Guid.CreateVersion7(), frame, "R", new ReaderScore(ScoreScale.SmallArteryDisease, second, ""), "B. Second", default);
            }
        }
    }

    private async Task<string> ReportAsync(params string[] options)
    {
        StringWriter output = new(CultureInfo.InvariantCulture), errors = new(CultureInfo.InvariantCulture);
        int exit = await new RootCommand { ReadersCommand.Build() }.Parse(["readers", "--data", folder.FullName, .. options]).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
        Assert.True(exit == 0, errors.ToString());
        return output.ToString();
    }
}
