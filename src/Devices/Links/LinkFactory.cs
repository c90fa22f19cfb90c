namespace Vascular.Devices.Links;

/// <summary>Opens the link that settings describe. All links of one factory stamp with the same clock.</summary>
public sealed class LinkFactory
{
    /// <summary>Deadline of opening a serial port: a driver may hang in the call.</summary>
    public static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(3);

    private readonly ITapeClock clock;
    private readonly TimeProvider time;
    private readonly TerminalThread terminals = new();

    public LinkFactory(ITapeClock clock, TimeProvider time) => (this.clock, this.time) = (clock, time);

    /// <summary>Told what a person should mend about a line that works: where it is configured, and what. Once for each opening, or when it shows.</summary>
    public Action<LinkSettings, string>? Remarked { get; init; }

    /// <summary>Opens once; it neither retries nor waits for a device to appear.</summary>
    /// <exception cref="IOException">The link does not open: what, where, what to do.</exception>
    public async ValueTask<ILink> OpenAsync(LinkSettings settings, CancellationToken cancel)
    {
        ILink link = await OpenKindAsync(settings, cancel);
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
        LinkSettings.I2c i2c => await I2cPolled.OpenAsync(i2c, clock, time, cancel),
        LinkSettings.Iiod iiod => await IiodPolled.OpenAsync(iiod, clock, time, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings, "No link is known for these settings."),
    };

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
