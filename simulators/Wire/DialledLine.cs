using System.Net.Sockets;

namespace Vascular.Simulators.Wire;

/// <summary>A TCP connection that the device makes, as an MLLP sender does: it dials, and dials again a second after it was refused or lost.</summary>
public sealed class DialledLine(string host, int port, TimeProvider time) : IHostLine
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private Socket? socket;
    private long? lastAt;

    public string Address => $"to tcp://{host}:{port}";

    public int? Read(Span<byte> bytes)
    {
        if (socket is null)
        {
            return Dial() ? 0 : null;
        }

        if (!socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            return 0;
        }

        int read = socket.Receive(bytes, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return 0;
        }

        if (read > 0 && error == SocketError.Success)
        {
            return read;
        }

        Dispose();
        return null;
    }

    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (socket is null)
        {
            return 0;
        }

        int sent = socket.Send(bytes, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            Dispose();
        }

        return error == SocketError.Success ? sent : 0;
    }

    public void HangUp() => Dispose();

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private bool Dial()
    {
        if (lastAt is { } last && time.GetElapsedTime(last) < Pause)
        {
            return false;
        }

        lastAt = time.GetTimestamp();
        Socket dialled = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            dialled.Connect(host, port);
            dialled.NoDelay = true;
            dialled.Blocking = false;
            socket = dialled;
            return true;
        }
        catch (SocketException)
        {
            dialled.Dispose();
            return false;
        }
    }
}
