using Microsoft.Playwright;
using Vascular.Acquisition.Records;

namespace Vascular.Bedside.Tests;

/// <summary>Two readers at two screens score calcification on the same films, from a digital and from a computed radiography room.</summary>
public sealed class FilmTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Planted = "planted beside the score";

    [Fact]
    public async Task The_second_reader_of_a_film_sees_nothing_of_the_first_score_until_his_own_is_entered()
    {
        await using ViewStation station = await ViewStation.StartAsync(folder =>
        {
            string[] files = [Path.Combine(folder.FullName, "dx.dcm"), Path.Combine(folder.FullName, "cr.dcm")];
            FootRun.Film(files[0], 64);
            FootRun.Film(files[1], 64, "CR");
            return files;
        });
        IPage first = await chromium.OpenAsync(station.Page), second = await chromium.OpenAsync(station.Page);
        foreach (string film in (string[])["2.25.8901", "2.25.9001"])
        {
            await ChooseAsync(first, film);
            await ReadAsync(first, "A. First");
            await ScoreAsync(first, "2", Planted);
            await first.WaitForSelectorAsync(".score[data-scale='mac_ferraresi_0_2'][data-reader='A. First']");

            // before he says who he is, after it, on the other scale, and when the film is opened anew
            await ReadAsync(second, "");
            await ChooseAsync(second, film);
            await SeesNothingAsync(second);
            await ReadAsync(second, "B. Second");
            await second.WaitForSelectorAsync(".hidden:has-text('one other reader has scored')");
            await SeesNothingAsync(second);
            await second.Keyboard.PressAsync("g");
            await second.WaitForSelectorAsync(".reading[data-scoring]");
            await second.Keyboard.PressAsync("t");
            await second.WaitForFunctionAsync("() => document.querySelector('footer .why')?.textContent === 'MAC 0–5 (pedal)'");
            await second.Keyboard.PressAsync("4");
            await second.WaitForSelectorAsync(".score[data-scale='mac_pedal_0_5'][data-reader='B. Second']");
            await SeesNothingAsync(second);
            await ChooseAsync(second, film);
            await second.WaitForSelectorAsync(".hidden:has-text('one other reader has scored')");
            await SeesNothingAsync(second);

            // nor does the first see what the second said where he has not
            await ReadAsync(first, "a.  first");
            await first.WaitForSelectorAsync(".hidden:has-text('mac_pedal_0_5')");
            Assert.Equal(1, await first.Locator(".score").CountAsync());

            await ScoreAsync(second, "1", "");
            await second.WaitForSelectorAsync(".score[data-scale='mac_ferraresi_0_2'][data-reader='A. First']");
            await second.WaitForSelectorAsync(".score[data-scale='mac_ferraresi_0_2'][data-reader='B. Second']");
            Assert.Contains(Planted, await second.InnerTextAsync(".reader"), StringComparison.Ordinal);
        }

        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(station.Data, "record.db"), default);
        await using RecordContext record = database.Context();
        Assert.Equal(
            [("mac_ferraresi_0_2", 2, "A. First", true), ("mac_pedal_0_5", 4, "B. Second", true), ("mac_ferraresi_0_2", 1, "B. Second", true)],
            record.FrameScores.Where(s => s.Study == "2.25.8902").OrderBy(s => s.Id).AsEnumerable().Select(s => (s.Scale, s.Score, s.Reader, s.Blind)));
        Assert.Equal(6, record.FrameScores.Count());
    }

    private static async Task ChooseAsync(IPage page, string film)
    {
        await page.WaitForFunctionAsync("() => globalThis.cineView?.state()");
        await page.ClickAsync($"[data-image='{film}']");
        await page.WaitForSelectorAsync($"[data-image='{film}'][aria-current=true]");
        await page.WaitForFunctionAsync("() => document.querySelector('.reading[data-film]') && cineView.state()?.held === 1");
    }

    private static async Task ReadAsync(IPage page, string reader)
    {
        await page.FillAsync("input[name=reader]", reader);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Escape");
    }

    private static async Task ScoreAsync(IPage page, string score, string words)
    {
        await page.Keyboard.PressAsync("g");
        await page.WaitForSelectorAsync(".reading[data-scoring]");
        await page.FillAsync("input[name=words]", words);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync(score);
    }

    /// <summary>Nowhere in the page, shown or not: neither who it was nor what was entered beside it, and no score on that scale.</summary>
    private static async Task SeesNothingAsync(IPage page)
    {
        string all = await page.ContentAsync();
        Assert.DoesNotContain("A. First", all, StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, all, StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator(".score[data-scale='mac_ferraresi_0_2']").CountAsync());
        Assert.DoesNotContain("MAC 2", all, StringComparison.Ordinal);
    }
}
