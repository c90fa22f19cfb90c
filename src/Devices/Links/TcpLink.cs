using System.Net.Sockets;

namespace Vascular.Devices.Links;

/// <summary>A raw TCP connection: a serial device behind ser2net or a Moxa-like box, or a device with a socket of its own. Nothing is added or escaped.</summary>
/// <remarks>A box that loses power says nothing; keep-alive ends the connection after about 25 s, the silence limit of the station speaks sooner.</remarks>
public sealed class TcpLink : ILink
{
    /// <summary>Deadline of connecting, name look-up included.</summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);

    private const int KeepAliveIdleSeconds = 10;
    private const int KeepAliveIntervalSeconds = 5;
    private const int KeepAliveProbes = 3;

    private readonly NetworkStream stream;
    private readonly ByteLine line;

    private TcpLink(Socket socket, LinkSettings.Tcp settings, ITapeClock clock, TimeProvider time)
    {
        Path = PathOf(settings);
        stream = new NetworkStream(socket, ownsSocket: true);
        line = new ByteLine(stream, Path, clock, time);
    }

    /// <summary><c>tcp://host:port</c> as configured.</summary>
    public string Path { get; }

    /// <summary>Null: a raw connection tells nothing about the device.</summary>
    public string? Identity => null;

    /// <exception cref="IOException">No connection within <see cref="ConnectLimit"/>: what, where, what to do.</exception>
    public static async ValueTask<TcpLink> OpenAsync(LinkSettings.Tcp settings, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(ConnectLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            await socket.ConnectAsync(settings.Host, settings.Port, ending.Token);
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            return new TcpLink(socket, settings, clock, time);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (cancel.IsCancellationRequested || failure is not (SocketException or OperationCanceledException))
            {
                throw;
            }

            string because = failure is SocketException refused ? refused.Message : $"no answer within {ConnectLimit.TotalSeconds:0} s";
            throw new IOException($"no connection: {PathOf(settings)}, switch the device on or correct {settings.ConfiguredAt}.host and .port ({because})", failure);
        }
    }

    public IAsyncEnumerable<Arrival> ReadAsync(CancellationToken cancel) => line.ReadAsync(cancel);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => line.WriteAsync(bytes, cancel);

    public ValueTask DisposeAsync()
    {
        line.Dispose();
        return stream.DisposeAsync();
    }

    private static string PathOf(LinkSettings.Tcp settings) =>
        settings.Host.Contains(':', StringComparison.Ordinal) ? $"tcp://[{settings.Host}]:{settings.Port}" : $"tcp://{settings.Host}:{settings.Port}";
}
