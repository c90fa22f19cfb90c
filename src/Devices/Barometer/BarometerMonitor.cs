using System.Buffers;
using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Barometer;

/// <summary>A BMP280 barometer, read by its own registers (I2C) or as a Linux IIO device (iiod): the room's air pressure, for the air point of a TcPO2 calibration.</summary>
/// <remarks>
/// Readings: <see cref="ReadingKind.AmbientPressure"/>, mmHg absolute, and <see cref="ReadingKind.AmbientTemperature"/>, °C; Missing with the reason in the
/// marks where there is none. Limits are those of the data sheet: 300 to 1100 hPa, −40 to 85 °C.
/// <para>Lines: <c>bmp280/calibration</c> and <c>bmp280/measurement</c> together, or <c>in_pressure_input</c> (kPa) and <c>in_temp_input</c> (1/1000 °C), each alone.</para>
/// </remarks>
public sealed class BarometerMonitor : IMonitor
{
    private const int LowestPascal = 30_000;
    private const int HighestPascal = 110_000;
    private const int LowestCelsius = -40;
    private const int HighestCelsius = 85;
    private const int NoData = 61;              // ENODATA: the chip has not measured yet, or a measurement came without its calibration

    private readonly WireTail _tail = new(RegisterCodec.LongestLook);
    private Bmp280Calibration? _calibration;
    private long _heardNs;

    public Step Next(in Record record, IList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        switch (record.Kind)
        {
            case RecordKind.Open:
                Restart(record.AtNs);
                break;

            case RecordKind.Bytes:
                _heardNs = record.AtNs;
                Decode(record.AtNs, record.Bytes.Span, readings);
                break;

            case RecordKind.Silent:
                readings.Add(new Reading(ReadingKind.Silent, record.AtNs, record.AtNs, (record.AtNs - _heardNs) / 1e9));
                break;

            case RecordKind.Closed:
                if (!_tail.IsEmpty)
                {
                    readings.Add(default(RefusedRun).With(WireFault.Truncated, _tail.Wire.Length).ToReading(record.AtNs));
                }

                Restart(record.AtNs);
                break;
        }

        return Step.None;
    }

    private void Restart(long atNs)
    {
        _tail.Clear();
        (_calibration, _heardNs) = (null, atNs);
    }

    private void Decode(long atNs, ReadOnlySpan<byte> read, IList<Reading> readings)
    {
        Span<byte> room = stackalloc byte[RegisterCodec.LongestLine];
        while (!read.IsEmpty)
        {
            _tail.Fill(ref read);
            ReadOnlySequence<byte> wire = _tail.Wire;
            for (long before = wire.Length; ; before = wire.Length)
            {
                OperationStatus status = RegisterCodec.TryRead(ref wire, room, out RegisterLine line, out WireFault fault);
                if (status == OperationStatus.NeedMoreData)
                {
                    break;
                }

                fault = status == OperationStatus.Done ? Take(line, atNs, readings) : fault;
                if (fault != WireFault.None)
                {
                    readings.Add(default(RefusedRun).With(fault, before - wire.Length).ToReading(atNs));
                }
            }

            _tail.Keep(wire);
        }
    }

    private WireFault Take(in RegisterLine line, long atNs, IList<Reading> readings)
    {
        ReadOnlySpan<byte> register = line.Register;
        return register.SequenceEqual("in_pressure_input"u8) ? TakeAttribute(line, ReadingKind.AmbientPressure, 1000, atNs, readings)
            : register.SequenceEqual("in_temp_input"u8) ? TakeAttribute(line, ReadingKind.AmbientTemperature, 0.001, atNs, readings)
            : register.SequenceEqual("calibration"u8) ? TakeCalibration(line, atNs, readings)
            : register.SequenceEqual("measurement"u8) ? TakeMeasurement(line, atNs, readings)
            : WireFault.None;
    }

    private static WireFault TakeAttribute(in RegisterLine line, ReadingKind kind, double factor, long atNs, IList<Reading> readings)
    {
        double number = 0;
        if (!line.Failed && !line.TryNumber(out number))
        {
            return WireFault.Range;
        }

        readings.Add(line.Failed ? Missing(kind, QualityMarks.ReadFailed, line.Errno, atNs) : Value(kind, number * factor, atNs));
        return WireFault.None;
    }

    private WireFault TakeCalibration(in RegisterLine line, long atNs, IList<Reading> readings)
    {
        Span<byte> bytes = stackalloc byte[Bmp280Calibration.Bytes];
        _calibration = null;
        if (line.Failed)
        {
            Fail(line.Errno, atNs, readings);
            return WireFault.None;
        }

        if (!line.TryBytes(bytes))
        {
            return WireFault.Range;
        }

        _calibration = Bmp280Calibration.Read(bytes);
        return WireFault.None;
    }

    private WireFault TakeMeasurement(in RegisterLine line, long atNs, IList<Reading> readings)
    {
        Span<byte> bytes = stackalloc byte[Bmp280Calibration.MeasurementBytes];
        if (line.Failed || _calibration is not { } calibration)
        {
            Fail(line.Failed ? line.Errno : NoData, atNs, readings);
            return WireFault.None;
        }

        _calibration = null;        // each measurement stands behind its own calibration
        if (!line.TryBytes(bytes))
        {
            return WireFault.Range;
        }

        (int pressure, int temperature) = Bmp280Calibration.Counts(bytes);
        if (pressure == Bmp280Calibration.NoMeasurement || temperature == Bmp280Calibration.NoMeasurement || calibration.Pascal(pressure, temperature) is not { } pascal)
        {
            Fail(NoData, atNs, readings);
            return WireFault.None;
        }

        readings.Add(Value(ReadingKind.AmbientPressure, pascal, atNs));
        readings.Add(Value(ReadingKind.AmbientTemperature, calibration.Celsius(temperature), atNs));
        return WireFault.None;
    }

    private static void Fail(int errno, long atNs, IList<Reading> readings)
    {
        readings.Add(Missing(ReadingKind.AmbientPressure, QualityMarks.ReadFailed, errno, atNs));
        readings.Add(Missing(ReadingKind.AmbientTemperature, QualityMarks.ReadFailed, errno, atNs));
    }

    /// <param name="value">Pa or °C.</param>
    private static Reading Value(ReadingKind kind, double value, long atNs)
    {
        bool pressure = kind == ReadingKind.AmbientPressure;
        (int lowest, int highest) = pressure ? (LowestPascal, HighestPascal) : (LowestCelsius, HighestCelsius);
        return value < lowest ? Missing(kind, QualityMarks.BelowRange, InUnit(lowest), atNs)
            : value > highest ? Missing(kind, QualityMarks.AboveRange, InUnit(highest), atNs)
            : new Reading(kind, atNs, atNs, pressure ? Pressure.FromKPa(value / 1000).MmHg : value);

        int InUnit(int limit) => pressure ? Pressure.FromKPa(limit / 1000.0).Printed : limit;
    }

    private static Reading Missing(ReadingKind kind, QualityMarks why, int detail, long atNs) =>
        new(kind, atNs, atNs, 0) { Marks = why | QualityMarks.Missing, Detail = detail };
}
