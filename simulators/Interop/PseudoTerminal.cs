using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vascular.Simulators.Interop;

/// <summary>The master side of a new pseudo-terminal in raw mode, never blocking, and the path of its other side.</summary>
/// <remarks>Linux only. Speed and modem lines are not there to be simulated: a pty ignores them.</remarks>
public sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 0x2;
    private const int NoControllingTerminal = 0x100;
    private const int NeverBlock = 0x800;
    private const int AtOnce = 0;
    private const int InputOutputError = 5;     // EIO: nobody holds the other side
    private const int TryAgain = 11;            // EAGAIN
    private const int PathBytes = 128;
    private const int AttributeBytes = 256;     // more than any Linux termios; opaque to us

    private readonly SafeFileHandle master;

    private PseudoTerminal(SafeFileHandle master, string path) => (this.master, Path) = (master, path);

    /// <summary>Path of the side a host opens, for instance <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    /// <exception cref="IOException">The system gave no terminal.</exception>
    public static PseudoTerminal Open()
    {
        SafeFileHandle master = Checked(OpenMaster(ReadWrite | NoControllingTerminal | NeverBlock), "posix_openpt");
        Span<byte> name = stackalloc byte[PathBytes];
        if (Grant(master) != 0 || Unlock(master) != 0 || SlaveName(master, name, PathBytes) != 0)
        {
            throw Failure("grantpt, unlockpt or ptsname_r");
        }

        string path = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);

        // the settings stay with the terminal after this first opening is closed, and from then on a read says whether anybody holds it
        using SafeFileHandle slave = Checked(OpenFile(path, ReadWrite | NoControllingTerminal), "open " + path);
        Span<byte> attributes = stackalloc byte[AttributeBytes];
        if (GetAttributes(slave, attributes) != 0)
        {
            throw Failure("tcgetattr");
        }

        MakeRaw(attributes);
        return SetAttributes(slave, AtOnce, attributes) == 0 ? new PseudoTerminal(master, path) : throw Failure("tcsetattr");
    }

    /// <summary>Bytes the host has sent, 0 when there are none; null when no host holds the other side.</summary>
    public int? Read(Span<byte> bytes)
    {
        nint read = ReadSome(master, bytes, bytes.Length);
        return read >= 0 ? (int)read : Marshal.GetLastPInvokeError() switch
        {
            TryAgain => 0,
            InputOutputError => null,
            _ => throw Failure("read"),
        };
    }

    /// <summary>How many of the bytes the terminal took; the rest is lost, as on a line nobody reads.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        nint written = WriteSome(master, bytes, bytes.Length);
        return written >= 0 ? (int)written : Marshal.GetLastPInvokeError() is TryAgain or InputOutputError ? 0 : throw Failure("write");
    }

    public void Dispose() => master.Dispose();

    private static SafeFileHandle Checked(int descriptor, string call) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(call);

    private static IOException Failure(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int SlaveName(SafeFileHandle master, Span<byte> name, nint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(SafeFileHandle line, Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(SafeFileHandle line, int when, ReadOnlySpan<byte> attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadSome(SafeFileHandle line, Span<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteSome(SafeFileHandle line, ReadOnlySpan<byte> bytes, nint length);
}
