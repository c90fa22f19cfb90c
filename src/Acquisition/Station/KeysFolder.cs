using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Station;

/// <summary>The station's private keys and certificates: readable by their owner alone, outside the data folder so that a copy of the data holds no key.</summary>
public sealed class KeysFolder
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private KeysFolder(string path) => Path = path;

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary><c>$XDG_CONFIG_HOME/vascular-acquisition/keys</c>, else the same under <c>~/.config</c>.</summary>
    /// <exception cref="CommandFailure">Neither variable says where.</exception>
    public static string PathFor(Func<string, string?> environment) =>
        System.IO.Path.Combine(BaseFolder.Find(environment, "XDG_CONFIG_HOME", ".config", "run as a user with a home"), "keys");

    /// <summary>Makes the folder (mode 0700) where it is missing.</summary>
    /// <exception cref="CommandFailure">Others may read the folder or a file in it, or it cannot be made.</exception>
    public static KeysFolder Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full, FolderMode);
            RefuseOthers(full, "700");
            foreach (string file in Directory.EnumerateFiles(full))
            {
                RefuseOthers(file, "600");
            }

            return new KeysFolder(full);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("keys folder cannot be used", full, $"make it a folder of this user ({failure.Message})", failure);
        }
    }

    /// <returns>The file's bytes, or null when there is none.</returns>
    public byte[]? Read(string name)
    {
        string file = FileOf(name);
        return File.Exists(file) ? File.ReadAllBytes(file) : null;
    }

    /// <summary>Full path of a file in the folder.</summary>
    public string FileOf(string name) => name == System.IO.Path.GetFileName(name) && name is not ("" or "." or "..")
        ? System.IO.Path.Combine(Path, name)
        : throw new ArgumentException($"'{name}' is not a plain file name.", nameof(name));

    /// <summary>Writes a file whole or not at all, mode 0600 from its first byte, on the disk when this returns; replaces an older one.</summary>
    public void Write(string name, ReadOnlySpan<byte> bytes)
    {
        string file = FileOf(name);
        string draft = file + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode0600 };
        using (var stream = new FileStream(draft, options))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite: true);
    }

    private static void RefuseOthers(string path, string mode)
    {
        if ((File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new CommandFailure("others may read private keys", path, $"run chmod {mode} {path}, and make new keys if anyone else uses this machine");
        }
    }
}
