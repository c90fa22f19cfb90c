namespace Vascular.Simulators.Checks;

/// <summary>Five-byte frames of Berry or of an old Contec CMS50D+.</summary>
public sealed class FiveByteCheck : ProtocolCheck
{
    private const int FrameBytes = 5;

    private readonly bool berry;
    private readonly Pace pace = new();
    private bool begun;

    public FiveByteCheck(bool berry)
        : base(berry ? "oximeter-5byte-berry" : "oximeter-5byte-contec", "oximeter-5byte",
        [
            ("speaks", "frames come by themselves within 3 s", Document(berry), Sure(berry)),
            ("framing", "a frame is five bytes; bit 7 is set in the first and in no other", Document(berry), Sure(berry)),
            ("strength-range", "the signal strength is 0 to 8", Document(berry), Sure(berry)),
            .. berry ? new[] { ("pleth-range", "the pleth is 0 to 100", Document(berry), 'A') } : [],
            ("saturation-range", "the saturation is 0 to 100 %, or 127 for none", Document(berry), Sure(berry)),
            ("no-finger", "without a finger the rate is 255 and the saturation 127", Document(berry), 'D'),
            ("rate", berry ? "100 frames a second, ±2 %" : "60 frames a second, ±2 (not stated for this dialect)", Document(berry), berry ? 'A' : 'D'),
        ])
    {
        this.berry = berry;
    }

    protected override void Started() => Expect("speaks", 3);

    protected override bool Read()
    {
        int next = 1;
        while (next < Pending.Count && Pending[next] < 0x80 && next < FrameBytes)
        {
            next++;
        }

        if (next == Pending.Count && next < FrameBytes)
        {
            return false;
        }

        byte[] frame = Front(next);
        bool holds = next == FrameBytes && frame[0] >= 0x80;
        if (begun || holds)
        {
            Holds("framing", holds, frame, $"{Hex(frame)} is no frame");
        }

        begun |= holds;
        if (holds)
        {
            Look(frame);
        }

        Take(next);
        return true;
    }

    protected override void Ended() => Judge("rate", pace, berry ? 100 : 60, 2);

    private void Look(byte[] frame)
    {
        Met("speaks");
        pace.Came(NowNs);
        int strength = frame[0] & 15;
        Holds("strength-range", strength <= 8, frame, $"strength {strength}");
        if (berry)
        {
            Holds("pleth-range", frame[1] <= 100, frame, $"pleth {frame[1]}");
        }

        Holds("saturation-range", frame[4] is <= 100 or 127, frame, $"{frame[4]} %");
        if ((frame[2] & 0x10) != 0)
        {
            int rate = ((frame[2] & 0x40) << 1) | frame[3];
            Holds("no-finger", rate == 255 && frame[4] == 127, frame, $"rate {rate}, saturation {frame[4]} without a finger");
        }
    }

    private static string Document(bool berry) => berry ? "Berry, BCI Protocol V1.2" : "a program for the CMS50D+ (atbrask/CMS50Dplus)";

    private static char Sure(bool berry) => berry ? 'A' : 'C';
}
