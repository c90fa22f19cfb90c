using System.Net;
using System.Net.Sockets;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

public sealed class TcpListenLinkTests : ByteLinkContract
{
    private static readonly LinkSettings.TcpListen Here = new(0, [IPAddress.Loopback]) { ConfiguredAt = "devices[0].link" };

    [Fact]
    public async Task A_device_that_dials_in_anew_is_the_line_and_the_connection_before_is_lost()
    {
        await using DialIn port = new(0, Here.Peers, static _ => { });
        using Socket first = await DialAsync(port);
        await using TcpListenLink before = await OpenAsync(port);
        Task<bool> reading = before.ReadAsync(CancellationToken.None).GetAsyncEnumerator().MoveNextAsync().AsTask();

        using Socket second = await DialAsync(port);
        IOException lost = await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline));
        Assert.EndsWith("the device dialled in anew", lost.Message, StringComparison.Ordinal);
        await before.DisposeAsync();

        await using TcpListenLink after = await OpenAsync(port);
        await second.SendAsync(new byte[] { 9 });
        await using IAsyncEnumerator<Arrival> arrivals = after.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
        Assert.Equal([9], arrivals.Current.Bytes.ToArray());
    }

    [Fact]
    public async Task Of_several_that_wait_the_newest_is_the_device()
    {
        await using DialIn port = new(0, Here.Peers, static _ => { });
        using Socket first = await DialAsync(port);
        using Socket second = await DialAsync(port);
        Assert.True(SpinWait.SpinUntil(() => port.Dialled.Count == 2, Deadline));
        await using TcpListenLink link = await OpenAsync(port);
        Assert.Equal(0, await first.ReceiveAsync(new byte[1]).WaitAsync(Deadline));
        await link.WriteAsync(new byte[] { 5 }, CancellationToken.None);
        byte[] got = new byte[1];
        Assert.Equal(1, await second.ReceiveAsync(got).WaitAsync(Deadline));
        Assert.Equal(5, got[0]);
    }

    [Fact]
    public async Task A_stranger_is_turned_away_and_named()
    {
        TaskCompletionSource<string> refused = new();
        await using DialIn port = new(0, [IPAddress.Parse("192.0.2.10")], refused.SetResult);
        using Socket stranger = await DialAsync(port);
        Assert.Equal(0, await stranger.ReceiveAsync(new byte[1]).WaitAsync(Deadline));
        Assert.Equal("a connection from 127.0.0.1 was refused: it is not in peers", await refused.Task.WaitAsync(Deadline));
        Assert.Equal(0, port.Dialled.Count);
    }

    [Fact]
    public async Task Nobody_dialling_in_is_said_so_at_the_deadline()
    {
        await using DialIn port = new(0, Here.Peers, static _ => { });
        WaitingTime time = new() { Elapses = TcpListenLink.DialLimit };
        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => TcpListenLink.OpenAsync(Here, port, new CountingClock(), time, CancellationToken.None).AsTask().WaitAsync(Deadline));
        Assert.Equal($"nobody has dialled in: tcp port {port.Port}, switch the device on or correct devices[0].link.port and .peers", failure.Message);
    }

    [Fact]
    public async Task The_port_stays_open_between_links_of_one_factory_and_closes_with_it()
    {
        int free;
        using (TcpListener any = new(IPAddress.Loopback, 0))
        {
            any.Start();
            free = ((IPEndPoint)any.LocalEndpoint).Port;
        }

        LinkSettings.TcpListen settings = new(free, [IPAddress.Loopback]) { ConfiguredAt = "devices[0].link" };
        await using (LinkFactory factory = new(new CountingClock(), TimeProvider.System))
        {
            for (int round = 0; round < 2; round++)
            {
                Task<ILink> opening = factory.OpenAsync(settings with { Peers = [IPAddress.Loopback] }, CancellationToken.None).AsTask();
                using Socket device = new(SocketType.Stream, ProtocolType.Tcp);
                await device.ConnectAsync(IPAddress.Loopback, free);
                await using ILink link = await opening.WaitAsync(Deadline);
                Assert.Equal($"tcp-listen://127.0.0.1:{free}", link.Path);
            }

            await using LinkFactory other = new(new CountingClock(), TimeProvider.System);
            IOException taken = await Assert.ThrowsAsync<IOException>(() => other.OpenAsync(settings, CancellationToken.None).AsTask());
            Assert.StartsWith($"port {free} does not open, end the program that has it or correct devices[0].link.port", taken.Message, StringComparison.Ordinal);
        }

        using Socket late = new(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(IPAddress.Loopback, free));
    }

    protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock)
    {
        DialIn port = new(0, Here.Peers, static _ => { });
        Socket device = await DialAsync(port);
        TcpListenLink link = await TcpListenLink.OpenAsync(Here, port, clock, Time, CancellationToken.None);
        return (link, new Device(device, port, link.Path));
    }

    private static async Task<Socket> DialAsync(DialIn port)
    {
        Socket device = new(SocketType.Stream, ProtocolType.Tcp);
        await device.ConnectAsync(IPAddress.Loopback, port.Port);
        return device;
    }

    private static async Task<TcpListenLink> OpenAsync(DialIn port) =>
        await TcpListenLink.OpenAsync(Here, port, new CountingClock(), TimeProvider.System, CancellationToken.None);

    private sealed class Device(Socket socket, DialIn port, string name) : IByteFarEnd
    {
        public string Name => name;

        public async Task<int> ReadAsync(byte[] buffer, CancellationToken cancel) => await socket.ReceiveAsync(buffer, cancel);

        public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, cancel)..];
            }
        }

        public void Dispose()
        {
            socket.Dispose();
            port.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
