using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Cli;

/// <summary>What every command that plays something is given: a scenario, and a file for the truth.</summary>
internal static class ScenarioOptions
{
    /// <summary>A scenario that comes along, or a file's.</summary>
    /// <exception cref="CommandFailure">There is none of that name, or it cannot be played.</exception>
    internal static Scenario Load(string name, string option)
    {
        try
        {
            if (!name.EndsWith(".yaml", StringComparison.Ordinal))
            {
                return ScenarioFile.Load(name);
            }

            using StreamReader text = File.OpenText(name);
            return ScenarioFile.Read(text, name);
        }
        catch (ScenarioFault wrong)
        {
            throw new CommandFailure(wrong.Message, "in the scenario", "correct that line; scenarios/schema.json says what may stand there", wrong);
        }
        catch (Exception missing) when (missing is KeyNotFoundException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure($"no scenario '{name}'", $"in {option}", "see 'simulate list', or name a .yaml file", missing);
        }
    }

    /// <exception cref="CommandFailure">The file cannot be written.</exception>
    internal static StreamWriter? Truth(string? path)
    {
        try
        {
            return path is null ? null : new StreamWriter(path) { NewLine = "\n" };
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(refused.Message.TrimEnd('.'), $"in --truth {path}", "choose a file that can be written", refused);
        }
    }
}
