using Vascular.Devices.Tcm;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Wire;

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

    /// <summary>What came before this examination; null for a first one.</summary>
    public ScenarioFollowUp? FollowUp { get; init; }
}

/// <summary>What a follow-up is compared with.</summary>
/// <param name="DaysAfterProcedure">0 and more.</param>
/// <param name="Test"><c>ABI</c>, <c>TBI</c>, <c>TP</c> or <c>TcPO2</c>, of the limb this examination measures.</param>
/// <param name="BestPrior">Best valid value since the procedure, as it was printed: an index with two decimals, or mmHg.</param>
public sealed record ScenarioFollowUp(int DaysAfterProcedure, string Test, string BestPrior);

/// <summary>The patient as the order names her or him.</summary>
/// <param name="System">URI of the issuer.</param>
/// <param name="Gender">FHIR administrative gender.</param>
public sealed record ScenarioSubject(string System, string Identifier, string Gender);

/// <summary>The order the examination answers.</summary>
public sealed record ScenarioOrder(string Placer, string Accession, string Reason);

/// <summary>One device of the scenario.</summary>
/// <param name="Kind">A protocol's name: one of <see cref="Kinds"/>.</param>
/// <param name="CuffLimitMmHg">Where the cuff's device stops inflating; null for a device without a cuff.</param>
public sealed record ScenarioDevice(string Name, string Kind, double? CuffLimitMmHg)
{
    public const string Nonin7 = "nonin7";
    public const string Par = "par";

    /// <summary>A TCM4/40 read through its analogue outputs.</summary>
    public const string Tcm4 = "tcm4-analog";

    /// <summary>A cuff's manometer in TLV frames, on a cuff that hands move.</summary>
    public const string AccuPulse = "accupulse";

    /// <summary>A monitor that says its own date and time.</summary>
    public const string Masimo = "masimo";

    /// <summary>A monitor with a transcutaneous sensor.</summary>
    public const string IntelliVue = "intellivue";

    /// <summary>A gateway that sends what it knows by itself.</summary>
    public const string Pcd01 = "pcd01";

    /// <summary>Every protocol there is a device of, as a station names it.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "nonin1", "nonin2", Nonin7, "nonin8", "nonin13", "contec-v7", "oximeter-5byte-berry", "oximeter-5byte-contec", "pulsesensor", Masimo,
        Par, AccuPulse, Tcm4, IntelliVue, Pcd01,
    ];

    /// <summary>True for a device with a cuff of its own.</summary>
    public static bool HasCuff(string kind) => kind is Par or AccuPulse;

    /// <summary>The kinds of end a device of this kind can have; the first is the usual one.</summary>
    public static IReadOnlyList<LineEndKind> Ends(string kind) => kind switch
    {
        Tcm4 => [LineEndKind.Iiod],
        Pcd01 => [LineEndKind.Tcp, LineEndKind.Mllp],
        IntelliVue => [LineEndKind.Pty, LineEndKind.Tcp, LineEndKind.Rfc2217, LineEndKind.Udp],
        _ => [LineEndKind.Pty, LineEndKind.Tcp, LineEndKind.Rfc2217],
    };

    /// <summary>Where a host finds it. Without real lines only <see cref="LineEndKind.Udp"/> makes a difference: the device then speaks in datagrams.</summary>
    public LineEnd End { get; init; } = new(Ends(Kind)[0]);

    /// <summary>Where sensor or electrode sits from the start; null where the script puts it somewhere.</summary>
    public Site? On { get; init; }

    /// <summary>What its line does to bytes.</summary>
    public IReadOnlyList<LineFault> Faults { get; init; } = [];

    /// <summary>When the device's own clock jumps, and by how much; null when it does not.</summary>
    public (long AtNs, long ByNs)? ClockJump { get; init; }

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
