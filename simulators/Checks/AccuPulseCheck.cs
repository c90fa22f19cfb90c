using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vascular.Simulators.Checks;

/// <summary>AccuPulse as a streaming manometer: asks its serial number, says something wrong, streams, stops.</summary>
public sealed partial class AccuPulseCheck : ProtocolCheck
{
    private const string Document = "AccuPulse manual, page 19";

    private readonly Pace pace = new();
    private bool streams;
    private bool asked;

    public AccuPulseCheck()
        : base("accupulse", "accupulse",
        [
            ("serial-answer", "GET_SERIAL_NUM is answered with two letters and eight digits within 1 s", Document, 'A'),
            ("bad-parameter", "what is no command is answered with # within 1 s", Document, 'A'),
            ("start-answer", "MAN_STR, ON is answered with = within 1 s", Document, 'A'),
            ("line", "a line is =, #, a serial number, or a whole number", Document, 'A'),
            ("number", "leading zeros are dropped", Document, 'A'),
            ("range", "a value is -300 to 4000 tenths of mmHg, or one of the rails -429 and 4051", Document, 'A'),
            ("rate", "a value every 250 ms, ±5 %", Document, 'A'),
            ("stop-answer", "MAN_STR, OFF is answered with = within 1 s", Document, 'A'),
            ("stop", "after that no value comes", Document, 'A'),
            ("sample", "MAN_SMP is answered with one value, then =, within 1 s", Document, 'A'),
        ])
    {
    }

    public override double WindUpSeconds => 3;

    protected override void Started()
    {
        After(0.2, () => Ask("GET_SERIAL_NUM\r", "serial-answer"));
        After(1.3, () => Ask("NONSENSE\r", "bad-parameter"));
        After(2.4, () => Ask("MAN_STR\rON\r", "start-answer"));
    }

    protected override void Leave()
    {
        streams = false; // what comes until the answer is under way
        Ask("MAN_STR\rOFF\r", "stop-answer");
        After(1.1, () =>
        {
            asked = true;
            Ask("MAN_SMP\r", "sample");
        });
    }

    protected override bool Read()
    {
        int end = 0;
        while (end < Pending.Count && Pending[end] != '\r')
        {
            end++;
        }

        if (end == Pending.Count)
        {
            return false;
        }

        byte[] line = Front(end + 1);
        string text = Encoding.Latin1.GetString(line.AsSpan(0, end)).Trim('\n', ' ');
        bool number = Number().IsMatch(text);
        Holds("line", number || text is "=" or "#" || Serial().IsMatch(text), line, $"'{text}'");
        if (number)
        {
            Value(line, text);
        }
        else
        {
            Answer(text);
        }

        Take(end + 1);
        return true;
    }

    protected override void Ended() => Judge("rate", pace, 4, 0.2);

    private void Value(byte[] line, string text)
    {
        string digits = text.TrimStart('-');
        Holds("number", digits.Length == 1 || digits[0] != '0', line, $"'{text}'");
        int tenths = int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        Holds("range", tenths is -429 or 4051 or (>= -300 and <= 4000), line, $"{tenths} tenths of mmHg");
        if (streams)
        {
            pace.Came(NowNs);
        }
        else if (Seen("stop-answer") && !asked)
        {
            Holds("stop", holds: false, line, "a value that was not asked for");
        }
    }

    private void Answer(string text)
    {
        switch (text)
        {
            case "#":
                Met("bad-parameter");
                break;
            case "=" when IsExpected("sample"):
                Met("sample");
                break;
            case "=" when IsExpected("start-answer"):
                streams = Met("start-answer");
                break;
            case "=" when IsExpected("stop-answer"):
                Met("stop-answer");
                Holds("stop", holds: true, [], "");
                break;
            case not ("=" or "#") when Serial().IsMatch(text):
                Met("serial-answer");
                break;
        }
    }

    private void Ask(string command, string rule)
    {
        Say(command);
        Expect(rule, 1);
    }

    [GeneratedRegex("^-?[0-9]{1,5}$")]
    private static partial Regex Number();

    [GeneratedRegex("^[A-Z]{2}[0-9]{8}$")]
    private static partial Regex Serial();
}
