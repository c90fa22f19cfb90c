using System.Buffers;
using System.Buffers.Binary;

namespace Vascular.Devices.Links;

/// <summary>The numbers and the bytes of RFC 2217, telnet's option for serial ports. What the server answers is the client's number and 100.</summary>
/// <remarks>Source: RFC 2217, "Telnet Com Port Control Option", 1997.</remarks>
internal static class ComPort
{
    internal const byte Option = 44;

    /// <summary>From a client's command to the server's.</summary>
    internal const byte Answered = 100;

    internal const byte SetSpeed = 1;
    internal const byte SetDataBits = 2;
    internal const byte SetParity = 3;
    internal const byte SetStopBits = 4;
    internal const byte SetControl = 5;
    internal const byte LineState = 6;
    internal const byte ModemState = 7;
    internal const byte Suspend = 8;
    internal const byte Resume = 9;
    internal const byte LineStateMask = 10;
    internal const byte ModemStateMask = 11;
    internal const byte Purge = 12;

    internal const byte NoFlow = 1;
    internal const byte HardwareFlow = 3;
    internal const byte DtrOn = 8;
    internal const byte DtrOff = 9;
    internal const byte RtsOn = 11;
    internal const byte RtsOff = 12;
    internal const byte PurgeBoth = 3;

    internal static byte ParityOf(SerialParity parity) => parity switch
    {
        SerialParity.Odd => 2,
        SerialParity.Even => 3,
        SerialParity.Mark => 4,
        SerialParity.Space => 5,
        _ => 1,
    };

    /// <summary>Appends DO, DONT, WILL or WONT.</summary>
    internal static void Negotiate(IBufferWriter<byte> wire, byte verb, byte option) => wire.Write([TelnetDecoder.Escape, verb, option]);

    /// <summary>Appends a command with a value of one byte.</summary>
    internal static void Order(IBufferWriter<byte> wire, byte command, byte value) => Order(wire, command, [value]);

    /// <summary>Appends the command that sets the speed.</summary>
    /// <param name="baud">Bit/s.</param>
    internal static void OrderSpeed(IBufferWriter<byte> wire, int baud)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(value, baud);
        Order(wire, SetSpeed, value);
    }

    /// <summary>Appends data, FF doubled.</summary>
    internal static void Data(IBufferWriter<byte> wire, ReadOnlySpan<byte> data)
    {
        while (data.IndexOf(TelnetDecoder.Escape) is >= 0 and int at)
        {
            wire.Write(data[..(at + 1)]);
            wire.Write([TelnetDecoder.Escape]);
            data = data[(at + 1)..];
        }

        wire.Write(data);
    }

    private static void Order(IBufferWriter<byte> wire, byte command, ReadOnlySpan<byte> value)
    {
        wire.Write([TelnetDecoder.Escape, TelnetDecoder.Begin, Option, command]);
        Data(wire, value);
        wire.Write([TelnetDecoder.Escape, TelnetDecoder.End]);
    }
}

/// <summary>Errors and break that a serial server noticed on its line (RFC 2217 NOTIFY-LINESTATE).</summary>
[Flags]
public enum LineErrors
{
    None = 0,
    Overrun = 0x2,
    Parity = 0x4,
    Framing = 0x8,
    Break = 0x10,
}
