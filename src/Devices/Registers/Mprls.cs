using System.Buffers;
using System.Device.I2c;
using System.Runtime.CompilerServices;

namespace Vascular.Devices.Registers;

/// <summary>Register driver of a Honeywell MicroPressure (MPR) sensor: one measurement a poll.</summary>
/// <remarks>Source: Honeywell, MPR series data sheet (32332628), I2C communication; address 0x18. The command <c>AA 00 00</c> starts a measurement, about 5 ms long;
/// then four bytes: status (bit 5 busy, bit 2 memory error, bit 0 computation saturated) and 24 bits of output, most significant first.
/// <para>Line: <c>mprls/measurement</c>, those four bytes as they are. What they mean is the monitor's.</para></remarks>
public sealed class Mprls : IRegisterChip, IDisposable
{
    private const byte Busy = 0x20;
    private const byte Powered = 0x40;
    private const int Bytes = 4;
    private const int Looks = 8;

    private static readonly byte[] Measure = [0xAA, 0x00, 0x00];
    private static readonly TimeSpan Measurement = TimeSpan.FromMilliseconds(5);

    private readonly I2cDevice device;
    private readonly byte[] read = new byte[Bytes];
    private readonly ArrayBufferWriter<byte> line = new(RegisterCodec.LongestLook);

    /// <param name="device">Owned by the driver.</param>
    public Mprls(I2cDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        this.device = device;
    }

    public async Task BeginAsync(BusCalls calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        if (await calls.RunAsync(() => device.Read(read.AsSpan(0, 1)), cancel) is var errno and not 0)
        {
            throw new IOException($"no MPR sensor answers (error {errno})");
        }

        if ((read[0] & Powered) == 0 || (read[0] & ~(Powered | Busy | 0x05)) != 0)
        {
            throw new IOException($"a chip with status 0x{read[0]:X2} answers, an MPR sensor has bit 6 set and bits 1, 3, 4 and 7 clear");
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(BusCalls calls, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        int errno = await MeasureAsync(calls, cancel);
        line.ResetWrittenCount();
        if (errno == 0)
        {
            RegisterCodec.WriteBytes("mprls"u8, "measurement"u8, read, line);
        }
        else
        {
            RegisterCodec.WriteError("mprls"u8, "measurement"u8, errno, line);
        }

        yield return line.WrittenMemory;
    }

    public void Dispose() => device.Dispose();

    private async Task<int> MeasureAsync(BusCalls calls, CancellationToken cancel)
    {
        int errno = await calls.RunAsync(() => device.Write(Measure), cancel);
        for (int look = 0; errno == 0 && look < Looks; look++)
        {
            await calls.PauseAsync(Measurement, cancel);
            errno = await calls.RunAsync(() => device.Read(read), cancel);
            if (errno == 0 && (read[0] & Busy) == 0)
            {
                return 0;
            }
        }

        return errno == 0 ? BusCalls.TimedOut : errno;
    }
}
