using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Bedside;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Cli;

/// <summary><c>acquisition view</c>: the angiography page over an archive or over files, without a station around it.</summary>
public static class ViewCommand
{
    public static Command Build()
    {
        Argument<FileInfo[]> files = new("FILE.dcm") { Description = "DICOM files to look at, where no archive is named.", Arity = ArgumentArity.ZeroOrMore };
        Option<Uri?> archive = new("--archive") { Description = "DICOMweb root of an archive, as http://127.0.0.1:18942/dicom-web/.", HelpName = "URL" };
        Option<string?> user = new("--archive-user") { Description = "User of the archive.", HelpName = "NAME" };
        Option<FileInfo?> password = new("--archive-password-file") { Description = "File with the user's password.", HelpName = "FILE" };
        Option<string?> data = new("--data") { Description = "Data folder: scores and kept analyses go into its record (default $XDG_STATE_HOME/vascular-acquisition).", HelpName = "DIR" };
        Option<int> port = new("--port") { Description = "Port of the page, on the loopback interface.", DefaultValueFactory = _ => PageConfiguration.DefaultPort, HelpName = "N" };
        Command command = new("view", "Angiograms and foot films in the browser: cine, subtraction, curves of drawn regions, maps, readers' scores. Reads files through an Orthanc of its own.") { files, archive, user, password, data, port };
        command.SetAction(async (parsed, cancel) =>
        {
            using DataFolder folder = DataFolder.Open(DataFolder.PathFor(parsed.GetValue(data), Environment.GetEnvironmentVariable));
            RecordDatabase database = await RecordDatabase.OpenAsync(folder.RecordDatabase, cancel);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(archive) is { } root)
            {
                using HttpClient client = Client(root, parsed.GetValue(user), parsed.GetValue(password));
                DirectoryInfo spool = Directory.CreateTempSubdirectory("angiogram-");
                try
                {
                    using var room = new ReadingRoom(new DicomWebArchive(client), new DicomWebIndex(client), spool);
                    return await ServeAsync(room, database, parsed.GetValue(port), output, cancel);
                }
                finally
                {
                    spool.Delete(recursive: true);
                }
            }

            await using PrivateArchive own = await PrivateArchive.StartAsync(TimeProvider.System, cancel);
            foreach (FileInfo file in parsed.GetValue(files) ?? [])
            {
                await AddAsync(own, file, cancel);
            }

            using var reading = new ReadingRoom(own.Images, own.Index, own.Folder);
            return await ServeAsync(reading, database, parsed.GetValue(port), output, cancel);
        });
        return command;
    }

    private static async Task AddAsync(PrivateArchive archive, FileInfo file, CancellationToken cancel)
    {
        if (!file.Exists)
        {
            throw new CommandFailure("the file does not exist", file.FullName, "give the path of a DICOM file");
        }

        try
        {
            await archive.AddAsync(file, cancel);
        }
        catch (AngiogramException unreadable)
        {
            throw new CommandFailure($"the image cannot be shown: {unreadable.Message}", file.FullName, "export a grey XA run or film", unreadable);
        }
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

    private static HttpClient Client(Uri root, string? user, FileInfo? password)
    {
        if (!root.IsAbsoluteUri || root.Scheme is not ("http" or "https"))
        {
            throw new CommandFailure($"'{root}' is no address of an archive", "--archive", "write it as http://127.0.0.1:18942/dicom-web/");
        }

        var client = new HttpClient { BaseAddress = new Uri(root.ToString().TrimEnd('/') + "/"), Timeout = TimeSpan.FromMinutes(5) };
        if (user is not null)
        {
            string secret = password is { Exists: true } ? File.ReadAllText(password.FullName).TrimEnd('\n', '\r') : throw new CommandFailure("no password for the archive", "--archive-password-file", "name the file that holds it");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")));
        }

        return client;
    }
}
