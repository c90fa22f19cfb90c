using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Vascular.Bedside.Tests;

/// <summary>Not a test of a limit: measures what a screen shows and what it costs. Run by scripts/page-smoothness.sh, which names the speed.</summary>
[Trait("Category", "ByHand")]
public sealed class SmoothnessTests(Chromium chromium, ITestOutputHelper output) : IClassFixture<Chromium>
{
    private const double Seconds = 20;

    private static readonly string? Speed = Environment.GetEnvironmentVariable("BEDSIDE_SMOOTHNESS");

    [MeasuredFact]
    public async Task Frames_and_delays_of_a_running_examination()
    {
        double speed = double.Parse(Speed!, CultureInfo.InvariantCulture);
        await using BedsideStation station = await BedsideStation.PlayAsync(speed, Path.Combine(AppContext.BaseDirectory, "eight-traces.yaml"));
        await using (IBrowserContext nobody = (await chromium.OpenAsync(station)).Context)
        {
            // the first page pays for what is compiled at its first use
            await nobody.Pages[0].WaitForSelectorAsync(".step.running");
        }

        (TimeSpan Station, double _) alone = await OverAsync(station);
        IPage page = await chromium.OpenAsync(station);
        await page.WaitForFunctionAsync("() => Object.values(liveTrace.held()).filter(t => t.samples > 100).length === 8");
        (TimeSpan Station, double Browser) shown = await OverAsync(station);
        output.WriteLine(FormattableString.Invariant($"speed {speed}, 8 traces of 75/s: station {Percent(alone.Station.TotalSeconds)} without a page, {Percent(shown.Station.TotalSeconds)} with one; browser, all processes, no GPU: {Percent(shown.Browser)}"));
        output.WriteLine(await page.EvaluateAsync<string>("() => JSON.stringify(liveTrace.stats())"));
    }

    /// <summary>What station and browser use of the processor over the time of the measurement.</summary>
    private async Task<(TimeSpan Station, double Browser)> OverAsync(BedsideStation station)
    {
        (TimeSpan stationBefore, double browserBefore) = (station.ProcessorTime, await chromium.ProcessorSecondsAsync());
        await Task.Delay(TimeSpan.FromSeconds(Seconds), TimeProvider.System);
        return (station.ProcessorTime - stationBefore, await chromium.ProcessorSecondsAsync() - browserBefore);
    }

    private static string Percent(double seconds) => FormattableString.Invariant($"{seconds / Seconds * 100:0.0} % of a core");

    private sealed class MeasuredFactAttribute : FactAttribute
    {
        public MeasuredFactAttribute() => Skip = Speed is null ? "run by scripts/page-smoothness.sh" : null;
    }
}
