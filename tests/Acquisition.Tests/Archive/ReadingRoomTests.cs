using Vascular.Acquisition.Archive;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>Pixels that end the archive end it once: the next look is refused with the reason, until a person asks for it.</summary>
public sealed class ReadingRoomTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("room-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("dead")]
    [InlineData("cut")]
    [InlineData("silent")]
    public async Task A_second_look_at_pixels_that_end_the_archive_is_refused_and_every_other_picture_is_shown(string end)
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1, [2] = 1 } };
        using var client = new HttpClient { BaseAddress = site.Root, Timeout = end == "silent" ? TimeSpan.FromMilliseconds(500) : ArchiveStage.Patience };
        using var room = new ReadingRoom(new DicomWebArchive(client), folder);
        bool isDeadly = true;
        site.Instead = path => !path.Contains("/frames/", StringComparison.Ordinal) ? null
            : !isDeadly || path.Contains("2.25.2/", StringComparison.Ordinal) ? ScriptedArchive.Frames(3)
            : end switch { "dead" => ScriptedArchive.Dead, "cut" => ScriptedArchive.FramesCut, _ => ScriptedArchive.Silent };
        int Asked() => site.Times("studies/2.25.1/") - site.Times("studies/2.25.1/instances");

        SilencedPictureException first = await Assert.ThrowsAsync<SilencedPictureException>(() => OpenAsync(room, 1));
        Assert.True(first.MayAsk);
        Assert.StartsWith("the archive fell silent while it read the pixels of this picture, and is not asked for them again", first.Message, StringComparison.Ordinal);
        int asked = Asked();
        for (int look = 0; look < 3; look++)
        {
            Assert.Equal(first.Message, (await Assert.ThrowsAsync<SilencedPictureException>(() => OpenAsync(room, 1))).Message);
        }

        Assert.Equal(asked, Asked());
        Assert.Equal(3, (await OpenAsync(room, 2)).Image.Frames);

        // a person may say so, three times in all
        Assert.True((await Assert.ThrowsAsync<SilencedPictureException>(() => OpenAsync(room, 1, again: true))).MayAsk);
        Assert.False((await Assert.ThrowsAsync<SilencedPictureException>(() => OpenAsync(room, 1, again: true))).MayAsk);
        Assert.True(Asked() > asked);
        asked = Asked();
        isDeadly = false;
        Assert.Contains("3 times", (await Assert.ThrowsAsync<SilencedPictureException>(() => OpenAsync(room, 1, again: true))).Message, StringComparison.Ordinal);
        Assert.Equal(asked, Asked());
    }

    [Fact]
    public async Task An_archive_that_is_away_or_fails_is_no_fault_of_the_picture()
    {
        await using ScriptedArchive site = new() { Studies = { [1] = 1 } };
        using var client = new HttpClient { BaseAddress = site.Root };
        using var room = new ReadingRoom(new DicomWebArchive(client), folder);
        site.Instead = _ => ScriptedArchive.Dead;
        await Assert.ThrowsAsync<ArchiveAwayException>(() => OpenAsync(room, 1));
        foreach (int status in (int[])[401, 500, 503])
        {
            site.Instead = path => path.Contains("/frames/", StringComparison.Ordinal) ? ScriptedArchive.Says(status, "") : null;
            await Assert.ThrowsAsync<ArchiveAwayException>(() => OpenAsync(room, 1));
        }

        site.Instead = path => path.Contains("/frames/", StringComparison.Ordinal) ? ScriptedArchive.Frames(3) : null;
        Assert.Equal("2.25.1.1", (await OpenAsync(room, 1)).Image.Instance);
    }

    /// <summary>A real Orthanc, killed as it is asked for the pixels of one run.</summary>
    [Fact]
    public async Task An_Orthanc_that_died_over_a_run_is_not_asked_for_it_by_the_next_look_and_gives_it_when_a_person_says_so()
    {
        await using SitesOrthanc site = await SitesOrthanc.StartAsync();
        foreach (int number in (int[])[1, 2])
        {
            string file = Path.Combine(folder.FullName, $"{number}.dcm");
            XaFile.Write(file, 3, 8, 8, "LIN", [(0x00181063, "DS", "200")], [(0x00080018, "UI", $"2.25.{number}.1"), (0x0020000D, "UI", $"2.25.{number}"), (0x0020000E, "UI", $"2.25.{number}.0")], (frame, _, _) => (ushort)(500 + frame));
            await site.AddAsync(file);
        }

        using HttpClient known = site.Client();
        using var deadly = new DiesOver("studies/2.25.1/", site);
        using var client = new HttpClient(deadly) { BaseAddress = known.BaseAddress };
        client.DefaultRequestHeaders.Authorization = known.DefaultRequestHeaders.Authorization;
        using var room = new ReadingRoom(new DicomWebArchive(client), folder);

        await Assert.ThrowsAsync<SilencedPictureException>(() => OpenAsync(room, 1));
        await Assert.ThrowsAsync<ArchiveAwayException>(() => OpenAsync(room, 2)); // still away: nobody is blamed for that
        await site.StartAgainAsync();
        await Assert.ThrowsAsync<SilencedPictureException>(() => OpenAsync(room, 1));
        Assert.Equal(1, deadly.Deaths);
        Assert.Equal("2.25.2", (await OpenAsync(room, 2)).Image.Study);

        deadly.IsDeadly = false;
        Assert.Equal("2.25.1", (await OpenAsync(room, 1, again: true)).Image.Study);
    }

    /// <summary>As <see cref="ScriptedArchive"/> numbers them.</summary>
    private static Task<OpenRun> OpenAsync(ReadingRoom room, int study, bool again = false) => room.OpenAsync($"2.25.{study}", $"2.25.{study}.0", $"2.25.{study}.1", null, default, again);

    /// <summary>Kills the archive before it can answer for frames of this study.</summary>
    private sealed class DiesOver(string study, SitesOrthanc site) : DelegatingHandler(new SocketsHttpHandler())
    {
        public bool IsDeadly { get; set; } = true;

        public int Deaths { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string path = request.RequestUri!.AbsolutePath;
            if (IsDeadly && path.Contains(study, StringComparison.Ordinal) && path.Contains("/frames/", StringComparison.Ordinal))
            {
                Deaths++;
                await site.KillAsync();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
