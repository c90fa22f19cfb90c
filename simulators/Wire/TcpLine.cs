using System.Net;
using System.Net.Sockets;

namespace Vascular.Simulators.Wire;

/// <summary>A TCP port on loopback for one host at a time: when it leaves, the next one is served. Others wait in the system's queue.</summary>
public sealed class TcpLine : IHostLine
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Socket? host;

    /// <param name="port">0 for any free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public TcpLine(int port)
    {
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(1);
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public string Address => $"tcp://{listener.LocalEndPoint}";

    public int? Read(Span<byte> bytes)
    {
        if (host is null && listener.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            host = listener.Accept();
            host.Blocking = false;
            host.NoDelay = true;
            return 0;
        }

        if (host is null || !host.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            return host is null ? null : 0;
        }

        int read = host.Receive(bytes, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return 0;
        }

        return read > 0 && error == SocketError.Success ? read : Leave();
    }

    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (host is null)
        {
            return 0;
        }

        int sent = host.Send(bytes, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            Leave();
            return 0;
        }

        return error == SocketError.Success ? sent : 0;
    }

    public void Dispose()
    {
        host?.Dispose();
        listener.Dispose();
    }

    private int? Leave()
    {
        host?.Dispose();
        host = null;
        return null;
    }
}
