using System.Net;
using System.Net.Sockets;

namespace Vascular.Simulators.Wire;

/// <summary>A TCP port of this machine alone, to be had again as soon as it was closed.</summary>
internal static class LoopbackPort
{
    /// <param name="port">0 for any free one.</param>
    /// <param name="waiting">How many callers may wait to be taken.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static Socket Listen(int port, int waiting)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(waiting);
        return listener;
    }

    /// <summary>The port a socket has.</summary>
    public static int Of(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;
}
