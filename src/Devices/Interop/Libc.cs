using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vascular.Devices.Interop;

/// <summary>The calls of the C library this room needs and the base library does not offer. Signatures and their numbers only.</summary>
/// <remarks>Flag values and the layout of <see cref="FileStatus"/> are the kernel's and the same on x64 and arm64.</remarks>
internal static partial class Libc
{
    internal const int ReadOnly = 0x0;
    internal const int ReadWrite = 0x2;
    internal const int NoControllingTerminal = 0x100;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;

    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;

    internal const int CurrentFolder = -100;
    internal const uint WantBasicStatus = 0x7ff;

    internal const int NoSuchFile = 2;
    internal const int Interrupted = 4;
    internal const int WouldBlock = 11;
    internal const int PermissionDenied = 13;
    internal const int Busy = 16;
    internal const int NoSuchFolder = 20;

    internal const int MayReadAndWrite = 6;

    /// <summary>access(2).</summary>
    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Access(string path, int mode);

    /// <summary>open(2) without a mode: never creates.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle Open(string path, int flags);

    /// <summary>read(2).</summary>
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle file, Span<byte> bytes, nint length);

    /// <summary>write(2).</summary>
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint length);

    /// <summary>flock(2).</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(SafeFileHandle file, int operation);

    /// <summary>statx(2): unlike stat(2) its structure does not depend on the architecture.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Status(int folder, string path, int flags, uint mask, out FileStatus status);

    /// <summary>The fields of struct statx that are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileStatus
    {
        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(96)]
        internal long ChangedSeconds;

        [FieldOffset(104)]
        internal uint ChangedNanoseconds;

        [FieldOffset(128)]
        internal uint DeviceMajor;

        [FieldOffset(132)]
        internal uint DeviceMinor;
    }
}
