using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vascular.Simulators.Checks;

/// <summary>A gateway that sends IHE PCD-01 over MLLP: receives, and acknowledges each message a second late, but for the second, which it lets come twice.</summary>
public sealed partial class Pcd01Check : ProtocolCheck
{
    private const string Sample = "IHE PCD Technical Framework Vol. 2, sample message";
    private const string Knowledge = "common HL7 v2 and MLLP usage";
    private const double AckSeconds = 1;
    private const double ResendSeconds = 15;

    private string? waiting;        // control id of the message that has not been acknowledged
    private string? done;           // of the latest one that has
    private Silence silence;

    /// <summary>One message is left without an answer, to see it come again.</summary>
    private enum Silence
    {
        Ahead,
        Kept,
        Over,
    }

    public Pcd01Check()
        : base("pcd01", "pcd01",
        [
            ("speaks", "a message comes within 15 s", Knowledge, 'C'),
            ("framing", "a message is 0B, text, 1C 0D, with nothing between messages", Knowledge, 'C'),
            ("segments", "segments end with CR and begin with three capitals or digits and |; MSH with ^~\\& comes first", Knowledge, 'C'),
            ("type", "MSH-9 is ORU^R01^ORU_R01", Sample, 'A'),
            ("version", "MSH-12 is 2.6", Sample, 'A'),
            ("control-id", "MSH-10 is there", Sample, 'A'),
            ("one-in-flight", "no other message comes before the acknowledgement of the one under way", Knowledge, 'C'),
            ("acknowledged", "a message that was acknowledged with AA is not sent again", Knowledge, 'C'),
            ("resent", "a message that is not acknowledged comes again within 15 s, under its own MSH-10", "assumed: without it a lost line is a lost message", 'D'),
            ("order", "OBR stands before the first OBX", Sample, 'A'),
            ("set-id", "OBX-1 counts from 1", Sample, 'A'),
            ("code", "OBX-3 is a number, a name that begins MDC_, and MDC", Sample, 'A'),
            ("path", "OBX-4 is four numbers with dots between them", Sample, 'A'),
            ("sites", "two observations of one code differ in OBX-4", Sample, 'A'),
            ("value", "OBX-5 of NM is a number; nothing where OBX-11 is X", Sample, 'A'),
            ("unit", "OBX-6 of a number is coded in MDC or UCUM", Sample, 'A'),
            ("status", "OBX-11 is R, F or X", Sample, 'A'),
            ("time", "MSH-7, and OBX-14 where it is there, are YYYYMMDDHHMMSS", Sample, 'A'),
        ])
    {
    }

    protected override void Started() => Expect("speaks", 15);

    protected override bool Read()
    {
        if (Pending[0] != 0x0B)
        {
            Holds("framing", holds: false, Front(1), $"{Pending[0]:X2} between messages");
            Take(1);
            return true;
        }

        int end = 1;
        while (end < Pending.Count && Pending[end] is not (0x0B or 0x1C))
        {
            end++;
        }

        if (end + 1 >= Pending.Count)
        {
            return false;
        }

        bool framed = Pending[end] == 0x1C && Pending[end + 1] == 0x0D;
        byte[] message = Front(framed ? end + 2 : end);
        Holds("framing", framed, message, "no 1C 0D behind the text");
        Look(message, Encoding.UTF8.GetString(message.AsSpan(1, end - 1)));
        Take(message.Length);
        return true;
    }

