using System.Net;
using System.Net.Sockets;

namespace Vascular.Simulators.Wire;

/// <summary>A TCP port on loopback for one host at a time: when it leaves, the next one is served. Others wait in the system's queue.</summary>
public sealed class TcpLine : IHostLine
{
    private const int Waiting = 1;

    private Socket? listener;
    private Socket? host;

    /// <param name="port">0 for any free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public TcpLine(int port)
    {
        listener = LoopbackPort.Listen(port, Waiting);
        Port = LoopbackPort.Of(listener);
    }

    public int Port { get; }

    public string Address => $"tcp://{new IPEndPoint(IPAddress.Loopback, Port)}";

    public int? Read(Span<byte> bytes)
    {
        listener ??= LoopbackPort.Listen(Port, Waiting);
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

    /// <summary>The port is closed with the connection.</summary>
    public void HangUp() => Dispose();

    public void Dispose()
    {
        Leave();
        listener?.Dispose();
        listener = null;
    }

    private int? Leave()
    {
        host?.Dispose();
        host = null;
        return null;
    }
}
