using System.Net;
using System.Net.Sockets;

namespace Vascular.Simulators.Wire;

/// <summary>A UDP port on loopback for one host: whoever sent the latest datagram. To the device each datagram comes after its length in two bytes, and goes the same way.</summary>
/// <remarks>UDP knows no leaving: a host that was heard once stays until <see cref="HangUp"/>.</remarks>
public sealed class UdpLine : IHostLine
{
    private const int LengthBytes = 2;

    private readonly byte[] datagram = new byte[ushort.MaxValue];
    private Socket? socket;
    private EndPoint? host;

    /// <param name="port">0 for any free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public UdpLine(int port) => Port = Open(port);

    public int Port { get; }

    public string Address => $"udp://{new IPEndPoint(IPAddress.Loopback, Port)}";

    /// <summary>One datagram at most; one that does not fit is lost.</summary>
    public int? Read(Span<byte> bytes)
    {
        if (socket is null)
        {
            Open(Port);
        }

        if (socket!.Available == 0 || !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            return host is null ? null : 0;
        }

        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        int read;
        try
        {
            read = socket.ReceiveFrom(datagram, ref from);
        }
        catch (SocketException)
        {
            return host is null ? null : 0; // the host's port was closed when we wrote to it
        }

        host = from;
        if (read + LengthBytes > bytes.Length)
        {
            return 0;
        }

        (bytes[0], bytes[1]) = ((byte)(read >> 8), (byte)read);
        datagram.AsSpan(0, read).CopyTo(bytes[LengthBytes..]);
        return read + LengthBytes;
    }

    /// <summary>Sends each whole datagram; what is left over is lost, since a datagram cannot be half sent.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (host is null || socket is null)
        {
            return 0;
        }

        int taken = 0;
        while (bytes.Length - taken > LengthBytes)
        {
            int length = (bytes[taken] << 8) | bytes[taken + 1];
            if (taken + LengthBytes + length > bytes.Length)
            {
                break;
            }

            try
            {
                socket.SendTo(bytes.Slice(taken + LengthBytes, length), SocketFlags.None, host);
            }
            catch (SocketException)
            {
                break; // refused: the host is gone
            }

            taken += LengthBytes + length;
        }

        return taken;
    }

    public void HangUp() => Dispose();

    public void Dispose()
    {
        socket?.Dispose();
        (socket, host) = (null, null);
    }

    private int Open(int port)
    {
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
