using System.Buffers;
using System.Buffers.Text;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.PulseSensor;

/// <summary>The text a PulseSensor Playground sketch writes: decimal numbers, a letter before them or commas between them, lines of CR LF.</summary>
/// <remarks>Source: PulseSensorPlayground, PulseSensorSerialOutput.cpp. No checksum, no flag for a sensor that is off: a changed digit passes unseen,
/// and a line whose beginning was lost can read as a smaller number.</remarks>
public static class PulseSensorCodec
{
    /// <summary>Largest ADC reading of any board.</summary>
    public const int HighestSample = 4095;

    /// <summary>Most sensors a plotter line is read for.</summary>
    public const int MostSensors = 4;

    /// <summary>What a reader may have to hold before it can say what the first byte is.</summary>
    public const int LongestLook = 32;

    private const int HighestNumber = 65_535;
    private const int Letters = 12;         // a to l, A to L, M to X

    /// <summary>Takes one line, or one refusal, off the front of <paramref name="wire"/>.</summary>
    /// <param name="several">The board has several sensors (<see cref="PulseSensorOptions.Several"/>).</param>
    /// <param name="fault">With InvalidData: Noise, or Range for a sample above 4095.</param>
    public static OperationStatus TryRead(ref ReadOnlySequence<byte> wire, bool several, out PulseSensorFrame frame, out WireFault fault)
    {
        frame = default;
        Span<byte> text = stackalloc byte[LongestLook];
        OperationStatus status = TextLine.Cut(ref wire, ref text, out fault);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        fault = Parse(text, several, out frame);
        return fault == WireFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Passes over what stands between lines; <see cref="TryRead"/> does so itself.</summary>
    public static void SkipSeparators(ref ReadOnlySequence<byte> wire) => TextLine.SkipSeparators(ref wire);

    private static WireFault Parse(ReadOnlySpan<byte> text, bool several, out PulseSensorFrame frame)
    {
        frame = default;
        if (text[0] is >= (byte)'0' and <= (byte)'9')
        {
            return several ? ParseSamples(text, out frame) : ParsePlotter(text, out frame);
        }

        if (!TryNumber(text[1..], out int number))
        {
            return WireFault.Noise;
        }

        char letter = (char)text[0];
        frame = (several, letter) switch
        {
            (false, 'S') => new PulseSensorFrame(PulseSensorLine.Sample, 0, number),
            (false, 'B') => Rate(0, number),
            (false, 'Q') => Interval(0, number),
            (_, >= 'a' and < (char)('a' + Letters)) => new PulseSensorFrame(PulseSensorLine.Sample, letter - 'a', number),
            (_, >= 'A' and < (char)('A' + Letters)) => Rate(letter - 'A', number),
            (_, >= 'M' and < (char)('M' + Letters)) => Interval(letter - 'M', number),
            _ => default,
        };
        return frame.Line == PulseSensorLine.None ? WireFault.Noise : frame.Sample > HighestSample ? WireFault.Range : WireFault.None;
    }

    private static PulseSensorFrame Rate(int sensor, int number) => new(PulseSensorLine.Rate, sensor, PulsePerMin: number == 0 ? null : number);

    private static PulseSensorFrame Interval(int sensor, int number) => new(PulseSensorLine.Interval, sensor, IntervalMs: number == 0 ? null : number);

    private static WireFault ParsePlotter(ReadOnlySpan<byte> text, out PulseSensorFrame frame)
    {
        frame = default;
        Span<int> numbers = stackalloc int[MostSensors];
        if (!TryNumbers(text, numbers, out int count) || count != 3)
        {
            return WireFault.Noise;
        }

        frame = new PulseSensorFrame(
            PulseSensorLine.Plotter, 0, numbers[2], numbers[0] == 0 ? null : numbers[0], numbers[1] == 0 ? null : numbers[1]);
        return numbers[2] > HighestSample ? WireFault.Range : WireFault.None;
    }

    private static WireFault ParseSamples(ReadOnlySpan<byte> text, out PulseSensorFrame frame)
    {
        frame = default;
        Span<int> numbers = stackalloc int[MostSensors];
        if (!TryNumbers(text, numbers, out int count))
        {
            return WireFault.Noise;
        }

        ulong others = 0;
        for (int i = 0; i < count; i++)
        {
            if (numbers[i] > HighestSample)
            {
                return WireFault.Range;
            }

            others |= i == 0 ? 0 : (ulong)numbers[i] << (16 * (i - 1));
        }

        frame = new PulseSensorFrame(PulseSensorLine.Samples, 0, numbers[0], Others: others, Count: count);
        return WireFault.None;
    }

    private static bool TryNumbers(ReadOnlySpan<byte> text, Span<int> numbers, out int count)
    {
        count = 0;
        foreach (Range part in text.Split((byte)','))
        {
            if (count == numbers.Length || !TryNumber(text[part], out numbers[count]))
            {
                return false;
            }

            count++;
        }

        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        return digits.Length is >= 1 and <= 5 && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && Utf8Parser.TryParse(digits, out number, out _) && number <= HighestNumber;
    }
}
