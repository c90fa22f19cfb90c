using System.Text;
using System.Threading.Channels;
using Vascular.Acquisition.Station;
using Vascular.Devices;
using Vascular.Devices.Links;
using Vascular.Devices.Tcm;
using Vascular.Devices.Tests.Links;
using Vascular.Processing.Vocabulary;
using Record = Vascular.Devices.Record;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Two TcPO2 sites behind one iiod under supervision: what is late, lost or dead on one of them never shows on the other.</summary>
public sealed class PolledSitesTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ScriptedIiod daemon = new();
    private readonly StationClock clock = new(TimeProvider.System);
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(Patience);
    }

    public void Dispose()
    {
        daemon.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task A_late_answer_never_reaches_another_question_or_another_site()
    {
        // Each site's three inputs read 1000 × site + input; the answer held back is that of site a's temperature.
        daemon.HoldBack = c => c.Device == "iio:device0" && c.Attribute == "raw" && c.Channel == "voltage1";
        ChannelReader<LinkEvent> a = Start("tcpo2-a", "site-a");
        ChannelReader<LinkEvent> b = Start("tcpo2-b", "site-b");
        List<LinkEvent> heardA = await UntilAsync(a, e => e.Kind == RecordKind.Closed);
        Assert.Equal("site-a/in_voltage1_raw\t-110\n", Text(heardA[^2]));

        await daemon.ReleaseAsync();
        heardA.AddRange(await UntilAsync(a, e => e.Kind == RecordKind.Open));
        for (int poll = 0; poll < 5; poll++)
        {
            heardA.AddRange(await UntilAsync(a, e => Text(e).Contains("voltage0_raw", StringComparison.Ordinal)));
        }

        List<LinkEvent> heardB = await UntilAsync(b, e => Text(e).Contains("voltage0_raw", StringComparison.Ordinal));
        AssertOwnValues(heardA, "site-a", 0);
        AssertOwnValues(heardB, "site-b", 1);
        Assert.DoesNotContain(heardB, e => e.Kind == RecordKind.Closed);
        Assert.Equal(1, heardA.Count(e => e.Kind == RecordKind.Closed));
    }

    [Fact]
    public async Task A_daemon_that_dies_is_a_gap_for_both_and_nothing_is_repeated_meanwhile()
    {
        ChannelReader<LinkEvent> a = Start("tcpo2-a", "site-a");
        List<LinkEvent> heard = await UntilAsync(a, e => Text(e).Contains("voltage0_raw", StringComparison.Ordinal));
        daemon.Dispose();
        heard.AddRange(await UntilAsync(a, e => e.Kind == RecordKind.Closed));
        Assert.Contains("iiod://127.0.0.1:", heard[^1].Text, StringComparison.Ordinal);

        TcmMonitor monitor = new(new TcmOptions());
        List<Reading> readings = [];
        foreach (LinkEvent happened in heard)
        {
            monitor.Next(new Record(happened.Kind, happened.AtNs, happened.Bytes), readings);
        }

        int polled = heard.Count(e => Text(e).Contains("voltage0_raw", StringComparison.Ordinal));
        Assert.Equal(polled, readings.Count(r => r.Kind == ReadingKind.TranscutaneousOxygen && r.HasValue));
    }

    private static void AssertOwnValues(List<LinkEvent> heard, string site, int device)
    {
        foreach (string line in heard.Select(Text).Where(t => t.Contains("_raw", StringComparison.Ordinal) && !t.EndsWith("-110\n", StringComparison.Ordinal)))
        {
            char input = line[line.IndexOf("voltage", StringComparison.Ordinal) + 7];
            Assert.Equal($"{site}/in_voltage{input}_raw\t{device}00{input}\n", line);
        }
    }

    private static string Text(LinkEvent happened) => happened.Kind == RecordKind.Bytes ? Encoding.ASCII.GetString(happened.Bytes.Span) : "";

    private static async Task<List<LinkEvent>> UntilAsync(ChannelReader<LinkEvent> events, Func<LinkEvent, bool> last)
    {
        using CancellationTokenSource deadline = new(Patience);
        List<LinkEvent> heard = [];
        do
        {
            heard.Add(await events.ReadAsync(deadline.Token));
        }
        while (!last(heard[^1]));
        return heard;
    }

    private ChannelReader<LinkEvent> Start(string name, string device)
    {
        Channel<LinkEvent> events = LinkEvent.Queue();
        LinkFactory factory = new(clock, TimeProvider.System);
        LinkSettings.Iiod settings = new("127.0.0.1", daemon.Port, device, new TcmOptions().IiodAttributes)
        {
            Period = TimeSpan.FromMilliseconds(20),
            ReplyLimit = TimeSpan.FromSeconds(2),
        };
        SupervisedLink link = new(name, TimeSpan.FromSeconds(5), cancel => factory.OpenAsync(settings, cancel), events.Writer, clock, TimeProvider.System, new Random(1));
        running.Add(link.RunAsync(stop.Token));
        return events.Reader;
    }
}
