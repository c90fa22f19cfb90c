using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Tests.Archive;

/// <summary>The station's own Orthanc, real, with DCMTK's storescu, echoscu and findscu as the other side.</summary>
public sealed class StationArchiveTests
{
    private const int Frames = 12, Rows = 48, Columns = 64;

    [Fact]
    public async Task Studies_in_every_syntax_arrive_once_bound_or_to_be_bound_and_are_read_frame_by_frame()
    {
        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        await ExaminedAsync(stage, "P-1");
        (string Name, string[] Compress, string[] Send)[] syntaxes =
        [
            ("plain", [], []), ("lossless", ["dcmcjpeg", "+e1"], ["-xs"]), ("rle", ["dcmcrle"], ["-xr"]), ("jpegls", ["dcmcjpls"], ["-xt"]), ("jpeg2000", ["gdcmconv", "--j2k"], ["-xv"]),
        ];
        foreach ((string name, string[] compress, string[] send) in syntaxes)
        {
            int number = Array.FindIndex(syntaxes, s => s.Name == name);
            string file = Xa(stage, number, ("P-1", name == "rle" ? null : "R", "FOOT"));
            if (compress.Length > 0)
            {
                string packed = file + ".packed";
                (int made, string complaint) = await ArchiveStage.ToolAsync(compress[0], [.. compress[1..], file, packed]);
                Assert.True(made == 0, complaint);
                file = packed;
            }

            (int exit, string output) = await stage.SendAsync(file, send);
            Assert.True(exit == 0, output);
        }

        foreach (string _ in syntaxes.Select(s => s.Name))
        {
            Assert.Equal("study-new", (await stage.SaidAsync("study-new", "study-grown", "study-set-aside")).Code);
        }

        for (int number = 0; number < syntaxes.Length; number++)
        {
            string name = syntaxes[number].Name;
            ArchivedStudy study = (await stage.Studies.FindAsync($"2.25.1{number}", default))!;
            Assert.Equal((1, StudyState.Readable), (study.Version, study.State));
            Assert.Equal(name == "rle" ? (null, StudyDoubts.SideNotSaid) : ("identifier", StudyDoubts.None), (study.BoundBy, study.Doubts));
            ArchivedPicture picture = Assert.Single(await stage.Studies.PicturesAsync(study.Study, default));
            Assert.Equal((Frames, Rows, Columns), (picture.Frames, picture.Rows, picture.Columns));

            Assert.Equal(Frames, await FramesAsync(stage, picture));
        }

        Assert.Equal(["2.25.12"], (await stage.Studies.ListAsync(toBeBound: true, default)).Select(s => s.Study));
        Assert.Equal(5, (await stage.Studies.ListAsync(toBeBound: false, default)).Count);
    }

    /// <summary>Reads the frames of a picture and holds a pixel of each. Debian's GDCM may take Orthanc down while it decodes (docs/decisions/0029): the station starts it again, and what was lost is asked for anew.</summary>
    private static async Task<int> FramesAsync(ArchiveStage stage, ArchivedPicture picture)
    {
        for (int tries = 1; ; tries++)
        {
            int frames = 0;
            try
            {
                XaImage image = await stage.Archive.Images.DescribeAsync(picture.Study, picture.Series, picture.Instance, default);
                await stage.Archive.Images.ReadFramesAsync(
                    image,
                    (frame, pixels, _) =>
                    {
                        Assert.Equal(Pixel(frame, 3, 5), BitConverter.ToUInt16(pixels.Span[(2 * (3 * Columns + 5))..]));
                        frames++;
                        return ValueTask.CompletedTask;
                    },
                    default);
                return frames;
            }
            catch (AngiogramException) when (tries < 4)
            {
                await stage.SaidAsync("archive-up");
            }
        }
    }

    [Fact]
    public async Task What_came_while_the_station_was_away_is_read_once_and_late_pictures_are_a_new_version()
    {
        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        await SendAsync(stage, Xa(stage, 1, ("P-1", "R", "FOOT")));
        await stage.SaidAsync("study-new");
        await stage.StopAsync();
        await stage.StartAgainAsync();

        // nothing is told again: the next notice is the next thing that happens
        await SendAsync(stage, Xa(stage, 1, ("P-1", "R", "FOOT"), late: true));
        ArchiveNotice grown = await stage.SaidAsync("study-new", "study-grown");
        Assert.Equal("study-grown", grown.Code);
        Assert.Equal(2, (await stage.Studies.FindAsync("2.25.11", default))!.Version);
        Assert.Equal([1, 2], (await stage.Studies.PicturesAsync("2.25.11", default)).Select(p => p.SinceVersion).Order());
        Assert.Equal(["read", "read"], (await stage.Studies.EventsAsync("2.25.11", default)).Select(e => e.What));
    }

