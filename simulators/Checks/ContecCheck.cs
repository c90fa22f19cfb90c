namespace Vascular.Simulators.Checks;

/// <summary>Contec V7.0: asks for the stream, the device's name and its PI, says something unknown, and stops the stream at the end.</summary>
public sealed class ContecCheck : ProtocolCheck
{
    private const string Document = "Contec, Communication Protocol of Pulse Oximeter V7.0";
    private const double Patience = 1;
    private const int MissingPi = 0xFFFF;

    private static readonly Dictionary<int, int> Lengths = new()
    {
        [0x01] = 9, [0x04] = 9, [0x05] = 9, [0x07] = 8, [0x12] = 8, [0x08] = 8, [0x09] = 6, [0x0F] = 8, [0x0A] = 4, [0x0B] = 4, [0x0C] = 2, [0x0D] = 3, [0x0E] = 3, [0x10] = 3,
        [0x11] = 9, [0x15] = 9,
    };

    private readonly Pace pace = new();
    private bool begun;
    private bool? piSupported;
    private bool stopped;
    private bool over;

    public ContecCheck()
        : base("contec-v7", "contec-v7",
        [
            ("framing", "a packet begins with a byte without bit 7 and goes on with bytes that have it, as many as its type says", Document, 'A'),
            ("type", "the type is one of the document's", Document, 'A'),
            ("start-answer", "A1 starts the stream within 1 s", Document, 'A'),
            ("id-answer", "AA is answered with packet 04 within 1 s", Document, 'A'),
            ("pi-answer", "AC is answered with packet 0E within 1 s, its value 0 or 1", Document, 'A'),
            ("unknown-command", "a command that is none is answered with packet 0B, that command and reason 5, within 1 s", Document, 'A'),
            ("stop-answer", "A2 is answered with packet 0C within 1 s", Document, 'A'),
            ("stop", "after 0C no real-time packet comes", Document, 'A'),
            ("rate", "60 ± 2 real-time packets a second", Document, 'A'),
            ("strength-range", "the signal strength is 0 to 8", Document, 'A'),
            ("reserved", "bits 5 to 7 of byte 4 are 0", Document, 'A'),
            ("pi-agrees", "a device that says it has no PI (0E 1) says so in every packet", Document, 'A'),
            ("rate-range", "the pulse rate is 1 to 254, or 255 for none", Document, 'A'),
            ("saturation-range", "the saturation is 1 to 100 %, or 127 for none", Document, 'A'),
            ("pi-range", "PI is at most 22.00 %, or FFFF for none", Document, 'A'),
            ("finger-out", "with a probe error the waveform is 64", Document, 'A'),
        ])
    {
    }

    protected override void Started()
    {
        Ask("id-answer", 0.1, 0xAA);
        Ask("pi-answer", 0.3, 0xAC);
        Ask("unknown-command", 0.5, 0xB7);
        Ask("start-answer", 0.7, 0xA1);
        After(3, KeepAlive);
    }

    public override double WindUpSeconds => 2;

    /// <summary>Stops the stream.</summary>
    protected override void Leave()
    {
        over = true;
        Ask("stop-answer", 0, 0xA2);
    }

    protected override bool Read()
    {
        byte first = Pending[0];
        int next = 1;
        while (next < Pending.Count && Pending[next] >= 0x80)
        {
            next++;
        }

        int length = Lengths.GetValueOrDefault(first);
        if (next == Pending.Count && (length == 0 ? next < 9 : next < length))
        {
            return false; // more of it may come
        }

        bool known = length > 0;
        int take = known && next > length && first < 0x80 ? length : next;
        byte[] packet = Front(take);
        if (begun || first < 0x80)
        {
            begun = true;
            bool framed = first < 0x80 && (!known || take == length);
            Holds("framing", framed, packet, $"{Hex(packet)} is no packet of its type");
            if (framed)
            {
                Holds("type", known, packet, $"type {first:X2}");
            }

            if (framed && known)
            {
                Look(packet, Unpacked(packet));
            }
        }

        Take(take);
        return true;
    }

    protected override void Ended() => Judge("rate", pace, 60, 2);

    private void Look(byte[] packet, byte[] data)
    {
        switch (packet[0])
        {
            case 0x01 when stopped:
                Holds("stop", holds: false, packet, "a real-time packet behind 0C");
                break;
            case 0x01:
                Met("start-answer");
                if (!over)
                {
                    pace.Came(NowNs);
                }

                Moment(packet, data);
                break;
            case 0x04:
                Met("id-answer");
                break;
            case 0x0E when IsExpected("pi-answer"):
                piSupported = data[0] <= 1 ? data[0] == 0 : null;
                if (data[0] <= 1)
                {
                    Met("pi-answer");
                }

                break;
            case 0x0B when IsExpected("unknown-command") && data[0] == 0xB7 && data[1] == 5:
                Met("unknown-command");
                break;
            case 0x0C when IsExpected("stop-answer"):
                Met("stop-answer");
                stopped = true;
                Holds("stop", holds: true, packet, "");
                break;
        }
    }

    private void Moment(byte[] packet, byte[] data)
    {
        Holds("strength-range", (data[0] & 15) <= 8, packet, $"strength {data[0] & 15}");
        Holds("reserved", data[2] < 0x20, packet, $"byte 4 is {data[2]:X2}");
        if (piSupported == false)
        {
            Holds("pi-agrees", (data[2] & 0x10) != 0, packet, "PI valid, from a device that said it has none");
        }

        Holds("rate-range", data[3] > 0, packet, $"pulse rate {data[3]}");
        Holds("saturation-range", data[4] is >= 1 and <= 100 or 127, packet, $"{data[4]} %");
        int pi = data[5] | (data[6] << 8);
        Holds("pi-range", pi is <= 2200 or MissingPi, packet, $"PI {pi}");
        if ((data[0] & 0x80) != 0)
        {
            Holds("finger-out", (data[1] & 0x7F) == 0x40, packet, $"waveform {data[1] & 0x7F} with a probe error");
        }
    }

    private void Ask(string rule, double seconds, byte command) => After(seconds, () =>
    {
        Say(0x7D, 0x81, command, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
        Expect(rule, Patience);
    });

    /// <summary>"I am connected", every 5 s.</summary>
    private void KeepAlive()
    {
        if (!over)
        {
            Say(0x7D, 0x81, 0xAF, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
            After(5, KeepAlive);
        }
    }

    private static byte[] Unpacked(byte[] packet)
    {
        byte[] data = new byte[Math.Max(0, packet.Length - 2)];
        for (int n = 0; n < data.Length; n++)
        {
            data[n] = (byte)((packet[n + 2] & 0x7F) | (((packet[1] >> n) & 1) << 7));
        }

        return data;
    }
}
