namespace Vascular.Processing.Outcomes;

/// <summary>Constants of the alerts after a procedure. [D], built on the repeatability of each measure.</summary>
public sealed record SurveillanceRule
{
    /// <summary>A fall of ABI or TBI by this or more asks for a review, hundredths. ABI [V] ACC/AHA 2016; TBI [D].</summary>
    public required int IndexFallHundredths { get; init; }

    /// <summary>Toe pressure or TcPO2 falling from here to below is urgent, mmHg: the CLTI limit of most guidelines. [V]; [D] as an alert.</summary>
    public required int UrgentBelowMmHg { get; init; }

    /// <summary>A larger fall of TcPO2 asks for a review, mmHg: outside 80 % of repeats. [V] Rooke and Osmundson 1989; [D] as an alert.</summary>
    public required int OxygenFallMmHg { get; init; }

    /// <summary>Up to this day a low TcPO2 is expected: the rise of the registry was significant only after it. [S]; [D] as an alert.</summary>
    public required int EarlyLagDays { get; init; }
}
