using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vascular.Simulators.Checks;

/// <summary>Masimo ASCII 1: one line a second.</summary>
public sealed partial class MasimoCheck : ProtocolCheck
{
    private const string Document = "Masimo, Rad-8 operator's manual, sections 4 and 7";

    private static readonly string[] Needed = ["SPO2", "BPM", "EXC"];

    private readonly Pace pace = new();
    private DateTime? before;
    private bool begun;

    public MasimoCheck()
        : base("masimo", "masimo",
        [
            ("speaks", "a line comes by itself within 3 s", Document, 'A'),
            ("line-end", "a line ends with LF, then CR", Document, 'A'),
            ("time", "a line begins with MM/DD/YY HH:MM:SS", Document, 'A'),
            ("clock", "the time of a line is one second after the line before, give or take one", Document, 'A'),
            ("fields", "what follows are fields NAME=value, SPO2, BPM and EXC among them, each once", Document, 'A'),
            ("saturation", "SPO2 is three digits, at most 100, or ---, and a %", Document, 'A'),
            ("pulse", "BPM is three digits or ---", Document, 'A'),
            ("perfusion", "PI is nn.nn or --.--", Document, 'A'),
            ("exceptions", "EXC is 6 to 8 hexadecimal digits", Document, 'A'),
            ("alarm", "ALARM is 4 or 6 hexadecimal digits", "two programs", 'C'),
            ("rate", "one line a second, ±5 %", Document, 'A'),
        ])
    {
    }

    protected override void Started() => Expect("speaks", 3);

    protected override bool Read()
    {
        int end = 0;
        while (end < Pending.Count && Pending[end] != '\n')
        {
            end++;
        }

        if (end + 1 >= Pending.Count)
        {
            return false;
        }

        bool closed = Pending[end + 1] == '\r';
        byte[] line = Front(closed ? end + 2 : end + 1);
        string text = Encoding.Latin1.GetString(line).Trim('\r', '\n', '\0', ' ');
        if (begun || Stamp().IsMatch(text))
        {
            begun = true;
            Holds("line-end", closed, line, "no CR behind the LF");
            Look(line, text);
        }

        Take(line.Length);
        return true;
    }

    protected override void Ended() => Judge("rate", pace, 1, 0.05);

    private void Look(byte[] line, string text)
    {
        Met("speaks");
        pace.Came(NowNs);
        bool stamped = text.Length > 18 && DateTime.TryParseExact(text[..17], "MM/dd/yy HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at);
        at = stamped ? DateTime.ParseExact(text[..17], "MM/dd/yy HH:mm:ss", CultureInfo.InvariantCulture) : default;
        Holds("time", stamped, line, $"'{text[..Math.Min(17, text.Length)]}'");
        if (stamped && before is { } last)
        {
            Holds("clock", (at - last).TotalSeconds is >= 0 and <= 2, line, $"{(at - last).TotalSeconds} s after the line before");
        }

        before = stamped ? at : before;
        string[] words = text.Length > 17 ? text[17..].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
        string[] names = [.. words.Select(w => w.Split('=')[0])];
        bool fields = words.All(w => w.Count(c => c == '=') == 1) && names.Distinct().Count() == names.Length && Needed.All(names.Contains);
        Holds("fields", fields, line, "a word is no field, twice there, or SPO2, BPM or EXC is missing");
        foreach (string word in words.Where(w => w.Contains('=', StringComparison.Ordinal)))
        {
            Field(line, word.Split('=')[0], word.Split('=')[1]);
        }
    }

    private void Field(byte[] line, string name, string value)
    {
        (string Rule, bool Holds)? look = name switch
        {
            "SPO2" => ("saturation", Percent().IsMatch(value)),
            "BPM" => ("pulse", Rate().IsMatch(value)),
            "PI" => ("perfusion", Index().IsMatch(value)),
            "EXC" or "EXC1" => ("exceptions", value.Length is >= 6 and <= 8 && value.All(char.IsAsciiHexDigit)),
            "ALARM" => ("alarm", value.Length is 4 or 6 && value.All(char.IsAsciiHexDigit)),
            _ => null,
        };
        if (look is { } found)
        {
            Holds(found.Rule, found.Holds, line, $"{name}={value}");
        }
    }

    [GeneratedRegex("^[0-9]{2}/[0-9]{2}/[0-9]{2} ")]
    private static partial Regex Stamp();

    [GeneratedRegex("^(0[0-9]{2}|100|---)%$")]
    private static partial Regex Percent();

    [GeneratedRegex("^([0-9]{3}|---%?)$")]
    private static partial Regex Rate();

    [GeneratedRegex("^([0-9]{2}\\.[0-9]{2}|--\\.--)%?$")]
    private static partial Regex Index();
}
