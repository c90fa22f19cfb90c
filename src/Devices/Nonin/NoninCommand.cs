using System.Buffers;

namespace Vascular.Devices.Nonin;

/// <summary>What a host may tell a 9560 (and, as far as one program shows, a 3150). OEM III and Xpod take no commands: their format is fixed.</summary>
/// <remarks>Source: Nonin, Model 9560 OEM Specification. The device answers a set format with one byte, and takes it only within 5 s of connecting;
/// it keeps the setting when switched off.</remarks>
public static class NoninCommand
{
    /// <summary>The command was taken.</summary>
    public const byte Accepted = 0x06;

    /// <summary>The command was not taken.</summary>
    public const byte Rejected = 0x15;

    /// <summary>How long after connecting a set format is taken.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>02 70 02 02 format 03.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Format 1, which the document does not list for this command.</exception>
    public static void WriteSetFormat(NoninFormat format, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        if (format is not (NoninFormat.Format2 or NoninFormat.Format7 or NoninFormat.Format8 or NoninFormat.Format13))
        {
            throw new ArgumentOutOfRangeException(nameof(format), format, "Only formats 2, 7, 8 and 13 can be set.");
        }

        wire.Write<byte>([0x02, 0x70, 0x02, 0x02, (byte)format, 0x03]);
    }

    /// <summary>02 72 06 YY MM DD hh mm ss 03, plain binary; years 2000 to 2099. The device does not answer it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A year outside 2000 to 2099.</exception>
    public static void WriteSetClock(DateTime to, IBufferWriter<byte> wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        ArgumentOutOfRangeException.ThrowIfLessThan(to.Year, 2000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to.Year, 2099);
        wire.Write<byte>([0x02, 0x72, 0x06, (byte)(to.Year - 2000), (byte)to.Month, (byte)to.Day, (byte)to.Hour, (byte)to.Minute, (byte)to.Second, 0x03]);
    }
}
