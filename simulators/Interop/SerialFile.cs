using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Interop;

/// <summary>A serial port or pseudo-terminal opened as a host opens it: raw, at a speed, never blocking.</summary>
/// <remarks>Linux only. A pty ignores speed and parity.</remarks>
public sealed partial class SerialFile : IHostLine
{
    private const int ReadWrite = 0x2;
    private const int NoControllingTerminal = 0x100;
    private const int NeverBlock = 0x800;
    private const int AtOnce = 0;
    private const int TryAgain = 11;            // EAGAIN
    private const int AttributeBytes = 256;     // more than any Linux termios
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
        int descriptor = OpenFile(path, ReadWrite | NoControllingTerminal | NeverBlock);
        line = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open " + path);
        Span<byte> attributes = stackalloc byte[AttributeBytes];
        if (GetAttributes(line, attributes) != 0)
        {
            throw Failure(path + " is no serial port");
        }

        MakeRaw(attributes);
        if (oddParity)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(attributes[ControlFlags..], BinaryPrimitives.ReadUInt32LittleEndian(attributes[ControlFlags..]) | OddParity);
        }

        if (!Speeds.TryGetValue(bitsPerSecond, out uint speed) || SetSpeed(attributes, speed) != 0 || SetAttributes(line, AtOnce, attributes) != 0)
        {
            throw Failure($"{path} does not take {bitsPerSecond} bit/s");
        }
    }

    public string Address => path;

    public int? Read(Span<byte> bytes)
    {
        nint read = ReadSome(line, bytes, bytes.Length);
        return read > 0 ? (int)read : read < 0 && Marshal.GetLastPInvokeError() == TryAgain ? 0 : null;
    }

    public int Write(ReadOnlySpan<byte> bytes) => (int)Math.Max(0, WriteSome(line, bytes, bytes.Length));

    public void HangUp() => Dispose();

    public void Dispose() => line.Dispose();

    private static IOException Failure(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(SafeFileHandle line, Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(SafeFileHandle line, int when, ReadOnlySpan<byte> attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "cfsetspeed", SetLastError = true)]
    private static partial int SetSpeed(Span<byte> attributes, uint speed);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadSome(SafeFileHandle line, Span<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteSome(SafeFileHandle line, ReadOnlySpan<byte> bytes, nint length);
}
