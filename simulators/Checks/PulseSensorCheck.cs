using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vascular.Simulators.Checks;

/// <summary>PulseSensor board in visualizer mode: a sample a line, rate and interval at each beat.</summary>
public sealed partial class PulseSensorCheck : ProtocolCheck
{
    private const string Document = "PulseSensorPlayground, PulseSensorSerialOutput.cpp";

    private readonly Pace pace = new();
    private bool begun;
    private bool rateBefore;

    public PulseSensorCheck()
        : base("pulsesensor", "pulsesensor",
        [
            ("speaks", "lines come by themselves within 3 s", Document, 'A'),
            ("line-end", "a line ends with CR LF", Document, 'A'),
            ("line", "a line is S, B or Q and a whole number", Document, 'A'),
            ("sample-range", "a sample is 0 to 4095", Document, 'A'),
            ("beat", "B (rate) and Q (interval) come in pairs, in this order", Document, 'A'),
            ("rate", "50 samples a second, ±5 % (each sketch sets its own)", Document, 'D'),
        ])
    {
    }

    protected override void Started() => Expect("speaks", 3);

    protected override bool Read()
    {
        int end = IndexOf('\n');
        if (end < 0)
        {
            return false;
        }

        byte[] line = Front(end + 1);
        if (begun)
        {
            Look(line);
        }

        begun = true; // the beginning of the first line was perhaps not heard
        Take(end + 1);
        return true;
    }

    protected override void Ended() => Judge("rate", pace, 50, 2.5);

    private int IndexOf(char value)
    {
        for (int n = 0; n < Pending.Count; n++)
        {
            if (Pending[n] == value)
            {
                return n;
            }
        }

        return -1;
    }

    private void Look(byte[] line)
    {
        Holds("line-end", line.Length > 1 && line[^2] == '\r', line, "no CR before the LF");
        string text = Encoding.Latin1.GetString(line).TrimEnd('\r', '\n');
        bool known = Line().IsMatch(text);
        Holds("line", known, line, $"'{text}'");
        if (!known)
        {
            return;
        }

        Met("speaks");
        int number = int.Parse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
        if (text[0] == 'S')
        {
            pace.Came(NowNs);
            Holds("sample-range", number <= 4095, line, $"sample {number}");
        }

        if (text[0] == 'Q' || rateBefore)
        {
            Holds("beat", text[0] == 'Q' && rateBefore, line, text[0] == 'Q' ? "Q without B before it" : "B without Q behind it");
        }

        rateBefore = text[0] == 'B';
    }

    [GeneratedRegex("^[SBQ][0-9]{1,6}$")]
    private static partial Regex Line();
}
