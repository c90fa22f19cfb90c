namespace Vascular.Processing.Vocabulary;

/// <summary>What is known about a value. One list for code, screen, vectors and FHIR; a sentinel number exists nowhere.</summary>
public enum MeasurementState
{
    /// <summary>Not yet a result; never sent.</summary>
    Running,

    /// <summary>A value.</summary>
    Measured,

    /// <summary>Not occluded at the cuff limit (non-compressible), or clipped: the limit is a lower bound of the truth.</summary>
    AboveLimit,

    /// <summary>Under the floor of method or sensor, floor stated.</summary>
    BelowLimit,

    /// <summary>Derived from censored or bounded inputs: bounds instead of a value.</summary>
    Interval,

    /// <summary>Looked for under good conditions, no pulse or flow found.</summary>
    Absent,

    /// <summary>Movement, lead-off, noise or a gap: no statement is possible.</summary>
    Unreadable,

    /// <summary>Measured, marked doubtful by the operator or by a missing calibration, with a reason.</summary>
    Unreliable,

    /// <summary>Tried and given up, with a reason.</summary>
    NotObtainable,

    /// <summary>Not tried.</summary>
    NotDone,

    /// <summary>The site does not exist.</summary>
    Amputated,
}

/// <summary>The words of <see cref="MeasurementState"/> on tape, screen and JSON.</summary>
public static class MeasurementStates
{
    private static readonly string[] Words =
    [
        "running", "measured", "above_limit", "below_limit", "interval", "absent",
        "unreadable", "unreliable", "not_obtainable", "not_done", "amputated",
    ];

    public static string Word(this MeasurementState state) => Words[(int)state];

    /// <exception cref="FormatException">The word is none of the list.</exception>
    public static MeasurementState Parse(string word)
    {
        int index = Array.IndexOf(Words, word);
        return index >= 0 ? (MeasurementState)index : throw new FormatException($"'{word}' is not a state; expected one of {string.Join(", ", Words)}.");
    }
}
