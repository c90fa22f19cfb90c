using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Patient;

namespace Vascular.Simulators.Scripts;

/// <summary>One thing the scripted technician does. What the station records as an act is an act of the user "simulated technician";
/// what hands and ears do happens in <see cref="SimulatedWorld.Perform"/>.</summary>
public abstract record ScriptAction
{
    /// <summary>Act. Puts cuff or sensor on a site and says so to the station.</summary>
    public sealed record Bind(string Device, Site Site) : ScriptAction;

    /// <summary>Act. Starts the step.</summary>
    public sealed record Start : ScriptAction;

    /// <summary>Act. Enters a temperature.</summary>
    /// <param name="What"><c>room_celsius</c> or <c>toe_celsius</c>.</param>
    public sealed record Enter(string What, double Value) : ScriptAction;

    /// <summary>Hand. Takes a cuff of this width.</summary>
    public sealed record Wrap(string Cuff, CuffFit Fit) : ScriptAction;

    /// <summary>Hand. Pumps the cuff up; done when the target is reached.</summary>
    public sealed record Inflate(string Cuff, double ToMmHg, double MmHgPerS) : ScriptAction;

    /// <summary>Hand. Closes the valve and waits.</summary>
    public sealed record Hold(string Cuff, double Seconds) : ScriptAction;

    /// <summary>Hand. Opens the valve a little; done at once, so that what follows (a mark, a wait) happens while the cuff falls.
    /// The valve closes by itself at <paramref name="UntilMmHg"/>.</summary>
    public sealed record Bleed(string Cuff, double MmHgPerS, double UntilMmHg) : ScriptAction;

    /// <summary>Hand. Waits until the cuff has stopped moving.</summary>
    public sealed record WaitCuff(string Cuff) : ScriptAction;

    /// <summary>Hand. Opens the valve; done at once.</summary>
    public sealed record Dump(string Cuff) : ScriptAction;

    /// <summary>Ear, then act. Presses the mark key when the sound is heard, a reaction later.</summary>
    /// <param name="Artery">Where the probe is held.</param>
    /// <param name="DeadlineSeconds">Gives up when nothing was heard for so long.</param>
    public sealed record Mark(MarkWhen When, Site Artery, double ReactionMs, double DeadlineSeconds) : ScriptAction;

    /// <summary>Waits until the device has ended its measurement (the station sees its outcome).</summary>
    public sealed record WaitResult(string Device, double DeadlineSeconds) : ScriptAction;

    /// <summary>Waits until the step's electrode has its answer: a plateau, or none in time (the station judges it).</summary>
    public sealed record WaitPlateau(double DeadlineSeconds) : ScriptAction;

    public sealed record Wait(double Seconds) : ScriptAction;

    /// <summary>Act. Stops the step.</summary>
    public sealed record Stop : ScriptAction;

    /// <summary>Act. Accepts what the step found.</summary>
    public sealed record Accept : ScriptAction;

    /// <summary>Act. Gives a step up; the reason <c>amputated</c> says that the site does not exist.</summary>
    public sealed record NotObtainable(string Reason) : ScriptAction;

    /// <summary>Act. Send now (urgent): what is accepted goes out while the examination goes on.</summary>
    public sealed record Send : ScriptAction;

    /// <summary>Act. The step's last attempt does not count; the next <see cref="Start"/> is the next attempt.</summary>
    public sealed record Repeat : ScriptAction;

    /// <summary>Act. Takes back the newest act that can be undone and stands; after an undo, that is the undo.</summary>
    public sealed record Undo : ScriptAction;

    /// <summary>Act. The examination was recorded for the wrong patient; this is the right one. Says nothing of an order.</summary>
    public sealed record Patient(ScenarioSubject Subject) : ScriptAction;

    /// <summary>Act. Ends the examination. Behind it a script only corrects: accept, undo, patient, and waits.</summary>
    public sealed record End : ScriptAction;
}

/// <summary>What makes the technician press the mark key.</summary>
public enum MarkWhen
{
    /// <summary>The first sound while the cuff falls: the end point.</summary>
    Doppler,

    /// <summary>A sound although the cuff is at its limit: not occluded.</summary>
    StillHeard,
}
