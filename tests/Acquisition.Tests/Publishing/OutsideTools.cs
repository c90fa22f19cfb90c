using System.Diagnostics;

namespace Vascular.Acquisition.Tests.Publishing;

/// <summary>A test that asks the checkers of other people (npm, <c>tests/outside</c>). Skipped, with the reason, where they are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OutsideFactAttribute : FactAttribute
{
    public OutsideFactAttribute()
    {
        if (OutsideTools.Folder is null)
        {
            Skip = "the outside checkers are not installed: run 'npm ci' in tests/outside (./test does)";
        }
    }
}

public static class OutsideTools
{
    /// <summary>tests/outside with its node_modules, found from the folder of the running test; null where it is not installed.</summary>
    public static string? Folder
    {
        get
        {
            for (DirectoryInfo? up = new(AppContext.BaseDirectory); up is not null; up = up.Parent)
            {
                string folder = Path.Combine(up.FullName, "tests", "outside");
                if (Directory.Exists(Path.Combine(folder, "node_modules")))
                {
                    return folder;
                }
            }

            return null;
        }
    }

    /// <summary>Runs a script of tests/outside. A checker that does not answer in two minutes is killed and fails the test.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(string script, params string[] arguments)
    {
        using Process node = Process.Start(new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        Task<string> errors = node.StandardError.ReadToEndAsync();
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));
        try
        {
            await node.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} gave no answer in two minutes.");
        }

        return (node.ExitCode, await output + await errors);
    }
}
