using System.Buffers;
using System.Device.I2c;

namespace Vascular.Devices.Registers;

/// <summary>A chip whose registers are written, and read from an address on, over I2C; what was read last, as a line of the tape.</summary>
internal sealed class I2cRegisters : IDisposable
{
    private readonly byte[] chip;
    private readonly I2cDevice device;
    private readonly byte[] written = new byte[2];
    private readonly byte[] read;
    private readonly ArrayBufferWriter<byte> line = new(RegisterCodec.LongestLook);

    /// <param name="chip">Its name on the line.</param>
    /// <param name="device">Owned by this one.</param>
    /// <param name="mostBytes">Read at once.</param>
    public I2cRegisters(ReadOnlySpan<byte> chip, I2cDevice device, int mostBytes)
    {
        ArgumentNullException.ThrowIfNull(device);
        (this.chip, this.device, read) = (chip.ToArray(), device, new byte[mostBytes]);
    }

    /// <summary>What was read last, from its first byte on.</summary>
    public ReadOnlySpan<byte> Last => read;

    public void Write(byte register, byte value)
    {
        (written[0], written[1]) = (register, value);
        device.Write(written);
    }

    public void Read(byte register, int bytes)
    {
        written[0] = register;
        device.WriteRead(written.AsSpan(0, 1), read.AsSpan(0, bytes));
    }

    /// <summary>The line of what was read last, or of the error it failed with; valid until the next.</summary>
    public ReadOnlyMemory<byte> Line(ReadOnlySpan<byte> register, int bytes, int errno)
    {
        line.ResetWrittenCount();
        if (errno == 0)
        {
            RegisterCodec.WriteBytes(chip, register, read.AsSpan(0, bytes), line);
        }
        else
        {
            RegisterCodec.WriteError(chip, register, errno, line);
        }

        return line.WrittenMemory;
    }

    public void Dispose() => device.Dispose();
}
