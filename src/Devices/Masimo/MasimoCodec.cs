using System.Buffers;
using System.Buffers.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Masimo;

/// <summary>The ASCII 1 output of Masimo Rad-8 and Radical-7: date, time and NAME=value fields, read by name since their set differs by model.</summary>
/// <remarks>Source: Masimo Rad-8 operator's manual, sections 4 and 7. Lines end LF CR; some units put NUL bytes before a line. No checksum: a changed
/// digit passes unseen unless the saturation exceeds 100 %.</remarks>
public static class MasimoCodec
{
    /// <summary>What a reader may have to hold before it can say what the first byte is; real lines have up to 200 characters.</summary>
    public const int LongestLook = 400;

    private static readonly SearchValues<byte> Decimal = SearchValues.Create("0123456789."u8);

    private const int TimeLength = 17;      // MM/DD/YY HH:MM:SS
    private const int HighestSaturation = 100;

    /// <summary>Takes one line, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="fault">With InvalidData: Noise, or Range for a date or a saturation that does not exist.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out MasimoLine line, out WireFault fault)
    {
        line = default;
        Span<byte> text = stackalloc byte[LongestLook];
        OperationStatus status = TextLine.Cut(ref wire, ref text, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        fault = Parse(text, out line);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Passes over what stands between lines; <see cref="TryRead"/> does so itself.</summary>
    public static void SkipSeparators(ref ReadOnlySequence<byte> wire) => TextLine.SkipSeparators(ref wire);

    private static WireFault Parse(ReadOnlySpan<byte> text, out MasimoLine line)
    {
        line = default;
        if (text.Length <= TimeLength || text[TimeLength] != ' ' || !TryTime(text[..TimeLength], out DateTime? at))
        {
            return WireFault.Noise;
        }

        Fields fields = default;
        foreach (Range part in text[TimeLength..].Split((byte)' '))
        {
            ReadOnlySpan<byte> field = text[TimeLength..][part];
            if (!field.IsEmpty && !fields.Take(field))
            {
                return WireFault.Noise;
            }
        }

        if (!fields.Complete)
        {
            return WireFault.Noise;
        }

        if (at is null || fields.Saturation > HighestSaturation)
        {
            return WireFault.Range;
        }

        bool nothing = (fields.Exceptions & MasimoExceptions.NoMeasurement) is not (null or MasimoExceptions.None);
        line = new MasimoLine(
            at.Value,
            fields.Trend,
            fields.SerialNumber,
            nothing || fields.Saturation == 0 ? null : (int?)fields.Saturation,
            nothing || fields.Rate == 0 ? null : (int?)fields.Rate,
            nothing ? null : fields.Perfusion,
            fields.Alarm,
            fields.Exceptions);
        return WireFault.None;
    }

    /// <summary>MM/DD/YY HH:MM:SS.</summary>
    /// <param name="at">Null for a date or time that does not exist.</param>
    /// <returns>False when the text has another form.</returns>
    private static bool TryTime(ReadOnlySpan<byte> text, out DateTime? at)
    {
        at = null;
        Span<int> parts = stackalloc int[6];
        ReadOnlySpan<byte> separators = "// ::"u8;
        for (int i = 0; i < parts.Length; i++)
        {
            ReadOnlySpan<byte> digits = text.Slice(3 * i, 2);
            if (digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0 || (i < separators.Length && text[(3 * i) + 2] != separators[i]))
            {
                return false;
            }

            parts[i] = ((digits[0] - '0') * 10) + digits[1] - '0';
        }

        int year = 2000 + parts[2];
        bool exists = parts[0] is >= 1 and <= 12 && parts[1] >= 1 && parts[1] <= DateTime.DaysInMonth(year, parts[0]) && parts[3] < 24 && parts[4] < 60 && parts[5] < 60;
        at = exists ? new DateTime(year, parts[0], parts[1], parts[3], parts[4], parts[5], DateTimeKind.Unspecified) : null;
        return true;
    }

    /// <summary>The fields of a line as they are found.</summary>
    private struct Fields
    {
        public double? Saturation;
        public double? Rate;
        public double? Perfusion;
        public long? SerialNumber;
        public int? Alarm;
        public MasimoExceptions? Exceptions;
        public bool Trend;
        private bool _saturation;
        private bool _rate;

        public readonly bool Complete => _saturation && _rate;

        /// <summary>False when it is no field, or a number we read has another form.</summary>
        public bool Take(ReadOnlySpan<byte> field)
        {
            int equals = field.IndexOf((byte)'=');
            if (equals < 1)
            {
                return false;
            }

            ReadOnlySpan<byte> name = field[..equals];
            ReadOnlySpan<byte> value = field[(equals + 1)..];
            if (name.SequenceEqual("SPO2"u8) || name.SequenceEqual("SpO2"u8))
            {
                return !_saturation & (_saturation = true) & TryNumber(value, out Saturation);
            }

            if (name.SequenceEqual("BPM"u8) || name.SequenceEqual("PR"u8))
            {
                Trend = name.Length == 2;
                return !_rate & (_rate = true) & TryNumber(value, out Rate);
            }

            if (name.SequenceEqual("PI"u8))
            {
                return TryNumber(value, out Perfusion);
            }

            if (name.SequenceEqual("SN"u8))
            {
                bool read = TryNumber(value, out double? number);
                SerialNumber = (long?)number;
                return read;
            }

            if (name.SequenceEqual("ALARM"u8))
            {
                return TryHex(value, out Alarm);
            }

            if (!name.SequenceEqual("EXC"u8))
            {
                return true;
            }

            int words = value.IndexOf((byte)':');       // a trend line puts the words behind the number
            bool hex = TryHex(words < 0 ? value : value[..words], out int? bits);
            Exceptions = (MasimoExceptions?)(bits & 0xFFF);
            return hex;
        }

        /// <summary>Digits and a point, a percent sign behind them or not; dashes are no value.</summary>
        private static bool TryNumber(ReadOnlySpan<byte> value, out double? number)
        {
            number = null;
            ReadOnlySpan<byte> digits = value.Length > 0 && value[^1] == '%' ? value[..^1] : value;
            if (digits.IsEmpty)
            {
                return false;
            }

            if (digits.IndexOfAnyExcept((byte)'-', (byte)'.') < 0)
            {
                return true;
            }

            if (digits.Length > 12 || digits.IndexOfAnyExcept(Decimal) >= 0 || !Utf8Parser.TryParse(digits, out decimal parsed, out int used) || used != digits.Length)
            {
                return false;
            }

            number = (double)parsed;
            return true;
        }

        private static bool TryHex(ReadOnlySpan<byte> digits, out int? bits)
        {
            bits = null;
            if (digits.Length is < 1 or > 8 || !Utf8Parser.TryParse(digits, out uint number, out int used, 'X') || used != digits.Length)
            {
                return false;
            }

            bits = unchecked((int)number);
            return true;
        }
    }
}
