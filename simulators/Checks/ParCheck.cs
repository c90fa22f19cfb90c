using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vascular.Simulators.Checks;

/// <summary>A cuff module of the PAR family: asks for its status, lets it stream in manometer mode, aborts; inflates only when it is allowed to.</summary>
public sealed partial class ParCheck : ProtocolCheck
{
    private const string Programs = "four independent programs";
    private const string OneProgram = "one monitor firmware";
    private const double StreamSeconds = 5;

    private readonly bool inflates;
    private bool begun;
    private string mode = "";
    private bool ended;

    /// <param name="inflates">A measurement may be started: the cuff is inflated.</param>
    public ParCheck(bool inflates = false)
        : base("par", "par-nibp",
        [
            ("framing", "a message is STX, text, ETX, CR", Programs, 'B'),
            ("kind", "a message is a pressure of 7 characters, 999, or a status of 39", Programs, 'B'),
            ("status-answer", "command 18 is answered with a status within 2 s", Programs, 'B'),
            ("status-fields", "a status is Ss;Aa;Ccc;Mmm;Psssdddmmm;Rrrr;Ttttt;;kk", Programs, 'B'),
            ("status-checksum", "kk is the sum of the characters up to and including the second semicolon in a row, mod 256 (proven for commands only)", Programs, 'U'),
            ("pressure-shape", "a pressure is ppp C e S s", Programs, 'B'),
            ("pressure-range", "a cuff pressure is 0 to 300 mmHg", Programs, 'B'),
            ("pressure-cuff", "the cuff digit is 0, 1 or 2", OneProgram, 'C'),
            ("pressure-state", "the state digit of a pressure is 3, 4, 5 or 7", OneProgram, 'C'),
            ("manometer", "command 14 starts pressures of state 4 within 2 s", Programs, 'B'),
            ("end", "X ends manometer mode with 999 within 5 s", Programs, 'B'),
            ("silence", "after 999 no pressure comes until a command", Programs, 'B'),
            ("measurement", "command 01 starts pressures of state 3 within 2 s (asked for with --inflate)", Programs, 'B'),
            ("result-order", "of a result, diastolic ≤ mean ≤ systolic pressure", Programs, 'B'),
        ])
    {
        this.inflates = inflates;
    }

    public override double WindUpSeconds => 3;

    protected override void Started()
    {
        After(0.5, () => Command("18", "status-answer", 2));
        After(2.6, () =>
        {
            mode = "manometer";
            Command("14", "manometer", 2);
        });
        After(2.6 + StreamSeconds, Abort);
        if (inflates)
        {
            After(14, () =>
            {
                mode = "measurement";
                Command("01", "measurement", 2);
            });
        }
    }

    protected override void Leave()
    {
        if (mode == "measurement")
        {
            Say("X");
            mode = "";
        }

        Command("18", "status-answer", 2);
    }

    protected override bool Read()
    {
        if (Pending[0] != 0x02)
        {
            if (begun)
            {
                Holds("framing", holds: false, Front(1), $"{Pending[0]:X2} between messages");
            }

            Take(1);
            return true;
        }

        int end = 1;
        while (end < Pending.Count && Pending[end] is not (0x02 or 0x03))
        {
            end++;
        }

        if (end + 1 >= Pending.Count)
        {
            return false;
        }

        begun = true;
        bool framed = Pending[end] == 0x03 && Pending[end + 1] == 0x0D;
        byte[] message = Front(Pending[end] == 0x02 ? end : framed ? end + 2 : end + 1);
        Holds("framing", framed, message, "no ETX CR behind the text");
        if (framed)
        {
            Look(message, Encoding.Latin1.GetString(message.AsSpan(1, end - 1)));
        }

        Take(message.Length);
        return true;
    }

    private void Look(byte[] message, string text)
    {
        bool known = text.Length is 3 or 7 or 39 && (text.Length != 3 || text == "999");
        Holds("kind", known, message, $"{text.Length} characters: {text}");
        switch (known ? text.Length : 0)
        {
            case 39:
                Status(message, text);
                break;
            case 7:
                Pressure(message, text);
                break;
            case 3:
                Met("end");
                if (mode == "measurement")
                {
                    After(0.5, () => Command("18", "status-answer", 2));
                }

                (mode, ended) = ("", true);
                Holds("silence", holds: true, message, "");
                break;
        }
    }

    private void Status(byte[] message, string text)
    {
        Met("status-answer");
        Match fields = Fields().Match(text);
        Holds("status-fields", fields.Success, message, text);
        int sum = Encoding.Latin1.GetBytes(text[..37]).Sum(b => b) % 256;
        string right = sum.ToString("X2", CultureInfo.InvariantCulture);
        Holds("status-checksum", text[37..] == right, message, $"{text[37..]}, the sum is {right}");
        if (fields.Success && fields.Groups["p"].Value is { } p && p[0] != '-')
        {
            int systolic = Number(p, 0), diastolic = Number(p, 3), mean = Number(p, 6);
            Holds("result-order", diastolic <= mean && mean <= systolic, message, $"{systolic}/{diastolic}, mean {mean}");
        }
    }

    private void Pressure(byte[] message, string text)
    {
        bool shaped = Shape().IsMatch(text);
        Holds("pressure-shape", shaped, message, text);
        if (!shaped)
        {
            return;
        }

        Holds("pressure-range", Number(text, 0) <= 300, message, $"{Number(text, 0)} mmHg");
        Holds("pressure-cuff", text[4] <= '2', message, $"cuff digit {text[4]}");
        Holds("pressure-state", text[6] is '3' or '4' or '5' or '7', message, $"state digit {text[6]}");
        if (text[6] == '4')
        {
            Met("manometer");
        }
        else if (text[6] == '3')
        {
            Met("measurement");
        }

        if (ended)
        {
            Holds("silence", mode.Length > 0, message, "a pressure, and no command asked for it");
        }
    }

    private void Abort()
    {
        Say("X");
        Expect("end", 5);
    }

    private void Command(string digits, string rule, double seconds)
    {
        string text = digits + ";;";
        Say($"\u0002{text}{(text.Sum(c => c) % 256).ToString("X2", CultureInfo.InvariantCulture)}\u0003");
        Expect(rule, seconds);
    }

    private static int Number(string text, int at) => int.Parse(text.AsSpan(at, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("^[0-9]{3}C[0-9]S[0-9]$")]
    private static partial Regex Shape();

    [GeneratedRegex("^S[0-9];A[01];C[0-9]{2};M[0-9]{2};P(?<p>[0-9]{9}|-{9});R([0-9]{3}|---);T[0-9]{4};;[0-9A-F]{2}$")]
    private static partial Regex Fields();
}
