using System.Net.Sockets;

namespace Vascular.Devices.Links;

/// <summary>Opens the link that settings describe. All links of one factory stamp with the same clock, and share the ports on which devices dial in and others read.</summary>
/// <remarks>Such a port opens with the first link that needs it and closes with the factory, so that nobody is turned away while a link is opened again.</remarks>
public sealed class LinkFactory : IAsyncDisposable
{
    /// <summary>Deadline of opening a serial port: a driver may hang in the call.</summary>
    public static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(3);

    private readonly ITapeClock clock;
    private readonly TimeProvider time;
    private readonly TerminalThread terminals = new();
    private readonly Lock gate = new();
    private readonly Dictionary<LinkSettings.Listening, DialIn> dialIns = [];
    private readonly Dictionary<RelaySettings, Relay> relays = [];

    public LinkFactory(ITapeClock clock, TimeProvider time) => (this.clock, this.time) = (clock, time);

    /// <summary>Told what a person should mend about a line that works: where it is configured, and what. Once for each opening, or when it shows.</summary>
    public Action<LinkSettings, string>? Remarked { get; init; }

    /// <summary>Opens once; it neither retries nor waits for a device to appear.</summary>
    /// <exception cref="IOException">The link does not open: what, where, what to do.</exception>
    public async ValueTask<ILink> OpenAsync(LinkSettings settings, CancellationToken cancel)
    {
        Relay? relay = settings.Relay is { } wanted ? RelayOf(settings, wanted) : null;
        ILink link = await OpenKindAsync(settings, cancel);
        link = settings.ListenOnly ? new ListenOnlyLink(link) : link;
        link = relay is null ? link : new RelayedLink(link, relay);
        if (link.Remark is { } remark)
        {
            Remarked?.Invoke(settings, remark);
        }

        return link;
    }

    private async ValueTask<ILink> OpenKindAsync(LinkSettings settings, CancellationToken cancel) => settings switch
    {
        LinkSettings.Serial serial => await OpenSerialAsync(serial, cancel),
        LinkSettings.Tcp tcp => await TcpLink.OpenAsync(tcp, clock, time, cancel),
        LinkSettings.Rfc2217 remote => await Rfc2217Link.OpenAsync(remote, clock, time, cancel, errors => Remarked?.Invoke(remote, $"the server noticed on its line: {errors}")),
        LinkSettings.Udp udp => await UdpLink.OpenAsync(udp, clock, time, cancel),
        LinkSettings.TcpListen listen => await TcpListenLink.OpenAsync(listen, DialInOf(listen), clock, time, cancel),
        LinkSettings.Mllp mllp => await MllpLink.OpenAsync(mllp, DialInOf(mllp), clock, time, remark => Remarked?.Invoke(mllp, remark), cancel),
        LinkSettings.I2c i2c => await I2cPolled.OpenAsync(i2c, clock, time, cancel),
        LinkSettings.Spi spi => await SpiPolled.OpenAsync(spi, clock, time, cancel),
        LinkSettings.Iiod iiod => await IiodPolled.OpenAsync(iiod, clock, time, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings, "No link is known for these settings."),
    };

    /// <summary>Closes the ports on which devices dial in and others read. The links are the callers' to close.</summary>
    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable[] ports;
        lock (gate)
        {
            ports = [.. dialIns.Values, .. relays.Values];
            dialIns.Clear();
            relays.Clear();
        }

        foreach (IAsyncDisposable port in ports)
        {
            await port.DisposeAsync();
        }
    }

    private DialIn DialInOf(LinkSettings.Listening settings)
    {
        lock (gate)
        {
            if (!dialIns.TryGetValue(settings, out DialIn? port))
            {
                port = Bound(() => new DialIn(settings.Port, settings.Peers, refused => Remarked?.Invoke(settings, refused)), settings.Port, $"{settings.ConfiguredAt}.port");
                dialIns.Add(settings, port);
            }

            return port;
        }
    }

    private Relay RelayOf(LinkSettings settings, RelaySettings wanted)
    {
        lock (gate)
        {
            if (!relays.TryGetValue(wanted, out Relay? relay))
            {
                relay = Bound(() => new Relay(wanted, remark => Remarked?.Invoke(settings, remark)), wanted.Port, $"{settings.ConfiguredAt}.relay");
                relays.Add(wanted, relay);
            }

            return relay;
        }
    }

    private static T Bound<T>(Func<T> open, int port, string configuredAt)
    {
        try
        {
            return open();
        }
        catch (SocketException taken)
        {
            throw new IOException($"port {port} does not open, end the program that has it or correct {configuredAt} ({taken.Message})", taken);
        }
    }

    private async ValueTask<ILink> OpenSerialAsync(LinkSettings.Serial settings, CancellationToken cancel)
    {
        Task<ILink> opening = Task.Run<ILink>(
            () => settings.Reader == SerialReader.Poll && OperatingSystem.IsLinux()
                ? TerminalLink.Open(settings, terminals, clock, time)
                : SerialPortLink.Open(settings, clock, time),
            cancel);
        try
        {
            return await opening.WaitAsync(OpenLimit, time, cancel);
        }
        catch (TimeoutException late)
        {
            CloseWhenOpen(opening);
            throw new IOException($"port does not open within {OpenLimit.TotalSeconds:0} s: {settings.Path}, unplug the device and plug it in again", late);
        }
        catch (OperationCanceledException)
        {
            CloseWhenOpen(opening);
            throw;
        }
    }

    /// <summary>An opening that was given up must not keep the port when it succeeds after all.</summary>
    private static void CloseWhenOpen(Task<ILink> opening) => _ = opening.ContinueWith(
        static async late =>
        {
            if (late.IsCompletedSuccessfully)
            {
                await (await late).DisposeAsync();
            }

            _ = late.Exception;
        },
        CancellationToken.None,
        TaskContinuationOptions.None,
        TaskScheduler.Default);
}