    [Fact]
    public async Task A_killed_archive_comes_back_by_itself_and_what_it_had_not_called_stable_is_not_lost()
    {
        await using ArchiveStage stage = await ArchiveStage.StartAsync(ArchiveStage.Plain() with { Stable = TimeSpan.FromSeconds(5) });
        await SendAsync(stage, Xa(stage, 1, ("P-1", "R", "FOOT")));
        using (Process orthanc = Process.GetProcessById(stage.Archive.ProcessId!.Value))
        {
            orthanc.Kill();
        }

        ArchiveNotice away = await stage.SaidAsync("archive-down");
        Assert.True(away.IsTrouble);
        await stage.SaidAsync("archive-up");
        Assert.Null(stage.Archive.Trouble);
        await stage.SaidAsync("study-new");
        Assert.Equal(1, (await stage.Studies.FindAsync("2.25.11", default))!.Version);
    }

    [Fact]
    public async Task An_archive_that_a_killed_station_left_behind_does_not_block_the_next_start()
    {
        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        int wanted = stage.Archive.DicomPort!.Value;
        await stage.StopAsync();
        using Process orphan = Process.Start(new ProcessStartInfo("/usr/sbin/Orthanc", [Path.Combine(stage.Data, "archive", "orthanc.json")]) { RedirectStandardError = true })!;
        await stage.StartAgainAsync();
        Assert.True(orphan.WaitForExit(ArchiveStage.Patience));
        Assert.Equal(wanted, stage.Archive.DicomPort);
    }

