using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using Vascular.Acquisition.Archive;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Cli;

/// <summary>Where a command's angiograms come from: an archive by its address, or files through an Orthanc of the command's own.</summary>
internal sealed class ArchiveOptions
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public Option<Uri?> Url { get; } = new("--archive") { Description = "DICOMweb root of an archive, as http://127.0.0.1:18942/dicom-web/.", HelpName = "URL" };

    public Option<string?> User { get; } = new("--archive-user") { Description = "User of the archive.", HelpName = "NAME" };

    public Option<FileInfo?> Password { get; } = new("--archive-password-file") { Description = "File with the user's password.", HelpName = "FILE" };

    /// <summary>Does something with the archive; what was made for it goes with the end.</summary>
    /// <exception cref="CommandFailure">Neither an archive nor readable files.</exception>
    public async Task<T> WithAsync<T>(ParseResult parsed, FileInfo[] files, Func<IAngiograms, DirectoryInfo, Task<T>> work, CancellationToken cancel)
    {
        if (parsed.GetValue(Url) is { } root)
        {
            using HttpClient client = Client(root, parsed.GetValue(User), parsed.GetValue(Password));
            DirectoryInfo spool = Directory.CreateTempSubdirectory("angiogram-");
            try
            {
                return await work(new DicomWebArchive(client), spool);
            }
            finally
            {
                spool.Delete(recursive: true);
            }
        }

        foreach (FileInfo file in files)
        {
            if (!file.Exists)
            {
                throw new CommandFailure("the file does not exist", file.FullName, "give the path of a DICOM file");
            }
        }

        await using PrivateArchive own = await PrivateArchive.StartAsync(TimeProvider.System, cancel);
        foreach (FileInfo file in files)
        {
            try
            {
                await own.AddAsync(file, cancel);
            }
            catch (AngiogramException unreadable)
            {
                throw new CommandFailure($"the image cannot be shown: {unreadable.Message}", file.FullName, "export a grey XA run or film", unreadable);
            }
        }

        return await work(own.Images, own.Folder);
    }

    private static HttpClient Client(Uri root, string? user, FileInfo? password)
    {
        if (!root.IsAbsoluteUri || root.Scheme is not ("http" or "https"))
        {
            throw new UsageFailure($"'{root}' is no address of an archive", "--archive", "write it as http://127.0.0.1:18942/dicom-web/");
        }

        var client = new HttpClient { BaseAddress = new Uri(root.ToString().TrimEnd('/') + "/"), Timeout = Patience };
        if (user is not null)
        {
            string secret = password is { Exists: true } ? File.ReadAllText(password.FullName).TrimEnd('\n', '\r') : throw new CommandFailure("no password for the archive", "--archive-password-file", "name the file that holds it");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")));
        }

        return client;
    }
}
