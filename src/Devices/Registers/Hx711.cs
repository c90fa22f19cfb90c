using System.Buffers;
using System.Device.Spi;
using System.Runtime.CompilerServices;
using System.Text;
using Vascular.Devices.Hx711;
using Vascular.Devices.Links;

namespace Vascular.Devices.Registers;

/// <summary>Register driver of an HX711 whose clock and data pins hang on an SPI bus: the conversion that is ready, each poll.</summary>
/// <remarks>Line: <c>hx711/gainN</c>, the bytes of the transfer as they came in (<see cref="Hx711Codec"/>). Nothing else may be on that bus: the part has no chip select.
/// A gain holds from the next conversion on, and four conversions after a change are not settled (data sheet): they are taken and thrown away when the line opens.</remarks>
public sealed class Hx711 : IRegisterChip, IDisposable
{
    private const int Unsettled = 5;            // the one with the gain before, and four after it

    private static readonly byte[] Still = [0];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);         // four conversions at 10 a second: a chip that was reset

    private readonly SpiDevice device;
    private readonly byte[] register;
    private readonly byte[] request = new byte[Hx711Codec.Bytes];
    private readonly byte[] read = new byte[Hx711Codec.Bytes];
    private readonly byte[] idle = new byte[1];
    private readonly ArrayBufferWriter<byte> line = new(RegisterCodec.LongestLook);

    /// <param name="device">Owned by the driver.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part has no such gain.</exception>
    public Hx711(SpiDevice device, SpiChip.Hx711 settings)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(settings);
        this.device = device;
        register = Encoding.ASCII.GetBytes($"gain{settings.Gain}");
        Hx711Codec.WriteRequest(settings.Gain, request);
    }

    public async Task BeginAsync(BusCalls calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        for (int conversion = 0; conversion < Unsettled; conversion++)
        {
            int errno = await TakeAsync(calls, cancel);
            if (errno != 0 || !Hx711Codec.TryRead(read, out _))
            {
                string why = errno == BusCalls.TimedOut ? "no conversion was ready" : errno != 0 ? $"error {errno}" : $"0x{Convert.ToHexString(read)} came in, which is no conversion";
                throw new IOException($"no HX711 answers ({why})");
            }
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(BusCalls calls, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        int errno = await TakeAsync(calls, cancel);
        line.ResetWrittenCount();
        if (errno == 0)
        {
            RegisterCodec.WriteBytes("hx711"u8, register, read, line);
        }
        else
        {
            RegisterCodec.WriteError("hx711"u8, register, errno, line);
        }

        yield return line.WrittenMemory;
    }

    public void Dispose() => device.Dispose();

    /// <summary>Waits for a conversion and takes it.</summary>
    private async Task<int> TakeAsync(BusCalls calls, CancellationToken cancel)
    {
        for (TimeSpan waited = TimeSpan.Zero; ; waited += Look)
        {
            int errno = await calls.RunAsync(() => device.TransferFullDuplex(Still, idle), cancel);
            if (errno != 0 || Hx711Codec.IsReady(idle[0]))
            {
                return errno != 0 ? errno : await calls.RunAsync(() => device.TransferFullDuplex(request, read), cancel);
            }

            if (waited >= Patience)
            {
                return BusCalls.TimedOut;
            }

            await calls.PauseAsync(Look, cancel);
        }
    }
}
