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

    private readonly I2cRegisters registers;

    /// <param name="device">Owned by the driver.</param>
    public Bmp280(I2cDevice device) => registers = new I2cRegisters("bmp280"u8, device, Bmp280Calibration.Bytes);

    public async Task BeginAsync(BusCalls calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        if (await calls.RunAsync(() => registers.Read(IdRegister, 1), cancel) is var errno and not 0)
        {
            throw new IOException($"no BMP280 answers (error {errno})");
        }

        if (registers.Last[0] != ChipId)
        {
            throw new IOException($"a chip with id 0x{registers.Last[0]:X2} answers, a BMP280 says 0x{ChipId:X2}");
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(BusCalls calls, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        int errno = await calls.RunAsync(() => registers.Read(CalibrationRegister, Bmp280Calibration.Bytes), cancel);
        yield return registers.Line("calibration"u8, Bmp280Calibration.Bytes, errno);
        if (errno == 0)
        {
            errno = await MeasureAsync(calls, cancel);
            yield return registers.Line("measurement"u8, Bmp280Calibration.MeasurementBytes, errno);
        }
    }

    public void Dispose() => registers.Dispose();

    private async Task<int> MeasureAsync(BusCalls calls, CancellationToken cancel)
    {
        int errno = await calls.RunAsync(() => registers.Write(ControlRegister, Forced), cancel);
        TimeSpan pause = Measurement;
        for (int look = 0; errno == 0 && look < Looks; look++)
        {
            await calls.PauseAsync(pause, cancel);
            errno = await calls.RunAsync(() => registers.Read(StatusRegister, 1), cancel);
            if (errno == 0 && (registers.Last[0] & Measuring) == 0)
            {
                return await calls.RunAsync(() => registers.Read(MeasurementRegister, Bmp280Calibration.MeasurementBytes), cancel);
            }

            pause = Measurement / 4;
        }

        return errno == 0 ? BusCalls.TimedOut : errno;
    }
}
