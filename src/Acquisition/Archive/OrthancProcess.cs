using System.Diagnostics;
using System.Globalization;

namespace Vascular.Acquisition.Archive;

/// <summary>One run of Orthanc that ends with this process, however this process ends.</summary>
/// <remarks>The kernel kills it when the thread that started it is gone (<c>setpriv --pdeathsig</c>, prctl(2)): that thread lives as long as the run does. Where setpriv is missing
/// an orphan is left by a killed station; the next start ends it (<see cref="EndOrphans"/>).</remarks>
internal sealed class OrthancProcess : IAsyncDisposable
{
    private const string SetPriv = "/usr/bin/setpriv";
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string last = string.Empty;

    private OrthancProcess(Process process) => this.process = process;

    /// <summary>Done when it has ended: its last line, or how it ended.</summary>
    public Task<string> Ended => ended.Task;

    public int Id { get; private set; }

    /// <param name="settings">Its configuration file; names the run among the machine's processes.</param>
    public static async Task<OrthancProcess> StartAsync(string settings)
    {
        string program = OrthancProgram.Path;
        var start = File.Exists(SetPriv)
            ? new ProcessStartInfo(SetPriv, ["--pdeathsig", "KILL", "--", program, settings])
            : new ProcessStartInfo(program, [settings]);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (Path.GetDirectoryName(settings)!, true, true);
        var run = new OrthancProcess(new Process { StartInfo = start });
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => run.Keep(started)) { IsBackground = true, Name = "orthanc" }.Start();
        await started.Task;
        return run;
    }

    /// <summary>Ends runs of the same configuration that a killed station left behind. The data folder is locked: they are nobody's.</summary>
    public static async Task EndOrphans(string settings, TimeProvider time)
    {
        foreach (Process orphan in Process.GetProcessesByName("Orthanc"))
        {
            using (orphan)
            {
                try
                {
                    if (File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{orphan.Id}/cmdline")).Split('\0').Contains(settings))
                    {
                        orphan.Kill();
                        await WaitAsync(orphan, time);
                    }
                }
                catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                    // it has ended by itself, or is another user's
                }
            }
        }
    }

    /// <summary>Ends it at once: its index writes ahead, and what a sender was told is stored is on the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it has ended by itself
        }

        await ended.Task;
    }

    private static async Task WaitAsync(Process process, TimeProvider time)
    {
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

    private void Keep(TaskCompletionSource started)
    {
        try
        {
            process.OutputDataReceived += (_, line) => Heard(line.Data);
            process.ErrorDataReceived += (_, line) => Heard(line.Data);
            process.Start();
            Id = process.Id;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            started.SetResult();
        }
        catch (Exception failure)
        {
            started.SetException(failure);
            return;
        }

        process.WaitForExit();
        string how = string.Create(CultureInfo.InvariantCulture, $"ended with code {process.ExitCode}");
        ended.SetResult(last.Length > 0 ? $"{how}: {last}" : how);
        process.Dispose();
    }

    /// <summary>Only what it says of its start and end is kept, and only errors: its other lines can name who sent what.</summary>
    private void Heard(string? line)
    {
        if (line is ['E', ..])
        {
            int text = line.IndexOf("] ", StringComparison.Ordinal);
            last = text >= 0 ? line[(text + 2)..] : line;
        }
    }
}