    [Fact]
    public async Task What_is_malformed_is_set_aside_and_the_next_study_is_read()
    {
        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        string bad = Path.Combine(stage.Folder, "bad.dcm");
        XaFile.Write(bad, 1, 8, 8, "LIN", [], [.. Said(7, ("P-1", "R", "FOOT"), 0)], (_, _, _) => 0);
        Assert.Equal(0, (await ArchiveStage.ToolAsync("dcmodify", "-nb", "-m", "(0028,0010)=0", "-m", "(0028,0100)=64", bad)).Exit);
        string empty = Xa(stage, 8, ("P-1", "R", "FOOT"));
        Assert.Equal(0, (await ArchiveStage.ToolAsync("dcmodify", "-nb", "-e", "(7fe0,0010)", empty)).Exit);
        await SendAsync(stage, bad);
        await SendAsync(stage, empty);
        Assert.Equal("study-set-aside", (await stage.SaidAsync("study-set-aside", "study-new")).Code);
        Assert.Equal("study-set-aside", (await stage.SaidAsync("study-set-aside", "study-new")).Code);
        await SendAsync(stage, Xa(stage, 1, ("P-1", "R", "FOOT")));
        await stage.SaidAsync("study-new");
        ArchivedStudy known = (await stage.Studies.FindAsync("2.25.17", default))!;
        Assert.Equal(StudyState.SetAside, known.State);
        Assert.Contains("64 bits allocated", known.Reason, StringComparison.Ordinal);
        Assert.Contains("pixels are missing", (await stage.Studies.FindAsync("2.25.18", default))!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_speaks_to_it_who_is_not_named()
    {
        await using ArchiveStage stage = await ArchiveStage.StartAsync();
        string file = Xa(stage, 1, ("P-1", "R", "FOOT")), port = $"{stage.Archive.DicomPort}", ours = stage.Configuration.AeTitle;
        Assert.NotEqual(0, (await ArchiveStage.ToolAsync("storescu", "-aet", "STRANGER", "-aec", ours, "127.0.0.1", port, file)).Exit);
        Assert.NotEqual(0, (await ArchiveStage.ToolAsync("storescu", "-aet", "CATHLAB", "-aec", "ELSE", "127.0.0.1", port, file)).Exit);
        Assert.NotEqual(0, (await ArchiveStage.ToolAsync("storescu", "-aet", "WARD", "-aec", ours, "127.0.0.1", port, file)).Exit);
        (int found, string said) = await ArchiveStage.ToolAsync("findscu", "-v", "-S", "-aet", "CATHLAB", "-aec", ours, "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", "127.0.0.1", port);
        Assert.True(found != 0 || said.Contains("Failed", StringComparison.Ordinal) || said.Contains("Refused", StringComparison.OrdinalIgnoreCase), said);
        // the ports are open on every address of the machine: who calls from another than 127.0.0.1 is refused, with the right title and the right password
        foreach (string address in Elsewhere())
        {
            (int heard, string refusal) = await ArchiveStage.ToolAsync("echoscu", "-v", "-aet", "CATHLAB", "-aec", ours, address, port);
            Assert.True(heard != 0 && !refusal.Contains("Connection refused", StringComparison.OrdinalIgnoreCase), refusal);
            Assert.NotEqual(0, (await ArchiveStage.ToolAsync("storescu", "-aet", "CATHLAB", "-aec", ours, address, port, file)).Exit);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusFromAsync(stage, IPAddress.Parse(address)));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusFromAsync(stage, IPAddress.Loopback));
        Assert.Equal(0, stage.Waiting);
        Assert.Equal(0, (await ArchiveStage.ToolAsync("echoscu", "-aet", "CATHLAB", "-aec", ours, "127.0.0.1", port)).Exit);
        using var stranger = new HttpClient { BaseAddress = stage.Archive.Root };
        using HttpResponseMessage answer = await stranger.GetAsync("studies");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.All([Path.Combine(stage.Keys, "archive.secret"), Path.Combine(stage.Data, "archive", "orthanc.json")],
            path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
    }

    [Fact]
    public async Task Over_TLS_only_certificates_of_the_stations_authority_are_heard()
    {
        await using ArchiveStage stage = await ArchiveStage.StartAsync(ArchiveStage.Plain() with { Tls = true });
        string file = Xa(stage, 1, ("P-1", "R", "FOOT")), other = Path.Combine(stage.Folder, "other");
        using (var foreign = StationAuthority.Open(other, TimeProvider.System))
        {
            foreign.EnsureClient("cathlab");
        }

        Assert.NotEqual(0, (await stage.SendAsync(file)).Exit);
        Assert.NotEqual(0, (await stage.SendAsync(file, Tls(other, stage.Keys))).Exit);
        (int exit, string output) = await stage.SendAsync(file, Tls(stage.Keys, stage.Keys));
        Assert.True(exit == 0, output);
        await stage.SaidAsync("study-new");
    }

    private static string[] Tls(string keys, string authority) => ["+tls", Path.Combine(keys, "cathlab.key"), Path.Combine(keys, "cathlab.crt"), "+cf", Path.Combine(authority, "ca.crt")];

    private static async Task SendAsync(ArchiveStage stage, string file)
    {
        (int exit, string output) = await stage.SendAsync(file);
        Assert.True(exit == 0, output);
    }

    private static async Task ExaminedAsync(ArchiveStage stage, string patient) =>
        await new ExaminationRecord(stage.Database).OpenAsync(Records.TemporaryRecord.Opening with { Patient = new(ArchiveStage.System, patient, "female") }, "technician", default);

    private static string Xa(ArchiveStage stage, int number, (string Patient, string? Side, string Part) said, bool late = false)
    {
        string path = Path.Combine(stage.Folder, $"xa-{number}{(late ? "-late" : "")}.dcm");
        XaFile.Write(path, Frames, Rows, Columns, "LIN", [(0x00181063, "DS", "200")], [.. Said(number, said, late ? 1 : 0)], Pixel);
        return path;
    }

    private static IEnumerable<(uint, string, string)> Said(int number, (string Patient, string? Side, string Part) said, int picture) =>
    [
        (0x00100020, "LO", said.Patient), (0x00100040, "CS", "F"), (0x00180015, "CS", said.Part), (0x0020000D, "UI", $"2.25.1{number}"), (0x0020000E, "UI", $"2.25.2{number}"),
        (0x00080018, "UI", $"2.25.3{number}{picture}"), .. said.Side is { } side ? [(0x00200062u, "CS", side)] : Array.Empty<(uint, string, string)>(),
    ];

    private static ushort Pixel(int frame, int row, int column) => (ushort)(500 + 40 * frame + 3 * row + column);

    /// <summary>What the archive answers to the station's own user who calls from this address to this address.</summary>
    private static async Task<HttpStatusCode> StatusFromAsync(ArchiveStage stage, IPAddress address)
    {
        using HttpClient known = stage.Archive.NewClient();
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (where, cancel) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, 0));
                await socket.ConnectAsync(address, where.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = stage.Archive.Root };
        client.DefaultRequestHeaders.Authorization = known.DefaultRequestHeaders.Authorization;
        using HttpResponseMessage answer = await client.GetAsync("studies");
        return answer.StatusCode;
    }

    /// <summary>Addresses of this machine that are not loopback.</summary>
    private static IEnumerable<string> Elsewhere() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(i => i.GetIPProperties().UnicastAddresses.Select(a => a.Address))
        .Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)).Select(a => a.ToString()).Take(1);
}
