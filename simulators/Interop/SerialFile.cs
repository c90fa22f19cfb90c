using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Interop;

/// <summary>A serial port or pseudo-terminal opened as a host opens it: raw, at a speed, never blocking.</summary>
/// <remarks>Linux only. A pty ignores speed and parity.</remarks>
public sealed class SerialFile : IHostLine
{
    private const int ControlFlags = 8;         // offset of c_cflag
    private const uint OddParity = 0x300;       // PARENB, PARODD

    /// <summary>The numbers of termios for the speeds of the protocols.</summary>
    private static readonly Dictionary<int, uint> Speeds = new() { [4800] = 12, [9600] = 13, [19200] = 14, [38400] = 15, [57600] = 0x1001, [115200] = 0x1002 };

    private readonly SafeFileHandle line;
    private readonly string path;

    /// <exception cref="IOException">It does not open, or is no terminal.</exception>
    public SerialFile(string path, int bitsPerSecond, bool oddParity)
    {
        this.path = path;
        line = Libc.Checked(Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NeverBlock), "open " + path);
        Span<byte> attributes = stackalloc byte[Libc.AttributeBytes];
        if (Libc.GetAttributes(line, attributes) != 0)
        {
            throw Libc.Failure(path + " is no serial port");
        }

        Libc.MakeRaw(attributes);
        if (oddParity)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(attributes[ControlFlags..], BinaryPrimitives.ReadUInt32LittleEndian(attributes[ControlFlags..]) | OddParity);
        }

        if (!Speeds.TryGetValue(bitsPerSecond, out uint speed) || Libc.SetSpeed(attributes, speed) != 0 || Libc.SetAttributes(line, Libc.AtOnce, attributes) != 0)
        {
            throw Libc.Failure($"{path} does not take {bitsPerSecond} bit/s");
        }
    }

    public string Address => path;

    public int? Read(Span<byte> bytes)
    {
        nint read = Libc.Read(line, bytes, bytes.Length);
        return read > 0 ? (int)read : read < 0 && Marshal.GetLastPInvokeError() == Libc.TryAgain ? 0 : null;
    }

    public int Write(ReadOnlySpan<byte> bytes) => (int)Math.Max(0, Libc.Write(line, bytes, bytes.Length));

    public void HangUp() => Dispose();

    public void Dispose() => line.Dispose();
}
