using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Station;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>A site's archive: a real Orthanc that no station runs, known by its DICOMweb address alone. Over TLS with a certificate of the site's own authority.</summary>
internal sealed class SitesOrthanc : IAsyncDisposable
{
    public const string User = "bedside-box-01", Password = "correct horse";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("site-");
    private readonly int port = ArchiveStage.FreePort();
    private readonly int plain;
    private readonly bool tls;
    private readonly TlsRelay? relay;
    private readonly HttpClient rest;
    private OrthancProcess? process;

    private SitesOrthanc(bool tls)
    {
        (this.tls, plain) = (tls, tls ? ArchiveStage.FreePort() : port);
        Authority = AuthorityIn("authority");
        using var trusted = StationAuthority.Open(Path.GetDirectoryName(Authority)!, TimeProvider.System);
        StationCertificate certificate = trusted.EnsureArchive();
        JsonObject settings = OrthancProgram.Common(Path.Combine(folder.FullName, "storage"), plain, User, Password, [OrthancProgram.DicomWebPlugin]);
        (settings["Name"], settings["DicomServerEnabled"]) = ("PACS", false);
        relay = tls ? new TlsRelay(port, plain, X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile)) : null;
        File.WriteAllText(Settings, settings.ToJsonString());
        File.WriteAllText(PasswordFile, Password + "\n");
        rest = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{plain}/")) };
        rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
    }

    public Uri Root => new(string.Create(CultureInfo.InvariantCulture, $"{(tls ? "https" : "http")}://localhost:{port}/dicom-web/"));

    /// <summary>PEM file of the authority the site's certificates come from.</summary>
    public string Authority { get; }

    public string PasswordFile => Path.Combine(folder.FullName, "password");

    public string Folder => folder.FullName;

    private string Settings => Path.Combine(folder.FullName, "orthanc.json");

    public static async Task<SitesOrthanc> StartAsync(bool tls = false)
    {
        var site = new SitesOrthanc(tls);
        await site.StartAgainAsync();
        return site;
    }

    /// <summary>How a station is told of it.</summary>
    public ArchiveConfiguration Configuration() => new()
    {
        Embedded = false, Url = Root, Login = new ArchiveLogin(User, PasswordFile), AuthorityFile = tls ? Authority : null, Every = TimeSpan.FromMilliseconds(50),
    };

    /// <summary>An authority of another folder.</summary>
    public string AuthorityIn(string name)
    {
        using var authority = StationAuthority.Open(Path.Combine(folder.FullName, name), TimeProvider.System);
        return authority.AuthorityFile;
    }

    public async Task StartAgainAsync()
    {
        process = await OrthancProcess.StartAsync(Settings);
        var answers = new OrthancRest(rest);
        using var deadline = new CancellationTokenSource(ArchiveStage.Patience);
        while (!await answers.AnswersAsync(deadline.Token))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }

    /// <summary>Ends it with SIGKILL.</summary>
    public async Task KillAsync() => await process!.DisposeAsync();

    /// <summary>A modality stores a file.</summary>
    public async Task AddAsync(string file)
    {
        using HttpResponseMessage stored = await rest.PostAsync("instances", new ByteArrayContent(await File.ReadAllBytesAsync(file)));
        Assert.True(stored.IsSuccessStatusCode, stored.ReasonPhrase);
    }

    /// <summary>A client as the station would have it, for a feed that is looked at step by step.</summary>
    public HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = Root };
        client.DefaultRequestHeaders.Authorization = rest.DefaultRequestHeaders.Authorization;
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (relay is not null)
        {
            await relay.DisposeAsync();
        }

        await KillAsync();
        rest.Dispose();
        folder.Delete(recursive: true);
    }
}
