using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Vascular.Acquisition.Records;
using Xunit.Abstractions;

namespace Vascular.Bedside.Tests;

/// <summary>Studies that come while the angiography page is open: DCMTK's storescu sends them to the station's own Orthanc.</summary>
public sealed class ArrivalTests(Chromium chromium, ITestOutputHelper output) : IClassFixture<Chromium>
{
    private const int Side = 96, Frames = 36;
    private const double PerSecond = 6;

    [Fact]
    public async Task What_comes_stands_on_the_list_with_its_leg_and_disturbs_no_run_that_is_drawn_on_or_played()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("arrival-");
        int port = BedsideStation.FreePort();
        await using BedsideStation station = await BedsideStation.ServeArchiveAsync(new
        {
            embedded = true, stable_s = 1, dicom_port = port, http_port = BedsideStation.FreePort(), peers = new[] { new { name = "cathlab", ae_title = "CATHLAB", store = true } },
        });
        IPage page = await chromium.OpenAsync(new Uri(station.Page, "angiography"));
        await SaysAsync(page, "The archive holds no angiogram and no film.");
        await SaidAsync(station, "the archive answers");

        // nothing was open: what comes is
        await SendAsync(folder, port, number: 1, "R");
        await page.WaitForFunctionAsync("n => globalThis.cineView?.state()?.frames === n && cineView.state().held === cineView.state().blocks", Frames);
        Assert.Equal(["2.25.8011"], await ListedAsync(page));
        string token = (await page.GetAttributeAsync(".reading", "data-open"))!;

        // a line is being drawn: the pointer is down
        JsonElement place = await page.EvaluateAsync<JsonElement>("() => cineView.place()");
        (double left, double top, double scale) = (place.GetProperty("x").GetDouble(), place.GetProperty("y").GetDouble(), place.GetProperty("scale").GetDouble());
        (double x, double y) = FootRun.Arch(Side);
        await page.Keyboard.PressAsync("d");
        await page.Mouse.MoveAsync((float)(left + (x - 8) * scale), (float)(top + (y - 1.5) * scale));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((float)(left + (x + 8) * scale), (float)(top + (y - 1.5) * scale), new MouseMoveOptions { Steps = 4 });
        await SendAsync(folder, port, number: 2, null);
        long sent = TimeProvider.System.GetTimestamp();
        await page.WaitForSelectorAsync("[data-image='2.25.8021'] .came");
        output.WriteLine(FormattableString.Invariant($"from the end of storescu to the list: {TimeProvider.System.GetElapsedTime(sent).TotalSeconds:0.00} s, of which stable_s 1"));
        Assert.Equal(["2.25.8021", "2.25.8011"], await ListedAsync(page));
        Assert.Equal("whose leg? to be bound", await page.InnerTextAsync("[data-study='2.25.8022'][data-bound='false'] h2 small"));
        Assert.True((await StateAsync(page)).GetProperty("drawing").GetBoolean());
        await page.Mouse.MoveAsync((float)(left + (x + 8) * scale), (float)(top + (y + 1.5) * scale), new MouseMoveOptions { Steps = 4 });
        await page.Mouse.MoveAsync((float)(left + (x - 8) * scale), (float)(top + (y + 1.5) * scale), new MouseMoveOptions { Steps = 4 });
        await page.Mouse.UpAsync();
        await page.WaitForSelectorAsync(".figures[data-region='1'][data-state='measured']");

        // it plays while a person says beside the station whose legs they are: the leg that is shown follows
        await page.Keyboard.PressAsync("Space");
        await page.WaitForFunctionAsync("() => cineView.state().playing && cineView.stats().n > 2");
        var studies = new StudyRecord(await RecordDatabase.OpenAsync(Path.Combine(station.Data, "record.db"), default));
        Assert.Null(await studies.BindAsync("2.25.8022", "urn:oid:2.999.1.1", "TEST-0002", "L", "A. Person", 1, default));
        Assert.Null(await studies.BindAsync("2.25.8012", "urn:oid:2.999.1.1", "TEST-0008", "L", "A. Person", 1, default));
        await page.WaitForFunctionAsync("() => document.querySelectorAll('[data-bound=true]').length === 2");
        Assert.Equal("left leg", await page.InnerTextAsync("[data-study='2.25.8022'] h2 small"));
        Assert.Equal("left leg, with doubts", await page.InnerTextAsync("[data-study='2.25.8012'] h2 small"));
        Assert.Equal("TEST-0008", await page.InnerTextAsync("header .who"));
        Assert.Contains("a picture says another side than the person who bound it", await page.InnerTextAsync(".doubts"), StringComparison.Ordinal);
        Assert.StartsWith("Angiogram, left leg: ", await page.InnerTextAsync("h1"), StringComparison.Ordinal);
        Assert.True((await StateAsync(page)).GetProperty("playing").GetBoolean());
        Assert.Equal(1, (await StateAsync(page)).GetProperty("regions").GetInt32());
        Assert.Equal((token, "2.25.8011"), (await page.GetAttributeAsync(".reading", "data-open"), await page.GetAttributeAsync("nav [aria-current=true]", "data-image")));

        // new until it is looked at
        await new Hand(page).PictureAsync("angiography-arrived");
        await page.Keyboard.PressAsync("PageUp");
        await page.WaitForSelectorAsync("[data-image='2.25.8021'][aria-current=true]");
        Assert.Equal(0, await page.Locator(".came").CountAsync());
        folder.Delete(recursive: true);
    }

    private static async Task<string[]> ListedAsync(IPage page) => await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('nav [data-image]')].map(b => b.dataset.image)");

    private static async Task<JsonElement> StateAsync(IPage page) => await page.EvaluateAsync<JsonElement>("() => cineView.state()");

    private static async Task SaysAsync(IPage page, string words) => await page.WaitForFunctionAsync("words => document.querySelector('.reading').innerText.includes(words)", words);

    /// <summary>As the cath lab does; returns when its last object was answered.</summary>
    private static async Task SendAsync(DirectoryInfo folder, int port, int number, string? leg)
    {
        string file = Path.Combine(folder.FullName, $"{number}.dcm");
        FootRun.Angiogram(file, Side, Frames, PerSecond, number: number, more: leg is null ? [(0x00200060, "CS", "")] : [(0x00200060, "CS", leg)]);
        using Process process = Process.Start(new ProcessStartInfo("storescu", ["-aet", "CATHLAB", "-aec", "VASCULAR", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture), file]) { RedirectStandardError = true })!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(BedsideStation.Patience);
        Assert.True(process.ExitCode == 0, errors);
    }

    private static async Task SaidAsync(BedsideStation station, string words)
    {
        using var deadline = new CancellationTokenSource(BedsideStation.Patience);
        while (!station.Said.Contains(words, StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }
}
