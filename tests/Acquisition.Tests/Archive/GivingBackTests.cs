using System.Net;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Archive.Returned;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Acquisition.Tests.Records;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>Results on their way to the real Orthanc: owed with the commit, stored once, read back before they count.</summary>
public sealed class GivingBackTests
{
    private readonly List<ArchiveNotice> told = [];

    [Fact]
    public async Task A_result_is_owed_with_its_commit_and_settled_when_it_was_read_back()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        await CommitAsync(record, 1);
        ReturnRecord returns = new(record.Database);
        Assert.Equal([ReturnedKind.Measurements, ReturnedKind.Document], (await returns.OwedAsync(default)).Select(r => r.Kind));

        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        using HttpClient client = stage.Archive.NewClient();
        DicomWebArchive archive = new(client);
        GivingBack giving = new(archive, returns, told.Add, TimeProvider.System);
        Assert.True(await giving.GiveAsync(default));

        IReadOnlyList<ReturnedResult> rows = await returns.OfAsync(SeedSession.Examination, default);
        Assert.All(rows, r => Assert.Equal((ReturnState.Stored, 1), (r.State, r.Attempts)));
        Assert.All(rows, r => Assert.Null(returns.FileAsync(r.Instance, default).Result));
        Assert.Equal(2, await CountAsync(archive, rows[0].Study));
        Assert.Empty(told);

