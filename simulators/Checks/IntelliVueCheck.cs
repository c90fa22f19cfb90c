using System.Buffers.Binary;
using System.Globalization;

namespace Vascular.Simulators.Checks;

/// <summary>IntelliVue data export: polls before it may, associates, polls numerics once a second, releases, and polls once more.</summary>
public sealed class IntelliVueCheck : ProtocolCheck
{
    private const string Programs = "two working programs (mdpnp, VSCaptureMP)";
    private const string OneProgram = "one program";
    private const int HeaderBytes = 20;             // session, operation, invoke id, command, object and action of a result
    private const double PollSeconds = 1;
    private const uint NoNumber = 0x007FFFFF;

    /// <summary>An association request of a client, as VSCaptureMP sends it.</summary>
    private static readonly byte[] Request = Convert.FromHexString(
        "0DEC0508130100160102800014020002C1DC3180A0808001010000A280A00300" +
        "0001A4803080020101060452010001308006025101000000003080020102060C" +
        "2A8648CE14020100000001013080060C2A8648CE140201000000020100000000" +
        "000061803080020101A0806080A180060C2A8648CE14020100000003010000BE" +
        "802880060C2A8648CE1402010000000101020102814880000000400000000000" +
        "00008000000020000000000000000001002C0001002880000000000009C40000" +
        "09C4000003E8FFFFFFFF600000000001000CF00100088C000000000000000000" +
        "0000000000000000000000000000");

    private static readonly Dictionary<int, int[]> Units = new()
    {
        [0x50D0] = [0x0F20, 0x0F03], [0x50CC] = [0x0F20, 0x0F03], [0xF03F] = [0x17A0], [0xF076] = [0x0FD2, 0x0FC0], [0xF03E] = [0x08A0],
    };

    private readonly bool serial;
    private bool associated;
    private bool released;
    private ushort invoke;
    private (uint Ticks, long AtNs)? firstTick;
    private (uint Ticks, long AtNs) lastTick;

    /// <param name="serial">On RS-232; else each datagram comes after its length in two bytes.</param>
    public IntelliVueCheck(bool serial)
        : base("intellivue", "intellivue",
        [
            .. serial
                ? new[]
                {
                    ("framing", "on RS-232 a frame is C0, escaped bytes, C1, with nothing between frames", OneProgram, 'C'),
                    ("fcs", "its check sequence is PPP's FCS-16, low byte first", OneProgram, 'C'),
                    ("header", "a frame's content begins 11 01 and the length of the message", OneProgram, 'C'),
                }
                : [("datagram", "on UDP a datagram is one message and all of it: the length the message states is that of the datagram", Programs, 'B')],
            ("not-associated", "a poll before the association is not answered with data", Programs, 'B'),
            ("associate", "an association request is accepted (0E) within 3 s", Programs, 'B'),
            ("system-type", "who accepts is a server: system type 00800000", Programs, 'B'),
            ("create-event", "an MDS create event (E1, invoke, confirmed event 0D06) follows within 3 s", Programs, 'B'),
            ("poll-answer", "a single poll is answered within 2 s", Programs, 'B'),
            ("invoke-id", "a result carries the invoke id of its request", Programs, 'B'),
            ("poll-number", "a result carries the poll number of its request", Programs, 'B'),
            ("lengths", "every length and count is that of what follows it", Programs, 'B'),
            ("polled-type", "a result names the polled type, 0001 0006", Programs, 'B'),
            ("relative-time", "the relative time counts 8000 a second, ±5 %", Programs, 'B'),
            ("absolute-time", "the absolute time is BCD, or all FF", Programs, 'B'),
            ("label", "a value's physiological id is the lower half of its label", Programs, 'B'),
            ("unit", "transcutaneous values carry the units of the table", Programs, 'B'),
            ("number", "a value whose state has no bit of the high byte is a number", OneProgram, 'C'),
            ("release", "a release request is answered with 0A within 2 s", Programs, 'B'),
            ("released", "after the release a poll is not answered with data", Programs, 'B'),
        ])
    {
        this.serial = serial;
    }

