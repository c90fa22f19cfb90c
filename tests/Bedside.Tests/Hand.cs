using System.Globalization;
using Microsoft.Playwright;

namespace Vascular.Bedside.Tests;

/// <summary>A person at the keyboard of the page: presses keys and waits for what the page shows.</summary>
internal sealed class Hand(IPage page)
{
    public IPage Page => page;

    public Task PressAsync(string key) => page.Keyboard.PressAsync(key);

    /// <summary>Simulated time at a speed the page offers.</summary>
    public async Task SpeedAsync(int wanted)
    {
        while (await SpeedNowAsync() is var now && now != wanted)
        {
            await PressAsync(now < wanted ? ">" : "<");
            await page.WaitForFunctionAsync("was => document.querySelector('.sim').textContent !== was", $"SIMULATED {now}×");
        }
    }

    /// <summary>Puts what the step needs where it belongs, as the sentence asks, and starts it.</summary>
    public async Task StartAsync(string step)
    {
        await page.WaitForSelectorAsync($".step.on[data-step='{step}']");
        for (int i = 0; i < 4 && await page.Locator($".step.running[data-step='{step}']").CountAsync() == 0; i++)
        {
            string before = await page.InnerTextAsync(".sentence");
            await PressAsync("Space");
            await page.WaitForFunctionAsync("was => document.querySelector('.sentence').innerText !== was", before);
        }

        await page.WaitForSelectorAsync($".step.running[data-step='{step}']");
    }

    public async Task StopAndAcceptAsync(string step)
    {
        await StopAsync(step);
        await AcceptAsync(step);
    }

    public async Task StopAsync(string step)
    {
        await PressAsync("Space");
        await page.WaitForSelectorAsync($".step.found[data-step='{step}']");
    }

    public async Task AcceptAsync(string step)
    {
        await PressAsync("Enter");
        await page.WaitForSelectorAsync($".step.done[data-step='{step}']");
    }

    public Task CuffAsync(string test) => page.WaitForFunctionAsync($"() => {{ const cuff = Number(document.getElementById('cuff-now')?.textContent); return cuff {test}; }}");

    public Task SaysAsync(string words) => page.WaitForFunctionAsync("words => document.querySelector('.bedside').innerText.includes(words)", words);

    /// <summary>Waits for tape time since the attempt began.</summary>
    public Task AttemptAsync(double seconds) =>
        page.WaitForFunctionAsync("s => liveTrace.order().from !== null && liveTrace.now() > liveTrace.order().from + s", seconds);

    public Task<string> StepAsync(string step) => page.InnerTextAsync($".step[data-step='{step}'] em");

    /// <summary>A picture for the eye, where BEDSIDE_PICTURES names a folder.</summary>
    public Task PictureAsync(string name) => Environment.GetEnvironmentVariable("BEDSIDE_PICTURES") is { } folder
        ? page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") })
        : Task.CompletedTask;

    private async Task<int> SpeedNowAsync()
    {
        string sim = await page.InnerTextAsync(".sim");
        return int.Parse(sim["SIMULATED ".Length..^1], CultureInfo.InvariantCulture);
    }
}
