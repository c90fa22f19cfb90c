using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vascular.Devices.Interop;

namespace Vascular.Devices.Links;

/// <summary>A serial port of this machine, read by the station's one thread for terminals: USB adapter, UART or pseudo terminal. Linux.</summary>
/// <remarks>The same promises as <see cref="SerialPortLink"/> for a part of its cost (docs/link-performance.md). Any speed the driver can make is set as a number.</remarks>
public sealed class TerminalLink : ILink
{
    /// <summary>A speed further off than this garbles characters; the driver says what it really made.</summary>
    private const double FurthestSpeed = 0.025;

    private readonly SerialClaim claim;
    private readonly SafeFileHandle file;
    private readonly TerminalLine line;
    private readonly DeviceFileWatch watch;
    private readonly TimeProvider time;
    private int disposed;

    private TerminalLink(SerialClaim claim, SafeFileHandle file, TerminalThread thread, ITapeClock clock, TimeProvider time)
    {
        (this.claim, this.file, this.time) = (claim, file, time);
        line = new TerminalLine(file, claim.Settings.Path, thread, clock, time);
        watch = new DeviceFileWatch(claim.Settings.Path, claim.Device, line.Lose, time);
        Remark = RemarkOn(claim, file);
    }

    public string Path => claim.Path;

    public string? Identity => claim.Identity;

    public string? Remark { get; }

    /// <summary>State of the modem lines now; null where there are none (a pseudo terminal).</summary>
    public ModemLines? Lines => Terminal.Lines(file);

    public SerialInputs? Inputs => Lines is { } lines ? InputsOf(lines) : null;

    /// <summary>Reads nobody has taken yet.</summary>
    internal int Held => line.Held;

    /// <summary>Opens the port for this process alone. Blocks as long as the driver does.</summary>
    /// <param name="thread">The station's thread for terminals.</param>
    /// <exception cref="IOException">No such port, in use, not permitted, or settings the port refuses: what, where, what to do.</exception>
    public static TerminalLink Open(LinkSettings.Serial settings, TerminalThread thread, ITapeClock clock, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(thread);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);
        SerialClaim? claim = null;
        SafeFileHandle? file = null;
        try
        {
            claim = SerialClaim.Take(settings);
            file = OpenFile(claim);
            Configure(claim, file);
            var link = new TerminalLink(claim, file, thread, clock, time);
            (claim, file) = (null, null);
            return link;
        }
        finally
        {
            file?.Dispose();
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

        line.Lose("it was closed");
        await watch.DisposeAsync();

        // a driver may take its time to close a dead line
        Task close = Task.Run(Close);
        await Task.WhenAny(close, Task.Delay(SerialPortLink.CloseLimit, time, CancellationToken.None));
        claim.Dispose();
    }

    /// <summary>Those that the device drives.</summary>
    internal static SerialInputs InputsOf(ModemLines lines) =>
        (lines.HasFlag(ModemLines.ClearToSend) ? SerialInputs.ClearToSend : 0)
        | (lines.HasFlag(ModemLines.DataSetReady) ? SerialInputs.DataSetReady : 0)
        | (lines.HasFlag(ModemLines.Ring) ? SerialInputs.Ring : 0)
        | (lines.HasFlag(ModemLines.CarrierDetect) ? SerialInputs.CarrierDetect : 0);

    private static SafeFileHandle OpenFile(SerialClaim claim)
    {
        SafeFileHandle file = Libc.Open(claim.Device.Target, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec);
        if (!file.IsInvalid)
        {
            return file;
        }

        int error = Marshal.GetLastPInvokeError();
        file.Dispose();
        throw error switch
        {
            Libc.Busy => claim.InUse(),
            Libc.PermissionDenied => claim.NotPermitted(null),
            _ => claim.NotOpened(Marshal.GetPInvokeErrorMessage(error)),
        };
    }

    private static void Configure(SerialClaim claim, SafeFileHandle file)
    {
        LinkSettings.Serial settings = claim.Settings;
        if (settings.DataBits is < 5 or > 8 || settings.StopBits is < 1 or > 2 || settings.Baud < 1)
        {
            throw claim.Refused("5 to 8 data bits, 1 or 2 stop bits, a speed above 0");
        }

        Terminal.Character wanted = new(
            settings.Baud,
            settings.DataBits,
            settings.Parity,
            settings.StopBits == 2,
            settings.Flow == SerialFlow.RtsCts);
        int error = Terminal.Apply(file, wanted, out Terminal.Character inForce);
        if (error != 0)
        {
            throw claim.NotOpened(Marshal.GetPInvokeErrorMessage(error));
        }

        if (Math.Abs(inForce.Baud - settings.Baud) > FurthestSpeed * settings.Baud)
        {
            throw claim.Refused($"it makes {inForce.Baud} bit/s");
        }

        if (claim.IsPseudoTerminal)
        {
            Terminal.Claim(file);
            return;
        }

        if (inForce with { Baud = wanted.Baud } != wanted)
        {
            throw claim.Refused("it does not make these data bits, parity, stop bits and flow control");
        }

        Terminal.Claim(file);
        ModemLines held = settings.Flow == SerialFlow.RtsCts ? ModemLines.None : ModemLines.RequestToSend;
        ModemLines raised = (settings.Dtr ? ModemLines.DataTerminalReady : 0) | (settings.Rts ? held : 0);
        ModemLines lowered = (ModemLines.DataTerminalReady | held) & ~raised;
        Terminal.SetLines(file, raised, lowered);
    }

    private static string? RemarkOn(SerialClaim claim, SafeFileHandle file)
    {
        string? stuck = claim.Settings.Flow == SerialFlow.RtsCts && Terminal.Lines(file) is { } lines && !lines.HasFlag(ModemLines.ClearToSend)
            ? "the device does not allow sending (CTS is low): switch it on, or check the cable"
            : null;
        string? held = UsbLatency.Remark(claim.Device.Target);
        return stuck is null ? held : held is null ? stuck : $"{stuck}; {held}";
    }

    private void Close()
    {
        Terminal.Release(file);
        file.Dispose();
    }
}