    public override double WindUpSeconds => 4;

    protected override void Started()
    {
        After(0.2, Poll);
        After(1, () =>
        {
            Holds("not-associated", holds: true, [], "");
            Send(Request);
            Expect("associate", 3);
        });
    }

    protected override void Leave()
    {
        released = true;
        if (!associated)
        {
            return;
        }

        Send(Convert.FromHexString("0918C11661803080020101A08062808001000000000000000000"));
        Expect("release", 2);
        After(2.2, Poll);
    }

    protected override void Ended()
    {
        if (firstTick is { } first && lastTick.AtNs - first.AtNs >= 3_000_000_000)
        {
            double perSecond = (lastTick.Ticks - first.Ticks) / ((lastTick.AtNs - first.AtNs) / 1e9);
            Holds("relative-time", Math.Abs(perSecond - 8000) <= 400, [], $"{perSecond:F0} a second");
        }

        if (Seen("release"))
        {
            Holds("released", holds: true, [], "");
        }
    }

    protected override bool Read()
    {
        if (!serial)
        {
            int length = Pending.Count >= 2 ? (Pending[0] << 8) | Pending[1] : int.MaxValue;
            if (Pending.Count - 2 < length)
            {
                return false;
            }

            Datagram(Front(2 + length));
            Take(2 + length);
            return true;
        }

        if (Pending[0] != 0xC0)
        {
            Holds("framing", holds: false, Front(1), $"{Pending[0]:X2} between frames");
            Take(1);
            return true;
        }

        int end = 1;
        while (end < Pending.Count && Pending[end] is not (0xC0 or 0xC1))
        {
            end++;
        }

        if (end == Pending.Count)
        {
            return false;
        }

        bool closed = Pending[end] == 0xC1;
        byte[] frame = Front(closed ? end + 1 : end);
        Holds("framing", closed, frame, "C0 inside a frame");
        if (closed)
        {
            Frame(frame);
        }

        Take(frame.Length);
        return true;
    }

    /// <param name="framed">The datagram behind its length.</param>
    private void Datagram(byte[] framed)
    {
        byte[] message = framed[2..];
        int? stated = message switch
        {
            [0xE1, _, _, _, _, _, var high, var low, ..] => 8 + ((high << 8) | low),
            [not 0xE1, 0xFF, var high, var low, ..] => 4 + ((high << 8) | low),
            [not 0xE1, not 0xFF, ..] => 2 + message[1],
            _ => null,
        };
        Holds("datagram", stated == message.Length, framed, $"{message.Length} bytes, the message states {stated?.ToString(CultureInfo.InvariantCulture) ?? "none"}");
        if (message.Length > 0)
        {
            Look(message);
        }
    }

    private void Frame(byte[] frame)
    {
        List<byte> plain = [];
        for (int n = 1; n < frame.Length - 1; n++)
        {
            plain.Add(frame[n] == 0x7D ? (byte)(frame[++n] ^ 0x20) : frame[n]);
        }

        int residue = 0xFFFF;
        foreach (byte value in plain)
        {
            residue ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                residue = (residue & 1) != 0 ? (residue >> 1) ^ 0x8408 : residue >> 1;
            }
        }

