using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>A station's archive in a folder of its own, over the real Orthanc, with DCMTK as the sender.</summary>
internal sealed class ArchiveStage : IAsyncDisposable
{
    public const string System = "urn:oid:2.999.1.1";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("archive-");
    private readonly Notices notices = new();

    private ArchiveStage(ArchiveConfiguration configuration) => Configuration = configuration;

    public ArchiveConfiguration Configuration { get; set; }

    public StationArchive Archive { get; private set; } = null!;

    public RecordDatabase Database { get; private set; } = null!;

    public StudyRecord Studies => new(Database);

    public string Data => Path.Combine(folder.FullName, "data");

    public string Keys => Path.Combine(folder.FullName, "keys");

    public string Folder => folder.FullName;

    public static ArchiveConfiguration Plain() => new()
    {
        HttpPort = FreePort(),
        DicomPort = FreePort(),
        Stable = TimeSpan.FromSeconds(1),
        Peers = [new DicomPeer("cathlab", "CATHLAB", "127.0.0.1", 0, Store: true, Worklist: false, Query: false), new DicomPeer("ward", "WARD", "127.0.0.1", 0, Store: false, Worklist: true, Query: true)],
    };

    public static async Task<ArchiveStage> StartAsync(ArchiveConfiguration? configuration = null)
    {
        var stage = new ArchiveStage(configuration ?? Plain());
        stage.Database = await RecordDatabase.OpenAsync(Path.Combine(stage.Data, "record.db"), default);
        await stage.StartAgainAsync();
        return stage;
    }

    public async Task StartAgainAsync()
    {
        Archive = await StationArchive.StartAsync(Configuration, Data, Keys, Database, System, notices.Add, TimeProvider.System);
        await SaidAsync("archive-up");
    }

    public async Task StopAsync() => await Archive.DisposeAsync();

    /// <summary>The next notice of this code; those before it are passed over.</summary>
    public Task<ArchiveNotice> SaidAsync(params string[] codes) => notices.FindAsync(codes, Patience);

    public int Waiting => notices.Count;

    /// <summary>Sends a file as the cath lab does.</summary>
    public Task<(int Exit, string Output)> SendAsync(string file, params string[] options) =>
        ToolAsync("storescu", ["-v", .. options, "-aet", "CATHLAB", "-aec", Configuration.AeTitle, "127.0.0.1", Archive.DicomPort!.Value.ToString(CultureInfo.InvariantCulture), file]);

    public static async Task<(int Exit, string Output)> ToolAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        await Archive.DisposeAsync();
        folder.Delete(recursive: true);
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Any, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>What was said, in order, waited for with a deadline.</summary>
    private sealed class Notices
    {
        private readonly BlockingCollection<ArchiveNotice> said = [];

        public int Count => said.Count;

        public void Add(ArchiveNotice notice) => said.Add(notice);

        public Task<ArchiveNotice> FindAsync(string[] codes, TimeSpan patience) => Task.Run(() =>
        {
            List<string> passed = [];
            using var deadline = new CancellationTokenSource(patience);
            try
            {
                while (true)
                {
                    ArchiveNotice notice = said.Take(deadline.Token);
                    if (codes.Contains(notice.Code))
                    {
                        return notice;
                    }

                    passed.Add(notice.Text);
                }
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"not said: {string.Join(" or ", codes)}; said: {string.Join(" | ", passed)}");
            }
        });
    }
}
