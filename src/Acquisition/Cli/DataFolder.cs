namespace Vascular.Acquisition.Cli;

/// <summary>Where a station keeps its record: <c>--data</c>, else <c>$XDG_STATE_HOME/vascular-acquisition</c>.</summary>
public static class DataFolder
{
    public static string Resolve(string? given)
    {
        if (!string.IsNullOrEmpty(given))
        {
            return Path.GetFullPath(given);
        }

        string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return Path.Combine(
            string.IsNullOrEmpty(state) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state") : state,
            "vascular-acquisition");
    }

    /// <summary>The tape's folder an argument means: a folder that exists, else the examination of that id under the data folder.</summary>
    /// <exception cref="CommandFailure">There is neither.</exception>
    public static string TapeOf(string examinationOrFolder, string? data)
    {
        if (Directory.Exists(examinationOrFolder))
        {
            return Path.GetFullPath(examinationOrFolder);
        }

        string tapes = Path.Combine(Resolve(data), "tapes");
        return Guid.TryParse(examinationOrFolder, out Guid examination) && Directory.Exists(Path.Combine(tapes, examination.ToString("D")))
            ? Path.Combine(tapes, examination.ToString("D"))
            : throw new CommandFailure($"no tape '{examinationOrFolder}'", $"neither a folder nor an examination under {tapes}", "give the folder of a tape, or --data DIR with the examination's id");
    }
}
