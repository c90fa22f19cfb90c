using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Records;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>A site's server by its address: a real Orthanc over TLS with a certificate of the site's own authority, and a login.</summary>
public sealed class SitesArchiveTests
{
    [Fact]
    public async Task Over_TLS_with_the_sites_authority_and_a_login_its_studies_are_read_and_it_may_die()
    {
        await using SitesOrthanc site = await SitesOrthanc.StartAsync(tls: true);
        await using ArchiveStage stage = await ArchiveStage.StartAsync(site.Configuration());
        string file = Path.Combine(stage.Folder, "run.dcm");
        XaFile.Write(file, 3, 8, 8, "LIN", [(0x00181063, "DS", "200")], [(0x00200062, "CS", "R")], (frame, _, column) => (ushort)(10 * frame + column));
        await site.AddAsync(file);
        await stage.SaidAsync("study-new");
        ArchivedPicture picture = Assert.Single(await stage.Studies.PicturesAsync("2.25.7002", default));
        XaImage image = await stage.Archive.Images.DescribeAsync(picture.Study, picture.Series, picture.Instance, default);
        List<int> firsts = [];
        await stage.Archive.Images.ReadFramesAsync(image, (_, pixels, _) => { firsts.Add(pixels.Span[0]); return ValueTask.CompletedTask; }, default);
        Assert.Equal([0, 10, 20], firsts);

        await site.KillAsync();
        Assert.Contains("cannot be reached", (await stage.SaidAsync("archive-down")).Text, StringComparison.Ordinal);
        await site.StartAgainAsync();
        await stage.SaidAsync("archive-up");
    }

    [Fact]
    public async Task Who_is_not_believed_or_does_not_believe_is_said_with_what_to_look_at()
    {
        await using SitesOrthanc site = await SitesOrthanc.StartAsync(tls: true);
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        ArchiveConfiguration right = site.Configuration();
        string wrong = Path.Combine(site.Folder, "wrong");
        await File.WriteAllTextAsync(wrong, "wrong");
        foreach (string? authority in (string?[])[site.AuthorityIn("another"), null])
        {
            string said = await TroubleAsync(right with { AuthorityFile = authority }, record);
            Assert.StartsWith($"the archive is away (the certificate of the archive at {site.Root} is not believed (", said, StringComparison.Ordinal);
            Assert.EndsWith("look at who answers there, and at archive.ca_file in station.json); it is tried again, and everything else goes on", said, StringComparison.Ordinal);
        }

        foreach (ArchiveLogin? login in (ArchiveLogin?[])[new(SitesOrthanc.User, wrong), new("somebody", site.PasswordFile), null])
        {
            string said = await TroubleAsync(right with { Login = login }, record);
            Assert.StartsWith($"the archive is away (the archive at {site.Root} refuses this user (401 to studies?", said, StringComparison.Ordinal);
            Assert.EndsWith("look at archive.user and archive.password_file in station.json); it is tried again, and everything else goes on", said, StringComparison.Ordinal);
            Assert.DoesNotContain(SitesOrthanc.Password, said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("authority", null)]
    [InlineData("authority", "")]
    [InlineData("authority", "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n")]
    [InlineData("password", null)]
    [InlineData("password", "\n")]
    public async Task A_file_that_holds_nothing_is_named(string which, string? content)
    {
        await using TemporaryRecord record = await TemporaryRecord.OpenAsync();
        string file = Path.Combine(Path.GetDirectoryName(record.File)!, "file");
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content);
        }

        ArchiveConfiguration configuration = new() { Embedded = false, Url = new Uri("https://localhost:9/dicom-web/") };
        configuration = which == "password" ? configuration with { Login = new ArchiveLogin("u", file) } : configuration with { AuthorityFile = file };
        CommandFailure failure = await Assert.ThrowsAsync<CommandFailure>(() => TroubleAsync(configuration, record));
        Assert.Equal((which == "password" ? "the archive's password cannot be read" : "the archive's authority cannot be read", file), (failure.What, failure.Where));
        Assert.EndsWith(which == "password" ? "or correct archive.password_file in station.json" : "or correct archive.ca_file in station.json", failure.WhatToDo, StringComparison.Ordinal);
    }

    /// <summary>The first thing a station says of an archive that it cannot use.</summary>
    private static async Task<string> TroubleAsync(ArchiveConfiguration configuration, TemporaryRecord record)
    {
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using StationArchive archive = await StationArchive.StartAsync(configuration, Path.GetDirectoryName(record.File)!, "", record.Database, ArchiveStage.System, notice => said.TrySetResult(notice.Text), TimeProvider.System);
        return await said.Task.WaitAsync(ArchiveStage.Patience);
    }
}
