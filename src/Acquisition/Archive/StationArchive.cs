using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>What the archive has to say to the person at the station. Names no patient.</summary>
/// <param name="Code">For programs; a-z and the hyphen.</param>
/// <param name="IsTrouble">Somebody has to look.</param>
public sealed record ArchiveNotice(string Code, bool IsTrouble, string Text);

/// <summary>The archive of a station: its own Orthanc or a site's server, its studies, and what came of them into the record. Its death stops nothing else.</summary>
public sealed class StationArchive : IAsyncDisposable
{
    /// <summary>An archive that decodes a run does so before it answers.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(100);

    private readonly CancellationTokenSource stop = new();
    private readonly List<IDisposable> held = [];
    private readonly Uri root;
    private readonly AuthenticationHeaderValue? login;
    private readonly X509Certificate2Collection? authority;
    private readonly Action<ArchiveNotice> told;
    private readonly EmbeddedArchive? embedded;
    private volatile string? trouble = "it has not answered yet";
    private Task running = Task.CompletedTask;
    private Task following = Task.CompletedTask;
    private Task giving = Task.CompletedTask;

    private StationArchive(ArchiveConfiguration configuration, EmbeddedArchive? embedded, Uri root, (string User, string Password)? login, Action<ArchiveNotice> told)
    {
        (Configuration, this.embedded, this.root, this.told) = (configuration, embedded, root, told);
        this.login = login is var (user, password) ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))) : null;
        authority = configuration.AuthorityFile is { } file ? AuthorityOf(file) : null;
    }

    public ArchiveConfiguration Configuration { get; }

    /// <summary>What it holds, frame by frame.</summary>
    public IAngiograms Images { get; private set; } = null!;

    /// <summary>Null where the archive is no Orthanc.</summary>
    public OrthancRest? Orthanc { get; private set; }

    /// <summary>The department's worklist; null where none is configured.</summary>
    public Worklist? Worklist { get; private set; }

    /// <summary>DICOMweb root.</summary>
    public Uri Root => root;

    /// <summary>Where senders reach the embedded archive; null with a site's.</summary>
    public int? DicomPort => embedded?.DicomPort;

    /// <summary>The embedded archive's process; null between two runs, and with a site's.</summary>
    public int? ProcessId => embedded?.ProcessId;

    /// <summary>Folder of the worklist items the embedded archive hands out.</summary>
    public string? Worklists { get; private set; }

    /// <summary>Why the archive cannot be used now; null while all is well.</summary>
    public string? Trouble => trouble;

    /// <summary>Starts it and begins to follow it; does not wait until it answers.</summary>
    /// <param name="data">The data folder, locked by this process.</param>
    /// <exception cref="CommandFailure">Its folder, secret or password file cannot be used.</exception>
    public static async Task<StationArchive> StartAsync(ArchiveConfiguration configuration, string data, string keys, RecordDatabase database, string? patientSystem, Action<ArchiveNotice> told, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        StationArchive archive;
        Uri? rest;
        if (configuration.Embedded)
        {
            StationArchive? itself = null;
            string folder = Path.Combine(Path.GetFullPath(data), "archive");
            EmbeddedArchive embedded = await EmbeddedArchive.PrepareAsync(configuration, folder, keys, reason => itself?.Stands(reason), time);
            rest = new Uri($"http://127.0.0.1:{embedded.HttpPort}/");
            archive = itself = new StationArchive(configuration, embedded, new Uri(rest, "dicom-web/"), (OrthancSettings.User, embedded.Password), told) { Worklists = Path.Combine(folder, "worklists") };
        }
        else
        {
            rest = configuration.OrthancUrl;
            archive = new StationArchive(configuration, null, configuration.Url!, configuration.Login is { } l ? (l.User, PasswordOf(l)) : null, told);
        }

        archive.Images = new DicomWebArchive(archive.Client(archive.root, AnswerWithin));
        archive.Orthanc = rest is null ? null : new OrthancRest(archive.Client(rest, TimeSpan.FromSeconds(30)));
        var naming = new PatientNaming(patientSystem, configuration.Issuer);
        archive.Worklist = configuration.WorklistFrom is { } from && archive.Orthanc is { } orthanc ? new Worklist(orthanc, from, configuration.WorklistStation, naming) : null;
        var feed = new StudyFeed(archive.Images, archive.Orthanc, new StudyRecord(database), naming, archive.root.ToString(), time)
        {
            Every = configuration.Embedded ? TimeSpan.FromSeconds(1) : configuration.Every,
            SaysItselfHowItStands = configuration.Embedded,
        };
        archive.running = archive.embedded?.RunAsync(archive.Orthanc!, archive.stop.Token) ?? Task.CompletedTask;
        archive.following = feed.RunAsync(archive.Stands, archive.told, archive.stop.Token);
        if (configuration.GiveBack)
        {
            archive.giving = new GivingBack(new DicomWebArchive(archive.Client(archive.root, AnswerWithin)), new ReturnRecord(database), told, time).RunAsync(archive.stop.Token);
        }

        archive.SayPort();
        return archive;
    }

    /// <summary>A client of the archive with its credentials, for another use of it.</summary>
    public HttpClient NewClient() => Client(root, AnswerWithin);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await giving;
        await following;
        await running;
        foreach (IDisposable one in held)
        {
            one.Dispose();
        }

        stop.Dispose();
    }

    /// <summary>Told each time it is looked at; only a change is news.</summary>
    private void Stands(string? reason)
    {
        string? before = trouble;
        trouble = reason;
        if ((before is null) != (reason is null) || (reason is not null && before != reason))
        {
            told(reason is null
                ? new ArchiveNotice("archive-up", false, "the archive answers")
                : new ArchiveNotice("archive-down", true, $"the archive is away ({reason}); it is tried again, and everything else goes on"));
        }
    }

    private void SayPort()
    {
        if (embedded is null)
        {
            return;
        }

        if (embedded.DicomPort != Configuration.DicomPort)
        {
            told(new ArchiveNotice("port-moved", true, $"port {Configuration.DicomPort} is in use: the archive takes studies on {embedded.DicomPort}, and its senders must be told"));
        }

        told(new ArchiveNotice("listening", false, $"listening on dicom{(Configuration.Tls ? "-tls" : "")}://localhost:{embedded.DicomPort} ({Configuration.AeTitle})"));
    }

    private HttpClient Client(Uri address, TimeSpan answerWithin)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false, UseProxy = false };
        if (authority is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authority);
        }

        var client = new HttpClient(handler) { BaseAddress = address, Timeout = answerWithin };
        client.DefaultRequestHeaders.Authorization = login;
        held.Add(client);
        return client;
    }

    private static X509Certificate2Collection AuthorityOf(string file)
    {
        X509Certificate2Collection authority = [];
        Exception? refused = null;
        try
        {
            authority.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            refused = e;
        }

        return authority.Count > 0 ? authority : throw new CommandFailure("the archive's authority cannot be read", file, "write its certificate there as PEM, or correct archive.ca_file in station.json", refused);
    }

    private static string PasswordOf(ArchiveLogin login)
    {
        string password = string.Empty;
        Exception? refused = null;
        try
        {
            password = File.ReadAllText(login.PasswordFile).TrimEnd('\n', '\r');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refused = e;
        }

        return password.Length > 0 ? password : throw new CommandFailure("the archive's password cannot be read", login.PasswordFile, "write it there, readable by this user alone, or correct archive.password_file in station.json", refused);
    }
}
