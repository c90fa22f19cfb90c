using System.Net.Sockets;

namespace Vascular.Devices.Links;

/// <summary>Dials a device or a box over TCP, the same for every link that does.</summary>
/// <remarks>A box that loses power says nothing; keep-alive ends the connection after about 25 s, the silence limit of the station speaks sooner.</remarks>
internal static class TcpDial
{
    /// <summary>Deadline of connecting, name look-up included.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private const int KeepAliveIdleSeconds = 10;
    private const int KeepAliveIntervalSeconds = 5;
    private const int KeepAliveProbes = 3;

    /// <param name="name">The place, for messages, for instance <c>tcp://192.0.2.10:4001</c>.</param>
    /// <param name="configuredAt">Where a person corrects it.</param>
    /// <exception cref="IOException">No connection within <see cref="Limit"/>: what, where, what to do.</exception>
    internal static async ValueTask<NetworkStream> ConnectAsync(string host, int port, string name, string configuredAt, TimeProvider time, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(Limit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            await socket.ConnectAsync(host, port, ending.Token);
            Prepare(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (cancel.IsCancellationRequested || failure is not (SocketException or OperationCanceledException))
            {
                throw;
            }

            string because = failure is SocketException refused ? refused.Message : $"no answer within {Limit.TotalSeconds:0} s";
            throw new IOException($"no connection: {name}, switch the device on or correct {configuredAt}.host and .port ({because})", failure);
        }
    }

    /// <summary>What a connection to a device needs, whoever dialled.</summary>
    internal static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
    }

    /// <summary><c>scheme://host:port</c>.</summary>
    internal static string Name(string scheme, string host, int port) =>
        host.Contains(':', StringComparison.Ordinal) ? $"{scheme}://[{host}]:{port}" : $"{scheme}://{host}:{port}";
}
