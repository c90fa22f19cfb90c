using System.Buffers;
using System.Device.Spi;
using System.Runtime.CompilerServices;
using System.Text;
using Vascular.Devices.Links;
using Vascular.Devices.Mcp320x;

namespace Vascular.Devices.Registers;

/// <summary>Register driver of an MCP3201, 3202, 3204 or 3208: one conversion of one input a poll.</summary>
/// <remarks>Line: <c>mcp3208/chN</c>, the bytes of the transfer as they came in (<see cref="Mcp320xCodec"/>). The conversion happens within the transfer.</remarks>
public sealed class Mcp320x : IRegisterChip, IDisposable
{
    private readonly SpiDevice device;
    private readonly Mcp320xPart part;
    private readonly byte[] name;
    private readonly byte[] register;
    private readonly byte[] request;
    private readonly byte[] read;
    private readonly ArrayBufferWriter<byte> line = new(RegisterCodec.LongestLook);

    /// <param name="device">Owned by the driver.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part has no such input.</exception>
    public Mcp320x(SpiDevice device, SpiChip.Mcp320x settings)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(settings);
        (this.device, part) = (device, settings.Part);
        (name, register) = (Encoding.ASCII.GetBytes(Mcp320xCodec.Name(part)), Encoding.ASCII.GetBytes($"ch{settings.Input}"));
        (request, read) = (new byte[Mcp320xCodec.Bytes(part)], new byte[Mcp320xCodec.Bytes(part)]);
        Mcp320xCodec.WriteRequest(part, settings.Input, request);
    }

    public async Task BeginAsync(BusCalls calls, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        int errno = await calls.RunAsync(() => device.TransferFullDuplex(request, read), cancel);
        if (errno != 0 || !Mcp320xCodec.TryRead(part, read, out _))
        {
            string why = errno != 0 ? $"error {errno}" : $"0x{Convert.ToHexString(read)} came in, without the 0 before the count";
            throw new IOException($"no {Mcp320xCodec.Name(part).ToUpperInvariant()} answers ({why})");
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(BusCalls calls, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        int errno = await calls.RunAsync(() => device.TransferFullDuplex(request, read), cancel);
        line.ResetWrittenCount();
        if (errno == 0)
        {
            RegisterCodec.WriteBytes(name, register, read, line);
        }
        else
        {
            RegisterCodec.WriteError(name, register, errno, line);
        }

        yield return line.WrittenMemory;
    }

    public void Dispose() => device.Dispose();
}
