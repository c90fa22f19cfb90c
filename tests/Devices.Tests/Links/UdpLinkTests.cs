using System.Net;
using System.Net.Sockets;
using Vascular.Devices.IntelliVue;
using Vascular.Devices.Links;
using Vascular.Devices.Tests.IntelliVue;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Links;

public sealed class UdpLinkTests : LinkContract
{
    private const long S = 1_000_000_000;

    [Fact]
    public async Task Datagrams_keep_their_boundaries_in_both_directions()
    {
        using Device device = new();
        await using UdpLink link = await device.LinkAsync(new CountingClock());
        using var deadline = new CancellationTokenSource(Deadline);
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);

        await link.WriteAsync(new byte[] { 0, 2, 0xAA, 0xBB, 0, 0, 0, 1, 0xCC }, deadline.Token);
        Assert.Equal([0xAA, 0xBB], await device.HearAsync(deadline.Token));
        Assert.Empty(await device.HearAsync(deadline.Token));
        Assert.Equal([0xCC], await device.HearAsync(deadline.Token));

        byte[] longest = new byte[65_507];
        new Random(1).NextBytes(longest);
        foreach (byte[] said in (byte[][])[[1], [], [2, 3], longest])
        {
            await device.SayAsync(said, deadline.Token);
            Assert.True(await arrivals.MoveNextAsync());
            Assert.Equal([(byte)(said.Length >> 8), (byte)said.Length, .. said], arrivals.Current.Bytes.ToArray());
        }
    }

    [Fact]
    public async Task What_another_address_sends_is_not_seen()
    {
        using Device device = new();
        await using UdpLink link = await device.LinkAsync(new CountingClock());
        using var deadline = new CancellationTokenSource(Deadline);
        await link.WriteAsync(new byte[] { 0, 1, 7 }, deadline.Token);
        await device.HearAsync(deadline.Token);
        using Socket stranger = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await stranger.SendToAsync(new byte[] { 0x66 }, device.Peer!, deadline.Token);
        await device.SayAsync([0x42], deadline.Token);

        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        Assert.True(await arrivals.MoveNextAsync());
        Assert.Equal([0, 1, 0x42], arrivals.Current.Bytes.ToArray());
    }

    [Fact]
    public async Task Bytes_that_are_no_datagrams_are_refused_before_any_is_sent()
    {
        using Device device = new();
        await using UdpLink link = await device.LinkAsync(new CountingClock());
        await Assert.ThrowsAsync<ArgumentException>(() => link.WriteAsync(new byte[] { 0, 2, 1 }, CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => link.WriteAsync(new byte[] { 0 }, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task A_device_that_was_never_there_is_no_lost_line_and_is_heard_when_it_comes()
    {
        int port;
        using (Socket free = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)free.LocalEndPoint!).Port;
        }

        await using UdpLink link = await UdpLink.OpenAsync(new LinkSettings.Udp("127.0.0.1", port), new CountingClock(), TimeProvider.System, CancellationToken.None);
        using var deadline = new CancellationTokenSource(Deadline);
        Task<bool> next = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token).MoveNextAsync().AsTask();
        for (int i = 0; i < 20; i++)
        {
            await link.WriteAsync(new byte[] { 0, 1, 7 }, deadline.Token);
        }

        Assert.False(next.IsCompleted);
        using Socket late = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        late.Bind(new IPEndPoint(IPAddress.Loopback, port));
        await link.WriteAsync(new byte[] { 0, 1, 8 }, deadline.Token);
        byte[] got = new byte[4];
        SocketReceiveFromResult heard = await late.ReceiveFromAsync(got, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
        Assert.Equal(8, got[0]);
        await late.SendToAsync(new byte[] { 9 }, heard.RemoteEndPoint, deadline.Token);
        Assert.True(await next);
    }

    /// <summary>The adapter over the real link: what it sends reaches the monitor as the documents' bytes, what the monitor says becomes readings.</summary>
    [Fact]
    public async Task An_IntelliVue_monitor_is_asked_polled_and_left_over_datagrams()
    {
        using Device device = new();
        await using UdpLink link = await device.LinkAsync(new CountingClock());
        using var deadline = new CancellationTokenSource(Deadline);
        var monitor = new IntelliVueMonitor(new IntelliVueOptions { Line = IntelliVueLine.Datagram });
        List<Reading> readings = [];
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);

        async Task TellAsync(RecordKind kind, long atNs, ReadOnlyMemory<byte> bytes = default)
        {
            Step step = monitor.Next(new Record(kind, atNs, bytes), readings);
            if (!step.Send.IsEmpty)
            {
                await link.WriteAsync(step.Send, deadline.Token);
            }
        }

        async Task SayAsync(long atNs, byte[] datagram)
        {
            await device.SayAsync(datagram, deadline.Token);
            Assert.True(await arrivals.MoveNextAsync());
            await TellAsync(RecordKind.Bytes, atNs, arrivals.Current.Bytes);
        }

        await TellAsync(RecordKind.Open, 0);
        Assert.Equal(IntelliVueCodec.AssociationRequest.ToArray(), await device.HearAsync(deadline.Token));
        await SayAsync(S / 10, IntelliVueGolden.Accept);
        await SayAsync(S / 5, IntelliVueGolden.CreateEvent);
        Assert.Equal(IntelliVueGolden.CreateResult, await device.HearAsync(deadline.Token));
        for (int second = 2; second < 30; second++)
        {
            // the poll each second is what keeps the association
            await TellAsync(RecordKind.Wake, second * S);
            Assert.Equal(0xE1, (await device.HearAsync(deadline.Token))[0]);

            // a datagram that is empty or longer than any message costs itself and no other
            await SayAsync((second * S) + 1, second == 3 ? [] : second == 4 ? new byte[5000] : []);
            await SayAsync((second * S) + 2, IntelliVueGolden.Result);
        }

        Assert.Equal(28, readings.Count(reading => reading is { Kind: ReadingKind.TranscutaneousOxygen, Value: 42 }));
        Assert.DoesNotContain(readings, reading => reading.Kind == ReadingKind.NoReply);
        await SayAsync(30 * S, [0x19, 0x00]);
        Assert.False(monitor.IsAssociated);
        Assert.Equal((int)IntelliVueKind.Abort, readings[^1].Detail);
        await TellAsync(RecordKind.Wake, 35 * S);
        Assert.Equal(IntelliVueCodec.AssociationRequest.ToArray(), await device.HearAsync(deadline.Token));
    }

    protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock)
    {
        Device device = new();
        UdpLink link = await device.LinkAsync(new AfterFirst(clock));

        // a device speaks to whom it heard, and only one that was heard can be missed
        using var deadline = new CancellationTokenSource(Deadline);
        await device.SayAsync([0], deadline.Token);
        await foreach (Arrival _ in link.ReadAsync(deadline.Token))
        {
            break;
        }

        return (link, device);
    }

    /// <summary>The clock of the test, but for the datagram that was heard before it began.</summary>
    private sealed class AfterFirst(ITapeClock clock) : ITapeClock
    {
        private int asked;

        public long NowNs => Interlocked.Increment(ref asked) == 1 ? 0 : clock.NowNs;
    }

    private sealed class Device : IFarEnd
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly byte[] room = new byte[65_536];
        private UdpLink? link;

        internal Device() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        public string Name => link!.Path;

        internal EndPoint? Peer { get; private set; }

        internal async Task<UdpLink> LinkAsync(ITapeClock clock)
        {
            int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            link = await UdpLink.OpenAsync(new LinkSettings.Udp("127.0.0.1", port), clock, TimeProvider.System, CancellationToken.None);
            Assert.Equal($"udp://127.0.0.1:{port}", link.Path);
            return link;
        }

        internal async Task<byte[]> HearAsync(CancellationToken cancel)
        {
            SocketReceiveFromResult heard = await socket.ReceiveFromAsync(room, new IPEndPoint(IPAddress.Any, 0), cancel);
            Peer = heard.RemoteEndPoint;
            return room[..heard.ReceivedBytes];
        }

        internal async Task SayAsync(byte[] datagram, CancellationToken cancel) =>
            await socket.SendToAsync(datagram, Peer ?? await FirstAsync(cancel), cancel);

        public async Task<byte[]> SpeakAsync(int what, CancellationToken cancel)
        {
            byte[] said = [(byte)what, 0x80];
            await SayAsync(said, cancel);
            return [0, 2, .. said];
        }

        /// <summary>Nothing on a datagram line tells that a device went away until something is sent to it: then the network says that nobody listens.</summary>
        public void Dispose()
        {
            socket.Dispose();
            try
            {
                link?.WriteAsync(new byte[] { 0, 1, 0 }, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            }
            catch (IOException)
            {
                // lost or closed already
            }
        }

        private async Task<EndPoint> FirstAsync(CancellationToken cancel)
        {
            await link!.WriteAsync(new byte[] { 0, 1, 0 }, cancel);
            await HearAsync(cancel);
            return Peer!;
        }
    }
}
