namespace Vascular.Devices.Links;

/// <summary>Opens the link that settings describe. All links of one factory stamp with the same clock.</summary>
public sealed class LinkFactory
{
    /// <summary>Deadline of opening a serial port: a driver may hang in the call.</summary>
    public static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(3);

    private readonly ITapeClock clock;
    private readonly TimeProvider time;

    public LinkFactory(ITapeClock clock, TimeProvider time) => (this.clock, this.time) = (clock, time);

    /// <summary>Opens once; it neither retries nor waits for a device to appear.</summary>
    /// <exception cref="IOException">The link does not open: what, where, what to do.</exception>
    public async ValueTask<ILink> OpenAsync(LinkSettings settings, CancellationToken cancel) => settings switch
    {
        LinkSettings.Serial serial => await OpenSerialAsync(serial, cancel),
        LinkSettings.Tcp tcp => await TcpLink.OpenAsync(tcp, clock, time, cancel),
        LinkSettings.I2c i2c => await I2cPolled.OpenAsync(i2c, clock, time, cancel),
        LinkSettings.Iiod iiod => await IiodPolled.OpenAsync(iiod, clock, time, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings, "No link is known for these settings."),
    };

    private async ValueTask<ILink> OpenSerialAsync(LinkSettings.Serial settings, CancellationToken cancel)
    {
        Task<SerialPortLink> opening = Task.Run(() => SerialPortLink.Open(settings, clock, time), cancel);
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
    private static void CloseWhenOpen(Task<SerialPortLink> opening) => _ = opening.ContinueWith(
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
