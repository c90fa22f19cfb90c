using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Vascular.Bedside.Tests;

/// <summary>Not a test of a limit: measures what a screen shows and what it costs. Run by scripts/page-smoothness.sh, which names the speed.</summary>
[Trait("Category", "ByHand")]
public sealed class SmoothnessTests(Chromium chromium, ITestOutputHelper output) : IClassFixture<Chromium>
{
    private static readonly string? Speed = Environment.GetEnvironmentVariable("BEDSIDE_SMOOTHNESS");

    [MeasuredFact]
    public async Task Frames_and_delays_of_a_running_examination()
    {
        double speed = double.Parse(Speed!, CultureInfo.InvariantCulture);
        await using BedsideStation station = await BedsideStation.PlayAsync(speed);
        IPage page = await chromium.OpenAsync(station);
        await page.WaitForFunctionAsync("() => liveTrace.order().pulse !== null || liveTrace.order().cuff !== null");
        TimeSpan before = station.ProcessorTime;
        const double Seconds = 20;
        await page.EvaluateAsync($"() => new Promise(done => setTimeout(done, {Seconds * 1000}))");
        TimeSpan used = station.ProcessorTime - before;
        output.WriteLine($"speed {speed}: station {used.TotalSeconds / Seconds * 100:0.0} % of a core");
        output.WriteLine(await page.EvaluateAsync<string>("() => JSON.stringify(liveTrace.stats())"));
    }

    private sealed class MeasuredFactAttribute : FactAttribute
    {
        public MeasuredFactAttribute() => Skip = Speed is null ? "run by scripts/page-smoothness.sh" : null;
    }
}
