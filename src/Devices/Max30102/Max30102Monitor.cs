using System.Runtime.CompilerServices;
using System.Text;
using Vascular.Devices.Iiod;
using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Max30102;

/// <summary>A MAX30102 reflectance sensor by its registers (I2C), or as a Linux IIO device in buffered samples (iiod): the infra-red light as a plethysmogram, 100 samples a second, 18 bits, the steady part included.</summary>
/// <remarks>
/// <para>Readings: <see cref="ReadingKind.PlethSample"/>, the infra-red count turned over (262143 − count), so that more blood is up as in every other trace here;
/// Missing with <see cref="QualityMarks.AboveRange"/> where the light saturates the converter. Red stands on the tape and is not used: the chip gives no saturation.
/// A FIFO that overflowed is a Refused of <see cref="WireFault.Truncated"/> with the samples lost in Value (31: at least that many), and their time passes.</para>
/// <para>Behind an iiod nothing says what was lost. A sample more than half a second behind the one before it lies behind a hole, and what would have been in it is said in the same way; the
/// number is right to within one read of the buffer. Smaller losses show in what came against what should have (samples expected and received).</para>
/// <para>Lines: <c>fifo</c> and <c>samples</c> (<see cref="Registers.Max30102"/>); <c>buffer</c>, how many samples follow and how each stands, then <c>data</c>
/// (<see cref="Links.IiodBuffered"/>). Any other number of bits than 18 is another chip, and refused.</para>
/// <para>The light's current is set by our driver, or the kernel's, and stays, so amplitudes of one recording may be compared. Whether skin is in front of it the chip does not say.</para>
/// </remarks>
public sealed class Max30102Monitor : RegisterMonitor<Max30102Line>
{
    private const int HighestCount = 0x3FFFF;
    private const int PerSecond = 100;
    private const int Bits = 18;
    private const long PeriodNs = 1_000_000_000 / PerSecond;
    private const long HoleNs = 500_000_000;        // the rule of the sample clock

    private readonly SampleClock _clock = new(PerSecond);
    private long _samples;
    private long _sampledNs;
    private int _held;
    private Layout? _layout;

