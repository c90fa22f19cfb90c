using System.Reflection;

namespace Vascular.Acquisition.Tests;

/// <summary>Three rooms, one arrow: Acquisition → Devices → Processing; the simulators hang between the first two.</summary>
public class LayerTests
{
    private static readonly Assembly Processing = typeof(Vascular.Processing.Vocabulary.Pressure).Assembly;
    private static readonly Assembly Devices = typeof(Vascular.Devices.Links.ILink).Assembly;
    private static readonly Assembly Simulators = typeof(Vascular.Simulators.Scripts.Scenario).Assembly;
    private static readonly Assembly Service = typeof(Vascular.Acquisition.Station.StationHost).Assembly;

    [Fact]
    public void Processing_knows_no_other_room() => Assert.Empty(Ours(Processing));

    [Fact]
    public void Devices_know_Processing_only() => Assert.Equal([Processing.GetName().Name!], Ours(Devices));

    [Fact]
    public void Simulators_know_Devices_and_Processing_and_never_the_service() =>
        Assert.Subset(new HashSet<string> { Devices.GetName().Name!, Processing.GetName().Name! }, Ours(Simulators).ToHashSet());

    [Fact]
    public void Devices_bring_no_package_but_the_platforms_own() =>
        Assert.All(Devices.GetReferencedAssemblies(), a => Assert.True(a.Name!.StartsWith("System.", StringComparison.Ordinal) || a.Name == Processing.GetName().Name, a.Name));

    /// <summary>The simulators are reached from the station's own room and the command that plays a scenario, nowhere else.</summary>
    [Fact]
    public void The_service_reaches_the_simulators_in_one_place_only()
    {
        string[] foreign = [.. Service.GetTypes()
            .Where(t => t.Namespace?.StartsWith("Vascular.Acquisition", StringComparison.Ordinal) == true)
            .Where(t => !t.Namespace!.StartsWith("Vascular.Acquisition.Station", StringComparison.Ordinal) && !t.FullName!.StartsWith("Vascular.Acquisition.Cli.ServeCommand", StringComparison.Ordinal))
            .Where(UsesSimulators)
            .Select(t => t.FullName!)];
        Assert.Empty(foreign);
    }

    private static bool UsesSimulators(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<Type> used = type.GetFields(All).Select(f => f.FieldType)
            .Concat(type.GetMethods(All).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
            .Concat(type.GetMethods(All).Select(m => m.GetMethodBody()).OfType<MethodBody>().SelectMany(b => b.LocalVariables.Select(v => v.LocalType)));
        return used.Any(t => t.Assembly == Simulators);
    }

    private static string[] Ours(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Vascular.", StringComparison.Ordinal) || n is "acquisition" or "simulate").Order()];
}
