using Microsoft.Playwright;

namespace Vascular.Bedside.Tests;

/// <summary>Pictures of the page for docs/pictures. Taken when BEDSIDE_PICTURES names a folder.</summary>
[Trait("Category", "ByHand")]
public sealed class PictureTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("BEDSIDE_PICTURES");

    [PicturesFact]
    public async Task The_page_at_work()
    {
        await using BedsideStation station = await BedsideStation.PlayAsync(12, "seed-2017-09");
        IPage small = await chromium.OpenAsync(station);
        IPage large = await chromium.OpenAsync(station, 1920, 1080);
        IPage light = await chromium.OpenAsync(station, 1280, 800, ColorScheme.Light);
        foreach (string step in (string[])["ankle.dp.right", "arm.left", "ppg.right", "toe.right"])
        {
            await small.WaitForSelectorAsync($".step.running[data-step='{step}']");
            string half = step.StartsWith("ppg", StringComparison.Ordinal) ? "25" : step.StartsWith("arm", StringComparison.Ordinal) ? "20" : step == "ankle.dp.right" ? "25" : "45";
            await small.WaitForFunctionAsync($"() => liveTrace.order().from !== null && liveTrace.now() > liveTrace.order().from + {half}");
            await TakeAsync(small, $"{step}-dark");
            await TakeAsync(large, $"{step}-large");
            await TakeAsync(light, $"{step}-light");
        }

        foreach ((string seen, string name) in new[] { (".step.done[data-step='toe.left']", "warming"), (".oxygen .forecast", "forecast"), (".step.done[data-step='tcpo2.chest.right']", "plateau") })
        {
            await small.WaitForSelectorAsync(seen, new PageWaitForSelectorOptions { Timeout = 200_000 });
            await TakeAsync(small, $"oxygen-{name}-dark");
            await TakeAsync(large, $"oxygen-{name}-large");
            await TakeAsync(light, $"oxygen-{name}-light");
        }

        await small.WaitForFunctionAsync("() => document.querySelector('.bedside.ended')", null, new PageWaitForFunctionOptions { Timeout = 240_000 });
        await small.WaitForSelectorAsync(".chart.well");
        await TakeAsync(small, "ended-dark");
        await TakeAsync(large, "ended-large");
        await TakeAsync(light, "ended-light");
        await light.ClickAsync(".chart");
        await light.WaitForSelectorAsync(".owing");
        await TakeAsync(light, "owed-light");
    }

    private static Task<byte[]> TakeAsync(IPage page, string name) => page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder!, name + ".png") });

    private sealed class PicturesFactAttribute : FactAttribute
    {
        public PicturesFactAttribute() => Skip = Folder is null ? "BEDSIDE_PICTURES names no folder" : null;
    }
}
