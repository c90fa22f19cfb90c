using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Vascular.Bedside.Tests;

/// <summary>Not a test of a limit: from the sender's C-STORE response to curves on the page, through the real station, its Orthanc, DCMTK's storescu and Chromium. Run by
/// scripts/angiography-performance, which names the file the table goes to.</summary>
[Trait("Category", "ByHand")]
public sealed class CurvesTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Side = 512, Frames = 100, Studies = 5, StableS = 5;
    private const double PerSecond = 5;

    private static readonly string? Table = Environment.GetEnvironmentVariable("ANGIOGRAPHY_CURVES");
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    [MeasuredFact]
    public async Task From_the_response_to_the_sender_to_curves_on_the_page()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("curves-");
        int port = BedsideStation.FreePort();
        await using BedsideStation station = await BedsideStation.ServeArchiveAsync(new
        {
            embedded = true, stable_s = StableS, dicom_port = port, http_port = BedsideStation.FreePort(), peers = new[] { new { name = "cathlab", ae_title = "CATHLAB", store = true } },
        });
        await SaidAsync(station, "the archive answers", 1);
        List<Times> taken = [];
        for (int number = 1; number <= Studies; number++)
        {
            string file = Path.Combine(folder.FullName, $"{number}.dcm");
            FootRun.Angiogram(file, Side, Frames, PerSecond, number: number);
            taken.Add(await TakeAsync(station, port, file, number));
        }

        folder.Delete(recursive: true);
        await File.WriteAllLinesAsync(Table!, Lines(taken));
    }

    private async Task<Times> TakeAsync(BedsideStation station, int port, string file, int number)
    {
        await SendAsync(port, file);
        long sent = TimeProvider.System.GetTimestamp();
        double Since() => TimeProvider.System.GetElapsedTime(sent).TotalSeconds;
        await SaidAsync(station, "a study came", number);
        double told = Since();
        IPage page = await chromium.OpenAsync(new Uri(station.Page, "angiography"));
        await page.WaitForFunctionAsync("([image, n]) => document.querySelector(`[data-image='${image}'][aria-current=true]`) && globalThis.cineView?.state()?.frames === n", new object[] { $"2.25.80{number}1", Frames });
        double open = Since();
        JsonElement place = await page.EvaluateAsync<JsonElement>("() => cineView.place()");
        (double left, double top, double scale) = (place.GetProperty("x").GetDouble(), place.GetProperty("y").GetDouble(), place.GetProperty("scale").GetDouble());
        (double x, double y) = FootRun.Arch(Side);
        await page.Keyboard.PressAsync("d");
        await page.Mouse.MoveAsync((float)(left + (x - 25) * scale), (float)(top + (y - 5) * scale));
        await page.Mouse.DownAsync();
        foreach ((double dx, double dy) in new[] { (25.0, -5.0), (25, 5), (-25, 5) })
        {
            await page.Mouse.MoveAsync((float)(left + (x + dx) * scale), (float)(top + (y + dy) * scale), new MouseMoveOptions { Steps = 4 });
        }

        double drawn = Since();
        await page.Mouse.UpAsync();
        await page.WaitForSelectorAsync(".figures[data-region='1'][data-state='measured']");
        await page.WaitForFunctionAsync("() => cineView.state().regions === 1");
        double curves = Since();
        await page.Context.DisposeAsync();
        return new Times(told, open - told, curves - drawn);
    }

    /// <summary>As the cath lab does; returns when its last object was answered.</summary>
    private static async Task SendAsync(int port, string file)
    {
        using Process process = Process.Start(new ProcessStartInfo("storescu", ["-aet", "CATHLAB", "-aec", "VASCULAR", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture), file]) { RedirectStandardError = true })!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(BedsideStation.Patience);
        Assert.True(process.ExitCode == 0, errors);
    }

    private static async Task SaidAsync(BedsideStation station, string words, int times)
    {
        using var deadline = new CancellationTokenSource(BedsideStation.Patience);
        while (station.Said.Split(words).Length <= times)
        {
            await Task.Delay(Step, TimeProvider.System, deadline.Token);
        }
    }

    private static IEnumerable<string> Lines(List<Times> taken)
    {
        Times first = taken[0];
        Times[] later = [.. taken.Skip(1)];
        string Row(string what, Func<Times, double> of) => FormattableString.Invariant($"| {what} | {of(first):0.00} | {Median(later.Select(of)):0.00} | {later.Min(of):0.00} to {later.Max(of):0.00} |");
        yield return "## From the sender to curves";
        yield return "";
        yield return $"A cath lab (DCMTK's storescu) sends a run of {Side} x {Side} pixels and {Frames} frames to the station's own Orthanc; the page is opened when the station says that a study came, and a";
        yield return "region is drawn. Clocked from the end of storescu, which follows the last C-STORE response; the time to draw is not counted. The station is a process of its own, the page stands in Chromium.";
        yield return "";
        yield return $"| step | first study after the start, s | median of {later.Length} more, s | from, to |";
        yield return "| --- | --- | --- | --- |";
        yield return $"| waiting: nothing more may come for `stable_s` | {StableS:0.00} | {StableS:0.00} | configured |";
        yield return Row("Orthanc calls it stable, the station reads its header into the record and says so", t => t.ToldS - StableS);
        yield return Row("the page is opened: frames fetched, mask taken off, first frame on the screen", t => t.OpenS);
        yield return Row("a region's line is closed: its curve and figures stand there", t => t.CurvesS);
        yield return Row("**work in all**", t => t.WorkS);
        yield return Row("**response to curves, with the wait**", t => t.WorkS + StableS);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <param name="ToldS">From the response until the station says that a study came.</param>
    /// <param name="OpenS">From there until the run stands on the page.</param>
    /// <param name="CurvesS">From the end of the line until its curve stands there.</param>
    private sealed record Times(double ToldS, double OpenS, double CurvesS)
    {
        public double WorkS => ToldS - StableS + OpenS + CurvesS;
    }

    private sealed class MeasuredFactAttribute : FactAttribute
    {
        public MeasuredFactAttribute() => Skip = Table is null ? "run by scripts/angiography-performance" : null;
    }
}
