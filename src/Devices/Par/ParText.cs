using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Par;

/// <summary>What stands between STX and ETX: the words of the protocol, without their framing.</summary>
internal static class ParText
{
    private const int MissingPressures = 9;     // dashes in place of three pressures
    private const int LongestTime = 8;

    /// <summary>Sum of all characters up to and including the second semicolon in a row, mod 256.</summary>
    public static byte Checksum(ReadOnlySpan<byte> body)
    {
        int sum = 0;
        foreach (byte c in body)
        {
            sum += c;
        }

        return (byte)sum;
    }

    public static WireFault Parse(ReadOnlySpan<byte> text, out ParFrame frame)
    {
        frame = default;
        if (text.SequenceEqual("999"u8))
        {
            frame = ParFrame.EndOfMeasurement;
            return WireFault.None;
        }

        if (text.Contains((byte)';'))
        {
            WireFault fault = ParseStatus(text, out ParStatus? status);
            frame = status is null ? default : ParFrame.OfStatus(status);
            return fault;
        }

        return ParsePressure(text, out frame);
    }

    public static WireFault ParseCommand(ReadOnlySpan<byte> text, out ParCommand command)
    {
        command = default;
        if (text.Length != 6 || !text[2..4].SequenceEqual(";;"u8) || !TryNumber(text[..2], 2, out int number))
        {
            return WireFault.Noise;
        }

        if (!TryChecksum(text[4..], out byte sent) || sent != Checksum(text[..4]))
        {
            return WireFault.Checksum;
        }

        command = (ParCommand)number;
        return command != ParCommand.Abort && Enum.IsDefined(command) ? WireFault.None : WireFault.Range;
    }

    public static string Of(ParStatus status)
    {
        string pressures = status.Result is { } r
            ? string.Create(CultureInfo.InvariantCulture, $"{r.SystolicMmHg:000}{r.DiastolicMmHg:000}{r.MeanMmHg:000}")
            : new string('-', MissingPressures);
        string pulse = status.PulsePerMin is { } p ? p.ToString("000", CultureInfo.InvariantCulture) : "---";
        string body = string.Create(
            CultureInfo.InvariantCulture,
            $"S{(int)status.State};A{(status.Neonatal ? 1 : 0)};C{status.Cycle:00};M{status.Message:00};P{pressures};R{pulse};T{status.Time};;");
        byte sum = Checksum(Encoding.ASCII.GetBytes(body));
        return string.Create(CultureInfo.InvariantCulture, $"{body}{(byte)(status.ChecksumMatches ? sum : ~sum):X2}");
    }

    /// <summary>ppp C e S s.</summary>
    private static WireFault ParsePressure(ReadOnlySpan<byte> text, out ParFrame frame)
    {
        frame = default;
        if (text.Length != 7 || text[3] != 'C' || text[5] != 'S' || !TryNumber(text[..3], 3, out int mmHg)
            || !TryNumber(text[4..5], 1, out int cuff) || !TryNumber(text[6..], 1, out int state))
        {
            return WireFault.Noise;
        }

        if (mmHg > ParCodec.HighestMmHg || !Enum.IsDefined((ParCuff)cuff)
            || (ParState)state is not (ParState.Measuring or ParState.Manometer or ParState.WatchdogTest or ParState.PneumaticCheck))
        {
            return WireFault.Range;
        }

        frame = ParFrame.CuffPressure(mmHg, (ParState)state, (ParCuff)cuff);
        return WireFault.None;
    }

