namespace Vascular.Devices.AccuPulse;

/// <summary>Which answer an <see cref="AccuPulseFrame"/> is.</summary>
public enum AccuPulseAnswer
{
    /// <summary>No answer: the value of an unset frame.</summary>
    None,
    Pressure,

    /// <summary><c>=</c>: the command was carried out.</summary>
    Accepted,

    /// <summary><c>#</c>: a bad parameter.</summary>
    Rejected,

    /// <summary>Words: serial number, version.</summary>
    Text,
}

/// <summary>One answer of the manometer.</summary>
/// <param name="Tenths">With Pressure: tenths of mmHg, -300 to 4000, or one of the rails -429 and 4051.</param>
/// <param name="Text">With Text: the words.</param>
public readonly record struct AccuPulseFrame(AccuPulseAnswer Answer, int Tenths = 0, string? Text = null)
{
    /// <summary>The lower rail: the pressure lies below what is measured.</summary>
    public const int BelowRange = -429;

    /// <summary>The upper rail: the pressure lies above what is measured.</summary>
    public const int AboveRange = 4051;

    /// <summary>mmHg, in steps of 0.1; null at a rail and for any other answer.</summary>
    public double? MmHg => Answer == AccuPulseAnswer.Pressure && Tenths is not (BelowRange or AboveRange) ? Tenths / 10.0 : null;
}
