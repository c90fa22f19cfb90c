namespace Vascular.Simulators.Checks;

/// <summary>Nonin formats 1 (three bytes) and 8 (four bytes), once a second.</summary>
public sealed class NoninSecondCheck : ProtocolCheck
{
    private readonly int length;
    private readonly Pace pace = new();
    private bool begun;

    /// <param name="format">1 or 8.</param>
    public NoninSecondCheck(int format)
        : base(format == 8 ? "nonin8" : "nonin1", "nonin",
        [
            ("speaks", "a frame comes by itself within 3 s", Document(format), Sure(format)),
            ("framing", "bit 7 is set in the first byte of each frame and in no other", Document(format), Sure(format)),
            ("saturation-range", "the saturation is 0 to 100 %, or 127 for none", Document(format), Sure(format)),
            ("sensor-off", "with the sensor off, HR is 511 and SpO2 127", Document(format), Sure(format)),
            ("rate", "one frame a second, ±5 %", Document(format), Sure(format)),
        ])
    {
        length = format == 8 ? 4 : 3;
    }

    protected override void Started() => Expect("speaks", 3);

    protected override bool Read()
    {
        int next = 1;
        while (next < Pending.Count && Pending[next] < 0x80 && next < length)
        {
            next++;
        }

        if (next == Pending.Count && next < length)
        {
            return false;
        }

        byte[] frame = Front(next);
        bool holds = next == length && frame[0] >= 0x80;
        if (begun || holds)
        {
            Holds("framing", holds, frame, $"{Hex(frame)} is no frame of {length} bytes");
        }

        begun |= holds;
        if (holds)
        {
            Look(frame);
        }

        Take(next);
        return true;
    }

    protected override void Ended() => Judge("rate", pace, 1, 0.05);

    private void Look(byte[] frame)
    {
        Met("speaks");
        pace.Came(NowNs);
        Holds("saturation-range", frame[2] is <= 100 or 127, frame, $"{frame[2]} %");
        bool off = length == 4 ? (frame[3] & 0x08) != 0 : (frame[0] & 0x40) != 0;
        int rate = ((frame[0] & 3) << 7) | frame[1];
        if (off)
        {
            Holds("sensor-off", rate == 511 && frame[2] == 127, frame, $"HR {rate}, SpO2 {frame[2]} with the sensor off");
        }
    }

    private static string Document(int format) => format == 8 ? "Nonin, Model 9560 OEM Specification and Technical Information, data format 8" : "a published note on format 1 (pastebin 7WvErGqY)";

    private static char Sure(int format) => format == 8 ? 'A' : 'C';
}

/// <summary>Nonin format 13: a spot check of 22 bytes or more.</summary>
public sealed class NoninSpotCheck : ProtocolCheck
{
    private const string Document = "Nonin, Model 9560 OEM Specification and Technical Information, data format 13";
    private const int HeaderBytes = 6;
    private const int LeastData = 14;
    private const int MostData = 1024;

    public NoninSpotCheck()
        : base("nonin13", "nonin",
        [
            ("speaks", "a spot check comes within 25 s of opening, or while the check runs", Document, 'D'),
            ("framing", "a frame begins 00 02 00 0D, its length in two bytes follows, it ends with a sum and 03", Document, 'A'),
            ("length", "the data are 14 bytes or more", Document, 'A'),
            ("checksum", "the sum is the low byte of the sum of the data", Document, 'A'),
            ("time", "century, year, month, day, hour, minute, second and hundredth are a time in BCD", Document, 'A'),
            ("rate-split", "the rate is nine bits: bit 0 of its first byte, and its second byte", Document, 'A'),
            ("saturation-range", "the saturation is 0 to 100 %, or 127 for none", Document, 'A'),
            ("no-measurement", "a status that says no measurement goes with HR 511 and SpO2 127", Document, 'A'),
        ])
    {
    }

    protected override void Started() => Expect("speaks", 25);

    protected override bool Read()
    {
        if (Pending.Count < HeaderBytes)
        {
            return false;
        }

        byte[] head = Front(HeaderBytes);
        int length = (head[4] << 8) | head[5];
        bool begins = head.AsSpan(0, 4).SequenceEqual<byte>([0x00, 0x02, 0x00, 0x0D]) && length <= MostData;
        if (!begins)
        {
            Holds("framing", holds: false, head, $"{Hex(head)} begins no spot check");
            int next = 1;
            while (next < Pending.Count && Pending[next] != 0x00)
            {
                next++;
            }

            Take(next);
            return true;
        }

        int whole = HeaderBytes + length + 2;
        if (Pending.Count < whole)
        {
            return false;
        }

        byte[] frame = Front(whole);
        bool ends = frame[^1] == 0x03;
        Holds("framing", ends, frame, $"the frame ends with {frame[^1]:X2}");
        Met("speaks");
        Look(frame, length);
        Take(whole);
        return true;
    }

    private void Look(byte[] frame, int length)
    {
        Holds("length", length >= LeastData, frame, $"{length} bytes of data");
        if (length < LeastData)
        {
            return;
        }

        byte[] data = frame[HeaderBytes..^2];
        byte sum = (byte)data.Sum(b => b);
        Holds("checksum", frame[^2] == sum, frame, $"{frame[^2]:X2}, the sum is {sum:X2}");
        Holds("time", IsTime(data), frame, $"{Hex(data.AsSpan(0, 8))} is no time");
        Holds("rate-split", data[10] <= 1, frame, $"the rate's first byte is {data[10]:X2}");
        int percent = data[13];
        Holds("saturation-range", percent is <= 100 or 127, frame, $"{percent} %");
        int rate = ((data[10] & 1) << 8) | data[11];
        if ((data[8] & 1) != 0)
        {
            Holds("no-measurement", rate == 511 && percent == 127, frame, $"HR {rate}, SpO2 {percent} without a measurement");
        }
    }

    private static bool IsTime(byte[] data)
    {
        if (data.Take(8).Any(b => (b >> 4) > 9 || (b & 15) > 9))
        {
            return false;
        }

        int[] parts = [.. data.Take(8).Select(b => (10 * (b >> 4)) + (b & 15))];
        int year = (100 * parts[0]) + parts[1];
        return year > 0 && parts[2] is >= 1 and <= 12 && parts[3] >= 1 && parts[3] <= DateTime.DaysInMonth(year, parts[2]) && parts[4] < 24 && parts[5] < 60 && parts[6] < 60;
    }
}
