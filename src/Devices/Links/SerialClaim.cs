using Vascular.Devices.Interop;

namespace Vascular.Devices.Links;

/// <summary>A port of this machine, found and locked for one owner, and what can go wrong with it in words.</summary>
/// <remarks>Root passes TIOCEXCL, so every owner takes the lock as well.</remarks>
internal sealed class SerialClaim : IDisposable
{
    private const string IdentityFolder = "/dev/serial/by-id";

    private readonly FileLock exclusive;

    private SerialClaim(LinkSettings.Serial settings, DeviceFile device, FileLock exclusive) =>
        (Settings, Device, this.exclusive) = (settings, device, exclusive);

    internal LinkSettings.Serial Settings { get; }

    /// <summary>What stood behind the path when it was claimed.</summary>
    internal DeviceFile Device { get; }

    /// <summary>Resolved path and inode, for instance <c>/dev/ttyUSB0 inode 412</c>: a re-plugged device without identity has another.</summary>
    internal string Path => $"{Device.Target} inode {Device.Inode}";

    /// <summary>File name under <c>/dev/serial/by-id</c> (vendor, model and serial number of the adapter); null for any other path.</summary>
    internal string? Identity => IdentityOf(Settings.Path);

    /// <summary>A pseudo terminal has no modem lines and no characters but 8 bits without parity.</summary>
    internal bool IsPseudoTerminal => Device.Target.StartsWith("/dev/pts/", StringComparison.Ordinal);

    /// <exception cref="IOException">No such port, in use, or not permitted: what, where, what to do.</exception>
    internal static SerialClaim Take(LinkSettings.Serial settings)
    {
        // a library may answer "access denied" for a path that is not there, so existence is asked first
        DeviceFile device = DeviceFile.Find(settings.Path)
            ?? throw new IOException($"no such port: {settings.Path}, plug it in or correct {settings.ConfiguredAt}.path");
        try
        {
            return FileLock.TryTake(device.Target) is { } exclusive ? new SerialClaim(settings, device, exclusive) : throw InUse(settings, device);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw NotPermitted(settings, device, refused);
        }
    }

    internal IOException InUse() => InUse(Settings, Device);

    internal IOException NotPermitted(Exception? refused) => NotPermitted(Settings, Device, refused);

    internal IOException Refused(string because, Exception? failure = null) =>
        new($"settings the port refuses: {Settings.Path}, correct {Settings.ConfiguredAt} ({because})", failure);

    internal IOException NotOpened(string because, Exception? failure = null) =>
        new($"port does not open: {Settings.Path}, check the device and {Settings.ConfiguredAt} ({because})", failure);

    internal static string? IdentityOf(string path) =>
        System.IO.Path.GetDirectoryName(path) == IdentityFolder ? System.IO.Path.GetFileName(path) : null;

    public void Dispose() => exclusive.Dispose();

    private static IOException InUse(LinkSettings.Serial settings, DeviceFile device) =>
        new($"port in use by another process: {settings.Path}, end that process (fuser {device.Target} names it) or correct {settings.ConfiguredAt}.path");

    private static IOException NotPermitted(LinkSettings.Serial settings, DeviceFile device, Exception? refused) =>
        new($"port not permitted: {settings.Path}, add this user to the group that owns {device.Target} (often dialout)", refused);
}
