using System.Diagnostics;

namespace Vascular.Bedside.Tests;

/// <summary>The angiography page as a process of its own over an Orthanc of its own.</summary>
internal sealed class ViewStation : IAsyncDisposable
{
    private readonly Process _program;

    private ViewStation(Process program, DirectoryInfo folder) => (_program, Folder) = (program, folder);

    public DirectoryInfo Folder { get; }

    public string Data => Path.Combine(Folder.FullName, "data");

    public Uri Page { get; private set; } = null!;

    /// <summary>Over an archive that stands already.</summary>
    public static Task<ViewStation> OverAsync(Uri archive) => StartAsync(_ => ["--archive", archive.ToString()]);

    /// <param name="make">Writes the DICOM files into a folder; answers their names.</param>
    public static async Task<ViewStation> StartAsync(Func<DirectoryInfo, IReadOnlyList<string>> make)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("view-");
        IReadOnlyList<string> files = make(folder);
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "acquisition.dll"), "view", .. files, "--data", Path.Combine(folder.FullName, "data"),
                    "--port", BedsideStation.FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture),
                ])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.FullName,
            },
        };
        process.OutputDataReceived += (_, e) => Hear(e.Data);
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var station = new ViewStation(process, folder);
        station.Page = new Uri((await listening.Task.WaitAsync(BedsideStation.Patience))["listening on ".Length..]);
        return station;

        void Hear(string? line)
        {
            if (line?.StartsWith("listening on ", StringComparison.Ordinal) == true)
            {
                listening.TrySetResult(line);
            }
            else if (line?.StartsWith("error:", StringComparison.Ordinal) == true)
            {
                listening.TrySetException(new InvalidOperationException(line));
            }
        }
    }

    /// <summary>Asks the program to stop: its Orthanc goes with it. Not by SIGINT, which a shell in the background makes its children ignore.</summary>
    public async ValueTask DisposeAsync()
    {
        using (Process stop = Process.Start("kill", ["-TERM", _program.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await stop.WaitForExitAsync().WaitAsync(BedsideStation.Patience);
        }

        await _program.WaitForExitAsync().WaitAsync(BedsideStation.Patience);
        _program.Dispose();
        Folder.Delete(recursive: true);
    }
}
