using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Playwright;

namespace Vascular.Bedside.Tests;

/// <summary>The page while the simulated technician plays, what is served beside it, and what it says when something is gone.</summary>
public sealed class PageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_played_examination_is_shown_to_its_end_and_read_by_anyone()
    {
        await using BedsideStation station = await BedsideStation.PlayAsync(60);
        IPage page = await chromium.OpenAsync(station);
        Assert.Contains("SIMULATED 60×", await page.InnerTextAsync("header"), StringComparison.Ordinal);
        Assert.Contains("No result of this examination is of a patient", await page.InnerTextAsync(".banner"), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator(".banner button, .banner a").CountAsync());
        Assert.True(await page.EvaluateAsync<bool>("""
            () => { const at = s => document.querySelector(s).getBoundingClientRect();
                    return at('.banner').bottom <= at('header').top + 1 && at('header').bottom <= at('main').top + 1 && at('main').bottom <= at('footer').top + 1 && at('footer').bottom <= innerHeight + 1; }
            """));
        await page.WaitForFunctionAsync("() => Object.values(liveTrace.held()).some(t => t.samples > 100)");
        await page.WaitForSelectorAsync(".bedside.ended");
        await page.WaitForSelectorAsync(".chart.well");
        string shown = (await page.InnerTextAsync(".bedside")).ReplaceLineEndings(" ");
        foreach (string printed in (string[])["0.89 (DP)", "PT >254 NC", "0.28 ±0.06", "32 mmHg ±5", "amputated below the knee", "in the chart 14 of 14", "delivered to ehr-bridge", "SIMULATED"])
        {
            Assert.Contains(printed, shown, StringComparison.Ordinal);
        }

        Assert.True(await page.EvaluateAsync<bool>("() => liveTrace.order().endLabel === '32 mmHg'"));
        Assert.DoesNotContain("SEED", page.Url, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("SEED-2017", station.Said, StringComparison.Ordinal);

        await page.ClickAsync(".chart");
        await page.WaitForSelectorAsync(".owing");
        await AxeAsync(page, "dark");
        await page.ClickAsync("[data-theme-switch]");
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.theme === 'light'");
        await AxeAsync(page, "light");
    }

    [Fact]
    public async Task What_is_served_has_a_body_and_only_for_its_own_pages()
    {
        await using BedsideStation station = await BedsideStation.ServeAsync(new { name = "ppg-1", protocol = "nonin7", link = new { kind = "tcp", host = "127.0.0.1", port = BedsideStation.FreePort() } });
        using var http = new HttpClient { BaseAddress = station.Page, Timeout = BedsideStation.Patience };
        Assert.True((await http.GetByteArrayAsync("_framework/blazor.web.js")).Length > 50_000);
        foreach (string file in (string[])["bedside.css", "bedside.js", "live-trace.js", "theme.js"])
        {
            Assert.True((await http.GetByteArrayAsync(file)).Length > 100, file);
        }

        Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync("healthz"));
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "attacker.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(foreign)).StatusCode);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "http://attacker.example");
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://localhost:{station.Page.Port}/live"), default).WaitAsync(BedsideStation.Patience));

        IPage page = await chromium.OpenAsync(station);
        var hand = new Hand(page);
        await hand.SaysAsync("no patient named");
        await page.FillAsync("input[name=identifier]", "TEST-4711");
        await page.ClickAsync(".patient button");
        await page.WaitForFunctionAsync("() => document.querySelector('header .who').textContent === 'TEST-4711'");
        await hand.SaysAsync("No cuff belongs to this examination");
        await hand.PressAsync("m");
        await hand.SaysAsync("Not done: no step with a hand-operated cuff is running");
        await page.WaitForSelectorAsync(".chip.ill");
        Assert.Contains("not connected", await page.InnerTextAsync(".chip.ill"), StringComparison.Ordinal);
        using HttpResponseMessage ready = await http.GetAsync("readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("ppg-1 is not connected", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("TEST-4711", station.Said, StringComparison.Ordinal);

        await hand.PictureAsync("unplugged");
        await station.KillAsync();
        await page.WaitForSelectorAsync("#lost:not([hidden])");
        await hand.PictureAsync("lost");
    }

    /// <summary>Contrast, names and roles as axe-core judges them.</summary>
    internal static async Task AxeAsync(IPage page, string theme)
    {
        string script = Path.Combine(Root(), "tests", "outside", "node_modules", "axe-core", "axe.min.js");
        // evaluated, not added as a tag: the page's own policy forbids foreign scripts
        await page.EvaluateAsync(await File.ReadAllTextAsync(script));
        JsonElement violations = await page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] })).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120) + ' ' + n.any.map(a => a.message).join()).join(' | '))");
        Assert.True(violations.GetArrayLength() == 0, $"{theme}: {violations}");
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
}
