using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Station;

/// <summary>The folders a user's programs keep their things in, after the XDG base directory rules.</summary>
internal static class BaseFolder
{
    private const string Ours = "vascular-acquisition";

    /// <summary>Our folder under the one a variable names; a relative value counts as none, as the rules say.</summary>
    internal static string Find(Func<string, string?> environment, string variable, string underHome, string otherwise)
    {
        if (environment(variable) is { } named && Path.IsPathFullyQualified(named))
        {
            return Path.Combine(named, Ours);
        }

        return environment("HOME") is { } home && Path.IsPathFullyQualified(home)
            ? Path.Combine(home, underHome, Ours)
            : throw new CommandFailure("no home folder", $"{variable} and HOME", $"set one of them or {otherwise}");
    }
}
