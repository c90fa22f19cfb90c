namespace Vascular.Acquisition.Access;

/// <summary>Writes key and certificate files: whole or not at all, secrets readable by their owner only.</summary>
internal static class KeyFiles
{
    /// <summary>Makes <paramref name="folder"/> with mode 0700, or narrows an existing one to it.</summary>
    public static void EnsureFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(folder, OwnerOnly);
        if (File.GetUnixFileMode(folder) != OwnerOnly)
        {
            File.SetUnixFileMode(folder, OwnerOnly);
        }
    }

    /// <summary>Writes <paramref name="text"/> to a file beside <paramref name="path"/>, flushes it to disk and renames it over.</summary>
    public static void Write(string path, string text, bool secret)
    {
        string beside = path + ".new";
        File.Delete(beside);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
                | (secret ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        using (FileStream file = new(beside, options))
        using (StreamWriter writer = new(file))
        {
            writer.Write(text);
            writer.Write('\n');
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}
