using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Vascular.Simulators.Checks;

/// <summary>An iiod with TCM4/40 monitors behind ADS1115 converters: asks one thing after the other and holds each answer against libiio 0.24.</summary>
public sealed partial class IiodCheck : ProtocolCheck
{
    private const string Libiio = "libiio v0.24 (parser.y, ops.c), seen on the wire of Debian's iiod";
    private const string Kernel = "Linux, drivers/iio/adc/ti-ads1015.c";
    private const string Manual = "Radiometer TCM4/40 operator's manual, section 6";
    private const double Patience = 2;
    private const double SettleSeconds = 0.3;
    private const int SampleBytes = 16;             // a 16-bit voltage, padding, a 64-bit time
    private const int Samples = 4;

    private static readonly int[] FullScales = [6144, 4096, 2048, 1024, 512, 256];

    private readonly Queue<Question> questions = new();
    private Question? asked;
    private double? scale;
    private string mask = "";

    public IiodCheck()
        : base("tcm4-iiod", "tcm4-40-analog",
        [
            ("answer", "a question is answered within 2 s", Libiio, 'A'),
            ("version", "VERSION is answered with major, minor and a tag of 7 characters", Libiio, 'A'),
            ("context", "PRINT is answered with its length, that many bytes of XML with a context in it, and a line feed", Libiio, 'A'),
            ("timeout", "TIMEOUT is answered with 0", Libiio, 'A'),
            ("empty-line", "an empty line is not answered", Libiio, 'A'),
            ("unknown-command", "what is no command is answered with -22", Libiio, 'A'),
            ("unknown-device", "a device there is not is answered with -19", Libiio, 'A'),
            ("unknown-channel", "a channel there is not is answered with -6", Libiio, 'A'),
            ("not-open", "READBUF before OPEN is answered with -9", Libiio, 'A'),
            ("close", "CLOSE before OPEN is answered with -6", Libiio, 'A'),
            ("mask-length", "OPEN with a mask of the wrong length is answered with -22", Libiio, 'A'),
            ("value", "an attribute's value ends with a NUL that is counted, then a line feed that is not", Libiio, 'A'),
            ("scale", "the scale of an input is a full scale of the ADS1115 / 32768, mV", Kernel, 'A'),
            ("raw-range", "a raw value is a whole number of 16 bits", Kernel, 'A'),
            ("oxygen-line", "the oxygen line (voltage0) is at -5 to 1010 mV", Manual, 'C'),
            ("temperature-line", "the temperature line (voltage1) is at 190 to 1010 mV: 10 to 50 °C", Manual, 'B'),
            ("power-line", "the heating line (voltage2) is at -10 to 1010 mV", Manual, 'B'),
            ("open", "OPEN is answered with 0", Libiio, 'A'),
            ("buffer", "READBUF is answered with a count, the mask as 8 digits before the first block only, and that many bytes", Libiio, 'A'),
            ("timestamps", "the times of samples go up", Kernel, 'A'),
        ])
    {
    }

    protected override void Started()
    {
        Ask("VERSION", "version", Line, t => VersionLine().IsMatch(t));
        Ask("PRINT", "context", Data, Context);
        Ask("TIMEOUT 2500", "timeout", Line, t => t == "0");
        Ask("\r\nTIMEOUT 2500", "empty-line", Settled, t => t == "0\n");
        Ask("FOO BAR", "unknown-command", Line, t => t == "-22");
        Ask("READ iio:device9 INPUT voltage0 raw", "unknown-device", Line, t => t == "-19");
        Ask("READ iio:device0 INPUT nochan raw", "unknown-channel", Line, t => t == "-6");
        Ask("READBUF iio:device0 256", "not-open", Line, t => t == "-9");
        Ask("CLOSE iio:device0", "close", Line, t => t == "-6");
        Ask("OPEN iio:device0 16 3", "mask-length", Line, t => t == "-22");
        Attribute("voltage0", "scale", "scale", value => (scale = value) is { } s && FullScales.Any(f => Math.Abs((f / 32768.0) - s) < 1e-6));
        Attribute("voltage0", "raw", "oxygen-line", raw => Volts(raw, -5, 1010));
        Attribute("voltage1", "raw", "temperature-line", raw => Volts(raw, 190, 1010));
        Attribute("voltage2", "raw", "power-line", raw => Volts(raw, -10, 1010));
        After(0.1, Next);
    }

    protected override bool Read()
    {
        if (asked is null)
        {
            return false; // judged by the next answer, which it will shift
        }

        byte[] all = Front(Pending.Count);
        (int used, string text) = asked.Read(all);
        if (used == 0)
        {
            return false;
        }

        Judge(all, used, text);
        return true;
    }

    private void Judge(byte[] all, int used, string text)
    {
        Question question = asked!;
        asked = null;
        Met("answer");
        Holds(question.Rule, question.Holds(text), all.AsSpan(0, used), $"'{text}' to {question.Said.TrimStart()}");
        Take(used);
        After(0.02, Next);
    }

