using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vascular.Simulators.Interop;

/// <summary>The calls of the C library that terminals need. Signatures and their numbers only.</summary>
/// <remarks>Numbers are Linux's and the same on x64 and arm64.</remarks>
internal static partial class Libc
{
    internal const int ReadWrite = 0x2;
    internal const int NoControllingTerminal = 0x100;
    internal const int NeverBlock = 0x800;

    /// <summary>For <see cref="SetAttributes"/>: at once.</summary>
    internal const int AtOnce = 0;

    /// <summary>EIO: of the master of a pseudo-terminal, nobody holds the other side.</summary>
    internal const int InputOutputError = 5;

    /// <summary>EAGAIN: nothing there now.</summary>
    internal const int TryAgain = 11;

    /// <summary>More than any Linux termios; opaque to us.</summary>
    internal const int AttributeBytes = 256;

    /// <summary>open(2), never creating.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle line, Span<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle line, ReadOnlySpan<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    internal static partial int GetAttributes(SafeFileHandle line, Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    internal static partial int SetAttributes(SafeFileHandle line, int when, ReadOnlySpan<byte> attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    internal static partial void MakeRaw(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "cfsetspeed", SetLastError = true)]
    internal static partial int SetSpeed(Span<byte> attributes, uint speed);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    internal static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    internal static partial int Grant(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    internal static partial int Unlock(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    internal static partial int SlaveName(SafeFileHandle master, Span<byte> name, nint length);

    /// <summary>A descriptor as a handle that closes it.</summary>
    /// <exception cref="IOException">The call that gave it failed.</exception>
    internal static SafeFileHandle Checked(int descriptor, string call) => descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(call);

    /// <summary>What the latest call said went wrong.</summary>
    internal static IOException Failure(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
}
