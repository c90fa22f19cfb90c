using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Vascular.Acquisition.Records;

namespace Vascular.Bedside.Tests;

/// <summary>The pages a physician reads at a desk: the evidence sheet of a leg, entered and signed while the examination plays and after it, and the leg's course.</summary>
public sealed class DeskTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Physician = "Dr Planted Example";

    private static readonly (string Key, string Answer)[] Answers =
    [
        ("life_expectancy_ok", "yes"), ("qol_and_walking_goal", "yes"), ("limb_salvageable", "yes"), ("good_arterial_target", "no"), ("btk_inflow_open", "yes"),
        ("crossover_3_5_to_4_mm_stent", "yes"), ("vein_stripping", "no"), ("vein_harvest", "no"), ("vein_thrombosis", "no"), ("plantar_vein_target", "yes"),
    ];

    [Fact]
    public async Task A_sheet_is_entered_signed_printed_and_sent_and_the_course_is_gathered_and_entered()
    {
        await using BedsideStation station = await BedsideStation.PlayAsync(100);
        IPage bedside = await chromium.OpenAsync(station);
        string link = await bedside.GetAttributeAsync(".leg.large .desk a:first-child", "href") ?? "";
        Assert.Matches("^evidence/[0-9a-f-]{36}/right$", link);
        IPage page = await chromium.OpenPageAsync(station, link);
        Guid examination = Guid.Parse(link.Split('/')[1]);

        // while the technician is at work, who goes on
        await page.WaitForSelectorAsync(".state:has-text('Incomplete')");
        await NameAsync(page);
        await page.ClickAsync("button:has-text('Enter answers')");
        await page.SelectOptionAsync("select[name=vein_stripping]", "no");
        await page.ClickAsync("button:has-text('Save what I changed')");
        await SaysAsync(page, "Saved.");
        Assert.Equal(1, await bedside.Locator(".bedside[data-scripted]").CountAsync());
        await bedside.WaitForSelectorAsync(".bedside.ended");

        await SheetAsync(page, station, examination);
        await CourseAsync(page, station, examination);

        foreach (string told in (string[])["SEED-2017", Physician])
        {
            Assert.DoesNotContain(told, station.Said, StringComparison.Ordinal);
            Assert.DoesNotContain(told, page.Url, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static async Task SheetAsync(IPage page, BedsideStation station, Guid examination)
    {
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".paper[data-ready=true]");
        await page.WaitForSelectorAsync(".test:has-text('SIMULATED (HTEST)')");
        await page.ClickAsync("button:has-text('Enter answers')");
        foreach ((string key, string answer) in Answers)
        {
            await page.SelectOptionAsync($"select[name={key}]", answer);
            await page.FillAsync($"input[name='{key}.says']", "as read");
        }

        await page.ClickAsync("[data-field=limb_salvageable] summary");
        await page.CheckAsync("input[name='limb_salvageable.toe-sys']");
        await page.FillAsync("input[name='good_arterial_target.frames']", "2.999.1.7#12 no pedal target; somewhere");
        await page.SelectOptionAsync("select[name=rutherford]", "5");
        await page.ClickAsync("button:has-text('Save what I changed')");
        await SaysAsync(page, "write your name first");
        await NameAsync(page);
        await page.ClickAsync("button:has-text('Save what I changed')");
        await SaysAsync(page, "'somewhere' is no frame");
        await page.FillAsync("input[name='good_arterial_target.frames']", "2.999.1.7#12 no pedal target");
        await PageTests.AxeAsync(page, "the form");
        await PictureAsync(page, "evidence-form");
        await page.ClickAsync("button:has-text('Save what I changed')");
        await SaysAsync(page, "Saved.");
        await page.WaitForSelectorAsync(".state:has-text('Criteria met as entered')");
        await page.WaitForSelectorAsync(".signed:has-text('Preliminary: not signed')");
        Assert.Contains("Nothing is missing.", await page.InnerTextAsync("section.missing"), StringComparison.Ordinal);

        // a line leads to the finding with its number, state and trace
        string target = await page.GetAttributeAsync("[data-question=limb_salvageable] a:has-text('toe-sys R.TOE: 32')", "href") ?? "";
        string row = await page.InnerTextAsync($"tr[id='{target.Split('#')[1]}']");
        Assert.Contains("32 mmHg", row, StringComparison.Ordinal);
        Assert.Contains("measured", row, StringComparison.Ordinal);
        Assert.True(await page.Locator("table.findings svg path").CountAsync() > 0);
        Assert.DoesNotContain("eligible", await page.InnerTextAsync(".paper"), StringComparison.OrdinalIgnoreCase);

        await page.ClickAsync("button:has-text('Sign version')");
        await page.WaitForSelectorAsync($".signed:has-text('Signed by {Physician}')");
        Assert.Equal("completed", await SentStatusAsync(station));
        await PageTests.AxeAsync(page, "the sheet");
        await PictureAsync(page, "evidence-sheet");
        await PrintAsync(page, "evidence-sheet");
        await page.ClickAsync("button:has-text('Take back the last entry')");
        await page.WaitForSelectorAsync(".signed:has-text('Preliminary: not signed')");
        Assert.Equal("in-progress", await SentStatusAsync(station));

        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(station.Data, "record.db"), default);
        IReadOnlyList<AuditEntry> audit = await new ExaminationRecord(database).AuditAsync(examination, default);
        Assert.Equal(["evidence", "evidence", "sign_evidence", "undo"], audit.Where(a => a.User == Physician && a.ActNumber is not null).Select(a => a.Action));
    }

    private static async Task CourseAsync(IPage page, BedsideStation station, Guid examination)
    {
        await page.ClickAsync("a:has-text('Course of this leg')");
        await page.WaitForSelectorAsync("text=no procedure is entered");
        await NameAsync(page);
        string method = await page.InnerTextAsync("table.sources tr:has-text('TBI') td:nth-child(4)");
        await EnterAsync(page, "procedure", "2018-04", ("select[name=circuit]", "yes"));
        await EnterAsync(page, "value", "2018-04", ("input[name=value]", "0.18"), ("input[name=method]", method), ("input[name=before]", "on"));
        await EnterAsync(page, "value", "2018-11", ("input[name=value]", "0.54"), ("input[name=method]", method));
        await EnterAsync(page, "circuit_occlusion", "2018-11");
        await EnterAsync(page, "value", "2018-1", ("input[name=value]", "0.54"), ("input[name=method]", method));
        await SaysAsync(page, "'2018-1' is no date");
        await page.FillAsync("input[name=as-of]", "2018-11-30");
        await page.WaitForSelectorAsync("p:has-text('as of 2018-11-30')");
        string shown = (await page.InnerTextAsync("main.sheet")).ReplaceLineEndings(" ");
        foreach (string words in (string[])["SIMULATED (HTEST)", "patient SEED-2017-09, 1 examination of this station", "procedure 2018-04", "circuit occlusion (7 months after)", "more than repeats differ by", "overdue", "definition of Kum", "definition of Schmidt", ">2.22"])
        {
            Assert.Contains(words, shown, StringComparison.Ordinal);
        }

        string tbi = await page.TextContentAsync("section.followed:has(h2:text-is('TBI')) svg") ?? "";
        Assert.Equal(["0.28", "0.18", "0.54"], new[] { "0.28", "0.18", "0.54" }.Where(v => tbi.Contains(v, StringComparison.Ordinal)));
        Assert.True(await page.Locator("rect.repeats").CountAsync() >= 2);
        await PageTests.AxeAsync(page, "the course");
        await PictureAsync(page, "course", "section.followed:has(h2:text-is('TBI'))");
        await PrintAsync(page, "course");

        await page.ClickAsync("table.entries tr:has-text('circuit occlusion') button");
        await page.WaitForSelectorAsync($"table.entries tr:has-text('taken back by {Physician}')");
        await page.ClickAsync("a:has-text('Examinations')");
        await page.WaitForSelectorAsync($"tr:has-text('{examination}'):has-text('SIMULATED')");
        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(station.Data, "record.db"), default);
        Assert.True(Assert.Single(await new LimbRecord(database).TreatedAsync(default)).From.Simulated);
    }

    private static async Task EnterAsync(IPage page, string kind, string date, params (string Field, string Value)[] fields)
    {
        if (await page.GetAttributeAsync("section.enter details", "open") is null)
        {
            await page.ClickAsync("section.enter summary");
        }

        await page.SelectOptionAsync("select[name=kind]", kind);
        await page.FillAsync("input[name=date]", date);
        foreach ((string field, string value) in fields)
        {
            await (field.StartsWith("select", StringComparison.Ordinal) ? page.SelectOptionAsync(field, value) : value == "on" ? page.CheckAsync(field) : page.FillAsync(field, value));
        }

        int before = await page.Locator("table.entries tbody tr").CountAsync();
        await page.ClickAsync("form.entry button");
        await page.WaitForFunctionAsync("n => document.querySelectorAll('table.entries tbody tr').length > n || document.querySelector('.says').textContent.startsWith('Not done')", before);
    }

    private static Task NameAsync(IPage page) => page.FillAsync("input[name=physician]", Physician);

    private static async Task SaysAsync(IPage page, string words) => await page.WaitForFunctionAsync("words => document.querySelector('.enter .says').textContent.includes(words)", words);

    /// <summary>Status of the evidence sheet in the newest bundle the station committed.</summary>
    private static async Task<string?> SentStatusAsync(BedsideStation station)
    {
        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(station.Data, "record.db"), default);
        await using RecordContext context = database.Context();
        OutboxRow row = await context.Outbox.AsNoTracking().OrderByDescending(r => r.ResultVersion).ThenBy(r => r.Part).FirstAsync();
        JsonNode sheet = JsonNode.Parse(row.Body)!["entry"]!.AsArray().Select(e => e!["resource"]!).Single(r => (string?)r["resourceType"] == "QuestionnaireResponse");
        Assert.Equal("HTEST", (string?)sheet["meta"]!["security"]![0]!["code"]);
        return (string?)sheet["status"];
    }

    /// <summary>On paper: nothing of the screen's own, and the lines to sign. The file is kept where pictures are.</summary>
    private static async Task PrintAsync(IPage page, string name)
    {
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.False(await page.Locator(".paper > nav").IsVisibleAsync());
        Assert.False(await page.Locator(".enter").IsVisibleAsync());
        Assert.True(await page.Locator(".test").First.IsVisibleAsync());
        byte[] pdf = await page.PdfAsync(new PagePdfOptions { Format = "A4", PrintBackground = false });
        Assert.Equal("%PDF"u8.ToArray(), pdf[..4]);
        if (Environment.GetEnvironmentVariable("BEDSIDE_PICTURES") is { } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name + ".pdf"), pdf);
        }

        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });
    }

    /// <param name="at">What stands at the top of the picture; null: the page's beginning.</param>
    private static async Task PictureAsync(IPage page, string name, string? at = null)
    {
        if (Environment.GetEnvironmentVariable("BEDSIDE_PICTURES") is { } folder)
        {
            await page.EvaluateAsync("() => document.querySelector('.paper').scrollTo(0, 0)");
            if (at is not null)
            {
                await page.EvalOnSelectorAsync(at, "e => e.scrollIntoView()");
            }

            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
        }
    }
}
