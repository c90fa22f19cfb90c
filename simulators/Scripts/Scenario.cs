using Vascular.Devices.Tcm;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Scripts;

/// <summary>Everything a simulated examination needs: who, when, what is true, which devices, and what the technician does.</summary>
public sealed record Scenario
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>Seed of every chance in the run, unless another is asked for.</summary>
    public required ulong Seed { get; init; }

    /// <summary>UTC of virtual time 0.</summary>
    public required DateTimeOffset Start { get; init; }

    public required ScenarioSubject Patient { get; init; }

    public required ScenarioOrder Order { get; init; }

    public required PatientTruth Truth { get; init; }

    public required IReadOnlyList<ScenarioDevice> Devices { get; init; }

    public required TechnicianScript Script { get; init; }
}

/// <summary>The patient as the order names her or him.</summary>
/// <param name="System">URI of the issuer.</param>
/// <param name="Gender">FHIR administrative gender.</param>
public sealed record ScenarioSubject(string System, string Identifier, string Gender);

/// <summary>The order the examination answers.</summary>
public sealed record ScenarioOrder(string Placer, string Accession, string Reason);

/// <summary>One device of the scenario.</summary>
/// <param name="Kind"><c>nonin7</c>, <c>par</c> or <c>tcm4-analog</c>.</param>
/// <param name="CuffLimitMmHg">Where the cuff's device stops inflating; null for a device without a cuff.</param>
public sealed record ScenarioDevice(string Name, string Kind, double? CuffLimitMmHg)
{
    public const string Nonin7 = "nonin7";
    public const string Par = "par";

    /// <summary>A TCM4/40 read through its analogue outputs.</summary>
    public const string Tcm4 = "tcm4-analog";

    /// <summary>Set point of the electrode of a TCM4/40, °C.</summary>
    public double ElectrodeCelsius { get; init; } = 44;

    /// <summary>Range chosen on a TCM4/40.</summary>
    public TcmRange Range { get; init; }
}

/// <summary>What the technician does, step by step.</summary>
public sealed record TechnicianScript(IReadOnlyList<ScriptStep> Steps)
{
    /// <summary>What is done behind the action <c>end</c>, with the step it stands in.</summary>
    public IReadOnlyList<(ScriptStep Step, ScriptAction Action)> Corrections =>
        [.. Steps.SelectMany(step => step.Actions.Select(action => (step, action))).SkipWhile(a => a.action is not ScriptAction.End).Skip(1)];
}

/// <summary>One step of the protocol.</summary>
/// <param name="Key">The protocol's key, for instance <c>toe.right</c>; <c>derived</c> for indices.</param>
/// <param name="Site">Whose finding it makes; null for <c>derived</c>.</param>
public sealed record ScriptStep(string Key, Site? Site, IReadOnlyList<ScriptAction> Actions);
