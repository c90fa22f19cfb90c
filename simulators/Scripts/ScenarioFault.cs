namespace Vascular.Simulators.Scripts;

/// <summary>A scenario that cannot be played: names file, line and key.</summary>
public sealed class ScenarioFault : Exception
{
    /// <param name="file">Empty for what was not read from a file: then there is no line either.</param>
    public ScenarioFault(string file, long line, string key, string what)
        : base(file.Length == 0 ? $"{key}: {what}" : $"{file}:{line}: {key}: {what}")
    {
    }
}
