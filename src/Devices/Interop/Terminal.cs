using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vascular.Devices.Links;

namespace Vascular.Devices.Interop;

/// <summary>The settings of an open terminal: speed in bit/s as it is (termios2), character, modem lines, exclusive use.</summary>
/// <remarks>Request numbers, flags and layout are the kernel's generic ones: the same on x64 and arm64.</remarks>
internal static partial class Terminal
{
    private const nuint GetSettings = 0x802C542A;
    private const nuint SetSettings = 0x402C542B;
    private const nuint Exclusive = 0x540C;
    private const nuint NotExclusive = 0x540D;
    private const nuint Flush = 0x540B;
    private const nuint GetModemLines = 0x5415;
    private const nuint RaiseModemLines = 0x5416;
    private const nuint LowerModemLines = 0x5417;
    private const nint FlushOutput = 1;

    private const uint CheckParity = 0x10;
    private const uint SpeedMask = 0x100F;
    private const uint SpeedAsNumber = 0x1000;
    private const int InputSpeedShift = 16;
    private const uint SizeMask = 0x30;
    private const int SizeShift = 4;
    private const uint TwoStopBits = 0x40;
    private const uint Receive = 0x80;
    private const uint Parity = 0x100;
    private const uint OddParity = 0x200;
    private const uint LowerAtClose = 0x400;
    private const uint IgnoreCarrier = 0x800;
    private const uint StickParity = 0x40000000;    // CMSPAR: with Parity, OddParity makes it mark and its absence space
    private const uint HardwareFlow = 0x80000000;
    private const uint ParityMask = Parity | OddParity | StickParity;
    private const int LeastBytes = 6;   // VMIN
    private const int ReadTime = 5;     // VTIME

    /// <summary>Sets a raw line and reads back what is in force.</summary>
    /// <returns>The error number, 0 when the terminal took the settings.</returns>
    internal static int Apply(SafeFileHandle terminal, in Character wanted, out Character inForce)
    {
        inForce = default;
        Settings settings = default;
        if (Order(terminal, GetSettings, ref settings) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        // a character whose parity is wrong reads as 0 and so keeps its place in the frame, as does a break
        settings.Input = wanted.Parity != SerialParity.None ? CheckParity : 0;
        settings.Output = 0;
        settings.Local = 0;
        settings.Control &= ~(SpeedMask | (SpeedMask << InputSpeedShift) | SizeMask | TwoStopBits | ParityMask | HardwareFlow);
        settings.Control |= SpeedAsNumber | ((uint)(wanted.DataBits - 5) << SizeShift) | Receive | LowerAtClose | IgnoreCarrier
            | (wanted.TwoStopBits ? TwoStopBits : 0)
            | FlagsOf(wanted.Parity)
            | (wanted.HardwareFlow ? HardwareFlow : 0);
        settings.InputSpeed = settings.OutputSpeed = (uint)wanted.Baud;
        settings.Characters[LeastBytes] = 1;
        settings.Characters[ReadTime] = 0;
        if (Order(terminal, SetSettings, ref settings) != 0 || Order(terminal, GetSettings, ref settings) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        inForce = new Character(
            (int)settings.OutputSpeed,
            5 + (int)((settings.Control & SizeMask) >> SizeShift),
            ParityOf(settings.Control),
            (settings.Control & TwoStopBits) != 0,
            (settings.Control & HardwareFlow) != 0);
        return 0;
    }

    /// <summary>Control flags of a parity.</summary>
    internal static uint FlagsOf(SerialParity parity) => parity switch
    {
        SerialParity.Odd => Parity | OddParity,
        SerialParity.Even => Parity,
        SerialParity.Mark => Parity | OddParity | StickParity,
        SerialParity.Space => Parity | StickParity,
        _ => 0,
    };

    /// <summary>Parity that control flags mean: a driver that does not know <see cref="StickParity"/> takes it out, and what is left is odd or even.</summary>
    internal static SerialParity ParityOf(uint control) => (control & ParityMask) switch
    {
        Parity | OddParity | StickParity => SerialParity.Mark,
        Parity | StickParity => SerialParity.Space,
        Parity | OddParity => SerialParity.Odd,
        Parity => SerialParity.Even,
        _ => SerialParity.None,
    };

    /// <summary>Further opens fail, but for root (TIOCEXCL).</summary>
    internal static void Claim(SafeFileHandle terminal) => Order(terminal, Exclusive, 0);

    /// <summary>Takes the claim back and drops what was not sent: closing would wait for it, on a dead line for long.</summary>
    internal static void Release(SafeFileHandle terminal)
    {
        Order(terminal, Flush, FlushOutput);
        Order(terminal, NotExclusive, 0);
    }

    /// <returns>False where there are no such lines (a pseudo terminal).</returns>
    internal static bool SetLines(SafeFileHandle terminal, ModemLines raised, ModemLines lowered)
    {
        uint up = (uint)raised;
        uint down = (uint)lowered;
        return (up == 0 || Order(terminal, RaiseModemLines, ref up) == 0) && (down == 0 || Order(terminal, LowerModemLines, ref down) == 0);
    }

    /// <returns>Null where there are no such lines (a pseudo terminal).</returns>
    internal static ModemLines? Lines(SafeFileHandle terminal)
    {
        uint lines = 0;
        return Order(terminal, GetModemLines, ref lines) == 0 ? (ModemLines)lines : null;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Order(SafeFileHandle terminal, nuint request, ref Settings settings);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Order(SafeFileHandle terminal, nuint request, ref uint lines);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Order(SafeFileHandle terminal, nuint request, nint what);

    /// <summary>How bits make a character on the line.</summary>
    /// <param name="Baud">Bit/s.</param>
    internal readonly record struct Character(int Baud, int DataBits, SerialParity Parity, bool TwoStopBits, bool HardwareFlow);

    /// <summary>struct termios2.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Settings
    {
        internal uint Input;
        internal uint Output;
        internal uint Control;
        internal uint Local;
        internal byte Discipline;
        internal ControlCharacters Characters;
        internal uint InputSpeed;
        internal uint OutputSpeed;
    }

    [System.Runtime.CompilerServices.InlineArray(19)]
    private struct ControlCharacters
    {
        private byte _first;
    }
}

/// <summary>Modem lines of a serial port.</summary>
[Flags]
public enum ModemLines
{
    None = 0,
    DataTerminalReady = 0x2,
    RequestToSend = 0x4,
    ClearToSend = 0x20,
    CarrierDetect = 0x40,
    Ring = 0x80,
    DataSetReady = 0x100,
}
