using System.IO.Ports;

namespace Vascular.Devices.Links;

/// <summary>A serial port of this machine: USB adapter, UART or pseudo terminal.</summary>
/// <remarks>System.IO.Ports gives open, settings and the stream. Its events and counters are not used: they lose bytes and the loss of the line.
/// Beside the read a <see cref="DeviceFileWatch"/> looks whether the path still leads to the device that was opened.</remarks>
public sealed class SerialPortLink : ILink
{
    /// <summary>How long closing the port may take before it is left to the library.</summary>
    public static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly SerialPort port;
    private readonly SerialClaim claim;
    private readonly TimeProvider time;
    private readonly ByteLine line;
    private readonly DeviceFileWatch watch;
    private int disposed;

    private SerialPortLink(SerialPort port, SerialClaim claim, ITapeClock clock, TimeProvider time)
    {
        (this.port, this.claim, this.time) = (port, claim, time);
        line = new ByteLine(port.BaseStream, claim.Settings.Path, clock, time);
        watch = new DeviceFileWatch(claim.Settings.Path, claim.Device, line.Lose, time);
        Remark = UsbLatency.Remark(claim.Device.Target);
    }

    public string Path => claim.Path;

    public string? Identity => claim.Identity;

    public string? Remark { get; }

    public SerialInputs? Inputs
    {
        get
        {
            try
            {
                return (port.CtsHolding ? SerialInputs.ClearToSend : 0) | (port.DsrHolding ? SerialInputs.DataSetReady : 0) | (port.CDHolding ? SerialInputs.CarrierDetect : 0);
            }
            catch (Exception none) when (none is IOException or InvalidOperationException)
            {
                return null; // a pseudo terminal, or the port is gone
            }
        }
    }

    /// <summary>Opens the port for this process alone. Blocks as long as the driver does.</summary>
    /// <exception cref="IOException">No such port, in use, not permitted, or settings the port refuses: what, where, what to do.</exception>
    public static SerialPortLink Open(LinkSettings.Serial settings, ITapeClock clock, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);

        SerialClaim? claim = SerialClaim.Take(settings);
        SerialPort? port = null;
        try
        {
            port = OpenPort(claim);
            var link = new SerialPortLink(port, claim, clock, time);
            (claim, port) = (null, null);
            return link;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw claim!.NotPermitted(refused);
        }
        catch (ArgumentException refused)
        {
            throw claim!.Refused(refused.Message, refused);
        }
        finally
        {
            port?.Dispose();
            claim?.Dispose();
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
        await watch.DisposeAsync();

        // closing waits for unsent bytes, on a dead line for ever
        Task close = Task.Run(ClosePort);
        await Task.WhenAny(close, Task.Delay(CloseLimit, time, CancellationToken.None));
        claim.Dispose();
    }

    private static SerialPort OpenPort(SerialClaim claim)
    {
        LinkSettings.Serial settings = claim.Settings;
        Parity parity = settings.Parity switch
        {
            SerialParity.Odd => Parity.Odd,
            SerialParity.Even => Parity.Even,
            SerialParity.Mark => Parity.Mark,
            SerialParity.Space => Parity.Space,
            _ => Parity.None,
        };
        var port = new SerialPort(claim.Device.Target, settings.Baud, parity, settings.DataBits, settings.StopBits == 2 ? StopBits.Two : StopBits.One)
        {
            Handshake = settings.Flow == SerialFlow.RtsCts ? Handshake.RequestToSend : Handshake.None,
        };
        try
        {
            port.Open();
            if (!claim.IsPseudoTerminal)
            {
                port.DtrEnable = settings.Dtr;
                if (settings.Flow == SerialFlow.None)
                {
                    port.RtsEnable = settings.Rts;
                }
            }

            return port;
        }
        catch (Exception failure)
        {
            port.Dispose();
            if (failure is IOException)
            {
                throw claim.NotOpened(failure.Message, failure);
            }

            throw;
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
