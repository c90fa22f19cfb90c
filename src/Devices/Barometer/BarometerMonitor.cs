using Vascular.Devices.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Barometer;

/// <summary>A BMP280 barometer, read by its own registers (I2C) or as a Linux IIO device (iiod): the room's air pressure, for the air point of a TcPO2 calibration.</summary>
/// <remarks>
/// Readings: <see cref="ReadingKind.AmbientPressure"/>, mmHg absolute, and <see cref="ReadingKind.AmbientTemperature"/>, °C; Missing with the reason in the
/// marks where there is none. Limits are those of the data sheet: 300 to 1100 hPa, −40 to 85 °C.
/// <para>Lines: <c>bmp280/calibration</c> and <c>bmp280/measurement</c> together, or <c>in_pressure_input</c> (kPa) and <c>in_temp_input</c> (1/1000 °C), each alone.</para>
/// </remarks>
public sealed class BarometerMonitor : RegisterMonitor<RoomAir>
{
    private const int LowestPascal = 30_000;
    private const int HighestPascal = 110_000;
    private const int LowestCelsius = -40;
    private const int HighestCelsius = 85;
    private const int NoData = 61;              // ENODATA: the chip has not measured yet, or a measurement came without its calibration

    private Bmp280Calibration? _calibration;

    protected override void Restart(in Record record, IList<Reading> readings) => _calibration = null;

    protected override WireFault Read(in RegisterLine line, out RoomAir? value)
    {
        value = null;
        ReadOnlySpan<byte> register = line.Register;
        return register.SequenceEqual("in_pressure_input"u8) ? ReadAttribute(line, ReadingKind.AmbientPressure, 1000, out value)
            : register.SequenceEqual("in_temp_input"u8) ? ReadAttribute(line, ReadingKind.AmbientTemperature, 0.001, out value)
            : register.SequenceEqual("calibration"u8) ? ReadCalibration(line, out value)
            : register.SequenceEqual("measurement"u8) ? ReadMeasurement(line, out value)
            : WireFault.None;
    }

    protected override void Take(in RoomAir value, long atNs, IList<Reading> readings)
    {
        if (value.Says is null or ReadingKind.AmbientPressure)
        {
            readings.Add(Of(ReadingKind.AmbientPressure, value.Errno, value.Pascal, atNs));
        }

        if (value.Says is null or ReadingKind.AmbientTemperature)
        {
            readings.Add(Of(ReadingKind.AmbientTemperature, value.Errno, value.Celsius, atNs));
        }
    }

    private static WireFault ReadAttribute(in RegisterLine line, ReadingKind kind, double factor, out RoomAir? value)
    {
        value = null;
        double number = 0;
        if (!line.Failed && !line.TryNumber(out number))
        {
            return WireFault.Range;
        }

        value = new RoomAir(kind, line.Errno, number * factor, number * factor);
        return WireFault.None;
    }

    private WireFault ReadCalibration(in RegisterLine line, out RoomAir? value)
    {
        Span<byte> bytes = stackalloc byte[Bmp280Calibration.Bytes];
        _calibration = null;
        value = line.Failed ? RoomAir.Unread(line.Errno) : null;
        if (line.Failed)
        {
            return WireFault.None;
        }

        if (!line.TryBytes(bytes))
        {
            return WireFault.Range;
        }

        _calibration = Bmp280Calibration.Read(bytes);
        return WireFault.None;
    }

    private WireFault ReadMeasurement(in RegisterLine line, out RoomAir? value)
    {
        Span<byte> bytes = stackalloc byte[Bmp280Calibration.MeasurementBytes];
        if (line.Failed || _calibration is not { } calibration)
        {
            value = RoomAir.Unread(line.Failed ? line.Errno : NoData);
            return WireFault.None;
        }

        (_calibration, value) = (null, null);       // each measurement stands behind its own calibration
        if (!line.TryBytes(bytes))
        {
            return WireFault.Range;
        }

        (int pressure, int temperature) = Bmp280Calibration.Counts(bytes);
        bool measured = pressure != Bmp280Calibration.NoMeasurement && temperature != Bmp280Calibration.NoMeasurement;
        value = measured && calibration.Pascal(pressure, temperature) is { } pascal
            ? new RoomAir(null, 0, pascal, calibration.Celsius(temperature))
            : RoomAir.Unread(NoData);
        return WireFault.None;
    }

    private static Reading Of(ReadingKind kind, int errno, double value, long atNs) =>
        errno == 0 ? Value(kind, value, atNs) : Missing(kind, QualityMarks.ReadFailed, errno, atNs);

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
}

/// <summary>What a barometer's lines say of the room.</summary>
/// <param name="Says">Which of the two it says; null: both.</param>
/// <param name="Errno">Why there is neither; 0: there is.</param>
/// <param name="Pascal">Absolute pressure, Pa.</param>
/// <param name="Celsius">Temperature at the chip, °C.</param>
public readonly record struct RoomAir(ReadingKind? Says, int Errno, double Pascal, double Celsius)
{
    /// <summary>Neither could be read.</summary>
    public static RoomAir Unread(int errno) => new(null, errno, 0, 0);
}
