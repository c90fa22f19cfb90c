using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Vascular.Acquisition.Records;

namespace Vascular.Bedside.Tests;

/// <summary>The department's worklist on the page: DCMTK's wlmscpfs is asked over DIMSE by the station's own Orthanc.</summary>
public sealed class WorklistTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("worklist-");
    private readonly int port = BedsideStation.FreePort();

    [Fact]
    public async Task An_order_names_the_patient_and_is_kept_for_the_pictures_that_come()
    {
        await using BedsideStation station = await ServeAsync();
        IPage page = await chromium.OpenAsync(station);
        await page.WaitForSelectorAsync("#worklist .warn");
        using Process ris = await DepartmentAsync();
        try
        {
            await AskUntilOfferedAsync(page);
            string order = await page.InnerTextAsync("#worklist button.step");
            foreach (string said in (string[])["TEST-0002", "Right leg, toe pressures and TcPO2", "ACC-77"])
            {
                Assert.Contains(said, order, StringComparison.Ordinal);
            }

            await new Hand(page).PictureAsync("worklist");
            await page.ClickAsync("#worklist button.step");
            await page.WaitForFunctionAsync("() => document.querySelector('header .who').textContent === 'TEST-0002'");
        }
        finally
        {
            ris.Kill();
        }

        Assert.Equal(0, await page.Locator("#worklist").CountAsync());
        RecordDatabase database = await RecordDatabase.OpenAsync(Path.Combine(station.Data, "record.db"), CancellationToken.None);
        Guid examination = Guid.Parse(Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(station.Data, "tapes")))));
        ExaminationOrder kept = (await new OrderRecord(database).FindAsync(examination, CancellationToken.None))!;
        Assert.Equal(("TEST-0002", "ACC-77", "2.25.771", "R", true), (kept.PatientValue, kept.Accession, kept.Study, kept.Side, kept.FromWorklist));
        Assert.DoesNotContain("TEST-0002", station.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_department_that_does_not_answer_is_said_and_the_patient_is_typed()
    {
        await using BedsideStation station = await ServeAsync();
        IPage page = await chromium.OpenAsync(station);
        await page.WaitForSelectorAsync("#worklist .warn");
        Assert.StartsWith("the worklist does not answer; type the patient.", await page.InnerTextAsync("#worklist .warn"), StringComparison.Ordinal);
        await new Hand(page).PictureAsync("worklist-away");
        await page.FillAsync("input[name=identifier]", "TEST-4711");
        await page.FillAsync("input[name=order]", "ORD-9");
        await page.ClickAsync("form.patient button[type=submit]");
        await page.WaitForFunctionAsync("() => document.querySelector('header .who').textContent === 'TEST-4711'");
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Task<BedsideStation> ServeAsync() => BedsideStation.ServeWithArchiveAsync(
        new
        {
            http_port = BedsideStation.FreePort(), dicom_port = BedsideStation.FreePort(), worklist_from = "ris", worklist_station = "VASACQ", issuer = "LAB",
            peers = new[] { new { name = "ris", ae_title = "RIS", port, worklist = true } },
        },
        new { name = "ppg-1", protocol = "nonin7", link = new { kind = "tcp", host = "127.0.0.1", port = BedsideStation.FreePort() } });

    /// <summary>Asks again, as a person does, until the order is there.</summary>
    private static async Task AskUntilOfferedAsync(IPage page)
    {
        using var deadline = new CancellationTokenSource(BedsideStation.Patience);
        while (await page.Locator("#worklist button.step").CountAsync() == 0)
        {
            deadline.Token.ThrowIfCancellationRequested();
            try
            {
                await page.ClickAsync("#worklist p button", new PageClickOptions { Timeout = 500 });
                await page.WaitForSelectorAsync("#worklist button.step", new PageWaitForSelectorOptions { Timeout = 500 });
            }
            catch (TimeoutException)
            {
                // it is still starting
            }
        }
    }

    /// <summary>The department's system, with one order a day around today: a midnight between here and the page changes nothing.</summary>
    private async Task<Process> DepartmentAsync()
    {
        string orders = Directory.CreateDirectory(Path.Combine(folder.FullName, "RIS")).FullName;
        await File.WriteAllTextAsync(Path.Combine(orders, "lockfile"), "");
        DateTimeOffset now = TimeProvider.System.GetLocalNow();
        for (int day = -1; day <= 1; day++)
        {
            string dump = Path.Combine(folder.FullName, "item.dump");
            await File.WriteAllTextAsync(dump, Item(now.AddDays(day).ToString("yyyyMMdd", CultureInfo.InvariantCulture)));
            using Process made = Process.Start("dump2dcm", ["-q", dump, Path.Combine(orders, $"item{day + 1}.wl")]);
            await made.WaitForExitAsync().WaitAsync(BedsideStation.Patience);
            Assert.Equal(0, made.ExitCode);
        }

        return Process.Start("wlmscpfs", ["-dfp", folder.FullName, port.ToString(CultureInfo.InvariantCulture)]);
    }

    private static string Item(string day) => $"""
        (0008,0005) CS ISO_IR 192
        (0008,0050) SH ACC-77
        (0010,0010) PN TEST^PATIENT
        (0010,0020) LO TEST-0002
        (0010,0021) LO LAB
        (0010,0030) DA 19580101
        (0010,0040) CS F
        (0020,000d) UI 2.25.771
        (0032,1060) LO Lower extremity arterial study
        (0040,1001) SH ORD-77
        (0040,0100) SQ
        (fffe,e000) na
        (0008,0060) CS XA
        (0040,0001) AE VASACQ
        (0040,0002) DA {day}
        (0040,0003) TM 093000
        (0040,0006) PN TECH^0042
        (0040,0007) LO Right leg, toe pressures and TcPO2
        (0040,0009) SH SPS-77
        (fffe,e00d) na
        (fffe,e0dd) na
        """;
}
