using System.Diagnostics;
using Microsoft.Playwright;

namespace Vascular.Bedside.Tests;

/// <summary>What breaks beside a patient is loud on the page, costs what it must and nothing more, and mends by itself.</summary>
public sealed class TroubleTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Channel = "1";

    [Fact]
    public async Task A_cable_and_the_way_out_are_pulled_and_the_page_says_so_until_they_are_back()
    {
        int port = BedsideStation.FreePort();
        await using BedsideStation station = await BedsideStation.ServeWithoutInputAsync(new { name = "ppg-1", protocol = "nonin7", link = new { kind = "tcp", host = "127.0.0.1", port } });
        Process sensor = station.Plug("nonin7", port, "R.TOE");
        IPage page = await chromium.OpenAsync(station);
        var hand = new Hand(page);
        await NameAsync(page, "TEST-4711");
        await page.WaitForSelectorAsync(".chip.well:has-text('PPG')");
        await page.ClickAsync("[data-step='ppg.right']");
        await hand.StartAsync("ppg.right");
        await hand.AttemptAsync(2);

        await BedsideStation.EndAsync(sensor);
        await page.WaitForSelectorAsync(".chip.ill:has-text('not connected')");
        await page.WaitForFunctionAsync($"() => liveTrace.held()['{Channel}'].gaps.some(g => g.to === null)");
        await hand.SaysAsync("ppg-1:");
        await hand.SaysAsync("Nothing of it is being recorded");
        await hand.PictureAsync("cable-pulled");

        station.Plug("nonin7", port, "R.TOE");
        await page.WaitForSelectorAsync(".chip.well:has-text('PPG')");
        await page.WaitForFunctionAsync($"() => liveTrace.held()['{Channel}'].gaps.every(g => g.to !== null)");
        await page.WaitForFunctionAsync("() => !document.querySelector('.says .bad')");
        double back = await page.EvaluateAsync<double>("() => liveTrace.now() - liveTrace.order().from");
        await hand.AttemptAsync(back + 7.5);
        await hand.StopAndAcceptAsync("ppg.right");
        await hand.SaysAsync("PFI refused: uncalibrated");

        await SendAndOweAsync(hand, station);

        await hand.PressAsync("b");
        await hand.SaysAsync("again: begin the next examination");
        Assert.Equal(1, await page.Locator(".bedside.ended").CountAsync());
        await hand.PressAsync("b");
        await hand.SaysAsync("no patient named");
        await page.WaitForSelectorAsync(".chip.well:has-text('PPG')");
        await NameAsync(page, "TEST-4712");
    }

    /// <summary>Sent before the end while nobody listens: owed, counted, and delivered when the consumer is back.</summary>
    private static async Task SendAndOweAsync(Hand hand, BedsideStation station)
    {
        await station.EndConsumerAsync();
        await hand.PressAsync("s");
        await hand.SaysAsync("again: send now");
        await hand.PressAsync("m");
        await hand.SaysAsync("Not done: no step");
        await hand.PressAsync("s");
        await hand.SaysAsync("again: send now");
        await hand.PressAsync("s");
        await hand.Page.ClickAsync(".chart");
        await hand.SaysAsync("owes its answer");
        await hand.SaysAsync("· 1 owed");
        await hand.SaysAsync("1 message of this station is owed");
        await hand.PictureAsync("owed");
        await hand.PressAsync("s");
        await hand.SaysAsync("nothing has changed since the last bundle");
        station.StartConsumer();
        await hand.SaysAsync("ehr-bridge has it");
        await hand.PressAsync("e");
        await hand.SaysAsync("again: end and send");
        await hand.PressAsync("e");
        await hand.Page.WaitForSelectorAsync(".bedside.ended");
        await hand.Page.WaitForSelectorAsync(".chart.well");
    }

    private static async Task NameAsync(IPage page, string identifier)
    {
        await page.FillAsync("input[name=identifier]", identifier);
        await page.ClickAsync(".patient button");
        await page.WaitForFunctionAsync("who => document.querySelector('header .who').textContent === who", identifier);
    }
}
