using System.Buffers;
using System.Device.I2c;
using System.Runtime.CompilerServices;

namespace Vascular.Devices.Registers;

/// <summary>Register driver of a BMP280 barometer: one forced measurement a poll.</summary>
/// <remarks>
/// Source: Bosch Sensortec, BMP280 data sheet (BST-BMP280-DS001), memory map and forced mode. Pressure 16 times, temperature twice oversampled
/// (the sheet's ultra high resolution).
/// <para>Lines: <c>bmp280/calibration</c>, the 24 trimming bytes from 0x88, and <c>bmp280/measurement</c>, the six bytes from 0xF7: pressure, then temperature.
/// What they mean is computed from the tape (<see cref="Bmp280Calibration"/>), not here.</para>
/// </remarks>
public sealed class Bmp280 : IRegisterChip, IDisposable
{
    /// <summary>What register 0xD0 says.</summary>
    public const byte ChipId = 0x58;

    private const byte IdRegister = 0xD0;
    private const byte StatusRegister = 0xF3;
    private const byte ControlRegister = 0xF4;
    private const byte MeasurementRegister = 0xF7;
    private const byte CalibrationRegister = 0x88;
    private const byte Forced = 0b010_101_01;       // temperature twice, pressure 16 times, forced mode
    private const byte Measuring = 0x08;
    private const int Looks = 8;

    private static readonly TimeSpan Measurement = TimeSpan.FromMilliseconds(44);       // 43.2 ms at most

    private readonly I2cDevice device;
    private readonly byte[] written = new byte[2];
    private readonly byte[] read = new byte[Bmp280Calibration.Bytes];
    private readonly ArrayBufferWriter<byte> line = new(RegisterCodec.LongestLook);

    /// <param name="device">Owned by the driver.</param>
    public Bmp280(I2cDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.device = device;
    }

    public async Task BeginAsync(BusCalls calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        if (await calls.RunAsync(() => Read(IdRegister, 1), cancel) is var errno and not 0)
        {
            throw new IOException($"no BMP280 answers (error {errno})");
        }

        if (read[0] != ChipId)
        {
            throw new IOException($"a chip with id 0x{read[0]:X2} answers, a BMP280 says 0x{ChipId:X2}");
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(BusCalls calls, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        int errno = await calls.RunAsync(() => Read(CalibrationRegister, Bmp280Calibration.Bytes), cancel);
        yield return Line("calibration"u8, Bmp280Calibration.Bytes, errno);
        if (errno == 0)
        {
            errno = await MeasureAsync(calls, cancel);
            yield return Line("measurement"u8, Bmp280Calibration.MeasurementBytes, errno);
        }
    }

    public void Dispose() => device.Dispose();

    private async Task<int> MeasureAsync(BusCalls calls, CancellationToken cancel)
    {
        int errno = await calls.RunAsync(Start, cancel);
        TimeSpan pause = Measurement;
        for (int look = 0; errno == 0 && look < Looks; look++)
        {
            await calls.PauseAsync(pause, cancel);
            errno = await calls.RunAsync(() => Read(StatusRegister, 1), cancel);
            if (errno == 0 && (read[0] & Measuring) == 0)
            {
                return await calls.RunAsync(() => Read(MeasurementRegister, Bmp280Calibration.MeasurementBytes), cancel);
            }

            pause = Measurement / 4;
        }

        return errno == 0 ? BusCalls.TimedOut : errno;
    }

    private void Start()
    {
        (written[0], written[1]) = (ControlRegister, Forced);
        device.Write(written);
    }

    private void Read(byte register, int bytes)
    {
        written[0] = register;
        device.WriteRead(written.AsSpan(0, 1), read.AsSpan(0, bytes));
    }

    private ReadOnlyMemory<byte> Line(ReadOnlySpan<byte> register, int bytes, int errno)
    {
        line.ResetWrittenCount();
        if (errno == 0)
        {
            RegisterCodec.WriteBytes("bmp280"u8, register, read.AsSpan(0, bytes), line);
        }
        else
        {
            RegisterCodec.WriteError("bmp280"u8, register, errno, line);
        }

        return line.WrittenMemory;
    }
}
