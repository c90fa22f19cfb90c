using System.Net.Sockets;

namespace Vascular.Simulators.Wire;

/// <summary>The host's end of a UDP line: sends to one address; each datagram comes and goes after its length in two bytes.</summary>
public sealed class UdpCaller(string host, int port) : IHostLine
{
    private const int LengthBytes = 2;

    private readonly byte[] datagram = new byte[ushort.MaxValue];
    private Socket? socket;

    public string Address => $"udp://{host}:{port}";

    public int? Read(Span<byte> bytes)
    {
        if (socket is null)
        {
            socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(host, port);
        }

        if (!socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            return 0;
        }

        int read = socket.Receive(datagram, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || read + LengthBytes > bytes.Length)
        {
            return 0; // nobody there yet, or larger than any message
        }

        (bytes[0], bytes[1]) = ((byte)(read >> 8), (byte)read);
        datagram.AsSpan(0, read).CopyTo(bytes[LengthBytes..]);
        return read + LengthBytes;
    }

    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (socket is null || bytes.Length <= LengthBytes)
        {
            return 0;
        }

        socket.Send(bytes[LengthBytes..], SocketFlags.None, out SocketError _);
        return bytes.Length;
    }

    public void HangUp() => Dispose();

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }
}
