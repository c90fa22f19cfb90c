using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Cli;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>An Orthanc of this process alone: loopback, its own password, a folder that goes with it. It reads files for <c>analyze angiography</c>.</summary>
/// <remarks>A malformed or hostile file meets Orthanc's process, not this one.</remarks>
public sealed class PrivateArchive : IAsyncDisposable
{
    private const string User = "acquisition";
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Process process;
    private readonly HttpClient rest;
    private readonly TimeProvider time;

    private PrivateArchive(Process process, HttpClient rest, HttpClient web, DirectoryInfo folder, TimeProvider time)
    {
        (this.process, this.rest, Web, this.time) = (process, rest, web, time);
        Folder = folder;
        Images = new DicomWebArchive(web);
    }

    /// <summary>What it holds, as any archive.</summary>
    public IAngiograms Images { get; }

    /// <summary>A client of its DICOMweb root, with its credentials.</summary>
    public HttpClient Web { get; }

    /// <summary>Its folder, readable by this user alone; spooled frames may lie there.</summary>
    public DirectoryInfo Folder { get; }

    /// <summary>Starts Orthanc and waits until it answers.</summary>
    /// <exception cref="CommandFailure">It is not installed or does not start.</exception>
    public static async Task<PrivateArchive> StartAsync(TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(time);
        (string program, string dicomWeb) = (OrthancProgram.Path, OrthancProgram.DicomWebPlugin);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("angiogram-");
        try
        {
            int port = FreePort();
            string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            string settings = Path.Combine(folder.FullName, "orthanc.json");
            await File.WriteAllTextAsync(settings, Settings(folder, port, password, [dicomWeb, .. new[] { OrthancProgram.GdcmPlugin }.OfType<string>()]), cancel);
            var process = new Process
            {
                StartInfo = new ProcessStartInfo(program, [settings]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true },
            };
            var said = new StringBuilder();
            process.OutputDataReceived += (_, line) => Keep(said, line.Data);
            process.ErrorDataReceived += (_, line) => Keep(said, line.Data);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            var archive = new PrivateArchive(process, Client(port, "", password), Client(port, "dicom-web/", password), folder, time);
            try
            {
                await archive.AnswersAsync(said, cancel);
                return archive;
            }
            catch
            {
                await archive.DisposeAsync();
                throw;
            }
        }
        catch
        {
            if (folder.Exists)
            {
                folder.Delete(recursive: true);
            }

            throw;
        }
    }

    /// <summary>Puts a DICOM file in and describes its image.</summary>
    /// <exception cref="CommandFailure">The file cannot be read as DICOM.</exception>
    /// <exception cref="AngiogramException">It is DICOM, but no image that can be measured.</exception>
    public async Task<XaImage> AddAsync(FileInfo file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        FileStream content;
        try
        {
            content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("the file cannot be read", file.FullName, "give a DICOM file that exists and is readable", refused);
        }

        await using (content)
        {
            using var body = new StreamContent(content);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/dicom");
            using HttpResponseMessage stored = await rest.PostAsync("instances", body, cancel);
            if (stored.StatusCode != HttpStatusCode.OK)
            {
                throw new CommandFailure("the file is not DICOM or is damaged", file.FullName, "export it from the archive again as DICOM Part 10");
            }

            using JsonDocument answer = JsonDocument.Parse(await stored.Content.ReadAsStringAsync(cancel));
            string id = answer.RootElement.GetProperty("ID").GetString()!;
            using JsonDocument tags = JsonDocument.Parse(await rest.GetStringAsync($"instances/{id}/simplified-tags", cancel));
            string Uid(string name) => tags.RootElement.TryGetProperty(name, out JsonElement uid) && uid.ValueKind == JsonValueKind.String ? uid.GetString()!.Trim() : "";
            string[] uids = [.. ((string[])["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]).Select(Uid)];
            return uids.All(uid => uid.Length > 0 && uid.All(c => char.IsAsciiDigit(c) || c == '.'))
                ? await Images.DescribeAsync(uids[0], uids[1], uids[2], cancel)
                : throw new AngiogramException("its Study, Series or SOP Instance UID is none (digits and dots)");
        }
    }

    public async ValueTask DisposeAsync()
    {
        rest.Dispose();
        Web.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            using var deadline = new CancellationTokenSource(EndWithin, time);
            try
            {
                await process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                // killed; the machine will take it away
            }
        }

        process.Dispose();
        if (Folder.Exists)
        {
            Folder.Delete(recursive: true);
        }
    }

    private async Task AnswersAsync(StringBuilder said, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(StartWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        while (true)
        {
            if (process.HasExited || deadline.IsCancellationRequested)
            {
                string last = Last(said);
                throw new CommandFailure($"Orthanc does not start{(last.Length > 0 ? $" ({last})" : "")}", "on this machine", "start Orthanc by hand with an empty configuration to see why");
            }

            try
            {
                using HttpResponseMessage answer = await rest.GetAsync("system", either.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                continue;
            }

            await Task.Delay(Pause, time, cancel);
        }
    }

    private static string Settings(DirectoryInfo folder, int port, string password, IEnumerable<string> plugins)
    {
        JsonObject settings = OrthancProgram.Common(Path.Combine(folder.FullName, "storage"), port, User, password, plugins);
        settings["Name"] = "private";
        settings["DicomServerEnabled"] = false;
        return settings.ToJsonString();
    }

    private static HttpClient Client(int port, string root, string password)
    {
        var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{root}")), Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{password}")));
        return client;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static void Keep(StringBuilder said, string? line)
    {
        lock (said)
        {
            if (!string.IsNullOrWhiteSpace(line) && said.Length < 4096)
            {
                said.AppendLine(line);
            }
        }
    }

    private static string Last(StringBuilder said)
    {
        lock (said)
        {
            return said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()?.Trim() ?? "";
        }
    }
}
