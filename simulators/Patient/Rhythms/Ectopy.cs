using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient.Rhythms;

/// <summary>Sinus rhythm with ventricular extra beats: one that comes early and weak, a full compensatory pause, and a strong beat behind it.</summary>
/// <remarks>With a full pause the early beat and the one it stands for end together where two usual beats would have: textbook. How early (60 % of the interval),
/// how weak (30 %) and how strong (120 %) is assumed; a weak one may make no pulse at the toe that a sensor notices.</remarks>
/// <param name="perHundred">Extra beats among a hundred, 0 to 50.</param>
public sealed class Ectopy(double perHundred, double swayPercent = SinusRhythm.UsualSwayPercent) : IHeartRhythm
{
    private const double Early = 0.6;
    private const double Weak = 0.3;
    private const double Strong = 1.2;

    private readonly SinusRhythm sinus = new(swayPercent);
    private double pause;
    private bool strong;

    public bool IsRegular => false;

    public Interval Next(double breath, SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(chance);
        double usual = sinus.Next(breath, chance).Length;
        bool comesEarly = chance.Unit() * 100 < perHundred;
        if (pause > 0)
        {
            double length = pause;
            (pause, strong) = (0, true);
            return new Interval(length, Weak);
        }

        double strength = strong ? Strong : 1;
        strong = false;
        if (!comesEarly)
        {
            return new Interval(usual, strength);
        }

        pause = usual * (2 - Early);
        return new Interval(usual * Early, strength);
    }
}