    private void Look(byte[] message, string text)
    {
        Met("speaks");
        string[] segments = text.Split('\r');
        bool shaped = segments[^1].Length == 0 && segments[0].StartsWith("MSH|^~\\&|", StringComparison.Ordinal) && segments[..^1].All(s => Segment().IsMatch(s));
        Holds("segments", shaped, message, "MSH is not first, a segment has no name, or the last one no CR");
        string[][] fields = [.. segments.Where(s => s.Length > 0).Select(s => s.Split('|'))];
        string[] head = fields[0];
        Holds("type", At(head, 8) == "ORU^R01^ORU_R01", message, $"MSH-9 is '{At(head, 8)}'");
        Holds("version", At(head, 11) == "2.6", message, $"MSH-12 is '{At(head, 11)}'");
        Holds("time", Stamp().IsMatch(At(head, 6)), message, $"MSH-7 is '{At(head, 6)}'");
        string id = At(head, 9);
        Holds("control-id", id.Length > 0, message, "MSH-10 is empty");
        Holds("one-in-flight", waiting is null || waiting == id, message, $"{id} came before {waiting} was acknowledged");
        if (waiting is null)
        {
            Holds("acknowledged", id.Length == 0 || id != done, message, $"{id} again");
            waiting = id;
            if (silence == Silence.Ahead && done is not null && done != id)
            {
                silence = Silence.Kept;
                Expect("resent", ResendSeconds);
            }
            else
            {
                After(AckSeconds, () => Acknowledge(head));
            }
        }
        else if (silence == Silence.Kept && id == waiting)
        {
            silence = Silence.Over;
            Met("resent");
            After(AckSeconds, () => Acknowledge(head));
        }

        Observations(message, fields);
    }

    private void Observations(byte[] message, string[][] fields)
    {
        int first = Array.FindIndex(fields, f => f[0] == "OBX");
        if (first >= 0)
        {
            Holds("order", fields[..first].Any(f => f[0] == "OBR"), message, "an OBX without OBR before it");
        }

        string[][] all = [.. fields.Where(f => f[0] == "OBX")];
        for (int n = 0; n < all.Length; n++)
        {
            string[] obx = all[n];
            string value = At(obx, 5), status = At(obx, 11);
            Holds("set-id", At(obx, 1) == (n + 1).ToString(CultureInfo.InvariantCulture), message, $"OBX-1 is '{At(obx, 1)}' in place of {n + 1}");
            Holds("code", Code().IsMatch(At(obx, 3)), message, $"OBX-3 is '{At(obx, 3)}'");
            Holds("path", Path().IsMatch(At(obx, 4)), message, $"OBX-4 is '{At(obx, 4)}'");
            Holds("sites", !all[..n].Any(o => At(o, 3) == At(obx, 3) && At(o, 4) == At(obx, 4)), message, $"{At(obx, 3)} twice at {At(obx, 4)}");
            Holds("status", status is "R" or "F" or "X", message, $"OBX-11 is '{status}'");
            if (At(obx, 14).Length > 0)
            {
                Holds("time", Stamp().IsMatch(At(obx, 14)), message, $"OBX-14 is '{At(obx, 14)}'");
            }

            if (At(obx, 2) != "NM")
            {
                continue;
            }

            bool number = decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            Holds("value", status == "X" ? value.Length == 0 : number, message, $"OBX-5 is '{value}', OBX-11 '{status}'");
            Holds("unit", Unit().IsMatch(At(obx, 6)), message, $"OBX-6 is '{At(obx, 6)}'");
        }
    }

    private void Acknowledge(string[] head)
    {
        string id = waiting ?? "";
        (waiting, done) = (null, id);
        Say($"\u000bMSH|^~\\&|CHECK||{At(head, 2)}||{At(head, 6)}||ACK^R01^ACK|A{id}|{At(head, 10)}|2.6\rMSA|AA|{id}\r\u001c\r");
    }

    private static string At(string[] fields, int number) => number < fields.Length ? fields[number] : "";

    [GeneratedRegex("^[A-Z][A-Z0-9]{2}\\|")]
    private static partial Regex Segment();

    [GeneratedRegex("^[0-9]{14}(\\.[0-9]{1,4})?([+-][0-9]{4})?$")]
    private static partial Regex Stamp();

    [GeneratedRegex("^[0-9]+\\^MDC_[A-Z0-9_]+\\^MDC$")]
    private static partial Regex Code();

    [GeneratedRegex("^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$")]
    private static partial Regex Path();

    [GeneratedRegex("^[^^]+\\^[^^]+\\^(MDC|UCUM)$")]
    private static partial Regex Unit();
}
