using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vascular.Devices.Interop;

/// <summary>An exclusive advisory lock (flock) on a file, folder or device, held until disposed or until the process ends, however it ends.</summary>
/// <remarks>The lock belongs to a descriptor of its own, so it also keeps out a second user inside the same process. The descriptor is not
/// inherited by child processes. A <see cref="FileStream"/> locks its file in the same way: do not open one on a file locked here.</remarks>
public sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle file;

    private FileLock(SafeFileHandle file) => this.file = file;

    /// <summary>Takes the lock without waiting.</summary>
    /// <param name="path">An existing file, folder or device this user may read; it is neither created nor read, and never becomes the controlling terminal.</param>
    /// <returns>The lock, or null when another holder has it.</returns>
    /// <exception cref="IOException">The file cannot be opened or locked; <see cref="UnauthorizedAccessException"/> when this user may not.</exception>
    public static FileLock? TryTake(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileHandle file = Libc.Open(path, Libc.ReadOnly | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec);
        int error = Marshal.GetLastPInvokeError();
        if (!file.IsInvalid)
        {
            if (Libc.Lock(file, Libc.LockExclusive | Libc.LockNonBlocking) == 0)
            {
                return new FileLock(file);
            }

            error = Marshal.GetLastPInvokeError();
        }

        file.Dispose();
        return error switch
        {
            // a terminal whose other user asked for exclusive use refuses the open itself
            Libc.WouldBlock or Libc.Busy => null,
            Libc.PermissionDenied => throw new UnauthorizedAccessException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}"),
            _ => throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    public void Dispose() => file.Dispose();
}
