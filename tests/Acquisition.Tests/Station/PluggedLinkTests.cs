using System.Threading.Channels;
using Vascular.Acquisition.Station;
using Vascular.Devices;
using Vascular.Devices.Links;
using Vascular.Devices.Tests.Links;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Supervision over real pseudo terminals: cables pulled and put back. The waits allow for a loaded machine; the limits themselves are constants with tests of their own.</summary>
public sealed class PluggedLinkTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("station-");
    private readonly StationClock clock = new(TimeProvider.System);
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];

    public void Dispose() => stop.Dispose();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(Patience);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_cable_pulled_and_put_back_is_closed_and_open_again_under_the_same_name()
    {
        string name = Path.Combine(folder.FullName, "toe-sensor");
        PseudoTerminal first = Plug(name);
        Line line = Start("ppg-1", name);
        Assert.Equal(RecordKind.Open, (await NextAsync(line)).Kind);

        Unplug(name, first);
        LinkEvent closed = await NextAsync(line);
        Assert.Equal(RecordKind.Closed, closed.Kind);
        Assert.Contains(name, closed.Text, StringComparison.Ordinal);

        using PseudoTerminal second = Plug(name);
        Assert.Equal(RecordKind.Open, (await NextAsync(line)).Kind);
        await second.WriteAsync(new byte[] { 42 }, stop.Token);
        LinkEvent heard = await NextAsync(line);
        Assert.Equal(RecordKind.Bytes, heard.Kind);
        Assert.Equal([42], heard.Bytes.ToArray());
    }

    [Fact]
    public async Task A_dead_device_leaves_the_other_streaming()
    {
        string alive = Path.Combine(folder.FullName, "alive");
        string dying = Path.Combine(folder.FullName, "dying");
        using PseudoTerminal aliveDevice = Plug(alive);
        PseudoTerminal dyingDevice = Plug(dying);
        Line aliveLine = Start("alive", alive);
        Line dyingLine = Start("dying", dying);
        Assert.Equal(RecordKind.Open, (await NextAsync(aliveLine)).Kind);
        Assert.Equal(RecordKind.Open, (await NextAsync(dyingLine)).Kind);

        Unplug(dying, dyingDevice);
        for (byte count = 0; count < 100; count++)
        {
            await aliveDevice.WriteAsync(new[] { count }, stop.Token);
            LinkEvent heard = await NextAsync(aliveLine);
            Assert.Equal((RecordKind.Bytes, count), (heard.Kind, heard.Bytes.Span[0]));
        }

        Assert.Equal(RecordKind.Closed, (await NextAsync(dyingLine)).Kind);
    }

    [Fact]
    public void What_a_pulled_and_replaced_cable_may_cost_stays_under_two_seconds()
    {
        Assert.True(DeviceFileWatch.Every < TimeSpan.FromSeconds(2));
        Assert.All(Enumerable.Range(0, 100), attempt => Assert.True(SupervisedLink.Delay(attempt, 0.999999) <= TimeSpan.FromSeconds(1)));
        Assert.True(DeviceFileWatch.Every + SerialPortLink.CloseLimit < TimeSpan.FromSeconds(2));
    }

    private static PseudoTerminal Plug(string name)
    {
        var device = new PseudoTerminal();
        File.CreateSymbolicLink(name, device.DevicePath);
        return device;
    }

    private static void Unplug(string name, PseudoTerminal device)
    {
        device.Dispose();
        File.Delete(name);
    }

    private static async Task<LinkEvent> NextAsync(Line line)
    {
        Task<LinkEvent> next = line.Events.Reader.ReadAsync().AsTask();
        await Task.WhenAny(next, Task.Delay(Patience, TimeProvider.System));
        Assert.True(next.IsCompleted, $"no event; {line.Link.Status}");
        return await next;
    }

    private Line Start(string name, string path)
    {
        Channel<LinkEvent> events = LinkEvent.Queue();
        var factory = new LinkFactory(clock, TimeProvider.System);
        var settings = new LinkSettings.Serial(path, 9600);
        var supervised = new SupervisedLink(name, null, cancel => factory.OpenAsync(settings, cancel), events.Writer, clock, TimeProvider.System, new Random(1));
        running.Add(supervised.RunAsync(stop.Token));
        return new Line(supervised, events);
    }

    private sealed record Line(SupervisedLink Link, Channel<LinkEvent> Events);
}
