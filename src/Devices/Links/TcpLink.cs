using System.Net.Sockets;

namespace Vascular.Devices.Links;

/// <summary>A raw TCP connection: a serial device behind ser2net or a Moxa-like box, or a device with a socket of its own. Nothing is added or escaped.</summary>
public sealed class TcpLink : ILink
{
    private readonly NetworkStream stream;
    private readonly ByteLine line;

    private TcpLink(string path, NetworkStream stream, ITapeClock clock, TimeProvider time)
    {
        (Path, this.stream) = (path, stream);
        line = new ByteLine(stream, path, clock, time);
    }

    /// <summary><c>tcp://host:port</c> as configured.</summary>
    public string Path { get; }

    /// <summary>Null: a raw connection tells nothing about the device.</summary>
    public string? Identity => null;

    /// <exception cref="IOException">No connection: what, where, what to do.</exception>
    public static async ValueTask<TcpLink> OpenAsync(LinkSettings.Tcp settings, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);
        string path = TcpDial.Name("tcp", settings.Host, settings.Port);
        return new TcpLink(path, await TcpDial.ConnectAsync(settings.Host, settings.Port, path, settings.ConfiguredAt, time, cancel), clock, time);
    }

    public IAsyncEnumerable<Arrival> ReadAsync(CancellationToken cancel) => line.ReadAsync(cancel);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => line.WriteAsync(bytes, cancel);

    public ValueTask DisposeAsync()
    {
        line.Dispose();
        return stream.DisposeAsync();
    }
}
