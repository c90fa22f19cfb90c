using System.Net.Sockets;
using System.Threading.Channels;

namespace Vascular.Devices.Links;

/// <summary>A raw TCP connection that the device, or the box in front of it, dials. Nothing is added or escaped.</summary>
/// <remarks>A device that dials in again has left its earlier connection, whatever that one says: the newest is the line, the one before is lost.</remarks>
public sealed class TcpListenLink : ILink
{
    /// <summary>How long one opening waits for a device to dial in.</summary>
    public static readonly TimeSpan DialLimit = TimeSpan.FromSeconds(3);

    private readonly NetworkStream stream;
    private readonly ByteLine line;
    private readonly Task watching;
    private readonly CancellationTokenSource closing = new();

    private TcpListenLink(string path, Socket socket, DialIn port, ITapeClock clock, TimeProvider time)
    {
        Path = path;
        stream = new NetworkStream(socket, ownsSocket: true);
        line = new ByteLine(stream, path, clock, time);
        watching = WatchAsync(port);
    }

    /// <summary><c>tcp-listen://peer at port</c>: who dialled in, without its own port, which is another each time.</summary>
    public string Path { get; }

    /// <summary>Null: a raw connection tells nothing about the device.</summary>
    public string? Identity => null;

    /// <exception cref="IOException">Nobody has dialled in within <see cref="DialLimit"/>: what, where, what to do.</exception>
    internal static async ValueTask<TcpListenLink> OpenAsync(LinkSettings.TcpListen settings, DialIn port, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        Socket socket = await DialledAsync(port, $"tcp port {port.Port}", settings.ConfiguredAt, time, cancel);
        while (port.Dialled.TryRead(out Socket? newer))
        {
            socket.Dispose();
            socket = newer;
        }

        return new TcpListenLink(NameOf("tcp-listen", socket, port), socket, port, clock, time);
    }

    /// <summary>The next connection let in.</summary>
    internal static async ValueTask<Socket> DialledAsync(DialIn port, string name, string configuredAt, TimeProvider time, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(DialLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            return await port.Dialled.ReadAsync(ending.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"nobody has dialled in: {name}, switch the device on or correct {configuredAt}.port and .peers");
        }
        catch (ChannelClosedException closed)
        {
            throw new IOException($"nobody can dial in any more: {name}, the port was closed", closed);
        }
    }

    internal static string NameOf(string scheme, Socket socket, DialIn port)
    {
        try
        {
            System.Net.IPAddress from = ((System.Net.IPEndPoint)socket.RemoteEndPoint!).Address;
            return TcpDial.Name(scheme, (from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).ToString(), port.Port);
        }
        catch (SocketException)
        {
            return TcpDial.Name(scheme, "gone", port.Port);
        }
    }

    public IAsyncEnumerable<Arrival> ReadAsync(CancellationToken cancel) => line.ReadAsync(cancel);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => line.WriteAsync(bytes, cancel);

    public async ValueTask DisposeAsync()
    {
        line.Dispose();
        if (!closing.IsCancellationRequested)
        {
            await closing.CancelAsync();
        }

        await watching;
        await stream.DisposeAsync();
    }

    /// <summary>Loses the line when another connection waits; that one stays for the next opening.</summary>
    private async Task WatchAsync(DialIn port)
    {
        try
        {
            if (await port.Dialled.WaitToReadAsync(closing.Token))
            {
                line.Lose("the device dialled in anew");
            }
        }
        catch (OperationCanceledException)
        {
            // closing
        }
    }
}