    /// <summary>What is known of the trace.</summary>
    public static Waveform Trace { get; } = new("max30102", PerSecond, Bits, 0, HighestCount, WaveformScaling.FixedGain);

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        _clock.Restart();
        (_samples, _held, _layout) = (0, 0, null);
    }

    protected override WireFault Read(in RegisterLine line, out Max30102Line? value)
    {
        value = null;
        Max30102LineKind? kind = line.Register.SequenceEqual("fifo"u8) ? Max30102LineKind.Fifo
            : line.Register.SequenceEqual("samples"u8) ? Max30102LineKind.Samples
            : line.Register.SequenceEqual("data"u8) ? Max30102LineKind.Data
            : null;
        if (kind is not { } known)
        {
            return line.Register.SequenceEqual("buffer"u8) && !line.Failed ? ReadLayout(line.Value) : WireFault.None;
        }

        Max30102Line read = new() { Kind = known, Errno = line.Errno };
        if (!line.Failed)
        {
            read.Length = (line.Value.Length - 2) / 2;
            if (!Fits(known, read.Length) || !line.TryBytes(((Span<byte>)read.Bytes)[..read.Length]))
            {
                return WireFault.Range;
            }
        }

        value = read;
        return WireFault.None;
    }

    protected override void Take(in Max30102Line value, long atNs, IList<Reading> readings)
    {
        ReadOnlySpan<byte> bytes = ((ReadOnlySpan<byte>)value.Bytes)[..value.Length];
        if (value.Errno != 0)
        {
            readings.Add(Missing(ReadingKind.PlethSample, QualityMarks.ReadFailed, value.Errno, atNs) with { Index = _samples, Waveform = null });
        }
        else if (value.Kind == Max30102LineKind.Fifo)
        {
            _held = Registers.Max30102.Held(bytes[0], bytes[1], bytes[2]);
            if (bytes[1] > 0)
            {
                readings.Add(new Reading(ReadingKind.Refused, atNs, atNs, bytes[1]) { Fault = WireFault.Truncated });
                _clock.Skip(bytes[1]);
            }
        }
        else if (value.Kind == Max30102LineKind.Samples)
        {
            for (int at = 0; at < bytes.Length; at += Registers.Max30102.SampleBytes)
            {
                Add(((bytes[at + 3] << 16) | (bytes[at + 4] << 8) | bytes[at + 5]) & HighestCount, atNs, readings);
            }
        }
        else
        {
            Layout layout = _layout!;
            for (int at = 0; at < bytes.Length; at += layout.SampleBytes)
            {
                AddBuffered((int)layout.Format.Value(bytes.Slice(at + layout.At, layout.Format.Bytes)), atNs, readings);
            }
        }
    }

    /// <summary>Whether a line of its kind can have so many bytes.</summary>
    private bool Fits(Max30102LineKind kind, int length) => length is > 0 and <= Max30102Line.MostBytes && kind switch
    {
        Max30102LineKind.Fifo => length == 3,
        Max30102LineKind.Samples => length % Registers.Max30102.SampleBytes == 0,
        _ => _layout is { } layout && length % layout.SampleBytes == 0 && length / layout.SampleBytes <= _held,
    };

    private WireFault ReadLayout(ReadOnlySpan<byte> said)
    {
        if (_layout is null || !said.SequenceEqual(_layout.Said))
        {
            _layout = Layout.Read(said);
        }

        _held = _layout?.Samples ?? 0;
        return _layout is null ? WireFault.Range : WireFault.None;
    }

    /// <summary>A sample of whose losses nothing is said: only its time tells.</summary>
    private void AddBuffered(int infraRed, long atNs, IList<Reading> readings)
    {
        long before = _sampledNs;
        int place = readings.Count;
        Add(infraRed, atNs, readings);
        if (_samples > 1 && _sampledNs - before > HoleNs)
        {
            readings.Insert(place, new Reading(ReadingKind.Refused, atNs, atNs, ((_sampledNs - before + (PeriodNs / 2)) / PeriodNs) - 1) { Fault = WireFault.Truncated });
        }
    }

    private void Add(int infraRed, long atNs, IList<Reading> readings)
    {
        _held = Math.Max(0, _held - 1);
        _sampledNs = _clock.Next(atNs, _held);
        readings.Add(new Reading(ReadingKind.PlethSample, _sampledNs, atNs, infraRed == HighestCount ? 0 : HighestCount - infraRed)
        {
            Index = _samples++,
            Waveform = Trace,
            Marks = infraRed == HighestCount ? QualityMarks.AboveRange | QualityMarks.Missing : QualityMarks.None,
            Detail = 0,
        });
    }

    /// <summary>How buffered samples stand on the lines behind it.</summary>
    /// <param name="Said">The line, to know it again.</param>
    /// <param name="Samples">In one read of the buffer.</param>
    /// <param name="At">Where the infra-red word stands in a sample.</param>
    private sealed record Layout(byte[] Said, int Samples, IiodScanFormat Format, int At, int SampleBytes)
    {
        private const int MostSamples = 4096;

        /// <returns>Null where it has no infra-red word of this chip's bits, or makes samples that do not fit on a line.</returns>
        public static Layout? Read(ReadOnlySpan<byte> said)
        {
            string[] words = Encoding.ASCII.GetString(said).Split(' ');
            (IiodScanFormat? infraRed, int at, int end) = (null, 0, 0);
            foreach (string word in words.Skip(1))
            {
                int equals = word.IndexOf('=', StringComparison.Ordinal);
                if (equals < 0 || !IiodScanFormat.TryParse(word.AsSpan(equals + 1), out IiodScanFormat format))
                {
                    return null;
                }

                (infraRed, at) = word.StartsWith("intensity_ir=", StringComparison.Ordinal) ? (format, format.After(end)) : (infraRed, at);
                end = format.After(end) + format.Bytes;
            }

            return infraRed is { Bits: Bits, Signed: false } found && end <= Max30102Line.MostBytes && words[0].StartsWith("samples=", StringComparison.Ordinal)
                && int.TryParse(words[0].AsSpan(8), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int samples) && samples is > 0 and <= MostSamples
                ? new Layout(said.ToArray(), samples, found, at, end)
                : null;
        }
    }
}

/// <summary>What a line holds.</summary>
public enum Max30102LineKind
{
    /// <summary>The FIFO's pointers.</summary>
    Fifo,

    /// <summary>Samples of the FIFO.</summary>
    Samples,

    /// <summary>Samples of a daemon's buffer.</summary>
    Data,
}

/// <summary>One line: the FIFO's pointers, or some samples.</summary>
public struct Max30102Line
{
    internal const int MostBytes = Registers.Max30102.MostOnLine * Registers.Max30102.SampleBytes;

    internal Buffer Bytes;

    public Max30102LineKind Kind { get; init; }

    /// <summary>Why nothing was read; 0: something was.</summary>
    public int Errno { get; init; }

    public int Length { get; internal set; }

    [InlineArray(MostBytes)]
    internal struct Buffer
    {
        private byte _first;
    }
}
