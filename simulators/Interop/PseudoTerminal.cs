using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vascular.Simulators.Interop;

/// <summary>The master side of a new pseudo-terminal in raw mode, never blocking, and the path of its other side.</summary>
/// <remarks>Linux only. Speed and modem lines are not there to be simulated: a pty ignores them.</remarks>
public sealed class PseudoTerminal : IDisposable
{
    private const int PathBytes = 128;

    private readonly SafeFileHandle master;

    private PseudoTerminal(SafeFileHandle master, string path) => (this.master, Path) = (master, path);

    /// <summary>Path of the side a host opens, for instance <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    /// <exception cref="IOException">The system gave no terminal.</exception>
    public static PseudoTerminal Open()
    {
        SafeFileHandle master = Libc.Checked(Libc.OpenMaster(Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NeverBlock), "posix_openpt");
        Span<byte> name = stackalloc byte[PathBytes];
        if (Libc.Grant(master) != 0 || Libc.Unlock(master) != 0 || Libc.SlaveName(master, name, PathBytes) != 0)
        {
            throw Libc.Failure("grantpt, unlockpt or ptsname_r");
        }

        string path = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);

        // the settings stay with the terminal after this first opening is closed, and from then on a read says whether anybody holds it
        using SafeFileHandle slave = Libc.Checked(Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTerminal), "open " + path);
        Span<byte> attributes = stackalloc byte[Libc.AttributeBytes];
        if (Libc.GetAttributes(slave, attributes) != 0)
        {
            throw Libc.Failure("tcgetattr");
        }

        Libc.MakeRaw(attributes);
        return Libc.SetAttributes(slave, Libc.AtOnce, attributes) == 0 ? new PseudoTerminal(master, path) : throw Libc.Failure("tcsetattr");
    }

    /// <summary>Bytes the host has sent, 0 when there are none; null when no host holds the other side.</summary>
    public int? Read(Span<byte> bytes)
    {
        nint read = Libc.Read(master, bytes, bytes.Length);
        return read >= 0 ? (int)read : Marshal.GetLastPInvokeError() switch
        {
            Libc.TryAgain => 0,
            Libc.InputOutputError => null,
            _ => throw Libc.Failure("read"),
        };
    }

    /// <summary>How many of the bytes the terminal took; the rest is lost, as on a line nobody reads.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        nint written = Libc.Write(master, bytes, bytes.Length);
        return written >= 0 ? (int)written : Marshal.GetLastPInvokeError() is Libc.TryAgain or Libc.InputOutputError ? 0 : throw Libc.Failure("write");
    }

    public void Dispose() => master.Dispose();
}
