using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient.Rhythms;

/// <summary>Sinus rhythm: the heart goes faster while the chest rises, and no two beats are quite alike.</summary>
/// <remarks>Respiratory sinus arrhythmia is textbook; how deep it goes is the scenario's to say: 1.5 % of the interval is an old or diabetic heart, 5 to 10 % a young one (assumed).
/// The spread from beat to beat is 1 % (assumed).</remarks>
/// <param name="swayPercent">How far breathing sways the interval, % of its mean, 0 to 20.</param>
public sealed class SinusRhythm(double swayPercent = SinusRhythm.UsualSwayPercent) : IHeartRhythm
{
    public const double UsualSwayPercent = 1.5;

    private const double Spread = 0.01;

    public bool IsRegular => true;

    public Interval Next(double breath, SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(chance);
        return new Interval(1 + (swayPercent / 100 * breath) + (Spread * chance.Bell()), 1);
    }
}
