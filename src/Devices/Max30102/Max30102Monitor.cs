using System.Runtime.CompilerServices;
using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Max30102;

/// <summary>A MAX30102 reflectance sensor by its registers: the infra-red light as a plethysmogram, 100 samples a second, 18 bits, the steady part included.</summary>
/// <remarks>
/// <para>Readings: <see cref="ReadingKind.PlethSample"/>, the infra-red count turned over (262143 − count), so that more blood is up as in every other trace here;
/// Missing with <see cref="QualityMarks.AboveRange"/> where the light saturates the converter. Red stands on the tape and is not used: the chip gives no saturation.
/// A FIFO that overflowed is a Refused of <see cref="WireFault.Truncated"/> with the samples lost in Value (31: at least that many), and their time passes.</para>
/// <para>The light's current is set by our driver and stays, so amplitudes of one recording may be compared. Whether skin is in front of it the chip does not say.</para>
/// </remarks>
public sealed class Max30102Monitor : RegisterMonitor<Max30102Line>
{
    private const int HighestCount = 0x3FFFF;
    private const int PerSecond = 100;

    private readonly SampleClock _clock = new(PerSecond);
    private long _samples;
    private int _held;

    /// <summary>What is known of the trace.</summary>
    public static Waveform Trace { get; } = new("max30102", PerSecond, 18, 0, HighestCount, WaveformScaling.FixedGain);

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        _clock.Restart();
        (_samples, _held) = (0, 0);
    }

    protected override WireFault Read(in RegisterLine line, out Max30102Line? value)
    {
        value = null;
        bool fifo = line.Register.SequenceEqual("fifo"u8);
        if (!fifo && !line.Register.SequenceEqual("samples"u8))
        {
            return WireFault.None;
        }

        Max30102Line read = new() { IsFifo = fifo, Errno = line.Errno };
        if (!line.Failed)
        {
            read.Length = (line.Value.Length - 2) / 2;
            if (read.Length < 1 || (fifo ? read.Length != 3 : read.Length % Registers.Max30102.SampleBytes != 0 || read.Length > Max30102Line.MostBytes)
                || !line.TryBytes(((Span<byte>)read.Bytes)[..read.Length]))
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
        else if (value.IsFifo)
        {
            _held = Registers.Max30102.Held(bytes[0], bytes[1], bytes[2]);
            if (bytes[1] > 0)
            {
                readings.Add(new Reading(ReadingKind.Refused, atNs, atNs, bytes[1]) { Fault = WireFault.Truncated });
                _clock.Skip(bytes[1]);
            }
        }
        else
        {
            for (int at = 0; at < bytes.Length; at += Registers.Max30102.SampleBytes)
            {
                Add(((bytes[at + 3] << 16) | (bytes[at + 4] << 8) | bytes[at + 5]) & HighestCount, atNs, readings);
            }
        }
    }

    private void Add(int infraRed, long atNs, IList<Reading> readings)
    {
        _held = Math.Max(0, _held - 1);
        long sampledNs = _clock.Next(atNs, _held);
        readings.Add(new Reading(ReadingKind.PlethSample, sampledNs, atNs, infraRed == HighestCount ? 0 : HighestCount - infraRed)
        {
            Index = _samples++,
            Waveform = Trace,
            Marks = infraRed == HighestCount ? QualityMarks.AboveRange | QualityMarks.Missing : QualityMarks.None,
            Detail = 0,
        });
    }
}

/// <summary>One line of the FIFO: its pointers, or up to seven samples.</summary>
public struct Max30102Line
{
    internal const int MostBytes = Registers.Max30102.MostOnLine * Registers.Max30102.SampleBytes;

    internal Buffer Bytes;

    public bool IsFifo { get; init; }

    /// <summary>Why nothing was read; 0: something was.</summary>
    public int Errno { get; init; }

    public int Length { get; internal set; }

    [InlineArray(MostBytes)]
    internal struct Buffer
    {
        private byte _first;
    }
}
