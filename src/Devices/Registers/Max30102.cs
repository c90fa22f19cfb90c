using System.Device.I2c;
using System.Runtime.CompilerServices;

namespace Vascular.Devices.Registers;

/// <summary>Register driver of a MAX30102 pulse sensor: what its FIFO holds, each poll.</summary>
/// <remarks>Source: Maxim, MAX30102 data sheet (19-7740), register map; address 0x57. Set as the Linux driver sets it: 400 samples a second averaged by four = 100 a second,
/// 18 bits, red and infra-red at 7 mA (steps of 0.2 mA). The FIFO rolls over: what was lost is what was oldest.
/// <para>Lines: <c>max30102/fifo</c> (write pointer, overflow counter, read pointer), then <c>max30102/samples</c>, up to seven samples a line of three bytes red and three bytes
/// infra-red, most significant first, 18 bits right-aligned.</para></remarks>
public sealed class Max30102 : IRegisterChip, IDisposable
{
    /// <summary>Samples the FIFO holds; at 100 a second the poll may be 0.3 s apart.</summary>
    public const int FifoSamples = 32;

    /// <summary>Bytes of a sample: red and infra-red.</summary>
    public const int SampleBytes = 6;

    /// <summary>Samples on one line.</summary>
    public const int MostOnLine = 7;

    private const byte PartId = 0x15;
    private const byte FifoPointers = 0x04;
    private const byte FifoData = 0x07;
    private const byte PartRegister = 0xFF;

    private static readonly (byte Register, byte Value)[] Setting =
    [
        (0x04, 0), (0x05, 0), (0x06, 0),    // an empty FIFO
        (0x08, 0b010_1_0000),               // average of four, rolls over
        (0x0A, 0b0_01_011_11),              // 4096 nA, 400 a second, 18 bits
        (0x0C, 35), (0x0D, 35),             // red, infra-red: 7 mA
        (0x09, 0x03),                       // both lights
    ];

    private readonly I2cRegisters registers;

    /// <param name="device">Owned by the driver.</param>
    public Max30102(I2cDevice device) => registers = new I2cRegisters("max30102"u8, device, MostOnLine * SampleBytes);

    public async Task BeginAsync(BusCalls calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        int errno = await calls.RunAsync(() => registers.Read(PartRegister, 1), cancel);
        if (errno == 0 && registers.Last[0] != PartId)
        {
            throw new IOException($"a chip with part id 0x{registers.Last[0]:X2} answers, a MAX30102 says 0x{PartId:X2}");
        }

        foreach ((byte register, byte value) in Setting)
        {
            errno = errno == 0 ? await calls.RunAsync(() => registers.Write(register, value), cancel) : errno;
        }

        if (errno != 0)
        {
            throw new IOException($"no MAX30102 answers (error {errno})");
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(BusCalls calls, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        int errno = await calls.RunAsync(() => registers.Read(FifoPointers, 3), cancel);
        int held = errno == 0 ? Held(registers.Last[0], registers.Last[1], registers.Last[2]) : 0;
        yield return registers.Line("fifo"u8, 3, errno);
        while (errno == 0 && held > 0)
        {
            int bytes = Math.Min(held, MostOnLine) * SampleBytes;
            errno = await calls.RunAsync(() => registers.Read(FifoData, bytes), cancel);
            yield return registers.Line("samples"u8, bytes, errno);
            held -= bytes / SampleBytes;
        }
    }

    public void Dispose() => registers.Dispose();

    /// <summary>Samples that wait, by the FIFO's own pointers; equal pointers and an overflow are a full FIFO.</summary>
    internal static int Held(byte writePointer, byte overflow, byte readPointer) => overflow > 0 ? FifoSamples : (writePointer - readPointer) & (FifoSamples - 1);
}
