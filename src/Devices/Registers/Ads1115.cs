using System.Buffers;
using System.Buffers.Binary;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using Vascular.Devices.Links;

namespace Vascular.Devices.Registers;

/// <summary>Register driver of an ADS1115 analogue-to-digital converter: one conversion at a time, of one input against ground.</summary>
/// <remarks>
/// Source: Texas Instruments, ADS111x data sheet (SBAS444). Every register is 16 bits, most significant byte first, behind a pointer byte.
/// <para>A conversion: the config register is written with its start bit; it is done when that bit reads 1 again. The config read back then goes on the
/// tape before the count, because it says which input and full scale the count belongs to.</para>
/// <para>Lines: <c>ads1115/ainN_config</c>, <c>ads1115/ainN_conversion</c>, where N is the input that was asked for. Where the first has an error, or its
/// deadline passed (110), the second is not read.</para>
/// </remarks>
public sealed class Ads1115 : IRegisterChip, IDisposable
{
    private const byte ConversionRegister = 0;
    private const byte ConfigRegister = 1;
    private const int Looks = 8;

    private static readonly byte[][] ConfigNames = [.. Enumerable.Range(0, 4).Select(n => System.Text.Encoding.ASCII.GetBytes($"ain{n}_config"))];
    private static readonly byte[][] ConversionNames = [.. Enumerable.Range(0, 4).Select(n => System.Text.Encoding.ASCII.GetBytes($"ain{n}_conversion"))];

    private readonly I2cDevice device;
    private readonly IReadOnlyList<int> inputs;
    private readonly int fullScaleMilliVolts;
    private readonly int perSecond;
    private readonly byte[] written = new byte[3];
    private readonly byte[] read = new byte[2];
    private readonly ArrayBufferWriter<byte> line = new(RegisterCodec.LongestLook);

    /// <param name="device">Owned by the driver.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input, full scale or rate the chip does not have.</exception>
    public Ads1115(I2cDevice device, I2cChip.Ads1115 settings)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(settings);
        (this.device, inputs, fullScaleMilliVolts, perSecond) = (device, settings.Inputs, settings.FullScaleMilliVolts, settings.PerSecond);
        foreach (int input in inputs)
        {
            Ads1115Config.Start(input, fullScaleMilliVolts, perSecond);
        }
    }

    /// <summary>How long a conversion takes, the chip's 10 % tolerance included.</summary>
    private TimeSpan Conversion => TimeSpan.FromSeconds(1.1 / perSecond);

    public async Task BeginAsync(BusCalls calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        if (await calls.RunAsync(() => Read(ConfigRegister), cancel) is var errno and not 0)
        {
            throw new IOException($"no ADS1115 answers (error {errno})");
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(BusCalls calls, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        foreach (int input in inputs)
        {
            int errno = await ConvertAsync(input, calls, cancel);
            yield return Line(ConfigNames[input], errno);
            if (errno == 0)
            {
                errno = await calls.RunAsync(() => Read(ConversionRegister), cancel);
                yield return Line(ConversionNames[input], errno);
            }
        }
    }

    public void Dispose() => device.Dispose();

    /// <summary>Starts a conversion and waits until the chip says that it is done; the config read last is in <see cref="read"/>.</summary>
    private async Task<int> ConvertAsync(int input, BusCalls calls, CancellationToken cancel)
    {
        Ads1115Config start = Ads1115Config.Start(input, fullScaleMilliVolts, perSecond);
        int errno = await calls.RunAsync(() => Write(start.Word), cancel);
        TimeSpan pause = Conversion;
        for (int look = 0; errno == 0 && look < Looks; look++)
        {
            await calls.PauseAsync(pause, cancel);
            errno = await calls.RunAsync(() => Read(ConfigRegister), cancel);
            if (errno == 0 && new Ads1115Config(BinaryPrimitives.ReadUInt16BigEndian(read)).Ready)
            {
                return 0;
            }

            pause = Conversion / 4;
        }

        return errno == 0 ? BusCalls.TimedOut : errno;
    }

    private void Write(ushort config)
    {
        written[0] = ConfigRegister;
        BinaryPrimitives.WriteUInt16BigEndian(written.AsSpan(1), config);
        device.Write(written);
    }

    private void Read(byte register)
    {
        written[0] = register;
        device.WriteRead(written.AsSpan(0, 1), read);
    }

    private ReadOnlyMemory<byte> Line(byte[] register, int errno)
    {
        line.ResetWrittenCount();
        if (errno == 0)
        {
            RegisterCodec.WriteBytes("ads1115"u8, register, read, line);
        }
        else
        {
            RegisterCodec.WriteError("ads1115"u8, register, errno, line);
        }

        return line.WrittenMemory;
    }
}
