using System.Diagnostics;
using System.Text.Json;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Archive;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Cli;

/// <summary><c>acquisition studies</c> and <c>simulate angiogram</c> as programs: what they print, what they change, how they end.</summary>
public sealed class StudiesCommandTests : IDisposable
{
    private const string System = "urn:oid:2.999.1.1";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("studies-");

    [Fact]
    public async Task Studies_are_listed_and_a_person_says_whose_one_is()
    {
        await FillAsync();
        JsonElement[] all = await ListAsync();
        Assert.Equal(["2.25.1", "2.25.2"], all.Select(s => s.GetProperty("study").GetString()).Order(StringComparer.Ordinal));
        JsonElement first = all.Single(s => s.GetProperty("study").GetString() == "2.25.1"), aside = all.Single(s => s.GetProperty("study").GetString() == "2.25.2");
        Assert.Equal(("readable", "P-1", JsonValueKind.Null), (first.GetProperty("state").GetString(), first.GetProperty("patient_id").GetString(), first.GetProperty("bound_by").ValueKind));
        Assert.Contains("patient", first.GetProperty("doubts")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(["2.25.1.1", "2.25.1.2"], first.GetProperty("pictures").EnumerateArray().Select(p => p.GetProperty("instance").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal("set_aside", aside.GetProperty("state").GetString());
        Assert.Contains("is not JSON", aside.GetProperty("reason").GetString(), StringComparison.Ordinal);

        (int exit, string output, string errors) = await RunAsync("acquisition", "studies", "bind", "2.25.1", "--patient", "P-7", "--system", System, "--user", "A. Reader", "--data", folder.FullName);
        Assert.Equal((0, "", ""), (exit, output, errors));
        Assert.Equal(["2.25.2"], (await ListAsync("--to-bind")).Select(s => s.GetProperty("study").GetString()));
        (exit, output, _) = await RunAsync("acquisition", "studies", "--data", folder.FullName);
        Assert.Equal(0, exit);
        Assert.Contains("A. Reader", output, StringComparison.Ordinal);
        Assert.Contains("set aside", output, StringComparison.Ordinal);

        (exit, output, errors) = await RunAsync("acquisition", "studies", "bind", "2.25.9", "--patient", "P-7", "--system", System, "--user", "A. Reader", "--data", folder.FullName);
        Assert.Equal((1, "", "error: this station knows no such study, study 2.25.9, look at 'acquisition studies' and say it again"), (exit, output, errors.Trim()));
        Assert.Equal(2, (await RunAsync("acquisition", "studies", "bind", "2.25.1", "--patient", "P-7", "--system", System, "--user", "A. Reader", "--side", "both", "--data", folder.FullName)).Exit);
    }

    [Fact]
    public async Task Without_a_record_there_is_nothing_to_list()
    {
        (int exit, string output, string errors) = await RunAsync("acquisition", "studies", "--json", "--data", folder.FullName);
        Assert.Equal((1, "", $"error: there is no record, {Path.Combine(folder.FullName, "record.db")}, give the station's data folder with --data"), (exit, output, errors.Trim()));
    }

    /// <summary>dciodvfy judges it as an XA image, from outside.</summary>
    [Fact]
    public async Task A_simulated_angiogram_is_a_whole_XA_image_marked_as_simulated()
    {
        string file = Path.Combine(folder.FullName, "run.dcm");
        (int exit, _, string errors) = await RunAsync("simulate", "angiogram", "--out", file, "--side", "L");
        Assert.True(exit == 0, errors);
        (_, string verdict) = await ArchiveStage.ToolAsync("dciodvfy", file);
        Assert.Equal("XAImage", verdict.Trim());
        (_, string dump) = await ArchiveStage.ToolAsync("dcmdump", file);
        Assert.Contains("[SIMULATED^PATIENT]", dump, StringComparison.Ordinal);
        Assert.Matches(@"\(0020,0062\) CS \[L\]", dump);

        (exit, _, errors) = await RunAsync("simulate", "angiogram", "--out", file, "--scenario", "nobody");
        Assert.Equal((1, "error: no scenario 'nobody', in this version, choose one that 'simulate list' names"), (exit, errors.Trim()));
        Assert.Equal(2, (await RunAsync("simulate", "angiogram")).Exit);
        (exit, _, errors) = await RunAsync("simulate", "angiogram", "--out", Path.Combine(folder.FullName, "nowhere", "run.dcm"));
        Assert.Equal(1, exit);
        Assert.StartsWith("error: the angiogram cannot be written, ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>A study of a patient nobody examined here, and one that no archive can list.</summary>
    private async Task FillAsync()
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 2, [2] = 1 } };
        site.Instead = path => path.Contains("2.25.2/instances", StringComparison.Ordinal) ? ScriptedArchive.Says(200, "<html>") : null;
        using var client = new HttpClient { BaseAddress = site.Root };
        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(folder.FullName, "record.db"), default);
        var feed = new StudyFeed(new DicomWebArchive(client), null, new StudyRecord(database), new PatientNaming(System, null), "site", TimeProvider.System);
        await feed.LookAsync(_ => { }, default);
        await feed.LookAsync(_ => { }, default);
    }

    private async Task<JsonElement[]> ListAsync(params string[] options)
    {
        (int exit, string output, string errors) = await RunAsync("acquisition", ["studies", "--json", "--data", folder.FullName, .. options]);
        Assert.True(exit == 0, errors);
        using JsonDocument list = JsonDocument.Parse(output);
        return [.. list.RootElement.EnumerateArray().Select(s => s.Clone())];
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(ArchiveStage.Patience);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await errors);
    }
}
