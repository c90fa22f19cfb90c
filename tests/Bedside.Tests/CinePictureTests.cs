using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Vascular.Bedside.Tests;

/// <summary>By hand: how evenly a run of 512 x 512 plays in Chromium (scripts/cine-smoothness.sh), and pictures of the page for docs/pictures.</summary>
[Trait("Category", "ByHand")]
public sealed class CinePictureTests(Chromium chromium, ITestOutputHelper output) : IClassFixture<Chromium>
{
    private const int Side = 512, Frames = 100;
    private static readonly string? Folder = Environment.GetEnvironmentVariable("BEDSIDE_PICTURES");
    private static readonly string? Seconds = Environment.GetEnvironmentVariable("CINE_SMOOTHNESS");

    [ByHandFact]
    public async Task A_run_at_15_frames_a_second_is_measured_and_pictured()
    {
        await using ViewStation station = await ViewStation.StartAsync(folder =>
        {
            string[] files = [Path.Combine(folder.FullName, "run.dcm"), Path.Combine(folder.FullName, "windowed.dcm"), Path.Combine(folder.FullName, "film.dcm"), Path.Combine(folder.FullName, "earlier.dcm")];
            FootRun.Angiogram(files[0], Side, Frames, 15, number: 2, more: [(0x00180010, "LO", "Iodixanol"), (0x00181041, "DS", "9")]);
            FootRun.Angiogram(files[1], Side, 12, 15, relationship: "DISP", number: 1);
            FootRun.Film(files[2], 1024);
            FootRun.Angiogram(files[3], Side, Frames, 15, number: 0, sooner: -0.7, more: [(0x00180010, "LO", "Iodixanol"), (0x00181041, "DS", "9"), (0x00181046, "DS", "3")]);
            return files;
        });
        IPage page = await chromium.OpenAsync(station.Page);
        if (Folder is not null)
        {
            await TakeAsync(page, "angiography-loading");
        }

        await page.WaitForFunctionAsync("n => globalThis.cineView?.state()?.frames === n && cineView.state().held === cineView.state().blocks", Frames);
        if (Seconds is not null)
        {
            TimeSpan over = TimeSpan.FromSeconds(double.Parse(Seconds, CultureInfo.InvariantCulture));
            await PlayAsync(page, "as stored", over);
            await page.Keyboard.PressAsync("s");
            await page.WaitForFunctionAsync("() => cineView.state().subtracted && cineView.state().window");
            await PlayAsync(page, "subtracted, while it comes", over);
            await PlayAsync(page, "subtracted", over);
            await page.Keyboard.PressAsync("s");
        }

        if (Folder is not null)
        {
            await PicturesAsync(page);
        }
    }

    private async Task PlayAsync(IPage page, string what, TimeSpan over)
    {
        double before = await chromium.ProcessorSecondsAsync();
        await page.EvaluateAsync("() => cineView.clear()");
        await page.Keyboard.PressAsync("Space");
        await Task.Delay(over, TimeProvider.System);
        JsonElement stats = await page.EvaluateAsync<JsonElement>("() => cineView.stats()");
        await page.Keyboard.PressAsync("Space");
        double used = (await chromium.ProcessorSecondsAsync() - before) / over.TotalSeconds * 100;
        output.WriteLine(FormattableString.Invariant($"{what}: {stats}; browser, all processes, no GPU: {used:0} % of a core"));
    }

