using System.Buffers;
using System.Buffers.Text;

namespace Vascular.Devices.Registers;

/// <summary>One read of a register or attribute, as a link without byte stream puts it on the tape.</summary>
/// <remarks><c>device/register TAB value LF</c>, or <c>device/register TAB -errno LF</c> for a read that failed. Written and read by <see cref="RegisterCodec"/>.
/// The spans stand in the buffer the line was read from.</remarks>
public readonly ref struct RegisterLine
{
    internal RegisterLine(ReadOnlySpan<byte> device, ReadOnlySpan<byte> register, ReadOnlySpan<byte> value, int errno)
    {
        Device = device;
        Register = register;
        Value = value;
        Errno = errno;
    }

    /// <summary>The device as configured, for instance <c>ads1015</c>; holds no slash.</summary>
    public ReadOnlySpan<byte> Device { get; }

    /// <summary>Register of a chip (<c>ain0_conversion</c>) or attribute file of Linux IIO (<c>in_voltage0_raw</c>).</summary>
    public ReadOnlySpan<byte> Register { get; }

    /// <summary>What the read gave, as text; empty when it failed.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Linux error number of a read that failed, 1 to 4095; 0 when it did not.</summary>
    public int Errno { get; }

    public bool Failed => Errno != 0;

    /// <summary>The value as a decimal number, as Linux IIO writes them.</summary>
    public bool TryNumber(out double number) =>
        Utf8Parser.TryParse(Value, out number, out int used) && used == Value.Length && used > 0 && double.IsFinite(number);

    /// <summary>The value as <c>0x</c> and two hexadecimal digits a byte, most significant first, as register drivers write them.</summary>
    /// <param name="bytes">Must be filled exactly.</param>
    public bool TryBytes(Span<byte> bytes)
    {
        ReadOnlySpan<byte> digits = Value.StartsWith("0x"u8) ? Value[2..] : default;
        return digits.Length == 2 * bytes.Length && digits.Length > 0
            && Convert.FromHexString(digits, bytes, out _, out int written) == OperationStatus.Done && written == bytes.Length;
    }
}
