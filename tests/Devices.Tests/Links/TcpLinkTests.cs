using System.Net;
using System.Net.Sockets;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

public sealed class TcpLinkTests : ByteLinkContract
{
    [Fact]
    public async Task A_refused_connection_is_named_with_where_to_correct_it()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync(port, CancellationToken.None));
        Assert.StartsWith($"no connection: tcp://127.0.0.1:{port}, switch the device on or correct devices[1].link.host and .port", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_box_that_does_not_answer_is_given_up_at_the_deadline()
    {
        // a listener whose queue is full drops further connection requests, as an absent box would
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        List<Socket> queue = [];
        try
        {
            for (int i = 0; i < 3; i++)
            {
                var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                queue.Add(waiting);
                Assert.ThrowsAny<SocketException>(() => waiting.Connect(IPAddress.Loopback, port));
            }

            IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync(port, CancellationToken.None).WaitAsync(Deadline));
            Assert.Contains("no answer within 3 s", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            queue.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_stop_while_connecting_is_a_stop_and_not_a_failure()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OpenAsync(9, stop.Token));
    }

    [Fact]
    public async Task A_reset_by_the_box_is_a_lost_line()
    {
        (ILink link, IFarEnd far) = await OpenAsync(new CountingClock());
        await using (link)
        {
            Task<bool> next = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator().MoveNextAsync().AsTask();
            ((Box)far).Reset();
            await Assert.ThrowsAsync<IOException>(() => next.WaitAsync(Deadline));
        }
    }

    [Fact]
    public async Task The_path_says_host_and_port_and_nobody_claims_an_identity()
    {
        (ILink link, IFarEnd far) = await OpenAsync(new CountingClock());
        await using (link)
        {
            Assert.Equal(far.Name, link.Path);
            Assert.Null(link.Identity);
        }

        far.Dispose();
    }

    [Fact]
    public async Task The_factory_opens_what_the_settings_name()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var device = new PseudoTerminal();
        var factory = new LinkFactory(new CountingClock(), TimeProvider.System);
        await using ILink tcp = await factory.OpenAsync(new LinkSettings.Tcp("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port), CancellationToken.None);
        var port = new LinkSettings.Serial(device.DevicePath, 9600);
        Assert.IsType<TcpLink>(tcp);
        await using (ILink serial = await factory.OpenAsync(port, CancellationToken.None))
        {
            Assert.IsType<TerminalLink>(serial);
        }

        await using (ILink serial = await factory.OpenAsync(port with { Reader = SerialReader.Ports }, CancellationToken.None))
        {
            Assert.IsType<SerialPortLink>(serial);
        }

        await Assert.ThrowsAsync<IOException>(() => factory.OpenAsync(new LinkSettings.Serial("/dev/does-not-exist", 9600), CancellationToken.None).AsTask());
    }

    protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Task<Socket> accepting = listener.AcceptSocketAsync();
        TcpLink link = await TcpLink.OpenAsync(new LinkSettings.Tcp("127.0.0.1", port), clock, Time, CancellationToken.None);
        return (link, new Box(await accepting, link.Path));
    }

    private static async Task<TcpLink> OpenAsync(int port, CancellationToken cancel) =>
        await TcpLink.OpenAsync(new LinkSettings.Tcp("127.0.0.1", port) { ConfiguredAt = "devices[1].link" }, new CountingClock(), TimeProvider.System, cancel);

    private sealed class Box(Socket socket, string name) : IByteFarEnd
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

        public void Reset()
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
        }

        public void Dispose() => socket.Dispose();
    }
}