        bool summed = residue == 0xF0B8;
        Holds("fcs", summed, frame, $"the residue is {residue:X4}, not F0B8");
        bool headed = plain.Count > 6 && plain[0] == 0x11 && plain[1] == 0x01 && ((plain[2] << 8) | plain[3]) == plain.Count - 6;
        Holds("header", headed, frame, $"{Hex(frame.AsSpan(0, Math.Min(6, frame.Length)))}");
        if (plain.Count > 6)
        {
            Look([.. plain.Skip(4).SkipLast(2)]);
        }
    }

    private void Look(byte[] message)
    {
        switch (message[0])
        {
            case 0x0E when Met("associate"):
                associated = true;
                Accepted(message);
                Expect("create-event", 3);
                break;
            case 0x0A:
                Met("release");
                break;
            case 0xE1 when message.Length > 13 && message[5] == 1 && message[11] == 1:
                if (message.Length > 25 && message[24] == 0x0D && message[25] == 0x06)
                {
                    Met("create-event");
                }

                Created(message);
                break;
            case 0xE1 when message.Length > 13 && message[5] is 2 or 5 && message[message[5] == 5 ? 13 : 11] == 7:
                Result(message, message[5] == 5 ? 2 : 0);
                break;
        }
    }

    private void Accepted(byte[] message)
    {
        ReadOnlySpan<byte> bytes = message;
        int info = bytes.IndexOf((ReadOnlySpan<byte>)[0x02, 0x01, 0x02, 0x81]);
        bool server = info >= 0 && message.Length >= info + 21 && BinaryPrimitives.ReadUInt32BigEndian(bytes[(info + 17)..]) == 0x00800000;
        Holds("system-type", server, message, "no system type 00800000 in the user information");
    }

    private void Created(byte[] message)
    {
        Send([0xE1, 0, 0, 2, 0, 2, 0, 0x14, message[8], message[9], 0, 1, 0, 0x0E, 0, 0x21, 0, 0, 0, 0, .. message.AsSpan(20, 4), 0x0D, 0x06, 0, 0]);
        if (!Seen("poll-answer"))
        {
            After(0.3, PollOn);
        }
    }

    private void PollOn()
    {
        if (!released)
        {
            Poll();
            Expect("poll-answer", 2);
            After(PollSeconds, PollOn);
        }
    }

    private void Poll()
    {
        invoke++;
        Send([0xE1, 0, 0, 2, 0, 1, 0, 0x1C, (byte)(invoke >> 8), (byte)invoke, 0, 7, 0, 0x16, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0x0C, 0x16, 0, 8,
            (byte)(invoke >> 8), (byte)invoke, 0, 1, 0, 6, 0, 0]);
    }

    /// <param name="linked">Bytes a linked result has more in front.</param>
    private void Result(byte[] message, int linked)
    {
        if (!associated || Seen("release"))
        {
            Holds(associated ? "released" : "not-associated", holds: false, message, "a poll result outside an association");
            return;
        }

        Met("poll-answer");
        int body = HeaderBytes + linked + 2 + 2;
        int extended = message.Length > body && message[HeaderBytes + linked] == 0xF1 ? 2 : 0;
        int list = body + 2 + extended + 4 + 8 + 6;
        bool whole = message.Length >= list + 4 && Lengths(message, linked, list);
        Holds("lengths", whole, message, "a length or count does not fit what follows it");
        if (!whole)
        {
            return;
        }

        Holds("invoke-id", Two(message, 8 + linked) == invoke, message, $"invoke id {Two(message, 8 + linked)}, the request had {invoke}");
        Holds("poll-number", Two(message, body) == invoke, message, $"poll number {Two(message, body)}, the request had {invoke}");
        int time = body + 2 + extended;
        uint ticks = BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(time));
        firstTick ??= (ticks, NowNs);
        lastTick = (ticks, NowNs);
        ReadOnlySpan<byte> absolute = message.AsSpan(time + 4, 8);
        bool none = absolute.IndexOfAnyExcept((byte)0xFF) < 0;
        bool bcd = true;
        foreach (byte value in absolute[..7])
        {
            bcd &= (value >> 4) <= 9 && (value & 15) <= 9;
        }

        Holds("absolute-time", none || (bcd && absolute[2] is >= 1 and <= 0x12 && absolute[3] is >= 1 and <= 0x31), message, Hex(absolute));
        Holds("polled-type", Two(message, time + 12) == 1 && Two(message, time + 14) == 6, message, Hex(message.AsSpan(time + 12, 4)));
        foreach ((int at, int length) in Observations(message, list))
        {
            Observation(message, message.AsSpan(at, length));
        }
    }

    private static bool Lengths(byte[] message, int linked, int list)
    {
        bool outer = Two(message, 6) == message.Length - 8 && Two(message, 12 + linked) == message.Length - 14 - linked && Two(message, HeaderBytes + linked + 2) == message.Length - HeaderBytes - linked - 4;
        return outer && Two(message, list + 2) == message.Length - list - 4 && Observations(message, list).All(o => o.Length > 0);
    }

    /// <summary>Where the attributes of each observation lie; a length of 0 where counts and lengths do not fit.</summary>
    private static List<(int At, int Length)> Observations(byte[] message, int list)
    {
        List<(int, int)> found = [];
        int at = list + 4;
        for (int context = Two(message, list); context > 0; context--)
        {
            int end = at + 6 <= message.Length ? at + 6 + Two(message, at + 4) : int.MaxValue;
            if (end > message.Length)
            {
                return [(0, 0)];
            }

            int count = Two(message, at + 2);
            at += 6;
            for (; count > 0; count--)
            {
                int length = at + 6 <= end ? Two(message, at + 4) : int.MaxValue;
                if (length > end - at - 6 || !Fits(message.AsSpan(at + 6, length), Two(message, at + 2)))
                {
                    return [(0, 0)];
                }

                found.Add((at + 6, length));
                at += 6 + length;
            }

            if (at != end)
            {
                return [(0, 0)];
            }
        }

        return at == message.Length ? found : [(0, 0)];
    }

    private static bool Fits(ReadOnlySpan<byte> attributes, int count)
    {
        for (; count > 0 && attributes.Length >= 4; count--)
        {
            int length = 4 + BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            if (length > attributes.Length)
            {
                return false;
            }

            attributes = attributes[length..];
        }

        return count == 0 && attributes.IsEmpty;
    }

    private void Observation(byte[] message, ReadOnlySpan<byte> attributes)
    {
        int? label = null;
        while (attributes.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16BigEndian(attributes);
            int length = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            ReadOnlySpan<byte> value = attributes.Slice(4, length);
            attributes = attributes[(4 + length)..];
            if (id == 0x0924 && length == 4)
            {
                label = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
            }
            else if (id == 0x0950 && length == 10)
            {
                Value(message, value, label);
            }
        }
    }

    private void Value(byte[] message, ReadOnlySpan<byte> value, int? label)
    {
        int id = BinaryPrimitives.ReadUInt16BigEndian(value);
        int state = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
        int unit = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        if (label is { } named)
        {
            Holds("label", named == id, message, $"id {id:X4} under the label {named:X4}");
        }

        if (Units.TryGetValue(id, out int[]? units))
        {
            Holds("unit", units.Contains(unit), message, $"unit {unit:X4} of {id:X4}");
        }

        if (state >> 8 == 0)
        {
            Holds("number", (BinaryPrimitives.ReadUInt32BigEndian(value[6..]) & 0xFFFFFF) != NoNumber, message, $"state {state:X4} of {id:X4}, and no number");
        }
    }

    private static int Two(byte[] bytes, int at) => (bytes[at] << 8) | bytes[at + 1];

    private void Send(byte[] message)
    {
        if (!serial)
        {
            Say([(byte)(message.Length >> 8), (byte)message.Length, .. message]);
            return;
        }

        List<byte> plain = [0x11, 0x01, (byte)(message.Length >> 8), (byte)message.Length, .. message];
        int sum = 0xFFFF;
        foreach (byte value in plain)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) != 0 ? (sum >> 1) ^ 0x8408 : sum >> 1;
            }
        }

        plain.AddRange([(byte)~sum, (byte)(~sum >> 8)]);
        List<byte> framed = [0xC0];
        foreach (byte value in plain)
        {
            framed.AddRange(value is 0xC0 or 0xC1 or 0x7D ? [0x7D, (byte)(value ^ 0x20)] : [value]);
        }

        Say([.. framed, 0xC1]);
    }
}
