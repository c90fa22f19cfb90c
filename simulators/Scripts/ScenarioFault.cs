namespace Vascular.Simulators.Scripts;

/// <summary>A scenario that cannot be played: names file, line and key.</summary>
public sealed class ScenarioFault : Exception
{
    public ScenarioFault(string file, long line, string key, string what)
        : base($"{file}:{line}: {key}: {what}")
    {
    }
}
