using System.Threading.Channels;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Records;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>A DICOMweb server without a list of changes is asked again and again what it holds: each study once, late pictures picked up, and what it says wrongly harms nothing else.</summary>
public sealed class PlainServerTests : IAsyncLifetime
{
    private readonly List<ArchiveNotice> told = [];
    private TemporaryRecord record = null!;

    public async Task InitializeAsync() => record = await TemporaryRecord.OpenAsync();

    public async Task DisposeAsync() => await record.DisposeAsync();

    private StudyRecord Studies => new(record.Database);

    [Fact]
    public async Task A_real_one_is_read_once_over_restarts_and_a_kill_and_late_pictures_are_a_new_version()
    {
        await using SitesOrthanc site = await SitesOrthanc.StartAsync();
        using HttpClient client = site.Client();
        await site.AddAsync(Xa(site, 1, 0));
        StudyFeed feed = Feed(client);
        Assert.Empty(await LookAsync(feed));
        Assert.Equal(["study-new"], await LookAsync(feed));
        Assert.Empty(await LookAsync(feed));

        // a station that was started again, and what came while it was away
        feed = Feed(client);
        Assert.Empty(await LookAsync(feed));
        Assert.Empty(await LookAsync(feed));
        await site.AddAsync(Xa(site, 1, 1));
        await site.AddAsync(Xa(site, 2, 0));
        feed = Feed(client);
        Assert.Empty(await LookAsync(feed));
        Assert.Equal(["study-grown", "study-new"], (await LookAsync(feed)).Order(StringComparer.Ordinal));

        await site.KillAsync();
        await Assert.ThrowsAsync<ArchiveAwayException>(() => LookAsync(feed));
        await site.StartAgainAsync();
        Assert.Empty(await LookAsync(feed));
        await site.AddAsync(Xa(site, 2, 1));
        Assert.Empty(await LookAsync(feed));
        await site.AddAsync(Xa(site, 2, 2));
        Assert.Empty(await LookAsync(feed)); // the count has changed since the last look: more may come
        Assert.Equal(["study-grown"], await LookAsync(feed));
        Assert.Equal([2, 2], (await Studies.ListAsync(false, default)).Select(s => s.Version));
        Assert.Equal(2, (await Studies.PicturesAsync("2.25.11", default)).Count);
        Assert.Equal(3, (await Studies.PicturesAsync("2.25.12", default)).Count);
        Assert.Equal(["read", "read"], (await Studies.EventsAsync("2.25.12", default)).Select(e => e.What));
    }