    /// <summary>Ss;Aa;Ccc;Mmm;Psssdddmmm;Rrrr;Ttttt;;kk: fields by their letter, in any order; S, M, P and R must be there, once.</summary>
    private static WireFault ParseStatus(ReadOnlySpan<byte> text, out ParStatus? status)
    {
        status = null;
        int end = text.IndexOf(";;"u8);
        if (end < 0)
        {
            return WireFault.Noise;
        }

        Fields fields = default;
        foreach (Range part in text[..end].Split((byte)';'))
        {
            WireFault fault = fields.Take(text[..end][part]);
            if (fault != WireFault.None)
            {
                return fault;
            }
        }

        if (!fields.Complete)
        {
            return WireFault.Noise;
        }

        ReadOnlySpan<byte> sent = text[(end + 2)..];
        status = new ParStatus
        {
            State = (ParState)fields.State,
            Neonatal = fields.Neonatal == 1,
            Cycle = fields.Cycle,
            Message = fields.Message,
            Result = fields.Result,
            PulsePerMin = fields.Pulse,
            Time = fields.Time ?? "",
            ChecksumMatches = TryChecksum(sent, out byte sum) && sum == Checksum(text[..(end + 2)]),
        };
        return WireFault.None;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, int atMost, out int number)
    {
        number = 0;
        return digits.Length >= 1 && digits.Length <= atMost && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && Utf8Parser.TryParse(digits, out number, out _);
    }

    private static bool TryChecksum(ReadOnlySpan<byte> digits, out byte sum)
    {
        sum = 0;
        return digits.Length == 2 && char.IsAsciiHexDigitUpper((char)digits[0]) && char.IsAsciiHexDigitUpper((char)digits[1])
            && Utf8Parser.TryParse(digits, out sum, out int read, 'X') && read == 2;
    }

    private static bool IsDashes(ReadOnlySpan<byte> value) => !value.IsEmpty && value.IndexOfAnyExcept((byte)'-') < 0;

    /// <summary>The fields of a status line as they are found.</summary>
    private struct Fields
    {
        public int State;
        public int Neonatal;
        public int Cycle;
        public int Message;
        public ParResult? Result;
        public int? Pulse;
        public string? Time;
        private int _seen;      // one bit a letter, A = bit 0

        public readonly bool Complete => (_seen & Needed) == Needed;

        private const int Needed = 1 << ('S' - 'A') | 1 << ('M' - 'A') | 1 << ('P' - 'A') | 1 << ('R' - 'A');

        public WireFault Take(ReadOnlySpan<byte> field)
        {
            if (field.Length < 2 || field[0] is < (byte)'A' or > (byte)'Z' || (_seen & (1 << (field[0] - 'A'))) != 0)
            {
                return WireFault.Noise;
            }

            _seen |= 1 << (field[0] - 'A');
            ReadOnlySpan<byte> value = field[1..];
            return field[0] switch
            {
                (byte)'S' => Plain(TryNumber(value, 1, out State)),
                (byte)'A' => Plain(TryNumber(value, 1, out Neonatal)) is var fault and not WireFault.None ? fault : Neonatal > 1 ? WireFault.Range : WireFault.None,
                (byte)'C' => Plain(TryNumber(value, 2, out Cycle)),
                (byte)'M' => Plain(TryNumber(value, 2, out Message)),
                (byte)'P' => TakePressures(value),
                (byte)'R' => TakePulse(value),
                (byte)'T' => TakeTime(value),
                _ => WireFault.None,        // a letter nobody has described: passed over
            };
        }

        private static WireFault Plain(bool read) => read ? WireFault.None : WireFault.Noise;

        private WireFault TakePressures(ReadOnlySpan<byte> value)
        {
            if (IsDashes(value))
            {
                return WireFault.None;
            }

            if (value.Length != 9 || !TryNumber(value[..3], 3, out int systolic) || !TryNumber(value[3..6], 3, out int diastolic) || !TryNumber(value[6..], 3, out int mean))
            {
                return WireFault.Noise;
            }

            Result = new ParResult(systolic, diastolic, mean);
            return WireFault.None;
        }

        private WireFault TakePulse(ReadOnlySpan<byte> value)
        {
            if (IsDashes(value))
            {
                return WireFault.None;
            }

            bool read = TryNumber(value, 3, out int pulse);
            Pulse = read ? pulse : null;
            return Plain(read);
        }

        private WireFault TakeTime(ReadOnlySpan<byte> value)
        {
            if (value.Length > LongestTime || value.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0)
            {
                return WireFault.Noise;
            }

            Time = Encoding.ASCII.GetString(value);
            return WireFault.None;
        }
    }
}
