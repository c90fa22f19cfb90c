using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Station;

/// <summary>Where the station's private keys and certificates lie: readable by their owner alone, outside the data folder so that a copy of the data holds no key.</summary>
public static class KeysFolder
{
    /// <summary>A certificate may be read by anyone; everything else in the folder is private.</summary>
    private const string CertificateExtension = ".crt";

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary><c>$XDG_CONFIG_HOME/vascular-acquisition/keys</c>, else the same under <c>~/.config</c>.</summary>
    /// <exception cref="CommandFailure">Neither variable says where.</exception>
    public static string PathFor(Func<string, string?> environment) =>
        Path.Combine(BaseFolder.Find(environment, "XDG_CONFIG_HOME", ".config", "run as a user with a home"), "keys");

    /// <summary>Makes the folder (mode 0700) where it is missing, and looks that nobody else can read what is private in it.</summary>
    /// <exception cref="CommandFailure">Others may read the folder or a key in it, or it cannot be made.</exception>
    public static void Prepare(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full, FolderMode);
            foreach ((string open, string mode) in OpenToOthers(full))
            {
                throw new CommandFailure("others may read private keys", open, $"run chmod {mode} {open}, and make new keys if anyone else uses this machine");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("keys folder cannot be used", full, $"make it a folder of this user ({failure.Message})", failure);
        }
    }

    /// <summary>What in the folder, and the folder itself, others than its owner may use, and the mode it should have.</summary>
    internal static IEnumerable<(string Path, string Mode)> OpenToOthers(string folder) =>
        Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f) != CertificateExtension).Select(f => (f, "600")).Prepend((folder, "700"))
            .Where(one => (File.GetUnixFileMode(one.Item1) & Others) != 0);
}
