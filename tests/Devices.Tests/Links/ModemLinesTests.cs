using Vascular.Devices.Interop;
using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

/// <summary>What a pseudo terminal cannot show, by the kernel's numbers.</summary>
public sealed class ModemLinesTests
{
    /// <summary>asm-generic/termbits.h: PARENB 0000400, PARODD 0001000, CMSPAR 010000000000 (octal).</summary>
    [Theory]
    [InlineData(SerialParity.None, 0u)]
    [InlineData(SerialParity.Even, 0x100u)]
    [InlineData(SerialParity.Odd, 0x300u)]
    [InlineData(SerialParity.Space, 0x40000100u)]
    [InlineData(SerialParity.Mark, 0x40000300u)]
    public void A_parity_is_these_flags_and_they_are_that_parity(SerialParity parity, uint flags)
    {
        Assert.Equal(flags, Terminal.FlagsOf(parity));
        Assert.Equal(parity, Terminal.ParityOf(flags | 0x80000CBD));
    }

    /// <summary>A driver without mark and space takes CMSPAR out; what is left is another parity, and the port is refused.</summary>
    [Theory]
    [InlineData(SerialParity.Mark)]
    [InlineData(SerialParity.Space)]
    public void A_driver_that_does_not_know_it_is_seen(SerialParity parity) =>
        Assert.NotEqual(parity, Terminal.ParityOf(Terminal.FlagsOf(parity) & ~0x40000000u));

    /// <summary>asm-generic/termios.h: TIOCM_DTR 0x002, RTS 0x004, CTS 0x020, CAR 0x040, RNG 0x080, DSR 0x100. RFC 2217: CTS 16, DSR 32, RI 64, DCD 128.</summary>
    [Theory]
    [InlineData(0x006, 0)]
    [InlineData(0x020, 16)]
    [InlineData(0x100, 32)]
    [InlineData(0x080, 64)]
    [InlineData(0x046, 128)]
    [InlineData(0x1E6, 240)]
    public void The_kernels_lines_are_the_standards(int kernel, int standard) =>
        Assert.Equal((SerialInputs)standard, TerminalLink.InputsOf((ModemLines)kernel));
}
