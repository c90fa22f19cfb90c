using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>What stands of a protocol step.</summary>
public enum StepStanding
{
    /// <summary>Nothing yet, or to be repeated.</summary>
    Open,
    Running,

    /// <summary>It has a result that nobody has accepted.</summary>
    Found,
    Accepted,
}

/// <summary>Everything a page shows of an examination, as it stood at one sync of its tape. Made by the thread that owns the examination; nothing in it is computed on the screen.</summary>
public sealed record BedsideView
{
    public required Guid Examination { get; init; }

    /// <summary>The patient's identifier; null before one is named. Never in an address or a log.</summary>
    public string? Patient { get; init; }

    /// <summary>Why the examination was ordered.</summary>
    public string? Reason { get; init; }

    public bool Simulated => SimulatedDevices.Count > 0;

    /// <summary>Devices that a simulator stands in for; none: every device is real.</summary>
    public IReadOnlyList<string> SimulatedDevices { get; init; } = [];

    /// <summary>Simulated seconds a second; 1 in real time, null when not paced.</summary>
    public double? Speed { get; init; } = 1;

    public bool IsEnded { get; init; }

    /// <summary>The simulated technician is at work, nobody's hand.</summary>
    public bool IsScripted { get; init; }

    public IReadOnlyList<StepView> Steps { get; init; } = [];

    public RunView? Run { get; init; }

    /// <summary>Electrodes on the skin, in the order they were put on.</summary>
    public IReadOnlyList<OxygenView> Electrodes { get; init; } = [];

    /// <summary>The step the last finding or the next act is about; null when all are decided.</summary>
    public string? Focus { get; init; }

    public IReadOnlyList<FindingView> Findings { get; init; } = [];

    public IReadOnlyList<DeviceView> Devices { get; init; } = [];

    /// <summary>Legs that do not exist, with the level as it was stated.</summary>
    public IReadOnlyDictionary<Side, string> Amputated { get; init; } = new Dictionary<Side, string>();

    /// <summary>The act an undo would name, and what it was; null when none can be undone.</summary>
    public (int Number, string What)? LastUndoable { get; init; }

    /// <summary>Why nothing can be sent now; null when there is something accepted that is not out.</summary>
    public string? WhyNotSend { get; init; }

    /// <summary>The evidence sheet of each leg as it stands; none before a patient is named.</summary>
    public IReadOnlyList<StandingEvidence> Evidence { get; init; } = [];

    public StepView? Step(string? key) => Steps.FirstOrDefault(s => s.Key == key);

    public IEnumerable<FindingView> Of(string step) => Findings.Where(f => f.Step == step);

    /// <summary>What a step has come to; null while it has nothing.</summary>
    public FindingView? Outcome(string step) => Of(step).LastOrDefault();

    /// <summary>Findings that are there and not accepted.</summary>
    public IEnumerable<FindingView> Open => Findings.Where(f => !f.Accepted);
}

/// <summary>A step of the protocol.</summary>
/// <param name="Name">Short, for the list: <c>Ankle R · PT</c>.</param>
/// <param name="Title">Whole, for the heading.</param>
/// <param name="Attempts">Attempts begun, the running one included.</param>
/// <param name="Sentence">What to do next about this step, one sentence; the refusals of the rules in advance.</param>
/// <param name="Go">What the space key does now; null when nothing.</param>
public sealed record StepView(string Key, StepKind Kind, Site Site, string Name, string Title, StepStanding Standing, int Attempts, string Sentence, string? Go)
{
    /// <summary>Readings that stand beside each other, as printed; empty where there are fewer than two.</summary>
    public IReadOnlyList<string> Readings { get; init; } = [];

    /// <summary>A further reading can be taken.</summary>
    public bool Another { get; init; }
}

/// <summary>The attempt that runs, or the last one that ran while it is looked at.</summary>
/// <param name="EndPoint">Where it ends, once known: drawn through both traces.</param>
/// <param name="PulseChannel">Channel of its pulse trace; null: none.</param>
/// <param name="CuffChannel">Channel of its cuff; null: none.</param>
/// <param name="IsLive">False: it has stopped and is held for the eye.</param>
public sealed record RunView(string Step, int Attempt, long FromNs, long? ToNs, EndPointView? EndPoint, ushort? PulseChannel, ushort? CuffChannel, double ScaleMmHg, bool IsLive);

/// <summary>An end point.</summary>
/// <param name="Label">For instance <c>32 mmHg</c>, <c>flow still heard</c>.</param>
/// <param name="MmHg">Cuff pressure there; null where none is known.</param>
public sealed record EndPointView(long AtNs, string Label, double? MmHg);

/// <summary>A finding in words.</summary>
/// <param name="Value">What stands large: <c>32</c>, <c>>254 NC</c>, <c>amputated</c>.</param>
/// <param name="Unit">Small behind it; empty where there is none.</param>
/// <param name="Uncertainty"><c>±5</c>; empty where none is stated.</param>
/// <param name="Note">State, class, reason and flags, in words.</param>
/// <param name="IsWarning">It needs the eye: not a plain measured value in a normal class.</param>
public sealed record FindingView(string Step, string Measure, string Name, Site Site, MeasurementState State, string Value, string Unit, string Uncertainty, string Note, bool IsWarning, bool Accepted)
{
    /// <summary>Of several readings one: its tile is that of what they come to.</summary>
    public bool IsReading { get; init; }

    /// <summary>From 1 for each step.</summary>
    public int Attempt { get; init; }

    /// <summary>Neither an index nor one of its pressures: it has a tile of its own where it exists.</summary>
    public bool IsFurther => Measure is not ("toe-sys" or "tbi" or "abi" or "abi-pt" or "abi-dp" or "ppg-waveform" or "brachial-sys" or "ankle-sys-pt" or "ankle-sys-dp");
}

/// <summary>A device of the examination.</summary>
/// <param name="State"><c>not connected</c>, <c>identifying</c>, <c>streaming</c>, <c>stale</c>, <c>faulted</c>, and <c>look</c> for one that streams and of which something is to be said.</param>
/// <param name="Notice">What is wrong with it and what to do; null: nothing.</param>
/// <param name="Samples">What came of its trace against what should have come; null for a device without one.</param>
public sealed record DeviceView(string Name, string Kind, ushort Channel, bool IsWell, string State, string? Where, string? Notice, string? Samples = null);

/// <summary>What moves while nothing is decided: may run ahead of the disk.</summary>
/// <param name="CuffMmHg">Newest cuff pressure of the running attempt.</param>
/// <param name="MmHgPerSecond">Its slope; null where it cannot be said.</param>
/// <param name="AtNs">Tape time.</param>
/// <param name="Mark">Where the pulse seems to have returned, as said while the cuff falls; null: nothing was said.</param>
public sealed record LiveNumbers(long AtNs, double? CuffMmHg, double? MmHgPerSecond, double? PulsePerMinute, LiveMark? Mark = null);
