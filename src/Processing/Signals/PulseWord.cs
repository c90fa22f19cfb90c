namespace Vascular.Processing.Signals;

/// <summary>What ten seconds of a plethysmogram allow to be said about the pulse.</summary>
public enum PulseWord
{
    /// <summary>Lead-off, rail, movement, a noisy front end or too little trace: nothing can be said.</summary>
    Unreadable,

    /// <summary>A readable trace without a pulse. A finding, with a number: <see cref="PulseWindow.SmallestVisiblePulse"/>.</summary>
    Nonpulsatile,

    /// <summary>A pulse in rhythm, or pulses alike.</summary>
    Pulsatile,
}
