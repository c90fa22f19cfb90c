using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vascular.Acquisition.Capture.Interop;

/// <summary>Makes names in a folder durable: fsync of the directory itself, which the class library cannot open.</summary>
internal static partial class DirectoryEntries
{
    private const int ReadOnlyDirectoryCloseOnExec = 0x80000 | 0x10000;
    private const int ReadOnlyDirectoryCloseOnExecArm = 0x80000 | 0x4000;

    /// <exception cref="IOException">The folder cannot be opened or the disk refused.</exception>
    public static void Sync(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // O_DIRECTORY has another value on arm
        bool arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
        using SafeFileHandle handle = Open(folder, arm ? ReadOnlyDirectoryCloseOnExecArm : ReadOnlyDirectoryCloseOnExec);
        if (handle.IsInvalid || Flush(handle) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new IOException($"{folder}: {new Win32Exception(error).Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(SafeFileHandle file);
}
