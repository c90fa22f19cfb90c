using Microsoft.Playwright;
using Vascular.Acquisition.Tests.Archive;

namespace Vascular.Bedside.Tests;

/// <summary>A run whose pixels end the archive, as the physician meets it: the newest on the list, opened by the page itself.</summary>
public sealed class DeadlyRunTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_run_that_ends_the_archive_is_refused_with_the_reason_until_somebody_asks_once_more()
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1, [2] = 1, [3] = 1 } };
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isDeadly = true;
        site.Instead = path => !path.Contains("/frames/", StringComparison.Ordinal) ? null
            : path.Contains("studies/2.25.3/", StringComparison.Ordinal) ? async (wire, cancel) =>
            {
                await slow.Task.WaitAsync(cancel);
                await ScriptedArchive.Frames(3)(wire, cancel);
            }
            : isDeadly && path.Contains("studies/2.25.1/", StringComparison.Ordinal) ? ScriptedArchive.Dead : ScriptedArchive.Frames(3);
        await using ViewStation station = await ViewStation.OverAsync(site.Root);
        IPage page = await chromium.OpenAsync(station.Page);
        await page.WaitForSelectorAsync(".sentence.bad:has-text('The archive fell silent while it read the pixels of this picture, and is not asked for them again')");
        int asked = site.Times("studies/2.25.1/series");
        await new Hand(page).PictureAsync("angiography-silenced");
        await PageTests.AxeAsync(page, "angiography, refused");
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".sentence.bad");
        await page.ClickAsync("[data-image='2.25.2.1']");
        await page.WaitForFunctionAsync("() => globalThis.cineView?.state()?.frames === 3");
        Assert.Equal(0, await page.Locator(".again").CountAsync());

        // while another one comes, nothing of this one stands under its name
        await page.ClickAsync("[data-image='2.25.3.1']");
        await page.WaitForSelectorAsync(".sentence:has-text('Fetching frames')");
        Assert.Equal("P-3", await page.InnerTextAsync("header .who"));
        Assert.True(await page.EvaluateAsync<bool>("() => cineView.state() === null && (c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.every(v => v === 0))(document.getElementById('cine'))"));
        slow.SetResult();
        await page.WaitForFunctionAsync("() => globalThis.cineView?.state()?.frames === 3");
        await page.ClickAsync("[data-image='2.25.1.1']");
        await page.WaitForSelectorAsync(".sentence.bad");
        await page.Keyboard.PressAsync("x");
        Assert.Equal(asked, site.Times("studies/2.25.1/series"));
        isDeadly = false;
        await page.ClickAsync(".again");
        await page.WaitForFunctionAsync("() => globalThis.cineView?.state()?.frames === 3 && !document.querySelector('.sentence.bad, .again')");
    }
}
