using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient.Rhythms;

/// <summary>Atrial fibrillation: irregularly irregular intervals, and a strength that follows the two intervals before.</summary>
/// <remarks>Each interval is drawn by itself (long records have a white part: Hennig, arXiv cond-mat/0605295), with a spread of 20 % between the 14 and 32 % of
/// Alcaraz 2008 (630 ± 200 and 740 ± 100 ms). Stroke volume is linear in the last interval over the one before (Tabata 2001, Am J Physiol Heart 281:H573);
/// the slope and the limits are assumed.</remarks>
public sealed class AtrialFibrillation : IHeartRhythm
{
    private const double Spread = 0.2;
    private const double Shortest = 0.55;
    private const double Longest = 1.9;
    private const double StrengthPerRatio = 0.5;
    private const double Weakest = 0.4;
    private const double Strongest = 1.5;

    private double last = 1;
    private double lastButOne = 1;

    public bool IsRegular => false;

    public Interval Next(double breath, SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(chance);
        double strength = Math.Clamp(1 + (StrengthPerRatio * ((last / lastButOne) - 1)), Weakest, Strongest);
        double length = Math.Clamp(1 + (Spread * chance.Bell()), Shortest, Longest);
        (lastButOne, last) = (last, length);
        return new Interval(length, strength);
    }
}
