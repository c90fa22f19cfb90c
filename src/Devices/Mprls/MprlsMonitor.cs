using System.Buffers.Binary;
using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Mprls;

/// <summary>What the settings on the tape say about a MicroPressure sensor.</summary>
public sealed record MprlsOptions
{
    /// <summary>Pressure at the upper end of the part's output, mmHg, gauge, from 0: 300 for MPRLS0300YG. By registers only; Linux says its own scale.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 50 to 1500: no gauge part of the series.</exception>
    public int RangeMmHg
    {
        get;
        init => field = value is >= 50 and <= 1500 ? value : throw new ArgumentOutOfRangeException(nameof(RangeMmHg), value, "50 to 1500 mmHg.");
    } = 300;
}

/// <summary>A Honeywell MicroPressure gauge sensor on a cuff: its pressure, by the sensor's registers (I2C) or as a Linux IIO device (iiod).</summary>
/// <remarks>
/// <para>Registers: transfer function A, 10 to 90 % of 2^24 counts over 0 to <see cref="MprlsOptions.RangeMmHg"/>. Attributes: <c>in_pressure_offset</c>,
/// <c>in_pressure_scale</c>, <c>in_pressure_raw</c>, each raw with the two before it; pressure = (raw + offset) × scale.</para>
/// <para>Pa or kPa: the ABI of Linux promises kPa, and the driver of some kernels gives Pa. The scale tells which: no part of the series spans less than 6 kPa or more than 250 kPa
/// (and four times that is the most another transfer function can make of it), so a span of 2 to 1200 is kPa, of 2,000 to 1,200,000 is Pa, and any other scale is refused.</para>
/// <para>Readings: <see cref="ReadingKind.CuffPressure"/>, Missing above the end of the output (the truth is at least that), 5 % below its zero, or where the read failed.
/// Whether the cuff's zero is zero only a look with the cuff open can tell: docs/devices/mprls0025pa.md.</para>
/// </remarks>
public sealed class MprlsMonitor : RegisterMonitor<MprlsValue>
{
    private const int LowestCount = 1_677_722;      // 10 % of 2^24
    private const int HighestCount = 15_099_494;    // 90 %
    private const double PascalPerMmHg = 133.322387;
    private const int Busy = 16;
    private const int InputOutputError = 5;
    private const int NoData = 61;

    private readonly int _rangeMmHg;
    private double? _offset;
    private double? _mmHgPerCount;
    private int _errno;

    public MprlsMonitor(MprlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _rangeMmHg = options.RangeMmHg;
    }

    protected override void Restart(in Record record, IList<Reading> readings) => Forget();

    protected override WireFault Read(in RegisterLine line, out MprlsValue? value)
    {
        value = null;
        ReadOnlySpan<byte> register = line.Register;
        return register.SequenceEqual("measurement"u8) ? ReadMeasurement(line, out value)
            : register.SequenceEqual("in_pressure_offset"u8) ? ReadOffset(line)
            : register.SequenceEqual("in_pressure_scale"u8) ? ReadScale(line)
            : register.SequenceEqual("in_pressure_raw"u8) ? ReadRaw(line, out value)
            : WireFault.None;
    }

    protected override void Take(in MprlsValue value, long atNs, IList<Reading> readings) => readings.Add(
        value.Why == QualityMarks.None
            ? new Reading(ReadingKind.CuffPressure, atNs, atNs, value.MmHg)
            : Missing(ReadingKind.CuffPressure, value.Why, value.Detail, atNs));

    private WireFault ReadMeasurement(in RegisterLine line, out MprlsValue? value)
    {
        Span<byte> bytes = stackalloc byte[4];
        value = null;
        if (!line.Failed && !line.TryBytes(bytes))
        {
            return WireFault.Range;
        }

        int count = (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFF_FFFF);
        value = line.Failed ? MprlsValue.Unread(line.Errno)
            : (bytes[0] & 0x20) != 0 ? MprlsValue.Unread(Busy)
            : (bytes[0] & 0x04) != 0 ? MprlsValue.Unread(InputOutputError)      // the sensor's own memory check failed
            : (bytes[0] & 0x01) != 0 ? new MprlsValue(0, QualityMarks.AboveRange, _rangeMmHg)
            : Judge((double)(count - LowestCount) / (HighestCount - LowestCount) * _rangeMmHg, _rangeMmHg);
        return WireFault.None;
    }

    private WireFault ReadOffset(in RegisterLine line)
    {
        Forget();
        double offset = 0;
        if (!line.Failed && !line.TryNumber(out offset))
        {
            return WireFault.Range;
        }

        (_offset, _errno) = (line.Failed ? null : offset, line.Errno);
        return WireFault.None;
    }

    private WireFault ReadScale(in RegisterLine line)
    {
        _mmHgPerCount = null;
        if (line.Failed)
        {
            _errno = line.Errno;
            return WireFault.None;
        }

        if (!line.TryNumber(out double scale))
        {
            return WireFault.Range;
        }

        double? pascal = (scale * (HighestCount - LowestCount)) switch
        {
            >= 2 and <= 1_200 => scale * 1000,
            >= 2_000 and <= 1_200_000 => scale,
            _ => null,
        };
        _mmHgPerCount = pascal / PascalPerMmHg;
        return pascal is null ? WireFault.Range : WireFault.None;
    }

    private WireFault ReadRaw(in RegisterLine line, out MprlsValue? value)
    {
        (double? offset, double? perCount, int errno) = (_offset, _mmHgPerCount, _errno);
        Forget();       // each count stands behind its own offset and scale
        value = null;
        double raw = 0;
        if (!line.Failed && (!line.TryNumber(out raw) || raw is < 0 or > 0xFF_FFFF))
        {
            return WireFault.Range;
        }

        double range = (HighestCount - LowestCount) * (perCount ?? 0);
        value = line.Failed ? MprlsValue.Unread(line.Errno)
            : offset is { } zero && perCount is { } factor ? Judge((raw + zero) * factor, range)
            : MprlsValue.Unread(errno == 0 ? NoData : errno);
        return WireFault.None;
    }

    private static MprlsValue Judge(double mmHg, double rangeMmHg) =>
        mmHg > rangeMmHg * 1.05 ? new MprlsValue(0, QualityMarks.AboveRange, (int)Math.Round(rangeMmHg))
        : mmHg < rangeMmHg * -0.05 ? new MprlsValue(0, QualityMarks.BelowRange, 0)
        : new MprlsValue(mmHg, QualityMarks.None, 0);

    private void Forget() => (_offset, _mmHgPerCount, _errno) = (null, null, 0);
}

/// <summary>A pressure, or why there is none.</summary>
/// <param name="MmHg">Against the room.</param>
/// <param name="Why">None: there is one.</param>
/// <param name="Detail">End of the range, mmHg, or error number.</param>
public readonly record struct MprlsValue(double MmHg, QualityMarks Why, int Detail)
{
    public static MprlsValue Unread(int errno) => new(0, QualityMarks.ReadFailed, errno);
}
