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
        await using BedsideStation station = await BedsideStation.PlayAsync(8);
        IPage small = await chromium.OpenAsync(station);
        IPage large = await chromium.OpenAsync(station, 1920, 1080);
        IPage light = await chromium.OpenAsync(station, 1280, 800, ColorScheme.Light);
        foreach (string step in (string[])["ankle.dp.right", "arm.left", "ppg.right", "toe.right"])
        {
            await small.WaitForSelectorAsync($".step.running[data-step='{step}']");
            string half = step.StartsWith("ppg", StringComparison.Ordinal) ? "25" : step.StartsWith("arm", StringComparison.Ordinal) ? "20" : step == "ankle.dp.right" ? "25" : "48";
            await small.WaitForFunctionAsync($"() => liveTrace.order().from !== null && liveTrace.now() > liveTrace.order().from + {half}");
            await TakeAsync(small, $"{step}-dark");
            await TakeAsync(large, $"{step}-large");
            await TakeAsync(light, $"{step}-light");
        }

        await small.WaitForSelectorAsync(".bedside.ended");
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