    [Theory]
    [InlineData("a page of a portal")]
    [InlineData("no list")]
    [InlineData("a list in a list a thousand deep")]
    [InlineData("a redirection")]
    [InlineData("cut")]
    [InlineData("dead")]
    [InlineData("stalled")]
    [InlineData("silent")]
    [InlineData("endless")]
    public async Task A_list_that_cannot_be_read_is_said_and_what_is_behind_it_is_read_when_it_can(string answer)
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 2 } };
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = site.Root, Timeout = answer is "stalled" or "silent" ? TimeSpan.FromMilliseconds(200) : ArchiveStage.Patience };
        StudyFeed feed = Feed(client);
        site.Instead = _ => answer switch
        {
            "a page of a portal" => ScriptedArchive.Says(200, "<html><body>sign in</body></html>"),
            "no list" => ScriptedArchive.Says(200, "{\"00080005\":{}}"),
            "a list in a list a thousand deep" => ScriptedArchive.Says(200, new string('[', 1000) + new string(']', 1000)),
            "a redirection" => ScriptedArchive.Says(302, "", "Location: https://login.example/\r\n"),
            "cut" => ScriptedArchive.Cut,
            "dead" => ScriptedArchive.Dead,
            "stalled" => ScriptedArchive.Stalled,
            "silent" => ScriptedArchive.Silent,
            _ => ScriptedArchive.Endless,
        };
        AngiogramException said = await Assert.ThrowsAnyAsync<AngiogramException>(() => LookAsync(feed));
        Assert.Contains("archive", said.Message, StringComparison.Ordinal);
        site.Instead = _ => null;
        using var patient = new HttpClient { BaseAddress = site.Root };
        feed = Feed(patient);
        await LookAsync(feed);
        Assert.Equal(["study-new"], await LookAsync(feed));
    }

    [Theory]
    [InlineData("a page of a portal", "is not JSON")]
    [InlineData("a list of nothing known", "")]
    [InlineData("bytes of another character set", "")]
    [InlineData("endless", "longer than 32 MiB")]
    [InlineData("pages without an end", "lists 100")]
    public async Task A_study_that_is_answered_wrongly_is_set_aside_once_and_the_others_are_read(string answer, string reason)
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1, [2] = 2, [3] = 1 } };
        using var client = new HttpClient { BaseAddress = site.Root };
        StudyFeed feed = Feed(client);
        int page = 0;
        site.Instead = path => !path.StartsWith("studies/2.25.2/instances", StringComparison.Ordinal) ? null : answer switch
        {
            "a page of a portal" => ScriptedArchive.Says(200, "<html>"),
            "a list of nothing known" => ScriptedArchive.Says(200, """[7,"x",null,[],{},{"0020000E":{"Value":[{}]},"00080018":{"Value":7}}]"""),
            "bytes of another character set" => ScriptedArchive.Says(200, "[{\"0020000E\":{\"Value\":[\"2.25.9\"]},\"00080018\":{\"Value\":[\"\\ud800\"]},\"00080060\":{\"Value\":[\"\u00e9\u00ff\"]}}]"),
            "endless" => ScriptedArchive.Endless,
            _ => ScriptedArchive.Says(200, $"[{page++},{string.Join(',', Enumerable.Range(0, 10_000).Select(n => $"{{\"00080018\":{{\"Value\":[\"2.25.{page}.{n}\"]}}}}"))}]"),
        };
        await LookAsync(feed);
        IReadOnlyList<string> second = await LookAsync(feed);
        Assert.Equal(2, second.Count(c => c == "study-new"));
        Assert.Equal(reason.Length > 0 ? 1 : 0, second.Count(c => c == "study-set-aside"));
        Assert.Empty(await LookAsync(feed));
        Assert.Empty(await LookAsync(feed));
        int times = site.Times("studies/2.25.2/instances");
        await LookAsync(feed);
        Assert.Equal(times, site.Times("studies/2.25.2/instances"));
        ArchivedStudy? aside = await Studies.FindAsync("2.25.2", default);
        Assert.Equal(reason.Length > 0, aside is { State: StudyState.SetAside });
        Assert.Contains(reason, aside?.Reason ?? "", StringComparison.Ordinal);

        // after a restart it is not told again; when something is added it is looked at anew
        feed = Feed(client);
        Assert.Empty(await LookAsync(feed));
        Assert.Empty(await LookAsync(feed));
        site.Instead = _ => null;
        site.Studies[2] = 3;
        Assert.Empty(await LookAsync(feed));
        Assert.Single(await LookAsync(feed));
        Assert.Equal(StudyState.Readable, (await Studies.FindAsync("2.25.2", default))!.State);
        Assert.Equal(3, (await Studies.PicturesAsync("2.25.2", default)).Count);
    }

    /// <summary>What kills an archive kills it at most three times: the look ends there each time, so that no other study is blamed.</summary>
    [Theory]
    [InlineData("studies/2.25.2/instances", StudyState.SetAside)]
    [InlineData("2.25.2.1/metadata", StudyState.Readable)]
    public async Task What_kills_the_archive_again_and_again_is_set_aside_after_three_times_and_the_others_are_read(string deadly, StudyState state)
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1, [2] = 2, [3] = 1 } };
        using var client = new HttpClient { BaseAddress = site.Root };
        StudyFeed feed = Feed(client);
        bool deadNow = false;
        int deaths = 0;
        site.Instead = path =>
        {
            // a client may ask a server that hangs up once more; a dead one does not die again
            if (!deadNow && path.Contains(deadly, StringComparison.Ordinal))
            {
                (deadNow, deaths) = (true, deaths + 1);
            }

            return deadNow ? ScriptedArchive.Dead : null;
        };
        await LookAsync(feed);
        for (int death = 1; death <= StudyFeed.MostSilences; death++)
        {
            await Assert.ThrowsAsync<ArchiveAwayException>(() => LookAsync(feed));
            await Assert.ThrowsAsync<ArchiveAwayException>(() => LookAsync(feed)); // still away: nobody is blamed for that
            deadNow = false; // it was started again
        }

        IReadOnlyList<string> after = await LookAsync(feed);
        Assert.Contains("study-new", after);
        Assert.Equal(3, deaths);
        Assert.Empty(await LookAsync(feed));
        Assert.Equal(3, deaths);
        ArchivedStudy study = (await Studies.FindAsync("2.25.2", default))!;
        Assert.Equal(state, study.State);
        string reason = state == StudyState.SetAside ? study.Reason! : (await Studies.PicturesAsync("2.25.2", default)).Single(p => p.Fault is not null).Fault!;
        Assert.StartsWith("the archive fell silent at it 3 times, and it is not asked for again", reason, StringComparison.Ordinal);
        Assert.Equal(["2.25.1", "2.25.3"], (await Studies.ListAsync(false, default)).Where(s => s.Study != "2.25.2" && s.State == StudyState.Readable).Select(s => s.Study).Order(StringComparer.Ordinal));

        // neither does a station that was started again ask for it
        feed = Feed(client);
        Assert.Empty(await LookAsync(feed));
        Assert.Empty(await LookAsync(feed));
        Assert.Equal(3, deaths);
    }

    [Fact]
    public async Task A_failure_of_the_archive_at_one_study_keeps_no_other_waiting_and_is_tried_for_a_while()
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1, [2] = 1, [3] = 1 } };
        using var client = new HttpClient { BaseAddress = site.Root };
        StudyFeed feed = Feed(client);
        int failures = 2;
        site.Instead = path => path.Contains("2.25.1/instances", StringComparison.Ordinal) && failures-- > 0 ? ScriptedArchive.Says(500, "")
            : path.Contains("2.25.2/instances", StringComparison.Ordinal) ? ScriptedArchive.Says(500, "") : null;
        await LookAsync(feed);
        Assert.Equal(["study-new"], await LookAsync(feed));
        Assert.Empty(await LookAsync(feed));
        Assert.Equal(["study-new"], await LookAsync(feed));
        for (int failed = 3; failed < StudyFeed.MostFailures; failed++)
        {
            Assert.Empty(await LookAsync(feed));
        }

        Assert.Equal(["study-set-aside"], await LookAsync(feed));
        Assert.Equal(StudyFeed.MostFailures, site.Times("2.25.2/instances"));
        Assert.Equal([StudyState.Readable, StudyState.SetAside, StudyState.Readable], (await Studies.ListAsync(false, default)).OrderBy(s => s.Study, StringComparer.Ordinal).Select(s => s.State));
    }

    [Theory]
    [InlineData(7, true, true)]
    [InlineData(100, true, true)]
    [InlineData(100, false, true)]
    [InlineData(7, true, false)]
    public async Task Every_study_is_read_once_whatever_the_server_does_with_pages_and_counts(int mostAtOnce, bool knowsPages, bool counts)
    {
        await using ScriptedArchive site = new() { MostAtOnce = mostAtOnce, KnowsPages = knowsPages, Counts = counts };
        foreach (int number in Enumerable.Range(1, 16))
        {
            site.Studies[number] = number == 16 ? 110 : number;
        }

        using var client = new HttpClient { BaseAddress = site.Root };
        StudyFeed feed = Feed(client);
        Assert.Empty(await LookAsync(feed));
        Assert.Equal(16, (await LookAsync(feed)).Count(c => c == "study-new"));
        Assert.Equal(110, (await Studies.PicturesAsync("2.25.16", default)).Count);
        int described = site.Times("metadata");
        Assert.Equal(Enumerable.Range(1, 15).Sum() + 110, described);
        Assert.Empty(await LookAsync(feed));
        Assert.Equal(described, site.Times("metadata"));
        site.Studies[15]++;
        await LookAsync(feed);
        Assert.Equal(["study-grown"], await LookAsync(feed));
    }

    [Fact]
    public async Task A_server_that_is_away_is_said_once_and_its_return_too()
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1 }, Instead = _ => ScriptedArchive.Says(401, "") };
        using var client = new HttpClient { BaseAddress = site.Root };
        StudyFeed feed = Feed(client);
        Channel<string?> states = Channel.CreateUnbounded<string?>();
        using var stop = new CancellationTokenSource(ArchiveStage.Patience);
        Task running = feed.RunAsync(state => states.Writer.TryWrite(state), told.Add, stop.Token);
        string away = (await states.Reader.ReadAsync(stop.Token))!;
        Assert.Equal($"the archive at {site.Root} refuses this user (401 to {site.Asked.First()}): look at archive.user and archive.password_file in station.json", away);
        site.Instead = _ => null;
        while (await states.Reader.ReadAsync(stop.Token) is not null)
        {
            // it is tried again
        }

        await stop.CancelAsync();
        await running;
    }

    /// <summary>The first is alone for a while: that an archive hands out none of its frames says nothing, as long as it has handed out no other.</summary>
    [Fact]
    public async Task Pictures_without_pixels_or_with_fewer_frames_of_them_are_set_aside_in_every_syntax_and_the_others_are_read()
    {
        await using SitesOrthanc site = await SitesOrthanc.StartAsync();
        using HttpClient client = site.Client();
        StudyFeed feed = Feed(client);
        await site.AddAsync(await SpoiltAsync(site, 1, 0, [], "-e", "(7fe0,0010)"));
        await LookAsync(feed);
        Assert.Equal(["study-new"], await LookAsync(feed));
        Assert.Equal(StudyState.Readable, (await Studies.FindAsync("2.25.11", default))!.State);

        await site.AddAsync(await SpoiltAsync(site, 2, 0, [], "-m", "(0028,0008)=3"));
        await site.AddAsync(await SpoiltAsync(site, 3, 0, ["dcmcrle"], "-m", "(0028,0008)=3"));
        await site.AddAsync(await SpoiltAsync(site, 4, 0, ["dcmcjpeg", "+e1"], "-m", "(0028,0008)=3"));
        await site.AddAsync(await SpoiltAsync(site, 5, 0, ["dcmcrle"]));
        await site.AddAsync(await SpoiltAsync(site, 6, 0, ["dcmcjpeg", "+e1"]));
        await site.AddAsync(await SpoiltAsync(site, 7, 0, []));
        await site.AddAsync(await SpoiltAsync(site, 7, 1, [], "-e", "(7fe0,0010)"));
        await LookAsync(feed);
        Assert.Equal(4, (await LookAsync(feed)).Count(c => c == "study-set-aside"));
        Assert.Empty(await LookAsync(feed));

        IReadOnlyList<ArchivedStudy> all = await Studies.ListAsync(false, default);
        Assert.Equal(["2.25.11", "2.25.12", "2.25.13", "2.25.14"], all.Where(s => s.State == StudyState.SetAside).Select(s => s.Study).Order(StringComparer.Ordinal));
        Assert.Equal("the archive has no frame 2 of the 2 that its header says: pixels are missing or cut short", all.Single(s => s.Study == "2.25.11").Reason);
        Assert.Equal("the archive has no frame 3 of the 3 that its header says: pixels are missing or cut short", all.Single(s => s.Study == "2.25.14").Reason);
        Assert.Equal([null, "the archive has no frame 2 of the 2 that its header says: pixels are missing or cut short"], (await Studies.PicturesAsync("2.25.17", default)).Select(p => p.Fault));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(406)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(200)]
    [InlineData(0)]
    public async Task A_server_that_does_not_answer_for_frames_leaves_its_studies_readable_and_is_asked_once(int status)
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1, [2] = 5 } };
        using var client = new HttpClient { BaseAddress = site.Root };
        site.Instead = path => !path.Contains("/frames/", StringComparison.Ordinal) ? null : status == 0 ? ScriptedArchive.Silent : ScriptedArchive.Says(status, "<html>");
        StudyFeed feed = Feed(client, frameWithin: status == 0 ? 0.05 : 60);
        await LookAsync(feed);
        Assert.Equal(["study-new", "study-new"], await LookAsync(feed));
        int asked = site.Times("/frames/");
        Assert.InRange(asked, 2, 12);
        Assert.Empty(await LookAsync(feed));
        Assert.Equal(asked, site.Times("/frames/"));
        Assert.All(await Studies.PicturesAsync("2.25.2", default), p => Assert.Null(p.Fault));
    }

    [Fact]
    public async Task A_frame_that_a_server_does_not_have_or_has_a_part_of_is_a_fault_of_its_picture_and_each_picture_is_asked_for_once()
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1, [2] = 1, [3] = 1 } };
        using var client = new HttpClient { BaseAddress = site.Root };
        site.Instead = path => !path.Contains("/frames/", StringComparison.Ordinal) ? null
            : path.Contains("2.25.1.1/", StringComparison.Ordinal) ? ScriptedArchive.Says(404, "")
            : path.Contains("2.25.2.1/", StringComparison.Ordinal) ? ScriptedArchive.Frame(127) : ScriptedArchive.Frame(128);
        StudyFeed feed = Feed(client);
        await LookAsync(feed);
        await LookAsync(feed);
        Assert.Equal([StudyState.SetAside, StudyState.SetAside, StudyState.Readable], (await Studies.ListAsync(false, default)).OrderBy(s => s.Study, StringComparer.Ordinal).Select(s => s.State));

        site.Studies[3]++;
        await LookAsync(feed);
        Assert.Equal(["study-grown"], await LookAsync(feed));
        Assert.Equal((1, 1), (site.Times("2.25.3.1/frames/3"), site.Times("2.25.3.2/frames/3")));
    }

    /// <summary>A run of two frames, compressed and then changed.</summary>
    private static async Task<string> SpoiltAsync(SitesOrthanc site, int study, int picture, string[] compress, params string[] change)
    {
        string file = Xa(site, study, picture);
        foreach (string[] step in (string[][])[compress.Length == 0 ? [] : [.. compress, file, file], change.Length == 0 ? [] : ["dcmodify", "-nb", "-imt", .. change, file]])
        {
            if (step.Length > 0)
            {
                (int exit, string said) = await ArchiveStage.ToolAsync(step[0], step[1..]);
                Assert.True(exit == 0, said);
            }
        }

        return file;
    }

    private StudyFeed Feed(HttpClient client, double frameWithin = 60) =>
        new(new DicomWebArchive(client) { FrameWithin = TimeSpan.FromSeconds(frameWithin) }, null, new StudyRecord(record.Database), new PatientNaming(ArchiveStage.System, null), client.BaseAddress!.ToString(), TimeProvider.System) { Every = TimeSpan.FromMilliseconds(5) };

    /// <summary>What one look told, in codes.</summary>
    private async Task<IReadOnlyList<string>> LookAsync(StudyFeed feed)
    {
        told.Clear();
        await feed.LookAsync(told.Add, default);
        return [.. told.Select(n => n.Code)];
    }

    private static string Xa(SitesOrthanc site, int study, int picture)
    {
        string file = Path.Combine(site.Folder, "run.dcm");
        XaFile.Write(
            file, 2, 8, 8, "LIN", [(0x00181063, "DS", "200")],
            [(0x0020000D, "UI", $"2.25.1{study}"), (0x0020000E, "UI", $"2.25.2{study}"), (0x00080018, "UI", $"2.25.3{study}{picture}"), (0x00200062, "CS", "R")], (_, _, column) => (ushort)column);
        return file;
    }
}