    private static async Task PicturesAsync(IPage page)
    {
        await page.FillAsync("input[name=reader]", "A. Reader");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Escape");
        await DrawAsync(page);
        await page.Keyboard.PressAsync("m");
        await page.WaitForFunctionAsync("() => cineView.state().map === 'arrival_s'");
        await page.Keyboard.PressAsync("Home");
        for (int k = 0; k < 60; k++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await page.Keyboard.PressAsync("s");
        await page.WaitForFunctionAsync("() => cineView.state().subtracted && cineView.state().drawn === `${cineView.state().at} true`");
        await page.Keyboard.PressAsync("k");
        await page.WaitForSelectorAsync("#kept");
        await TakeAsync(page, "angiography-dark");
        await page.ClickAsync("[data-theme-switch]");
        await TakeAsync(page, "angiography-light");
        await page.ClickAsync("[data-theme-switch]");
        await page.Keyboard.PressAsync("m");
        await page.WaitForFunctionAsync("() => cineView.state().map === 'time_to_peak_from_arrival_s'");
        await page.Keyboard.PressAsync("s");
        await page.Keyboard.PressAsync("g");
        await page.WaitForSelectorAsync(".reading[data-scoring]");
        await TakeAsync(page, "angiography-score");
        await page.Keyboard.PressAsync("1");
        await page.WaitForSelectorAsync(".score");
        await page.Keyboard.PressAsync("PageDown");
        await page.WaitForFunctionAsync("() => cineView.state()?.frames === 12 && cineView.state().drawn !== ''");
        await TakeAsync(page, "angiography-refused");
        await page.Keyboard.PressAsync("PageDown");
        await BeforeAndAfterAsync(page);
        await page.Keyboard.PressAsync("PageDown");
        await page.Keyboard.PressAsync("PageDown");
        await page.Keyboard.PressAsync("PageDown");
        await page.WaitForFunctionAsync("() => cineView.state()?.frames === 1 && cineView.state().drawn !== ''");
        await page.Keyboard.PressAsync("g");
        await page.WaitForSelectorAsync(".reading[data-scoring]");
        await TakeAsync(page, "angiography-film");
    }

    /// <summary>The earlier run is kept, the later one compared with it.</summary>
    private static async Task BeforeAndAfterAsync(IPage page)
    {
        await PeakAsync(page);
        await DrawAsync(page);
        await page.Keyboard.PressAsync("b");
        await page.WaitForSelectorAsync(".compare");
        await page.Keyboard.PressAsync("PageUp");
        await page.WaitForFunctionAsync("() => cineView.state()?.frames === 12 && cineView.state().drawn !== ''");
        await page.Keyboard.PressAsync("PageUp");
        await PeakAsync(page);
        await DrawAsync(page);
        await TakeAsync(page, "angiography-compare-asked");
        await page.ClickAsync("[data-state='catheter_position']");
        await page.WaitForSelectorAsync("[data-criterion='catheter_position'][data-standing='stated']");
        await page.ClickAsync("[data-state='contrast_rate']");
        await page.WaitForSelectorAsync(".compare[data-holds='true']");
        await page.WaitForFunctionAsync("() => cineView.state().before === 2");
        await TakeAsync(page, "angiography-compare");
        await page.ClickAsync("[data-theme-switch]");
        await TakeAsync(page, "angiography-compare-light");
        await page.ClickAsync("[data-theme-switch]");
    }

    /// <summary>Subtracted, near the top of the arch's curve.</summary>
    private static async Task PeakAsync(IPage page)
    {
        await page.WaitForFunctionAsync("n => cineView.state()?.frames === n && cineView.state().held === cineView.state().blocks", Frames);
        await page.Keyboard.PressAsync("s");
        for (int k = 0; k < 60; k++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await page.WaitForFunctionAsync("() => cineView.state().subtracted && cineView.state().drawn === `${cineView.state().at} true`");
    }

    private static async Task DrawAsync(IPage page)
    {
        foreach ((double x, double y, double rx, double ry) in new[] { (0.5, 0.55, 0.06, 0.025), (0.685, 0.85, 0.03, 0.05) })
        {
            await CircleAsync(page, x, y, rx, ry);
        }

        await page.WaitForSelectorAsync(".figures[data-region='2']");
    }

    private static async Task CircleAsync(IPage page, double x, double y, double rx, double ry)
    {
        JsonElement place = await page.EvaluateAsync<JsonElement>("() => cineView.place()");
        (double left, double top, double scale) = (place.GetProperty("x").GetDouble(), place.GetProperty("y").GetDouble(), place.GetProperty("scale").GetDouble() * Side);
        await page.Keyboard.PressAsync("d");
        for (int k = 0; k <= 24; k++)
        {
            double angle = 2 * Math.PI * k / 24;
            await page.Mouse.MoveAsync((float)(left + (x + rx * Math.Cos(angle)) * scale), (float)(top + (y + ry * Math.Sin(angle)) * scale));
            if (k == 0)
            {
                await page.Mouse.DownAsync();
            }
        }

        await page.Mouse.UpAsync();
    }

    private static Task<byte[]> TakeAsync(IPage page, string name) => page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder!, name + ".png") });

    private sealed class ByHandFactAttribute : FactAttribute
    {
        public ByHandFactAttribute() => Skip = Folder is null && Seconds is null ? "run by scripts/cine-smoothness.sh, or with BEDSIDE_PICTURES" : null;
    }
}
