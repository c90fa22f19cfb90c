using System.Globalization;
using Microsoft.Playwright;
using Vascular.Acquisition.Records;

namespace Vascular.Bedside.Tests;

/// <summary>A person takes the examination over from the simulated technician and brings it to its end with the keyboard alone.</summary>
public sealed class KeyboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Ear = "200";

    [Fact]
    public async Task An_examination_by_keyboard_is_in_the_record_as_the_page_showed_it()
    {
        await using BedsideStation station = await BedsideStation.PlayAsync(1);
        IPage page = await chromium.OpenAsync(station);
        var hand = new Hand(page);
        await TakeOverAsync(hand);

        await ArmAsync(hand, "arm.right");
        await NeverClosingAnkleAsync(hand);
        await AnkleAsync(hand);
        await ArmAsync(hand, "arm.left");

        await hand.StartAsync("ppg.right");
        await hand.AttemptAsync(14);
        await hand.StopAndAcceptAsync("ppg.right");

        await ToeAsync(hand);

        await page.WaitForSelectorAsync(".step.on[data-step='ankle.pt.left']");
        await hand.PressAsync("n");
        await hand.SaysAsync("amputated below the knee");
        await hand.PictureAsync("reasons");
        await hand.PressAsync("6");
        await hand.SaysAsync("amputated: accept it");
        await hand.AcceptAsync("ankle.pt.left");
        await page.WaitForSelectorAsync(".step.done[data-step='toe.left']");

        await hand.SaysAsync("accept the indices");
        await hand.PressAsync("Enter");
        await hand.SaysAsync("end and send");
        await hand.PressAsync("e");
        await hand.SaysAsync("again: end and send");
        await hand.PressAsync("e");
        await page.WaitForSelectorAsync(".bedside.ended");
        await page.WaitForSelectorAsync(".chart.well");
        await hand.SaysAsync("delivered to ehr-bridge");
        await CompareAsync(page, station);
    }

    /// <summary>The first key ends the script, and time runs as it does.</summary>
    private static async Task TakeOverAsync(Hand hand)
    {
        await hand.PressAsync("o");
        await hand.Page.WaitForSelectorAsync(".bedside[data-scripted='False'], .bedside:not([data-scripted])");
        await hand.Page.WaitForSelectorAsync(".hands");
        await hand.SaysAsync("SIMULATED 1×");
        await hand.SpeedAsync(50);
        if (await hand.Page.Locator(".step.running").CountAsync() > 0)
        {
            await hand.StopAsync("arm.right");
            await hand.PressAsync("r");
            await hand.SaysAsync("to repeat");
        }
    }

    private static async Task ArmAsync(Hand hand, string step)
    {
        await hand.StartAsync(step);
        await hand.SaysAsync("The module has answered");
        await hand.StopAndAcceptAsync(step);
    }

    private static async Task NeverClosingAnkleAsync(Hand hand)
    {
        await hand.StartAsync("ankle.pt.right");
        await hand.SpeedAsync(5);
        await hand.PressAsync("i");
        await hand.CuffAsync("=== 254");
        await hand.PressAsync("m");
        await hand.SaysAsync("Marked");
        await hand.PressAsync("o");
        await hand.CuffAsync("=== 0");
        await hand.StopAndAcceptAsync("ankle.pt.right");
        Assert.Equal(">254 NC", await hand.StepAsync("ankle.pt.right"));
    }

    private static async Task AnkleAsync(Hand hand)
    {
        await hand.StartAsync("ankle.dp.right");
        await hand.PressAsync("i");
        await hand.CuffAsync(">= 130");
        await hand.PressAsync("d");
        await hand.CuffAsync("< 122");
        int heard = await hand.Page.EvaluateAsync<int>($"() => liveTrace.held()['{Ear}'].samples");
        await hand.Page.WaitForFunctionAsync($"heard => liveTrace.held()['{Ear}'].samples > heard", heard);
        await hand.PressAsync("m");
        await hand.SaysAsync("Marked");
        Assert.True(await hand.Page.EvaluateAsync<bool>("() => liveTrace.order().endAt !== null && liveTrace.order().endMmHg > 80"));
        await hand.PressAsync("o");
        await hand.CuffAsync("=== 0");
        await hand.StopAndAcceptAsync("ankle.dp.right");
        Assert.InRange(int.Parse(await hand.StepAsync("ankle.dp.right"), CultureInfo.InvariantCulture), 90, 104);
        await hand.SpeedAsync(50);
    }

    /// <summary>The page is loaded anew while the cuff falls: the capture goes on, and the trace is filled from before.</summary>
    private static async Task ToeAsync(Hand hand)
    {
        await hand.StartAsync("toe.right");
        await hand.AttemptAsync(12);
        await hand.SpeedAsync(10);
        await hand.PressAsync("i");
        await hand.CuffAsync(">= 65");
        await hand.PressAsync("h");
        double held = await hand.Page.EvaluateAsync<double>("() => liveTrace.now() - liveTrace.order().from");
        await hand.AttemptAsync(held + 8);
        await hand.PressAsync("d");
        await hand.CuffAsync("< 60");
        double from = await hand.Page.EvaluateAsync<double>("() => liveTrace.order().from");
        await hand.Page.ReloadAsync();
        await hand.Page.WaitForFunctionAsync("() => globalThis.liveTrace?.order()");
        await hand.Page.WaitForSelectorAsync(".step.running[data-step='toe.right']");
        await hand.Page.WaitForFunctionAsync("from => { const held = liveTrace.held()['1']; return held?.from < from && held.samples > 1000; }", from);
        await hand.CuffAsync("< 24");
        await hand.PictureAsync("hands");
        await hand.CuffAsync("< 16");
        await hand.PressAsync("n");
        await hand.SaysAsync("Not done: stop the running step first");
        await hand.PressAsync("o");
        await hand.CuffAsync("=== 0");
        await hand.StopAsync("toe.right");
        Assert.True(await hand.Page.EvaluateAsync<bool>("() => liveTrace.order().endLabel.endsWith('mmHg') && liveTrace.order().to !== null"));
        await hand.AcceptAsync("toe.right");
        Assert.InRange(int.Parse(await hand.StepAsync("toe.right"), CultureInfo.InvariantCulture), 30, 35);
    }

    /// <summary>What the page says, against the findings in the database.</summary>
    private static async Task CompareAsync(IPage page, BedsideStation station)
    {
        RecordedFinding[] recorded = [.. await station.RecordedAsync()];
        Assert.Equal(14, recorded.Length);
        foreach ((string measure, string site) in new[] { ("toe-sys", "R.TOE"), ("tbi", "R.TOE"), ("abi", "R.ANKLE") })
        {
            string printed = recorded.Single(f => f.Finding.Measure == measure && f.Finding.Site.Code == site).Finding.Printed;
            string tile = (await page.InnerTextAsync($".leg [data-measure='{measure}']")).ReplaceLineEndings(" ");
            Assert.All(printed.Split("; "), part => Assert.Contains(part, tile, StringComparison.Ordinal));
        }
    }
}
