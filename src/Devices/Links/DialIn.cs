using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Vascular.Devices.Links;

/// <summary>A port of this machine on which devices dial in. It stays open while links on it come and go; only listed addresses are let in.</summary>
/// <remarks>Bound to loopback where nobody else is listed. At most <see cref="Waiting"/> connections wait to be taken; one more is closed at once.</remarks>
internal sealed class DialIn : IAsyncDisposable
{
    internal const int Waiting = 8;

    private readonly Socket listener;
    private readonly HashSet<IPAddress> peers;
    private readonly CancellationTokenSource closing = new();
    private readonly Channel<Socket> dialled = Channel.CreateBounded<Socket>(Waiting);
    private readonly Action<string> refused;
    private readonly Task accepting;
    private int disposed;

    /// <param name="port">0 for any free one.</param>
    /// <param name="peers">Addresses that may dial in; at least one.</param>
    /// <param name="refused">Told of each connection that was not let in, in words.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    internal DialIn(int port, IReadOnlyList<IPAddress> peers, Action<string> refused)
    {
        this.refused = refused;
        this.peers = [.. peers.Select(Plain)];
        listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(Here(), port));
            listener.Listen(Waiting);
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }

        accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    /// <summary>Connections let in, in order.</summary>
    internal ChannelReader<Socket> Dialled => dialled.Reader;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await closing.CancelAsync();
        listener.Dispose();
        await accepting;
        dialled.Writer.TryComplete();
        while (dialled.Reader.TryRead(out Socket? left))
        {
            left.Dispose();
        }

        closing.Dispose();
    }

    private IPAddress Here() => (peers.All(peer => peer.Equals(IPAddress.Loopback)), Socket.OSSupportsIPv6) switch
    {
        (true, true) => IPAddress.Loopback.MapToIPv6(),
        (true, false) => IPAddress.Loopback,
        (false, true) => IPAddress.IPv6Any,
        _ => IPAddress.Any,
    };

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private async Task AcceptAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(closing.Token);
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // it hung up before it was let in
                continue;
            }

            Admit(socket);
        }
    }

    private void Admit(Socket socket)
    {
        IPAddress? from = null;
        try
        {
            from = Plain(((IPEndPoint)socket.RemoteEndPoint!).Address);
            TcpDial.Prepare(socket);
        }
        catch (SocketException)
        {
            // gone already: refused below, or lost at the first read
        }

        string? why = from is null || !peers.Contains(from) ? "is not in peers" : !dialled.Writer.TryWrite(socket) ? "is one too many" : null;
        if (why is not null)
        {
            socket.Dispose();
            refused($"a connection from {from?.ToString() ?? "an unknown address"} was refused: it {why}");
        }
    }
}
