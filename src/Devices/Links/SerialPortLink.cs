using System.IO.Ports;
using Vascular.Devices.Interop;

namespace Vascular.Devices.Links;

/// <summary>A serial port of this machine: USB adapter, UART or pseudo terminal.</summary>
/// <remarks>System.IO.Ports gives open, settings and the stream. Its events and counters are not used: they lose bytes and the loss of the line.
/// Beside the read a watch looks every <see cref="WatchEvery"/> whether the path still leads to the device that was opened.</remarks>
public sealed class SerialPortLink : ILink
{
    /// <summary>How often the device file is compared with the one that was opened.</summary>
    public static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How long closing the port may take before it is left to the library.</summary>
    public static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private const string IdentityFolder = "/dev/serial/by-id";

    private readonly SerialPort port;
    private readonly FileLock exclusive;
    private readonly TimeProvider time;
    private readonly ByteLine line;
    private readonly CancellationTokenSource closing = new();
    private readonly Task watch;
    private int disposed;

    private SerialPortLink(string path, DeviceFile opened, SerialPort port, FileLock exclusive, ITapeClock clock, TimeProvider time)
    {
        (this.port, this.exclusive, this.time) = (port, exclusive, time);
        Path = $"{opened.Target} inode {opened.Inode}";
        Identity = IdentityOf(path);
        line = new ByteLine(port.BaseStream, path, clock, time);
        watch = WatchAsync(path, opened);
    }

    /// <summary>Resolved path and inode, for instance <c>/dev/ttyUSB0 inode 412</c>: a re-plugged device without identity has another.</summary>
    public string Path { get; }

    /// <summary>File name under <c>/dev/serial/by-id</c> (vendor, model and serial number of the adapter); null for any other path.</summary>
    public string? Identity { get; }

    /// <summary>Opens the port for this process alone. Blocks as long as the driver does.</summary>
    /// <exception cref="IOException">No such port, in use, not permitted, or settings the port refuses: what, where, what to do.</exception>
    public static SerialPortLink Open(LinkSettings.Serial settings, ITapeClock clock, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);

        // the library answers "access denied" for a path that is not there, so existence is asked first
        DeviceFile opened = DeviceFile.Find(settings.Path)
            ?? throw new IOException($"no such port: {settings.Path}, plug it in or correct {settings.ConfiguredAt}.path");
        FileLock? exclusive = null;
        SerialPort? port = null;
        try
        {
            exclusive = FileLock.TryTake(opened.Target)
                ?? throw new IOException($"port in use by another process: {settings.Path}, end that process (fuser {opened.Target} names it) or correct {settings.ConfiguredAt}.path");
            port = OpenPort(settings, opened.Target);
            var link = new SerialPortLink(settings.Path, opened, port, exclusive, clock, time);
            (exclusive, port) = (null, null);
            return link;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"port not permitted: {settings.Path}, add this user to the group that owns {opened.Target} (often dialout)", refused);
        }
        catch (ArgumentException refused)
        {
            throw new IOException($"settings the port refuses: {settings.Path}, correct {settings.ConfiguredAt} ({refused.Message})", refused);
        }
        finally
        {
            port?.Dispose();
            exclusive?.Dispose();
        }
    }

    public IAsyncEnumerable<Arrival> ReadAsync(CancellationToken cancel) => line.ReadAsync(cancel);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => line.WriteAsync(bytes, cancel);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        line.Dispose();
        await closing.CancelAsync();
        await watch;
        closing.Dispose();

        // closing waits for unsent bytes, on a dead line for ever
        Task close = Task.Run(ClosePort);
        await Task.WhenAny(close, Task.Delay(CloseLimit, time, CancellationToken.None));
        exclusive.Dispose();
    }

    private static SerialPort OpenPort(LinkSettings.Serial settings, string target)
    {
        Parity parity = settings.Parity switch
        {
            SerialParity.Odd => Parity.Odd,
            SerialParity.Even => Parity.Even,
            _ => Parity.None,
        };
        var port = new SerialPort(target, settings.Baud, parity, settings.DataBits, settings.StopBits == 2 ? StopBits.Two : StopBits.One)
        {
            Handshake = Handshake.None,
        };
        try
        {
            port.Open();
            if (!IsPseudoTerminal(target))
            {
                port.DtrEnable = settings.Dtr;
                port.RtsEnable = settings.Rts;
            }

            return port;
        }
        catch (Exception failure)
        {
            port.Dispose();
            if (failure is IOException)
            {
                throw new IOException($"port does not open: {settings.Path}, check the device and {settings.ConfiguredAt} ({failure.Message})", failure);
            }

            throw;
        }
    }

    /// <summary>A pseudo terminal has no modem lines: raising one is an error there.</summary>
    private static bool IsPseudoTerminal(string target) => target.StartsWith("/dev/pts/", StringComparison.Ordinal);

    internal static string? IdentityOf(string path) =>
        System.IO.Path.GetDirectoryName(path) == IdentityFolder ? System.IO.Path.GetFileName(path) : null;

    private async Task WatchAsync(string path, DeviceFile opened)
    {
        using var timer = new PeriodicTimer(WatchEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
            {
                DeviceFile? now = DeviceFile.Find(path);
                if (now != opened)
                {
                    line.Lose(now is null ? "the device file is gone" : "another device is behind the path");
                    return;
                }
            }
        }
        catch (IOException unreadable)
        {
            line.Lose(unreadable.Message);
        }
        catch (OperationCanceledException)
        {
            // closing
        }
    }

    private void ClosePort()
    {
        try
        {
            port.DiscardOutBuffer();
        }
        catch (Exception dead) when (dead is IOException or InvalidOperationException)
        {
            // nothing left to discard
        }

        try
        {
            port.Dispose();
        }
        catch (Exception dead) when (dead is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            // the device is gone; its descriptor is closed all the same
        }
    }
}