    private void Next()
    {
        if (!questions.TryDequeue(out asked))
        {
            return;
        }

        Question now = asked;
        Say(now.Said + "\r\n");
        Expect("answer", Patience);
        if (now.Read == Settled)
        {
            After(SettleSeconds, () =>
            {
                byte[] all = Front(Pending.Count);
                if (asked == now && all.Length > 0)
                {
                    Judge(all, all.Length, Encoding.Latin1.GetString(all));
                }
            });
        }

        After(Patience + 0.1, () =>
        {
            if (asked == now)
            {
                Take(Pending.Count);
                Next();
            }
        });
    }

    private void Ask(string said, string rule, Func<byte[], (int, string)> read, Func<string, bool> holds) => questions.Enqueue(new Question(said, rule, read, holds));

    private void Attribute(string channel, string name, string rule, Func<double, bool?> holds) =>
        Ask($"READ iio:device0 INPUT {channel} {name}", "value", Data, text =>
        {
            if (text.StartsWith('-') && !text.EndsWith('\0'))
            {
                return false; // an error number in place of a value: nothing to hold against the scale
            }

            string number = text.TrimEnd('\0');
            bool read = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
            if (name == "raw")
            {
                Holds("raw-range", read && value is >= short.MinValue and <= short.MaxValue && value == Math.Floor(value), [], $"'{number}' of {channel}");
            }

            if ((read ? holds(value) : false) is { } judged)
            {
                Holds(rule, judged, [], $"'{number}' of {channel}");
            }

            return text.EndsWith('\0');
        });

    /// <summary>Whether a count lies in a range of mV; null where no scale was given: that is said by another rule, and this one cannot be judged.</summary>
    private bool? Volts(double raw, double from, double to) => scale is { } perCount ? raw * perCount >= from && raw * perCount <= to : null;

    /// <summary>The context, and with it which bits of a mask the first input and the time have.</summary>
    private bool Context(string xml)
    {
        try
        {
            using XmlReader reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            XElement root = XDocument.Load(reader).Root!;
            string[] channels = [.. root.Elements("device").First().Elements("channel").Select(c => (string)c.Attribute("id")!)];
            int input = Array.IndexOf(channels, "voltage0"), time = Array.IndexOf(channels, "timestamp");
            if (input >= 0 && time >= 0)
            {
                mask = ((1 << input) | (1 << time)).ToString("x8", CultureInfo.InvariantCulture);
                Ask($"OPEN iio:device0 {Samples} {mask}", "open", Line, t => t == "0");
                Ask($"READBUF iio:device0 {Samples * SampleBytes}", "buffer", Block, t => t.Length == Samples * SampleBytes && Times(t));
                Ask("CLOSE iio:device0", "open", Line, t => t == "0");
            }

            return root.Name == "context";
        }
        catch (Exception broken) when (broken is XmlException or InvalidOperationException)
        {
            return false;
        }
    }

    private bool Times(string block)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(block);
        long[] times = [.. Enumerable.Range(0, Samples).Select(n => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan((n * SampleBytes) + 8)))];
        Holds("timestamps", times.Zip(times.Skip(1)).All(t => t.First < t.Second), bytes, string.Join(", ", times));
        return true;
    }

    private static (int Used, string Text) Line(byte[] all)
    {
        int end = Array.IndexOf(all, (byte)'\n');
        return end < 0 ? (0, "") : (end + 1, Encoding.Latin1.GetString(all, 0, end));
    }

    /// <summary>A count and that many bytes; the text is empty where a line feed does not close them.</summary>
    private static (int Used, string Text) Data(byte[] all)
    {
        (int used, string line) = Line(all);
        if (used == 0 || !int.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count) || count <= 0)
        {
            return (used, line);
        }

        return all.Length < used + count + 1 ? (0, "") : (used + count + 1, all[used + count] == '\n' ? Encoding.Latin1.GetString(all, used, count) : "");
    }

    private (int Used, string Text) Block(byte[] all)
    {
        (int used, string line) = Line(all);
        if (used == 0 || !int.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count) || count <= 0)
        {
            return (used, line);
        }

        int whole = used + mask.Length + 1 + count;
        return all.Length < whole ? (0, "") : (whole, Encoding.Latin1.GetString(all, used, mask.Length) == mask && all[used + mask.Length] == '\n' ? Encoding.Latin1.GetString(all, whole - count, count) : "");
    }

    /// <summary>Read when no more comes.</summary>
    private static (int Used, string Text) Settled(byte[] all) => (0, "");

    [GeneratedRegex("^[0-9]+\\.[0-9]+\\..{7}$")]
    private static partial Regex VersionLine();

    private sealed record Question(string Said, string Rule, Func<byte[], (int Used, string Text)> Read, Func<string, bool> Holds);
}
