using System.Device.I2c;

namespace Vascular.Devices.Tests.Registers;

/// <summary>A chip behind an I2C bus: a pointer, and registers behind it.</summary>
internal abstract class RegisterMap : I2cDevice
{
    private byte pointer;

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 0x48);

    /// <summary>Nobody answers any more.</summary>
    public bool Dead { get; set; }

    /// <summary>Error of the next calls, by their number from now on; 0 for none.</summary>
    public Queue<int> Errors { get; } = [];

    /// <summary>Held while a call must not end.</summary>
    public ManualResetEventSlim Free { get; } = new(initialState: true);

    public bool IsDisposed { get; private set; }

    public sealed override void Read(Span<byte> buffer) => Call(() => Get(pointer), buffer);

    public sealed override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[] written = buffer.ToArray();
        Call(
            () =>
            {
                pointer = written[0];
                if (written.Length > 1)
                {
                    Set(pointer, written.AsSpan(1));
                }

                return [];
            },
            default);
    }

    public sealed override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        pointer = writeBuffer[0];
        Read(readBuffer);
    }

    protected abstract byte[] Get(byte register);

    protected abstract void Set(byte register, ReadOnlySpan<byte> bytes);

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private void Call(Func<byte[]> call, Span<byte> into)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Free.Wait();
        int error = Dead ? 121 : Errors.Count > 0 ? Errors.Dequeue() : 0;
        if (error != 0)
        {
            throw new IOException($"Error {error} performing I2C data transfer.");     // the library's own words
        }

        call().AsSpan(0, into.Length).CopyTo(into);
    }
}

/// <summary>An ADS1115 with fixed voltages.</summary>
internal sealed class Ads1115Map : RegisterMap
{
    private ushort config = 0x8583;
    private int busy;

    /// <summary>Counts of the four inputs.</summary>
    public short[] Counts { get; } = [3360, 14080, 5600, 0];

    /// <summary>How often a conversion is found under way before it is done.</summary>
    public int LooksBusy { get; set; } = 1;

    /// <summary>Every word written to the config register.</summary>
    public List<ushort> Written { get; } = [];

    /// <summary>Somebody resets the chip right after it was told to convert.</summary>
    public bool ForgetsItsSetting { get; set; }

    protected override byte[] Get(byte register)
    {
        if (register == 0)
        {
            int input = ((config >> 12) & 7) - 4;
            return Word((ushort)(input >= 0 ? Counts[input] : 0));
        }

        return Word((ushort)(busy-- > 0 ? config & 0x7FFF : config | 0x8000));
    }

    protected override void Set(byte register, ReadOnlySpan<byte> bytes)
    {
        config = (ushort)((bytes[0] << 8) | bytes[1]);
        Written.Add(config);
        busy = LooksBusy;
        config = ForgetsItsSetting ? (ushort)0x8583 : config;
    }

    private static byte[] Word(ushort word) => [(byte)(word >> 8), (byte)word];
}

/// <summary>A BMP280 with the trimming values and counts of the data sheet's example.</summary>
internal sealed class Bmp280Map : RegisterMap
{
    private int busy;

    public byte Id { get; set; } = 0x58;

    public List<(byte Register, byte Value)> Written { get; } = [];

    protected override byte[] Get(byte register) => register switch
    {
        0xD0 => [Id],
        0xF3 => [(byte)(busy-- > 0 ? 0x08 : 0)],
        0xF7 => Bmp280Golden.Measurement,
        0x88 => Bmp280Golden.Calibration,
        _ => new byte[32],
    };

    protected override void Set(byte register, ReadOnlySpan<byte> bytes)
    {
        Written.Add((register, bytes[0]));
        busy = 2;
    }
}

/// <summary>The worked example of the BMP280 data sheet.</summary>
internal static class Bmp280Golden
{
    /// <summary>T1 27504, T2 26435, T3 −1000, P1 36477, P2 −10685, P3 3024, P4 2855, P5 140, P6 −7, P7 15500, P8 −14600, P9 6000; little endian.</summary>
    public static byte[] Calibration { get; } = Wire.Hex("70 6B 43 67 18 FC 7D 8E 43 D6 D0 0B 27 0B 8C 00 F9 FF 8C 3C F8 C6 70 17");

    /// <summary>Pressure count 415148, temperature count 519888.</summary>
    public static byte[] Measurement { get; } = Wire.Hex("65 5A C0 7E ED 00");
}
