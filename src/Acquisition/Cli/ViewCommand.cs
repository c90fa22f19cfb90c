using System.CommandLine;
using System.Globalization;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition view</c>: the angiography page over an archive or over files, without a station around it.</summary>
public static class ViewCommand
{
    public static Command Build()
    {
        Argument<FileInfo[]> files = new("FILE.dcm") { Description = "DICOM files to look at, where no archive is named.", Arity = ArgumentArity.ZeroOrMore };
        ArchiveOptions archive = new();
        Option<string?> data = new("--data") { Description = "Data folder: scores and kept analyses go into its record (default $XDG_STATE_HOME/vascular-acquisition).", HelpName = "DIR" };
        Option<int> port = new("--port") { Description = "Port of the page, on the loopback interface.", DefaultValueFactory = _ => PageConfiguration.DefaultPort, HelpName = "N" };
        Command command = new("view", "Angiograms and foot films in the browser: cine, subtraction, curves of drawn regions, maps, readers' scores. Reads files through an Orthanc of its own.")
        {
            files, archive.Url, archive.User, archive.Password, data, port,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            using DataFolder folder = DataFolder.Open(DataFolder.PathFor(parsed.GetValue(data), Environment.GetEnvironmentVariable));
            RecordDatabase database = await RecordDatabase.OpenAsync(folder.RecordDatabase, cancel);
            return await archive.WithAsync(
                parsed,
                parsed.GetValue(files) ?? [],
                async (images, spool) =>
                {
                    using var room = new ReadingRoom(images, spool);
                    return await ServeAsync(room, database, parsed.GetValue(port), parsed.InvocationConfiguration.Output, cancel);
                },
                cancel);
        });
        return command;
    }

    private static async Task<int> ServeAsync(ReadingRoom room, RecordDatabase database, int port, TextWriter output, CancellationToken cancel)
    {
        var context = new BedsideContext(new BedsideBoard(TimeProvider.System), new BedsideDelivery(TimeProvider.System), database, "reader", null, TimeProvider.System) { Angiograms = room };
        await using BedsideHost page = await BedsideHost.StartAsync(port, context, () => []);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"listening on {new Uri(page.Address, "angiography")}"));
        await output.FlushAsync(cancel);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return CommandLine.Done;
    }
}
