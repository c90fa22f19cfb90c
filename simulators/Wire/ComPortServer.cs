using System.Buffers;
using System.Buffers.Binary;

namespace Vascular.Simulators.Wire;

/// <summary>The server's side of RFC 2217: telnet with the COM port option. Turns what the host sends into data and answers; knows no socket.</summary>
/// <remarks>Numbers: RFC 854, RFC 2217. Every setting is taken and answered with the value now in force; a value that does not exist is answered with the old one.
/// CTS, DSR and carrier are always there.</remarks>
public sealed class ComPortServer
{
    private const byte Iac = 255;
    private const byte Will = 251;
    private const byte Wont = 252;
    private const byte Do = 253;
    private const byte Dont = 254;
    private const byte Begin = 250;
    private const byte End = 240;
    private const byte Binary = 0;
    private const byte SuppressGoAhead = 3;
    private const byte ComPort = 44;
    private const int AnswerOffset = 100;
    private const byte ModemState = 0xB0;      // CD, DSR, CTS
    private const int LongestOption = 64;

    private readonly List<byte> option = [];
    private readonly HashSet<(byte Verb, byte Option)> agreed = [];
    private State state;
    private byte verb;
    private byte lineMask;
    private byte modemMask = 255;
    private byte flow = 1;
    private byte @break = 6;
    private byte dtr = 9;
    private byte rts = 12;

    private enum State
    {
        Data,
        Command,
        Option,
        Sub,
        SubCommand,
    }

    /// <summary>bit/s the host has set.</summary>
    public uint BitsPerSecond { get; private set; } = 9600;

    /// <summary>Data bits, parity (1 none, 2 odd, 3 even, 4 mark, 5 space) and stop bits (1 one, 2 two, 3 one and a half), by the numbers of the RFC.</summary>
    public (byte Data, byte Parity, byte Stop) Shape { get; private set; } = (8, 1, 1);

    /// <summary>The host has turned DTR and RTS on.</summary>
    public (bool Dtr, bool Rts) Lines => (dtr == 8, rts == 11);

    /// <summary>The host speaks the COM port option; until then bytes are plain telnet.</summary>
    public bool IsComPort { get; private set; }

    /// <summary>Takes bytes of the host: what is data goes to <paramref name="data"/>, what is to be said back to <paramref name="answer"/>.</summary>
    public void Hear(ReadOnlySpan<byte> bytes, IBufferWriter<byte> data, IBufferWriter<byte> answer)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(answer);
        foreach (byte value in bytes)
        {
            Hear(value, data, answer);
        }
    }

    /// <summary>Data of the device as it travels: every 255 twice.</summary>
    public static void Say(ReadOnlySpan<byte> bytes, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        foreach (byte value in bytes)
        {
            if (value == Iac)
            {
                wire.Write([Iac]);
            }

            wire.Write([value]);
        }
    }

    private void Hear(byte value, IBufferWriter<byte> data, IBufferWriter<byte> answer)
    {
        switch (state)
        {
            case State.Data when value == Iac:
                state = State.Command;
                break;
            case State.Data:
                data.Write([value]);
                break;
            case State.Command when value == Iac:
                data.Write([value]);
                state = State.Data;
                break;
            case State.Command when value == Begin:
                option.Clear();
                state = State.Sub;
                break;
            case State.Command when value is Will or Wont or Do or Dont:
                verb = value;
                state = State.Option;
                break;
            case State.Command:
                state = State.Data; // a telnet command without an option
                break;
            case State.Option:
                Negotiate(verb, value, answer);
                state = State.Data;
                break;
            case State.Sub when value == Iac:
                state = State.SubCommand;
                break;
            case State.SubCommand when value == End:
                Obey(answer);
                state = State.Data;
                break;
            default:
                state = State.Sub;
                if (option.Count < LongestOption)
                {
                    option.Add(value);
                }

                break;
        }
    }

    /// <summary>Agrees to BINARY, SUPPRESS-GO-AHEAD and COM-PORT both ways, once; declines the rest.</summary>
    private void Negotiate(byte said, byte what, IBufferWriter<byte> answer)
    {
        bool known = what is Binary or SuppressGoAhead or ComPort;
        if (said is Wont or Dont)
        {
            if (agreed.Remove((said == Wont ? Do : Will, what)))
            {
                answer.Write([Iac, said == Wont ? Dont : Wont, what]);
            }

            return;
        }

        byte reply = said == Will ? (known ? Do : Dont) : known ? Will : Wont;
        if (!known || agreed.Add((reply, what)))
        {
            answer.Write([Iac, reply, what]);
        }

        if (what == ComPort && !IsComPort)
        {
            IsComPort = true;
            Answer(7, [ModemState], answer); // the mask is 255 until the host says otherwise
        }
    }

    private void Obey(IBufferWriter<byte> answer)
    {
        if (option.Count < 2 || option[0] != ComPort)
        {
            return;
        }

        byte command = option[1];
        byte[] value = [.. option.Skip(2)];
        byte first = value.Length > 0 ? value[0] : (byte)0;
        switch (command)
        {
            case 0 when value.Length == 0:
                Answer(command, "simulated serial port"u8.ToArray(), answer);
                break;
            case 1 when value.Length == 4:
                uint speed = BinaryPrimitives.ReadUInt32BigEndian(value);
                BitsPerSecond = speed is 0 or > 4_000_000 ? BitsPerSecond : speed;
                byte[] inForce = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(inForce, BitsPerSecond);
                Answer(command, inForce, answer);
                break;
            case 2:
                Shape = Shape with { Data = first is >= 5 and <= 8 ? first : Shape.Data };
                Answer(command, [Shape.Data], answer);
                break;
            case 3:
                Shape = Shape with { Parity = first is >= 1 and <= 5 ? first : Shape.Parity };
                Answer(command, [Shape.Parity], answer);
                break;
            case 4:
                Shape = Shape with { Stop = first is >= 1 and <= 3 ? first : Shape.Stop };
                Answer(command, [Shape.Stop], answer);
                break;
            case 5:
                Answer(command, [Control(first)], answer);
                break;
            case 10:
                lineMask = first;
                Answer(command, [lineMask], answer);
                break;
            case 11:
                modemMask = first;
                Answer(command, [modemMask], answer);
                if (modemMask != 0)
                {
                    Answer(7, [(byte)(ModemState & modemMask)], answer);
                }

                break;
            case 12:
                Answer(command, [first], answer);
                break;
        }
    }

    /// <summary>SET-CONTROL: asks or sets flow control, break, DTR and RTS.</summary>
    private byte Control(byte value)
    {
        switch (value)
        {
            case 1 or 2 or 3:
                return flow = value;
            case 5 or 6:
                return @break = value;
            case 8 or 9:
                return dtr = value;
            case 11 or 12:
                return rts = value;
            case 4:
                return @break;
            case 7:
                return dtr;
            case 10:
                return rts;
            case >= 13 and <= 16:
                return 14; // inbound flow control: none
            default:
                return flow;
        }
    }

    private static void Answer(byte command, ReadOnlySpan<byte> value, IBufferWriter<byte> answer)
    {
        answer.Write([Iac, Begin, ComPort, (byte)(command + AnswerOffset)]);
        Say(value, answer);
        answer.Write([Iac, End]);
    }
}
