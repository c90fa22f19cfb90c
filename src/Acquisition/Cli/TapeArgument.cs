using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Cli;

/// <summary>The argument <c>EXAM|DIR</c> of commands that read a tape.</summary>
public static class TapeArgument
{
    /// <summary>The tape's folder meant: a folder that exists, else the examination of that id under the data folder.</summary>
    /// <param name="data">Value of <c>--data</c>, or null.</param>
    /// <exception cref="CommandFailure">There is neither.</exception>
    public static string Folder(string examinationOrFolder, string? data)
    {
        if (Directory.Exists(examinationOrFolder))
        {
            return Path.GetFullPath(examinationOrFolder);
        }

        string tapes = Path.Combine(DataFolder.PathFor(data, Environment.GetEnvironmentVariable), "tapes");
        return Guid.TryParse(examinationOrFolder, out Guid examination) && Directory.Exists(Path.Combine(tapes, examination.ToString("D")))
            ? Path.Combine(tapes, examination.ToString("D"))
            : throw new CommandFailure($"no tape of '{examinationOrFolder}'", tapes, "name an examination that is there or the folder of a tape, or give the data folder with --data");
    }
}

/// <summary>The option <c>--keys</c>.</summary>
public static class KeysArgument
{
    /// <param name="given">Value of <c>--keys</c>, or null for the default.</param>
    public static string Folder(string? given) => given is null ? KeysFolder.PathFor(Environment.GetEnvironmentVariable) : Path.GetFullPath(given);
}
