using System.Text.Json;
using Microsoft.Playwright;

namespace Vascular.Bedside.Tests;

/// <summary>Debian's chromium for all tests of the page; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    /// <summary>What all processes of the browser have used of the processor so far, s.</summary>
    internal async Task<double> ProcessorSecondsAsync()
    {
        ICDPSession session = await _browser.NewBrowserCDPSessionAsync();
        JsonElement answer = await session.SendAsync("SystemInfo.getProcessInfo") ?? throw new InvalidOperationException("The browser does not say what it used.");
        return answer.GetProperty("processInfo").EnumerateArray().Sum(p => p.GetProperty("cpuTime").GetDouble());
    }

    /// <summary>A page beside the bedside's.</summary>
    /// <param name="address">Below the station's own.</param>
    internal async Task<IPage> OpenPageAsync(BedsideStation station, string address, ColorScheme scheme = ColorScheme.Light)
    {
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 1000 }, ColorScheme = scheme });
        context.SetDefaultTimeout((float)BedsideStation.Patience.TotalMilliseconds);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(station.Page, address).ToString());
        await page.WaitForSelectorAsync(".paper[data-ready=true]");
        return page;
    }

    /// <summary>A page that fails the test on any error of its scripts.</summary>
    internal async Task<IPage> OpenAsync(BedsideStation station, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Dark)
    {
        IPage page = await OpenAsync(station.Page, width, height, scheme);
        await page.WaitForFunctionAsync("() => globalThis.liveTrace?.order()");
        return page;
    }

    /// <summary>A page of an address.</summary>
    internal async Task<IPage> OpenAsync(Uri address, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Dark)
    {
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme });
        context.SetDefaultTimeout((float)BedsideStation.Patience.TotalMilliseconds);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(address.ToString());
        return page;
    }
}
