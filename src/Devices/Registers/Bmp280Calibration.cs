using System.Buffers.Binary;

namespace Vascular.Devices.Registers;

/// <summary>The trimming values of one BMP280 and the data sheet's compensation, in its 64-bit integers: the same result on every machine.</summary>
/// <remarks>Source: Bosch Sensortec, BMP280 data sheet (BST-BMP280-DS001), trimming parameter read-out and compensation formula, with its worked example.</remarks>
public readonly record struct Bmp280Calibration
{
    /// <summary>Trimming bytes, registers 0x88 to 0x9F, little endian.</summary>
    public const int Bytes = 24;

    /// <summary>Bytes of a measurement, registers 0xF7 to 0xFC: 20 bits of pressure, 20 bits of temperature, each in three bytes.</summary>
    public const int MeasurementBytes = 6;

    /// <summary>What a count is before the first measurement.</summary>
    public const int NoMeasurement = 0x80000;

    /// <summary>Trimming values T1 (unsigned), T2, T3.</summary>
    public (int T1, int T2, int T3) Temperature { get; init; }

    /// <summary>Trimming values P1 (unsigned) to P9.</summary>
    public (int P1, int P2, int P3, int P4, int P5, int P6, int P7, int P8, int P9) Pressure { get; init; }

    /// <param name="bytes">At least <see cref="Bytes"/>.</param>
    public static Bmp280Calibration Read(ReadOnlySpan<byte> bytes) => new()
    {
        Temperature = (Unsigned(bytes, 0), Signed(bytes, 1), Signed(bytes, 2)),
        Pressure = (Unsigned(bytes, 3), Signed(bytes, 4), Signed(bytes, 5), Signed(bytes, 6), Signed(bytes, 7), Signed(bytes, 8), Signed(bytes, 9), Signed(bytes, 10), Signed(bytes, 11)),
    };

    /// <summary>Counts of a measurement.</summary>
    /// <param name="bytes">At least <see cref="MeasurementBytes"/>.</param>
    public static (int Pressure, int Temperature) Counts(ReadOnlySpan<byte> bytes) => (Count(bytes), Count(bytes[3..]));

    /// <summary>The chip's temperature, °C, in steps of 0.01.</summary>
    public double Celsius(int temperatureCount) => ((Fine(temperatureCount) * 5) + 128 >> 8) / 100.0;

    /// <summary>Absolute air pressure, Pa.</summary>
    /// <returns>Null where the trimming values allow none (all zero).</returns>
    public double? Pascal(int pressureCount, int temperatureCount)
    {
        (int p1, int p2, int p3, int p4, int p5, int p6, int p7, int p8, int p9) = Pressure;
        long t = Fine(temperatureCount) - 128_000L;
        long offset = (t * t * p6) + ((t * p5) << 17) + ((long)p4 << 35);
        long slope = ((1L << 47) + ((t * t * p3) >> 8) + ((t * p2) << 12)) * p1 >> 33;
        if (slope == 0)
        {
            return null;
        }

        long p = (((1_048_576L - pressureCount) << 31) - offset) * 3125 / slope;
        long square = p9 * (p >> 13) * (p >> 13) >> 25;
        long linear = p8 * p >> 19;
        return (((p + square + linear) >> 8) + ((long)p7 << 4)) / 256.0;
    }

    /// <summary>Temperature in the unit the pressure formula takes: 1/5120 °C.</summary>
    internal int Fine(int count)
    {
        (int t1, int t2, int t3) = Temperature;
        int linear = ((count >> 3) - (t1 << 1)) * t2 >> 11;
        int around = (count >> 4) - t1;
        return linear + ((around * around >> 12) * t3 >> 14);
    }

    private static int Unsigned(ReadOnlySpan<byte> bytes, int word) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * word)..]);

    private static int Signed(ReadOnlySpan<byte> bytes, int word) => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * word)..]);

    private static int Count(ReadOnlySpan<byte> bytes) => (bytes[0] << 12) | (bytes[1] << 4) | (bytes[2] >> 4);
}
