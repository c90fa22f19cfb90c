namespace Vascular.Devices.Links;

/// <summary>A telnet command as it came over the line.</summary>
/// <param name="Verb">DO, DONT, WILL, WONT, or SB for a sub-negotiation.</param>
/// <param name="Option">What it is about.</param>
/// <param name="Payload">Of a sub-negotiation, without doubled bytes; valid until the decoder is called again.</param>
internal readonly record struct TelnetCommand(byte Verb, byte Option, ReadOnlyMemory<byte> Payload);

/// <summary>Takes telnet apart: data with FF FF as FF, and commands. Without a socket; the state carries over reads cut anywhere.</summary>
/// <remarks>Source: RFC 854 and 855. A sub-negotiation longer than <see cref="LongestPayload"/> is passed over.</remarks>
internal sealed class TelnetDecoder
{
    internal const byte End = 240;          // SE
    internal const byte Begin = 250;        // SB
    internal const byte Will = 251;
    internal const byte Wont = 252;
    internal const byte Do = 253;
    internal const byte Dont = 254;
    internal const byte Escape = 255;       // IAC
    internal const byte Binary = 0;
    internal const byte SuppressGoAhead = 3;

    private const int LongestPayload = 256;

    private readonly byte[] payload = new byte[LongestPayload];
    private Place place;
    private byte verb;
    private byte option;
    private int length;

    private enum Place
    {
        Data,
        Escaped,
        Option,
        SubOption,
        Sub,
        SubEscaped,
    }

    /// <summary>Takes bytes off the front of <paramref name="wire"/> until it is empty or a command is complete.</summary>
    /// <param name="data">Room for as many bytes as <paramref name="wire"/> has.</param>
    /// <param name="count">Data bytes written; what came before a command is written before it.</param>
    /// <returns>The command; null when the wire is empty.</returns>
    internal TelnetCommand? Take(ref ReadOnlySpan<byte> wire, Span<byte> data, out int count)
    {
        count = 0;
        while (!wire.IsEmpty)
        {
            if (place == Place.Data)
            {
                int plain = wire.IndexOf(Escape);
                plain = plain < 0 ? wire.Length : plain;
                wire[..plain].CopyTo(data[count..]);
                count += plain;
                wire = wire[plain..];
                if (wire.IsEmpty)
                {
                    return null;
                }

                place = Place.Escaped;
                wire = wire[1..];
                continue;
            }

            byte value = wire[0];
            wire = wire[1..];
            if (place == Place.Escaped && value == Escape)
            {
                data[count++] = Escape;
                place = Place.Data;
            }
            else if (Step(value) is { } command)
            {
                return command;
            }
        }

        return null;
    }

    private TelnetCommand? Step(byte value)
    {
        switch (place)
        {
            case Place.Escaped:
                verb = value;
                place = value is >= Will and <= Dont ? Place.Option : value == Begin ? Place.SubOption : Place.Data;
                return null;

            case Place.Option:
                place = Place.Data;
                return new TelnetCommand(verb, value, default);

            case Place.SubOption:
                (option, length, place) = (value, 0, Place.Sub);
                return null;

            case Place.Sub when value == Escape:
                place = Place.SubEscaped;
                return null;

            case Place.SubEscaped when value == End:
                place = Place.Data;
                return length <= LongestPayload ? new TelnetCommand(Begin, option, payload.AsMemory(0, length)) : null;

            default:
                place = Place.Sub;
                if (length < LongestPayload)
                {
                    payload[length] = value;
                }

                length++;
                return null;
        }
    }
}
