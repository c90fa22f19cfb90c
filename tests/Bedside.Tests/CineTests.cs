using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Playwright;
using Vascular.Acquisition.Records;

namespace Vascular.Bedside.Tests;

/// <summary>A reader at the angiography page: a phantom study of known parameters through the real Orthanc, in Chromium.</summary>
public sealed class CineTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Side = 160, Frames = 48;
    private const double PerSecond = 6;

    [Fact]
    public async Task A_study_is_played_subtracted_measured_mapped_and_scored_with_the_keyboard()
    {
        await using ViewStation station = await ViewStation.StartAsync(folder =>
        {
            string[] files = [Path.Combine(folder.FullName, "run.dcm"), Path.Combine(folder.FullName, "windowed.dcm"), Path.Combine(folder.FullName, "film.dcm")];
            FootRun.Angiogram(files[0], Side, Frames, PerSecond, number: 2);
            FootRun.Angiogram(files[1], Side, 12, PerSecond, relationship: "DISP", number: 1);
            FootRun.Film(files[2], Side);
            return files;
        });
        IPage page = await chromium.OpenAsync(station.Page);
        await IsOpenAsync(page, Frames);
        await LookAsync(page);
        await SubtractAsync(page);
        await MeasureAsync(page);
        await MapAsync(page);
        await PageTests.AxeAsync(page, "angiography, dark");
        await page.ClickAsync("[data-theme-switch]");
        await PageTests.AxeAsync(page, "angiography, light");
        int scored = await AtAsync(page) + 1;
        await ScoreAsync(page, "A. First", "1");
        await SecondReaderAsync(page);

        // a run whose pixels are windowed already can be looked at, and its numbers are refused with the reason
        await page.Keyboard.PressAsync("PageDown");
        await IsOpenAsync(page, 12);
        await SaysAsync(page, "already windowed for display");
        await page.Keyboard.PressAsync("m");
        await SaysAsync(page, "Not done: the pixels are already windowed");

        // the film is read on its own scales, never on the angiogram's
        await page.Keyboard.PressAsync("PageDown");
        await IsOpenAsync(page, 1);
        await page.Keyboard.PressAsync("g");
        await SaysAsync(page, "MAC 0–2 (Ferraresi)");
        Assert.Equal(["cine"], await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.lights canvas')].filter(c => c.clientWidth > 0).map(c => c.id)"));
        await page.Keyboard.PressAsync("Escape");
        await page.WaitForFunctionAsync("() => !document.querySelector('.reading[data-scoring]')");
        Assert.Equal(["ArrowUp", "g", "PageDown"], await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('footer [data-key]')].map(b => b.dataset.key)"));
        foreach (string none in (string[])["d", "s"])
        {
            await page.Keyboard.PressAsync(none);
            Assert.False((await page.EvaluateAsync<JsonElement>("() => cineView.state()")).GetProperty(none == "d" ? "drawing" : "subtracted").GetBoolean());
        }

        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("t");
        await SaysAsync(page, "MAC 0–5 (pedal)");
        await page.Keyboard.PressAsync("5");
        await page.WaitForSelectorAsync(".score[data-scale='mac_pedal_0_5']");

        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(station.Data, "record.db"), CancellationToken.None);
        await using RecordContext record = database.Context();
        Assert.Equal([("sad_0_2", 1, "A. First", true), ("sad_0_2", 2, "B. Second", true), ("mac_pedal_0_5", 5, "B. Second", true)], record.FrameScores.OrderBy(s => s.Id).AsEnumerable().Select(s => (s.Scale, s.Score, s.Reader, s.Blind)));
        FrameScore first = record.FrameScores.OrderBy(s => s.Id).First();
        Assert.Equal(("2.25.8022", "2.25.8021", "R"), (first.Study, first.Instance, first.Side));
        Assert.Equal(scored, first.Frame);
        KeptAnalysis kept = Assert.Single(record.KeptAnalyses);
        Assert.Equal(("dsa-perfusion", 4, "A. First", "2.25.8021"), (kept.Method, kept.MethodVersion, kept.User, kept.Instance));
        Assert.Equal(["analysis_kept", "scored", "scored", "scores_shown", "scored"], record.StudyEvents.OrderBy(e => e.Id).AsEnumerable().Select(e => e.What));
    }

    /// <summary>Before and after on the page: nothing is compared until everything is alike or said to be, and what headers say differs nobody can say away.</summary>
    [Fact]
    public async Task Two_runs_of_a_foot_are_compared_where_they_were_taken_alike_and_refused_where_not()
    {
        (uint, string, string)[] injected = [(0x00180010, "LO", "Iodixanol"), (0x00181041, "DS", "9")];
        await using ViewStation station = await ViewStation.StartAsync(folder =>
        {
            string[] files = [.. new[] { "before", "after", "other" }.Select(name => Path.Combine(folder.FullName, name + ".dcm"))];
            FootRun.Angiogram(files[0], Side, Frames, PerSecond, number: 3, more: [.. injected, (0x00181046, "DS", "3")]);
            FootRun.Angiogram(files[1], Side, Frames, PerSecond, number: 2, sooner: 0.5, more: injected);
            FootRun.Angiogram(files[2], Side, Frames, PerSecond, number: 1, more: [.. injected, (0x00100020, "LO", "TEST-0009"), (0x00181511, "DS", "50")]);
            return files;
        });
        IPage page = await chromium.OpenAsync(station.Page);
        await IsOpenAsync(page, Frames);
        await page.Keyboard.PressAsync("b");
        await SaysAsync(page, "Not done: draw a region first");
        await DrawAsync(page);
        await page.Keyboard.PressAsync("b");
        await SaysAsync(page, "This is the run before");

        await page.Keyboard.PressAsync("PageDown");
        await page.WaitForSelectorAsync("[data-criterion='contrast_rate'][data-standing='not_said']");
        await IsOpenAsync(page, Frames);
        await DrawAsync(page);
        Assert.Equal(["catheter_position", "contrast_rate"], await StandingAsync(page, "not_said"));
        Assert.Equal(["side", "contrast_agent", "contrast_volume", "projection", "frame_rate", "densities", "patient"], await StandingAsync(page, "same"));
        Assert.Equal(0, await page.Locator(".change").CountAsync());
        await page.ClickAsync("[data-state='catheter_position']");
        await SaysAsync(page, "say who reads");
        await page.FillAsync("input[name=reader]", "A. First");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Escape");
        await page.ClickAsync("[data-state='catheter_position']");
        await page.WaitForSelectorAsync("[data-criterion='catheter_position'][data-standing='stated']");
        Assert.Equal(0, await page.Locator(".change").CountAsync());
        await page.ClickAsync("[data-state='contrast_rate']");
        await page.WaitForSelectorAsync(".compare[data-holds='true']");
        // half a second sooner, to a frame of smoothing
        string change = await page.InnerTextAsync(".figures[data-region='1'] [data-figure='time_to_peak_from_first_frame_s'] .change");
        Assert.InRange(double.Parse(change.Split(' ')[0].Replace('−', '-'), CultureInfo.InvariantCulture), -0.6, -0.4);
        string was = await page.InnerTextAsync(".figures[data-region='1'] [data-figure='time_to_peak_from_first_frame_s'] .was");
        Assert.InRange(double.Parse(was, CultureInfo.InvariantCulture), FootRun.Enters + 0.4 + 1.8 - 0.15, FootRun.Enters + 0.7 + 1.8 + 0.15);
        await page.WaitForFunctionAsync("() => cineView.state().before === 1");
        await PageTests.AxeAsync(page, "angiography, comparison, dark");
        Assert.All(await page.EvaluateAsync<double[]>("() => [...document.querySelectorAll('.compare button, footer button')].map(b => Math.min(b.getBoundingClientRect().height, b.getBoundingClientRect().width))"), side => Assert.True(side >= 48));
        await page.ClickAsync("[data-state='contrast_rate']");
        await page.WaitForSelectorAsync(".compare[data-holds='false']");
        Assert.Equal(0, await page.Locator(".change").CountAsync());
        await page.WaitForFunctionAsync("() => cineView.state().before === 0");

        // another patient, another angle: nobody is asked, and what was said of the run before this one is not carried over
        await page.Keyboard.PressAsync("PageDown");
        await page.WaitForSelectorAsync("[data-criterion='patient'][data-standing='differs']");
        await IsOpenAsync(page, Frames);
        await DrawAsync(page);
        Assert.Equal(["projection", "patient"], await StandingAsync(page, "differs"));
        Assert.Equal(["catheter_position", "contrast_rate"], await StandingAsync(page, "not_said"));
        Assert.Equal(0, await page.Locator("[data-state='patient'], [data-state='projection'], .change").CountAsync());
        await page.Keyboard.PressAsync("b");
        await page.WaitForFunctionAsync("() => document.querySelector('.compare') === null");

        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(station.Data, "record.db"), CancellationToken.None);
        await using RecordContext record = database.Context();
        Assert.Equal(["comparison_stated", "comparison_stated", "comparison_taken_back"], record.StudyEvents.OrderBy(e => e.Id).AsEnumerable().Select(e => e.What));
        StudyEvent said = record.StudyEvents.OrderBy(e => e.Id).First();
        Assert.Equal(("2.25.8022", "A. First", """{"after":"2.25.8021","before":"2.25.8031","criterion":"catheter_position"}"""), (said.Study, said.User, said.Detail));
    }

    private static async Task<string[]> StandingAsync(IPage page, string standing) =>
        await page.EvaluateAsync<string[]>("standing => [...document.querySelectorAll(`[data-standing=${standing}]`)].map(e => e.dataset.criterion)", standing);

    [Fact]
    public async Task Pixels_go_to_this_page_alone_and_as_many_as_were_asked_for()
    {
        await using ViewStation station = await ViewStation.StartAsync(folder =>
        {
            string file = Path.Combine(folder.FullName, "run.dcm");
            FootRun.Angiogram(file, 64, 16, PerSecond);
            return [file];
        });
        IPage page = await chromium.OpenAsync(station.Page);
        await IsOpenAsync(page, 16);
        string token = (await page.GetAttributeAsync(".reading", "data-open"))!;
        using var http = new HttpClient { BaseAddress = new Uri(station.Page, "/"), Timeout = BedsideStation.Patience };
        using HttpResponseMessage block = await http.GetAsync($"frames/{token}?from=8&count=8");
        Assert.Equal(8 * 64 * 64 * 2, (await block.Content.ReadAsByteArrayAsync()).Length);
        Assert.True(block.Headers.CacheControl!.NoStore);
        Assert.Equal("same-origin", Assert.Single(block.Headers.GetValues("Cross-Origin-Resource-Policy")));
        foreach (string wrong in (string[])["from=9&count=8", "from=-1&count=1", "from=0&count=17", "from=0", "from=0&count=0"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync($"frames/{token}?{wrong}")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("frames/000000000000000000000000?from=0&count=1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"frames/{token}/map/beauty")).StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, $"/frames/{token}?from=0&count=1") { Headers = { Host = "attacker.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(foreign)).StatusCode);
    }

    private static async Task LookAsync(IPage page)
    {
        Assert.Equal(0, await AtAsync(page));
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(2, await AtAsync(page));
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal(Frames - 1, await AtAsync(page));
        await page.Keyboard.PressAsync("Home");
        int before = await GreyAsync(page, Side / 2, Side / 5);
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.WaitForFunctionAsync("was => cineView.pixel(80, 32)[0] > was", before);
        await page.Keyboard.PressAsync("w");
        await page.WaitForFunctionAsync("was => cineView.pixel(80, 32)[0] === was", before);
        await page.Keyboard.PressAsync("Space");
        await page.WaitForFunctionAsync("() => cineView.state().playing && cineView.stats().n > 5");
        await page.Keyboard.PressAsync("Space");
        Assert.False((await page.EvaluateAsync<JsonElement>("() => cineView.state()")).GetProperty("playing").GetBoolean());
    }

    private static async Task SubtractAsync(IPage page)
    {
        // at the top of the arch's curve contrast is dark and bone is gone
        await page.Keyboard.PressAsync("Home");
        for (int k = 0; k < (int)((FootRun.Enters + 0.55 + 1.8) * PerSecond); k++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await page.Keyboard.PressAsync("s");
        await page.WaitForFunctionAsync("() => cineView.state().subtracted && cineView.state().window && cineView.state().drawn === `${cineView.state().at} true`");
        (double x, double y) = FootRun.Arch(Side);
        Assert.True(await GreyAsync(page, (int)x, (int)y) < await GreyAsync(page, Side / 2, Side / 6) - 60);
    }

    /// <summary>A region along the arch.</summary>
    private static async Task DrawAsync(IPage page)
    {
        JsonElement place = await page.EvaluateAsync<JsonElement>("() => cineView.place()");
        (double left, double top, double scale) = (place.GetProperty("x").GetDouble(), place.GetProperty("y").GetDouble(), place.GetProperty("scale").GetDouble());
        (double x, double y) = FootRun.Arch(Side);
        await page.Keyboard.PressAsync("d");
        await page.Mouse.MoveAsync((float)(left + (x - 8) * scale), (float)(top + (y - 1.5) * scale));
        await page.Mouse.DownAsync();
        foreach ((double dx, double dy) in new[] { (8.0, -1.5), (8, 1.5), (-8, 1.5) })
        {
            await page.Mouse.MoveAsync((float)(left + (x + dx) * scale), (float)(top + (y + dy) * scale), new MouseMoveOptions { Steps = 4 });
        }

        await page.Mouse.UpAsync();
        await page.WaitForSelectorAsync(".figures[data-region='1'][data-state='measured']");
    }

    private static async Task MeasureAsync(IPage page)
    {
        await DrawAsync(page);
        // the top of the gamma variate stands at 3 x 0.6 s after contrast reached the arch
        string[] cells = [.. await page.Locator(".figures[data-region='1'] td:nth-child(2)").AllInnerTextsAsync()];
        Assert.InRange(double.Parse(cells[2], CultureInfo.InvariantCulture), FootRun.Enters + 0.4 + 1.8 - 0.15, FootRun.Enters + 0.7 + 1.8 + 0.15);
        Assert.Equal(1, (await page.EvaluateAsync<JsonElement>("() => cineView.state()")).GetProperty("regions").GetInt32());

        // without a pointer: a square over bone, where no contrast came
        await page.Keyboard.PressAsync("d");
        await page.Keyboard.PressAsync("Shift+ArrowUp");
        foreach (string corner in (string[])["Shift+ArrowUp", "Shift+ArrowLeft", "Shift+ArrowDown"])
        {
            await page.Keyboard.PressAsync("Enter");
            await page.Keyboard.PressAsync(corner);
        }

        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("c");
        await page.WaitForSelectorAsync(".figures[data-region='2'] .refusal:has-text('No contrast came here')");
        await page.Keyboard.PressAsync("x");
        await page.WaitForFunctionAsync("() => cineView.state().regions === 1");
    }

    private static async Task MapAsync(IPage page)
    {
        await page.Keyboard.PressAsync("m");
        await page.WaitForFunctionAsync("() => cineView.state().map === 'arrival_s'");
        (double x, double y) = FootRun.Arch(Side);
        int[] arch = await page.EvaluateAsync<int[]>("([x, y]) => cineView.mapPixel(x, y)", new[] { (int)x, (int)y });
        int[] bone = await page.EvaluateAsync<int[]>("([x, y]) => cineView.mapPixel(x, y)", new[] { Side / 2, Side / 6 });
        Assert.True(arch.Take(3).Max() - arch.Take(3).Min() > 40, string.Join(',', arch));
        Assert.Equal(bone[0], bone[2]);

        // what fills later is lighter: the fourth digit's artery against the arch it springs from
        double early = await LightAsync((int)x, (int)y), late = await LightAsync((int)(0.7095 * Side), (int)(0.65 * Side));
        Assert.True(late > early + 20, $"{early} {late}");

        // mean of red, green and blue of the coloured pixels around
        async Task<double> LightAsync(int column, int row) => await page.EvaluateAsync<double>(
            """
            ([x, y]) => {
              const seen = [];
              for (let i = -3; i <= 3; i++) { for (let j = -3; j <= 3; j++) { const c = cineView.mapPixel(x + i, y + j); if (Math.max(...c.slice(0, 3)) - Math.min(...c.slice(0, 3)) > 40) { seen.push((c[0] + c[1] + c[2]) / 3); } } }
              return seen.length ? seen.reduce((a, b) => a + b) / seen.length : -1;
            }
            """,
            new[] { column, row });
    }

    private static async Task ScoreAsync(IPage page, string reader, string score)
    {
        await page.Keyboard.PressAsync("k");
        await SaysAsync(page, "say who reads");
        await page.FillAsync("input[name=reader]", reader);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("k");
        await page.WaitForSelectorAsync("#kept");
        await page.Keyboard.PressAsync("g");
        await page.WaitForSelectorAsync(".reading[data-scoring]");
        await page.Keyboard.PressAsync("3");
        await SaysAsync(page, "SAD 0–2 has no 3");
        await page.Keyboard.PressAsync(score);
        await page.WaitForSelectorAsync($".score[data-reader='{reader}']");
    }

    /// <summary>Who has not scored is shown that somebody has, and not what.</summary>
    private static async Task SecondReaderAsync(IPage page)
    {
        await page.FillAsync("input[name=reader]", "B. Second");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Escape");
        await page.WaitForSelectorAsync(".hidden:has-text('one other reader has scored')");
        Assert.DoesNotContain("A. First", await page.InnerTextAsync(".reader"), StringComparison.Ordinal);
        Assert.DoesNotContain("SAD 1", await page.InnerTextAsync(".reading"), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("g");
        await page.WaitForSelectorAsync(".reading[data-scoring]");
        await page.Keyboard.PressAsync("2");
        await page.WaitForSelectorAsync(".score[data-reader='A. First']");
        await page.WaitForSelectorAsync(".score[data-reader='B. Second']");
    }

    private static async Task IsOpenAsync(IPage page, int frames) => await page.WaitForFunctionAsync("n => globalThis.cineView?.state()?.frames === n && cineView.state().held === cineView.state().blocks", frames);

    private static async Task SaysAsync(IPage page, string words) => await page.WaitForFunctionAsync("words => document.querySelector('.reading').innerText.includes(words)", words);

    private static async Task<int> AtAsync(IPage page) => (await page.EvaluateAsync<JsonElement>("() => cineView.state()")).GetProperty("at").GetInt32();

    /// <summary>Grey of a pixel of the frame that is drawn; waits for the one that stands now.</summary>
    private static async Task<int> GreyAsync(IPage page, int x, int y)
    {
        await page.WaitForFunctionAsync("() => cineView.state().drawn.startsWith(`${cineView.state().at} `)");
        return (await page.EvaluateAsync<int[]>("([x, y]) => cineView.pixel(x, y)", new[] { x, y }))[0];
    }
}
