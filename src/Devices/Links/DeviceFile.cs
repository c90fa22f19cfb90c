using System.Runtime.InteropServices;
using Vascular.Devices.Interop;

namespace Vascular.Devices.Links;

/// <summary>Which device stands behind a path at one moment. Two are equal only when nothing was unplugged, re-created or re-pointed between.</summary>
/// <remarks>A re-plugged adapter may come back under the same name and number while the open descriptor still points to the dead one,
/// and a moved symbolic link is reported to nobody. So the path is looked up again and compared.</remarks>
/// <param name="Target">The path with symbolic links resolved, for instance <c>/dev/ttyUSB0</c> for a name under <c>/dev/serial/by-id</c>.</param>
/// <param name="Inode">Inode of the target.</param>
/// <param name="ChangedNs">Change time (ctime) of the target, ns since 1970: differs when a node was made anew under an inode used before.</param>
public readonly record struct DeviceFile(string Target, ulong Inode, long ChangedNs)
{
    /// <summary>Looks the path up now.</summary>
    /// <returns>Null when nothing is there: no such file, or a link that leads nowhere.</returns>
    /// <exception cref="IOException">The path cannot be looked at (a loop of links, a folder without permission).</exception>
    public static DeviceFile? Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Resolve(path);
        if (Libc.Status(Libc.CurrentFolder, target, 0, Libc.WantBasicStatus, out Libc.FileStatus status) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error is Libc.NoSuchFile or Libc.NoSuchFolder
                ? null
                : throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        return new DeviceFile(target, status.Inode, (status.ChangedSeconds * 1_000_000_000) + status.ChangedNanoseconds);
    }

    /// <summary>Whether this user may read and write what stands there; it is not opened.</summary>
    public static bool MayUse(string path) => Libc.Access(path, Libc.MayReadAndWrite) == 0;

    private static string Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return path;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"{path}: {refused.Message}", refused);
        }
    }
}
