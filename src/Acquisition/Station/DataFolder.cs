using System.Globalization;
using Vascular.Acquisition.Cli;
using Vascular.Devices.Interop;

namespace Vascular.Acquisition.Station;

/// <summary>Where a station keeps its record database and tapes. One process at a time owns it.</summary>
/// <remarks>The lock ends with the process, however it ends: a crash leaves nothing to clear away.</remarks>
public sealed class DataFolder : IDisposable
{
    // says who holds the lock, for the message to the next one; the lock itself is on the folder, so that what a dead process left here means nothing
    private const string OwnerName = "station.pid";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileLock owner;

    private DataFolder(string path, FileLock owner) => (Path, this.owner) = (path, owner);

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Tapes, one folder for each examination.</summary>
    public string Tapes => System.IO.Path.Combine(Path, "tapes");

    /// <summary>The record database of a station that stands alone.</summary>
    public string RecordDatabase => System.IO.Path.Combine(Path, "record.db");

    /// <summary>The folder meant by <c>--data</c>, else <c>$XDG_STATE_HOME/vascular-acquisition</c>, else the same under <c>~/.local/state</c>.</summary>
    /// <param name="given">Value of <c>--data</c>, or null.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <exception cref="CommandFailure">Neither variable says where.</exception>
    public static string PathFor(string? given, Func<string, string?> environment) => given is null
        ? BaseFolder.Find(environment, "XDG_STATE_HOME", ".local/state", "give a folder with --data")
        : System.IO.Path.GetFullPath(given);

    /// <summary>Makes the folder where it is missing and takes ownership of it.</summary>
    /// <exception cref="CommandFailure">Another process owns it, or it cannot be made or written.</exception>
    public static DataFolder Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full, OwnerOnly);
            Directory.CreateDirectory(System.IO.Path.Combine(full, "tapes"), OwnerOnly);
            FileLock owner = FileLock.TryTake(full) ?? throw InUse(full);
            try
            {
                File.WriteAllText(System.IO.Path.Combine(full, OwnerName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                return new DataFolder(full, owner);
            }
            catch
            {
                owner.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("data folder cannot be used", full, $"make it a folder this user may write, or give another with --data ({failure.Message})", failure);
        }
    }

    public void Dispose() => owner.Dispose();

    private static CommandFailure InUse(string folder)
    {
        string file = System.IO.Path.Combine(folder, OwnerName);
        string holder = File.Exists(file) ? File.ReadAllText(file).Trim() : string.Empty;
        string who = holder.Length > 0 ? $"process {holder}" : "another process";
        return new CommandFailure($"data folder is in use by {who}", folder, "end that process or give another folder with --data");
    }
}