        // a later version is stored beside it, under the same study
        await record.AcceptAsync(2, SeedSession.CuffPressure("calf.right", "calf-sys", "R.CALF", 120));
        await CommitAsync(record, 2);
        Assert.True(await giving.GiveAsync(default));
        Assert.Equal(4, await CountAsync(archive, rows[0].Study));
    }

    [Fact]
    public async Task An_archive_that_is_away_keeps_everything_owed_and_what_it_took_before_is_no_second_object()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        await CommitAsync(record, 1);
        ReturnRecord returns = new(record.Database);
        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        using HttpClient client = stage.Archive.NewClient();
        ReturnedResult first = (await returns.OwedAsync(default))[0];
        await new DicomWebArchive(client).StoreAsync(await returns.FileAsync(first.Instance, default), default); // stored, and the station killed before it was noted

        using HttpClient nowhere = new() { BaseAddress = new Uri($"http://127.0.0.1:{ArchiveStage.FreePort()}/dicom-web/") };
        Assert.False(await new GivingBack(new DicomWebArchive(nowhere), returns, told.Add, TimeProvider.System).GiveAsync(default));
        ReturnedResult waiting = (await returns.OwedAsync(default))[0];
        Assert.Equal((ReturnState.Owed, 1), (waiting.State, waiting.Attempts));
        Assert.NotNull(await returns.FileAsync(waiting.Instance, default));

        Assert.True(await new GivingBack(new DicomWebArchive(client), returns, told.Add, TimeProvider.System).GiveAsync(default));
        Assert.Empty(await returns.OwedAsync(default));
        Assert.Equal(2, await CountAsync(new DicomWebArchive(client), first.Study));
    }

    [Fact]
    public async Task What_an_archive_refuses_waits_for_a_person_and_the_rest_goes_on()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        await CommitAsync(record, 1);
        ReturnRecord returns = new(record.Database);
        await using (RecordContext context = record.Database.Context())
        {
            ReturnedResult broken = context.ReturnedResults.Single(r => r.Kind == ReturnedKind.Measurements);
            broken.File = broken.File![..200];
            await context.SaveChangesAsync();
        }

        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        using HttpClient client = stage.Archive.NewClient();
        Assert.True(await new GivingBack(new DicomWebArchive(client), returns, told.Add, TimeProvider.System).GiveAsync(default));

        IReadOnlyList<ReturnedResult> rows = await returns.OfAsync(SeedSession.Examination, default);
        Assert.Equal(ReturnState.Refused, rows.Single(r => r.Kind == ReturnedKind.Measurements).State);
        Assert.Equal(ReturnState.Stored, rows.Single(r => r.Kind == ReturnedKind.Document).State);
        Assert.Equal("return-refused", Assert.Single(told).Code);
        Assert.DoesNotContain("SEED-2017-09", told[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_changes_an_object_is_said_to_have_changed_it()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        await CommitAsync(record, 1);
        ReturnRecord returns = new(record.Database);
        using HttpClient client = new(new Changing()) { BaseAddress = new Uri("http://archive.example/dicom-web/") };

        Assert.True(await new GivingBack(new DicomWebArchive(client), returns, told.Add, TimeProvider.System).GiveAsync(default));

        Assert.All(await returns.OfAsync(SeedSession.Examination, default), r => Assert.Equal(ReturnState.StoredChanged, r.State));
    }

    [Fact]
    public async Task A_report_no_object_can_be_made_of_goes_to_the_chart_all_the_same()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        SessionReport report = await record.ReportAsync(1) with { Gateway = new string('g', 80) };

        await new OutboxRecord(record.Database, givesBack: true).CommitSendAsync([report], [], "technician", 1, default);

        ReturnedResult row = Assert.Single(await new ReturnRecord(record.Database).OfAsync(SeedSession.Examination, default));
        Assert.Equal(ReturnState.Refused, row.State);
        Assert.Contains("(0018,1000)", row.Detail, StringComparison.Ordinal);
        Assert.Single(await record.Outbox.StatusAsync(SeedSession.Examination, default));
    }

    [Fact]
    public async Task An_object_that_makes_the_archive_fail_holds_up_no_other()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        for (int version = 1; version <= 3; version++)
        {
            await CommitAsync(record, version);
        }

        ReturnRecord returns = new(record.Database);
        string[] poison = [.. (await returns.OwedAsync(default)).Take(3).Select(r => r.Instance)];
        using HttpClient client = new(new Failing(poison)) { BaseAddress = new Uri("http://archive.example/dicom-web/") };
        GivingBack giving = new(new DicomWebArchive(client), returns, told.Add, TimeProvider.System);

        Assert.False(await giving.GiveAsync(default));

        IReadOnlyList<ReturnedResult> rows = await returns.OfAsync(SeedSession.Examination, default);
        Assert.Equal(6, rows.Count);
        Assert.All(rows, r => Assert.Equal(poison.Contains(r.Instance) ? ReturnState.Owed : ReturnState.StoredChanged, r.State));
        Assert.All(rows.Where(r => r.State == ReturnState.Owed), r => Assert.Contains("500", r.Detail, StringComparison.Ordinal));
        Assert.Empty(told);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Half_an_answer_leaves_the_object_owed_and_what_was_tried_least_comes_first(bool cut)
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        for (int version = 1; version <= 2; version++)
        {
            await CommitAsync(record, version);
        }

        ReturnRecord returns = new(record.Database);
        string[] order = [.. (await returns.OwedAsync(default)).Select(r => r.Instance)];
        using HttpClient client = new(new Halting(cut)) { BaseAddress = new Uri("http://archive.example/dicom-web/"), Timeout = TimeSpan.FromMilliseconds(20) };
        GivingBack giving = new(new DicomWebArchive(client), returns, told.Add, TimeProvider.System);

        Assert.False(await giving.GiveAsync(default));
        Assert.Equal([order[2], order[3], order[0], order[1]], (await returns.OwedAsync(default)).Select(r => r.Instance));

        Assert.False(await giving.GiveAsync(default));
        Assert.Equal(order, (await returns.OwedAsync(default)).Select(r => r.Instance));
        Assert.All(await returns.OwedAsync(default), r => Assert.Equal(1, r.Attempts));
    }

    [Fact]
    public async Task A_person_gives_a_refused_object_again_and_the_audit_says_who()
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        await record.AcceptAsync(1, [.. SeedSession.Findings()]);
        await CommitAsync(record, 1);
        ReturnRecord returns = new(record.Database);
        string instance = (await returns.OwedAsync(default))[0].Instance;
        Assert.Contains("owed", await returns.AgainAsync(instance, "an archivist", 5, default), StringComparison.Ordinal);
        await returns.NoteAsync(instance, ReturnState.Refused, "the archive is read-only today", 4, default);
        Assert.Equal(instance, Assert.Single(await returns.ListAsync(refused: true, default)).Instance);

        Assert.Null(await returns.AgainAsync(instance, "an archivist", 5, default));

        Assert.Contains(instance, (await returns.OwedAsync(default)).Select(r => r.Instance));
        Assert.Contains("no such", await returns.AgainAsync("2.25.1", "an archivist", 6, default), StringComparison.Ordinal);
        await using RecordContext context = record.Database.Context();
        AuditEntry entry = context.Audit.Single(a => a.Action == "return-again");
        Assert.Equal(("an archivist", 5), (entry.User, entry.AtUtcNs));
        Assert.Contains("read-only", entry.Detail, StringComparison.Ordinal);
    }

    private static async Task CommitAsync(TemporaryRecord record, int version) =>
        await new OutboxRecord(record.Database, givesBack: true).CommitSendAsync([await record.ReportAsync(version)], [], "technician", version, default);

    private static async Task<int> CountAsync(DicomWebArchive archive, string study)
    {
        int count = 0;
        await foreach (InstanceHeader _ in archive.InstancesAsync(study, default))
        {
            count++;
        }

        return count;
    }

    /// <summary>Takes everything, and gives another object back.</summary>
    private sealed class Changing : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
            {
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") });
            }

            ByteArrayContent body = new("--b\r\nContent-Type: application/dicom\r\n\r\nother\r\n--b--"u8.ToArray());
            body.Headers.TryAddWithoutValidation("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=b");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = body });
        }
    }

    /// <summary>Takes everything but some objects, at which it fails; gives another object back.</summary>
    private sealed class Failing(IReadOnlyList<string> at) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker others = new(new Changing());

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // the object's own UID stands in its file meta information; further on stand those it names
            string meta = request.Content is null ? "" : System.Text.Encoding.Latin1.GetString((await request.Content.ReadAsByteArrayAsync(cancellationToken))[..600]);
            return at.Any(instance => meta.Contains(instance, StringComparison.Ordinal))
                ? new HttpResponseMessage(HttpStatusCode.InternalServerError)
                : await others.SendAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            others.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>Says that it took the object, and then nothing: silent for ever, or cut.</summary>
    private sealed class Halting(bool cut) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Half(cut)) });

        private sealed class Half(bool cut) : MemoryStream
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                if (cut)
                {
                    throw new IOException("cut");
                }

                var never = new TaskCompletionSource<int>();
                await using CancellationTokenRegistration given = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
                return await never.Task;
            }
        }
    }
}
