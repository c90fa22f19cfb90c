using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Vascular.Acquisition.Tests;

/// <summary>Every command of the README's <c>sh</c> blocks runs as it stands there, in one shell from top to bottom, with folders of its own.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("readme-");

    public void Dispose() => home.Delete(recursive: true);

    [Fact]
    public async Task Every_command_of_the_readme_does_what_it_says()
    {
        string root = Root();
        string[] blocks = [.. ShellBlock().Matches(await File.ReadAllTextAsync(Path.Combine(root, "README.md"))).Select(m => m.Groups[1].Value)];
        Assert.True(blocks.Length >= 3);

        // The binaries under test are these, already built: not the Release ones a newcomer builds.
        string script = ("set -eux\n" + string.Concat(blocks)).Replace("-c Release", $"-c {Configuration}", StringComparison.Ordinal);
        (int exit, string output, string errors) = await RunAsync(root, script);

        Assert.True(exit == 0, $"exit {exit}\n{output}\n{errors}");
        Assert.Matches(@"toe systolic +│ R.TOE +│ 32 mmHg .* delivered to ehr-bridge", output);
        Assert.Matches(@"TcPO2 +│ R.FOOT.DORSUM +│ 1[0-9] mmHg .* delivered to ehr-bridge", output);
        Assert.Contains(", 0 unsealed, 0 faults", output, StringComparison.Ordinal);
        Assert.Contains("\"differences\":[]", output, StringComparison.Ordinal);
        Assert.Matches(@"1 .*/ehr-bridge\.jsonl", output);
        Assert.Contains("0.89 (DP); PT >254 NC", output, StringComparison.Ordinal);
        Assert.Contains("seed-2017-09", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_subscription_of_the_readme_receives_the_result_of_a_running_station()
    {
        string root = Root();
        string block = TextBlock().Matches(await File.ReadAllTextAsync(Path.Combine(root, "README.md"))).Select(m => m.Groups[1].Value).Single(b => b.Contains("mosquitto_sub", StringComparison.Ordinal));
        using Process station = Process.Start(Shell(root, "exec ./run --speed 160"))!;
        try
        {
            string port = await ListeningAsync(station).WaitAsync(Deadline);
            // One message is enough, and none is an error.
            string script = "set -eu\n" + block.Replace("18883", port, StringComparison.Ordinal).TrimEnd() + " -C 1 -W 120\n";
            (int exit, string output, string errors) = await RunAsync(root, script);
            Assert.True(exit == 0, $"exit {exit}\n{output}\n{errors}");
            Assert.StartsWith("vascular/v1/lab-a/bedside-box-01/result/session {", output, StringComparison.Ordinal);
            Assert.Contains("\"resourceType\":\"Bundle\"", output, StringComparison.Ordinal);
        }
        finally
        {
            using Process term = Process.Start("kill", ["-TERM", station.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await station.WaitForExitAsync().WaitAsync(Deadline);
        }
    }

    private static async Task<string> ListeningAsync(Process station)
    {
        const string Ready = "listening on mqtts://localhost:";
        while (await station.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                // What it says from here on is read and let go, so that it never waits for us.
                _ = station.StandardOutput.ReadToEndAsync();
                _ = station.StandardError.ReadToEndAsync();
                return line[Ready.Length..];
            }
        }

        throw new InvalidOperationException("The station ended before it listened: " + await station.StandardError.ReadToEndAsync());
    }

    private static string Configuration => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    private ProcessStartInfo Shell(string root, string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CONFIGURATION"] = Configuration;
        start.Environment["XDG_STATE_HOME"] = Path.Combine(home.FullName, "state");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(home.FullName, "config");
        // Node reuse would leave build processes behind that hold this test's pipes open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return start;
    }

    private async Task<(int Exit, string Output, string Errors)> RunAsync(string root, string script)
    {
        using Process shell = Process.Start(Shell(root, script))!;
        Task<string> output = shell.StandardOutput.ReadToEndAsync();
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        try
        {
            await Task.WhenAll(shell.WaitForExitAsync(), output, errors).WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            shell.Kill(entireProcessTree: true);
            throw;
        }

        return (shell.ExitCode, await output, await errors);
    }

    private static string Root()
    {
        DirectoryInfo? up = new(AppContext.BaseDirectory);
        while (up is not null && !File.Exists(Path.Combine(up.FullName, "Acquisition.sln")))
        {
            up = up.Parent;
        }

        return up?.FullName ?? throw new DirectoryNotFoundException("The repository's root is not above the test.");
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^```text\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex TextBlock();
}
