using System.Globalization;

namespace Vascular.Simulators.Checks;

/// <summary>Nonin formats 2 and 7: five bytes a frame, 25 frames a packet, 75 frames a second.</summary>
public sealed class NoninStreamCheck : ProtocolCheck
{
    private const string Document = "Nonin, Model 9560 OEM Specification and Technical Information, data formats 2 and 7";
    private const int FrameBytes = 5;
    private const int PacketFrames = 25;
    private const int MarkFrames = 12;
    private const int Missing = 127;
    private const int MissingRate = 511;

    private static readonly int[] Saturations = [3, 9, 10, 11, 16, 17];
    private static readonly int[] Reserved = [5, 12, 13, 18, 19, 24, 25];

    private readonly bool is2;
    private readonly int status;
    private readonly Pace pace = new();
    private readonly byte[] numbers = new byte[PacketFrames];
    private bool aligned;
    private int place = -1;         // frames since the latest SYNC; -1 before the first
    private int mark = -1;          // frames the pulse has been marked; -1 before the first frame without a mark
    private int alarmed;            // frames in a row with SNSA
    private bool trusted;           // frames are counted from a SYNC that came when it should
    private int? timer;

    /// <param name="format">2 or 7.</param>
    public NoninStreamCheck(int format)
        : base(string.Create(CultureInfo.InvariantCulture, $"nonin{format}"), "nonin",
        [
            ("speaks", "frames come by themselves within 3 s", Document, 'A'),
            ("framing", "frames of five bytes follow each other, with nothing between them", Document, 'A'),
            ("checksum", "byte 5 is the sum of bytes 1 to 4, mod 256", Document, 'A'),
            .. format == 2 ? new[] { ("constant", "byte 1 is 01", Document, 'A') } : [],
            ("status-bit-7", "bit 7 of the status byte is set in every frame", Document, 'A'),
            ("sync", "the SYNC bit is set in frame 1 of each packet of 25 and in no other", Document, 'A'),
            ("pulse-mark", "a pulse is marked (RPRF, GPRF) in 12 frames, 160 ms", Document, 'A'),
            ("float-seven-bits", "float bytes that are not reserved are 0 to 127", Document, 'A'),
            ("saturation-range", "a saturation is 0 to 100 %, or 127 for none", Document, 'A'),
            ("timer", "TMR counts thirds of a second: one more with each packet, after 16383 from 0", Document, 'A'),
            ("sensor-off", "with the sensor alarm on, HR is 511 and SpO2 127", Document, 'A'),
            ("rate", "75 frames a second, ±2 %", Document, 'A'),
        ])
    {
        (is2, status) = (format == 2, format == 2 ? 1 : 0);
    }

    protected override void Started() => Expect("speaks", 3);

    protected override bool Read()
    {
        if (!aligned)
        {
            return Align();
        }

        if (Pending.Count < 2 * FrameBytes)
        {
            return false; // the next frame tells whether a wrong sum is a wrong byte or a lost one
        }

        byte[] frame = Front(FrameBytes);
        bool summed = IsSummed(0);
        if (!summed && !IsSummed(FrameBytes))
        {
            return Lost(frame);
        }

        Holds("checksum", summed, frame, $"{Hex(frame)}: the sum is {Sum(0):X2}");
        Met("speaks");
        pace.Came(NowNs);
        if (summed)
        {
            Look(frame);
        }
        else if (place >= 0)
        {
            (place, mark, alarmed, timer) = ((place + 1) % PacketFrames, -1, 0, null); // nothing is said of a frame that cannot be read
        }

        Take(FrameBytes);
        return true;
    }

    protected override void Ended() => Judge("rate", pace, 75, 1.5);

    /// <summary>Three right sums in a row, at the least distance from the front. What lies before the first frame of all breaks no rule: a line may be opened mid-frame.</summary>
    private bool Align()
    {
        if (Pending.Count < 4 * FrameBytes)
        {
            return false;
        }

        aligned = IsSummed(0) && IsSummed(FrameBytes) && IsSummed(2 * FrameBytes);
        if (!aligned)
        {
            Take(1);
        }

        return true;
    }

    private bool Lost(byte[] frame)
    {
        Holds("framing", holds: false, frame, "no frame here, and none five bytes on: bytes were lost or added");
        (aligned, place, mark, timer, alarmed) = (false, -1, -1, null, 0);
        Take(1);
        return true;
    }

    private void Look(byte[] frame)
    {
        Holds("framing", holds: true, frame, "");
        if (is2)
        {
            Holds("constant", frame[0] == 0x01, frame, $"byte 1 is {frame[0]:X2}");
        }

        byte flags = frame[status];
        Holds("status-bit-7", (flags & 0x80) != 0, frame, $"the status is {flags:X2}");
        Mark(frame, (flags & 0x06) != 0);
        alarmed = (flags & 0x08) != 0 ? alarmed + 1 : 0;
        bool sync = (flags & 0x01) != 0;
        if (sync)
        {
            trusted = place < 0 || place == PacketFrames - 1;
            timer = trusted ? timer : null;
            if (place >= 0)
            {
                Holds("sync", trusted, frame, $"{place + 1} frames after the SYNC before");
            }

            place = 0;
        }
        else if (place >= 0)
        {
            place++;
            if (place == PacketFrames)
            {
                Holds("sync", holds: false, frame, "the 26th frame without SYNC");
                (place, timer) = (-1, null);
            }
        }

        if (place >= 0 && trusted)
        {
            Number(frame, place + 1, frame[3]);
        }
    }

    private void Mark(byte[] frame, bool marked)
    {
        if (marked)
        {
            mark = mark < 0 ? mark : mark + 1;
            return;
        }

        if (mark > 0)
        {
            Holds("pulse-mark", mark == MarkFrames, frame, $"a mark of {mark} frames ends here");
        }

        mark = 0;
    }

    private void Number(byte[] frame, int number, byte value)
    {
        numbers[number - 1] = value;
        if (!Reserved.Contains(number))
        {
            Holds("float-seven-bits", value < 0x80, frame, $"frame {number} carries {value:X2}");
        }

        if (Saturations.Contains(number))
        {
            int percent = value & 0x7F;
            Holds("saturation-range", percent is <= 100 or Missing, frame, $"frame {number} carries {percent} %");
        }

        if (number == 3 && alarmed > PacketFrames)
        {
            int rate = ((numbers[0] & 3) << 7) | (numbers[1] & 0x7F);
            Holds("sensor-off", rate == MissingRate && (value & 0x7F) == Missing, frame, $"HR {rate}, SpO2 {value & 0x7F} under the sensor alarm");
        }

        if (number == 7)
        {
            int now = ((numbers[5] & 0x7F) << 7) | (value & 0x7F);
            if (timer is { } before)
            {
                Holds("timer", now == (before + 1) % 16_384, frame, $"TMR {now} after {before}");
            }

            timer = now;
        }
    }

    private bool IsSummed(int at) => Pending[at + 4] == Sum(at);

    private byte Sum(int at) => (byte)(Pending[at] + Pending[at + 1] + Pending[at + 2] + Pending[at + 3]);
}
